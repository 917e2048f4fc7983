"""PageRank on the derivation graph, edges child -> parent."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph
from begat.influence.cap import capped, owners, passed_up
from begat.influence.measure.base import Measure, Values
from begat.influence.measure.reach import relation_weights

__all__ = ["DAMPING", "MEASURE", "pagerank"]

DAMPING = 0.85


def pagerank(
    credit: CreditGraph,
    alpha: float = DAMPING,
    *,
    start: NDArray[np.number] | None = None,
    weight: Mapping[str, float] | None = None,
    cap: str = "none",
) -> Values:
    """Compute PageRank exactly: solve y = v + alpha P y in level order, then divide by its sum.

    P[p, c] = tau s(c, p) g_i, s the share of child c that goes to parent p, g_i the factor of the account
    cap, 1 without one, v the restart. The mass of roots, of derivations inside one house and what tau and
    the cap hold back return to v, so the solution is y / sum(y).

    Parameters
    ----------
    credit : CreditGraph
        What influence is computed on.
    alpha : float
        Damping, from 0 to 1.
    start : array, shape (n,), optional
        Restart of each model, >= 0, need not sum to 1: downloads, or 1 for the models of one family to see
        who they live on. Copies count for their original, models without any edge nothing. All alike if
        not given.
    weight : mapping, optional
        tau from 0 to 1 of each relation, such as `begat.influence.measure.reach.WEIGHT`; 1 if not given.
    cap : str
        One of `begat.influence.cap.CAPS`: of the children that one account has on one parent, sorted
        by what they pass on, each further one passes on less. The PageRank of Brin and Page has none.

    Returns
    -------
    array of float64, shape (n,)
        Sums to 1; 0 for models without recorded lineage. All 0 if there is no edge, or no restart.

    Notes
    -----
    One pass, leaves first, O(n + m), with a cap O(n + m log m); no iteration and no tolerance. A cycle
    is one node here; its members divide its mass equally. Close to `children` in order on this kind of
    graph.

    References
    ----------
    Brin and Page (1998), The anatomy of a large-scale hypertextual Web search engine.
    """
    dag = credit.outside
    part = dag.share * relation_weights(dag, weight)
    restart = _restart(credit, start)
    if cap == "none":
        y = credit.order.pull(restart, alpha * part)
    else:
        handed = passed_up(credit, restart, part, decay=alpha, cap=cap)
        y = restart + alpha * np.bincount(dag.parent, weights=handed, minlength=dag.n)
    return credit.divide(y / (y.sum() or 1))


def readable(
    credit: CreditGraph,
    start: NDArray[np.number] | None = None,
    weight: Mapping[str, float] | None = None,
    cap: str = "none",
) -> Values:
    """Iterate the definition to convergence, all mass that is not passed on to the restart set."""
    restart, dag = _restart(credit, start), credit.outside
    part = dag.share * relation_weights(dag, weight)
    owner = owners(dag)[dag.child]
    x = restart.copy()
    for _ in range(500):
        handed = capped(part * x[dag.child], dag.parent, owner, cap=cap)
        flow = np.bincount(dag.parent, weights=handed, minlength=dag.n)
        x = DAMPING * flow + (x.sum() - DAMPING * flow.sum()) * restart
    return credit.divide(x)


def _restart(credit: CreditGraph, start: NDArray[np.number] | None) -> Values:
    """Restart of each node of `dag`, over models with recorded lineage; sums to 1 or is 0."""
    graph = credit.graph
    touched = np.zeros(graph.n, dtype=bool)
    touched[graph.child] = touched[graph.parent] = True
    within = touched[credit.of]
    if start is None:
        within, start = touched, np.ones(graph.n)
    parts = np.bincount(credit.of, weights=np.where(within, start, 0), minlength=graph.n)
    return parts / (parts.sum() or 1)


MEASURE = Measure(
    name="pagerank",
    title="PageRank",
    unit="share of the whole",
    column=50,
    reference="Brin and Page 1998; begat-53 indicator M12",
    compute=pagerank,
    readable=readable,
    shown=False,
    monotone=False,
)
