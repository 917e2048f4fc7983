"""The terms that a model or dataset inherits: its own licence and those of all that went into it.

Whether terms bind across a step depends on the step. Weights carry the terms of the weights they were made
from. Whether the outputs of a model, or the data a model learned from, do so isn't settled in law; clauses
that come that way only are *contested*, and say so. Nothing that is not known is taken as free: an ancestor
whose licence is not known, or that can't be told, leaves open every clause that nothing else settles.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from begat.consequence.labels import UNKNOWN_WHY, Labels
from begat.consequence.supply import EVIDENCE, KINDS, TRAINED_ON, Supply
from begat.licences import CLAUSES, Clauses

__all__ = ["CHANNELS", "OPEN_END", "STATES", "Inherited", "Source", "State", "Way", "channel", "inherit"]

CHANNELS = ("weights", "outputs", "data")
"""How something came into a thing: in its weights (of a dataset: in its rows), as outputs it learned from, as
data it learned from; the weakest link of a path decides. A thing itself comes as ``weights``, and a dataset
in another as what it holds."""

STATES = ("binds", "contested", "unknown", "absent")
"""How a clause stands, gravest first. ``contested``: it binds what went in as outputs or data only."""

OPEN_END = "not told"
"""Why the licence of something is not known of which a page says only that it went in."""

SETTLED = CHANNELS.index("weights")


class Way(NamedTuple):
    """One way by which something went in.

    Attributes
    ----------
    channel, evidence : str
        Of `CHANNELS` and `EVIDENCE`: the weakest step decides both.
    edges : tuple of int
        The shortest path with this evidence, from the thing to its source; empty for itself.
    """

    channel: str
    evidence: str
    edges: tuple[int, ...]


class Source(NamedTuple):
    """Something whose terms matter to another thing.

    Attributes
    ----------
    node : int
        Its node.
    licence : str, optional
        Its licence; None where it is not known.
    why : str, optional
        Why it is not known: of `UNKNOWN_WHY`.
    clauses : Clauses
        What it asks for.
    ways : tuple of Way
        How it went in, at most one way a channel, in the order of `CHANNELS`.
    open_ends : int
        How many things went into it of which it can't be told which they are.
    """

    node: int
    licence: str | None
    why: str | None
    clauses: Clauses
    ways: tuple[Way, ...]
    open_ends: int


class State(NamedTuple):
    """How a clause stands.

    Attributes
    ----------
    clause, state : str
        Of `CLAUSES` and `STATES`.
    binding, contested, unknown : tuple of Source
        Whose terms have it; whose terms have it, but came in as outputs or data; whose terms may have it.
        Each in the order of the sources.
    """

    clause: str
    state: str
    binding: tuple[Source, ...]
    contested: tuple[Source, ...]
    unknown: tuple[Source, ...]


@dataclass(frozen=True)
class Inherited:
    """What a thing inherits.

    Attributes
    ----------
    node : int
        The thing.
    sources : sequence of Source
        Itself first, then all that went into it, nearest first.
    """

    node: int
    sources: Sequence[Source]

    @property
    def own(self) -> Source:
        """The thing itself."""
        return self.sources[0]

    @cached_property
    def states(self) -> tuple[State, ...]:
        """How each clause stands, in the order of `CLAUSES`."""
        return tuple(_state(clause, self.sources) for clause in CLAUSES)

    def state(self, clause: str) -> State:
        """Return how one clause stands."""
        return self.states[CLAUSES.index(clause)]


def inherit(supply: Supply, labels: Labels, node: int, *, evidence: str = "reported") -> Inherited:
    """Return the terms that a node inherits.

    Parameters
    ----------
    supply : Supply
        What went into what; cycles are no trouble.
    labels : Labels
        The licences of its nodes.
    node : int
        A model or dataset.
    evidence : str
        The weakest of `EVIDENCE` to follow.

    Notes
    -----
    O(3 edges above the node), once for each kind of evidence.
    """
    ways: dict[int, dict[int, Way]] = {}
    for level in range(EVIDENCE.index(evidence) + 1):
        for reached, via, edges in _paths(supply, node, level):
            ways.setdefault(reached, {}).setdefault(via, Way(CHANNELS[via], EVIDENCE[level], edges))
    nearest = sorted(ways, key=lambda at: (min(len(way.edges) for way in ways[at].values()), at))
    return Inherited(node, [_source(supply, labels, reached, ways[reached]) for reached in nearest])


def channel(kind: str) -> str:
    """Return by which of `CHANNELS` a step of one of `KINDS` carries terms."""
    return {TRAINED_ON: "data", "distilled": "outputs"}.get(kind, "weights")


CHANNEL_OF = np.array([CHANNELS.index(channel(kind)) for kind in KINDS])


def _paths(supply: Supply, node: int, level: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield node, channel and shortest path of all that went in by evidence of a level or better."""
    graph = supply.graph
    state = (node, SETTLED)
    seen = {state}
    frontier: list[tuple[tuple[int, int], tuple[int, ...]]] = [(state, ())]
    while frontier:
        further = []
        for (place, via), path in frontier:
            yield place, via, path
            edges = graph.to_parents(np.array([place]))
            for edge in edges[supply.evidence[edges] <= level].tolist():
                after = (int(graph.parent[edge]), max(via, int(CHANNEL_OF[graph.relation[edge]])))
                if after not in seen:
                    seen.add(after)
                    further.append((after, (*path, edge)))
        frontier = further


def _source(supply: Supply, labels: Labels, node: int, ways: dict[int, Way]) -> Source:
    return Source(
        node,
        labels.licence(node),
        UNKNOWN_WHY.get(int(labels.code[node])),
        labels.clauses(node),
        tuple(ways[via] for via in sorted(ways)),
        int(supply.open_ends[node]),
    )


def _state(clause: str, sources: Sequence[Source]) -> State:
    having = [source for source in sources if clause in source.clauses.binding]
    binding = tuple(source for source in having if source.ways[0].channel == CHANNELS[SETTLED])
    contested = tuple(source for source in having if source not in binding)
    unknown = tuple(source for source in sources if clause in source.clauses.unknown or source.open_ends)
    stands = zip(STATES, (binding, contested, unknown, True), strict=True)
    state = next(name for name, found in stands if found)
    return State(clause, state, binding, contested, unknown)
