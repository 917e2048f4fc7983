"""Distinct accounts: how many others made something from a model itself."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "accounts"]


def accounts(credit: CreditGraph) -> Values:
    """Count the distinct accounts of the children of each model, its own institution left out.

    Where the institution of a model is unknown, its own account is left out. O(m log m).
    Mass uploads by a dozen accounts hardly move it; by a thousand they do.
    """
    dag = credit.dag
    pairs = np.unique(np.column_stack((dag.parent, dag.account[dag.child]))[_outside(credit)], axis=0)
    return np.bincount(pairs[:, 0], minlength=dag.n).astype(np.float64)


def _outside(credit: CreditGraph) -> NDArray[np.bool_]:
    """Which edges lead to a known account of another house than the parent's."""
    dag = credit.dag
    child, parent = dag.child, dag.parent
    same: NDArray[np.bool_] = (dag.institution[child] == dag.institution[parent]) & (
        dag.institution[parent] >= 0
    )
    same |= dag.account[child] == dag.account[parent]
    return ~same & (dag.account[child] >= 0)


def readable(credit: CreditGraph) -> Values:
    """Count by definition."""
    dag = credit.dag
    found: dict[int, set[int]] = {}
    for child, parent in zip(dag.child.tolist(), dag.parent.tolist(), strict=True):
        house = dag.institution[parent]
        own = dag.account[child] == dag.account[parent] or house == dag.institution[child] >= 0
        if not own and dag.account[child] >= 0:
            found.setdefault(parent, set()).add(int(dag.account[child]))
    return np.array([len(found.get(node, ())) for node in range(dag.n)], dtype=np.float64)


def of_institution(credit: CreditGraph, institution: int) -> float:
    """Count the distinct outside accounts that made something from any model of an institution."""
    dag = credit.dag
    edges = (dag.institution[dag.parent] == institution) & _outside(credit)
    return float(len(np.unique(dag.account[dag.child[edges]])))


MEASURE = Measure(
    name="accounts",
    title="distinct accounts of children",
    unit="accounts",
    column=20,
    reference="begat-53 indicator M10",
    compute=accounts,
    readable=readable,
    of_institution=of_institution,
)
