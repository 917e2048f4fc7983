"""Small columns of new derivatives: every dated one is in one column."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from begat.graph import RELATIONS
from begat.views.picture.months import HIGH, months

DAYS = st.one_of(st.just(-1), st.integers(15_000, 21_000))


@given(st.lists(st.tuples(DAYS, st.integers(0, 9)), max_size=40))
def test_columns_count_every_dated_model(models: list[tuple[int, int]]) -> None:
    """Columns follow each other without a gap, and hold what a plain count of calendar months holds."""
    days, relation = (
        np.array(column, dtype=np.int64) for column in (zip(*models, strict=True) if models else ((), ()))
    )
    found = months(days, relation)
    dated = [(date(1970, 1, 1) + timedelta(days=day), RELATIONS[kind]) for day, kind in models if day >= 0]
    if found is None:
        assert not dated
        return
    assert found.undated == len(models) - len(dated)
    numbers = [int(name[:4]) * 12 + int(name[5:]) - 1 for name, _, _ in found.columns]
    assert numbers == list(range(numbers[0], numbers[0] + found.span * len(numbers), found.span))
    plain = Counter((day.year * 12 + day.month - 1) // found.span for day, _ in dated)
    assert {
        number // found.span: count
        for number, (_, count, _) in zip(numbers, found.columns, strict=True)
        if count
    } == plain
    assert (found.first, found.last) == (found.columns[0][0], found.columns[-1][0])
    assert len(found.columns) <= 48


@given(st.lists(st.tuples(st.integers(19_000, 19_400), st.integers(0, 9)), min_size=1, max_size=40))
def test_heights_are_to_scale(models: list[tuple[int, int]]) -> None:
    """The highest column fills the drawing, blocks stand on each other, heights follow the counts."""
    days, relation = (np.array(column, dtype=np.int64) for column in zip(*models, strict=True))
    found = months(days, relation)
    assert found is not None
    most = max(count for _, count, _ in found.columns)
    for _, count, blocks in found.columns:
        ground = HIGH
        for block in blocks:
            assert abs(block.y + block.height - ground) < 0.02
            ground = block.y
        assert abs(HIGH - ground - HIGH * count / most) < 0.02


def test_long_times_are_put_together() -> None:
    """Ten years are columns of a quarter, forty of a year."""
    spans = []
    for years in (3, 10, 40):
        found = months(np.array([0, 365 * years]), np.array([0, 0]))
        assert found is not None
        spans.append(found.span)
    assert spans == [1, 3, 12]
