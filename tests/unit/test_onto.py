"""One snapshot onto another: what stays, what is replaced, what is gone; the laws of accumulation."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import examples

from begat.errors import HomeError, InputError
from begat.files import home_folder
from begat.records import Alias, Dataset, Derivation, Model, Observation, Record
from begat.resolve import Statements, gather
from begat.snapshot import Home, Snapshot
from begat.snapshot.stated import statements
from begat.sources.base import Method, Source

HUB = Source("hub", "a platform", "CC0-1.0", (), methods={"tags": Method(0.9, 0.9)}, authority=0)
LIST = Source("list", "a list", "CC0-1.0", (), methods={"tags": Method(0.5, 0.5)})
FIRST, SECOND, THIRD, FOURTH = (date(2026, month, 1) for month in (1, 2, 3, 4))


def said(source: Source, on: date, *records: Record) -> Statements:
    """Return what a source says on a day."""
    return gather(source, records, on=on)


def downloads(key: str, value: float, on: date) -> Observation:
    """Return a figure."""
    return Observation(key, "model", "downloads_30d", value, on)


def model(snapshot: Snapshot, key: str) -> dict[str, object]:
    """Return the row of a model."""
    return snapshot.frame("models").row(by_predicate=pl.col("id") == key, named=True)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return an empty home."""
    return Home(tmp_path)


def test_other_sources_are_carried_over(home: Home) -> None:
    """What another source said stays under its own name, with all facts on it."""
    first = home.adopt([said(LIST, FIRST, Model("a/b", parameters=7))], {"list": {"locator": "x"}})
    second = home.adopt([said(HUB, SECOND, Model("a/c"))], {}, first)
    assert second.frame("models")["id"].to_list() == ["a/b", "a/c"]
    assert model(second, "a/b")["sources"] == ["list"]
    facts = {row["source"]: row for row in second.sources}
    assert (facts["list"]["locator"], facts["list"]["date"]) == ("x", "2026-01-01")


def test_a_partial_reading_replaces_what_it_mentions(home: Home) -> None:
    """A model that is mentioned again loses what was said of it before; the others keep theirs."""
    old = [Model("a/b", library="x"), Model("a/c", library="x")]
    edges = [Derivation(key, "a/base", "finetune", "tags") for key in ("a/b", "a/c")]
    first = home.adopt([said(HUB, FIRST, *old, *edges)], {})
    second = home.adopt([said(HUB, SECOND, Model("a/b"))], {}, first)
    assert model(second, "a/b")["library"] is None
    assert model(second, "a/c")["library"] == "x"
    assert second.frame("derivations")["child"].to_list() == ["a/c"]


def test_a_complete_listing_leaves_tombstones(home: Home) -> None:
    """A model that is missing is gone: its rows stay, with the day of the last complete listing."""
    edge = Derivation("a/b", "a/base", "finetune", "tags")
    first = home.adopt([said(HUB, FIRST, Model("a/b"), Model("a/c"), edge)], {}, None, ["hub"])
    second = home.adopt([said(HUB, SECOND, Model("a/c"))], {}, first, ["hub"], accept_shrink=True)
    third = home.adopt([said(HUB, THIRD, Model("a/c"))], {}, second, ["hub"])
    for later in (second, third):
        gone = model(later, "a/b")
        assert (gone["listed"], gone["last_listed"], gone["sources"]) == (False, FIRST, ["hub"])
        assert later.frame("derivations")["child"].to_list() == ["a/b"]
        assert model(later, "a/c")["last_listed"] is None


def test_a_model_that_comes_back_is_listed(home: Home) -> None:
    """A later listing that has a gone model again clears the tombstone, whole or in part."""
    first = home.adopt([said(HUB, FIRST, Model("a/b"), Model("a/c"))], {}, None, ["hub"])
    second = home.adopt([said(HUB, SECOND, Model("a/c"))], {}, first, ["hub"], accept_shrink=True)
    for complete in ([], ["hub"]):
        again = home.adopt([said(HUB, THIRD, Model("a/b"), Model("a/c"))], {}, second, complete)
        assert (model(again, "a/b")["listed"], model(again, "a/b")["last_listed"]) == (True, None)


