"""Rules for values on which sources disagree."""

import polars as pl

from begat.validation.rule import Rule, Table, one_of

__all__ = ["TABLE"]

TABLE = Table(
    "contested",
    ("kind", "id", "field", "source"),
    (
        one_of("kind", ("model", "dataset", "institution", "system", "benchmark")),
        Rule(
            "values-differ",
            lambda _: pl.col("kept") == pl.col("value"),
            "the two values are the same",
            "Import again: what agrees is not contested.",
        ),
        Rule(
            "sources-differ",
            lambda _: pl.col("kept_source") == pl.col("source"),
            "a source that disagrees with itself",
            "Import again.",
        ),
    ),
)
