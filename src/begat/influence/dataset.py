"""Dataset reach: the influence that a dataset has through the models trained on it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph
from begat.influence.cap import capped, owners
from begat.influence.counting import distinct
from begat.influence.measure.reach import DECAY, WEIGHT, edge_credit

__all__ = ["dataset_reach"]


def dataset_reach(
    credit: CreditGraph,
    model: NDArray[np.integer],
    dataset: NDArray[np.integer],
    count: int,
    *,
    outside: NDArray[np.bool_] | None = None,
    decay: float = DECAY,
    cap: str = "log",
    weight: Mapping[str, float] = WEIGHT,
) -> NDArray[np.float64]:
    """Compute the sum over models m trained on D of g_i (1 + R(m)) / n(m), n(m) the datasets of m.

    Of the models of one account on one dataset, sorted by their worth, the i-th counts with the factor
    g_i of the account cap. A model and its copies are one.

    Parameters
    ----------
    credit : CreditGraph
        What influence is computed on.
    model, dataset : array of int, shape (k,)
        The statements "trained on": node of the model, number of the dataset.
    count : int
        Number of datasets.
    outside : array of bool, shape (k,), optional
        Which statements count: False where the model is of the dataset's own house. All if not given.
    decay, cap, weight
        As in `reach`.

    Returns
    -------
    array of float64, shape (count,)
        Weighted models.

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
    counted = slice(None) if outside is None else outside
    base, child = distinct(dataset[counted], node[counted])
    worth = capped(reached[child] / among[child], base, owners(dag)[child], cap=cap)
    return np.bincount(base, weights=worth, minlength=count).astype(np.float64)
