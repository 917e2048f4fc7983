"""What measures take besides the graph: downloads and dates of models, in node order."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from begat.graph import Graph
from begat.snapshot import Snapshot

__all__ = ["EPOCH", "UNKNOWN", "Figures", "downloads", "figures"]

UNKNOWN = -1
"""Stands for an unknown value in an array of counts or codes; unknown is never 0."""

Ints = NDArray[np.int64]

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Figures:
    """Figures of the models of a graph; None where a snapshot has none at all.

    Attributes
    ----------
    downloads_30d : array of int64, shape (n,), optional
        Downloads in 30 days, all of one source and date; `UNKNOWN` where it says nothing.
    created_on : array of int64, shape (n,), optional
        Days since 1970-01-01 when a model was published; negative where unknown.
    day : int, optional
        The day that windows end with, as `created_on`.
    """

    downloads_30d: Ints | None = None
    created_on: Ints | None = None
    day: int | None = None


def figures(snapshot: Snapshot, graph: Graph, on: date | None = None) -> Figures:
    """Load the figures of a snapshot in the node order of its graph, as known on a day.

    Windows end with that day, the date of the snapshot if not given.
    """
    models = snapshot.frame("models", ["id", "created_at"]).sort("id")
    days = (models["created_at"].dt.date() - EPOCH).dt.total_days().fill_null(UNKNOWN).to_numpy()
    known, source, _ = downloads(snapshot, graph, on=on)
    return Figures(
        downloads_30d=known if source is not None else None,
        created_on=days.astype(np.int64) if (days >= 0).any() else None,
        day=((on or snapshot.date) - EPOCH).days,
    )


def downloads(
    snapshot: Snapshot, graph: Graph, among: Ints | None = None, on: date | None = None
) -> tuple[Ints, str | None, date | None]:
    """Return the downloads of each model in 30 days, with their source and date.

    They come from the one pair of source and date, by `on` if given, that has a figure for the most models
    of `among`, all nodes if not given, the newer one of equals: figures of different dates are never mixed.
    `UNKNOWN` where it says nothing; source and date are None if no dated figure is known.
    """
    import polars as pl

    columns = ["subject", "subject_kind", "metric", "value", "observed_on", "source"]
    number = pl.DataFrame({"id": pl.Series(graph.ids.to_arrow(), dtype=pl.String)}).with_row_index("node")
    dated = (
        snapshot.frame("observations", columns)
        .filter(
            pl.col("metric") == "downloads_30d",
            pl.col("subject_kind") == "model",
            pl.col("observed_on").is_not_null(),
            pl.col("value").is_finite() & (pl.col("value") >= 0),
            pl.lit(value=True) if on is None else pl.col("observed_on") <= on,
        )
        .join(number, left_on="subject", right_on="id")
    )
    wanted = np.zeros(graph.n, dtype=bool)
    wanted[slice(None) if among is None else among] = True
    groups = (
        dated.filter(pl.Series(wanted[dated["node"].to_numpy()]))
        .group_by("source", "observed_on")
        .agg(pl.col("node").n_unique())
        .sort("node", "observed_on", "source", descending=[True, True, False])
    )
    known = np.full(graph.n, UNKNOWN, dtype=np.int64)
    if groups.is_empty():
        return known, None, None
    source, on, _ = groups.row(0)
    chosen = dated.filter(pl.col("source") == source, pl.col("observed_on") == on)
    np.maximum.at(known, chosen["node"].to_numpy(), chosen["value"].to_numpy().astype(np.int64))
    return known, source, on
