"""Every source with a live platform asks what its recorded exchanges say, and keeps its sample.

The exchanges stand in ``tests/exchanges/<source>.json``, see `tests.replay`. With ``UPDATE_GOLDEN=1`` the
answers that are kept are written into the sample; look at the difference before it is committed.
"""

import gzip
import os
import re
from pathlib import Path

import pytest
from tests.replay import SAMPLES, exchange_of, replayed

from begat.crawl import Crawl, Platform
from begat.crawl.client import Client
from begat.records import TABLES
from begat.sources.base import Source, discover

LIVE = [source for source in discover().values() if source.platform is not None]
STATE = r"((recorded|documented|client|assumed) shape|live) \d{4}-\d{2}-\d{2}([;:] .+)?"
TABLE_OF = {record: name for name, record in TABLES.items()}

each_live = pytest.mark.parametrize("source", LIVE, ids=lambda source: source.name)


def platform_of(source: Source) -> Platform:
    """Return the platform of a live source."""
    assert source.platform is not None
    return source.platform


def kept(folder: Path) -> dict[str, bytes]:
    """Return the answers below a folder, inflated, by kind and number."""
    found = {}
    for path in sorted(folder.glob("*/[0-9]*")):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found[path.relative_to(folder).as_posix().removesuffix(".gz")] = data
    return found


@each_live
def test_fetch_keeps_the_sample(source: Source, tmp_path: Path) -> None:
    """Against the recorded answers a source asks for exactly these, and keeps exactly its sample."""
    exchange, platform = exchange_of(source), platform_of(source)
    with replayed(exchange, source) as replay, Client(replay.origin) as client:
        platform.fetch(Crawl(tmp_path, client, wanted=exchange.wanted, since=exchange.since))
    assert replay.unknown == []
    assert len(replay.asked) == len(set(replay.asked)), "a request was made twice"
    answers = kept(tmp_path)
    if os.environ.get("UPDATE_GOLDEN"):
        for name, body in answers.items():
            (SAMPLES / source.name / name).parent.mkdir(parents=True, exist_ok=True)
            (SAMPLES / source.name / name).write_bytes(body)
    assert answers == kept(SAMPLES / source.name)


@each_live
def test_platform_says_what_it_is(source: Source) -> None:
    """A platform gives its origin, its terms with their address, its limits, and how it was tested."""
    platform = platform_of(source)
    assert re.fullmatch(r"https://[a-z0-9.-]+", platform.origin)
    assert "https://" in platform.terms
    assert platform.limits
    assert re.fullmatch(STATE, platform.state)
    assert platform.rate.requests > 0 < platform.rate.seconds
    assert "{}" in platform.token_header
    assert re.fullmatch(r"([A-Z][A-Z_]+)?", platform.token)
    assert platform.asks is None or platform.asks[1] in TABLES[platform.asks[0]]._fields
