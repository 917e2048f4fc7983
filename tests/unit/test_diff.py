"""What changed between two snapshots: each kind of change once, none twice, jumps flagged."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import examples
from tests.unit.test_onto import HUB, MEMORY, downloads, said

from begat.answer.diff import KEYS, diff
from begat.errors import UnknownName
from begat.files import home_folder
from begat.records import Alias, Dataset, Derivation, Institution, Model, Record
from begat.registry import open_registry
from begat.snapshot import Home, Snapshot
from begat.store.quads import META

FIRST, SECOND = date(2026, 1, 1), date(2026, 2, 1)


def two(folder: Path, before: Iterable[Record], after: Iterable[Record]) -> tuple[Snapshot, Snapshot]:
    """Return two snapshots, the second a complete listing onto the first."""
    home = Home(home_folder(folder))
    first = home.adopt([said(HUB, FIRST, *before)], {}, None, ["hub"])
    return first, home.adopt([said(HUB, SECOND, *after)], {}, first, ["hub"], accept_shrink=True)


def rows(found: list[dict[str, Any]], *keys: str, **like: str) -> list[tuple[Any, ...]]:
    """Return some keys of the rows that are like this."""
    return [tuple(row[k] for k in keys) for row in found if like.items() <= row.items()]


def test_models_added_removed_renamed(tmp_path: Path) -> None:
    """A model is added, gone with its last day, renamed, or comes back; a rename is neither of the others."""
    before = [Model("a/gone"), Model("a/old"), Model("a/stays")]
    after = [Model("a/new"), Model("a/name"), Model("a/stays"), Alias("a/old", "a/name", "renamed")]
    first, second = two(tmp_path, before, after)
    found = diff(first, second, what="models")
    assert rows(found, "id", "reason", change="added") == [("a/new", None)]
    assert rows(found, "id", "reason", change="removed") == [("a/gone", "gone, last listed 2026-01-01")]
    assert rows(found, "before", "after", "source", change="renamed") == [("a/old", "a/name", "hub")]
    back = diff(second, first, what="models")
    assert ("a/gone", "listed again") in rows(back, "id", "reason", change="added")


def test_a_named_model_that_is_listed_is_added(tmp_path: Path) -> None:
    """A parent that was only named says so when it is listed for the first time."""
    edge = Derivation("a/b", "a/base", "finetune", "tags")
    first, second = two(tmp_path, [Model("a/b"), edge], [Model("a/b"), Model("a/base"), edge])
    found = diff(first, second)
    assert rows(found, "id", "reason", what="model") == [("a/base", "was only named")]
    changed = rows(found, "id", "parent", "before", "after", what="derivation", change="changed")
    assert changed == [("a/b", "a/base", "dangling", "resolved")]


def test_derivations_are_counted_by_relation_and_status(tmp_path: Path) -> None:
    """Each relation and status is a group with its number; `top` cuts rows, not numbers."""
    models = [Model("a/base"), *(Model(f"a/m{n}") for n in range(5))]
    edges = [Derivation(f"a/m{n}", "a/base", "quantized", "tags") for n in range(5)]
    stray = [Derivation("a/m0", "no/one", "merge", "tags")]
    first, second = two(tmp_path, [*models, *stray], [*models, *edges])
    found = diff(first, second, what="derivations", top=2)
    added = rows(found, "id", "relation", "after", "of", change="added")
    assert added == [(f"a/m{n}", "quantized", "resolved", 5) for n in range(2)]
    assert rows(found, "parent", "relation", "before", change="removed") == [("no/one", "merge", "dangling")]
    assert len(diff(first, second, what="derivations", top=None)) == 6


def test_a_duplicate_that_comes_first_has_changed(tmp_path: Path) -> None:
    """Without the statement that it repeated a repeat is the derivation; said once less is no change."""
    models = [Model("a/b"), Model("a/base")]
    plain, other = (Derivation("a/b", text, "merge", "tags") for text in ("a/base", "hf.co/a/base"))
    first, second = two(tmp_path, [*models, plain, plain, other], [*models, other])
    changed = rows(diff(first, second), "id", "before", "after", change="changed")
    assert changed == [("a/b", "duplicate", "resolved")]
    third, fourth = two(tmp_path / "more", [*models, plain, plain], [*models, plain])
    assert rows(diff(third, fourth), "id", change="changed") == []


def test_datasets_and_institutions(tmp_path: Path) -> None:
    """Datasets and institutions are compared by their ids."""
    first, second = two(tmp_path, [Model("a/b"), Dataset("a/d")], [Model("a/b"), Institution("A Lab")])
    found = diff(first, second)
    assert rows(found, "change", "id", what="dataset") == [("removed", "a/d")]
    assert rows(found, "change", "id", what="institution") == [("added", "a-lab")]


def test_movers_compare_dates_of_one_source(tmp_path: Path) -> None:
    """The largest move comes first in its own order, with both dates; a jump beyond belief is flagged."""
    old, new = {"big": 2e6, "steep": 10.0, "jump": 5e4}, {"big": 3e6, "steep": 500.0, "jump": 1.5e6}
    worlds = [
        [*(Model(f"a/{name}") for name in values), *(downloads(f"a/{n}", v, on) for n, v in values.items())]
        for values, on in ((old, FIRST), (new, SECOND))
    ]
    found = diff(*two(tmp_path, *worlds), what="movers")
    most = rows(found, "id", "difference", "date_before", "date_after", change="most")
    assert most[0] == ("a/jump", 1.45e6, FIRST, SECOND)
    steepest = rows(found, "id", "ratio", "flagged", change="steepest")
    assert steepest == [("a/steep", 50.0, False), ("a/jump", 30.0, True), ("a/big", 1.5, False)]


def test_figures_of_one_day_do_not_move(tmp_path: Path) -> None:
    """Without a later date there is no movement, even if the figure was corrected."""
    worlds = [[Model("a/b"), downloads("a/b", value, FIRST)] for value in (1.0, 9.0)]
    assert diff(*two(tmp_path, *worlds), what="movers") == []


def test_ranks_by_children(tmp_path: Path) -> None:
    """A base that overtakes another moves in rank, with the ranks before and after."""
    models = [Model("a/x"), Model("a/y"), *(Model(f"b/m{n}") for n in range(5))]
    of_x = [Derivation(f"b/m{n}", "a/x", "finetune", "tags") for n in range(2)]
    of_y = [Derivation(f"b/m{n}", "a/y", "finetune", "tags") for n in range(5)]
    first, second = two(tmp_path, [*models, *of_x, of_y[0]], [*models, *of_x, *of_y])
    ranks = rows(diff(first, second, what="movers"), "id", "before", "after", change="rank")
    assert sorted(ranks) == [("a/x", 1.0, 2.0), ("a/y", 2.0, 1.0)]


def test_unknown_kind(tmp_path: Path) -> None:
    """A kind of change that is none gets the right one."""
    first, second = two(tmp_path, [Model("a/b")], [Model("a/b")])
    with pytest.raises(UnknownName, match="models"):
        diff(first, second, what="model")


keys = st.sampled_from(["a/m", "A/m", "a/n", "b/m", "b/n"])
worlds = st.lists(
    st.one_of(
        keys.map(Model),
        st.tuples(keys, keys | st.just("none")).map(lambda pair: Derivation(*pair, "merge", "tags")),
        st.tuples(keys, st.sampled_from([0.0, 1.0, 9e7]), st.sampled_from([FIRST, SECOND])).map(
            lambda given: downloads(*given)
        ),
    ),
    max_size=9,
)


def newest(snapshot: Snapshot) -> dict[str, tuple[date, float]]:
    """Return day and value of the newest figure of each model, row by row."""
    table = snapshot.frame("observations").select("subject", "observed_on", "value")
    return {subject: max(r[1:] for r in table.rows() if r[0] == subject) for subject in table["subject"]}


def statuses(snapshot: Snapshot) -> dict[tuple[str, ...], str]:
    """Return the status of each statement, row by row; that of a repeat only where there is no other."""
    found: dict[tuple[str, ...], str] = {}
    for *key, status in snapshot.frame("derivations").select("child", "parent_raw", "status").rows():
        if found.get(tuple(key), "duplicate") == "duplicate":
            found[tuple(key)] = status
    return found


@settings(max_examples=examples(25))
@given(worlds, worlds)
def test_law_changes_are_those_of_the_rows(before: list[Record], after: list[Record]) -> None:
    """Derivations and movers are what reading the tables row by row gives."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(dir=MEMORY) as folder:
        both = two(Path(folder), before, after)
        found = diff(*both, top=None)
        old, new = map(statuses, both)
        counts = {name: len(rows(found, "id", what="derivation", change=name)) for name in CHANGES}
        changed = sum(old[key] != new[key] for key in old.keys() & new.keys())
        assert counts == {
            "added": len(new.keys() - old),
            "removed": len(old.keys() - new),
            "changed": changed,
        }
        figures, later = map(newest, both)
        moved = {
            (key, figures[key][1], later[key][1])
            for key in figures.keys() & later.keys()
            if later[key][0] > figures[key][0] and later[key][1] != figures[key][1]
        }
        assert set(rows(found, "id", "before", "after", change="most")) == moved


