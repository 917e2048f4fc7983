"""Descendants: how many models lead back to a model, over any number of steps, each counted once."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph, houses, kept, reachable
from begat.graph.arrays import spans
from begat.graph.contract import Flags
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "descendants"]


def descendants(credit: CreditGraph) -> Values:
    """Count the distinct descendants of each model: |{v : v leads to p}|, exact with merges.

    Notes
    -----
    A node below which every model has one parent is a sum over its children, in level order. Only merges
    and what lies above them need sets, in which each merge stands for the tree below it. O(n + m + s log
    s) and 8 bytes an element, s the size of these sets together. Copies are not counted; the members of
    a cycle count each other.
    """
    dag = credit.dag
    merged = np.bincount(dag.child, minlength=dag.n) > 1
    below = np.zeros(dag.n)
    mixed = np.zeros(dag.n, dtype=bool)
    for level in credit.levels[1:]:
        edges = dag.to_children(level)
        child, parent = dag.child[edges], dag.parent[edges]
        apart = ~(merged[child] | mixed[child])
        np.add.at(below, parent[apart], below[child[apart]] + credit.size[child[apart]])
        mixed[parent[~apart]] = True
    below += _through_merges(credit, merged | mixed, below + credit.size)
    return credit.spread(below + np.maximum(credit.size - 1, 0))


def _through_merges(credit: CreditGraph, joint: Flags, weight: Values) -> Values:
    """Sum the weight of the distinct `joint` descendants of each node; only joint nodes lead to any."""
    dag = kept(credit.dag, joint[credit.dag.child])
    total = np.zeros(dag.n)
    start = np.zeros(dag.n, dtype=np.int64)
    size = np.zeros(dag.n, dtype=np.int64)
    sets, filled = np.zeros(dag.m, dtype=np.int64), 0
    for level in credit.levels[1:]:
        edges = dag.to_children(level)
        child, parent = dag.child[edges].astype(np.int64), dag.parent[edges].astype(np.int64)
        further = sets[spans(start[child], start[child] + size[child])]
        above = np.concatenate((parent, np.repeat(parent, size[child])))
        pairs = np.unique(above * dag.n + np.concatenate((child, further)))
        above, reached = np.divmod(pairs, dag.n)
        np.add.at(total, above, weight[reached])
        nodes, first, count = np.unique(above, return_index=True, return_counts=True)
        start[nodes], size[nodes] = filled + first, count
        if filled + len(reached) > len(sets):
            sets = np.concatenate((sets, np.empty(len(sets) + len(reached), dtype=np.int64)))
        sets[filled : filled + len(reached)] = reached
        filled += len(reached)
    return total


def readable(credit: CreditGraph) -> Values:
    """Walk from every model of the graph with its cycles."""
    graph = credit.graph
    kids: dict[int, list[int]] = {}
    for child, parent in zip(graph.child.tolist(), graph.parent.tolist(), strict=True):
        kids.setdefault(parent, []).append(child)
    counts = np.zeros(graph.n)
    for node in range(graph.n):
        seen: set[int] = set()
        todo = [node]
        while todo:
            fresh = [kid for kid in kids.get(todo.pop(), ()) if kid not in seen]
            seen.update(fresh)
            todo.extend(fresh)
        counts[node] = len(seen - {node})
    return counts


def united(credit: CreditGraph, group: NDArray[np.integer], count: int) -> Values:
    """Count the distinct models that lead back to a model of a group that is of another house."""
    graph = credit.graph
    house = houses(graph)
    inside = np.flatnonzero(group >= 0)
    inside = inside[np.lexsort((house[inside], group[inside]))]
    edge = np.flatnonzero(np.diff(house[inside]) | np.diff(group[inside])) + 1
    found = [np.zeros(0, dtype=np.int64)]
    for models in np.split(inside, edge) if len(inside) else []:
        below = reachable(graph, models, up=False)
        others = below[house[below] != house[models[0]]]
        found.append(others + group[models[0]] * graph.n)
    pairs = np.unique(np.concatenate(found))
    return np.bincount(pairs // graph.n, minlength=count).astype(np.float64)


MEASURE = Measure(
    name="descendants",
    title="distinct descendants",
    unit="models",
    column=30,
    reference="reachability; blast radius of a model",
    compute=descendants,
    readable=readable,
    united=united,
)
