"""PageRank on the derivation graph, edges child -> parent."""

import numpy as np

from begat.graph import CreditGraph
from begat.influence.cap import capped, owners, passed_up
from begat.influence.measure.base import Measure, Values

__all__ = ["DAMPING", "MEASURE", "pagerank"]

DAMPING = 0.85


def pagerank(credit: CreditGraph, alpha: float = DAMPING, cap: str = "none") -> Values:
    """Compute PageRank exactly: solve y = v + alpha P y in level order, then divide by its sum.

    P[p, c] = s(c, p) g_i is the share of child c that goes to parent p, g_i the factor of the account
    cap, 1 without one; v the restart, uniform on the models with at least one edge. The mass of roots,
    of derivations inside one house, and what a cap holds back returns to v, so the solution is
    y / sum(y).

    Parameters
    ----------
    credit : CreditGraph
        What influence is computed on.
    alpha : float
        Damping.
    cap : str
        One of `begat.influence.cap.CAPS`: of the children that one account has on one parent, sorted
        by what they pass on, each further one passes on less. The PageRank of Brin and Page has none.

    Returns
    -------
    array of float64, shape (n,)
        Sums to 1; 0 for models without recorded lineage. All 0 if there is no edge.

    Notes
    -----
    One pass, leaves first, O(n + m), with a cap O(n + m log m); no iteration and no tolerance. A cycle
    is one node here; its members divide its mass equally. Close to `children` in order on this kind of
    graph.

    References
    ----------
    Brin and Page (1998), The anatomy of a large-scale hypertextual Web search engine.
    """
    restart, dag = _restart(credit), credit.outside
    handed = passed_up(credit, restart, dag.share, decay=alpha, cap=cap)
    y = restart + alpha * np.bincount(dag.parent, weights=handed, minlength=dag.n)
    return credit.divide(y / (y.sum() or 1))


def readable(credit: CreditGraph, cap: str = "none") -> Values:
    """Iterate the definition to convergence, all mass that is not passed on to the restart set."""
    restart, dag = _restart(credit), credit.outside
    owner = owners(dag)[dag.child]
    x = restart.copy()
    for _ in range(500):
        handed = capped(dag.share * x[dag.child], dag.parent, owner, cap=cap)
        flow = np.bincount(dag.parent, weights=handed, minlength=dag.n)
        x = DAMPING * flow + (x.sum() - DAMPING * flow.sum()) * restart
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
