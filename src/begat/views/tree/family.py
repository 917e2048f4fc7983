"""A model and all its descendants, each listed once: under its home.

Home of a model is the first parent in its card that lies in the family; of a copy, its original where
that lies in it. The members of a cycle take a parent outside the cycle first; one that has none is
listed where the shortest way from the root reaches it. So the homes form a tree over the family
whatever merges and cycles there are, and numbers listed by home add up.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from begat.graph import Graph, walk
from begat.graph.arrays import COPY, Ints, compressed_rows, spans, unique
from begat.graph.order import strong_components

__all__ = ["Family", "family"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Family:
    """A root and its k - 1 distinct descendants, under numbers of their own; the root is 0.

    Attributes
    ----------
    node : array of int64, shape (k,)
        Node of the graph.
    home : array of int64, shape (k,)
        Where each is listed; the root is its own home.
    relation : array of int8, shape (k,)
        How each was derived from its home, a position in `RELATIONS`; copy for every copy.
    release : array of bool, shape (k,)
        Models of the root's own house: its institution, or its account where that is unknown.
    counted : array of bool, shape (k,)
        Derivatives: neither a release nor a copy.
    child, parent : array of int64
        Ends of all edges inside the family, by child in the order of its card.
    outside : array of int64
        The members that have a parent outside the family, too.
    """

    node: Ints
    home: Ints
    relation: NDArray[np.int8]
    release: Flags
    counted: Flags
    child: Ints
    parent: Ints
    outside: Ints

    def __len__(self) -> int:
        return len(self.node)

    @cached_property
    def depth(self) -> Ints:
        """Steps from the root along the homes, shape (k,)."""
        return self.steps(np.ones(len(self), dtype=bool))

    @cached_property
    def levels(self) -> list[Ints]:
        """The members by depth, the root's level left out."""
        order = np.argsort(self.depth, kind="stable")
        return np.split(order, np.cumsum(np.bincount(self.depth)))[1:-1]

    def steps(self, counted: Flags) -> Ints:
        """Count the marked models below the root on the way to each, itself included; O(k log k)."""
        count, jump = counted.astype(np.int64), self.home
        count[0] = 0
        while jump.any():
            count = count + count[jump]
            jump = jump[jump]
        return count

    @cached_property
    def down(self) -> tuple[Ints, Ints]:
        """Row starts by parent, and the children in that order: all edges, not only the homes."""
        starts, rows = compressed_rows(self.parent.astype(np.int32), len(self))
        return starts, self.child[rows]

    def reached(self, members: Ints, *, through_root: bool = True) -> Ints:
        """Return the distinct members below some, wherever they are listed; O(k + edges touched).

        In a cycle with the root the walk ends there, unless it may go `through_root`.
        """
        starts, children = self.down
        seen = np.zeros(len(self), dtype=bool)
        seen[0] = not through_root
        frontier = members
        while len(frontier):
            next_ones = children[spans(starts[frontier], starts[frontier + 1])]
            frontier = unique(next_ones[~seen[next_ones]])
            seen[frontier] = True
        return np.flatnonzero(seen)

    def below(self, values: np.ndarray) -> Ints:
        """Sum values over each model and all that is listed below it, at any depth; O(k)."""
        total = values.astype(np.int64)
        for level in reversed(self.levels):
            np.add.at(total, self.home[level], total[level])
        return total


def family(graph: Graph, root: int) -> Family:
    """Collect a model and its descendants and give each its home; no recursion.

    Parameters
    ----------
    graph : Graph
        The derivation graph; merges and cycles are no trouble.
    root : int
        Node number.

    Notes
    -----
    O(k log k + edges touched) for k models in the family, and one bit a node of the graph for the walk.
    """
    reached = walk(graph, root, up=False)
    node = np.concatenate(([root], reached.node)).astype(np.int64)
    ups = graph.to_parents(node)
    ups = ups[graph.parent[ups] != graph.child[ups]]
    child, parent = _places(node, graph.child[ups]), _places(node, graph.parent[ups])
    kind, inside = graph.relation[ups], parent >= 0
    copy = np.zeros(len(node), dtype=bool)
    copy[child[kind == COPY]] = True
    home, relation = _homes(child[inside], parent[inside], kind[inside], len(node))
    home[0] = 0
    left = np.flatnonzero(home < 0)
    home[left] = _places(node, graph.parent[reached.edge[left - 1]])
    relation[left] = graph.relation[reached.edge[left - 1]]
    release = _own_house(graph, node)
    return Family(
        node=node,
        home=home,
        relation=np.where(copy, np.int8(COPY), relation),
        release=release,
        counted=~release & ~copy & (np.arange(len(node)) > 0),
        child=child[inside],
        parent=parent[inside],
        outside=unique(child[~inside]),
    )


def _places(node: Ints, wanted: np.ndarray) -> Ints:
    """Return where in `node` each of some nodes stands, -1 for one that doesn't."""
    order = np.argsort(node)
    ordered = node[order]
    place = np.minimum(np.searchsorted(ordered, wanted), len(node) - 1)
    return np.where(ordered[place] == wanted, order[place], -1)


def _homes(child: Ints, parent: Ints, kind: NDArray[np.int8], size: int) -> tuple[Ints, NDArray[np.int8]]:
    """Return the home of each member and the relation to it, -1 for the root and those only in cycles.

    A home is outside the cycles of its child; the original of a copy comes first, then the card's order.
    """
    least = strong_components(child, parent, size)
    apart = np.flatnonzero(least[child] != least[parent])
    apart = apart[np.lexsort((apart, kind[apart] != COPY, child[apart]))]
    children, first = np.unique(child[apart], return_index=True)
    home = np.full(size, -1, dtype=np.int64)
    relation = np.zeros(size, dtype=np.int8)
    home[children], relation[children] = parent[apart[first]], kind[apart[first]]
    return home, relation


def _own_house(graph: Graph, node: Ints) -> Flags:
    """Which members the root's own institution, or else its own account, put out."""
    root = node[0]
    column = graph.institution if graph.institution[root] >= 0 else graph.account
    own: Flags = (column[node] == column[root]) & (column[root] >= 0)
    own[0] = True
    return own