@pytest.mark.parametrize("complete", [[], ["hub"]])
def test_what_the_platform_removed_keeps_its_facts(home: Home, complete: list[str]) -> None:
    """Told twice that a model was removed, we keep what was said of it; an old dump changes nothing."""
    listed = [Model("a/b", library="x"), Derivation("a/b", "a/base", "finetune", "tags")]
    told = Model("a/b", removed=True, last_listed=SECOND)
    first = home.adopt([said(HUB, SECOND, *listed)], {}, None, ["hub"])
    second = home.adopt([said(HUB, THIRD, told)], {}, first, complete, accept_shrink=True)
    third = home.adopt([said(HUB, FOURTH, told)], {}, second, complete, accept_shrink=True)
    old = home.adopt([said(HUB, FIRST, Model("a/b", library="old"))], {}, third)
    for later in (second, third, old):
        gone = model(later, "a/b")
        assert [gone[key] for key in ("listed", "last_listed", "removed", "library")] == [
            *(False, SECOND, True, "x"),
        ]
        assert later.frame("derivations")["child"].to_list() == ["a/b"]


def test_the_last_complete_listing_dates_the_tombstone(home: Home) -> None:
    """A partial reading in between is no listing: it does not move the day."""
    first = home.adopt([said(HUB, FIRST, Model("a/b"), Model("a/c"))], {}, None, ["hub"])
    second = home.adopt([said(HUB, SECOND, Model("a/c"))], {}, first)
    third = home.adopt([said(HUB, THIRD, Model("a/c"))], {}, second, ["hub"], accept_shrink=True)
    assert model(third, "a/b")["last_listed"] == FIRST


@pytest.mark.parametrize("new", ["a/new", "A/B"])
def test_a_rename_is_no_tombstone(home: Home, new: str) -> None:
    """A model that goes on under another name or in another case is not gone."""
    first = home.adopt([said(HUB, FIRST, Model("a/b", library="x"))], {}, None, ["hub"])
    renamed = [Alias("a/b", new, "renamed")] if new == "a/new" else []
    second = home.adopt([said(HUB, SECOND, Model(new), *renamed)], {}, first, ["hub"])
    assert second.frame("models").select("id", "listed", "last_listed").rows() == [(new, True, None)]


def test_a_rename_stated_later_lifts_the_tombstone(home: Home) -> None:
    """An alias that another source states only afterwards joins the gone name and the listed one."""
    first = home.adopt([said(HUB, FIRST, Model("a/b"), Model("a/c"))], {}, None, ["hub"])
    second = home.adopt([said(HUB, SECOND, Model("a/new"), Model("a/c"))], {}, first, ["hub"])
    assert model(second, "a/b")["listed"] is False
    third = home.adopt([said(LIST, SECOND, Alias("a/b", "a/new", "renamed"))], {}, second)
    assert third.frame("models")["id"].to_list() == ["a/c", "a/new"]
    assert model(third, "a/new")["listed"] is True


@pytest.mark.parametrize("name", ["a/new", "A/B"])
def test_a_rename_that_is_taken_back(home: Home, name: str) -> None:
    """Renamed there and back, and there again, a model is the one that is listed, under whatever name."""
    edge = Derivation("a/c", name, "finetune", "tags")
    snapshot = home.adopt([said(HUB, FIRST, Model("a/b"), Model("a/c"))], {}, None, ["hub"])
    for on, old, new in ((SECOND, "a/b", name), (THIRD, name, "a/b"), (FOURTH, "a/b", name)):
        renamed = [Alias(old, new, "renamed", on)] if name == "a/new" else []
        part = said(HUB, on, Model(new), Model("a/c"), edge, *renamed)
        snapshot = home.adopt([part], {}, snapshot, ["hub"])
        assert sorted(snapshot.frame("models").select("id", "listed").rows()) == sorted(
            [(new, True), ("a/c", True)]
        )
        assert snapshot.frame("derivations").select("parent", "status").rows() == [(new, "resolved")]
        assert snapshot.frame("aliases").select("id", "resolved").rows() == [(old, new)]


def test_figures_are_a_series(home: Home) -> None:
    """A figure of another date is kept, one of the same date and source replaced."""
    first = home.adopt([said(HUB, FIRST, Model("a/b"), downloads("a/b", 1, FIRST))], {}, None, ["hub"])
    second = home.adopt([said(HUB, SECOND, Model("a/b"), downloads("a/b", 2, SECOND))], {}, first, ["hub"])
    third = home.adopt([said(HUB, SECOND, downloads("a/b", 3, SECOND))], {}, second)
    series = third.frame("observations").select("observed_on", "value").rows()
    assert series == [(FIRST, 1.0), (SECOND, 3.0)]


