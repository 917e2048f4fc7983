"""Dataset reach: the influence that a dataset has through the models trained on it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph
from begat.influence.cap import capped, owners
from begat.influence.counting import distinct
from begat.influence.measure.reach import DECAY, WEIGHT, edge_credit

__all__ = ["link_credit"]


def link_credit(
    credit: CreditGraph,
    model: NDArray[np.integer],
    dataset: NDArray[np.integer],
    *,
    outside: NDArray[np.bool_] | None = None,
    decay: float = DECAY,
    cap: str = "log",
    weight: Mapping[str, float] = WEIGHT,
) -> NDArray[np.float64]:
    """Return what each statement "m was trained on D" adds to the reach of D: g_i (1 + R(m)) / n(m).

    n(m) is the number of datasets of m. Of the models of one account on one dataset, sorted by their worth,
    the i-th counts with the factor g_i of the account cap. A model and its copies are one: of statements
    that say the same the first has the credit.

    Parameters
    ----------
    credit : CreditGraph
        What influence is computed on.
    model, dataset : array of int, shape (k,)
        Node of the model, number of the dataset.
    outside : array of bool, shape (k,), optional
        Which statements count: False where the model is of the dataset's own house. All if not given.
    decay, cap, weight
        As in `reach`.

    Returns
    -------
    array of float64, shape (k,)
        Weighted models; the reach of a dataset is the sum over its statements.

    References
    ----------
    begat-53 indicator D09.
    """
    dag = credit.outside
    handed = edge_credit(credit, decay, cap, weight)
    reached = 1 + np.bincount(dag.parent, weights=handed, minlength=dag.n)
    node = credit.of[model]
    trained, _ = distinct(node, dataset)
    among = np.bincount(trained, minlength=dag.n)
    counted = np.ones(len(node), dtype=bool) if outside is None else outside.astype(bool)
    places = np.flatnonzero(counted)
    pair = dataset[places].astype(np.int64) * dag.n + node[places]
    first = places[np.unique(pair, return_index=True)[1]]
    found = np.zeros(len(node))
    child = node[first]
    found[first] = capped(reached[child] / among[child], dataset[first], owners(dag)[child], cap=cap)
    return found
