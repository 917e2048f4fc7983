"""Rankings of institutions in four dimensions."""

from datetime import date

import polars as pl

from begat.errors import UnknownName
from begat.influence.indicator import DIMENSIONS, editions, osir_values
from begat.snapshot import Snapshot

__all__ = ["METHODS", "osir_ranking", "rank"]

METHODS = ("osir-53",)

EQUAL_DIGITS = 12
"""Scores that agree to this many decimals are tied; sums in another order differ in the 16th."""

OSIR_WEIGHTS = {"data": 1 / 6, "model": 1 / 2, "system": 1 / 6, "evaluation": 1 / 6}


def rank(snapshot: Snapshot, method: str = "osir-53", edition: date | None = None) -> pl.DataFrame:
    """Rank the institutions of an edition by a method.

    Parameters
    ----------
    snapshot : Snapshot
        Holds the listed items and observations.
    method : str
        One of `METHODS`.
    edition : date, optional
        The newest one if not given.

    Returns
    -------
    DataFrame
        ``subject, name, rank, low, high, score, data, model, system, evaluation`` and the rank in each
        dimension, best first. `low` and `high` bound the rank; null where the method gives no interval.

    Raises
    ------
    UnknownName
        If there is no such method or edition.
    """
    if method not in METHODS:
        raise UnknownName("method", method, hint=f"Known: {', '.join(METHODS)}.")
    known = editions(snapshot)
    if not known:
        raise UnknownName("edition", "newest", hint="This snapshot holds no edition of OSIR-LMTS.")
    ranked = osir_ranking(osir_values(snapshot, edition or known[-1]))
    names = snapshot.frame("institutions", ["osir", "name"]).drop_nulls("osir")
    return (
        ranked.join(names, left_on="subject", right_on="osir", how="left")
        .with_columns(
            name=pl.coalesce("name", "subject"),
            low=pl.lit(None, dtype=pl.Int64),
            high=pl.lit(None, dtype=pl.Int64),
        )
        .select(
            *["subject", "name", "rank", "low", "high", "score", *DIMENSIONS],
            *[f"{dimension}_rank" for dimension in DIMENSIONS],
        )
        .sort("rank", "subject")
    )


def osir_ranking(values: pl.DataFrame) -> pl.DataFrame:
    """Apply the published formula of OSIR-LMTS to indicator values.

    ``x' = x / max(x)`` over the listed institutions, ``s_d = mean(x')``, ``r_d`` = dense rank of s_d,
    ``S = sum of w_d / log2(r_d + 1)`` with w = 1/2 for model and 1/6 for the other dimensions.

    Parameters
    ----------
    values : DataFrame
        ``institution, dimension, code, value``, a row for every institution and indicator.

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
    best = pl.col("value").max().over("dimension", "code")
    scores = (
        values.with_columns(x=pl.when(best > 0).then(pl.col("value") / best).otherwise(0.0))
        .group_by("institution", "dimension", maintain_order=True)
        .agg(pl.col("x").mean())
        .pivot("dimension", index="institution", values="x")
        .rename({"institution": "subject"})
    )
    ranks = {f"{dimension}_rank": _dense_rank(dimension) for dimension in DIMENSIONS}
    total = pl.sum_horizontal(
        [weight / (pl.col(f"{d}_rank") + 1).log(2) for d, weight in OSIR_WEIGHTS.items()]
    )
    return scores.with_columns(**ranks).with_columns(score=total).with_columns(rank=_dense_rank("score"))


def _dense_rank(column: str) -> pl.Expr:
    return pl.col(column).round(EQUAL_DIGITS).rank("dense", descending=True).cast(pl.Int64)
