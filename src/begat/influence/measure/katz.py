"""Katz: the weighted number of ways that lead back to a model."""

import numpy as np

from begat.graph import CreditGraph
from begat.influence.cap import passed_up
from begat.influence.measure.base import Measure, Values

__all__ = ["ALPHA", "MEASURE", "katz"]

ALPHA = 0.5


def katz(credit: CreditGraph, alpha: float = ALPHA) -> Values:
    """Compute x = sum over k >= 1 of alpha^k A^k 1, A[p, c] = 1 for each derivation c -> p.

    Katz centrality with beta = 1, less the 1 that a model has without any derivation. Edges inside one
    house count nothing.

    Returns
    -------
    array of float64, shape (n,)
        Weighted paths; members of a cycle alike, copies 0.

    Notes
    -----
    Exact in level order, O(n + m); on a graph without cycles any alpha converges. Counts paths, so
    lines of merges count many times; no caps, so mass uploads count in full. Near to `reach` in order.

    References
    ----------
    Katz (1953), A new status index derived from sociometric analysis, doi:10.1007/BF02289026.
    """
    dag = credit.outside
    handed = passed_up(credit, np.ones(dag.n), np.ones(dag.m), decay=alpha, cap="none")
    total = alpha * np.bincount(dag.parent, weights=handed, minlength=dag.n)
    return credit.spread(total.astype(np.float64))


def readable(credit: CreditGraph) -> Values:
    """Add up the powers of the matrix until nothing is left."""
    dag = credit.outside
    matrix = np.zeros((dag.n, dag.n))
    matrix[dag.parent, dag.child] = ALPHA
    total, paths = np.zeros(dag.n), np.ones(dag.n)
    for _ in range(dag.n):
        paths = matrix @ paths
        total += paths
    return credit.spread(total)


MEASURE = Measure(
    name="katz",
    title="Katz",
    unit="weighted paths",
    column=90,
    reference="Katz 1953, doi:10.1007/BF02289026",
    compute=katz,
    readable=readable,
    shown=False,
)
