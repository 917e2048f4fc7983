"""Rules for derivations: which statements are edges, and where they lead."""

import polars as pl

from begat.validation.rule import Rule, Table, known, one_of, part
from begat.vocab import RELATIONS

__all__ = ["TABLE"]

STATUSES = ("resolved", "dangling", "unresolved", "self", "duplicate")
EDGE = pl.col("status").is_in(["resolved", "dangling"])
SAME = ("child", "parent", "relation", "source", "method")
AGAIN = "Import again: the status follows from the ids."


TABLE = Table(
    "derivations",
    ("child", "parent_raw", "parent", "status", "source"),
    (
        one_of("relation", RELATIONS),
        one_of("status", STATUSES),
        known("child", "models"),
        known("parent", "models"),
        Rule(
            "parent-listed",
            lambda tables: (
                (pl.col("status") == "resolved") & ~pl.col("parent").is_in(tables.listed.implode())
            ),
            "resolved, and yet no source lists the parent",
            "Its status is dangling. " + AGAIN,
        ),
        Rule(
            "dangling-not-listed",
            lambda tables: (pl.col("status") == "dangling") & pl.col("parent").is_in(tables.listed.implode()),
            "dangling, and yet a source lists the parent",
            "Its status is resolved. " + AGAIN,
        ),
        Rule(
            "unresolved-without-parent",
            lambda _: (pl.col("status") == "unresolved") != pl.col("parent").is_null(),
            "unresolved with a parent, or without one and not unresolved",
            AGAIN,
        ),
        Rule(
            "self-is-no-edge",
            lambda _: (pl.col("status") == "self") != (pl.col("child") == pl.col("parent")),
            "a model derived from itself that is an edge, or two models with the status self",
            "A self-named base has the status self and makes no edge. " + AGAIN,
        ),
        Rule(
            "ends-differ",
            lambda _: EDGE & (pl.col("child").str.to_lowercase() == pl.col("parent").str.to_lowercase()),
            "child and parent differ by letter case only",
            "They are one model: add an alias of the kind case.",
        ),
        Rule(
            "edge-once",
            lambda _: EDGE & pl.struct(*SAME, edge=EDGE).is_duplicated(),
            "the same statement of one source and method is an edge twice",
            "The second has the status duplicate. " + AGAIN,
        ),
        Rule(
            "duplicate-of-another",
            lambda _: (pl.col("status") == "duplicate") & pl.struct(SAME).is_unique(),
            "a duplicate of no other statement",
            AGAIN,
        ),
        Rule(
            "edge-has-confidence",
            lambda _: EDGE & pl.col("confidence").is_null(),
            "an edge without a confidence",
            "Declare the method, with its confidence, in the source's module.",
        ),
        Rule(
            "ordinal-from-0",
            lambda _: pl.col("ordinal") < 0,
            "the position in the card is below 0",
            "Count positions from 0.",
        ),
        part("share"),
    ),
)
