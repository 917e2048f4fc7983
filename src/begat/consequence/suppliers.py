"""Who stands above each model: all whose models its weights come from, in one pass from the roots down."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph
from begat.graph.arrays import Flags, Ints, spans

__all__ = ["Above", "above"]

ROOT, EVERY, OWN = 4, 2, 1
"""Bits of a pair while a level is made: one of its roots; on every line by this parent; the node's own."""


@dataclass(frozen=True)
class Above:
    """The suppliers of each node of a DAG, its own code among them.

    Attributes
    ----------
    start, size : array of int64, shape (n,)
        The suppliers of a node are ``start:start + size``; nodes without edges have none.
    code : array of int64, shape (k,)
        Whose model is the node itself or one of its ancestors; each once a node, sorted.
    root : array of bool, shape (k,)
        Whether a root of the node is of that code: an ancestor that has no known parent.
    every : array of bool, shape (k,)
        Whether each line from the node to a root passes it, the node included.
    """

    start: Ints
    size: Ints
    code: Ints
    root: Flags
    every: Flags

    def of(self, nodes: Ints) -> tuple[Ints, Ints]:
        """Return pairs of a position in `nodes` and a position in `code`."""
        size = self.size[nodes]
        return np.repeat(np.arange(len(nodes)), size), spans(self.start[nodes], self.start[nodes] + size)


def above(credit: CreditGraph, code: Ints) -> Above:
    """Collect the codes of all ancestors of each node of `credit.dag`.

    Parameters
    ----------
    credit : CreditGraph
        Of the links to follow; a copy and its original are one node, and so is a cycle.
    code : array of int64, shape (n,)
        Whose each model is, >= 0.

    Notes
    -----
    Sets are exact: H(v) = own(v) + union of H(p) over the parents p of v, and on every line are own(v) + the
    intersection. A cycle of several codes is passed for certain by none of them. O(s log s), s the sum of
    the sizes of the sets of all parents over all edges: on the Hub two an edge.
    """
    dag, wide = credit.dag, int(code.max(initial=0)) + 1
    own_start, own_code = _own(credit, code, wide)
    start, size = np.zeros(dag.n, dtype=np.int64), np.zeros(dag.n, dtype=np.int64)
    kept = np.zeros(2 * dag.m + dag.n, dtype=np.int64)
    filled = 0
    for nodes in _downwards(credit):
        edges = dag.to_parents(nodes)
        starts = dag.up[0]
        parents = starts[nodes + 1] - starts[nodes]
        which, parent = np.repeat(np.arange(len(nodes)), parents), dag.parent[edges]
        handed = kept[spans(start[parent], start[parent] + size[parent])]
        mine = own_start[nodes + 1] - own_start[nodes]
        its = np.repeat(np.arange(len(nodes)), mine)
        bits = np.where(parents == 0, ROOT, 0) + np.where(mine == 1, OWN, 0)
        pair, root, every = _united(
            np.concatenate((np.repeat(which, size[parent]), its)) * (wide * 8)
            + np.concatenate(
                (handed, own_code[spans(own_start[nodes], own_start[nodes + 1])] * 8 + bits[its])
            ),
            wide,
            parents,
        )
        size[nodes] = np.bincount(pair // wide, minlength=len(nodes))
        start[nodes] = filled + np.cumsum(size[nodes]) - size[nodes]
        kept = _with_room(kept, filled + len(pair))
        kept[filled : filled + len(pair)] = pair % wide * 8 + root * ROOT + every * EVERY
        filled += len(pair)
    kept = kept[:filled]
    return Above(start, size, kept // 8, (kept & ROOT) > 0, (kept & EVERY) > 0)


def _own(credit: CreditGraph, code: Ints, wide: int) -> tuple[Ints, Ints]:
    """Return the distinct codes of the members of each node of the DAG, as row starts and codes."""
    members = np.flatnonzero(~credit.copy)
    pairs = np.sort(credit.of[members] * wide + code[members])
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    starts = np.zeros(credit.dag.n + 1, dtype=np.int64)
    np.cumsum(np.bincount(pairs // wide, minlength=credit.dag.n), out=starts[1:])
    return starts, pairs % wide


def _downwards(credit: CreditGraph) -> Iterator[Ints]:
    """Yield the nodes of the DAG with edges, or cycles inside, level by level, each after all its parents."""
    linked = np.zeros(credit.graph.n, dtype=bool)
    linked[credit.of[credit.graph.child]] = linked[credit.of[credit.graph.parent]] = True
    nodes, height = np.flatnonzero(linked), credit.height
    nodes = nodes[np.argsort(-height[nodes], kind="stable")]
    yield from np.split(nodes, np.flatnonzero(np.diff(height[nodes])) + 1)


def _united(pairs: Ints, wide: int, parents: Ints) -> tuple[Ints, Flags, Flags]:
    """Join equal pairs: a root by one way is a root; on every line is what all parents have, or it itself."""
    pairs.sort()
    pair = pairs // 8
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    root = np.bitwise_or.reduceat(pairs, first)
    ways = np.add.reduceat((pairs & EVERY) > 0, first, dtype=np.int64)
    every = (ways == parents[pair[first] // wide]) & (ways > 0)
    return pair[first], (root & ROOT) > 0, every | ((root & OWN) > 0)


def _with_room(array: NDArray[np.int64], length: int) -> Ints:
    if length <= len(array):
        return array
    return np.concatenate((array, np.zeros(max(length, len(array)), dtype=np.int64)))
