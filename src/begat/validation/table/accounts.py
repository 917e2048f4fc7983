"""Rules for accounts and those that operate them."""

import polars as pl

from begat.validation.rule import Rule, Table, known

__all__ = ["TABLE"]

NAME = pl.col("account").str.to_lowercase()

TABLE = Table(
    "accounts",
    ("platform", "account", "institution", "source"),
    (
        known("institution", "institutions"),
        Rule(
            "tenure-once",
            lambda _: pl.struct("platform", NAME, "institution", "since", "source").is_duplicated(),
            "several rows say the same of this account",
            "Keep one of them in the table of institutions.",
        ),
        Rule(
            "one-operator",
            lambda _: pl.col("current") & pl.struct("platform", NAME, "current").is_duplicated(),
            "two institutions operate this account now",
            "End the earlier one with a date in until, or import again.",
        ),
        Rule(
            "since-before-until",
            lambda _: pl.col("since") > pl.col("until"),
            "the tenure ends before it begins",
            "Correct the dates in the table of institutions.",
        ),
        Rule(
            "operator-has-source",
            lambda _: pl.col("institution").is_not_null() & pl.col("source").is_null(),
            "an operator on nobody's word",
            "State the source of the attribution.",
        ),
    ),
)
