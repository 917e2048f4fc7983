"""Who owns the descendants of a model."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph, same_house, walk
from begat.influence.counting import distinct

__all__ = ["distinct_below", "readable_below"]

Values = NDArray[np.float64]


def distinct_below(
    credit: CreditGraph, owner: NDArray[np.integer], group: NDArray[np.integer], count: int
) -> Values:
    """Count the distinct owners of the descendants of each group's models, a model's own house left out.

    Parameters
    ----------
    credit : CreditGraph
        What influence is computed on.
    owner : array of int, shape (n,)
        Owner of each model, -1 where unknown: not counted.
    group : array of int, shape (n,)
        Group of each model, -1 for none.
    count : int
        Number of groups.
    """
    source, ancestor = credit.lineage.every(credit.graph)
    of, by = group[ancestor], owner[source]
    counted = (of >= 0) & (by >= 0) & ~same_house(credit.graph, source, ancestor)
    groups, _ = distinct(of[counted], by[counted])
    return np.bincount(groups, minlength=count).astype(np.float64)


def readable_below(credit: CreditGraph, owner: NDArray[np.integer]) -> Values:
    """Count by definition, for single models."""
    graph = credit.graph
    counts = np.zeros(graph.n)
    for node in range(graph.n):
        below = walk(graph, node, up=False).node
        apart = below[~same_house(graph, below, np.full(len(below), node))]
        counts[node] = len(set(owner[apart].tolist()) - {-1})
    return counts
