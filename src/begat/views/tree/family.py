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

from begat.graph import Graph, kept, walk
from begat.graph.arrays import COPY, Ints
from begat.graph.order import components

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
    """

    node: Ints
    home: Ints
    relation: NDArray[np.int8]
    release: Flags
    counted: Flags
    child: Ints
    parent: Ints

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

    def below(self, values: np.ndarray) -> Ints:
        """Sum values over each model and all that is listed below it, at any depth; O(k)."""
        total = values.astype(np.int64)
        for level in reversed(self.levels):
            np.add.at(total, self.home[level], total[level])
        return total


def family(graph: Graph, root: int) -> Family:
    """Collect a model and its descendants and give each its home; O(n + m), no recursion.

    Parameters
    ----------
    graph : Graph
        The derivation graph; merges and cycles are no trouble.
    root : int
        Node number.
    """
    reached = walk(graph, root, up=False)
    node = np.concatenate(([root], reached.node)).astype(np.int64)
    place = np.full(graph.n, -1, dtype=np.int64)
    place[node] = np.arange(len(node))
    ups = graph.to_parents(node)
    copy = np.zeros(len(node), dtype=bool)
    copy[place[graph.child[ups[graph.relation[ups] == COPY]]]] = True
    inside = ups[(place[graph.parent[ups]] >= 0) & (graph.parent[ups] != graph.child[ups])]
    home_edge = _home_edges(graph, place, inside, reached.edge)
    relation = np.append(graph.relation, np.int8(0))[home_edge]
    release = _own_house(graph, root)[node]
    return Family(
        node=node,
        home=np.concatenate(([0], place[graph.parent[home_edge[1:]]])),
        relation=np.where(copy, np.int8(COPY), relation),
        release=release,
        counted=~release & ~copy & (np.arange(len(node)) > 0),
        child=place[graph.child[inside]],
        parent=place[graph.parent[inside]],
    )


def _home_edges(graph: Graph, place: Ints, inside: Ints, reached: Ints) -> Ints:
    """Return the edge to the home of each member; the root's is -1."""
    least = components(kept(graph, inside))
    outside = inside[least[graph.child[inside]] != least[graph.parent[inside]]]
    other = graph.relation[outside] != COPY
    outside = outside[np.lexsort((np.arange(len(outside)), other, graph.child[outside]))]
    children, first = np.unique(graph.child[outside], return_index=True)
    home_edge = np.concatenate(([-1], reached))
    home_edge[place[children]] = outside[first]
    return home_edge


def _own_house(graph: Graph, root: int) -> Flags:
    """Which models of the graph the root's own institution, or else its own account, put out."""
    if graph.institution[root] >= 0:
        own = graph.institution == graph.institution[root]
    elif graph.account[root] >= 0:
        own = graph.account == graph.account[root]
    else:
        own = np.zeros(graph.n, dtype=bool)
    own = np.array(own)
    own[root] = True
    return own
