"""Does a Hub look like the real one? Its shape measured from its tables, against the published figures."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from begat.errors import InputError
from begat.graph import RELATIONS, Graph, credit_graph, kept
from begat.graph.order import cycles, levels
from begat.snapshot import Snapshot
from begat.synth import shape

__all__ = ["SMALLEST", "Check", "acceptance"]

SMALLEST = 100_000
"""Models from which on the ratios are no noise."""
WHOLE = 0.5
"""Part of the full size from which on the narrow ranges hold."""
MERGE, COPY = RELATIONS.index("merge"), RELATIONS.index("copy")


class Check(NamedTuple):
    """A measured quantity, the range it should lie in, and the standing of that range."""

    quantity: str
    status: str
    low: float
    high: float
    value: float

    @property
    def holds(self) -> bool:
        """Whether the value lies in the range."""
        return bool(self.low <= self.value <= self.high)


def acceptance(snapshot: Snapshot, graph: Graph) -> list[Check]:
    """Measure a synthetic Hub without a burst.

    Raises
    ------
    InputError
        If it is too small for the comparison.

    Notes
    -----
    Ranges scale with the size; below half of the published size they are wider where few cases are
    counted. The ten largest bases are scaled down with the Hub, but not up; the tail may outgrow them.
    """
    listed = int(snapshot.table("models", ["listed"])["listed"].to_numpy().sum())
    if listed < SMALLEST:
        raise InputError(f"{listed:,} models are too few to compare shapes", hint=f"{SMALLEST:,} are enough.")
    scale = listed / shape.MODELS
    checks = [*_edges(graph, listed, scale), *_whole(graph, scale), *_depths(graph), *_columns(snapshot)]
    return [Check(name, status, *map(float, numbers)) for name, status, *numbers in checks]


def _edges(graph: Graph, listed: int, scale: float) -> Iterator[Check]:
    yield _near("derivations", "published", shape.EDGES * scale, 0.001 + 100 / graph.m, graph.m)
    share = np.bincount(graph.relation, minlength=len(RELATIONS)) / graph.m
    for kind, wanted in zip(shape.KINDS, shape.SHARES, strict=True):
        got = float(share[RELATIONS.index(kind)])
        yield Check(f"share of {kind} among derivations", "published", wanted - 0.005, wanted + 0.005, got)
    children = len(np.unique(graph.child))
    yield Check("models with a parent", "published", 0.285, 0.305, children / listed)
    yield from _fertility(graph, scale)
    largest = np.sort(np.bincount(graph.parent, minlength=graph.n))[::-1]
    most, last = (0.10, 0.30) if scale >= WHOLE else (0.15, 0.45)
    for rank, wanted in enumerate(shape.HEAD, start=1):
        target = wanted * min(scale, 1.0)
        room = (most if rank < len(shape.HEAD) else last) + 3 / np.sqrt(target)
        low, high = target * (1 - room), target * max(scale, 1.0) * (1 + room)
        yield Check(f"children of the base of rank {rank}", "published", low, high, largest[rank - 1])


def _fertility(graph: Graph, scale: float) -> Iterator[Check]:
    """Children that have children of their own, in the graph without merges; merges in the whole one."""
    parents = np.zeros(graph.n, dtype=bool)
    parents[graph.parent[graph.relation != MERGE]] = True
    for kind, wanted in zip(shape.KINDS, shape.FERTILITY, strict=True):
        code = RELATIONS.index(kind)
        if code == MERGE:
            parents[graph.parent] = True
        children = graph.child[graph.relation == code]
        few = 0.35 if code == MERGE else 3 / np.sqrt(wanted * len(children))
        room = 0.15 + (0 if scale >= WHOLE else few)
        status = "computed on samples" if code == MERGE else "published"
        yield _near(f"{kind}: models with children", status, wanted, room, parents[children].mean())


def _whole(graph: Graph, scale: float) -> Iterator[Check]:
    """Weak components; parents that are not listed count as nodes, as in the published number."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    matrix = csr_array(
        (np.ones(graph.m, dtype=np.int8), (graph.child, graph.parent)), shape=(graph.n, graph.n)
    )
    count, label = connected_components(matrix, directed=False)
    yield _near("components", "published", shape.COMPONENTS * scale, 0.012, count)
    rank = count - graph.n + graph.m
    least = shape.CYCLE_RANK * scale * (0.99 if scale >= WHOLE else 0.9)
    yield Check("cycle rank", "computed, a lower bound", least, 1.5 * shape.CYCLE_RANK * scale, rank)
    place = round(2_500 * scale)
    low, high = (5, 12) if scale >= WHOLE else (8, 20)
    size = np.sort(np.bincount(label))[::-1][place - 1]
    yield Check(f"size of component number {place:,}", "published", low, high, size)
    yield Check("cycles", "assumed", 1, shape.Noise().cycles + shape.Noise().triangles, len(cycles(graph)))


