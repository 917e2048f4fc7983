"""The closure: every pair of a model and an ancestor, with their distance and shortest chains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from begat.errors import InputError
from begat.graph.arrays import Edges, Flags, Graph, Ints, found_in, spans
from begat.graph.walk import reachable

__all__ = ["LARGEST", "Closure", "closure"]

Values = NDArray[np.float64]

LARGEST = 1 << 26
"""Pairs of a model and an edge above it that are walked at most: some 3 GiB."""


@dataclass(frozen=True)
class Closure:
    """Pairs of a model and an ancestor, nearest first: those at distance k + 1 are ``ends[k]:ends[k + 1]``.

    A twig, a model without children and with one parent, has the ancestors of its parent, each one
    derivation farther. Twigs have no pairs here; `twigs` counts them at their parent.

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
    twigs : array of int64, shape (n,)
        Number of twigs of each model.
    """

    source: Edges
    ancestor: Edges
    chains: Values
    ends: Ints
    steps: list[tuple[Ints, Ints]]
    twigs: Ints

    @property
    def distance(self) -> Ints:
        """Fewest derivations between the two of each pair, shape (k,)."""
        length = np.diff(self.ends)
        return np.repeat(np.arange(1, len(length) + 1), length)

    def every(self, graph: Graph) -> tuple[Edges, Edges]:
        """Return all pairs of a model and an ancestor, those of twigs included; of the same graph."""
        edges = graph.down[1]
        edges = edges[graph.twigs[graph.child[edges]]]
        begin, count = (np.cumsum(self.twigs) - self.twigs)[self.source], self.twigs[self.source]
        below = edges[spans(begin, begin + count)]
        return (
            np.concatenate((self.source, graph.child[edges], graph.child[below])),
            np.concatenate((self.ancestor, graph.parent[edges], np.repeat(self.ancestor, count))),
        )


def closure(graph: Graph, below: Values, cyclic: Flags) -> Closure:
    """Walk up from all models at once, breadth first.

    Parameters
    ----------
    graph : Graph
        Edges child -> parent; cycles are no trouble.
    below : array of float64, shape (n,)
        Number of descendants of each node, at least.
    cyclic : array of bool, shape (n,)
        Nodes that are in a cycle, at least.

    Raises
    ------
    InputError
        If there may be more than `LARGEST` pairs of a model and an edge above it.

    Notes
    -----
    O(s log s), s = sum over edges (c -> p) of 1 + below(c), twigs left out: on the Hub two an edge, on a
    line of n models n^2 / 2.
    """
    _refuse_too_much(graph, below)
    starts, rows = graph.up
    child, parent = graph.child[rows], graph.parent[rows].astype(np.int64)
    inner = ~graph.twigs[child]
    first, _, ways = _joined(child[inner] * np.int64(graph.n) + parent[inner], np.ones(inner.sum()))
    pairs, chains, steps = [first], [ways], []
    again, seen = _with_several_ways(graph, cyclic), _Seen()
    while len(pairs[-1]):
        source, node = np.divmod(pairs[-1], graph.n)
        seen.add(pairs[-1][again[source]])
        count = starts[node + 1] - starts[node]
        nearer = np.repeat(np.arange(len(node)), count)
        source, node = source[nearer], parent[spans(starts[node], starts[node + 1])]
        reached = source * graph.n + node
        fresh = source != node
        fresh[again[source]] &= ~seen.has(reached[again[source]])
        nearer = nearer[fresh]
        found, farther, ways = _joined(reached[fresh], chains[-1][nearer])
        steps.append((nearer, farther))
        pairs.append(found)
        chains.append(ways)
    ends = np.concatenate(([0], np.cumsum([len(each) for each in pairs[:-1]], dtype=np.int64)))
    source, ancestor = np.divmod(np.concatenate(pairs), graph.n)
    return Closure(
        source=source.astype(np.int32),
        ancestor=ancestor.astype(np.int32),
        chains=np.concatenate(chains),
        ends=ends,
        steps=[(near + ends[k], far + ends[k + 1]) for k, (near, far) in enumerate(steps[:-1])],
        twigs=np.bincount(parent[~inner], minlength=graph.n),
    )


def _refuse_too_much(graph: Graph, below: Values) -> None:
    """Raise if the walk is too long; what it takes at most is known before it begins."""
    work = int((1 + below[graph.child]).sum())
    if work > LARGEST:
        raise InputError(
            f"the distances between all models may take {work:,} steps, at most {LARGEST:,} are tried",
            hint="The lineage is far deeper than any known one: look for a long line of derivations.",
        )


def _with_several_ways(graph: Graph, cyclic: Flags) -> Flags:
    """Which models may lead to an ancestor in more than one way: those at or below a merge or a cycle."""
    several = cyclic | (np.bincount(graph.child, minlength=graph.n) > 1)
    several[reachable(graph, np.flatnonzero(several), up=False)] = True
    return several


class _Seen:
    """A growing set of numbers, as sorted runs of which each is longer than all later ones."""

    def __init__(self) -> None:
        self.runs: list[Ints] = []

    def add(self, numbers: Ints) -> None:
        """Add sorted numbers; each is merged O(log) times."""
        while self.runs and len(self.runs[-1]) <= 2 * len(numbers):
            numbers = np.sort(np.concatenate((self.runs.pop(), numbers)), kind="stable")
        self.runs.append(numbers)

    def has(self, numbers: Ints) -> Flags:
        """Which numbers are in the set."""
        known = np.zeros(len(numbers), dtype=bool)
        for run in self.runs:
            known |= found_in(numbers, run)
        return known


def _joined(keys: Ints, chains: Values) -> tuple[Ints, Ints, Values]:
    """Return the distinct keys, sorted, the place of each among them, and the sum of their chains."""
    found, place = np.unique(keys, return_inverse=True)
    total = np.bincount(place, weights=chains, minlength=len(found))
    return found, place.astype(np.int64), total.astype(np.float64)
