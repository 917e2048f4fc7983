"""Descendants: how many models lead back to a model, over any number of steps, each counted once."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph, houses, reachable
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "descendants"]


def descendants(credit: CreditGraph) -> Values:
    """Count the distinct descendants of each model: |{v : v leads to p}|, exact with merges.

    Notes
    -----
    Intervals of a spanning forest and what these miss, O(n + m + s log s); see `begat.graph.cover`. Copies
    are not counted; the members of a cycle count each other.
    """
    return credit.below


def readable(credit: CreditGraph) -> Values:
    """Walk from every model of the graph with its cycles."""
    graph = credit.graph
    kids: dict[int, list[int]] = {}
    for child, parent in zip(graph.child.tolist(), graph.parent.tolist(), strict=True):
        kids.setdefault(parent, []).append(child)
    counts = np.zeros(graph.n)
    for node in range(graph.n):
        seen: set[int] = set()
        todo = [node]
        while todo:
            fresh = [kid for kid in kids.get(todo.pop(), ()) if kid not in seen]
            seen.update(fresh)
            todo.extend(fresh)
        counts[node] = len(seen - {node})
    return counts


def united(credit: CreditGraph, group: NDArray[np.integer], count: int) -> Values:
    """Count the distinct models that lead back to a model of a group that is of another house."""
    graph = credit.graph
    house = houses(graph)
    inside = np.flatnonzero((group >= 0) & (np.diff(graph.down[0]) > 0))
    inside = inside[np.lexsort((house[inside], group[inside]))]
    edge = np.flatnonzero(np.diff(house[inside]) | np.diff(group[inside])) + 1
    found = [np.zeros(0, dtype=np.int64)]
    for models in np.split(inside, edge) if len(inside) else []:
        below = reachable(graph, models, up=False)
        others = below[house[below] != house[models[0]]]
        found.append(others + group[models[0]] * graph.n)
    pairs = np.unique(np.concatenate(found))
    return np.bincount(pairs // graph.n, minlength=count).astype(np.float64)


MEASURE = Measure(
    name="descendants",
    title="distinct descendants",
    unit="models",
    column=30,
    reference="reachability; blast radius of a model",
    compute=descendants,
    readable=readable,
    united=united,
)
