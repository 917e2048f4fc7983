"""PageRank on the derivation graph, edges child -> parent."""

import numpy as np

from begat.graph import CreditGraph
from begat.influence.measure.base import Measure, Values

__all__ = ["DAMPING", "MEASURE", "pagerank"]

DAMPING = 0.85


def pagerank(credit: CreditGraph, alpha: float = DAMPING) -> Values:
    """Compute PageRank exactly: solve y = v + alpha P y in level order, then divide by its sum.

    P[p, c] = s(c, p) is the share of child c that goes to parent p, v the restart, uniform on the
    models with at least one edge; the mass of roots returns to v, so the solution is y / sum(y).

    Returns
    -------
    array of float64, shape (n,)
        Sums to 1; 0 for models without recorded lineage. All 0 if there is no edge.

    Notes
    -----
    One pass, leaves first, O(n + m), no iteration and no tolerance. A cycle is one node here; its
    members divide its mass equally. Close to `children` in order on this kind of graph.

    References
    ----------
    Brin and Page (1998), The anatomy of a large-scale hypertextual Web search engine.
    """
    dag = credit.dag
    touched = np.zeros(dag.n, dtype=bool)
    touched[dag.child] = touched[dag.parent] = True
    if not touched.any():
        return np.zeros(dag.n)
    y: Values = touched / touched.sum()
    for level in credit.levels:
        edges = dag.to_parents(level)
        flow = alpha * dag.share[edges] * y[dag.child[edges]]
        y += np.bincount(dag.parent[edges], weights=flow, minlength=dag.n)
    mass: Values = y / y.sum() / np.maximum(credit.size, 1)
    return mass


def readable(credit: CreditGraph) -> Values:
    """Iterate the definition to convergence, dangling mass to the restart set."""
    dag = credit.dag
    touched = np.zeros(dag.n)
    touched[dag.child] = touched[dag.parent] = 1
    if not touched.any():
        return touched
    restart = touched / touched.sum()
    roots = np.bincount(dag.child, minlength=dag.n) == 0
    x: Values = restart
    for _ in range(500):
        flow = np.bincount(dag.parent, weights=dag.share * x[dag.child], minlength=dag.n)
        x = DAMPING * flow + (1 - DAMPING + DAMPING * x[roots].sum()) * restart
    mass: Values = x / np.maximum(credit.size, 1)
    return mass


MEASURE = Measure(
    name="pagerank",
    title="PageRank",
    unit="share of the whole",
    column=50,
    reference="Brin and Page 1998; begat-53 indicator M12",
    compute=pagerank,
    readable=readable,
)
