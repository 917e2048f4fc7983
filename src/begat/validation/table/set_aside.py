"""Rules for rows that could not be read."""

import polars as pl

from begat.validation.rule import Rule, Table

__all__ = ["TABLE"]

TABLE = Table(
    "set_aside",
    ("file", "place", "source"),
    (
        Rule(
            "reason-not-blank",
            lambda _: pl.col("reason").str.strip_chars() == "",
            "a row set aside without a reason",
            "Give BadRow a text that says what is wrong.",
        ),
    ),
)
