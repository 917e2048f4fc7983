"""Rules for results."""

import polars as pl

from begat.validation.finding import WARNING
from begat.validation.rule import Rule, Table, known

__all__ = ["TABLE"]

TABLE = Table(
    "evaluations",
    ("model", "benchmark", "metric", "value", "source"),
    (
        known("model", "models"),
        known("benchmark", "benchmarks", severity=WARNING),
        Rule(
            "metric-named",
            lambda _: pl.col("metric").str.strip_chars() == "",
            "a result without the name of its metric",
            "Set the row aside: a figure without a metric can't be compared.",
        ),
    ),
)
