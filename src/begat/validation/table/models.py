"""Rules for models."""

import polars as pl

from begat.ids import HUB, PART
from begat.validation.finding import WARNING
from begat.validation.rule import CREATED_FIRST, ID_ONCE, Rule, Table, count
from begat.validation.words import licence_rule

__all__ = ["TABLE"]

PREFIX = r"^([a-z][a-z0-9.-]*):"
HUB_ID = f"^{PART}/{PART}$"
OWNER = pl.col("id").str.replace(PREFIX, "").str.extract("^([^/]+)/[^/]+$")

TABLE = Table(
    "models",
    ("id", "sources"),
    (
        ID_ONCE,
        Rule(
            "id-well-formed",
            lambda _: ~pl.col("id").str.contains(HUB_ID) & ~pl.col("id").str.contains(PREFIX),
            "the id is neither owner/name nor platform:name",
            "Resolve it to an id, or keep the text as the parent_raw of a derivation.",
            WARNING,
        ),
        Rule(
            "platform-of-id",
            lambda _: pl.col("platform") != pl.coalesce(pl.col("id").str.extract(PREFIX), pl.lit(HUB)),
            "the platform is not the one that the id names",
            "Import again: the platform follows from the id.",
        ),
        Rule(
            "account-of-id",
            lambda _: OWNER.str.to_lowercase() != pl.col("account").str.to_lowercase(),
            "the account is not the owner that the id names",
            "Import again: the account follows from the id.",
        ),
        Rule(
            "id-not-in-two-cases",
            lambda _: (
                pl.col("id").str.to_lowercase().is_duplicated()
                & ~pl.struct(pl.col("id").str.to_lowercase(), "created_at").is_unique()
            ),
            "two ids differ by letter case only and were created at the same time",
            "They are one repository: add an alias of the kind case.",
            WARNING,
        ),
        CREATED_FIRST,
        Rule(
            "gone-or-listed",
            lambda _: pl.col("listed") & pl.col("last_listed").is_not_null(),
            "listed, and yet gone since last_listed",
            "Import the newest complete listing again.",
        ),
        Rule(
            "hub-id-well-formed",
            lambda _: ~pl.col("hub_id").str.contains("^[0-9a-f]{24}$"),
            "hub_id is not 24 lower-case hexadecimal digits",
            "Copy it from the Hub's _id.",
        ),
        Rule(
            "hub-id-once",
            lambda _: pl.col("hub_id").is_not_null() & pl.col("hub_id").is_duplicated(),
            "several models have this hub_id",
            "They are one repository: add an alias of the kind renamed.",
        ),
        count("parameters", 1),
        licence_rule("models"),
    ),
)
