"""Rules for benchmarks."""

import polars as pl

from begat.validation.rule import ID_ONCE, Rule, Table, Tables, known, unknown_in_list

__all__ = ["TABLE"]


def _leads_on(tables: Tables) -> pl.Expr:
    """True where `same_as` leads to a row that itself is another name."""
    rows = tables.snapshot.frame("benchmarks", ["id", "same_as"]).drop_nulls()
    return pl.col("same_as").is_in(rows["id"].implode())


TABLE = Table(
    "benchmarks",
    ("id", "sources"),
    (
        ID_ONCE,
        known("same_as", "benchmarks"),
        Rule(
            "same-as-ends",
            _leads_on,
            "same_as leads to a row that is another name itself",
            "Lead to the row that has the owners.",
        ),
        unknown_in_list("benchmarks", "owners", lambda tables: tables.values("institutions")),
    ),
)