def test_an_older_reading_fills_the_past(home: Home) -> None:
    """A dump of before, imported after, adds its figures and its gone models; it replaces nothing newer."""
    newer = [Model("a/b", library="new"), downloads("a/b", 2, SECOND)]
    older = [Model("a/b", library="old"), Model("a/c"), downloads("a/b", 1, FIRST)]
    second = home.adopt([said(HUB, SECOND, *newer)], {}, None, ["hub"])
    both = home.adopt([said(HUB, FIRST, *older)], {}, second, ["hub"])
    assert both.date == SECOND
    assert model(both, "a/b")["library"] == "new"
    assert model(both, "a/c")["last_listed"] == FIRST
    assert both.frame("observations")["value"].to_list() == [1.0, 2.0]
    assert {row["source"]: row["date"] for row in both.sources} == {"hub": "2026-02-01"}
    first = home.adopt([said(HUB, FIRST, *older)], {}, None, ["hub"])
    forward = home.adopt([said(HUB, SECOND, *newer)], {}, first, ["hub"], accept_shrink=True)
    assert forward.digest == both.digest


def test_shrink_guard(home: Home) -> None:
    """A complete listing that lost more than 2 % is refused unless accepted; nothing is written."""
    many = [Model(f"a/m{place}") for place in range(100)]
    first = home.adopt([said(HUB, FIRST, *many)], {}, None, ["hub"])
    with pytest.raises(
        InputError, match=r"97 models, 3.0% fewer than the 100 of 2026-01-01.*--accept-shrink"
    ):
        home.adopt([said(HUB, SECOND, *many[3:])], {}, first, ["hub"])
    assert home.current().digest == first.digest
    assert home.adopt([said(HUB, SECOND, *many[2:])], {}, first, ["hub"]).rows("models") == 100
    assert home.adopt([said(HUB, SECOND, *many[3:])], {}, first).rows("models") == 100
    home.adopt([said(HUB, SECOND, *many[50:])], {}, first, ["hub"], accept_shrink=True)


def test_shrink_guard_of_datasets(home: Home) -> None:
    """A complete listing without the datasets that were there is refused: a file may have been forgotten."""
    first = home.adopt([said(HUB, FIRST, Model("a/b"), Dataset("a/d"))], {}, None, ["hub"])
    forgotten = said(HUB, SECOND, Model("a/b"))
    with pytest.raises(InputError, match=r"lists 0 datasets, 100\.0% fewer than the 1 of 2026-01-01"):
        home.adopt([forgotten], {}, first, ["hub"])
    assert home.adopt([forgotten], {}, first).rows("datasets") == 1


def test_what_was_said_is_read_back(home: Home) -> None:
    """The statements of a snapshot are those it was made from, row by row and in their order."""
    part = said(HUB, FIRST, Model("z/z"), Model("a/b", papers=["2401.00001"]), downloads("a/b", 1, FIRST))
    (back,) = statements(home.adopt([part], {}))
    assert (back.source, back.date) == (HUB_BARE, FIRST)
    for name, frame in part.frames.items():
        assert back.frames[name].equals(frame), name


HUB_BARE = Source("hub", "a platform", "CC0-1.0", (), authority=0)


def test_a_snapshot_without_statements_goes_by_its_tables(home: Home) -> None:
    """Where statements were left out, rows are read from the tables and the tables come out the same."""
    import shutil

    guess = Derivation("a/b", "no/one", "finetune", "card")
    parts = [
        said(HUB, FIRST, Model("a/b"), downloads("a/b", 1, FIRST), guess),
        said(LIST, FIRST, Model("a/c")),
    ]
    first = home.adopt(parts, {})
    shutil.rmtree(first.path / "statements")
    second = home.adopt([], {}, Snapshot(first.path))
    for table in ("models", "observations", "derivations", "inferences"):
        assert first.rows(table)
        assert second.frame(table).equals(first.frame(table)), table
    last = Source("last", "a list that ranks behind", "CC0-1.0", (), authority=2)
    third = home.adopt([said(last, SECOND, Model("a/d"))], {}, Snapshot(first.path))
    assert third.frame("models").filter("listed")["id"].to_list() == ["a/b", "a/c", "a/d"]


