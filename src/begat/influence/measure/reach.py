"""Discounted reach: derivatives weighted by kind, distance, share and a cap on each account."""

import numpy as np

from begat.graph import RELATIONS, CreditGraph
from begat.influence.measure.base import Measure, Values

__all__ = ["DECAY", "MEASURE", "WEIGHT", "reach"]

DECAY = 0.5
WEIGHT = {
    "finetune": 1.0,
    "continued-pretraining": 1.0,
    "merge": 1.0,
    "distilled": 0.75,
    "adapter": 0.5,
    "pruned": 0.5,
    "undetermined": 0.5,
    "quantized": 0.25,
    "converted": 0.25,
    "copy": 0.0,
}
"""tau of each relation: proposed weights, without empirical calibration; `undetermined` as adapter."""


def reach(credit: CreditGraph, decay: float = DECAY) -> Values:
    """Compute R(p) = sum over children c of tau s(c,p) g_i (1 + b R(c)), leaves first.

    tau is the weight of the relation, s the parent's share of the child, b the decay a generation.
    Of the children that one account has on one parent, sorted by their value, the i-th counts with
    g_i = log2((1 + i) / i), so that n equal children of one account count log2(1 + n). Edges inside
    one institution or account count nothing.

    Notes
    -----
    One pass in level order, exact: O(m log m) for the sorting. Never falls when a child is added.
    Caps hold against a dozen accounts and are worthless against a thousand: read it beside
    `accounts`.
    """
    dag = credit.outside
    weight = np.array([WEIGHT[name] for name in RELATIONS])[dag.relation] * dag.share
    account = np.where(dag.account >= 0, dag.account, -1 - np.arange(dag.n))[dag.child]
    values = np.zeros(dag.n)
    for level in credit.levels[1:]:
        edges = dag.to_children(level)
        worth = weight[edges] * (1 + decay * values[dag.child[edges]])
        values += _capped(dag.parent[edges], account[edges], worth, dag.n)
    return credit.spread(values)


def _capped(parent: np.ndarray, account: np.ndarray, worth: np.ndarray, n: int) -> Values:
    """Sum worth by parent; the i-th largest of one account on one parent times log2((1 + i) / i)."""
    order = np.lexsort((-worth, account, parent))
    parent, account, worth = parent[order], account[order], worth[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (parent[1:] != parent[:-1]) | (account[1:] != account[:-1])
    place = np.arange(len(order))
    i = place - np.maximum.accumulate(np.where(fresh, place, 0)) + 1
    totals: Values = np.bincount(parent, weights=worth * np.log2((1 + i) / i), minlength=n).astype(np.float64)
    return totals


def readable(credit: CreditGraph) -> Values:
    """Follow the recursion by definition."""
    dag = credit.dag
    values = np.zeros(dag.n)
    for node in np.concatenate(credit.levels).tolist():
        worth: dict[int, list[float]] = {}
        for edge in np.flatnonzero(dag.parent == node):
            child = dag.child[edge]
            account = dag.account[child]
            if dag.institution[child] == dag.institution[node] >= 0 or account == dag.account[node] >= 0:
                continue
            owner = account if account >= 0 else -1 - child
            value = WEIGHT[RELATIONS[dag.relation[edge]]] * dag.share[edge]
            worth.setdefault(int(owner), []).append(value * (1 + DECAY * values[child]))
        for listed in worth.values():
            for i, value in enumerate(sorted(listed, reverse=True), 1):
                values[node] += value * np.log2((1 + i) / i)
    return credit.spread(values)


MEASURE = Measure(
    name="reach",
    title="discounted reach",
    unit="weighted models",
    column=40,
    reference="begat-53 indicator M11, after Katz (1953) with a decay a generation",
    compute=reach,
    readable=readable,
)
