"""MTEB: scores of embedding models."""

import math
from collections.abc import Iterator

from begat.records import Benchmark, Evaluation, Record
from begat.sources.base import BadRow, Context, File, Row, Source, parquet

__all__ = ["SOURCE"]

COLUMNS = ("model", "revision", "task", "split", "mean_main_score")
DIGITS = 5
"""Scores were rounded to so many places before they became 32-bit numbers."""


def score(row: Row, _: Context) -> Iterator[Record]:
    """Yield a score and its benchmark; each task has a unit of its own.

    Raises
    ------
    BadRow
        If the score is missing or no number.
    """
    value, revision = row["mean_main_score"], row.get("revision")
    if value is None or math.isnan(value):
        raise BadRow("the score is not a number")
    benchmark = f"mteb:{row['task']}"
    yield Benchmark(benchmark, row["task"], "embedding", harnesses=["mteb"])
    yield Evaluation(
        row["model"],
        benchmark,
        "main_score",
        round(value, DIGITS),
        split=row.get("split"),
        revision=revision,
        method="external" if revision == "external" else "run",
    )


SOURCE = Source(
    name="mteb",
    title="MTEB, results of the massive text embedding benchmark",
    licence="CC0-1.0",
    feeds="benchmarks, evaluations; embedding models",
    files=(File("scores.parquet", parquet(*COLUMNS), score, ("model", "task", "mean_main_score")),),
    tables=("benchmarks", "evaluations"),
)
