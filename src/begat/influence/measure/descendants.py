"""Descendants: how many models lead back to a model, over any number of steps, each counted once."""

import numpy as np

from begat.graph import CreditGraph, reachable
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "descendants"]


def descendants(credit: CreditGraph) -> Values:
    """Count the distinct descendants of each model: |{v : v leads to p}|, exact with merges.

    A node below which every model has one parent is a sum over its children, in level order; only
    above merges are sets walked, one a node. O(n + m) plus the part below those nodes. Copies are not
    counted; the members of a cycle count each other.
    """
    dag = credit.dag
    merged = np.bincount(dag.child, minlength=dag.n) > 1
    below = np.zeros(dag.n)
    mixed = np.zeros(dag.n, dtype=bool)
    for level in credit.levels[1:]:
        edges = dag.to_children(level)
        child, parent = dag.child[edges], dag.parent[edges]
        below += np.bincount(parent, weights=below[child] + credit.size[child], minlength=dag.n)
        mixed[parent[merged[child] | mixed[child]]] = True
    seen = np.zeros(dag.n, dtype=bool)
    for node in np.flatnonzero(mixed).tolist():
        below[node] = _below(credit, node, seen)
    return credit.spread(below + np.maximum(credit.size - 1, 0))


def _below(credit: CreditGraph, node: int, seen: np.ndarray) -> int:
    """Count what leads to a node; `seen` is a working array that is all False before and after."""
    found = []
    frontier = np.array([node])
    while len(frontier):
        near = credit.dag.child[credit.dag.to_children(frontier)]
        frontier = np.unique(near[~seen[near]]).astype(np.int64)
        seen[frontier] = True
        found.append(frontier)
    reached = np.concatenate(found)
    seen[reached] = False
    return int(credit.size[reached].sum())


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


def united(credit: CreditGraph) -> Values:
    """Count the distinct models of others that lead back to any model of an institution."""
    graph = credit.graph
    counts = np.zeros(len(graph.institution_ids))
    for institution in range(len(counts)):
        own = np.flatnonzero(graph.institution == institution)
        below = reachable(graph, own, up=False)
        counts[institution] = (graph.institution[below] != institution).sum()
    return counts


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
