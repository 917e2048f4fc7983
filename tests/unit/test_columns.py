"""The columns that views show: kept on disk, and the downloads of one source and date among several."""

from collections import Counter
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import MakeSnapshot
from tests.unit.view_sample import Sample, sample

from begat.influence.figures import UNKNOWN, Downloads
from begat.registry.columns import load_or_make
from begat.views.tree.facts import Columns, Facts

DAY = date(2026, 1, 1)
figures = st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 3)), st.integers(0, 99), max_size=20)


@pytest.fixture
def plain(make_snapshot: MakeSnapshot) -> Sample:
    """Return the plain family."""
    return sample(make_snapshot)


def same(one: Facts, other: Facts) -> bool:
    """Whether two say the same."""
    pairs = [(getattr(one, item.name), getattr(other, item.name)) for item in fields(Facts)]
    return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)


def test_kept_columns_are_those_made(plain: Sample, tmp_path: Path) -> None:
    """Opened again, columns say what they said when they were made; damaged ones are made anew."""
    folder = tmp_path / "columns"
    made = load_or_make(plain.snapshot, plain.graph, folder)
    kept = load_or_make(plain.snapshot, plain.graph, folder)
    assert isinstance(kept.plain.licence.base, np.memmap)
    assert same(made.among(), kept.among())
    (folder / "count.npy").write_bytes(b"damaged")
    again = load_or_make(plain.snapshot, plain.graph, folder)
    assert same(again.among(), Columns.of(plain.snapshot, plain.graph).among())


@given(figures, st.sets(st.integers(0, 6)), st.none() | st.integers(0, 3))
def test_downloads_are_of_one_date(
    known: dict[tuple[int, int], int], among: set[int], until: int | None
) -> None:
    """They are those of the date that knows most models of a view, the newer one of equals, by a day."""
    series = [("test", DAY + timedelta(days=place)) for place in range(4)]
    rows = sorted(known)
    node, code = np.array([*rows, (7, 0)], dtype=np.int64)[:-1].T
    found = Downloads(7, series, node, code, np.array([known[row] for row in rows], dtype=np.int64))
    on = None if until is None else series[until][1]
    column, source, day = found.best(np.array(sorted(among), dtype=np.int64), on)
    counts = Counter(pair for model, pair in rows if model in among and (until is None or pair <= until))
    if not counts:
        assert (set(column.tolist()), source, day) == ({UNKNOWN}, None, None)
        return
    best = max(counts, key=lambda pair: (counts[pair], pair))
    assert day == series[best][1]
    assert column.tolist() == [known.get((model, best), UNKNOWN) for model in range(7)]
