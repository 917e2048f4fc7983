"""Rules for systems."""

import polars as pl

from begat.validation.finding import WARNING
from begat.validation.rule import Rule, Table, known
from begat.validation.words import licence_rule

__all__ = ["TABLE"]

TABLE = Table(
    "systems",
    ("id", "sources"),
    (
        Rule(
            "id-once",
            lambda _: pl.col("id").str.to_lowercase().is_duplicated(),
            "several rows have this id, in whatever case",
            "Import again: GitHub compares names without regard to case.",
        ),
        Rule(
            "id-well-formed",
            lambda _: ~pl.col("id").str.contains("^[^/ ]+/[^/ ]+$"),
            "the id is not owner/name",
            "Give the repository on GitHub as owner/name.",
        ),
        Rule(
            "not-renamed-to-itself",
            lambda _: pl.col("former").list.contains(pl.col("id")),
            "its present id is among its former ones",
            "Leave it out of former.",
        ),
        known("maintainer", "institutions", severity=WARNING),
        licence_rule("systems"),
    ),
)
