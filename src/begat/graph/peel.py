"""Peeling: take away the nodes that nothing holds, then those that only these held, and so on."""

from dataclasses import dataclass

import numpy as np

from begat.graph.arrays import Edges, Ints, spans

__all__ = ["THIN", "peel"]

THIN = 64
"""With fewer things to do at once a plain loop is faster than numpy's calls."""


def peel(count: Ints, starts: Ints, neighbour: Edges, *, floor: int = 0) -> Ints:
    """Return the round in which each node goes, from 0, shape (n,); -1 for those that stay.

    A node goes when its count is at most `floor`, and then lowers the count of its neighbours by one.

    Parameters
    ----------
    count : array of int64, shape (n,)
        How often each node is held; lowered in place.
    starts, neighbour : array of int
        The neighbours of each node as compressed rows.
    floor : int
        The count at which a node goes.

    Notes
    -----
    O(n + m) however many rounds there are: a line of a million nodes has a million.

    Examples
    --------
    >>> held, line = np.array([0, 1, 1]), np.array([1, 2])
    >>> peel(held, np.array([0, 1, 2, 2]), line).tolist()
    [0, 1, 2]
    """
    held = _Held(count, starts, neighbour, floor, gone=np.full(len(count), -1, dtype=np.int64))
    frontier, number = np.flatnonzero(count <= floor), 0
    while len(frontier):
        held.gone[frontier] = number
        take = held.at_once if len(frontier) >= THIN else held.one_by_one
        frontier, number = take(frontier, number + 1)
    return held.gone


@dataclass(frozen=True)
class _Held:
    """What is peeled; both ways to take a frontier away return the next one and its number."""

    count: Ints
    starts: Ints
    neighbour: Edges
    floor: int
    gone: Ints

    def at_once(self, frontier: Ints, number: int) -> tuple[Ints, int]:
        """Take one round with numpy."""
        near = self.neighbour[spans(self.starts[frontier], self.starts[frontier + 1])]
        if len(near) > len(self.count) // 8:
            every = np.bincount(near)
            others = np.flatnonzero(every)
            lost = every[others]
        else:
            others, lost = np.unique(near, return_counts=True)
        before = self.count[others]
        self.count[others] = before - lost
        fresh: Ints = others[(before > self.floor) & (before - lost <= self.floor)].astype(np.int64)
        return fresh, number

    def one_by_one(self, frontier: Ints, number: int) -> tuple[Ints, int]:
        """Take rounds node by node while they are thin."""
        going = frontier.tolist()
        while True:
            fresh = []
            for node in going:
                for other in self.neighbour[self.starts[node] : self.starts[node + 1]].tolist():
                    self.count[other] -= 1
                    if self.count[other] == self.floor:
                        fresh.append(other)
            if not 0 < len(fresh) < THIN:
                return np.array(fresh, dtype=np.int64), number
            for node in fresh:
                self.gone[node] = number
            going, number = fresh, number + 1
