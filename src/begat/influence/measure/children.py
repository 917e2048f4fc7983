"""Direct children: how many models were made from a model itself."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph, inside_a_house
from begat.graph.arrays import Ints
from begat.influence.counting import distinct
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "by_others", "children"]


def children(credit: CreditGraph) -> Values:
    """Count the children of each model: c(p) = |{c : c -> p}|.

    A model and its copies are one. Children of the own house count. O(m). Misleads under mass uploads:
    one account with a thousand adapters counts a thousand.
    """
    return np.bincount(credit.graph.parent, minlength=credit.graph.n).astype(np.float64)


def readable(credit: CreditGraph) -> Values:
    """Count by definition."""
    counts = np.zeros(credit.graph.n)
    for parent in credit.graph.parent:
        counts[parent] += 1
    return counts


def united(credit: CreditGraph, group: NDArray[np.integer], count: int) -> Values:
    """Count the distinct models that others made from any model of a group."""
    groups, _ = by_others(credit, group)
    return np.bincount(groups, minlength=count).astype(np.float64)


def by_others(credit: CreditGraph, group: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Return the distinct pairs of a group and a model that another house made from a model of it."""
    graph = credit.graph
    of = group[graph.parent]
    counted = ~inside_a_house(graph) & (of >= 0)
    return distinct(of[counted], graph.child[counted])


MEASURE = Measure(
    name="children",
    title="direct children",
    unit="models",
    column=10,
    reference="in-degree; what the Hub's model tree and OSIR-LMTS count as descendants",
    compute=children,
    readable=readable,
    united=united,
)
