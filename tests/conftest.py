"""What tests share: small snapshots made from plain records, without network and without a pack."""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from begat.records import Record
from begat.registry import open_registry
from begat.resolve import gather
from begat.snapshot import Snapshot, compile_snapshot
from begat.sources.base import Method, Source

settings.register_profile("begat", deadline=None, max_examples=30, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=1_000)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "begat")
settings.load_profile(PROFILE)

THOROUGH = PROFILE == "thorough"
"""Whether samples are as large as they can be; else they take seconds."""

TEST_SOURCE = Source(
    name="test",
    title="records of a test",
    licence="CC0-1.0",
    files=(),
    methods={"tags": Method(0.98, 0.95), "card": Method(0.85, 0.5)},
    authority=0,
)


def examples(many: int) -> int:
    """Return how often a costly law is asked: `many` times, or a third of it unless thoroughly."""
    return many if THOROUGH else max(many // 3, 6)


MakeSnapshot = Callable[[Iterable[Record]], Snapshot]


@pytest.fixture(scope="session", autouse=True)
def power_stays_on() -> Iterator[None]:
    """Let this process not wait for the disk: a small snapshot flushes 27 files, and nobody cuts the power.

    Programs that a test starts do flush, and `test_files` holds that it is done, and when.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return a home with all that is derived from the embedded snapshot, the only one in it.

    It takes some 20 s, so the first process that needs it builds it and all others wait: to be read only.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "built"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        registry = open_registry(folder / "home")
        registry.build()
        registry.coverage()
    return folder / "home"


@pytest.fixture
def make_snapshot(tmp_path: Path) -> MakeSnapshot:
    """Return a function from records to a snapshot of 2026-01-01 whose only source is ``test``."""

    def make(records: Iterable[Record]) -> Snapshot:
        on = date(2026, 1, 1)
        parts = [gather(TEST_SOURCE, records, on=on)]
        return compile_snapshot(parts, tmp_path / "snapshots", provenance={})

    return make
