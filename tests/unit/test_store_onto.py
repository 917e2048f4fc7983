"""A store made from that of an earlier snapshot is the store that a full load would make."""

import json
import shutil
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import TEST_SOURCE
from tests.unit.store_sample import HUB, world

from begat.records import Derivation, Model, Record
from begat.resolve import gather
from begat.snapshot import Snapshot, compile_snapshot
from begat.store import Earlier, build_store, earlier_store, open_store, verify_store
from begat.store.onto import STEPS

MANY = 600
"""Models that no change touches, so that the changes are few."""

Compile = Callable[[str, Iterable[Record]], Snapshot]


@pytest.fixture
def compiled(tmp_path: Path) -> Compile:
    """Return a function from a name and records to a snapshot."""

    def make(name: str, records: Iterable[Record]) -> Snapshot:
        parts = [gather(TEST_SOURCE, records, on=date(2026, 1, 1))]
        return compile_snapshot(parts, tmp_path / name, provenance={})

    return make


def changed() -> Iterable[Record]:
    """Yield the world without a derivation and with another, a new model, a new licence of an old one."""
    for record in world():
        if isinstance(record, Model) and record.id == "example-lab/base":
            yield record._replace(licence_raw="cc-by-nc-4.0")
        elif not (isinstance(record, Derivation) and record.child == "example-lab/base-math"):
            yield record
    yield Model("example-lab/late")
    yield Derivation("example-lab/late", "example-lab/base", "finetune", "tags")


def quads(folder: Path) -> set[ox.Quad]:
    """Return what a store holds."""
    return set(ox.Store.read_only(str(folder / "oxigraph")))


def facts(folder: Path) -> dict[str, object]:
    """Return the manifest."""
    found: dict[str, object] = json.loads((folder / "store.json").read_text())
    return found


@pytest.fixture
def before(compiled: Compile, tmp_path: Path) -> Earlier:
    """Return the store of the world, and some unchanged models so that the changes are few."""
    many = [Model(f"example-lab/model-{number}") for number in range(MANY)]
    snapshot = compiled("before", [*world(), *many])
    build_store(snapshot, tmp_path / "stores" / "before")
    found = earlier_store(snapshot, tmp_path / "stores" / "before")
    assert found is not None
    return found


def after(compiled: Compile) -> Snapshot:
    """Return the changed world with the same models beside it."""
    return compiled("after", [*changed(), *(Model(f"example-lab/model-{number}") for number in range(MANY))])


def test_an_updated_store_is_the_fully_loaded_one(before: Earlier, compiled: Compile, tmp_path: Path) -> None:
    """Additions and removals lead to the same quads and counts as a full load; the earlier store stays."""
    snapshot, full, onto = after(compiled), tmp_path / "stores" / "full", tmp_path / "stores" / "onto"
    kept = quads(before.folder)
    build_store(snapshot, full)
    build_store(snapshot, onto, earlier=before)
    assert quads(onto) == quads(full) != kept
    assert facts(onto)["quads"] == facts(full)["quads"]
    assert facts(onto)["graphs"] == facts(full)["graphs"]
    done = facts(onto)["onto"]
    assert isinstance(done, dict)
    assert done["snapshot"] == before.snapshot.name
    assert len(quads(onto) - kept) == done["added"]
    assert len(kept - quads(onto)) == done["removed"]
    assert quads(before.folder) == kept
    assert verify_store(before.folder) == verify_store(onto) == []
    assert facts(full)["onto"] is None


def test_an_update_can_be_updated_again(before: Earlier, compiled: Compile, tmp_path: Path) -> None:
    """Going there and back gives the first store; after so many steps everything is loaded anew."""
    there, back, last = (tmp_path / "stores" / name for name in ("there", "back", "last"))
    build_store(after(compiled), there, earlier=before)
    second = earlier_store(after(compiled), there)
    assert second is not None
    build_store(before.snapshot, back, earlier=second)
    assert quads(back) == quads(before.folder)
    assert facts(back)["onto"] is not None
    build_store(after(compiled), last, earlier=before._replace(steps=STEPS))
    assert facts(last)["onto"] is None


def test_what_differs_too_much_is_loaded(before: Earlier, compiled: Compile, tmp_path: Path) -> None:
    """A snapshot that has hardly anything in common gets a full load, of its own quads only."""
    other = compiled("other", [Model(f"nobody/else-{number}") for number in range(MANY)])
    folder = tmp_path / "stores" / "other"
    build_store(other, folder, earlier=before)
    assert facts(folder)["onto"] is None
    assert ox.NamedNode(f"{HUB}example-lab/base") not in {quad.subject for quad in quads(folder)}


def test_no_store_starts_from_a_damaged_one(before: Earlier, compiled: Compile, tmp_path: Path) -> None:
    """An earlier store whose files are not what was written is none."""
    path = next(iter((before.folder / "oxigraph").glob("*.sst")))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert earlier_store(before.snapshot, before.folder) is None


def test_no_damage_is_handed_on(
    before: Earlier, compiled: Compile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large store that is not read when opened is read before another starts from it."""
    path = max((before.folder / "oxigraph").glob("*.sst"), key=lambda path: path.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    monkeypatch.setattr("begat.store.oxigraph.MOST_READ", 0)
    earlier = earlier_store(before.snapshot, before.folder)
    assert earlier is not None
    onto, full = tmp_path / "stores" / "onto", tmp_path / "stores" / "full"
    build_store(after(compiled), onto, earlier=earlier)
    build_store(after(compiled), full)
    assert facts(onto)["onto"] is None
    assert quads(onto) == quads(full)


def test_an_earlier_store_that_goes_meanwhile(before: Earlier, compiled: Compile, tmp_path: Path) -> None:
    """Where the earlier store was removed once it was found, everything is loaded."""
    shutil.rmtree(before.folder)
    onto, full = tmp_path / "stores" / "onto", tmp_path / "stores" / "full"
    build_store(after(compiled), onto, earlier=before)
    build_store(after(compiled), full)
    assert facts(onto)["onto"] is None
    assert quads(onto) == quads(full)


def test_opening_asks_for_an_earlier_store_only_when_it_builds(
    before: Earlier, compiled: Compile, tmp_path: Path
) -> None:
    """A store that is there is opened as it is."""
    asked: list[bool] = []

    def earlier() -> Earlier:
        asked.append(True)
        return before

    snapshot, folder = after(compiled), tmp_path / "stores" / "onto"
    first = len(open_store(snapshot, folder, earlier=earlier))
    assert asked == [True]
    assert len(open_store(snapshot, folder, earlier=earlier)) == first
    assert asked == [True]
