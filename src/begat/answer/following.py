"""Who builds on a group of models: what other houses made from them, directly or through other models."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from begat.graph import Graph
from begat.graph.arrays import Ints

__all__ = ["Following", "following", "readable_following", "upstream"]


class Following(NamedTuple):
    """The derivatives of a group of models, each once.

    Attributes
    ----------
    nodes : array of int64, shape (k,)
        Their nodes, sorted.
    relation : array of int8, shape (k,)
        How each was made from the first parent in its card that leads back to the group, a position in
        `RELATIONS`.
    steps : array of int64, shape (k,)
        Fewest derivations from a model of the group.
    """

    nodes: Ints
    relation: NDArray[np.int8]
    steps: Ints


def following(graph: Graph, house: Ints, members: Ints) -> Following:
    """Collect the models that lead back to a group and are of another house than the model they lead to.

    Parameters
    ----------
    graph : Graph
        Copies contracted into their originals; see `begat.graph.CreditGraph`.
    house : array of int64, shape (n,)
        The house of each node.
    members : array of int64
        The group.

    Notes
    -----
    O(models and derivations below the group), once for each house in it.
    """
    inside = np.zeros(graph.n, dtype=bool)
    inside[members] = True
    steps = np.full(graph.n, graph.n, dtype=np.int64)
    parents = members[np.diff(graph.down[0])[members] > 0]
    parents = parents[np.argsort(house[parents], kind="stable")]
    cuts = np.flatnonzero(np.diff(house[parents])) + 1
    found = [np.zeros(0, dtype=np.int64)]
    for own in np.split(parents, cuts) if len(parents) else []:
        reached, distance = _below(graph, own)
        inside[reached] = True
        other = house[reached] != house[own[0]]
        nodes = reached[other]
        steps[nodes] = np.minimum(steps[nodes], distance[other])
        found.append(nodes)
    nodes = np.unique(np.concatenate(found))
    edges = graph.to_parents(nodes)
    edges = edges[inside[graph.parent[edges]]]
    _, first = np.unique(graph.child[edges], return_index=True)
    return Following(nodes, graph.relation[edges[first]], steps[nodes])


def _below(graph: Graph, starts: Ints) -> tuple[Ints, Ints]:
    """Return what is reached from some nodes, and in how many steps; a start only if it is reached."""
    seen = np.zeros(graph.n, dtype=bool)
    found, steps = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    frontier = starts
    while len(frontier):
        fresh = graph.child[graph.to_children(frontier)]
        frontier = np.unique(fresh[~seen[fresh]]).astype(np.int64)
        seen[frontier] = True
        found.append(frontier)
        steps.append(np.full(len(frontier), len(found) - 1))
    return np.concatenate(found), np.concatenate(steps)


def readable_following(graph: Graph, house: Ints, members: Ints) -> dict[int, int]:
    """Walk from every model of the group by itself; return the fewest steps to each derivative."""
    kids: dict[int, list[int]] = {}
    for child, parent in zip(graph.child.tolist(), graph.parent.tolist(), strict=True):
        kids.setdefault(parent, []).append(child)
    found: dict[int, int] = {}
    for start in members.tolist():
        level, seen, steps = {start}, set[int](), 0
        while level:
            steps += 1
            level = {kid for node in level for kid in kids.get(node, ())} - seen
            seen |= level
            for node in level:
                if house[node] != house[start]:
                    found[node] = min(found.get(node, steps), steps)
    return found


def upstream(graph: Graph, house: Ints, members: Ints) -> tuple[Ints, Ints]:
    """Return the derivations that lead from a group to models of other houses, as children and parents.

    O(derivations of the group). Of the direct parents only: what these come from is theirs.
    """
    edges = graph.to_parents(members)
    child, parent = graph.child[edges].astype(np.int64), graph.parent[edges].astype(np.int64)
    other = house[child] != house[parent]
    return child[other], parent[other]
