"""The same model on two platforms, where no table says so: equal owner and equal name."""

from collections.abc import Collection

import polars as pl

from begat.ids import HUB

__all__ = ["mirrors"]

PREFIX = "modelscope:"


def mirrors(models: pl.DataFrame, aliases: pl.DataFrame, makers: Collection[str]) -> pl.DataFrame:
    """Pair models of ModelScope with those of the Hub that have the same owner and name in any case.

    Only for accounts of makers, and only where no source pairs the model of ModelScope. Of the pairs that
    ms-swift and xinference state of models with such a namesake, 1,648 of 1,653 are with the namesake
    (pack of 2026-10-05); that owners differ in 388 of 1,145 pairs of ms-swift only means that they have none.

    Parameters
    ----------
    models : DataFrame
        ``id``, ``platform``, ``account`` of the listed models.
    aliases : DataFrame
        The aliases of all sources.
    makers : collection of str
        Accounts of makers on the Hub, in lower case.

    Returns
    -------
    DataFrame
        Rows of `begat.records.Alias` of the kind mirror.
    """
    paired = aliases.filter(kind="mirror").select("id")
    scope = models.filter(platform="modelscope").select("id").join(paired, on="id", how="anti")
    made = pl.col("account").str.to_lowercase().is_in(list(makers))
    hub = models.filter((pl.col("platform") == HUB) & made).select(
        canonical="id", low=pl.col("id").str.to_lowercase()
    )
    single = hub.filter(pl.len().over("low") == 1)
    named = scope.with_columns(low=pl.col("id").str.strip_prefix(PREFIX).str.to_lowercase())
    return named.join(single, on="low").select(
        "id", "canonical", resolved="canonical", kind=pl.lit("mirror"), source=pl.lit("begat")
    )
