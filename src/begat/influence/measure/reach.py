"""Discounted reach: derivatives weighted by kind, distance, share and a cap on each account."""

from collections.abc import Mapping

import numpy as np

from begat.graph import RELATIONS, CreditGraph, Graph
from begat.influence.cap import passed_up
from begat.influence.measure.base import Measure, Values

__all__ = ["DECAY", "MEASURE", "WEIGHT", "edge_credit", "reach", "relation_weights"]

DECAY = 0.5
"""b: what of a child's own reach goes on to its parent; proposed, range .3 to .7."""

WEIGHT: Mapping[str, float] = {
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


def reach(
    credit: CreditGraph, decay: float = DECAY, cap: str = "log", weight: Mapping[str, float] = WEIGHT
) -> Values:
    """Compute R(p) = sum over children c of tau s(c,p) g_i (1 + b R(c)), leaves first.

    tau is the weight of the relation, s the parent's share of the child, b the decay a generation.
    Of the children that one account has on one parent, sorted by their value, the i-th counts with
    g_i, by default log2((1 + i) / i), so that n equal children of one account count log2(1 + n). Edges
    inside one institution or account count nothing.

    Parameters
    ----------
    credit : CreditGraph
        What influence is computed on.
    decay : float
        b >= 0.
    cap : str
        One of `begat.influence.cap.CAPS`.
    weight : mapping
        tau >= 0 of each relation.

    Returns
    -------
    array of float64, shape (n,)
        Weighted models; members of a cycle alike, copies 0.

    Notes
    -----
    One pass in level order, exact: O(m log m) for the sorting. Never falls when a child is added.
    Caps hold against a dozen accounts and are worthless against a thousand: read it beside
    `accounts` and `h10`.
    """
    handed = edge_credit(credit, decay, cap, weight)
    total = np.bincount(credit.outside.parent, weights=handed, minlength=credit.outside.n)
    return credit.spread(total.astype(np.float64))


def edge_credit(
    credit: CreditGraph, decay: float = DECAY, cap: str = "log", weight: Mapping[str, float] = WEIGHT
) -> Values:
    """Return what each edge of `credit.outside` adds to the reach of its parent, shape (m,); see `reach`."""
    dag = credit.outside
    worth = relation_weights(dag, weight) * dag.share
    return passed_up(credit, np.ones(dag.n), worth, decay=decay, cap=cap)


def relation_weights(graph: Graph, weight: Mapping[str, float] | None = None) -> Values:
    """Return tau of every edge, shape (m,); 1 without weights."""
    if weight is None:
        return np.ones(graph.m)
    tau: Values = np.array([weight[name] for name in RELATIONS])[graph.relation]
    return tau


def readable(credit: CreditGraph) -> Values:
    """Follow the recursion by definition."""
    dag = credit.dag
    values = np.zeros(dag.n)
    for node in np.argsort(credit.height, kind="stable").tolist():
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
