"""Rules for other names: where they lead, and that they end there."""

import polars as pl

from begat.validation.finding import WARNING
from begat.validation.rule import Rule, Table, Tables, one_of

__all__ = ["TABLE"]

KINDS = ("renamed", "case", "legacy", "mirror", "review")
NAMES = pl.col("kind").is_in(["renamed", "case", "legacy"])


def _leads_on(tables: Tables) -> pl.Expr:
    """True where the end of a name is a name that leads on."""
    rows = tables.snapshot.frame("aliases", ["id", "resolved", "kind"]).filter(NAMES)
    moved = rows.filter(pl.col("id") != pl.col("resolved"))["id"].unique()
    return NAMES & (pl.col("id") != pl.col("resolved")) & pl.col("resolved").is_in(moved.implode())


TABLE = Table(
    "aliases",
    ("id", "resolved", "kind", "source"),
    (
        one_of("kind", KINDS),
        Rule(
            "resolved",
            lambda _: pl.col("resolved").is_null(),
            "a name that was not followed to its end",
            "Import again.",
        ),
        Rule(
            "ends",
            _leads_on,
            "the name leads to another former name, or in a circle",
            "Import again; of names in a circle take one away.",
        ),
        Rule(
            "resolved-known",
            lambda tables: NAMES & ~pl.col("resolved").is_in(tables.values("models").implode()),
            "the name leads to a model that no table has",
            "Nothing uses it: take it away, or import the source that lists the model.",
            WARNING,
        ),
    ),
)
