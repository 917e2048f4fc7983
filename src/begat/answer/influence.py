"""Influence of models and of groups of models, several measures beside each other."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl

from begat.errors import InputError
from begat.influence.measure.base import measure_named, measures
from begat.influence.resample import cells, intervals
from begat.influence.scores import Scores

__all__ = ["beside", "influence", "ranked", "with_intervals"]

Row = dict[str, Any]

SEATED = ("model", "account", "institution", "country")


def influence(scores: Scores, *, by: str = "model", measure: str = "reach") -> list[Row]:
    """Compute the measures of one level and rank by one of them; see `ranked`.

    Raises
    ------
    UnknownName
        If there is no such measure or group.
    """
    return ranked(scores.table(by), by=by, measure=measure)


def ranked(
    table: pl.DataFrame, *, by: str, measure: str, country: str | None = None, most: int | None = None
) -> list[Row]:
    """Rank models or groups of them by one measure, the others beside it.

    Parameters
    ----------
    table : DataFrame
        Scores of one level; see `begat.influence.scores.Scores.table`.
    by : str
        The level, one of `GROUPS`.
    measure : str
        The measure to order by.
    country : str, optional
        Only models, accounts and institutions with their seat there (ISO 3166-1 alpha-2), among themselves.
    most : int, optional
        Only so many rows; no object is made for the others.

    Returns
    -------
    list of dict
        ``id``, ``name`` (institutions), ``rank`` (equal values share the best rank) and a value for every
        measure, None where the snapshot has not the figures for it, best first; only those with recorded
        derivatives, and those without a value of this measure last, without rank.

    Raises
    ------
    UnknownName
        If there is no such measure.
    InputError
        If the measure is none of models, or the snapshot has not the figures for it.
    """
    _check(table, by, measure, country)
    asked = {name: item for name, item in measures().items() if not (by == "model" and item.groups_only)}
    counts = [name for name, item in asked.items() if item.counts]
    seated = pl.lit(value=True) if country is None else pl.col("country") == country.upper()
    rows = (
        table.filter(pl.col("children") > 0, seated)
        .with_columns(
            pl.col(counts).cast(pl.Int64),
            rank=pl.col(measure).rank("min", descending=True).cast(pl.Int64),
        )
        .sort("rank", "id", nulls_last=True)
    )
    front = ("id", "name", "rank") if by == "institution" else ("id", "rank")
    return rows.select(*front, *asked)[:most].to_dicts()


SUMMED = ("reach", "pagerank")
"""Measures that divide credit: their values add up over rows."""


def beside(
    table: pl.DataFrame, *, by: str, measure: str, most: int, country: str | None = None
) -> dict[str, Any]:
    """Return the first of every measure, each with its rank in all of them.

    Parameters
    ----------
    table, by, measure, country
        As for `ranked`.
    most : int
        How many of each measure.

    Returns
    -------
    dict
        ``measures``: those that tables show, and `measure`, without those that nobody has a value of.
        ``rows``: ``id, name, country``, a value for each of these, and ``ranks`` (a dict; None without a
        value), the best by `measure` first; more than `most`, for each measure has its own first ones.
        ``all``: how many are ranked. ``rest``: of `SUMMED`, the sum over those that are not among the
        first `most` by it.

    Raises
    ------
    UnknownName, InputError
        As `ranked` does.

    Notes
    -----
    O(rows log rows) once a measure; no object is made for a row that is not returned.
    """
    _check(table, by, measure, country)
    seated = pl.lit(value=True) if country is None else pl.col("country") == country.upper()
    some = table.filter(pl.col("children") > 0, seated).sort("id")
    asked = {
        name: item
        for name, item in measures().items()
        if name == measure or (item.shown and not some[name].is_null().all())
    }
    ranks = {name: some[name].rank("min", descending=True) for name in asked}
    first = {name: (rank <= most).fill_null(value=False) for name, rank in ranks.items()}
    kept = some.select("id", "name", "country", *asked).with_columns(
        *(rank.alias(f"{name}_rank") for name, rank in ranks.items())
    )
    rows = kept.filter(pl.any_horizontal(pl.lit(value=False), *first.values())).sort(
        f"{measure}_rank", "id", nulls_last=True
    )
    return {
        "measures": list(asked),
        "rows": [_beside(row, asked) for row in rows.to_dicts()],
        "all": some.height,
        "rest": {name: float(some[name].filter(~first[name]).sum()) for name in SUMMED if name in asked},
    }


def _beside(row: Row, asked: Iterable[str]) -> Row:
    ranks = {name: row.pop(f"{name}_rank") for name in asked}
    return {**row, "ranks": ranks}


def with_intervals(
    rows: list[Row],
    scores: Scores,
    *,
    by: str,
    measure: str,
    draws: int,
    undeclared: float = 0,
    seed: int = 0,
    most: int | None = None,
) -> list[Row]:
    """Add intervals of value and rank to the first rows of `ranked`; see `begat.influence.resample`.

    Parameters
    ----------
    rows : list of dict
        Everybody who is ranked.
    scores : Scores
        What they were ranked by.
    by, measure : str
        As for `ranked`.
    draws, undeclared, seed
        As for `begat.influence.resample.intervals`.
    most : int, optional
        Return only so many rows.

    Returns
    -------
    list of dict
        The rows with ``low, high`` (of the rank) and ``value_low, value_high``, None without a rank.

    Raises
    ------
    InputError
        If the measure is no sum over accounts.
    """
    found = scores.groups(by)
    listed = [row for row in rows if row["rank"] is not None]
    place = {name: number for number, name in enumerate(row["id"] for row in listed)}
    of = np.array([*(place.get(name, -1) for name in found.names["id"]), -1], dtype=np.int64)
    drawn = cells(scores, of[found.of], len(listed), measure)
    bounds = intervals(drawn, draws=draws, undeclared=undeclared, seed=seed, most=most).to_dicts()
    nothing = dict.fromkeys(("value_low", "value_high", "low", "high"))
    return [
        {**row, **(bounds[number] if number < len(bounds) else nothing)}
        for number, row in enumerate(rows[:most])
    ]


def _check(table: pl.DataFrame, by: str, measure: str, country: str | None) -> None:
    """Raise if models or groups can't be ordered by a measure, or have no seat."""
    item = measure_named(measure)
    if country is not None and by not in SEATED:
        raise InputError(f"a {by} has no seat", hint=f"These have one: {', '.join(SEATED)}.")
    if by == "model" and item.groups_only:
        raise InputError(
            f"{item.name} is a measure of groups of models, not of one", hint="Add --by institution."
        )
    if item.needs and table[measure].is_null().all():
        raise InputError(
            f"{item.name} needs {' and '.join(item.needs)}, and this snapshot has none",
            hint="Import a source that has them.",
        )
