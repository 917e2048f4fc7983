"""Who would take whose place: ranks with and without some, and which changes are more than chance."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from begat.graph import Graph, kept
from begat.graph.arrays import Flags
from begat.influence.groups import groups
from begat.influence.resample import cells, intervals
from begat.influence.scope import Scope
from begat.influence.scores import Scores
from begat.snapshot import Snapshot

__all__ = ["FIRST", "displaced", "influence_of", "left"]

Row = dict[str, Any]

FIRST = 10
"""The first of a ranking, of whom it is said who comes in."""


def left(graph: Graph, gone: Flags, stopped: Flags) -> Graph:
    """Return the graph of lineage without the derivations of some models, and without some derivations.

    A copy or mirror of a model that is gone stands for itself, and the parents that a model still has share
    it among them.
    """
    itself = np.arange(graph.n, dtype=np.int32)
    rest = kept(graph, ~(gone[graph.child] | gone[graph.parent] | stopped))
    total = np.bincount(rest.child, weights=rest.share, minlength=graph.n)
    twin = np.where(gone | gone[graph.twin], itself, graph.twin)
    return replace(rest, share=rest.share / total[rest.child], twin=twin)


def influence_of(
    snapshot: Snapshot, graph: Graph, measure: str, scope: Scope, *, draws: int = 0, seed: int = 0
) -> pl.DataFrame:
    """Return the institutions that have derivatives by others, each a company or university with all parts.

    Returns
    -------
    DataFrame
        ``id, name, country, value`` of a measure, best first, with draws ``low, high``: where 90 % of the
        ranks lie if the accounts are drawn again, and the rank itself.
    """
    scores = Scores(snapshot, graph, scope)
    found = groups(snapshot, graph, scores.credit, "institution")
    drawn = cells(scores, found.of, len(found), measure)
    value = drawn.values()[:, 0]
    some = np.flatnonzero(drawn.derivations > 0)
    some = some[np.lexsort((some, -value[some]))]
    ranked = found.names[some].with_columns(value=pl.Series(value[some], dtype=pl.Float64))
    if not draws or not len(some):
        return ranked.with_columns(low=pl.lit(None, pl.Int64), high=pl.lit(None, pl.Int64))
    among = replace(
        drawn, sure=drawn.sure[some], drawn=drawn.drawn[some], derivations=drawn.derivations[some]
    )
    return ranked.with_columns(intervals(among, draws=draws, seed=seed).select("low", "high"))


def displaced(before: pl.DataFrame, after: pl.DataFrame, most: int | None) -> list[Row]:
    """Compare two rankings of the same things, the second without some of them.

    Parameters
    ----------
    before, after : DataFrame
        ``id, name, country, value`` of all that are ranked; `after` also ``low, high``.
    most : int, optional
        Only the first so many of either.

    Returns
    -------
    list of dict
        ``id, name, country, rank_before, rank_after, low, high`` (of the rank after, which is always inside),
        ``value_before, value_after``, and of those that are still ranked ``moved`` (places gained among them:
        not the one that everybody gains because another is gone), ``beyond`` (whether their old place among
        them lies outside the interval; None without one) and ``enters`` (whether they are among the first
        `FIRST` only now). By rank after, then those that are ranked no more, by rank before.
    """
    joined = (
        after.rename({"value": "value_after"})
        .join(before.rename({"value": "value_before"}), on="id", how="full", coalesce=True, suffix="_was")
        .with_columns(pl.coalesce("name", "name_was"), pl.coalesce("country", "country_was"))
        .with_columns(
            rank_before=pl.col("value_before").rank("min", descending=True).cast(pl.Int64),
            rank_after=pl.col("value_after").rank("min", descending=True).cast(pl.Int64),
            was=pl.when(pl.col("value_after").is_not_null())
            .then("value_before")
            .rank("min", descending=True),
        )
    )
    was = pl.col("was").cast(pl.Int64)
    low, high = pl.min_horizontal("low", "rank_after"), pl.max_horizontal("high", "rank_after")
    shown = pl.min_horizontal("rank_before", "rank_after") <= (most or joined.height)
    return (
        joined.with_columns(
            moved=was - pl.col("rank_after"),
            low=pl.when(pl.col("low").is_not_null()).then(low),
            high=pl.when(pl.col("high").is_not_null()).then(high),
        )
        .with_columns(
            beyond=~was.is_between("low", "high"),
            enters=(pl.col("rank_after") <= FIRST) & (pl.col("rank_before").fill_null(FIRST + 1) > FIRST),
        )
        .filter(shown)
        .sort("rank_after", "rank_before", "id", nulls_last=True)
        .select(
            *["id", "name", "country", "rank_before", "rank_after", "low", "high"],
            *["value_before", "value_after", "moved", "beyond", "enters"],
        )
        .to_dicts()
    )
