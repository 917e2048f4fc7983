"""The closure: every pair of a model and an ancestor, with their distance and shortest chains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from begat.errors import InputError
from begat.graph.arrays import Edges, Graph, Ints, spans

__all__ = ["LARGEST", "Closure", "closure"]

Values = NDArray[np.float64]

LARGEST = 1 << 26
"""Pairs of a model and an edge above it that are walked at most: some 3 GiB."""


@dataclass(frozen=True)
class Closure:
    """Pairs of a model and an ancestor, nearest first: those at distance k + 1 are ``ends[k]:ends[k + 1]``.

    Attributes
    ----------
    source, ancestor : array of int32, shape (k,)
        Node numbers; the pair occurs once, and no node is paired with itself.
    chains : array of float64, shape (k,)
        Number of shortest chains between them.
    ends : array of int64, shape (greatest distance + 1,)
        Where the pairs of each distance begin and end.
    steps : list of pairs of arrays of int64
        Of each distance from 2: the pairs one derivation nearer, and the pairs that they lead to.
    """

    source: Edges
    ancestor: Edges
    chains: Values
    ends: Ints
    steps: list[tuple[Ints, Ints]]

    @property
    def distance(self) -> Ints:
        """Fewest derivations between the two of each pair, shape (k,)."""
        length = np.diff(self.ends)
        return np.repeat(np.arange(1, len(length) + 1), length)


def closure(graph: Graph, below: Values) -> Closure:
    """Walk up from all models at once, breadth first.

    Parameters
    ----------
    graph : Graph
        Edges child -> parent; cycles are no trouble.
    below : array of float64, shape (n,)
        Number of descendants of each node, at least: what the walk costs is known before it begins.

    Raises
    ------
    InputError
        If there are more than `LARGEST` pairs of a model and an edge above it.

    Notes
    -----
    O(s log s), s = sum over edges (c -> p) of 1 + below(c): on the Hub two an edge, on a line of n models
    n^2 / 2.
    """
    work = int((1 + below[graph.child]).sum())
    if work > LARGEST:
        raise InputError(
            f"the distances between all models would take {work:,} steps, at most {LARGEST:,} are tried",
            hint="The lineage is far deeper than any known one: look for a long line of derivations.",
        )
    starts, rows = graph.up
    parent = graph.parent[rows].astype(np.int64)
    source = np.repeat(np.arange(graph.n), np.diff(starts))
    seen, _, _ = _joined(source * graph.n + parent, np.ones(graph.m))
    pairs, chains, steps = [seen], [np.ones(len(seen))], []
    while len(pairs[-1]):
        source, node = np.divmod(pairs[-1], graph.n)
        count = starts[node + 1] - starts[node]
        nearer = np.repeat(np.arange(len(node)), count)
        reached = source[nearer] * graph.n + parent[spans(starts[node], starts[node + 1])]
        fresh = ~_within(reached, seen) & (reached // graph.n != reached % graph.n)
        nearer = nearer[fresh]
        found, farther, paths = _joined(reached[fresh], chains[-1][nearer])
        seen = np.sort(np.concatenate((seen, found)), kind="stable")
        steps.append((nearer, farther))
        pairs.append(found)
        chains.append(paths)
    return _gathered(graph.n, pairs, chains, steps[:-1])


def _joined(keys: Ints, chains: Values) -> tuple[Ints, Ints, Values]:
    """Return the distinct keys, sorted, the place of each among them, and the sum of their chains."""
    found, place = np.unique(keys, return_inverse=True)
    return found, place, np.bincount(place, weights=chains, minlength=len(found))


def _within(keys: Ints, ordered: Ints) -> NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    same: NDArray[np.bool_] = ordered[place] == keys
    return same


def _gathered(n: int, pairs: list[Ints], chains: list[Values], steps: list[tuple[Ints, Ints]]) -> Closure:
    ends = np.concatenate(([0], np.cumsum([len(each) for each in pairs[:-1]], dtype=np.int64)))
    source, ancestor = np.divmod(np.concatenate(pairs), n)
    shifted = [(near + ends[k], far + ends[k + 1]) for k, (near, far) in enumerate(steps)]
    return Closure(
        source.astype(np.int32), ancestor.astype(np.int32), np.concatenate(chains), ends, shifted
    )
