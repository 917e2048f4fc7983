"""Finding names: whole, in part, mistyped; and an index that is rebuilt when it is damaged."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from begat.records import Dataset, Derivation, Institution, Model, Record
from begat.search import NameIndex
from begat.snapshot import Snapshot, embedded

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]

RECORDS: list[Record] = [
    Model("example-lab/Alpha-7B"),
    Model("example-lab/Alpha-7B-Instruct"),
    Model("other-lab/alpha-tiny"),
    Model("other-lab/Beta"),
    Dataset("example-lab/alpha-data"),
    Institution("Example Laboratory", id="example", name_zh="例", aliases=["Example Labs, Inc."]),
    *[Derivation(f"x-lab/c{i}", "example-lab/Alpha-7B-Instruct", "finetune", "tags") for i in range(3)],
]


@pytest.fixture
def names(make_snapshot: MakeSnapshot, tmp_path: Path) -> NameIndex:
    """Return the index of a few example names."""
    return NameIndex(make_snapshot(RECORDS), tmp_path / "names")


def ids(hits: list[dict[str, str]]) -> list[str]:
    """Return the ids of hits."""
    return [hit["id"] for hit in hits]


def test_exact_is_caseless(names: NameIndex) -> None:
    """A whole id or name is found in any case."""
    assert ids(names.exact("EXAMPLE-LAB/alpha-7b")) == ["example-lab/Alpha-7B"]
    assert ids(names.exact("example laboratory")) == ["example"]


def test_search_puts_the_most_used_first(names: NameIndex) -> None:
    """Of names that contain a text, those that begin with it and have children come first."""
    found = ids(names.search("alpha-7b"))
    assert found[0] == "example-lab/Alpha-7B-Instruct"
    assert set(found) == {"example-lab/Alpha-7B-Instruct", "example-lab/Alpha-7B"}


def test_search_takes_several_words(names: NameIndex) -> None:
    """All words must occur, in any order."""
    assert ids(names.search("7b example")) == ["example-lab/Alpha-7B-Instruct", "example-lab/Alpha-7B"]


def test_mistyped_names_get_near_ones(names: NameIndex) -> None:
    """A typing error still leads to the name."""
    assert ids(names.near("example-lab/Alpha-7B-Instrct"))[0] == "example-lab/Alpha-7B-Instruct"
    assert "other-lab/Beta" in ids(names.search("other-lab/Betta"))
    assert names.near("zzzzzz") == []


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> NameIndex:
    """Return the index of the embedded snapshot."""
    return NameIndex(embedded(), tmp_path_factory.mktemp("names"))


@given(text=st.text(max_size=30))
def test_no_text_breaks_the_search(shipped: NameIndex, text: str) -> None:
    """Quotes, operators of the query language and odd characters are only text."""
    assert all(set(hit) == {"id", "kind", "name"} for hit in shipped.search(text, limit=3))


@pytest.mark.parametrize("damage", ["truncate", "garbage", "remove"])
def test_damaged_index_is_rebuilt(make_snapshot: MakeSnapshot, tmp_path: Path, damage: str) -> None:
    """An index that is not whole is built again when it is opened."""
    snapshot = make_snapshot(RECORDS)
    path = tmp_path / "names" / "names.db"
    NameIndex(snapshot, path.parent)
    if damage == "truncate":
        path.write_bytes(path.read_bytes()[:-4096])
    elif damage == "garbage":
        path.write_bytes(b"not a database" * 100)
    else:
        path.unlink()
    assert ids(NameIndex(snapshot, path.parent).exact("other-lab/beta")) == ["other-lab/Beta"]


def test_index_damaged_inside_is_rebuilt(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Damage that shows only on reading has the index built again."""
    path = tmp_path / "names" / "names.db"
    index = NameIndex(make_snapshot(RECORDS), path.parent)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    assert ids(index.search("alpha-tiny")) == ["other-lab/alpha-tiny"]


def test_institutions_are_found_by_all_their_names(names: NameIndex) -> None:
    """Chinese names and aliases lead to the institution, short ones too."""
    for text in ("例", "Example Labs, Inc.", "labs"):
        assert ids(names.search(text)) == ["example"]
