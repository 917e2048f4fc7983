"""Rules that every table has, made from the declared columns of its record type."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import polars as pl

from begat.records import TABLES, Column, fields
from begat.validation.finding import ERROR
from begat.validation.rule import Rule, Tables, part, unknown_in_list

__all__ = ["rules"]

UNCERTAIN = {"confidence", "kind_confidence"}
LATER = {"until"}
"""Dates that may lie ahead."""


def rules(table: str) -> Iterator[Rule]:
    """Yield the rules that follow from the columns of a table."""
    for column in fields(TABLES[table]):
        yield from _of(column)
        if column.name == "source":
            yield _source()
        if column.name == "sources":
            yield _sources(table)


def _of(column: Column) -> Iterator[Rule]:
    """Yield what follows from the type and name of one column."""
    if not column.optional:
        yield _required(column.name)
    if column.kind is float:
        yield _finite(column.name)
    if column.kind in (date, datetime) and column.name not in LATER:
        yield _not_ahead(column.name)
    if column.name in UNCERTAIN:
        yield part(column.name)


def _required(name: str) -> Rule:
    return Rule(
        f"{name}-given",
        lambda _: pl.col(name).is_null(),
        f"{name} is empty",
        "Set the row aside when reading the source: without it the row says nothing.",
    )


def _finite(name: str) -> Rule:
    return Rule(
        f"{name}-finite",
        lambda _: ~pl.col(name).is_finite(),
        f"{name} is infinite or no number",
        "Leave it empty where it is not known.",
    )


def _not_ahead(name: str) -> Rule:
    def wrong(tables: Tables) -> pl.Expr:
        return pl.col(name).cast(pl.Date) > tables.newest + timedelta(days=1)

    return Rule(
        f"{name}-not-ahead",
        wrong,
        f"{name} is more than a day after the newest source",
        "A clock is wrong: correct the date of the source in its provenance, or set the row aside.",
    )


def _source() -> Rule:
    return Rule(
        "source-declared",
        lambda tables: ~pl.col("source").is_in(tables.sources.implode()),
        "the source is not in SOURCES.toml",
        "Import the source again, with its date and licence.",
    )


def _sources(table: str) -> Rule:
    rule = unknown_in_list(table, "sources", lambda tables: tables.sources, severity=ERROR)
    return Rule(
        "sources-declared",
        lambda tables: rule.wrong(tables) | (pl.col("sources").list.len() == 0),
        "a source is not in SOURCES.toml",
        "Import the source again, with its date and licence.",
    )
