"""Rank intervals: 2,000 draws on 32 institutions and 53 indicators, wall seconds and peak memory.

Asserted first: a draw with the accounts and items drawn again has the scores that plain loops over the rows
find. The rival is those loops, a few draws of them; it varies the data alone, begat all choices.
"""

import math
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from begat.influence.indicator import DIMENSIONS
from begat.influence.indicator.base import ROWS
from begat.influence.method import method_named
from begat.influence.ranking import Ranking, rank, ranking
from begat.influence.scoring import Layout, score
from begat.influence.table import Table, make_table
from begat.influence.uncertainty import aligned, draw_ranks
from begat.snapshot import embedded

DRAWS = 2000
RIVAL_DRAWS = 20

Rows = Mapping[str, Sequence[tuple[str, float, str | None]]]


def plain(rows: Rows, names: Sequence[str], found: Ranking, times: Mapping[str | None, float]) -> list[float]:
    """Score once as published: sum, divide by the largest, average, discount by rank; one step per row."""
    averages: dict[str, dict[str, float]] = {}
    for dimension in DIMENSIONS:
        total = dict.fromkeys(names, 0.0)
        for code, weight in found.method.weights[dimension].items():
            sums: dict[str, float] = defaultdict(float)
            for subject, amount, unit in rows[code]:
                sums[subject] += amount * times.get(unit, 1.0)
            best = max(sums.values())
            for name in names:
                total[name] += float(weight) * (sums[name] / best if best else 0.0)
        averages[dimension] = total
    scores = dict.fromkeys(names, 0.0)
    for dimension, total in averages.items():
        better = sorted({round(value, 12) for value in total.values()}, reverse=True)
        place = {value: number for number, value in enumerate(better, 1)}
        for name in names:
            weight = float(found.method.dimensions[dimension])
            scores[name] += weight / math.log2(place[round(total[name], 12)] + 1)
    return [scores[name] for name in names]


def rival(found: Ranking) -> float:
    """Assert that both find the same scores; return seconds of the loops for as many draws."""
    items = list(found.method.framework.indicators.values())
    behind = {item.id: found.behind(item) for item in items}
    rows = {
        code: list(table.select("subject", "amount", "unit").iter_rows()) for code, table in behind.items()
    }
    units = sorted(set().union(*(table["unit"].drop_nulls() for table in behind.values())))
    random = np.random.default_rng(0)
    drawn = random.poisson(1.0, size=(len(units), RIVAL_DRAWS)).astype(float)
    own = aligned(found.table.drawn(drawn), found.table, found.layout)
    started = time.perf_counter()
    loops = [
        plain(rows, found.table.subjects, found, dict(zip(units, drawn[:, place].tolist(), strict=True)))
        for place in range(RIVAL_DRAWS)
    ]
    seconds = time.perf_counter() - started
    for values, scores in zip(own, loops, strict=True):
        assert np.allclose(score(values, found.layout).overall, scores, rtol=0, atol=1e-12)
    return seconds * DRAWS / RIVAL_DRAWS


def full() -> tuple[Table, Layout]:
    """Return a made-up table of 32 institutions with a value for each of the 53 indicators of begat-53."""
    method = method_named("begat-53")
    assert method.goalposts is not None
    posts = dict.fromkeys(method.framework.indicators, 100.0)
    layout = Layout.of(replace(method, goalposts=replace(method.goalposts, values=posts, unscored={})))
    random = np.random.default_rng(0)
    size = 32 * 40
    found = []
    for item in layout.indicators:
        rows = pl.DataFrame(
            {
                "subject": [f"institution-{place:02}" for place in range(32)] * 40,
                "key": random.integers(0, 200, size).astype(str),
                "amount": random.random(size),
                "weight": np.full(size, 40.0),
                "unit": random.integers(0, 4000, size).astype(str),
            }
        )
        lacking = [pl.lit(None, dtype=kind).alias(name) for name, kind in ROWS.items() if name not in rows]
        found.append((item, rows.with_columns(lacking)))
    table = make_table(found)
    assert table.values.shape == (32, 53)
    assert not np.isnan(table.values).any()
    return table, layout


def timed(call: Callable[[], Any]) -> tuple[float, float]:
    """Return the best wall seconds of three and peak mebibytes of a call."""
    best = math.inf
    for _ in range(3):
        started = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - started)
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return best, peak / 2**20


def main() -> None:
    """Print a row for each."""
    snapshot = embedded()
    found = ranking(snapshot, method_named("osir-53"))
    assert found.table.values.shape == (32, 53)
    loops = rival(found)
    table, layout = full()
    work: dict[str, tuple[Callable[[], Any], float | None]] = {
        "osir-53, 32 x 53, snapshot to intervals": (lambda: rank(snapshot, "osir-53", draws=DRAWS), loops),
        "osir-53, 32 x 53, draws": (lambda: draw_ranks(found.table, found.layout, draws=DRAWS), loops),
        "begat-53, 32 x 53 made up, draws": (lambda: draw_ranks(table, layout, draws=DRAWS), None),
        "begat-53, snapshot to intervals": (lambda: rank(snapshot, draws=DRAWS), None),
        "begat-53 model alone, to intervals": (
            lambda: rank(snapshot, draws=DRAWS, dimension="model"),
            None,
        ),
    }
    write = sys.stdout.write
    write(f"{'work (2,000 draws)':42}{'wall s':>8}{'MiB':>8}{'loops s':>9}{'ratio':>7}\n")
    for name, (call, other) in work.items():
        seconds, peak = timed(call)
        beside = f"{other:9.1f}{other / seconds:7.0f}" if other else ""
        write(f"{name:42}{seconds:8.2f}{peak:8.1f}{beside}\n")


if __name__ == "__main__":
    main()
