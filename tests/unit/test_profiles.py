"""Profiles of the store, and the threads that load it."""

import io
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import MakeSnapshot
from tests.unit.store_sample import world

from begat.registry.opened import Opened
from begat.snapshot import Home, Snapshot
from begat.store import build_store, open_built, open_store, store_facts
from begat.store.bulk import load
from begat.store.quads import nquads
from begat.vocab import BEGAT, DCT, FAIR4ML, PROV


@pytest.fixture
def snapshot(make_snapshot: MakeSnapshot) -> Snapshot:
    """Return the example world as a snapshot."""
    return make_snapshot(world())


def test_lineage_is_a_part_of_everything(snapshot: Snapshot) -> None:
    """What the smaller profile says, the full one says too, but for what each says of the graphs it has."""
    lineage, full = (
        set(b"".join(text for text, _ in nquads(snapshot, profile=profile)).splitlines())
        for profile in ("lineage", "full")
    )
    assert lineage < full
    predicates = [{line.split(b" ")[1] for line in lines} for lines in (lineage, full)]
    for name in (FAIR4ML.ML_TASK, BEGAT.FINE_TUNED_ON, DCT.CREATED):
        assert [f"<{name}>".encode() in found for found in predicates] == [False, True]
    assert f"<{PROV.WAS_DERIVED_FROM}>".encode() in predicates[0]


def test_the_manifest_says_the_profile(snapshot: Snapshot, tmp_path: Path) -> None:
    """A store of one profile is not taken for one of the other."""
    build_store(snapshot, tmp_path / "store", profile="lineage")
    facts = store_facts(tmp_path / "store")
    store = open_built(snapshot, tmp_path / "store", profile="lineage")
    assert store is not None
    assert (facts["profile"], facts["quads"]) == ("lineage", len(store))
    assert open_built(snapshot, tmp_path / "store") is None
    assert len(open_store(snapshot, tmp_path / "store")) > facts["quads"]
    assert store_facts(tmp_path / "store")["profile"] == "full"


def test_which_store_is_opened(snapshot: Snapshot, tmp_path: Path) -> None:
    """The full store where it is built, else the one of lineage where that is, else a full one is built."""
    home = Home(tmp_path / "home")
    sizes = Opened(home, snapshot).build(profile="lineage")
    small = Opened(home, snapshot)
    assert (small.profile, len(small.store)) == ("lineage", sizes["quads"])
    assert "scores" not in sizes
    whole = Opened(home, snapshot).build()
    opened = Opened(home, snapshot)
    assert (opened.profile, len(opened.store)) == ("full", whole["quads"])
    assert Opened(Home(tmp_path / "other"), snapshot).profile == "full"


LINE = "<https://example.org/{}> <https://example.org/p> <https://example.org/o> .\n"


def test_every_piece_is_loaded_once(tmp_path: Path) -> None:
    """However the pieces are shared out, the store has each line, and progress counts them."""
    pieces = [("".join(LINE.format(10 * i + j) for j in range(10)).encode(), 10) for i in range(50)]
    told: list[int] = []
    store = ox.Store(str(tmp_path))
    load(store, iter(pieces), told.append)
    assert (len(store), told) == (500, list(range(10, 501, 10)))


def test_a_piece_that_is_no_text_of_quads_ends_the_load(tmp_path: Path) -> None:
    """An error in a loader comes out, though there are more pieces than the queue has places for."""
    pieces = iter([(b"no quad at all\n", 1)] + [(LINE.format(i).encode(), 1) for i in range(100)])
    with pytest.raises(SyntaxError):
        load(ox.Store(str(tmp_path)), pieces)


def test_an_error_while_making_the_text_comes_out(tmp_path: Path) -> None:
    """The error of whoever makes the pieces comes out, and the loaders end."""

    def broken() -> Iterator[tuple[bytes, int]]:
        yield LINE.format(1).encode(), 1
        raise io.UnsupportedOperation("no more")

    with pytest.raises(io.UnsupportedOperation, match="no more"):
        load(ox.Store(str(tmp_path)), broken())
