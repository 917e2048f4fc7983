"""Direct children: how many models were made from a model itself."""

import numpy as np

from begat.graph import CreditGraph
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "children"]


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


def united(credit: CreditGraph) -> Values:
    """Count the distinct models of others made from any model of an institution."""
    graph = credit.graph
    maker, house = graph.institution[graph.child], graph.institution[graph.parent]
    other = (house >= 0) & (maker != house)
    pairs = np.unique(np.column_stack((house[other], graph.child[other])), axis=0)
    return np.bincount(pairs[:, 0], minlength=len(graph.institution_ids)).astype(np.float64)


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
