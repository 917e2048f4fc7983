"""The part of a snapshot that concerns some models: a snapshot that shows fewer rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from begat.graph import Graph, induced, reachable
from begat.interchange.format.base import Content
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
        """Read the rows of a table that belong to the part; see `Snapshot.table`. O(rows of the table)."""
        whole = super().table(name, where=where)
        rows = whole.filter(self._belongs(name, whole))
        return rows if columns is None else rows.select(list(columns))

    @property
    def sources(self) -> list[dict[str, Any]]:
        """The sources that say something here, one a row."""
        return [row for row in super().sources if row["source"] in self._named]

    def _belongs(self, name: str, rows: pa.Table) -> Any:
        if name in OF_MODELS:
            mine = _among(rows[OF_MODELS[name]], self.models)
            kind = {"observations": "subject_kind", "contested": "kind"}.get(name)
            return (
                pc.and_(mine, pc.equal(rows[kind], "model" if name == "observations" else "models"))
                if kind
                else mine
            )
        if name == "accounts":
            return _among(_account_keys(rows), self._accounts)
        if name == "systems":
            libraries = self._distinct("models", "library")
            return pa.array(
                [not libraries.isdisjoint(row or ()) for row in rows["libraries"].to_pylist()], pa.bool_()
            )
        ids = {
            "datasets": lambda: self._datasets,
            "institutions": lambda: self._institutions,
            "benchmarks": lambda: self._distinct("evaluations", "benchmark"),
        }
        return (
            _among(rows["id"], ids[name]()) if name in ids else pa.repeat(pa.scalar(value=False), len(rows))
        )

    def _distinct(self, table: str, column: str) -> frozenset[str]:
        return frozenset(self.table(table)[column].drop_null().unique().to_pylist())

    @cached_property
    def _datasets(self) -> frozenset[str]:
        return self._distinct("trained_on", "dataset")

    @cached_property
    def _accounts(self) -> frozenset[str]:
        """The accounts of the models and datasets, in lower case, each after its platform."""
        tables = [self.table(name) for name in ("models", "datasets")]
        return frozenset(key for rows in tables for key in _account_keys(rows).drop_null().to_pylist())

    @cached_property
    def _institutions(self) -> frozenset[str]:
        """The institutions that operate the accounts, and all above them."""
        above = dict(
            zip(
                *(super(Part, self).table("institutions")[c].to_pylist() for c in ("id", "parent")),
                strict=True,
            )
        )
        found: set[str] = set()
        left = set(self._distinct("accounts", "institution"))
        while left:
            found |= left
            left = {above[name] for name in left if above.get(name)} - found
        return frozenset(found)

    @cached_property
    def _named(self) -> frozenset[str]:
        """The sources of the rows."""
        names: set[str] = set()
        for table in (*OF_MODELS, "datasets", "accounts", "institutions", "systems", "benchmarks"):
            rows = self.table(table)
            if "sources" in rows.column_names:
                names.update(pc.list_flatten(rows["sources"]).unique().to_pylist())
            else:
                names.update(rows["source"].unique().to_pylist())
        return frozenset(names)


def _among(column: Any, wanted: frozenset[str]) -> Any:
    return pc.is_in(column, value_set=pa.array(sorted(wanted), pa.string()))


def _account_keys(rows: pa.Table) -> Any:
    return pc.utf8_lower(pc.binary_join_element_wise(rows["platform"], rows["account"], ":"))


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
