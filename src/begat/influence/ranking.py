"""Rankings of institutions in four dimensions."""

from collections.abc import Collection
from datetime import date

import numpy as np
import polars as pl

from begat.errors import InputError
from begat.influence.indicator import DIMENSIONS, chosen_edition, osir_values
from begat.influence.method import Method, method_named
from begat.influence.uncertainty import EQUAL_DIGITS, TOPS, draw_ranks, intervals, ranking_table
from begat.snapshot import Snapshot

__all__ = ["normalised", "osir_ranking", "rank"]


def rank(
    snapshot: Snapshot,
    method: str = "osir-53",
    edition: date | None = None,
    *,
    among: Collection[str] | None = None,
    draws: int = 0,
    seed: int = 0,
) -> pl.DataFrame:
    """Rank the institutions of an edition by a method.

    Parameters
    ----------
    snapshot : Snapshot
        Holds the listed items and observations.
    method : str
        A preset, or the path of a TOML file; see `begat.influence.method`.
    edition : date, optional
        The newest one if not given.
    among : collection of str, optional
        Rank only these institutions, by their codes in the OSIR tables, as if no other were listed.
    draws : int
        How many variants of the method to draw for the interval of each rank; 0 for none.
    seed : int
        Of the random draws: the same gives the same intervals.

    Returns
    -------
    DataFrame
        ``subject, name, rank, low, high, score, data, model, system, evaluation``, the rank in each
        dimension, and `median_rank`, `p_first`, `p_top3`, `p_top10`, `tier`, best first. `low` and `high`
        bound the rank in 90 % of the draws; null without draws. See `begat.influence.uncertainty`.

    Raises
    ------
    UnknownName
        If there is no such method or edition.
    InputError
        If the method is invalid, or `among` leaves nobody.
    """
    chosen, day = method_named(method), chosen_edition(snapshot, edition)
    values = osir_values(snapshot, day)
    if among is not None:
        values = values.filter(pl.col("institution").is_in(sorted(among)))
    if values.is_empty():
        raise InputError("no ranked institution is left", hint="`begat rank` lists those of an edition.")
    names = snapshot.frame("institutions", ["osir", "name"]).drop_nulls("osir")
    return (
        osir_ranking(values, chosen)
        .join(_intervals(snapshot, chosen, day, values, draws, seed), on="subject", how="left")
        .join(names, left_on="subject", right_on="osir", how="left")
        .with_columns(name=pl.coalesce("name", "subject"))
        .select(
            *["subject", "name", "rank", "low", "high", "score", *DIMENSIONS],
            *[f"{dimension}_rank" for dimension in DIMENSIONS],
            *["median_rank", *[f"p_{top}" for top in TOPS], "tier"],
        )
        .sort("rank", "subject")
    )


def normalised(values: pl.DataFrame, method: Method) -> pl.DataFrame:
    """Add to indicator values what the published formula makes of them.

    Returns
    -------
    DataFrame
        The values with ``maximum`` over the listed institutions, ``normalised`` = value / maximum (0 where
        the maximum is 0), and ``weight`` inside the dimension, summing to 1 over the indicators present.
    """
    keys = values.select("dimension", "code").unique(maintain_order=True)
    raw = keys.with_columns(weight=pl.Series([method.weight(*key) for key in keys.iter_rows()]))
    weights = raw.with_columns(pl.col("weight") / pl.col("weight").sum().over("dimension"))
    best = pl.col("value").max().over("dimension", "code")
    return values.with_columns(
        maximum=best, normalised=pl.when(best > 0).then(pl.col("value") / best).otherwise(0.0)
    ).join(weights, on=["dimension", "code"], maintain_order="left")


def _intervals(
    snapshot: Snapshot, method: Method, edition: date, values: pl.DataFrame, draws: int, seed: int
) -> pl.DataFrame:
    """The interval of each institution's rank; no row without draws."""
    if not draws:
        return intervals(np.zeros((1, 0), dtype=np.int64)).with_columns(subject=pl.lit(""))
    table = ranking_table(snapshot, edition, values)
    found = intervals(draw_ranks(table, method, draws=draws, seed=seed))
    return found.with_columns(subject=pl.Series(table.institutions))


def osir_ranking(values: pl.DataFrame, method: Method) -> pl.DataFrame:
    """Apply the published formula of OSIR-LMTS to indicator values.

    ``x' = x / max(x)`` over the listed institutions, ``s_d`` = weighted mean of x', ``r_d`` = dense rank
    of s_d, ``S = sum of w_d / log2(r_d + 1)``. Indicators that an edition lacks are left out of the mean.

    Parameters
    ----------
    values : DataFrame
        ``institution, dimension, code, value``, a row for every institution and indicator.
    method : Method
        The weights of dimensions and indicators.

    Returns
    -------
    DataFrame
        ``subject``, the score of each dimension and its rank, ``score``, ``rank``.

    Notes
    -----
    A column whose maximum is 0 counts 0. An institution with nothing at all still scores .21: see the
    audit of the method in the documentation.

    References
    ----------
    OSIR-LMTS, github.com/brucecui0120/OSIR-LMTS at 5afa2f4, 2025-09-18.
    """
    scores = (
        normalised(values, method)
        .group_by("institution", "dimension", maintain_order=True)
        .agg(x=(pl.col("normalised") * pl.col("weight")).sum())
        .pivot("dimension", index="institution", values="x")
        .rename({"institution": "subject"})
    )
    ranks = {f"{dimension}_rank": _dense_rank(dimension) for dimension in DIMENSIONS}
    total = pl.sum_horizontal(
        [
            float(weight) / (pl.col(f"{dimension}_rank") + 1).log(2)
            for dimension, weight in method.dimensions.items()
        ]
    )
    return scores.with_columns(**ranks).with_columns(score=total).with_columns(rank=_dense_rank("score"))


def _dense_rank(column: str) -> pl.Expr:
    return pl.col(column).round(EQUAL_DIGITS).rank("dense", descending=True).cast(pl.Int64)
