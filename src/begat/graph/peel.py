"""Peeling: take away the nodes that nothing holds, then those that only these held, and so on."""

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
    gone = np.full(len(count), -1, dtype=np.int64)
    frontier, number = np.flatnonzero(count <= floor), 0
    while len(frontier):
        gone[frontier] = number
        step = _round if len(frontier) >= THIN else _rounds
        frontier, number = step(frontier, number + 1, gone, (count, starts, neighbour, floor))
    return gone


_Held = tuple[Ints, Ints, Edges, int]


def _round(frontier: Ints, number: int, gone: Ints, held: _Held) -> tuple[Ints, int]:
    """Take one round with numpy; return who goes in the next, and its number."""
    count, starts, neighbour, floor = held
    others, lost = np.unique(neighbour[spans(starts[frontier], starts[frontier + 1])], return_counts=True)
    before = count[others]
    count[others] = before - lost
    fresh: Ints = others[(before > floor) & (before - lost <= floor)].astype(np.int64)
    return fresh, number


def _rounds(frontier: Ints, number: int, gone: Ints, held: _Held) -> tuple[Ints, int]:
    """Take rounds node by node while they are thin; return as `_round` does."""
    count, starts, neighbour, floor = held
    going = frontier.tolist()
    while True:
        fresh = []
        for node in going:
            for other in neighbour[starts[node] : starts[node + 1]].tolist():
                count[other] -= 1
                if count[other] == floor:
                    fresh.append(other)
        if not 0 < len(fresh) < THIN:
            return np.array(fresh, dtype=np.int64), number
        for node in fresh:
            gone[node] = number
        going, number = fresh, number + 1
