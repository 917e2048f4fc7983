"""Finding names: whole, in part, mistyped; and an index that is rebuilt when it is damaged."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from begat.records import Account, Dataset, Derivation, Institution, Model, Record
from begat.registry import open_registry
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
    assert ids(names.search("alpha")) == [
        "example-lab/Alpha-7B-Instruct",
        "example-lab/Alpha-7B",
        "other-lab/alpha-tiny",
        "example-lab/alpha-data",
    ]


def test_a_whole_name_goes_before_what_is_used_more(names: NameIndex) -> None:
    """What bears a text as its whole name comes first, then what begins with it; hits say which they are."""
    found = names.search("alpha 7b")
    assert [(hit["id"], hit["match"]) for hit in found] == [
        ("example-lab/Alpha-7B", "whole"),
        ("example-lab/Alpha-7B-Instruct", "words"),
    ]


def test_search_takes_several_words(names: NameIndex) -> None:
    """All words must occur, in any order."""
    assert ids(names.search("7b example")) == ["example-lab/Alpha-7B-Instruct", "example-lab/Alpha-7B"]


def test_mistyped_names_get_near_ones(names: NameIndex) -> None:
    """A typing error still leads to the name."""
    assert ids(names.near("example-lab/Alpha-7B-Instrct"))[0] == "example-lab/Alpha-7B-Instruct"
    assert "other-lab/Beta" in ids(names.search("other-lab/Betta"))
    assert names.near("zzzzzz") == []


@pytest.fixture(scope="module")
def shipped(built: Path) -> NameIndex:
    """Return the index of the embedded snapshot."""
    return open_registry(built).names


@given(text=st.text(max_size=30))
def test_no_text_breaks_the_search(shipped: NameIndex, text: str) -> None:
    """Quotes, operators of the query language and odd characters are only text."""
    assert all(set(hit) == {"id", "kind", "name", "match"} for hit in shipped.search(text, limit=3))


@pytest.mark.parametrize("damage", ["truncate", "garbage", "remove", "inside"])
@pytest.mark.parametrize("name", ["text", "all", "written", "deletions"])
def test_damaged_index_is_rebuilt(
    make_snapshot: MakeSnapshot, tmp_path: Path, name: str, damage: str
) -> None:
    """An index with a file of other bytes than were written is built again when it is opened."""
    snapshot = make_snapshot(RECORDS)
    path = tmp_path / "names" / f"{name}.npy"
    NameIndex(snapshot, path.parent)
    content = path.read_bytes()
    if damage == "remove":
        path.unlink()
    else:
        changed = bytes([content[-1] ^ 1])
        damaged = {"truncate": content[:-1], "garbage": b"no array", "inside": content[:-1] + changed}
        path.write_bytes(damaged[damage])
    assert ids(NameIndex(snapshot, path.parent).exact("other-lab/beta")) == ["other-lab/Beta"]
    assert path.read_bytes() == content


def test_an_index_of_another_format_is_built_again(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """What an earlier begat wrote into the folder does not matter."""
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "names.db").write_bytes(b"SQLite format 3")
    assert len(NameIndex(make_snapshot(RECORDS), tmp_path / "names")) > len(RECORDS) - 5


def test_institutions_are_found_by_all_their_names(names: NameIndex) -> None:
    """Chinese names and aliases lead to the institution, short ones too."""
    for text in ("例", "Example Labs, Inc.", "labs"):
        assert ids(names.search(text)) == ["example"]


def test_institutions_are_found_by_their_accounts(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Who knows an account finds the institution that holds it."""
    account = Account("huggingface", "exlab-models", "example", basis="curated")
    index = NameIndex(make_snapshot([*RECORDS, account]), tmp_path / "names")
    assert ids(index.search("exlab models"))[0] == "example"


def test_separators_case_and_accents_do_not_matter(names: NameIndex) -> None:
    """A name is found however it is put together."""
    for text in ("alphatiny", "ALPHA TINY", "álpha_tiny", "alpha.tiny", "other lab alpha-tiny"):
        assert ids(names.search(text))[0] == "other-lab/alpha-tiny", text


def test_names_of_signs_alone_are_found(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """An id without letters and digits, or in another script, is found as it is written."""
    odd = ["___/---", "лаб/модель", "実験/模型", "x/🙂"]
    index = NameIndex(make_snapshot([*RECORDS, *map(Model, odd)]), tmp_path / "names")
    for name in odd:
        assert ids(index.exact(name)) == [name]
        assert ids(index.search(name))[0] == name


def test_an_id_with_a_null_byte_is_found(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """A null byte ends no name: an id that ends with one is found by itself."""
    name = "lab/model\0"
    assert ids(NameIndex(make_snapshot([Model(name)]), tmp_path / "index").exact(name)) == [name]


def test_every_thing_is_found_by_its_id(shipped: NameIndex) -> None:
    """What the tables name has an entry of its own, whatever signs its id holds."""
    for table in ("models", "institutions", "datasets", "systems", "benchmarks"):
        for key in embedded().frame(table, ["id"])["id"].sample(200, seed=4):
            assert key in ids(shipped.exact(key)), key


def test_threads_share_an_index(shipped: NameIndex) -> None:
    """Searches of several threads give what one after the other gives."""
    texts = ["qwen 7b", "gmma-7b", "llama", "阿里", "instruct mistral"] * 4
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(shipped.search, texts)) == [shipped.search(text) for text in texts]
