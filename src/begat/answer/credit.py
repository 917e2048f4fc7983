"""What the score of a model or of a group of models is made of: its derivations, and what each adds."""

from typing import Any

import numpy as np

from begat.answer.lineage import evidence
from begat.graph import RELATIONS
from begat.influence.flow import flows, own
from begat.influence.measure.base import measure_named
from begat.influence.scores import Scores

__all__ = ["KEYS", "credit_rows"]

Row = dict[str, Any]

KEYS = ("credit", "part", "id", "relation", "parent", "share", "account", "source", "method", "date")


def credit_rows(scores: Scores, *, by: str, subject: str, measure: str = "reach") -> list[Row]:
    """Return what each derivation adds to a score, the largest first.

    Parameters
    ----------
    scores : Scores
        What it was computed from.
    by, subject : str
        The level, and the id of a model or group there.
    measure : str
        ``reach`` or ``lineage_downloads``.

    Returns
    -------
    list of dict
        Keys `KEYS`: ``credit`` sums to the value, ``part`` is its share of it; ``id`` was made from
        ``parent`` by ``account``, who may be unknown; ``share`` is the parent's part in it; ``source, method,
        date`` of the most reliable statement. Own downloads stand under the id of the model, without a
        relation.

    Raises
    ------
    UnknownName
        If there is no such measure.
    InputError
        If the measure is no sum over derivations.
    """
    measure_named(measure)
    found = scores.groups(by)
    mine = np.where(found.of == found.names["id"].index_of(subject), 0, -1)
    _, edges, amounts = flows(scores, mine, measure)
    held = np.where(mine == 0, own(scores, measure), 0)
    total = float(amounts.sum() + held.sum()) or 1.0
    ids = scores.graph.ids
    rows = [
        {
            **dict.fromkeys(KEYS),
            "credit": float(held[model]),
            "part": float(held[model] / total),
            "id": ids[model],
        }
        for model in np.flatnonzero(held)
    ]
    rows += _derivations(scores, edges[amounts > 0], amounts[amounts > 0], total)
    return sorted(rows, key=lambda row: (-row["credit"], row["id"], row["parent"] or ""))


def _derivations(scores: Scores, edges: Any, amounts: Any, total: float) -> list[Row]:
    dag, ids = scores.credit.outside, scores.graph.ids
    stated = _statements(scores, edges)
    rows = []
    for edge, amount in zip(edges.tolist(), amounts.tolist(), strict=True):
        child, parent = int(dag.child[edge]), int(dag.parent[edge])
        account = int(dag.account[child])
        row = {
            "credit": amount,
            "part": amount / total,
            "id": ids[child],
            "relation": RELATIONS[dag.relation[edge]],
            "parent": ids[parent],
            "share": float(dag.share[edge]),
            "account": dag.account_ids[account] if account >= 0 else None,
        }
        rows.append(row | stated[child, parent])
    return rows


def _statements(scores: Scores, edges: Any) -> dict[tuple[int, int], Row]:
    """Return source, method and date of the most reliable statement behind each edge, of a copy included."""
    graph, dag, of = scores.graph, scores.credit.outside, scores.credit.of
    key = of[graph.child] * graph.n + of[graph.parent]
    wanted = dag.child[edges].astype(np.int64) * graph.n + dag.parent[edges]
    raw = np.flatnonzero(np.isin(key, wanted) & scores.counted)
    pairs = {
        (graph.ids[graph.child[edge]], graph.ids[graph.parent[edge]]): divmod(int(key[edge]), graph.n)
        for edge in raw.tolist()
    }
    found: dict[tuple[int, int], Row] = {}
    for pair, said in evidence(scores.snapshot, pairs).items():
        first = {"source": said[0]["source"], "method": said[0]["method"], "date": said[0]["stated_on"]}
        found.setdefault(pairs[pair], first)
    return found
