"""The graph of credit: copies are one with their original, the members of a cycle are one."""

from dataclasses import dataclass, replace

import numpy as np

from begat.graph.arrays import COPY, Graph, Ints
from begat.graph.order import components, levels

__all__ = ["CreditGraph", "credit_graph"]


@dataclass(frozen=True)
class CreditGraph:
    """What influence is computed on: a DAG over the same node numbers.

    Attributes
    ----------
    dag : Graph
        The graph after contraction; nodes that were contracted into another have no edge.
    of : array of int64, shape (n,)
        The node of `dag` that stands for each model.
    size : array of int64, shape (n,)
        How many models a node of `dag` stands for, copies not counted; 0 for contracted nodes.
    copy : array of bool, shape (n,)
        Models that are copies of another; they get no credit of their own.
    levels : list of arrays
        Nodes of `dag`, leaves first, each after all its children.
    """

    dag: Graph
    of: Ints
    size: Ints
    copy: np.ndarray
    levels: list[Ints]

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Return values of the contracted nodes for every model: members alike, copies 0."""
        return np.where(self.copy, 0, values[self.of])


def credit_graph(graph: Graph) -> CreditGraph:
    """Contract copies into their originals and cycles into one node; O(n + m).

    A model with several originals is taken for a copy of the first. A derivative of a copy becomes a
    derivative of the original, a pair that so occurs twice counts once, and a copy itself derives
    from nothing: it gives no credit and gets none.
    """
    originals = _originals(graph)
    copy = originals != np.arange(graph.n)
    contracted = _quotient(_kept(graph, ~copy[graph.child]), originals)
    least = components(contracted)
    dag = _quotient(contracted, least)
    of = least[originals]
    size = np.bincount(of[~copy], minlength=graph.n)
    return CreditGraph(dag, of, size, copy, levels(dag))


def _originals(graph: Graph) -> Ints:
    """Follow copy edges to their end; copies that name each other in a circle stay what they are."""
    target = np.arange(graph.n)
    edges = np.flatnonzero(graph.relation == COPY)[::-1]
    target[graph.child[edges]] = graph.parent[edges]
    end = target
    for _ in range(graph.n.bit_length() + 1):
        end = end[end]
    on_circle = target[end] != end
    return np.where(on_circle, np.arange(graph.n), end)


def _quotient(graph: Graph, of: Ints) -> Graph:
    """Replace both ends of every edge; drop loops, and keep the first of equal pairs."""
    child, parent = of[graph.child], of[graph.parent]
    pair = child * graph.n + parent
    first = np.zeros(graph.m, dtype=bool)
    first[np.unique(pair, return_index=True)[1]] = True
    ends = replace(graph, child=child.astype(np.int32), parent=parent.astype(np.int32))
    return _shared(_kept(ends, first & (child != parent)))


def _kept(graph: Graph, keep: np.ndarray) -> Graph:
    return replace(
        graph,
        child=graph.child[keep],
        parent=graph.parent[keep],
        relation=graph.relation[keep],
        share=graph.share[keep],
    )


def _shared(graph: Graph) -> Graph:
    """Scale the shares of each child's remaining parents to 1."""
    total = np.bincount(graph.child, weights=graph.share, minlength=graph.n)
    return replace(graph, share=graph.share / total[graph.child])
