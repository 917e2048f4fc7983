"""Measures that flow: sums over derivations, each of which hands something to what it was made from."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from begat.errors import InputError
from begat.influence.measure.lineage_downloads import edge_downloads
from begat.influence.measure.reach import edge_credit
from begat.influence.scores import Scores

__all__ = ["FLOWING", "flows", "own"]

Values = NDArray[np.float64]
Ints = NDArray[np.int64]


def flows(scores: Scores, group: Ints, measure: str) -> tuple[Ints, Ints, Values]:
    """Return what each derivation adds to each group of models.

    Parameters
    ----------
    scores : Scores
        The graph and its figures.
    group : array of int, shape (n,)
        Group of each model, -1 for none.
    measure : str
        One of `FLOWING`.

    Returns
    -------
    array of int64, shape (k,)
        The group.
    array of int64, shape (k,)
        The edge of ``scores.credit.outside``.
    array of float64, shape (k,)
        The amount; with `own` they sum to the value of the group.

    Raises
    ------
    InputError
        If the measure is no such sum.
    """
    handed = _handed(measure)(scores)
    credit, part = scores.credit, _part(scores, measure)
    dag = credit.outside
    models = np.flatnonzero(~credit.copy & (group >= 0) & (part > 0))
    shape = (int(group.max(initial=0)) + 1, dag.n)
    holds = csr_array((part[models], (group[models], credit.of[models])), shape=shape)
    leads = csr_array((np.ones(dag.m), (dag.parent, np.arange(dag.m))), shape=(dag.n, dag.m))
    both = (holds @ leads).tocoo()
    edge = both.coords[1].astype(np.int64)
    return both.coords[0].astype(np.int64), edge, both.data * handed[edge]


def own(scores: Scores, measure: str) -> Values:
    """Return what each model has without any derivation, shape (n,): of downloads its own, else 0."""
    downloads = _downloads_for(scores, measure)
    if downloads is None:
        return np.zeros(scores.graph.n)
    credit = scores.credit
    used = np.bincount(credit.of, weights=np.maximum(downloads, 0), minlength=scores.graph.n)
    return np.where(credit.copy, 0.0, used[credit.of] * _part(scores, measure))


def _handed(measure: str) -> Callable[[Scores], Values]:
    if measure not in FLOWING:
        raise InputError(
            f"{measure} is no sum over derivations", hint=f"These are: {', '.join(sorted(FLOWING))}."
        )
    return FLOWING[measure]


def _part(scores: Scores, measure: str) -> Values:
    """Which part of its node's value each model has: all, but of downloads an equal one, if any are known."""
    downloads = _downloads_for(scores, measure)
    if downloads is None:
        return np.ones(scores.graph.n)
    credit = scores.credit
    known = np.bincount(credit.of, weights=downloads >= 0, minlength=scores.graph.n)[credit.of] > 0
    return np.where(known, 1 / np.maximum(credit.size, 1)[credit.of], 0.0)


def _downloads_for(scores: Scores, measure: str) -> Ints | None:
    """The downloads that a measure is made of; None for a measure of links alone, which reads none."""
    return scores.figures.downloads_30d if measure == "lineage_downloads" else None


def _downloads(scores: Scores) -> Values:
    downloads = scores.figures.downloads_30d
    if downloads is None:
        return np.zeros(scores.credit.outside.m)
    return edge_downloads(scores.credit, downloads)


FLOWING: Mapping[str, Callable[[Scores], Values]] = {
    "reach": lambda scores: edge_credit(scores.credit),
    "lineage_downloads": _downloads,
}
"""Measure -> what each edge of ``credit.outside`` hands to its parent."""
