"""What views show beside the graph: downloads of one date, licences, countries, in node order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.graph import Graph
from begat.graph.arrays import Ints
from begat.influence.figures import EPOCH, UNKNOWN, Downloads
from begat.snapshot import Snapshot

__all__ = ["UNKNOWN", "Columns", "Facts", "created", "facts"]


@dataclass(frozen=True)
class Facts:
    """Columns of the models of a graph; `UNKNOWN` where a source says nothing.

    Attributes
    ----------
    downloads_30d : array of int64, shape (n,)
        Downloads in 30 days, all of one source and date.
    downloads_source, downloads_on
        That source and date; None if no dated figure is known.
    licence, country : array of int32, shape (n,)
        Position in `licences`, `countries` (ISO 3166-1 alpha-2, of the model's institution).
    listed : array of bool, shape (n,)
        False for models that are known only because another one names them as its parent.
    unresolved : array of int32, shape (n,)
        How many parents of the model are stated but could not be told.
    institutions : sequence of str
        Names, in the order of the graph's ``institution_ids``.
    gathers : mapping of int to str
        Nodes that are no models but gather some, with the kind of their row: "house" or "family".
    on : date, optional
        The day as of which lineage and figures are; None for all that is known.
    origin : array of int64, optional
        Of a graph that is a part: the node of the whole that each is, -1 for those that are no models.
    """

    downloads_30d: Ints
    downloads_source: str | None
    downloads_on: date | None
    licence: NDArray[np.int32]
    licences: Sequence[str]
    country: NDArray[np.int32]
    countries: Sequence[str]
    listed: NDArray[np.bool_]
    unresolved: NDArray[np.int32]
    institutions: Sequence[str]
    gathers: Mapping[int, str] = field(default_factory=dict)
    on: date | None = None
    origin: Ints | None = None

    def shown(self, column: Ints) -> Ints:
        """Return a column of the whole graph for the nodes of this one, `UNKNOWN` for what is no model."""
        return column if self.origin is None else np.append(column, UNKNOWN)[self.origin]


def facts(snapshot: Snapshot, graph: Graph, among: Ints | None = None) -> Facts:
    """Load the columns of a snapshot in the node order of its graph; see `Columns.among`. O(rows)."""
    return Columns.of(snapshot, graph).among(among)


@dataclass(frozen=True)
class Columns:
    """What a snapshot says of all models, whatever the view, and the downloads to choose from.

    Loaded once for many views; a view of a few models then costs only these.
    """

    plain: Facts
    downloads: Downloads

    @classmethod
    def of(cls, snapshot: Snapshot, graph: Graph) -> "Columns":
        """Load them; O(rows)."""
        models = snapshot.frame("models", ["id", "licence", "listed"]).sort("id")
        licence, licences = _coded(models["licence"])
        names, country, countries = _institutions(snapshot, graph)
        known = Facts(
            downloads_30d=np.zeros(0, dtype=np.int64),
            downloads_source=None,
            downloads_on=None,
            licence=licence,
            licences=licences,
            country=country,
            countries=countries,
            listed=models["listed"].fill_null(value=False).to_numpy(),
            unresolved=_unresolved(snapshot, models),
            institutions=names,
        )
        return cls(known, Downloads.of(snapshot, graph))

    def among(self, nodes: Ints | None = None, on: date | None = None) -> Facts:
        """Return the columns with the downloads that cover some models best, as known on a day.

        See `begat.influence.figures.Downloads.best`; all models if none are given.
        """
        known, source, day = self.downloads.best(nodes, on)
        return replace(self.plain, downloads_30d=known, downloads_source=source, downloads_on=day, on=on)


def created(snapshot: Snapshot) -> Ints:
    """Return the day on which each model was published, in node order, in days since 1970-01-01.

    `UNKNOWN` where no source says.
    """
    days = snapshot.frame("models", ["id", "created_at"]).sort("id")["created_at"].dt.date() - EPOCH
    return days.dt.total_days().fill_null(UNKNOWN).to_numpy().astype(np.int64)


def _coded(column: pl.Series) -> tuple[NDArray[np.int32], list[str]]:
    """Return the codes of a column of text and its sorted values."""
    values = column.drop_nulls().unique().sort().to_list()
    code = column.replace_strict(values, range(len(values)), default=UNKNOWN, return_dtype=pl.Int32)
    return code.fill_null(UNKNOWN).to_numpy(), values


def _institutions(snapshot: Snapshot, graph: Graph) -> tuple[list[str], NDArray[np.int32], list[str]]:
    """Return the institutions' names, and the country of each node as code and values."""
    ids = pl.DataFrame({"id": list(graph.institution_ids)}, schema={"id": pl.String})
    table = snapshot.frame("institutions", ["id", "name", "country"]).drop_nulls("id")
    known = ids.join(table.unique("id", keep="first"), on="id", how="left", maintain_order="left")
    code, countries = _coded(known["country"])
    of_node = np.append(code, np.int32(UNKNOWN))[graph.institution]
    return known["name"].fill_null(known["id"]).to_list(), of_node, countries


def _unresolved(snapshot: Snapshot, models: pl.DataFrame) -> NDArray[np.int32]:
    stated = snapshot.frame("derivations", ["child", "parent_raw", "status"])
    count = (
        stated.filter(pl.col("status") == "unresolved").group_by("child").agg(pl.col("parent_raw").n_unique())
    )
    joined = models.join(count, left_on="id", right_on="child", how="left", maintain_order="left")
    return joined["parent_raw"].fill_null(0).to_numpy().astype(np.int32)
