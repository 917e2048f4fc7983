"""PageRank on the derivation graph, edges child -> parent."""

import numpy as np

from begat.graph import CreditGraph
from begat.influence.measure.base import Measure, Values

__all__ = ["DAMPING", "MEASURE", "pagerank"]

DAMPING = 0.85


def pagerank(credit: CreditGraph, alpha: float = DAMPING) -> Values:
    """Compute PageRank exactly: solve y = v + alpha P y in level order, then divide by its sum.

    P[p, c] = s(c, p) is the share of child c that goes to parent p, v the restart, uniform on the
    models with at least one edge; the mass of roots, and of derivations inside one house, returns to
    v, so the solution is y / sum(y).

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
    restart, dag = _restart(credit), credit.outside
    y = restart.copy()
    for level in credit.levels:
        edges = dag.to_parents(level)
        flow = alpha * dag.share[edges] * y[dag.child[edges]]
        y += np.bincount(dag.parent[edges], weights=flow, minlength=dag.n)
    return credit.divide(y / (y.sum() or 1))


def readable(credit: CreditGraph) -> Values:
    """Iterate the definition to convergence, all mass that is not passed on to the restart set."""
    restart, dag = _restart(credit), credit.outside
    given = np.bincount(dag.child, weights=dag.share, minlength=dag.n)
    x = restart.copy()
    for _ in range(500):
        flow = np.bincount(dag.parent, weights=dag.share * x[dag.child], minlength=dag.n)
        lost = (x * (1 - given)).sum()
        x = DAMPING * flow + (1 - DAMPING + DAMPING * lost) * restart
    return credit.divide(x)


def _restart(credit: CreditGraph) -> Values:
    """Uniform on the models with recorded lineage; a cycle has the part of all its members."""
    touched = np.zeros(credit.graph.n)
    touched[credit.graph.child] = touched[credit.graph.parent] = 1
    parts = np.bincount(credit.of, weights=touched, minlength=credit.graph.n)
    return parts / (touched.sum() or 1)


MEASURE = Measure(
    name="pagerank",
    title="PageRank",
    unit="share of the whole",
    column=50,
    reference="Brin and Page 1998; begat-53 indicator M12",
    compute=pagerank,
    readable=readable,
    shown=False,
)