def test_real_and_synthetic_never_mix(tmp_path: Path) -> None:
    """A synthetic Hub is refused in a home with real snapshots, and real data in a synthetic home."""
    from begat.synth import synthetic_home

    real, drawn = Home(tmp_path / "real"), Home(tmp_path / "drawn")
    for home in (real, drawn):
        home.path.mkdir()
    real.adopt([said(HUB, FIRST, Model("a/b"))], {})
    hub = synthetic_home(drawn.path, 1000, 0)
    with pytest.raises(HomeError, match="real sources, and synthetic"):
        synthetic_home(real.path, 1000, 0)
    with pytest.raises(HomeError, match="synthetic Hub, and real"):
        drawn.adopt([said(HUB, FIRST, Model("a/b"))], {})
    with pytest.raises(HomeError, match="never brought together"):
        Home(tmp_path).adopt(statements(hub), {})


# Small worlds: few names, so that cases, renames and sources meet.
ids = st.sampled_from(["a/m", "A/m", "a/n", "b/m", "b/n", "c/x"])
records = st.one_of(
    st.tuples(ids, st.sampled_from([None, "x"]), st.sampled_from([None, "mit", "apache-2.0"])).map(
        lambda given: Model(given[0], library=given[1], licence_raw=given[2])
    ),
    ids.map(lambda key: Model(key, removed=True)),
    st.tuples(ids, ids).map(lambda pair: Derivation(*pair, "finetune", "tags")),
    st.lists(ids, min_size=2, max_size=2, unique=True).map(lambda pair: Alias(*pair, "renamed")),
    st.tuples(ids, st.sampled_from([1.0, 2.0]), st.sampled_from([FIRST, SECOND])).map(
        lambda given: downloads(*given)
    ),
)
worlds = st.lists(records, max_size=8)


MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where the homes of small worlds lie: on a disk, waiting for it would take most of the time."""


def digest(folder: str, steps: Sequence[Sequence[Statements]], complete: Sequence[str]) -> str:
    """Import step by step, each onto the one before; return the digest of the last."""
    home = Home(home_folder(folder))
    snapshot: Snapshot | None = None
    for parts in steps:
        snapshot = home.adopt(parts, {}, snapshot, complete, accept_shrink=True)
    assert snapshot is not None
    return snapshot.digest


@settings(max_examples=examples(30))
@given(worlds, worlds, st.sampled_from([FIRST, SECOND]), st.sampled_from([[], ["hub"]]))
def test_law_sources_come_in_any_order(
    hub: list[Record], listed: list[Record], on: date, complete: list[str]
) -> None:
    """Sources imported one onto the other give what they give imported at once, in any order."""

    def one() -> Statements:
        return said(HUB, FIRST, *hub)

    def two() -> Statements:
        return said(LIST, on, *listed)

    with TemporaryDirectory(dir=MEMORY) as folder:
        at_once = digest(f"{folder}/a", [[one(), two()]], complete)
        assert digest(f"{folder}/b", [[one()], [two()]], complete) == at_once
        assert digest(f"{folder}/c", [[two()], [one()]], complete) == at_once


@settings(max_examples=examples(30))
@given(worlds, worlds, st.sampled_from([[], ["hub"]]))
def test_law_the_same_again_changes_nothing(
    before: list[Record], now: list[Record], complete: list[str]
) -> None:
    """The same input imported again onto its own result gives the same snapshot, also in part."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        home = Home(Path(folder))
        base = home.adopt([said(HUB, FIRST, *before)], {}, None, complete)
        once = home.adopt([said(HUB, SECOND, *now)], {}, base, complete, accept_shrink=True)
        again = home.adopt([said(HUB, SECOND, *now)], {}, once, complete, accept_shrink=True)
        assert again.path == once.path


@settings(max_examples=examples(30))
@given(worlds, worlds)
def test_law_nothing_is_lost(before: list[Record], now: list[Record]) -> None:
    """What a source listed is listed in some case, gone with its day, or renamed; no figure is lost."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        home = Home(Path(folder))
        base = home.adopt([said(HUB, FIRST, *before)], {}, None, ["hub"])
        later = home.adopt([said(HUB, SECOND, *now)], {}, base, ["hub"], accept_shrink=True)
        rows = later.frame("models").filter(pl.col("listed") | pl.col("last_listed").is_not_null())
        known = {key.casefold() for key in [*rows["id"], *later.frame("aliases")["id"]]}
        assert {row.id.casefold() for row in before if isinstance(row, Model)} <= known
        dated = {(row.observed_on, row.metric) for row in before if isinstance(row, Observation)}
        assert dated <= set(later.frame("observations").select("observed_on", "metric").rows())
