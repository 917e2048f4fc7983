"""What rests on things, and what rests on nothing else: what is lost if they go.

Somebody goes with all that is theirs, or one kind of link stops. A thing *rests on* what goes if some line of
links leads up to it, whatever its other parents; it rests on it *only* if every line that leads to a root
does. The second is what nobody could make without them; the first is what would have to be looked at.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from begat.consequence.inherit import CHANNELS, channel
from begat.consequence.supply import KINDS, Supply
from begat.graph import Graph, kept
from begat.graph.arrays import Flags, Ints

__all__ = ["NOT_RESTING", "Withdrawal", "withdrawal"]

NOT_RESTING = -1

CHANNEL_OF = np.array([CHANNELS.index(channel(kind)) for kind in KINDS])


@dataclass(frozen=True)
class Withdrawal:
    """What goes, and what rests on it.

    Attributes
    ----------
    gone : array of bool, shape (n,)
        The things that go themselves.
    channel : array of int8, shape (n,)
        How each thing rests on them: position in `CHANNELS`, the surest one; `NOT_RESTING` for what does not,
        and for what goes itself.
    depth : array of int32, shape (n,)
        Fewest links of this channel or a surer one between it and what goes; 0 for what does not rest on it.
    edge : array of int64, shape (n,)
        The last of these links: which edge of the supply leads up from it; -1 for what does not rest on it.
    exclusive : array of bool, shape (n,)
        Whether it rests on nothing else: no line of such links leads to a root and avoids what goes. Of a
        cycle that nothing leads out of, all members are roots, unless something of what goes is in it.
    open : array of bool, shape (n,)
        Of these, the ones of which it is not certain: a line leads to a parent that can't be told.
    """

    gone: Flags
    channel: NDArray[np.int8]
    depth: NDArray[np.int32]
    edge: Ints
    exclusive: Flags
    open: Flags

    def resting(self, channel: str = "weights") -> Flags:
        """Which things rest on what goes by a channel, and by none that is surer; shape (n,)."""
        found: Flags = self.channel == CHANNELS.index(channel)
        return found


def withdrawal(
    supply: Supply, gone: Flags, links: Flags | None = None, *, unresolved: NDArray[np.integer] | None = None
) -> Withdrawal:
    """Return what rests on some things and links.

    Parameters
    ----------
    supply : Supply
        What went into what, of the evidence that counts; cycles are no trouble.
    gone : array of bool, shape (n,)
        The things that go.
    links : array of bool, shape (m,), optional
        Links that stop, whatever they join; what is made by one rests on it.
    unresolved : array of int, shape (n,), optional
        How many parents of each are stated and can't be told, datasets left out; those of
        `Supply.open_ends` if not given, datasets included.

    Notes
    -----
    O(n + m + r log r) a channel, for r links below what goes; in waves, as many as the longest shortest line
    has links.
    """
    stopped = np.zeros(supply.graph.m, dtype=bool) if links is None else links
    found = Withdrawal(
        gone=gone,
        channel=np.full(supply.n, NOT_RESTING, dtype=np.int8),
        depth=np.zeros(supply.n, dtype=np.int32),
        edge=np.full(supply.n, -1, dtype=np.int64),
        exclusive=np.zeros(supply.n, dtype=bool),
        open=np.zeros(supply.n, dtype=bool),
    )
    of = CHANNEL_OF[supply.graph.relation]
    for number, name in enumerate(CHANNELS):
        if number and not (of == number).any():
            continue
        numbers = np.flatnonzero(of <= number)
        untold = supply.open_ends if unresolved is None or name == "data" else unresolved
        _add(found, number, kept(supply.graph, numbers), numbers, stopped[numbers], untold)
    return found


def _add(
    found: Withdrawal,
    channel: int,
    graph: Graph,
    numbers: Ints,
    stopped: Flags,
    untold: NDArray[np.integer],
) -> None:
    """Fill in what rests on what goes by the links of one graph and did not by fewer of them."""
    depth, edge = _below(graph, found.gone, stopped)
    resting = depth > 0
    fresh = resting & (found.channel == NOT_RESTING)
    if not fresh.any():
        return
    alone = _alone(graph, found.gone, stopped, resting)
    opened = _spread(graph, np.flatnonzero(alone & (untold > 0)), alone)
    found.channel[fresh] = channel
    found.depth[fresh] = depth[fresh]
    found.edge[fresh] = numbers[edge[fresh]]
    found.exclusive[fresh] = alone[fresh]
    found.open[fresh] = opened[fresh]


def _below(graph: Graph, gone: Flags, stopped: Flags) -> tuple[NDArray[np.int32], Ints]:
    """Return how far below what goes each node is, 0 for not at all, and the last link of a shortest way."""
    depth, via = np.zeros(graph.n, dtype=np.int32), np.full(graph.n, -1, dtype=np.int64)
    seen = gone.copy()
    edges = np.flatnonzero(gone[graph.parent] | stopped)
    level = 0
    while len(edges):
        level += 1
        edges = np.sort(edges[~seen[graph.child[edges]]])
        nodes, first = np.unique(graph.child[edges], return_index=True)
        seen[nodes] = True
        depth[nodes], via[nodes] = level, edges[first]
        edges = graph.to_children(nodes.astype(np.int64))
    return depth, via


def _alone(graph: Graph, gone: Flags, stopped: Flags, resting: Flags) -> Flags:
    """Return which of what rests on what goes leads to no root past it.

    Whatever is neither gone nor resting leads to a root; so who has such a parent does, and all below.
    """
    whole = kept(graph, ~stopped)
    past = resting[whole.child] & ~resting[whole.parent] & ~gone[whole.parent]
    alone: Flags = resting & ~_spread(whole, whole.child[past].astype(np.int64), resting)
    return alone


def _spread(graph: Graph, starts: Ints, within: Flags) -> Flags:
    """Return the starts and all that is below them by lines inside some nodes, shape (n,)."""
    found = np.zeros(graph.n, dtype=bool)
    found[starts] = True
    frontier = np.flatnonzero(found)
    while len(frontier):
        nodes = graph.child[graph.to_children(frontier)]
        frontier = np.unique(nodes[within[nodes] & ~found[nodes]]).astype(np.int64)
        found[frontier] = True
    return found
