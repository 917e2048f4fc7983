"""Cycles and levels: condensed by strong components the graph is a DAG, and passes go level by level."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from begat.graph.arrays import Edges, Graph, Ints, spans
from begat.graph.peel import THIN, peel

__all__ = ["LevelOrder", "components", "cycles", "heights", "levels", "strong_components"]

Values = NDArray[np.float64]


def components(graph: Graph) -> Ints:
    """Return for each node the least node of its strong component, shape (n,); O(n + m)."""
    return strong_components(graph.child, graph.parent, graph.n)


def strong_components(child: NDArray[np.integer], parent: NDArray[np.integer], n: int) -> Ints:
    """Return `components` of edges among `n` nodes that need not be a whole graph."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    matrix = csr_array((np.ones(len(child), dtype=np.int8), (child, parent)), shape=(n, n))
    count, label = connected_components(matrix, directed=True, connection="strong")
    least: Ints = np.full(count, n, dtype=np.int64)
    np.minimum.at(least, label, np.arange(n))
    members: Ints = least[label]
    return members


def cycles(graph: Graph) -> list[list[str]]:
    """Return the cycles of the graph, each as the ids of its strong component."""
    least = components(graph)
    heads, sizes = np.unique(least, return_counts=True)
    return [[graph.ids[node] for node in np.flatnonzero(least == head)] for head in heads[sizes > 1]]


def heights(graph: Graph) -> Ints:
    """Return the most derivations between each node and a leaf below it, shape (n,); leaves have 0.

    Raises
    ------
    ValueError
        If the graph has a cycle; condense it first.

    Notes
    -----
    O(n + m), however long the longest line. Lineage is shallow but not flat: lines of merges of 87 occur.
    """
    starts, rows = graph.up
    height = peel(np.bincount(graph.parent, minlength=graph.n), starts, graph.parent[rows])
    if (height < 0).any():
        raise ValueError("the graph has a cycle; condense it first")
    return height


def levels(graph: Graph) -> list[Ints]:
    """Return the nodes by height: leaves first, each node after all its children.

    Raises
    ------
    ValueError
        If the graph has a cycle; condense it first.
    """
    height = heights(graph)
    order = np.argsort(height, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(height[order])) + 1) if graph.n else []


@dataclass(frozen=True)
class LevelOrder:
    """The edges of a DAG in the order of a pass from the leaves to the roots, made once for all passes.

    The edges to one parent stand together, the parents by height. So what a level sums is a row of
    adjacent spans, and a pass reads its edges from front to back.

    Attributes
    ----------
    edge : array of int64, shape (m,)
        Number of each edge in the graph.
    child, parent : array of int32, shape (m,)
        Its ends.
    node : array of int64, shape (k,)
        The nodes with children.
    first : array of int64, shape (k + 1,)
        Where the edges of each begin.
    level : array of int64, shape (levels + 1,)
        Where the nodes of each level begin in `node`.
    """

    edge: Ints
    child: Edges
    parent: Edges
    node: Ints
    first: Ints
    level: Ints

    @classmethod
    def of(cls, graph: Graph, height: Ints) -> "LevelOrder":
        """Order the edges; `height` is that of the graph, or of one with more edges. O(m + k log k)."""
        starts, rows = graph.down
        node = np.flatnonzero(np.diff(starts))
        node = node[np.argsort(height[node], kind="stable")]
        edge = rows[spans(starts[node], starts[node + 1])]
        first = np.concatenate(([0], np.cumsum(starts[node + 1] - starts[node])))
        level = np.flatnonzero(np.diff(height[node], prepend=-1, append=-1))
        return cls(edge, graph.child[edge], graph.parent[edge], node, first, level)

    def runs(self) -> Iterator[tuple[int, int, bool]]:
        """Yield begin and end in `node` of what is passed at once, and whether it is thin.

        A level with many edges is a run of its own. Successive levels with few are one thin run, to be
        taken edge by edge: at most m / `THIN` runs are not thin, whatever the shape.
        """
        thin = np.diff(self.first[self.level]) < THIN
        fresh = np.flatnonzero(~thin | np.concatenate(([True], ~thin))[:-1])
        bounds = [*self.level[fresh].tolist(), len(self.node)]
        yield from zip(bounds, bounds[1:], thin[fresh].tolist(), strict=False)

    def pull(self, total: Values, weight: Values | None = None) -> Values:
        """Add to each parent w times the total of each child, leaves first, in place; O(m).

        Parameters
        ----------
        total : array of float64, shape (n,)
            What each node has itself; afterwards y with y(p) = own(p) + sum over children c of w y(c).
        weight : array of float64, shape (m,), optional
            w of each edge, in the order of the graph; 1 if not given.

        Returns
        -------
        array of float64, shape (n,)
            `total`.
        """
        weight = np.ones(len(self.edge)) if weight is None else weight[self.edge]
        for begin, end, thin in self.runs():
            a, z = self.first[begin], self.first[end]
            if thin:
                _pull_each(total, self.child[a:z], self.parent[a:z], weight[a:z])
            else:
                flow = weight[a:z] * total[self.child[a:z]]
                total[self.node[begin:end]] += np.add.reduceat(flow, self.first[begin:end] - a)
        return total


def _pull_each(total: Values, child: Edges, parent: Edges, weight: Values) -> None:
    view = total.data
    for c, p, w in zip(child.tolist(), parent.tolist(), weight.tolist(), strict=True):
        view[p] += w * view[c]
