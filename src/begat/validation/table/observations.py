"""Rules for figures: what counts, when it was counted, over which window."""

import polars as pl

from begat.store.things import IRIS
from begat.validation.finding import WARNING
from begat.validation.rule import LARGEST, Rule, Table, Tables, one_of

__all__ = ["TABLE"]

KINDS = {"model": "models", "dataset": "datasets", "system": "systems"}
"""Kinds whose subjects are rows of a table by their id."""
FIGURE = ("subject", "subject_kind", "metric", "observed_on", "observed_before", "method", "source")
COUNTS = (
    "children", "discussions", "downloads_30d", "downloads_total", "forks", "likes", "open_issues", "stars",
)  # fmt: skip


def _nobody(tables: Tables) -> pl.Expr:
    """True where the subject is in no table."""
    known = [
        (pl.col("subject_kind") == kind) & pl.col("subject").is_in(tables.values(table).implode())
        for kind, table in KINDS.items()
    ]
    return pl.col("subject_kind").is_in(list(KINDS)) & ~pl.any_horizontal(known)


TABLE = Table(
    "observations",
    ("subject", "metric", "value", "source"),
    (
        one_of("subject_kind", IRIS),
        Rule(
            "metric-named",
            lambda _: pl.col("metric").str.strip_chars() == "",
            "a figure of nothing",
            "Name the metric when reading the source.",
        ),
        Rule(
            "figure-once",
            lambda _: pl.struct(FIGURE).is_duplicated(),
            "a source has two values of one figure on one day",
            "Keep one of them when reading the source: the store takes the larger.",
            WARNING,
        ),
        Rule(
            "a-count",
            lambda _: (
                pl.col("metric").is_in(COUNTS)
                & (~pl.col("value").is_between(0, LARGEST) | (pl.col("value") != pl.col("value").floor()))
            ),
            "a count below 0, above 2^53 - 1, or no whole number",
            "Set such rows aside when reading the source.",
        ),
        Rule(
            "dated",
            lambda _: pl.col("observed_on").is_null() == pl.col("observed_before").is_null(),
            "a figure with neither observed_on nor observed_before, or with both",
            "Give the day of the figure, or the day before which it was read if that is all that is known.",
        ),
        Rule(
            "window-named",
            lambda _: (
                pl.col("metric").str.contains("download")
                & ~pl.col("metric").str.contains("^downloads_([0-9]+d|total)$")
            ),
            "downloads of a window that the metric does not name",
            "Call the metric downloads_30d, downloads_total, ...: windows are never mixed.",
        ),
        Rule(
            "subject-known",
            _nobody,
            "the subject is in no table",
            "Import the source that lists it, or correct the id.",
            WARNING,
        ),
    ),
)
