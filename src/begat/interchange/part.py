"""The part of a snapshot that concerns some models: a snapshot that shows fewer rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from begat.graph import Graph, induced, reachable
from begat.interchange.format.base import Content
from begat.records import TABLES
from begat.snapshot import Snapshot

if TYPE_CHECKING:
    from begat.graph.arrays import Ints

__all__ = ["Part", "family", "lineage_graph", "part_of"]

OF_MODELS = {
    "models": "id",
    "derivations": "child",
    "inferences": "child",
    "trained_on": "model",
    "evaluations": "model",
    "observations": "subject",
    "listings": "entity",
    "aliases": "resolved",
    "contested": "id",
}
"""Tables whose rows say something of a model, and the column that names it."""
KINDS = {"observations": ("subject_kind", "model"), "contested": ("kind", "model")}
"""Of these tables, the rows that are about models."""


@dataclass(frozen=True)
class Part(Snapshot):
    """A snapshot as if it held only some models, and what they lead to.

    That is: all statements about them, the datasets they were trained on, the benchmarks they were measured
    on, their accounts, the institutions that operate these with all that stand above, and the systems that
    stand for their libraries. The digest stays that of the whole snapshot, which it is a part of.

    Parameters
    ----------
    path : Path
        The folder of the snapshot.
    models : frozenset of str
        Ids of the models.
    """

    models: frozenset[str] = field(default=frozenset())

    def table(self, name: str, columns: Sequence[str] | None = None, *, where: Any = None) -> pa.Table:
        """Read the rows of a table that belong to the part; see `Snapshot.table`."""
        if name == "systems":
            rows = super().table(name, where=where)
            rows = rows.filter(self._supports(rows))
            return rows if columns is None else rows.select(list(columns))
        asked = pq.filters_to_expression(where) if isinstance(where, list) else where
        mine = self._belongs(name)
        return super().table(name, columns, where=mine if asked is None else mine & asked)

    @property
    def whole(self) -> Snapshot:
        """The snapshot that this is a part of."""
        return Snapshot(self.path)

    def own(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of a frame from the whole snapshot's table that are about the models."""
        mine = pl.col(OF_MODELS[name]).is_in(self.models)
        kind = KINDS.get(name)
        return frame.filter(mine if kind is None else mine & (pl.col(kind[0]) == kind[1]))

    @property
    def sources(self) -> list[dict[str, Any]]:
        """The sources that say something here, one a row."""
        return [row for row in super().sources if row["source"] in self._named]

    def _belongs(self, name: str) -> pc.Expression:
        """Say which rows of a table belong to the part."""
        if name in OF_MODELS:
            mine = _among(pc.field(OF_MODELS[name]), self.models)
            kind = KINDS.get(name)
            return mine if kind is None else mine & (pc.field(kind[0]) == kind[1])
        if name == "accounts":
            return _among(_key(), self._accounts)
        ids = {
            "datasets": lambda: self._datasets,
            "institutions": lambda: self._institutions,
            "benchmarks": lambda: self._distinct("evaluations", "benchmark"),
        }
        return _among(pc.field("id"), ids[name]()) if name in ids else pc.scalar(value=False)

    def _supports(self, systems: pa.Table) -> Any:
        libraries = self._distinct("models", "library")
        lists = systems["libraries"].to_pylist()
        return pa.array([not libraries.isdisjoint(row or ()) for row in lists], pa.bool_())

    def _distinct(self, table: str, column: str) -> frozenset[str]:
        return frozenset(self.table(table, [column])[column].drop_null().unique().to_pylist())

    @cached_property
    def _datasets(self) -> frozenset[str]:
        return self._distinct("trained_on", "dataset")

    @cached_property
    def _accounts(self) -> frozenset[str]:
        """The accounts of the models and datasets, in lower case, each after its platform."""
        found: set[str] = set()
        for name in ("models", "datasets"):
            rows = self.table(name, ["platform", "account"])
            keys = pc.binary_join_element_wise(rows["platform"], pc.utf8_lower(rows["account"]), ":")
            found.update(keys.drop_null().to_pylist())
        return frozenset(found)

    @cached_property
    def _institutions(self) -> frozenset[str]:
        """The institutions that operate the accounts, and all above them."""
        rows = super().table("institutions", ["id", "parent"])
        above = dict(zip(rows["id"].to_pylist(), rows["parent"].to_pylist(), strict=True))
        found: set[str] = set()
        left = set(self._distinct("accounts", "institution"))
        while left:
            found |= left
            left = {parent for name in left if (parent := above.get(name))} - found
        return frozenset(found)

    @cached_property
    def _named(self) -> frozenset[str]:
        """The sources of the rows."""
        names: set[str] = set()
        for table in (*OF_MODELS, "datasets", "accounts", "institutions", "systems", "benchmarks"):
            several = "sources" in TABLES[table]._fields
            column = self.table(table, ["sources" if several else "source"]).column(0)
            names.update((pc.list_flatten(column) if several else column).unique().to_pylist())
        return frozenset(names)


def _among(column: Any, wanted: frozenset[str]) -> pc.Expression:
    return column.isin(pa.array(sorted(wanted), pa.string()))


def _key() -> pc.Expression:
    """The key of an account: its platform, and its name in lower case."""
    return pc.binary_join_element_wise(pc.field("platform"), pc.utf8_lower(pc.field("account")), ":")


def family(graph: Graph, node: int, *, descendants: bool = False) -> "Ints":
    """Return a model and all its ancestors, with `descendants` also all that was made from it; sorted.

    O(what is returned and its edges).
    """
    ways = (True, False) if descendants else (True,)
    found = [reachable(graph, np.array([node]), up=up) for up in ways]
    return np.unique(np.concatenate([np.array([node]), *found]))


def lineage_graph(content: Content) -> Graph:
    """Return the derivations of an export: all, or those of one model's family."""
    graph = content.graph()
    if content.node is None:
        return graph
    return induced(graph, family(graph, content.node, descendants=content.descendants))


def part_of(content: Content) -> Snapshot:
    """Return the rows of an export: the snapshot, or what concerns one model's family."""
    return (
        content.snapshot
        if content.node is None
        else Part(content.snapshot.path, frozenset(lineage_graph(content).ids))
    )
