"""Rows of a table of the snapshot."""

from collections.abc import Callable
from typing import Any

import polars as pl

from begat.answer.figure.base import Facts, Figure
from begat.discovery import named
from begat.errors import InputError, UnknownName
from begat.records import TABLES

__all__ = ["FIGURE"]

TESTS: dict[str, Callable[[pl.Expr, Any], pl.Expr]] = {
    "contains": lambda column, wanted: column.str.contains(wanted, literal=True),
    "before": lambda column, wanted: column.cast(pl.Date) < wanted,
    "from": lambda column, wanted: column.cast(pl.Date) >= wanted,
    "at_least": lambda column, wanted: column >= wanted,
    "any_of": lambda column, wanted: column.is_in(wanted),
}


def rows(
    facts: Facts,
    *,
    table: str,
    where: dict[str, Any],
    source: str = "",
    largest: str = "",
    distinct: str = "",
) -> float:
    """Count the rows where columns have these values, or take a column's distinct or largest value.

    A value in `where` is one to be equal to, or a table: contains, before, from, at_least, any_of. With
    a `source` only what that one says counts, and a snapshot without it is not taken for an answer of 0.
    """
    named("table", table, TABLES)
    if source:
        named("source", source, {row["source"]: row for row in facts.snapshot.sources})
    frame = facts.once(("table", table), lambda: facts.snapshot.frame(table))
    try:
        frame = frame.filter(*_of_source(frame, source), *_tests(frame, table, where))
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{where} does not fit the columns ({error})", where=f"rows of {table}") from error
    for column in filter(None, (largest, distinct)):
        named(f"column of {table}", column, dict.fromkeys(frame.columns))
    if distinct:
        return float(frame[distinct].drop_nulls().n_unique())
    if not largest:
        return float(frame.height)
    values = frame[largest].drop_nulls()
    if values.is_empty():
        raise UnknownName(f"{largest} in {table}", str(where))
    return float(values.sort()[-1])


def _of_source(frame: pl.DataFrame, source: str) -> list[pl.Expr]:
    if not source:
        return []
    one = "source" in frame.columns
    return [pl.col("source") == source if one else pl.col("sources").list.contains(source)]


def _tests(frame: pl.DataFrame, table: str, where: dict[str, Any]) -> list[pl.Expr]:
    known = dict.fromkeys(frame.columns)
    for column in where:
        named(f"column of {table}", column, known)
    return [_test(pl.col(column), wanted, f"{table}.{column}") for column, wanted in where.items()]


def _test(column: pl.Expr, wanted: Any, where: str) -> pl.Expr:
    if not isinstance(wanted, dict):
        return column.eq(wanted)
    tests = [named(f"test in {where}", key, TESTS)(column, item) for key, item in wanted.items()]
    return pl.all_horizontal(tests)


FIGURE = Figure("rows", "rows of a table", rows)
