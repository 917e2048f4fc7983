"""Direct children: how many models were made from a model itself."""

import numpy as np

from begat.graph import CreditGraph
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "children"]


def children(credit: CreditGraph) -> Values:
    """Count the children of each model: c(p) = |{c : c -> p}|.

    Copies are one with their original. O(m). Misleads under mass uploads: one account with a
    thousand adapters counts a thousand.
    """
    dag = credit.dag
    counts: Values = np.bincount(dag.parent, weights=credit.size[dag.child], minlength=dag.n).astype(
        np.float64
    )
    return counts


def readable(credit: CreditGraph) -> Values:
    """Count by definition."""
    counts = np.zeros(credit.dag.n)
    for child, parent in zip(credit.dag.child, credit.dag.parent, strict=True):
        counts[parent] += credit.size[child]
    return counts


def of_institution(credit: CreditGraph, institution: int) -> float:
    """Count the distinct models of others made from any model of an institution."""
    dag = credit.dag
    own = dag.institution == institution
    made = np.unique(dag.child[own[dag.parent] & ~own[dag.child]])
    return float(credit.size[made].sum())


MEASURE = Measure(
    name="children",
    title="direct children",
    unit="models",
    column=10,
    reference="in-degree; what the Hub's model tree and OSIR-LMTS count as descendants",
    compute=children,
    readable=readable,
    of_institution=of_institution,
)
