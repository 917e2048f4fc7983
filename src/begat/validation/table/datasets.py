"""Rules for datasets."""

import polars as pl

from begat.validation.finding import ERROR
from begat.validation.rule import CREATED_FIRST, ID_ONCE, Rule, Table, unknown_in_list
from begat.validation.words import licence_rule

__all__ = ["TABLE"]

TABLE = Table(
    "datasets",
    ("id", "sources"),
    (
        ID_ONCE,
        CREATED_FIRST,
        Rule(
            "not-from-itself",
            lambda _: pl.col("derived_from").list.contains(pl.col("id")),
            "derived from itself",
            "Leave the dataset out of its own derived_from.",
        ),
        unknown_in_list("datasets", "derived_from", lambda tables: tables.values("datasets"), severity=ERROR),
        licence_rule("datasets"),
    ),
)
