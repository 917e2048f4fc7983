"""Downwards: all that something reaches, each thing by its surest path and of these the shortest.

What is reached was made from it, trained on it, or is the same model elsewhere, however many steps away. It
is the other side of `begat.consequence.inherit`: a thing is reached by all that went into it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from begat.consequence.supply import EVIDENCE, Supply
from begat.graph.arrays import Edges, Flags, Graph, Ints

__all__ = ["Impact", "impact", "readable_impact"]

UNSEEN, START = -1, -2
"""Instead of the link of a node: it isn't reached; all begins with it."""


@dataclass(frozen=True)
class Impact:
    """What is hit, nearest first, then in the order of the nodes; what all begins with is no part of it.

    Attributes
    ----------
    starts : array of int64, shape (s,)
        The nodes that all begins with, sorted.
    node : array of int64, shape (k,)
        Nodes of a `Supply`.
    depth : array of int32, shape (k,)
        Links on the shortest of its surest paths.
    link : array of int32, shape (k,)
        The last edge of that path.
    kind : array of int8, shape (k,)
        The kind of that edge, a position in `begat.consequence.supply.KINDS`.
    evidence : array of int8, shape (k,)
        How sure its surest path is, a position in `EVIDENCE`: that of the weakest link.
    ways : tuple of array of int32, shape (n,)
        Of each level of evidence the edge by which a node is reached first, negative where by none.
    """

    starts: Ints
    node: Ints
    depth: NDArray[np.int32]
    link: Edges
    kind: NDArray[np.int8]
    evidence: NDArray[np.int8]
    ways: tuple[Edges, ...]

    def __len__(self) -> int:
        return len(self.node)

    def kept(self, keep: Flags) -> "Impact":
        """Return it with some of what is hit."""
        names = ("node", "depth", "link", "kind", "evidence")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})

    def path(self, graph: Graph, place: int) -> tuple[int, ...]:
        """Return the edges that lead to what is hit at a place, the one that touches the start first."""
        way = self.ways[self.evidence[place]]
        edges, at = [], int(self.node[place])
        while (edge := int(way[at])) >= 0:
            edges.append(edge)
            at = int(graph.parent[edge])
        return tuple(reversed(edges))


def impact(supply: Supply, starts: Ints, *, keep: Flags | None = None, depth: int | None = None) -> Impact:
    """Return what is hit by one or several things.

    Parameters
    ----------
    supply : Supply
        What went into what; cycles are no trouble.
    starts : array of int64
        Nodes that all begins with.
    keep : array of bool, shape (m,), optional
        Which edges to follow; all of them if not given.
    depth : int, optional
        Go no further than this many links.

    Notes
    -----
    O(m, and the edges touched, once for each kind of evidence); 12 bytes a node of the supply and 60 one hit.
    A path that is surer goes before a shorter one. Its shortest form counts, so `depth` is the fewest links
    among the paths that are as sure, within the limit.
    """
    graph, starts = supply.graph, np.unique(np.asarray(starts, dtype=np.int64))
    ways: list[Edges] = []
    found: list[tuple[Ints, NDArray[np.int32], NDArray[np.int8]]] = []
    for level in range(len(EVIDENCE)):
        sure = supply.evidence <= level
        way, node, steps = _way(graph, starts, sure if keep is None else sure & keep, depth)
        fresh = ways[-1][node] == UNSEEN if ways else np.ones(len(node), dtype=bool)
        found.append((node[fresh], steps[fresh], np.full(int(fresh.sum()), level, dtype=np.int8)))
        ways.append(way)
    node, steps, evidence = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((node, steps))
    node, steps, evidence = node[order], steps[order], evidence[order]
    link = np.stack(ways)[evidence, node] if len(node) else np.zeros(0, dtype=np.int32)
    return Impact(starts, node, steps, link, graph.relation[link], evidence, tuple(ways))


def _way(graph: Graph, starts: Ints, keep: Flags, depth: int | None) -> tuple[Edges, Ints, NDArray[np.int32]]:
    """Return the edge by which each node is reached first, the nodes reached, and in how many steps."""
    way = np.full(graph.n, UNSEEN, dtype=np.int32)
    way[starts] = START
    found: list[Ints] = [np.zeros(0, dtype=np.int64)]
    frontier = starts
    while len(frontier) and (depth is None or len(found) <= depth):
        edges = graph.to_children(frontier)
        edges = edges[keep[edges]]
        edges = edges[way[graph.child[edges]] == UNSEEN]
        child = graph.child[edges]
        way[child[::-1]] = edges[::-1]
        frontier = child[way[child] == edges].astype(np.int64)
        found.append(frontier)
    steps = np.repeat(np.arange(len(found), dtype=np.int32), [len(nodes) for nodes in found])
    return way, np.concatenate(found), steps


def readable_impact(supply: Supply, starts: Ints, depth: int | None = None) -> dict[int, tuple[int, int]]:
    """Return of each node that is hit its evidence and depth, by walks over sets."""
    found: dict[int, tuple[int, int]] = {}
    for level in range(len(EVIDENCE)):
        for steps, nodes in _rings(supply, set(starts.tolist()), level):
            if depth is None or steps <= depth:
                found |= {node: (level, steps) for node in nodes if node not in found}
    return found


def _rings(supply: Supply, ring: set[int], level: int) -> Iterator[tuple[int, set[int]]]:
    """Yield what is as many steps away by links of a level of evidence or better."""
    graph = supply.graph
    links = list(zip(graph.child.tolist(), graph.parent.tolist(), supply.evidence.tolist(), strict=True))
    seen, steps = set(ring), 0
    while ring:
        ring = {child for child, parent, sure in links if parent in ring and sure <= level} - seen
        seen, steps = seen | ring, steps + 1
        yield steps, ring
