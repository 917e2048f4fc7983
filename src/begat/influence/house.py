"""Houses: who earns no credit from itself, an institution with all that belong to it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from begat.graph import Graph, Ids
from begat.snapshot import Snapshot

__all__ = ["by_root", "roots"]


def roots(snapshot: Snapshot) -> Mapping[str, str]:
    """Return for each institution the last of its parents, itself where it has none.

    Institutions that are each other's parents are one, under the first name in the alphabet.
    """
    table = snapshot.frame("institutions", ["id", "parent"]).drop_nulls("id")
    parent = dict(table.drop_nulls("parent").iter_rows())
    return {name: _root(name, parent) for name in table["id"]}


def _root(name: str, parent: Mapping[str, str]) -> str:
    line = [name]
    while (above := parent.get(line[-1])) is not None:
        if above in line:
            return min(line[line.index(above) :])
        line.append(above)
    return line[-1]


def by_root(graph: Graph, root: Mapping[str, str]) -> Graph:
    """Return a graph with each institution taken for its root: its parts are one house."""
    whole = [root.get(name, name) for name in graph.institution_ids]
    names = sorted(set(whole), key=str.encode)
    place = {name: number for number, name in enumerate(names)}
    number = np.array([*(place[name] for name in whole), -1], dtype=np.int32)
    return replace(graph, institution=number[graph.institution], institution_ids=Ids.of(names))
