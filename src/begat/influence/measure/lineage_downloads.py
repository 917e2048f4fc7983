"""Lineage-attributed downloads: a model's own, and a falling part of those of its derivatives."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph
from begat.influence.cap import passed_up
from begat.influence.measure.base import Measure, Values
from begat.influence.measure.reach import DECAY

__all__ = ["MEASURE", "edge_downloads", "lineage_downloads"]


def lineage_downloads(
    credit: CreditGraph, downloads: NDArray[np.integer], decay: float = DECAY, cap: str = "log"
) -> Values:
    """Compute F(m) = d(m) + b sum over children c of s(c,m) g_i F(c), leaves first.

    d are downloads in 30 days, those of copies and mirrors added to their original, s is the parent's
    share of the child, g_i the factor of the account cap, b the decay a generation. Edges inside one
    house pass nothing on: the downloads of its own derivatives are already those of the house.

    Parameters
    ----------
    credit : CreditGraph
        What influence is computed on.
    downloads : array of int, shape (n,)
        Of one source and date; negative where unknown. Unknown ones of derivatives add nothing: F is
        then a lower bound.
    decay : float
        b, from 0 to 1.
    cap : str
        One of `begat.influence.cap.CAPS`.

    Returns
    -------
    array of float64, shape (n,)
        Downloads, NaN where those of the model itself are unknown; a cycle's are divided equally among
        its members, copies 0. With b = 1, no cap and no houses the sum over the roots is the sum of all
        downloads.

    Notes
    -----
    One pass in level order, exact, O(m log m). Downloads can be made up: never read it alone.
    """
    dag = credit.outside
    handed = edge_downloads(credit, downloads, decay, cap)
    lineage = np.bincount(dag.parent, weights=handed, minlength=dag.n)
    return _where_known(credit, downloads, _own(credit, downloads) + lineage)


def edge_downloads(
    credit: CreditGraph, downloads: NDArray[np.integer], decay: float = DECAY, cap: str = "log"
) -> Values:
    """Return what each edge of `credit.outside` adds to the downloads of its parent, shape (m,)."""
    own = _own(credit, downloads)
    handed: Values = decay * passed_up(credit, own, credit.outside.share, decay=decay, cap=cap)
    return handed


def _own(credit: CreditGraph, downloads: NDArray[np.integer]) -> Values:
    """Downloads of the models that each node of `credit.dag` stands for, copies included."""
    own = np.bincount(credit.of, weights=np.maximum(downloads, 0), minlength=credit.dag.n)
    return own.astype(np.float64)


def _where_known(credit: CreditGraph, downloads: NDArray[np.integer], values: Values) -> Values:
    """Values of `dag` for every model, NaN where neither it nor a copy of it has known downloads."""
    known = np.bincount(credit.of, weights=downloads >= 0, minlength=credit.dag.n) > 0
    return credit.divide(np.where(known, values, np.nan))


def readable(credit: CreditGraph, downloads: NDArray[np.integer]) -> Values:
    """Follow the recursion by definition."""
    dag = credit.outside
    values = np.zeros(dag.n)
    for model in range(dag.n):
        values[credit.of[model]] += max(downloads[model], 0)
    for node in np.argsort(credit.height, kind="stable").tolist():
        worth: dict[int, list[float]] = {}
        for edge in np.flatnonzero(dag.parent == node):
            child = int(dag.child[edge])
            owner = int(dag.account[child]) if dag.account[child] >= 0 else -1 - child
            worth.setdefault(owner, []).append(dag.share[edge] * values[child])
        for listed in worth.values():
            for i, value in enumerate(sorted(listed, reverse=True), 1):
                values[node] += DECAY * value * np.log2((1 + i) / i)
    return _where_known(credit, downloads, values)


MEASURE = Measure(
    name="lineage_downloads",
    title="downloads with those of derivatives",
    unit="downloads in 30 days",
    column=60,
    reference="begat-53 indicator M06, after the family counts of ATOM (arXiv 2604.07190)",
    compute=lineage_downloads,
    readable=readable,
    needs=("downloads_30d",),
)
