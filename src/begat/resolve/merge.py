"""Rows about one thing to one row: the first source that states a value wins, the others are noted.

Lists are joined: what several sources list of one thing does not exclude each other.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from begat.records import Column, Contested, fields

__all__ = ["merge"]

SIZE_TOLERANCE = 0.05
DAY_TOLERANCE = 7

DISAGREE: Mapping[str, pl.Expr] = {
    "licence": pl.col("value") != pl.col("kept"),
    "country": pl.col("value") != pl.col("kept"),
    "kind": pl.col("value") != pl.col("kept"),
    "parameters": (pl.col("value") - pl.col("kept")).abs() > SIZE_TOLERANCE * pl.col("kept"),
    "created_at": (pl.col("value") - pl.col("kept")).abs() > pl.duration(days=DAY_TOLERANCE),
}
"""Which fields are compared between sources, and from what difference on they disagree."""


def merge(frame: pl.DataFrame, record: type[Any], kind: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Merge rows with the same ``id``.

    Parameters
    ----------
    frame : DataFrame
        Rows in order of authority, best first, with a ``source`` column.
    record : type
        The record type; decides the columns of the result.
    kind : str
        Word for the thing in ``contested``.

    Returns
    -------
    DataFrame
        One row an id, sorted by id; each value from the first source that states it, lists from all.
    DataFrame
        `Contested` rows: values of later sources that disagree.

    Notes
    -----
    O(n log n). Only ids of several rows are grouped: of a whole Hub nearly all have one.
    """
    columns = [column for column in fields(record) if column.name not in {"id", "sources"}]
    several = frame["id"].is_duplicated()
    alone, stated = frame.filter(~several), frame.filter(several)
    single = alone.select("id", *[_own(column) for column in columns], sources=pl.concat_list("source"))
    rows = stated.group_by("id", maintain_order=True).agg(
        *[_kept(column) for column in columns],
        sources=pl.col("source").unique(maintain_order=True),
    )
    lists = [pl.col(column.name) for column in columns if column.kind == list[str]]
    rows = pl.concat([single, rows]).with_columns(
        pl.when(column.list.len() > 0).then(column) for column in lists
    )
    names = [column.name for column in columns]
    contested = [
        _contested(stated, field, differs, kind) for field, differs in DISAGREE.items() if field in names
    ]
    empty = pl.DataFrame(schema=dict.fromkeys(Contested._fields, pl.String))
    return rows.sort("id"), pl.concat([empty, *contested])


def _own(column: Column) -> pl.Expr:
    """The value of a row without another of its id, as `_kept` would give it."""
    value = pl.col(column.name)
    return value.list.drop_nulls().list.unique(maintain_order=True) if column.kind == list[str] else value


def _kept(column: Column) -> pl.Expr:
    """The values of a list in the order of their sources, of any other field the first."""
    values = pl.col(column.name)
    if column.kind == list[str]:
        return values.list.explode().drop_nulls().unique(maintain_order=True)
    return values.drop_nulls().first()


def _contested(frame: pl.DataFrame, field: str, differs: pl.Expr, kind: str) -> pl.DataFrame:
    stated = frame.filter(pl.col(field).is_not_null()).select("id", "source", value=field)
    kept = stated.group_by("id", maintain_order=True).agg(
        kept=pl.col("value").first(), kept_source=pl.col("source").first()
    )
    text = {name: pl.col(name).cast(pl.String) for name in ("kept", "value")}
    return (
        stated.join(kept, on="id")
        .filter(differs & (pl.col("source") != pl.col("kept_source")))
        .with_columns(kind=pl.lit(kind), field=pl.lit(field), **text)
        .select(Contested._fields)
        .unique()
        .sort("id", "field", "source", "value")
    )
