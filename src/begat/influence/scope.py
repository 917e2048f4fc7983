"""Which derivations count: of a day, of some relations, declared ones only, without mass uploads."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.discovery import named
from begat.graph import RELATIONS, Graph
from begat.graph.arrays import COPY
from begat.influence.burst import bursts
from begat.influence.figures import EPOCH, UNKNOWN, Figures, figures
from begat.snapshot import Snapshot

__all__ = ["DECLARED", "EVERYTHING", "Scope", "known_on", "statements"]

DECLARED = frozenset({"tags", "tags-finetune", "card", "adapter-config"})
"""Methods that read what the publisher of a model says; all others infer, or take the word of a list."""


@dataclass(frozen=True)
class Scope:
    """Which derivations of a snapshot count; all of them if nothing is given.

    Attributes
    ----------
    on : date, optional
        Only those known on that day: whose child was created by then or, where its date is unknown, that were
        first stated by then; a parent created later does not count either.
    relations : collection of str
        Only these kinds, if any are given. Copies stand for their original in any case.
    declared_only : bool
        Only those that a publisher declares; see `DECLARED`.
    without_bursts : bool
        Without those that `begat.influence.burst` finds to be mass uploads.
    """

    on: date | None = None
    relations: Collection[str] = field(default=frozenset())
    declared_only: bool = False
    without_bursts: bool = False

    def __post_init__(self) -> None:
        known = dict.fromkeys(name for name in RELATIONS if name != "copy")
        for name in self.relations:
            named("relation", name, known)
        object.__setattr__(self, "relations", frozenset(self.relations))

    def edges(self, snapshot: Snapshot, graph: Graph) -> NDArray[np.bool_]:
        """Return which edges of the whole graph count, shape (m,)."""
        keep = np.ones(graph.m, dtype=bool)
        if self.relations:
            wanted = np.array([name in self.relations for name in RELATIONS])
            keep &= wanted[graph.relation] | (graph.relation == COPY)
        if self.declared_only or self.on:
            declared, stated_on = statements(snapshot, graph)
            keep &= declared | (not self.declared_only)
        if self.on:
            created = figures(snapshot, graph).created_on
            created = np.full(graph.n, UNKNOWN) if created is None else created
            keep &= known_on(graph, created, stated_on, self.on)
        if self.without_bursts:
            keep &= ~bursts(graph, figures(snapshot, graph, self.on)).edges
        return keep

    def figures(self, snapshot: Snapshot, graph: Graph) -> Figures:
        """Return the figures of that day."""
        return figures(snapshot, graph, self.on)


EVERYTHING = Scope()


def statements(snapshot: Snapshot, graph: Graph) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return of each edge whether a publisher declares it, and the day of its first dated statement.

    Returns
    -------
    array of bool, shape (m,)
    array of int64, shape (m,)
        Days since 1970-01-01, `UNKNOWN` without a date.
    """
    number = pl.DataFrame({"id": list(graph.ids)}, schema={"id": pl.String}).with_row_index("node")
    stated = (
        snapshot.frame("derivations", ["child", "parent", "method", "stated_on"])
        .join(number.rename({"id": "child", "node": "c"}), on="child")
        .join(number.rename({"id": "parent", "node": "p"}), on="parent")
        .group_by("c", "p")
        .agg(pl.col("method").is_in(DECLARED).any(), (pl.col("stated_on") - EPOCH).dt.total_days().min())
    )
    edges = pl.DataFrame({"c": graph.child, "p": graph.parent}).cast(pl.UInt32)
    found = edges.join(stated, on=["c", "p"], how="left", maintain_order="left")
    return found["method"].to_numpy(), found["stated_on"].fill_null(UNKNOWN).to_numpy().astype(np.int64)


def known_on(
    graph: Graph, created_on: NDArray[np.int64], stated_on: NDArray[np.int64], day: date
) -> NDArray[np.bool_]:
    """Return which edges were there on a day; see `Scope.on`.

    Parameters
    ----------
    graph : Graph
        The derivation graph.
    created_on : array of int64, shape (n,)
        Days since 1970-01-01 when each model was published; negative where unknown.
    stated_on : array of int64, shape (m,)
        Of the first dated statement of each edge, from `statements`.
    day : date
        The day.
    """
    number = (day - EPOCH).days
    child = np.where(created_on[graph.child] >= 0, created_on[graph.child], stated_on)
    there: NDArray[np.bool_] = (child >= 0) & (child <= number) & (created_on[graph.parent] <= number)
    return there
