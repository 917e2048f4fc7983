"""The chart of influence: its ranks against those of `begat influence`, marks, what is folded."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import MakeSnapshot
from tests.unit.entity_sample import entity_records, registry_of

from begat.answer.influence import beside
from begat.errors import InputError, UnknownName
from begat.influence.measure.base import measures
from begat.registry import Registry, open_registry
from begat.views.page.base import html

VALUES = st.lists(st.integers(0, 5), min_size=1, max_size=20)


@pytest.fixture
def world(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return a registry of the invented world."""
    return registry_of(make_snapshot, entity_records(), tmp_path / "home")


def table(values: list[int]) -> pl.DataFrame:
    """Return scores of groups; measures other than children go the other way."""
    size = len(values)
    columns = {name: [float(size - place) for place in range(size)] for name in measures()}
    named = {"id": [f"g{place:02}" for place in range(size)], "name": [None] * size, "country": [None] * size}
    return pl.DataFrame({**named, **columns, "children": [float(value) for value in values]})


@given(VALUES, st.integers(1, 5))
def test_ranks_are_those_of_a_count(values: list[int], most: int) -> None:
    """A rank is one more than how many have a larger value; the rows are the first of each measure."""
    found = beside(table(values), by="family", measure="reach", most=most)
    ranked = [value for value in values if value > 0]
    assert found["all"] == len(ranked)
    for row in found["rows"]:
        assert row["ranks"]["children"] == 1 + sum(value > row["children"] for value in ranked)
        assert min(row["ranks"].values()) <= most
    firsts = {row["id"] for row in found["rows"]}
    wanted = [f"g{place:02}" for place, value in enumerate(values) if value > 0]
    assert set(wanted[:most]) <= firsts
    assert found["rest"]["reach"] == sum(len(values) - int(name[1:]) for name in wanted[most:])


@pytest.mark.parametrize("by", ["model", "institution", "country"])
def test_rows_are_those_of_influence(built: Path, by: str) -> None:
    """Values and ranks on the embedded snapshot are those that `influence` orders by."""
    registry = open_registry(built)
    for measure in ("reach", "accounts"):
        page = registry.influence_page(by=by, measure=measure, most=10)
        known = {row["id"]: row for row in registry.influence(by=by, measure=measure)}
        for row in page.twin.rows:
            assert row[measure] == known[row["id"]][measure]
            assert row[f"{measure}_rank"] == known[row["id"]]["rank"]
        assert page.twin.head["ranked"] == len(known)


def test_disagreement_is_said(built: Path) -> None:
    """The first sentence counts how many of the first would not be first by the measure farthest off."""
    page = open_registry(built).influence_page(by="institution", most=20)
    rows = page.twin.rows

    def first(name: str) -> set[str]:
        ordered = sorted(rows, key=lambda row: (row[f"{name}_rank"] or 1_000_000, row["id"]))
        return {row["id"] for row in ordered[:10]}

    firsts = {name: first(name) for name, *_ in page.values["names"]}
    most = max(len(firsts["reach"] - other) for other in firsts.values())
    assert most > 0
    assert f"{most} would not be among the first 10" in page.values["lead"]


def test_intervals(built: Path) -> None:
    """With draws the rows that are seen have the intervals that `influence` gives."""
    registry = open_registry(built)
    page = registry.influence_page(by="institution", most=3, draws=50)
    rows = registry.influence(by="institution", most=3, draws=50)
    shown = {row["id"]: row for row in page.twin.rows}
    for row in rows:
        assert all(shown[row["id"]][key] == row[key] for key in ("low", "high", "value_low", "value_high"))
    assert "drawn again 50 times" in html(page)


def test_what_is_folded(world: Registry) -> None:
    """What is not seen is counted, and its credit summed up where credit adds up."""
    page = world.influence_page(most=1)
    known = world.influence()
    rest = sum(row["reach"] for row in known[1:])
    assert page.twin.head["rest"]["reach"] == pytest.approx(rest)
    assert page.values["more"].startswith(f"And {len(known) - 1} more, with together")
    assert [line["hidden"] for line in page.values["lines"]] == [False] + [True] * (len(page.twin.rows) - 1)


def test_of_one_country(world: Registry) -> None:
    """With a country only those with their seat there are ranked, and the page says so."""
    page = world.influence_page(by="institution", country="cn")
    assert [row["id"] for row in page.twin.rows] == ["bolt"]
    assert "with their seat in China" in html(page)


def test_scope(world: Registry) -> None:
    """A narrower scope changes the values."""
    page = world.influence_page(by="institution", relations={"merge"})
    assert {row["id"]: row["descendants"] for row in page.twin.rows} == {"acme": 1, "bolt": 1}


def test_nothing_to_show(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Without recorded derivatives the page says so."""
    registry = registry_of(make_snapshot, [], tmp_path / "home")
    assert "Nothing is recorded to be built" in html(registry.influence_page())


def test_wrong_questions(world: Registry) -> None:
    """Unknown measures and groups, and measures of groups asked of models, are errors as in `influence`."""
    for how in ({"measure": "fame"}, {"by": "planet"}):
        with pytest.raises(UnknownName):
            world.influence_page(**how)
    with pytest.raises(InputError, match="of groups"):
        world.influence_page(measure="h_index")


def test_every_measure_has_words(world: Registry) -> None:
    """Every measure can be ordered by, and has a name and a definition in both languages."""
    for name, item in measures().items():
        for lang in ("en", "zh"):
            if not world.scores.filter(pl.col("by") == "institution")[name].is_null().all():
                page = world.influence_page(by="institution", measure=name, lang=lang)
                assert page.values["names"][0][0] == name, item.title


def test_same_bytes(world: Registry) -> None:
    """The same question gives the same bytes."""
    texts = [html(world.influence_page(lang=lang)) for lang in ("en", "zh", "en")]
    assert texts[0] == texts[2] != texts[1]
    assert json.loads(world.influence_page().twin.json())["head"]["by"] == "model"
