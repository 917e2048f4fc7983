"""Lineage of one model, with the evidence of every step."""

from collections.abc import Collection
from typing import Any

import polars as pl

from begat.graph import RELATIONS, Graph, walk
from begat.snapshot import Snapshot

__all__ = ["lineage"]

Row = dict[str, Any]

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
        step, and ``evidence``: all its statements.
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
    stated = _evidence(snapshot, {row["pair"] for row in rows})
    return [_explained(row, stated) for row in rows]


def _evidence(snapshot: Snapshot, pairs: Collection[tuple[str, str]]) -> dict[Any, list[Row]]:
    """Return the statements of each pair, the most reliable first."""
    wanted = pl.DataFrame(sorted(pairs), ["child", "parent"], orient="row") if pairs else None
    if wanted is None:
        return {}
    stated = (
        snapshot.frame("derivations", [*STATEMENT, "kind_confidence", "status"])
        .filter(pl.col("status").is_in(["resolved", "dangling"]))
        .join(wanted, on=["child", "parent"], how="semi")
        .sort(
            "kind_confidence",
            "confidence",
            "source",
            descending=[True, True, False],
            nulls_last=True,
        )
    )
    found: dict[Any, list[Row]] = {}
    for row in stated.select(STATEMENT).iter_rows(named=True):
        pair = (row.pop("child"), row.pop("parent"))
        found.setdefault(pair, []).append(row | {"stated_on": str(row["stated_on"] or "")})
    return found


def _explained(row: Row, stated: dict[Any, list[Row]]) -> Row:
    statements = stated[row.pop("pair")]
    first = next((item for item in statements if item["relation"] == row["relation"]), statements[0])
    strongest = {key: first[key] for key in ("source", "method", "confidence")}
    return row | strongest | {"evidence": statements}
