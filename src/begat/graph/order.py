"""Cycles and levels: condensed by strong components the graph is a DAG, and passes go level by level."""

import numpy as np

from begat.graph.arrays import Graph, Ints

__all__ = ["components", "cycles", "levels"]


def components(graph: Graph) -> Ints:
    """Return for each node the least node of its strong component, shape (n,); O(n + m)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(graph.m, dtype=np.int8)
    matrix = csr_array((ones, (graph.child, graph.parent)), shape=(graph.n, graph.n))
    count, label = connected_components(matrix, directed=True, connection="strong")
    least: Ints = np.full(count, graph.n, dtype=np.int64)
    np.minimum.at(least, label, np.arange(graph.n))
    members: Ints = least[label]
    return members


def cycles(graph: Graph) -> list[list[str]]:
    """Return the cycles of the graph, each as the ids of its strong component."""
    least = components(graph)
    heads, sizes = np.unique(least, return_counts=True)
    return [[graph.ids[node] for node in np.flatnonzero(least == head)] for head in heads[sizes > 1]]


def levels(graph: Graph) -> list[Ints]:
    """Return the nodes by height: leaves first, each node after all its children.

    Raises
    ------
    ValueError
        If the graph has a cycle; condense it first.

    Notes
    -----
    O(n + m + levels). Lineage is shallow but not flat: lines of merges of 87 occur.
    """
    open_children = np.bincount(graph.parent, minlength=graph.n)
    frontier = np.flatnonzero(open_children == 0)
    found, done = [], 0
    while len(frontier):
        found.append(frontier)
        done += len(frontier)
        parents, lost = np.unique(graph.parent[graph.to_parents(frontier)], return_counts=True)
        open_children[parents] -= lost
        frontier = parents[open_children[parents] == 0].astype(np.int64)
    if done < graph.n:
        raise ValueError("the graph has a cycle; condense it first")
    return found
