"""What the views say of one model agrees with each other, and with a plain walk over the derivations."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from begat.graph import RELATIONS
from begat.registry import Registry, open_registry
from begat.views.tree import GROUPINGS

LARGE = ("Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B", "google/gemma-7b")
COPY = RELATIONS.index("copy")


@pytest.fixture(scope="module")
def registry(built: Path) -> Registry:
    """Open the embedded snapshot."""
    return open_registry(built)


def models(registry: Registry) -> list[str]:
    """Return large families, merges, copies, originals, models only named, and some of all."""
    graph, rng = registry.graph, random.Random(7)
    merges = np.flatnonzero(np.bincount(graph.child, minlength=graph.n) > 1)
    copied = graph.relation == COPY
    unlisted = np.flatnonzero(~registry.columns.plain.listed)
    kinds = (merges, graph.child[copied], graph.parent[copied], unlisted, np.unique(graph.parent))
    nodes = [node for kind in kinds for node in rng.sample(kind.tolist(), 7)]
    return [*LARGE, *graph.ids.take(np.array([*nodes, *rng.sample(range(graph.n), 4)]))]


def walked(registry: Registry, lineage: nx.DiGraph, name: str) -> dict[str, Any]:
    """Count descendants one by one: releases of the same house and copies are no derivatives."""
    graph, node = registry.graph, registry.node(name)
    below = nx.descendants(lineage, node) - {node}
    house = graph.institution if graph.institution[node] >= 0 else graph.account
    own = {each for each in below if house[node] >= 0 and house[each] == house[node]}
    copies = {each for each in below if any(kind == COPY for *_, kind in lineage.in_edges(each, "kind"))}
    others = sorted(below - own - copies)
    return {
        "models": len(below),
        "releases": len(own),
        "copies": len(copies - own),
        "derivatives": len(others),
        "accounts": len({code for code in graph.account[others].tolist() if code >= 0}),
        "institutions": len({code for code in graph.institution[others].tolist() if code >= 0}),
    }


def opened(
    registry: Registry, name: str, of: str | None = None, group: str | None = None, offset: int = 0
) -> Iterator[str]:
    """Open a tree row by row, as a reader does; yield the models."""
    for row in registry.children(name, of, group=group, offset=offset, limit=200):
        if row.kind not in ("model", "release"):
            yield from opened(registry, name, row.id, row.key, row.offset)
            continue
        yield row.id
        yield from opened(registry, name, row.id) if row.members else ()


def test_views_of_a_model_agree(registry: Registry) -> None:
    """Trees of any grouping, icicle, timeline, hourglass and opened rows count what a walk counts."""
    graph = registry.graph
    lineage = nx.DiGraph()
    lineage.add_nodes_from(range(graph.n))
    for child, parent, kind in zip(graph.child, graph.parent, graph.relation, strict=True):
        lineage.add_edge(int(parent), int(child), kind=int(kind))
    for name in models(registry):
        expected = walked(registry, lineage, name)
        for by, budget in zip(GROUPINGS, (1, 5, 25, 300, 1000), strict=True):
            head = registry.tree(name, group_by=by, budget=budget).head._asdict()
            assert {key: head[key] for key in expected} == expected, (name, by)
        icicle, timeline, glass = (
            registry.draw(name, form).twin.head for form in ("icicle", "timeline", "hourglass")
        )
        assert {key: icicle[key] for key in expected} == expected, name
        assert timeline["dated"] + timeline["undated"] == expected["derivatives"], name
        assert (glass["derivatives"], glass["accounts"]) == (expected["derivatives"], expected["accounts"])
        assert sum(glass["by_generation"]) == expected["derivatives"], name
        below = graph.ids.take(np.array(sorted(nx.descendants(lineage, registry.node(name))), dtype=int))
        assert sorted(opened(registry, name)) == sorted(set(below) - {registry.tree(name).head.root}), name
