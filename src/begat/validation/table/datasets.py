"""Rules for datasets."""

import polars as pl

from begat.validation.finding import ERROR, WARNING
from begat.validation.rule import Rule, Table, unknown_in_list
from begat.validation.words import licence_rule

__all__ = ["TABLE"]

TABLE = Table(
    "datasets",
    ("id", "sources"),
    (
        Rule(
            "id-once",
            lambda _: pl.col("id").is_duplicated(),
            "several rows have this id",
            "Import again: begat merges what several sources say of one id.",
        ),
        Rule(
            "created-before-modified",
            lambda _: pl.col("created_at") > pl.col("modified_at"),
            "created after it was last modified",
            "See which source states the dates; set the wrong one aside.",
            WARNING,
        ),
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
