"""HITS: authorities, which on a derivation graph collapse onto one base. Do not rank by it."""

import numpy as np

from begat.graph import CreditGraph, Graph
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "STEPS", "hits"]

STEPS = 100


def hits(credit: CreditGraph) -> Values:
    """Compute authorities: from a = 1 take a <- A A' a, divided by its sum, a hundred times.

    A[p, c] = 1 for each derivation c -> p. Edges inside one house count nothing.

    Returns
    -------
    array of float64, shape (n,)
        Sums to 1, all 0 if there is no edge.

    Warnings
    --------
    Do not rank by it. Most models have one parent, so bases share hardly any children, and the iteration
    tends to the base with the most children alone: after 100 steps nearly all the sum lies on one or two
    models, whose rivals differ by rounding. It is here because others publish it.

    Notes
    -----
    O(100 m). Cycles are taken as they are. The limit itself would need as many steps as the first two
    bases are close; 100 are part of the definition.

    References
    ----------
    Kleinberg (1999), Authoritative sources in a hyperlinked environment, procedure Iterate,
    doi:10.1145/324133.324140.
    """
    from scipy.sparse import csr_array

    graph = credit.others
    parents, row = np.unique(graph.parent, return_inverse=True)
    children, column = np.unique(graph.child, return_inverse=True)
    A = csr_array((np.ones(graph.m), (row, column)), shape=(len(parents), len(children)))
    back = A.T.tocsr()
    authority: Values = np.ones(len(parents))
    for _ in range(STEPS):
        authority = np.asarray(A @ (back @ authority))
        authority /= authority.sum() or 1
    values = np.zeros(graph.n)
    values[parents] = authority
    return values


def readable(credit: CreditGraph) -> Values:
    """Multiply by the matrices as they are defined."""
    A = _matrix(credit.others)
    authority = np.ones(len(A))
    for _ in range(STEPS):
        hub = A.T @ authority
        authority = A @ hub
        authority = authority / (authority.sum() or 1)
    return authority


def _matrix(graph: Graph) -> Values:
    A = np.zeros((graph.n, graph.n))
    A[graph.parent, graph.child] = 1
    return A


MEASURE = Measure(
    name="hits",
    title="HITS authority (collapses onto one base)",
    unit="share of the whole",
    column=98,
    reference="Kleinberg 1999, doi:10.1145/324133.324140",
    compute=hits,
    readable=readable,
    shown=False,
    monotone=False,
)
