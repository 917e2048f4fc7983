"""The graphs of credit: a model, its copies and its mirrors are one; in the second, cycles are too."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from begat.graph.arrays import COPY, Flags, Graph, Ints, kept, unique
from begat.graph.closure import Closure, closure
from begat.graph.cover import descendant_counts
from begat.graph.order import LevelOrder, components, heights

__all__ = ["CreditGraph", "credit_graph", "houses", "inside_a_house", "same_house"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class CreditGraph:
    """What influence is computed on, over the same node numbers as the graph it was made from.

    Attributes
    ----------
    graph : Graph
        Models with their copies and mirrors contracted into them; cycles are still cycles. A copy has
        no edge.
    copy : array of bool, shape (n,)
        Models that are copies or mirrors of another; they get no credit of their own.
    dag : Graph
        `graph` with each cycle contracted into its first member.
    of : array of int64, shape (n,)
        The node of `dag` that stands for each model.
    size : array of int64, shape (n,)
        How many models a node of `dag` stands for; 0 for nodes that were contracted into another.
    """

    graph: Graph
    copy: Flags
    dag: Graph
    of: Ints
    size: Ints

    @cached_property
    def height(self) -> Ints:
        """Most derivations between each node of `dag` and a leaf below it."""
        return heights(self.dag)

    @cached_property
    def outside(self) -> Graph:
        """`dag` without the derivations inside one house, which earn no credit."""
        return kept(self.dag, ~inside_a_house(self.dag))

    @cached_property
    def order(self) -> LevelOrder:
        """The edges of `outside`, leaves first."""
        return LevelOrder.of(self.outside, self.height)

    @cached_property
    def others(self) -> Graph:
        """`graph` without the derivations inside one house; cycles are still cycles."""
        return kept(self.graph, ~inside_a_house(self.graph))

    @cached_property
    def below(self) -> Values:
        """Number of distinct descendants of each model, shape (n,); see `begat.graph.cover`."""
        counts = descendant_counts(self.dag, self.height, self.size)
        return self.spread(counts + np.maximum(self.size - 1, 0))

    @cached_property
    def lineage(self) -> Closure:
        """Every pair of a model and an ancestor of it in `graph`."""
        return closure(self.graph, self.below, self.size[self.of] > 1)

    @cached_property
    def lineage_of_others(self) -> Closure:
        """Every pair of a model and an ancestor of it in `others`."""
        return closure(self.others, self.below, self.size[self.of] > 1)

    def spread(self, values: Values) -> Values:
        """Return values of `dag` for every model: members of a cycle alike, copies 0."""
        return np.where(self.copy, 0.0, values[self.of])

    def divide(self, values: Values) -> Values:
        """Return values of `dag` for every model: members of a cycle get equal parts, copies 0."""
        return self.spread(values / np.maximum(self.size, 1))


def credit_graph(graph: Graph) -> CreditGraph:
    """Contract copies and mirrors into their originals, and then cycles into one node; O(n + m).

    A model with several originals is taken for a copy of the first. A derivative of a copy becomes a
    derivative of the original, a pair that so occurs twice counts once. A copy itself derives from
    nothing; what a mirror derives from, its original derives from too.
    """
    originals = _originals(graph)
    copied = np.zeros(graph.n, dtype=bool)
    copied[graph.child[graph.relation == COPY]] = True
    copied &= originals != np.arange(graph.n)
    contracted = _quotient(kept(graph, ~copied[graph.child]), originals)
    least = components(contracted)
    copy = originals != np.arange(graph.n)
    of = least[originals]
    size = np.bincount(of[~copy], minlength=graph.n)
    return CreditGraph(contracted, copy, _quotient(contracted, least), of, size)


def inside_a_house(graph: Graph) -> Flags:
    """Which edges join models of one institution, or of one account."""
    return same_house(graph, graph.child, graph.parent)


def same_house(graph: Graph, some: NDArray[np.integer], others: NDArray[np.integer]) -> Flags:
    """Which pairs of nodes are of one institution, or of one account."""
    institution: Flags = graph.institution[some] == graph.institution[others]
    account: Flags = graph.account[some] == graph.account[others]
    known: Flags = institution & (graph.institution[others] >= 0)
    same: Flags = known | (account & (graph.account[others] >= 0))
    return same


def houses(graph: Graph) -> Ints:
    """Return the house of each node as a number: its institution, else its account, else itself."""
    institutions, accounts = len(graph.institution_ids), len(graph.account_ids)
    alone = institutions + accounts + np.arange(graph.n)
    account = np.where(graph.account >= 0, institutions + graph.account, alone)
    house: Ints = np.where(graph.institution >= 0, graph.institution, account)
    return house


def _originals(graph: Graph) -> Ints:
    """The model that each one is a copy or mirror of in the end; of a circle one member stands for all."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    target = graph.twin.astype(np.int64)
    edges = np.flatnonzero(graph.relation == COPY)[::-1]
    target[graph.child[edges]] = graph.parent[edges]
    chosen: Ints = np.arange(graph.n)
    copied = np.flatnonzero(target != chosen)
    some = unique(np.concatenate((copied, target[copied])))
    end = np.searchsorted(some, target[some])
    size = len(some)
    matrix = csr_array((np.ones(size, dtype=np.int8), (np.arange(size), end)), shape=(size, size))
    _, group = connected_components(matrix, directed=False)
    for _ in range(size.bit_length() + 1):
        end = end[end]
    least: Ints = np.full(size, size, dtype=np.int64)
    np.minimum.at(least, group, end)
    chosen[some] = some[least[group]]
    return chosen


def _quotient(graph: Graph, of: Ints) -> Graph:
    """Replace both ends of every edge; drop loops, and keep the first of equal pairs."""
    child, parent = of[graph.child], of[graph.parent]
    pair = child * graph.n + parent
    first = np.zeros(graph.m, dtype=bool)
    first[np.unique(pair, return_index=True)[1]] = True
    ends = replace(graph, child=child.astype(np.int32), parent=parent.astype(np.int32))
    return _shared(kept(ends, first & (child != parent)))


def _shared(graph: Graph) -> Graph:
    """Scale the shares of each child's remaining parents to 1."""
    total = np.bincount(graph.child, weights=graph.share, minlength=graph.n)
    return replace(graph, share=graph.share / total[graph.child])
