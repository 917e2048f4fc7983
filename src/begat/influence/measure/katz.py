"""Katz: the weighted number of ways that lead back to a model."""

from collections.abc import Mapping

import numpy as np

from begat.errors import InputError
from begat.graph import CreditGraph
from begat.influence.measure.base import Measure, Values
from begat.influence.measure.reach import relation_weights

__all__ = ["ALPHA", "MEASURE", "katz"]

ALPHA = 0.5


def katz(credit: CreditGraph, alpha: float = ALPHA, weight: Mapping[str, float] | None = None) -> Values:
    """Compute x = sum over k >= 1 of alpha^k A^k 1, A[p, c] = tau for each derivation c -> p.

    Katz centrality with beta = 1, less the 1 that a model has without any derivation. Edges inside one
    house count nothing.

    Parameters
    ----------
    credit : CreditGraph
        What influence is computed on.
    alpha : float
        What of a path goes on with each further derivation, > 0.
    weight : mapping, optional
        tau >= 0 of each relation, such as `begat.influence.measure.reach.WEIGHT`; 1 if not given.

    Returns
    -------
    array of float64, shape (n,)
        Weighted paths; members of a cycle alike, copies 0.

    Notes
    -----
    Exact in level order, O(n + m); on a graph without cycles any alpha converges. Counts paths, so
    lines of merges count many times; no caps, so mass uploads count in full. Near to `reach` in order.

    Raises
    ------
    InputError
        If the sum exceeds 1e308.

    References
    ----------
    Katz (1953), A new status index derived from sociometric analysis, doi:10.1007/BF02289026.
    """
    dag = credit.outside
    with np.errstate(over="ignore"):
        paths = credit.order.pull(np.ones(dag.n), alpha * relation_weights(dag, weight))
    if not np.isfinite(paths).all():
        raise InputError(
            "there are more lines of descent than a number can hold",
            hint="Merges of merges multiply them; look for a mass upload of merges, or lower alpha.",
        )
    return credit.spread(paths - 1)


def readable(credit: CreditGraph, weight: Mapping[str, float] | None = None) -> Values:
    """Add up the powers of the matrix until nothing is left."""
    dag = credit.outside
    matrix = np.zeros((dag.n, dag.n))
    matrix[dag.parent, dag.child] = ALPHA * relation_weights(dag, weight)
    total, paths = np.zeros(dag.n), np.ones(dag.n)
    while paths.any():
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
