"""What the default method must hold whatever the data: on made-up tables, and on small snapshots."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.conftest import examples

from begat.errors import InputError
from begat.influence.indicator import DIMENSIONS
from begat.influence.indicator.base import ROWS
from begat.influence.indicator.osir_53 import Edition
from begat.influence.method import method_named
from begat.influence.ranking import Ranking, rank, ranking
from begat.influence.scoring import Layout, bounds
from begat.influence.table import make_table
from begat.records import Account, Derivation, Institution, Model, Observation, Record
from begat.snapshot import Snapshot, embedded

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]

CODES = (
    *("D01", "D06", "D07", "D09", "M01", "M05", "M11", "M12", "M16"),
    *("S01", "S02", "S03", "S08", "E01", "E02", "E04", "E06", "E08"),
)
"""Indicators whose value is the sum, the share or the largest of their rows."""

METHOD = method_named("begat-53").only(CODES)
ITEMS = Layout.of(METHOD).indicators
UNUSED = METHOD.framework.indicators["D13"]
"""Of no weight in `METHOD`: names everybody."""
DAY = date(2026, 1, 1)

Cell = float | None
Grid = Sequence[Sequence[Cell]]

cells = st.one_of(st.none(), st.just(0.0), st.floats(0, 1), st.floats(0, 1e6, allow_subnormal=False))
full_cells = st.one_of(st.just(0.0), st.floats(0, 1), st.floats(0, 1e6, allow_subnormal=False))


def grids(cell: st.SearchStrategy[Cell]) -> st.SearchStrategy[Grid]:
    """Return tables of two to five subjects."""
    row = st.lists(cell, min_size=len(CODES), max_size=len(CODES))
    return st.lists(row, min_size=2, max_size=5)


many = settings(max_examples=examples(50))
some = grids(cells)
mostly = st.one_of(grids(full_cells), some)


def ranked(grid: Grid, order: Sequence[int] = (0,)) -> Ranking:
    """Return the ranking of a grid of values, None where missing; each value in two rows, in an order."""
    everybody = [{"subject": f"i{place}", "amount": 0.0} for place in range(len(grid))]
    found = [(UNUSED, pl.DataFrame(everybody, schema=ROWS))]
    for column, item in enumerate(ITEMS):
        rows = [
            {"subject": f"i{place}", "amount": part, "weight": 1.0, "unit": f"{part}"}
            for place, row in enumerate(grid)
            if (value := row[column]) is not None
            for part in (value, 0.0)
        ]
        table = pl.DataFrame(rows, schema=ROWS)
        found.append((item, table[np.argsort(np.resize(order, table.height), kind="stable")]))
    return Ranking(embedded(), METHOD, DAY, "institution", Edition(embedded(), DAY), make_table(found))


@many
@given(mostly)
def test_scores_are_parts_of_one_and_lie_in_their_bounds(grid: Grid) -> None:
    """Normalised values and scores are in [0, 1]; bounds bracket scores, rank bounds bracket ranks."""
    found = ranked(grid)
    for values in (found.scores.normalised, found.scores.dimensions, found.scores.overall):
        known = values[~np.isnan(values)]
        assert ((known >= 0) & (known <= 1 + 1e-12)).all()
    least, greatest = bounds(found.scores, found.layout)
    assert (least <= greatest + 1e-12).all()
    own, known = found.scores.overall, found.ranked
    assert (least[known] <= own[known] + 1e-12).all()
    assert (own[known] <= greatest[known] + 1e-12).all()
    for row in found.rows().drop_nulls("rank").iter_rows(named=True):
        assert row["bound_low"] <= row["rank"] <= row["bound_high"]


@many
@given(mostly, st.data())
def test_hiding_half_never_narrows_the_bounds(grid: Grid, data: st.DataObject) -> None:
    """Hide half of what is observed of somebody: best and worst rank never come nearer, coverage falls."""
    seen = [column for column, value in enumerate(grid[0]) if value is not None]
    hidden = set(data.draw(st.permutations(seen))[: len(seen) // 2])
    left = [None if column in hidden else value for column, value in enumerate(grid[0])]
    before, after = (
        ranked(each).rows().filter(subject="i0").row(0, named=True) for each in (grid, [left, *grid[1:]])
    )
    assert after["coverage"] <= before["coverage"]
    assume(before["bound_low"] is not None and after["bound_low"] is not None)
    assert after["bound_low"] <= before["bound_low"]
    assert after["bound_high"] >= before["bound_high"]


@many
@given(mostly, st.permutations(range(11)))
def test_the_order_of_rows_changes_nothing(grid: Grid, order: list[int]) -> None:
    """Rows in another order give the same ranking."""
    assert_frame_equal(ranked(grid).rows(), ranked(grid, order).rows(), abs_tol=1e-12)


@many
@given(mostly, st.integers(0, len(CODES) - 1), st.floats(0, 1e6))
def test_more_never_lowers_the_own_score(grid: Grid, column: int, more: float) -> None:
    """A larger value, all else equal, lowers neither the score nor the place of whom it belongs to."""
    value = grid[0][column]
    assume(value is not None)
    assert value is not None
    raised = [*grid[0][:column], value + more, *grid[0][column + 1 :]]
    before, after = (
        ranked(each).rows().filter(subject="i0").row(0, named=True) for each in (grid, [raised, *grid[1:]])
    )
    for name in ("score", *DIMENSIONS):
        assert (before[name] is None) == (after[name] is None)
        assert before[name] is None or after[name] >= before[name] - 1e-12
    assert before["rank"] is None or after["rank"] <= before["rank"]


@many
@given(some, st.permutations(range(5)))
def test_renaming_permutes(grid: Grid, order: list[int]) -> None:
    """Subjects in another order, so under other names, have the scores that they had."""
    places = [place for place in order if place < len(grid)]
    one, other = ranked(grid).scores, ranked([grid[place] for place in places]).scores
    assert np.allclose(one.dimensions[places], other.dimensions, rtol=0, atol=1e-12, equal_nan=True)
    assert np.allclose(one.overall[places], other.overall, rtol=0, atol=1e-12, equal_nan=True)


def hub(downloads: Sequence[int], children: Sequence[tuple[int, int]]) -> list[Record]:
    """Return three houses of three models each, judged and downloaded, and derivatives by others of these."""
    records: list[Record] = []
    for house in ("a", "b", "c"):
        records += [Institution(house.upper() * 3, id=house * 3), Account("huggingface", house, house * 3)]
    for number, used in enumerate(downloads):
        key = f"{'abc'[number % 3]}/m{number}"
        records += [
            Model(key, task="text-generation", library="transformers", parameters=10 ** (8 + number % 4)),
            Observation(key, "model", "osai:weights", number % 2, observed_on=DAY),
            Observation(key, "model", "downloads_30d", used, observed_on=DAY),
            Observation(key, "model", "likes", used // 7, observed_on=DAY),
        ]
    for number, (account, parent) in enumerate(children):
        key = f"user{account}/d{number}"
        of = f"{'abc'[parent % 3]}/m{parent}"
        records += [
            Model(key),
            Derivation(key, of, "finetune", "tags"),
            Observation(key, "model", "downloads_30d", 30 * account, observed_on=DAY),
        ]
    return records


few = settings(max_examples=examples(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
downloads_of_nine = st.lists(st.integers(0, 10**6), min_size=9, max_size=9)
derivatives = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 8)), max_size=20)


@few
@given(downloads_of_nine, derivatives, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_no_ranking(
    make_snapshot: MakeSnapshot, downloads: list[int], children: list[tuple[int, int]], random: Random
) -> None:
    """Records that a source gives in another order make the same ranking, intervals included."""
    records = hub(downloads, children)
    mixed = random.sample(records, len(records))
    one, other = (rank(make_snapshot(each), dimension="model", draws=10) for each in (records, mixed))
    assert one["rank"].drop_nulls().len() == 3
    assert one.equals(other)


@few
@given(downloads_of_nine, derivatives, st.integers(0, 8), st.integers(1, 10**7))
def test_more_downloads_never_lower_the_own_score(
    make_snapshot: MakeSnapshot, downloads: list[int], children: list[tuple[int, int]], model: int, more: int
) -> None:
    """More downloads of a model, all else equal, lower neither the score nor the place of its house."""
    raised = [used + more * (place == model) for place, used in enumerate(downloads)]
    house = "abc"[model % 3] * 3
    before, after = (
        rank(make_snapshot(hub(each, children)), dimension="model").filter(subject=house).row(0, named=True)
        for each in (downloads, raised)
    )
    assert after["score"] >= before["score"] - 1e-12
    assert after["rank"] <= before["rank"]


@few
@given(downloads_of_nine, derivatives, st.integers(0, 8))
def test_a_derivative_by_somebody_else_never_lowers_the_own_score(
    make_snapshot: MakeSnapshot, downloads: list[int], children: list[tuple[int, int]], model: int
) -> None:
    """One more derivative of a model, by a new account, lowers no score of its house."""
    house = "abc"[model % 3] * 3
    before, after = (
        rank(make_snapshot(hub(downloads, each)), dimension="model").filter(subject=house).row(0, named=True)
        for each in (children, [*children, (5, model)])
    )
    assert after["score"] >= before["score"] - 1e-12


@few
@given(downloads_of_nine, derivatives, st.data())
def test_hiding_half_in_a_snapshot_never_narrows_the_bounds(
    make_snapshot: MakeSnapshot, downloads: list[int], children: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Hide half of what a snapshot knows of a house: its bounds never come nearer, coverage falls."""
    found = ranking(make_snapshot(hub(downloads, children)), method_named("begat-53").on("model"))
    place = list(found.table.subjects).index("aaa")
    seen = np.flatnonzero(~np.isnan(found.table.values[place]))
    hidden = set(data.draw(st.permutations(seen.tolist()))[: len(seen) // 2])
    kept = []
    for column, item in enumerate(found.table.cells):
        observed = item.observed.copy()
        observed[place] &= column not in hidden
        kept.append(replace(item, observed=observed))
    less = replace(found, table=replace(found.table, cells=kept))
    before, after = (each.rows().filter(subject="aaa").row(0, named=True) for each in (found, less))
    assert after["coverage"] < before["coverage"]
    assert after["bound_low"] <= before["bound_low"]
    assert after["bound_high"] >= before["bound_high"]


def test_a_house_without_half_of_its_sources_is_not_ranked(make_snapshot: MakeSnapshot) -> None:
    """Without judgements the openness of nobody is known, and the dimension covers 55 %: no score."""
    records = hub([500] * 9, [(1, 0), (2, 4)])
    unjudged = [
        row for row in records if not (isinstance(row, Observation) and row.metric.startswith("osai"))
    ]
    assert rank(make_snapshot(records), dimension="model")["score"].null_count() == 0
    with pytest.raises(InputError, match="too little is known"):
        rank(make_snapshot(unjudged), dimension="model")
