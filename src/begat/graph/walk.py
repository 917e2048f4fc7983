"""Walks from one model: ancestors and descendants, breadth first; the cost is the part touched."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from begat.graph.arrays import RELATIONS, Edges, Flags, Graph, Ints, unique

__all__ = ["Made", "Walk", "reachable", "walk"]


@dataclass(frozen=True)
class Walk:
    """Models reached from a start, nearest first, the start itself left out.

    Attributes
    ----------
    node : array of int64, shape (k,)
        Node numbers.
    depth : array of int64, shape (k,)
        Fewest derivations between the start and the node.
    edge : array of int64, shape (k,)
        The edge by which it was first reached.
    """

    node: Ints
    depth: Ints
    edge: Ints


@dataclass(frozen=True)
class Made:
    """The time in which a derivation was made: the day its child was published.

    Attributes
    ----------
    on : array of int, shape (n,)
        Day of each model, such as `Figures.created_on`; negative where unknown, which is in no time.
    since, until : int, optional
        First and last day, both counted in.
    """

    on: Ints
    since: int | None = None
    until: int | None = None

    def within(self, nodes: NDArray[np.integer]) -> Flags:
        """Which models are of this time."""
        day = self.on[nodes]
        inside: Flags = day >= max(self.since or 0, 0)
        return inside if self.until is None else inside & (day <= self.until)


def walk(
    graph: Graph,
    start: int,
    *,
    up: bool,
    relations: Collection[str] | None = None,
    depth: int | None = None,
    made: Made | None = None,
) -> Walk:
    """Return the ancestors (`up`) or descendants of a node.

    Parameters
    ----------
    graph : Graph
        The derivation graph; cycles are no trouble.
    start : int
        Node number.
    up : bool
        Towards the parents, else towards the children.
    relations : collection of str, optional
        Follow only edges of these kinds.
    depth : int, optional
        Go no further than this many derivations.
    made : Made, optional
        Follow only derivations of this time.

    Notes
    -----
    O(nodes + edges touched), and one bit a node of the graph to mark what was seen.
    """
    edges_of = graph.to_parents if up else graph.to_children
    far: Edges = graph.parent if up else graph.child
    allowed = _allowed(graph, relations, made)
    seen = np.zeros(graph.n, dtype=bool)
    seen[start] = True
    frontier = np.array([start], dtype=np.int64)
    found: list[tuple[Ints, Ints, Ints]] = []
    level = 0
    while len(frontier) and (depth is None or level < depth):
        level += 1
        edges = allowed(edges_of(frontier))
        edges = edges[~seen[far[edges]]]
        nodes, first = np.unique(far[edges], return_index=True)
        order = np.argsort(first)
        frontier, edges = nodes[order].astype(np.int64), edges[first[order]]
        seen[frontier] = True
        found.append((frontier, np.full(len(frontier), level), edges))
    if not found:
        nothing = np.zeros(0, dtype=np.int64)
        return Walk(nothing, nothing, nothing)
    return Walk(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def reachable(graph: Graph, starts: Ints, *, up: bool) -> Ints:
    """Return the distinct nodes reached from any of several, the starts left out unless reached."""
    edges_of = graph.to_parents if up else graph.to_children
    far: Edges = graph.parent if up else graph.child
    seen = np.zeros(graph.n, dtype=bool)
    frontier = np.asarray(starts, dtype=np.int64)
    found = []
    while len(frontier):
        nodes = far[edges_of(frontier)]
        frontier = unique(nodes[~seen[nodes]])
        seen[frontier] = True
        found.append(frontier)
    return np.sort(np.concatenate(found)) if found else frontier


def _allowed(graph: Graph, relations: Collection[str] | None, made: Made | None) -> Callable[[Ints], Ints]:
    """Return what keeps the edges that may be followed."""
    kinds = np.array([relations is None or name in relations for name in RELATIONS])

    def allowed(edges: Ints) -> Ints:
        if relations is not None:
            edges = edges[kinds[graph.relation[edges]]]
        return edges if made is None else edges[made.within(graph.child[edges])]

    return allowed
