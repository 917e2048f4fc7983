"""How models are related: chains, roots, nearest common ancestors; the cost is the part touched."""

import itertools
from collections.abc import Iterator

import numpy as np

from begat.graph.arrays import Flags, Graph, Ints, induced
from begat.graph.order import components
from begat.graph.walk import reachable, walk

__all__ = ["chains", "nearest_common_ancestors", "roots", "shortest_chain"]


def chains(
    graph: Graph, start: int, end: int, *, length: int | None = None, count: int | None = None
) -> Iterator[list[int]]:
    """Yield the chains of derivations from a model up to an ancestor, without a node twice, one by one.

    Parameters
    ----------
    graph : Graph
        The derivation graph; cycles are no trouble.
    start, end : int
        Node numbers of the derivative and the ancestor.
    length : int, optional
        Derivations that a chain has at most.
    count : int, optional
        Chains at most. Without bounds there may be exponentially many: they come lazily.

    Yields
    ------
    list of int
        Node numbers, from `start` to `end`; parents in the order of the card.

    Notes
    -----
    O(ancestors of `start` and their edges) before the first, then O(length) a node looked at: a branch
    from which `end` is too far, or out of reach, is not entered.
    """
    yield from itertools.islice(_chains(graph, start, end, graph.n if length is None else length), count)


def _chains(graph: Graph, start: int, end: int, length: int) -> Iterator[list[int]]:
    parents, left = _ways(graph, start, end)
    if left.get(start, length + 1) > length:
        return
    line, seen, open_ways = [start], {start}, [iter(parents[start])]
    if start == end:
        yield line
        return
    while open_ways:
        for node in open_ways[-1]:
            if node in seen or left.get(node, length + 1) > length - len(line):
                continue
            if node == end:
                yield [*line, end]
                continue
            line.append(node)
            seen.add(node)
            open_ways.append(iter(parents[node]))
            break
        else:
            open_ways.pop()
            seen.remove(line.pop())


def _ways(graph: Graph, start: int, end: int) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Return the parents of `start` and each ancestor, and how far those that lead to `end` are from it."""
    nodes = _line(graph, start)
    edges = graph.to_parents(nodes)
    parents: dict[int, list[int]] = {node: [] for node in nodes.tolist()}
    children: dict[int, list[int]] = {node: [] for node in nodes.tolist()}
    for child, parent in zip(graph.child[edges].tolist(), graph.parent[edges].tolist(), strict=True):
        parents[child].append(parent)
        children[parent].append(child)
    left = {end: 0} if end in parents else {}
    todo = list(left)
    for node in todo:
        fresh = [child for child in dict.fromkeys(children[node]) if child not in left]
        left.update(dict.fromkeys(fresh, left[node] + 1))
        todo.extend(fresh)
    return parents, left


def shortest_chain(graph: Graph, start: int, end: int) -> list[int]:
    """Return a chain with the fewest derivations from a model up to an ancestor, empty if it is none.

    O(ancestors of `start` and their edges). Of several, the first by the order of the cards.
    """
    if start == end:
        return [start]
    found = walk(graph, start, up=True)
    came = dict(zip(found.node.tolist(), graph.child[found.edge].tolist(), strict=True))
    if end not in came:
        return []
    line = [end]
    while line[-1] != start:
        line.append(came[line[-1]])
    return line[::-1]


def roots(graph: Graph, node: int) -> Ints:
    """Return the ancestors of a model that derive from nothing themselves, or the model if it does not.

    Of a cycle that nothing leads out of, every member. O(ancestors and their edges), sorted.
    """
    nodes = _line(graph, node)
    return nodes[_ends(induced(graph, nodes), up=True)]


def nearest_common_ancestors(graph: Graph, some: int, other: int) -> Ints:
    """Return the common ancestors of two models of which none is an ancestor of another.

    A model counts among its own ancestors here, so the nearest of a model and its parent is the parent.
    With merges there may be several; none if nothing is common. Members of a cycle are all as near.
    O(ancestors of both and their edges), sorted.
    """
    nodes = np.intersect1d(_line(graph, some), _line(graph, other))
    return nodes[_ends(induced(graph, nodes), up=False)]


def _line(graph: Graph, node: int) -> Ints:
    """A model and its ancestors, sorted."""
    start = np.array([node])
    return np.union1d(start, reachable(graph, start, up=True))


def _ends(graph: Graph, *, up: bool) -> Flags:
    """Which nodes lead to none but, `up`, those that lead back to them; else that only those lead to."""
    of = components(graph)
    child, parent = of[graph.child], of[graph.parent]
    inner = np.zeros(graph.n, dtype=bool)
    inner[(child if up else parent)[child != parent]] = True
    end: Flags = ~inner[of]
    return end
