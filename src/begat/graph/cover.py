"""How many distinct descendants each node has: intervals of a spanning forest, and what they miss."""

import numpy as np

from begat.errors import InputError
from begat.graph.arrays import Edges, Flags, Graph, Ints, kept, spans
from begat.graph.order import LevelOrder, Values

__all__ = ["LARGEST", "descendant_counts"]

LARGEST = 1 << 27
"""Intervals that are kept at most: a gigabyte."""


def descendant_counts(dag: Graph, height: Ints, size: Ints) -> Values:
    """Sum the size of the distinct descendants of every node, exactly, itself left out.

    Every node keeps one parent, the lowest; so the DAG has a spanning forest, in which the descendants of
    a node are an interval of the preorder. What a node reaches besides through edges outside the forest
    is a set of such intervals, none inside another. Leaves with one parent only are added to it.

    Parameters
    ----------
    dag : Graph
        A graph without cycles.
    height : array of int64, shape (n,)
        Of its nodes; see `begat.graph.order.heights`.
    size : array of int64, shape (n,)
        What each node counts.

    Returns
    -------
    array of float64, shape (n,)

    Raises
    ------
    InputError
        If the intervals outside the forest are more than `LARGEST`.

    Notes
    -----
    O(n + m + s log s), s the number of intervals outside the forest: none in a forest, in a line of merges
    and in a clique.

    References
    ----------
    Agrawal, Borgida and Jagadish (1989), Efficient management of transitive relationships in large data
    and knowledge bases, doi:10.1145/67544.66950.
    """
    twig = dag.twigs[dag.child]
    inner = kept(dag, ~twig)
    leaves = np.bincount(dag.parent[twig], weights=size[dag.child[twig]], minlength=dag.n)
    tree = _tree(inner, height)
    order = LevelOrder.of(kept(inner, tree), height)
    weight = order.pull((size + leaves).astype(np.float64))
    total = weight - size
    if not tree.all():
        span = order.pull(np.ones(dag.n)).astype(np.int64)
        total += _beyond(inner, height, tree, weight, _preorder(order, span, inner), span)
    return total


def _tree(dag: Graph, height: Ints) -> Flags:
    """Which edges are the forest: of each child the one to its lowest parent."""
    chosen = np.ones(dag.m, dtype=bool)
    merged = np.flatnonzero(np.bincount(dag.child, minlength=dag.n)[dag.child] > 1)
    order = merged[np.lexsort((height[dag.parent[merged]], dag.child[merged]))]
    chosen[order[1:][dag.child[order[1:]] == dag.child[order[:-1]]]] = False
    return chosen


def _preorder(order: LevelOrder, span: Ints, dag: Graph) -> Ints:
    """Place of each node in the preorder of the forest; the nodes below it follow it."""
    before = np.cumsum(span[order.child]) - span[order.child]
    offset = 1 + before - np.repeat(before[order.first[:-1]], np.diff(order.first))
    root = np.ones(dag.n, dtype=bool)
    root[order.child] = False
    place = np.zeros(dag.n, dtype=np.int64)
    place[root] = np.cumsum(span[root]) - span[root]
    for begin, end, thin in reversed(list(order.runs())):
        a, z = order.first[begin], order.first[end]
        if thin:
            _push_each(place, order.child[a:z], order.parent[a:z], offset[a:z])
        else:
            place[order.child[a:z]] = place[order.parent[a:z]] + offset[a:z]
    return place


def _push_each(place: Ints, child: Edges, parent: Edges, offset: Ints) -> None:
    view = place.data
    for c, p, further in zip(child[::-1].tolist(), parent[::-1].tolist(), offset[::-1].tolist(), strict=True):
        view[c] = view[p] + further


def _beyond(dag: Graph, height: Ints, tree: Flags, weight: Values, place: Ints, span: Ints) -> Values:
    """Sum the weight of the intervals that each node reaches outside its own."""
    child, parent = dag.child, dag.parent
    leaving = ~tree
    other = np.flatnonzero(leaving)
    inside = place[child[other]] - place[parent[other]]
    leaving[other] = (inside < 0) | (inside >= span[parent[other]])
    carrying = _above(dag, parent[leaving])
    order = LevelOrder.of(kept(dag, leaving | carrying[child]), height)
    itself = leaving[np.flatnonzero(leaving | carrying[child])][order.edge]
    at: Ints = np.empty(dag.n, dtype=np.int64)
    at[place] = np.arange(dag.n)
    total = np.zeros(dag.n)
    start, size = np.zeros(dag.n, dtype=np.int64), np.zeros(dag.n, dtype=np.int64)
    sets: Ints = np.zeros(dag.m, dtype=np.int64)
    filled = 0
    for begin, end in zip(order.level[:-1], order.level[1:], strict=True):
        a, z = order.first[begin], order.first[end]
        below = order.child[a:z].astype(np.int64)
        if filled + size[below].sum() > LARGEST:
            raise InputError(
                "these derivations are too entangled to count the descendants of every model",
                hint="Lines of merges cross each other thousands of times; look for a mass upload of merges.",
            )
        which: Ints = np.repeat(np.arange(end - begin), np.diff(order.first[begin : end + 1]))
        own = itself[a:z]
        reached = np.concatenate((below[own], sets[spans(start[below], start[below] + size[below])]))
        which = np.concatenate((which[own], np.repeat(which, size[below])))
        which, reached = _outermost(order.node[begin:end], which, reached, at, place, span)
        nodes = order.node[begin:end]
        total[nodes] = np.bincount(which, weights=weight[reached], minlength=len(nodes))
        size[nodes] = np.bincount(which, minlength=len(nodes))
        start[nodes] = filled + np.cumsum(size[nodes]) - size[nodes]
        if filled + len(reached) > len(sets):
            sets = np.concatenate((sets, np.empty(len(sets) + len(reached), dtype=np.int64)))
        sets[filled : filled + len(reached)] = reached
        filled += len(reached)
    return total


def _above(dag: Graph, starts: Edges) -> Flags:
    """Which nodes are among the starts or their ancestors."""
    from begat.graph.walk import reachable

    found = np.zeros(dag.n, dtype=bool)
    found[starts] = True
    found[reachable(dag, np.flatnonzero(found), up=True)] = True
    return found


def _outermost(
    nodes: Ints, which: Ints, reached: Ints, at: Ints, place: Ints, span: Ints
) -> tuple[Ints, Ints]:
    """Drop what lies inside the interval of its own node or of another that this node reaches."""
    wide = len(at) + 1
    own = place[nodes][which]
    apart = (place[reached] < own) | (place[reached] >= own + span[nodes][which])
    begin = np.sort(which[apart] * wide + place[reached[apart]])
    which, reached = begin // wide, at[begin % wide]
    end = np.maximum.accumulate(begin + span[reached])
    outer = np.ones(len(begin), dtype=bool)
    outer[1:] = begin[1:] >= end[:-1]
    return which[outer], reached[outer]
