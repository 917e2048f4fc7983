"""Rank intervals: what they must hold whatever the data."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import examples

from begat.influence.indicator import osir_values
from begat.influence.indicator.base import ROWS
from begat.influence.method import method_named
from begat.influence.ranking import rank, ranking
from begat.influence.scoring import Layout, normalise, ranks
from begat.influence.table import Table, make_table
from begat.influence.uncertainty import CHOICES, draw_ranks, intervals, moved_by
from begat.snapshot import embedded

NEWEST = date(2025, 9, 7)
CODES = ["data:num_language", "model:likes", "system:num_operators", "evaluation:num_leaderboards"]
OSIR = Layout.of(method_named("osir-53").only(CODES))
KINDS = ("max", "log", "rank")


def made(values: list[list[float]]) -> Table:
    """Return a table of one indicator a dimension, all typed in by hand."""
    found = []
    for column, item in enumerate(OSIR.indicators):
        rows = [{"subject": f"i{place}", "amount": row[column]} for place, row in enumerate(values)]
        found.append((item, pl.DataFrame(rows, schema=ROWS)))
    return make_table(found)


def test_table_holds_the_values() -> None:
    """Listed items and hand-typed values, added up by unit, are the indicator values of an edition."""
    table = ranking(embedded(), method_named("osir-53"), NEWEST).table
    for name, dimension, code, value in osir_values(embedded(), NEWEST).iter_rows():
        place = table.subjects.index(name), table.codes.index(f"{dimension}:{code}")
        assert table.values[place] == pytest.approx(value)
    once = table.drawn(np.ones((table.units, 2)))
    assert np.allclose(once[0], table.values)
    assert np.allclose(once[1], table.values)


@pytest.mark.parametrize("method", ["begat-53", "osir-53"])
def test_intervals_contain_the_rank(method: str) -> None:
    """The rank under default settings lies in the interval of everybody."""
    ranked = rank(embedded(), method, draws=2000)
    assert ranked["low"].drop_nulls().len() == ranked["rank"].drop_nulls().len() > 0
    assert ranked.filter((pl.col("rank") < pl.col("low")) | (pl.col("rank") > pl.col("high"))).is_empty()


def test_intervals_contain_earlier_ranks() -> None:
    """So it is in earlier editions."""
    for edition in (date(2024, 12, 13), date(2025, 4, 7)):
        ranked = rank(embedded(), "osir-53", edition, draws=2000)
        assert ranked.filter((pl.col("rank") < pl.col("low")) | (pl.col("rank") > pl.col("high"))).is_empty()


def test_leader_can_not_be_named() -> None:
    """Tier 1 of September 2025 has several members, Meta, BAAI and Alibaba among them."""
    ranked = rank(embedded(), "osir-53", NEWEST, draws=2000)
    first = set(ranked.filter(pl.col("tier") == 1)["subject"])
    assert {"Meta", "BAAI", "Google", "Ali"} <= first
    assert ranked["p_first"].sum() == pytest.approx(1, abs=0.01)


def test_same_seed_same_ranks() -> None:
    """Draws repeat with their seed and differ with another."""
    found = ranking(embedded(), method_named("osir-53"), NEWEST)
    first = draw_ranks(found.table, found.layout, draws=50, seed=7)
    assert (first == draw_ranks(found.table, found.layout, draws=50, seed=7)).all()
    assert (first != draw_ranks(found.table, found.layout, draws=50, seed=8)).any()


def test_nothing_varied_nothing_moves() -> None:
    """Without a choice to vary every draw is the ranking itself."""
    found = ranking(embedded(), method_named("begat-53"))
    names = [name for name, some in zip(found.table.subjects, found.ranked, strict=True) if some]
    drawn = draw_ranks(found.table.among(names), found.layout, draws=3, vary=())
    assert (drawn == ranks(found.scores.overall[found.ranked][None])).all()


def test_one_choice_at_a_time() -> None:
    """Every choice is varied alone, for everybody, and what can't differ in a method moves nobody."""
    found = ranking(embedded(), method_named("osir-53"), NEWEST)
    rows = moved_by(found.table, found.layout, draws=40)
    assert {row["choice"] for row in rows} == set(CHOICES.values())
    assert len(rows) == len(CHOICES) * 32
    assert all(row["spread"] == 0 for row in rows if row["choice"] == CHOICES["missing"])
    assert any(row["spread"] > 1 for row in rows if row["choice"] == CHOICES["aggregation"])


def test_who_is_best_in_all_is_first_in_all() -> None:
    """An institution that leads every indicator is first in every draw, one that trails is last."""
    drawn = draw_ranks(made([[9, 9, 9, 9], [5, 4, 3, 6], [1, 1, 1, 1]]), OSIR, draws=500)
    assert (drawn[:, 0] == 1).all()
    assert (drawn[:, 2] == 3).all()
    found = intervals(drawn)
    assert found["low"].to_list() == [1, 2, 3]
    assert found["tier"].to_list() == [1, 2, 3]
    assert found["p_first"].to_list() == [1, 0, 0]


def test_equals_are_tied() -> None:
    """Institutions with the same values share every rank and the tier."""
    drawn = draw_ranks(made([[2, 2, 2, 2], [2, 2, 2, 2], [1, 1, 1, 1]]), OSIR, draws=200)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert intervals(drawn)["tier"].to_list() == [1, 1, 2]


values_of_many = st.lists(
    st.lists(st.integers(0, 20).map(float), min_size=4, max_size=4), min_size=2, max_size=6
)


@settings(max_examples=examples(50))
@given(values_of_many)
def test_ranks_are_ranks(values: list[list[float]]) -> None:
    """In every draw somebody is first and nobody is beyond the number of institutions."""
    drawn = draw_ranks(made(values), OSIR, draws=20)
    assert (drawn.min(axis=1) == 1).all()
    assert drawn.max() <= len(values)


@given(values_of_many)
def test_normalised_values_keep_the_order(values: list[list[float]]) -> None:
    """Each normalisation is within [0, 1] and monotone."""
    raw = np.array(values)[None]
    for kind in KINDS:
        scaled = normalise(raw, OSIR.indicators, kind, None)[0]
        assert ((scaled >= 0) & (scaled <= 1)).all()
        for column in range(4):
            order = np.argsort(raw[0, :, column], kind="stable")
            assert (np.diff(scaled[order, column]) >= 0).all()


@given(values_of_many)
def test_ranks_are_those_of_polars(values: list[list[float]]) -> None:
    """Equal scores share a rank; the next is one more (dense) or one more than all before."""
    scores = np.array(values)[None]
    for dense, kind in ((True, "dense"), (False, "min")):
        oracle = pl.DataFrame(np.array(values)).select(pl.all().rank(kind, descending=True))  # type: ignore[arg-type]
        assert (ranks(scores, dense=dense)[0] == oracle.to_numpy()).all()
