"""Rows of a table of the snapshot."""

from datetime import date, datetime
from typing import Any

import polars as pl

from begat.answer.figure.base import Facts, Figure
from begat.discovery import named
from begat.errors import InputError, UnknownName
from begat.records import TABLES

__all__ = ["FIGURE"]

TESTS = {
    "contains": lambda column, wanted: column.str.contains(wanted, literal=True),
    "before": lambda column, wanted: column.cast(pl.Date) < wanted,
    "from": lambda column, wanted: column.cast(pl.Date) >= wanted,
    "at_least": lambda column, wanted: column >= wanted,
    "any_of": lambda column, wanted: column.is_in(wanted),
}


def rows(
    facts: Facts, *, table: str, where: dict[str, Any], largest: str = "", distinct: str = "", needs: int = 0
) -> float:
    """Count the rows where columns have these values, or their distinct or largest value of a column.

    A value in `where` is one to be equal to or a table: contains, before, from, at_least, any_of. With
    fewer than `needs` rows of the table and those of ``sources`` the data are absent.
    """
    named("table", table, TABLES)
    frame = facts.once(("table", table), lambda: facts.snapshot.frame(table))
    for column, wanted in where.items():
        named(f"column of {table}", column, dict.fromkeys(frame.columns))
        frame = frame.filter(_test(pl.col(column), wanted, f"{table}.{column}"))
    if frame.height < needs:
        raise UnknownName(f"rows of {table}", f"{where}")
    if distinct:
        return float(frame[distinct].drop_nulls().n_unique())
    if not largest:
        return float(frame.height)
    values = frame[named(f"column of {table}", largest, {c: c for c in frame.columns})].drop_nulls()
    if values.is_empty():
        raise UnknownName(f"{largest} in {table}", f"{where}")
    return float(values.sort()[-1])


def _test(column: pl.Expr, wanted: Any, where: str) -> pl.Expr:
    if not isinstance(wanted, dict):
        return column == wanted
    tests = [named(f"test in {where}", key, TESTS)(column, item) for key, item in wanted.items()]
    return pl.all_horizontal(tests)


FIGURE = Figure("rows", "rows of a table", rows)
