"""Momentum: the share in the derivations of the last 90 days, counted in accounts."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph, houses, inside_a_house
from begat.influence.measure.accounts import distinct_accounts
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "WINDOW", "momentum"]

WINDOW = 90
"""Days."""


def momentum(credit: CreditGraph, created_on: NDArray[np.integer], day: int) -> Values:
    """Compute N(m) / sum of N over all models; N counts the accounts that derived from it lately.

    N(m) is the number of distinct accounts outside the own house whose derivation of m was published in
    the 90 days that end with `day`.

    Parameters
    ----------
    credit : CreditGraph
        What influence is computed on.
    created_on : array of int, shape (n,)
        Days since 1970-01-01; a negative one is unknown and not counted.
    day : int
        The last day of the window, counted in it.

    Returns
    -------
    array of float64, shape (n,)
        Sums to 1, all 0 if nothing was derived in the window.
    """
    graph = credit.graph
    recent = distinct_accounts(graph, graph.parent, graph.n, _lately(credit, created_on, day))
    return recent / (recent.sum() or 1)


def united(
    credit: CreditGraph, group: NDArray[np.integer], count: int, created_on: NDArray[np.integer], day: int
) -> Values:
    """Compute it for groups; in the sum every house whose models are in no group stands for itself."""
    graph = credit.graph
    owner = np.where(group >= 0, group, count + houses(graph))
    recent = distinct_accounts(
        graph, owner[graph.parent], int(owner.max(initial=count)) + 1, _lately(credit, created_on, day)
    )
    return recent[:count] / (recent.sum() or 1)


def _lately(credit: CreditGraph, created_on: NDArray[np.integer], day: int) -> NDArray[np.bool_]:
    """Which edges have a child published in the window."""
    born = created_on[credit.graph.child]
    lately: NDArray[np.bool_] = (born >= 0) & (born > day - WINDOW) & (born <= day)
    return lately


def readable(credit: CreditGraph, created_on: NDArray[np.integer], day: int) -> Values:
    """Count by definition."""
    graph = credit.graph
    outside = ~inside_a_house(graph)
    found: list[set[int]] = [set() for _ in range(graph.n)]
    for edge in np.flatnonzero(outside):
        child = graph.child[edge]
        if graph.account[child] >= 0 and created_on[child] >= 0 and 0 <= day - created_on[child] < WINDOW:
            found[graph.parent[edge]].add(int(graph.account[child]))
    counts = np.array([len(each) for each in found], dtype=np.float64)
    return counts / (counts.sum() or 1)


MEASURE = Measure(
    name="momentum",
    title="momentum",
    unit="share of 90 days",
    column=80,
    reference="begat-53 indicator M14",
    compute=momentum,
    readable=readable,
    united=united,
    needs=("created_on", "day"),
    monotone=False,
)
