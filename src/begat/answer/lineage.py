"""Lineage of one model, with the evidence of every step."""

from collections.abc import Collection
from typing import Any

from begat.graph import RELATIONS, Graph, walk
from begat.snapshot import Snapshot

__all__ = ["KEYS", "evidence", "lineage"]

Row = dict[str, Any]

KEYS = (
    *("id", "direction", "depth", "relation", "via", "source", "method", "confidence", "inferred"),
    "evidence",
)

INFERENCE = ["child", "parent", "relation", "source", "method", "confidence", "evidence"]
STATEMENT = ["child", "parent", "relation", "source", "method", "confidence", "stated_on"]


def lineage(
    snapshot: Snapshot,
    graph: Graph,
    node: int,
    *,
    up: bool,
    relations: Collection[str] | None = None,
    depth: int | None = None,
) -> list[Row]:
    """Return the ancestors (`up`) or descendants of a model, nearest first.

    Returns
    -------
    list of dict
        ``id``, ``direction``, ``depth``, ``relation`` and ``via`` of the step by which it was first
        reached, the ``source``, ``method`` and ``confidence`` of the most reliable statement of that
        step, ``inferred`` if nobody declares it, and ``evidence``: all its statements.
    """
    reached = walk(graph, node, up=up, relations=relations, depth=depth)
    rows = []
    for place, steps, edge in zip(reached.node, reached.depth, reached.edge, strict=True):
        child, parent = graph.ids[graph.child[edge]], graph.ids[graph.parent[edge]]
        rows.append(
            {
                "id": graph.ids[place],
                "direction": "up" if up else "down",
                "depth": int(steps),
                "relation": RELATIONS[graph.relation[edge]],
                "via": child if up else parent,
                "pair": (child, parent),
            }
        )
    stated = evidence(snapshot, {row["pair"] for row in rows})
    return [_explained(row, stated) for row in rows]


def evidence(snapshot: Snapshot, pairs: Collection[tuple[str, str]]) -> dict[Any, list[Row]]:
    """Return the statements of each pair, the most reliable first; what is inferred where there are none."""
    if not pairs:
        return {}
    children = [("child", "in", sorted({child for child, _ in pairs}))]
    edges = [*children, ("status", "in", ["resolved", "dangling"])]
    declared = snapshot.table("derivations", [*STATEMENT, "kind_confidence"], where=edges).to_pylist()
    found = _by_pair(declared, pairs)
    if len(found) < len(pairs):
        guessed = snapshot.table("inferences", [*INFERENCE, "kind_confidence"], where=children).to_pylist()
        dated = [row | {"stated_on": None} for row in guessed]
        found |= _by_pair(dated, set(pairs) - found.keys())
    return found


def _by_pair(stated: list[Row], pairs: Collection[tuple[str, str]]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in sorted(stated, key=_reliability):
        pair = (row.pop("child"), row.pop("parent"))
        if pair in pairs:
            del row["kind_confidence"]
            found.setdefault(pair, []).append(row | {"stated_on": row["stated_on"] and str(row["stated_on"])})
    return found


def _reliability(row: Row) -> tuple[float, float, str, str]:
    return (-(row["kind_confidence"] or 0), -(row["confidence"] or 0), row["source"], row["method"])


def _explained(row: Row, stated: dict[Any, list[Row]]) -> Row:
    statements = stated[row.pop("pair")]
    first = next((item for item in statements if item["relation"] == row["relation"]), statements[0])
    strongest = {key: first[key] for key in ("source", "method", "confidence")}
    return row | strongest | {"inferred": "evidence" in first, "evidence": statements}