CHANGES = ("added", "removed", "changed")
names = st.sets(st.sampled_from([f"a/m{n}" for n in range(6)]), min_size=1)


@settings(max_examples=examples(25))
@given(names, names)
def test_law_added_and_removed_are_the_set_differences(before: set[str], after: set[str]) -> None:
    """Models added and removed are those of the readable oracle; a snapshot and itself do not differ."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(dir=MEMORY) as folder:
        first, second = two(Path(folder), map(Model, sorted(before)), map(Model, sorted(after)))
        found = diff(first, second, top=None)
        assert {key for (key,) in rows(found, "id", what="model", change="added")} == after - before
        assert {key for (key,) in rows(found, "id", what="model", change="removed")} == before - after
        assert diff(second, second) == []
        assert all(list(KEYS) == [key for key in KEYS if key in row] for row in found)


def test_changed_statements_are_written_as_rdf(tmp_path: Path) -> None:
    """The delta file holds the edge that came and the one that went, each in a graph that says so."""
    models = [Model("a/base"), Model("a/b"), Model("a/c")]
    stays = Derivation("a/b", "a/base", "finetune", "tags")
    first, _ = two(
        tmp_path,
        [*models, stays, Derivation("a/c", "a/base", "adapter", "tags")],
        [*models, stays, Derivation("a/c", "a/base", "quantized", "tags")],
    )
    path = tmp_path / "changes.nq"
    count = open_registry(tmp_path).export_changes(first, path)
    quads = list(ox.parse(path=str(path)))
    place = "https://w3id.org/begat/g/hub/tags/20260201T000000Z"
    found = {
        side: {str(quad.predicate.value).rpartition("#")[2] for quad in quads if quad.graph_name == graph}
        for side in ("added", "removed")
        if (graph := ox.NamedNode(f"{place}/{side}"))
    }
    assert found == {"added": {"quantizedFrom"}, "removed": {"adapterOf"}}
    assert count == len([quad for quad in quads if str(quad.graph_name.value) != META])
