"""Bursts: the bases whose derivatives look uploaded in bulk, with the reasons."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from begat.graph import Graph
from begat.influence.burst import SIGNS, bursts
from begat.influence.figures import figures
from begat.snapshot import Snapshot

__all__ = ["KEYS", "burst_rows"]

KEYS = ("id", "flagged", "children", "accounts", "in_burst", *SIGNS, "reasons")


def burst_rows(snapshot: Snapshot, graph: Graph) -> list[dict[str, Any]]:
    """Return the bases with many children, the flagged ones first, by number of children.

    Returns
    -------
    list of dict
        Keys `KEYS`: ``in_burst`` is how many derivations belong to the burst, ``flagged`` None where too
        few signs can be tested, ``reasons`` a sentence for each sign that shows.
    """
    found = bursts(graph, figures(snapshot, graph))
    inside = np.bincount(graph.parent[found.edges], minlength=graph.n)
    rows = [
        {
            "id": graph.ids[item.base],
            "flagged": item.flagged,
            "children": item.children,
            "accounts": item.accounts,
            "in_burst": int(inside[item.base]),
            **item.figures,
            "reasons": [_reason(name, item.figures, found.medians) for name in item.reasons],
        }
        for item in found.bases
    ]
    return sorted(rows, key=lambda row: not row["flagged"])


def _reason(name: str, figures: Mapping[str, Any], medians: Mapping[str, Any]) -> str:
    sign, median = SIGNS[name], medians[name]
    write = "{:.0%}".format if sign.share else "{:,.1f}".format
    said = ", ".join(
        f"{word} {write(number)}" for word, number in (("median", median), ("limit", sign.limit(median)))
    )
    return f"{sign.title}: {write(figures[name])} ({said})"
