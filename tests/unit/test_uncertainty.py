"""Rank intervals: what they must hold whatever the data."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from begat.influence.indicator import osir_values
from begat.influence.method import method_named
from begat.influence.ranking import rank
from begat.influence.uncertainty import (
    Table,
    _dense_ranks,
    _normalised,
    draw_ranks,
    intervals,
    ranking_table,
)
from begat.snapshot import embedded

NEWEST = date(2025, 9, 7)
OSIR = method_named("osir-53")
KEYS = [(dimension, code) for dimension, code in (("data", "num_language"), ("model", "likes"))]
KEYS += [("system", "num_operators"), ("evaluation", "num_leaderboards")]


def made(values: list[list[float]]) -> Table:
    """Return a table of one indicator a dimension, all typed in by hand."""
    fixed = np.array(values, dtype=float)
    names = [f"i{place}" for place in range(len(values))]
    return Table(names, KEYS, fixed, [np.zeros((1, len(KEYS))) for _ in values])


@pytest.fixture(scope="module")
def table() -> Table:
    """Return the newest edition."""
    return ranking_table(embedded(), NEWEST, osir_values(embedded(), NEWEST))


def test_table_is_the_values_split_by_item(table: Table) -> None:
    """Items and hand-typed values together are the indicator values, and none is negative."""
    total = np.stack([part.sum(axis=0) for part in table.parts]) + table.fixed
    values = osir_values(embedded(), NEWEST)
    for name, dimension, code, value in values.iter_rows():
        place = table.institutions.index(name), table.keys.index((dimension, code))
        assert total[place] == pytest.approx(value)
    assert (table.fixed >= 0).all()


def test_intervals_contain_the_published_rank() -> None:
    """The rank under the method itself lies in the interval of every institution, in every edition."""
    for edition in (date(2024, 12, 13), date(2025, 4, 7), NEWEST):
        ranked = rank(embedded(), edition=edition, draws=2000)
        assert ranked.filter((pl.col("rank") < pl.col("low")) | (pl.col("rank") > pl.col("high"))).is_empty()


def test_leader_can_not_be_named() -> None:
    """Tier 1 of September 2025 has several members, Meta, BAAI and Alibaba among them."""
    ranked = rank(embedded(), edition=NEWEST, draws=2000)
    first = set(ranked.filter(pl.col("tier") == 1)["subject"])
    assert {"Meta", "BAAI", "Google", "Ali"} <= first
    assert ranked["p_first"].sum() == pytest.approx(1, abs=0.01)


def test_same_seed_same_ranks(table: Table) -> None:
    """Draws repeat with their seed and differ with another."""
    first = draw_ranks(table, OSIR, draws=50, seed=7)
    assert (first == draw_ranks(table, OSIR, draws=50, seed=7)).all()
    assert (first != draw_ranks(table, OSIR, draws=50, seed=8)).any()


def test_who_is_best_in_all_is_first_in_all() -> None:
    """An institution that leads every indicator is first in every draw, one that trails is last."""
    ranks = draw_ranks(made([[9, 9, 9, 9], [5, 4, 3, 6], [1, 1, 1, 1]]), OSIR, draws=500)
    assert (ranks[:, 0] == 1).all()
    assert (ranks[:, 2] == 3).all()
    found = intervals(ranks)
    assert found["low"].to_list() == [1, 2, 3]
    assert found["tier"].to_list() == [1, 2, 3]
    assert found["p_first"].to_list() == [1, 0, 0]


def test_equals_are_tied() -> None:
    """Institutions with the same values share every rank and the tier."""
    ranks = draw_ranks(made([[2, 2, 2, 2], [2, 2, 2, 2], [1, 1, 1, 1]]), OSIR, draws=200)
    assert (ranks[:, 0] == ranks[:, 1]).all()
    assert intervals(ranks)["tier"].to_list() == [1, 1, 2]


rows = st.lists(st.lists(st.integers(0, 20).map(float), min_size=4, max_size=4), min_size=2, max_size=6)


@settings(max_examples=50)
@given(rows)
def test_ranks_are_ranks(values: list[list[float]]) -> None:
    """In every draw somebody is first and nobody is beyond the number of institutions."""
    ranks = draw_ranks(made(values), OSIR, draws=20)
    assert (ranks.min(axis=1) == 1).all()
    assert ranks.max() <= len(values)


@given(rows)
def test_normalised_values_keep_the_order(values: list[list[float]]) -> None:
    """Each normalisation is within [0, 1], monotone, and 0 stays 0 where it is the least."""
    raw = np.repeat(np.array(values)[None], 3, axis=0)
    scaled = _normalised(raw, np.array([0, 1, 2]))
    assert ((scaled >= 0) & (scaled <= 1)).all()
    for kind in range(3):
        for column in range(4):
            order = np.argsort(raw[kind, :, column], kind="stable")
            assert (np.diff(scaled[kind, order, column]) >= 0).all()


@given(rows)
def test_dense_ranks_are_those_of_polars(values: list[list[float]]) -> None:
    """Equal scores share a rank and the next rank is one more."""
    scores = np.array(values)[None]
    oracle = pl.DataFrame(np.array(values)).select(pl.all().rank("dense", descending=True))
    assert (_dense_ranks(scores)[0] == oracle.to_numpy()).all()
