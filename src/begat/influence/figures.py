"""What measures take besides the graph: downloads and dates of models, in node order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from begat.graph import Graph
from begat.graph.arrays import spans, unique
from begat.snapshot import Snapshot

if TYPE_CHECKING:
    import polars as pl

__all__ = ["EPOCH", "UNKNOWN", "Downloads", "Figures", "downloads", "figures", "known_sum", "known_total"]

UNKNOWN = -1
"""Stands for an unknown value in an array of counts or codes; unknown is never 0."""

Ints = NDArray[np.int64]

EPOCH = date(1970, 1, 1)

COLUMNS = 3
"""Columns of downloads that are kept, 8 bytes a model each."""


def known_sum(figure: "pl.Expr") -> "pl.Expr":
    """Add up what is known of some figures, null where unknown: 0 of none, null where all are unknown."""
    import polars as pl

    return pl.when((figure.len() == 0) | (figure.count() > 0)).then(figure.sum())


def known_total(figures: Ints) -> int | None:
    """Add up what is known of some figures, negative where unknown; as `known_sum`.

    Examples
    --------
    >>> [known_total(np.array(each, dtype=np.int64)) for each in ([3, -1, 4], [-1, -1], [])]
    [7, None, 0]
    """
    known = figures[figures >= 0]
    return int(known.sum()) if len(known) or not len(figures) else None


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
    """Return the downloads of each model in 30 days, with their source and date; see `Downloads.best`."""
    return Downloads.of(snapshot, graph).best(among, on)


@dataclass(frozen=True)
class Downloads:
    """All dated downloads in 30 days, to choose those of one source and date from.

    Attributes
    ----------
    n : int
        Number of models.
    series : list of (str, date)
        The pairs of source and date, sorted.
    node, code, count : array of int64, shape (rows,)
        The model, the position of its pair in `series`, and the figure; by model, then pair.
    """

    n: int
    series: list[tuple[str, date]]
    node: Ints
    code: Ints
    count: Ints

    @classmethod
    def of(cls, snapshot: Snapshot, graph: Graph) -> "Downloads":
        """Load them; where a source has several figures of a day, the greatest. O(rows log rows)."""
        import polars as pl

        where = [("metric", "=", "downloads_30d"), ("subject_kind", "=", "model")]
        columns = ["subject", "value", "observed_on", "source"]
        number = pl.DataFrame({"id": pl.Series(graph.ids.to_arrow(), dtype=pl.String)}).with_row_index("node")
        dated = (
            pl.DataFrame(pl.from_arrow(snapshot.table("observations", columns, where=where)))
            .filter(pl.col("observed_on").is_not_null(), pl.col("value").is_finite() & (pl.col("value") >= 0))
            .join(number, left_on="subject", right_on="id")
        )
        series = dated.select("source", "observed_on").unique().sort("source", "observed_on")
        coded = dated.join(series.with_row_index("code"), on=["source", "observed_on"])
        rows = coded.group_by("node", "code").agg(pl.col("value").max()).sort("node", "code")
        node, code, count = (rows[name].to_numpy().astype(np.int64) for name in ("node", "code", "value"))
        return cls(graph.n, series.rows(), node, code, count)

    def best(self, among: Ints | None = None, on: date | None = None) -> tuple[Ints, str | None, date | None]:
        """Return the downloads of all models by the pair of source and date that knows some of them best.

        That is the one pair, by `on` if given, that has a figure for the most models of `among`, all nodes
        if not given, the newer one of equals: figures of different dates are never mixed.

        Returns
        -------
        array of int64, shape (n,)
            `UNKNOWN` where the pair says nothing.
        str, date
            The source and date; None if no dated figure is known of any.

        Notes
        -----
        O(models asked about, log rows each).
        """
        rows: Ints | slice = slice(None)
        if among is not None:
            ordered = unique(among)
            rows = spans(np.searchsorted(self.node, ordered), np.searchsorted(self.node, ordered, "right"))
        known = np.bincount(self.code[rows], minlength=len(self.series)).tolist()
        pairs = [pair for pair, (_, day) in enumerate(self.series) if known[pair] and (not on or day <= on)]
        if not pairs:
            return self._column(UNKNOWN), None, None
        chosen = max(pairs, key=lambda pair: (known[pair], self.series[pair][1], -pair))
        return self._column(chosen), *self.series[chosen]

    @cached_property
    def _column(self) -> Callable[[int], Ints]:
        """The figures of a pair in node order, `UNKNOWN` of none; those used last are kept."""
        return lru_cache(maxsize=COLUMNS)(self._spread)

    def _spread(self, pair: int) -> Ints:
        column = np.full(self.n, UNKNOWN, dtype=np.int64)
        rows = np.flatnonzero(self.code == pair)
        column[self.node[rows]] = self.count[rows]
        column.flags.writeable = False
        return column
