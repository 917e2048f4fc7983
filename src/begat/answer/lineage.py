"""Lineage of one model, with the evidence of every step."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from begat.graph import RELATIONS, Graph, walk
from begat.snapshot import Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

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
    named = graph.ids.take
    pairs = list(zip(named(graph.child[reached.edge]), named(graph.parent[reached.edge]), strict=True))
    stated = evidence(snapshot, set(pairs))
    steps = zip(
        named(reached.node), reached.depth.tolist(), graph.relation[reached.edge].tolist(), strict=True
    )
    return [
        {
            "id": name,
            "direction": "up" if up else "down",
            "depth": depth,
            "relation": RELATIONS[relation],
            "via": pair[0] if up else pair[1],
            **_explained(RELATIONS[relation], stated[pair]),
        }
        for (name, depth, relation), pair in zip(steps, pairs, strict=True)
    ]


def evidence(snapshot: Snapshot, pairs: Collection[tuple[str, str]]) -> dict[Any, list[Row]]:
    """Return the statements of each pair, the most reliable first; what is inferred where there are none."""
    if not pairs:
        return {}
    children = [("child", "in", sorted({child for child, _ in pairs}))]
    edges = [*children, ("status", "in", ["resolved", "dangling"])]
    found = _by_pair(snapshot.table("derivations", [*STATEMENT, "kind_confidence"], where=edges), pairs)
    if len(found) < len(pairs):
        guessed = snapshot.table("inferences", [*INFERENCE, "kind_confidence"], where=children)
        found |= _by_pair(guessed, set(pairs) - found.keys())
    return found


def _by_pair(stated: "pa.Table", pairs: Collection[tuple[str, str]]) -> dict[Any, list[Row]]:
    """Return the statements of each pair, the most reliable first."""
    import polars as pl

    frame = pl.DataFrame(stated)
    sure = [-pl.col(name).fill_null(0) for name in ("kind_confidence", "confidence")]
    frame = frame.sort(*sure, "source", "method", maintain_order=True).drop("kind_confidence")
    day = (
        pl.col("stated_on").cast(pl.String)
        if "stated_on" in frame.columns
        else pl.lit(None).alias("stated_on")
    )
    both = zip(frame["child"], frame["parent"], strict=True)
    found: dict[Any, list[Row]] = {}
    for pair, row in zip(both, frame.drop("child", "parent").with_columns(day).to_dicts(), strict=True):
        if pair in pairs:
            found.setdefault(pair, []).append(row)
    return found


def _explained(relation: str, statements: list[Row]) -> Row:
    first = next((item for item in statements if item["relation"] == relation), statements[0])
    strongest = {key: first[key] for key in ("source", "method", "confidence")}
    return strongest | {"inferred": "evidence" in first, "evidence": statements}