def _depths(graph: Graph) -> Iterator[Check]:
    """The longest way to a root, copies and cycles contracted."""
    dag = credit_graph(graph).dag
    upside_down = replace(kept(dag, np.arange(dag.m)), child=dag.parent, parent=dag.child)
    depth = np.zeros(graph.n, dtype=np.int64)
    for level, nodes in enumerate(levels(upside_down)):
        depth[nodes] = level
    yield Check(
        "children at depth 2 or more",
        "computed on samples",
        0.20,
        0.45,
        (depth > 1).sum() / (depth > 0).sum(),
    )
    yield Check("deepest chain", "computed on a sample", 80, 110, depth.max())


def _columns(snapshot: Snapshot) -> Iterator[Check]:
    models = snapshot.frame("models", ["account", "licence_raw", "listed"]).filter("listed")
    sizes = np.sort(models.group_by("account").len()["len"].to_numpy())
    yield Check("accounts with one model", "computed on samples", 0.60, 0.72, (sizes == 1).mean())
    top = _top(sizes)
    yield Check("models of the top 1 % of accounts", "computed on samples", 0.25, 0.50, top)
    licensed = models["licence_raw"].count() / models.height
    yield Check("models with a licence", "published", 0.31, 0.41, licensed)
    figures = snapshot.frame("observations", ["subject_kind", "metric", "value"])
    downloads = np.sort(figures.filter(subject_kind="model", metric="downloads_30d")["value"].to_numpy())
    yield Check("models without downloads", "published", 0.69, 0.71, (downloads == 0).mean())
    yield Check("downloads of the top 1 % of models", "published", 0.97, 0.999, _top(downloads))
    stated = snapshot.frame("derivations", ["child", "parent", "status", "relation"])
    for status, low, high in (("dangling", 0.03, 0.06), ("self", 0.0005, 0.002), ("unresolved", 0.03, 0.07)):
        share = stated.filter(status=status).height / stated.height
        yield Check(f"{status} statements", "assumed", low, high, share)
    yield _backwards(snapshot, stated)


def _top(ordered: Any) -> float:
    """Part of the sum that the largest hundredth of ordered values holds."""
    return float(ordered[-(len(ordered) // 100) :].sum() / ordered.sum())


def _backwards(snapshot: Snapshot, stated: pl.DataFrame) -> Check:
    """Derivations older than their parent; only the edges that close a cycle are."""
    made = snapshot.frame("models", ["id", "created_at"]).drop_nulls()
    pairs = stated.filter(status="resolved").select("child", "parent").unique()
    dated = pairs.join(made, left_on="child", right_on="id").join(
        made, left_on="parent", right_on="id", suffix="_parent"
    )
    older = dated.filter(pl.col("created_at") < pl.col("created_at_parent")).height
    most = shape.Noise().cycles + shape.Noise().triangles
    return Check("models older than their parent", "assumed", 0, most, older)


def _near(quantity: str, status: str, target: float, room: float, value: float) -> Check:
    return Check(quantity, status, target * (1 - room), target * (1 + room), value)
