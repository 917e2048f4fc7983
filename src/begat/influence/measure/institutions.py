"""Distinct institutions: how many others made something from a model itself."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph, inside_a_house
from begat.influence.counting import distinct
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "institutions"]


def institutions(credit: CreditGraph) -> Values:
    """Count the distinct known institutions of the children of each model, its own house left out.

    O(m log m). Few accounts are known to belong to an institution: a lower bound, and hard to flood.
    """
    return united(credit, np.arange(credit.graph.n), credit.graph.n)


def united(credit: CreditGraph, group: NDArray[np.integer], count: int) -> Values:
    """Count the distinct outside institutions that made something from any model of a group."""
    graph = credit.graph
    of, institution = group[graph.parent], graph.institution[graph.child]
    counted = (of >= 0) & (institution >= 0) & ~inside_a_house(graph)
    groups, _ = distinct(of[counted], institution[counted])
    return np.bincount(groups, minlength=count).astype(np.float64)


def readable(credit: CreditGraph) -> Values:
    """Count by definition."""
    graph = credit.graph
    found: list[set[int]] = [set() for _ in range(graph.n)]
    for child, parent in zip(graph.child.tolist(), graph.parent.tolist(), strict=True):
        institution, account = int(graph.institution[child]), graph.account[child]
        own = institution == graph.institution[parent] or account == graph.account[parent] >= 0
        if institution >= 0 and not own:
            found[parent].add(institution)
    return np.array([len(each) for each in found], dtype=np.float64)


MEASURE = Measure(
    name="institutions",
    title="distinct institutions of children",
    unit="institutions",
    column=25,
    reference="begat, beside indicator M10",
    compute=institutions,
    readable=readable,
    united=united,
    shown=False,
)
