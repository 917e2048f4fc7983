"""Descendants: how many models lead back to a model, over any number of steps, each counted once."""

import numpy as np

from begat.graph import CreditGraph, reachable
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "descendants"]


def descendants(credit: CreditGraph) -> Values:
    """Count the distinct descendants of each model: |{v : v leads to p}|, exact with merges.

    A node below which every model has one parent is a sum over its children, in level order; only
    above merges are sets walked. O(n + m) plus the part below those nodes. Copies are not counted;
    the members of a cycle count each other.
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
    for node in np.flatnonzero(mixed).tolist():
        below[node] = credit.size[reachable(dag, np.array([node]), up=False)].sum()
    return below + np.maximum(credit.size - 1, 0)


def readable(credit: CreditGraph) -> Values:
    """Walk from every node."""
    dag = credit.dag
    kids: dict[int, list[int]] = {}
    for child, parent in zip(dag.child.tolist(), dag.parent.tolist(), strict=True):
        kids.setdefault(parent, []).append(child)
    counts = np.zeros(dag.n)
    for node in range(dag.n):
        seen: set[int] = set()
        todo = [node]
        while todo:
            fresh = [kid for kid in kids.get(todo.pop(), ()) if kid not in seen]
            seen.update(fresh)
            todo.extend(fresh)
        counts[node] = sum(credit.size[kid] for kid in seen) + max(credit.size[node] - 1, 0)
    return counts


def of_institution(credit: CreditGraph, institution: int) -> float:
    """Count the distinct models of others that lead back to any model of an institution."""
    own = np.flatnonzero(credit.dag.institution == institution)
    below = reachable(credit.dag, own, up=False)
    others = below[credit.dag.institution[below] != institution]
    return float(credit.size[others].sum())


MEASURE = Measure(
    name="descendants",
    title="distinct descendants",
    unit="models",
    column=30,
    reference="reachability; blast radius of a model",
    compute=descendants,
    readable=readable,
    of_institution=of_institution,
)
