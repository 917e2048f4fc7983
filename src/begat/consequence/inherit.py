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
from begat.consequence.supply import EVIDENCE, INFERRED, KINDS, TRAINED_ON, Supply
from begat.licences import CLAUSES, Clauses

__all__ = [
    "CHANNELS",
    "STATES",
    "Inherited",
    "Source",
    "State",
    "Way",
    "channel",
    "channel_of",
    "inherit",
    "needed",
    "source_of",
]

CHANNELS = ("weights", "outputs", "data")
"""How something came into a thing: in its weights (of a dataset: in its rows), as outputs it learned from, as
data it learned from; the weakest link of a path decides. A thing itself comes as ``weights``, and a dataset
in another as what it holds."""

STATES = ("binds", "contested", "unknown", "contested-unknown", "absent")
"""How a clause stands, gravest first. ``contested``: it binds what went in as outputs or data only;
``unknown``: it may bind with the weights; ``contested-unknown``: only what went in otherwise may have it."""

SETTLED = CHANNELS.index("weights")
ADAPTER = "adapter"


class Way(NamedTuple):
    """One way by which something went in.

    Attributes
    ----------
    channel, evidence : str
        Of `CHANNELS` and `EVIDENCE`: the weakest step decides both.
    edges : tuple of int
        The shortest path of this channel and evidence, from the thing to its source; empty for itself.
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
        How it went in: by each of `CHANNELS` at most once, in their order, the surest evidence of each.
    open_ends, open_bases : int
        How many things went into it of which it can't be told which they are; models whose weights did.
    """

    node: int
    licence: str | None
    why: str | None
    clauses: Clauses
    ways: tuple[Way, ...]
    open_ends: int
    open_bases: int

    @property
    def settled(self) -> bool:
        """Whether it came in with the weights."""
        return self.ways[0].channel == CHANNELS[SETTLED]


class State(NamedTuple):
    """How a clause stands.

    Attributes
    ----------
    clause, state : str
        Of `CLAUSES` and `STATES`.
    binding, contested, unknown, contested_unknown : tuple of Source
        Whose terms have it and came in with the weights; whose terms have it but came in otherwise; whose
        terms, or whose untold bases, may have it; the same, of what came in otherwise or is data or a
        teacher. Each in the order of the sources.
    """

    clause: str
    state: str
    binding: tuple[Source, ...]
    contested: tuple[Source, ...]
    unknown: tuple[Source, ...]
    contested_unknown: tuple[Source, ...]


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
    O(3 edges above the node), once for each kind of evidence. What went in with the weights and as outputs
    too came both ways, for licences may forbid the one and not the other; of each channel the way is the
    surest in evidence, and of these the shortest. Equal to a walk over all paths that pass nothing twice by
    the same channel. That a cycle leads back to the thing is no way into it.
    """
    ways: dict[int, list[Way]] = {}
    for level in range(EVIDENCE.index(evidence) + 1):
        for reached, via, edges in _paths(supply, node, level):
            known = ways.setdefault(reached, [])
            back = reached == node and edges
            if not back and all(way.channel != CHANNELS[via] for way in known):
                known.append(Way(CHANNELS[via], EVIDENCE[level], edges))
    nearest = sorted(ways, key=lambda at: (min(len(way.edges) for way in ways[at]), at))
    return Inherited(node, [source_of(supply, labels, reached, ways[reached]) for reached in nearest])


def needed(supply: Supply, node: int) -> dict[int, tuple[int, ...]]:
    """Return the models without which an adapter doesn't run: each with the path of adapter links to it.

    What nobody declares is left out. Empty for what is no adapter.
    """
    found: dict[int, tuple[int, ...]] = {node: ()}
    frontier = [node]
    while frontier:
        place = frontier.pop(0)
        for edge in supply.into(place):
            base = int(supply.graph.parent[edge])
            adapts = KINDS[supply.graph.relation[edge]] == ADAPTER
            if adapts and supply.evidence[edge] < INFERRED and base not in found:
                found[base] = (*found[place], edge)
                frontier.append(base)
    del found[node]
    return found


def channel(kind: str) -> str:
    """Return by which of `CHANNELS` a step of one of `KINDS` carries terms."""
    return {TRAINED_ON: "data", "distilled": "outputs"}.get(kind, "weights")


def channel_of(supply: Supply, edges: Sequence[int]) -> str:
    """Return the channel of a path: that of its weakest step; ``weights`` where it has none."""
    return CHANNELS[max((int(CHANNEL_OF[supply.graph.relation[edge]]) for edge in edges), default=SETTLED)]


CHANNEL_OF = np.array([CHANNELS.index(channel(kind)) for kind in KINDS])


def _paths(supply: Supply, node: int, level: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield node, channel and shortest path of all that went in by evidence of a level or better.

    A node comes once for each channel, the surest first.
    """
    graph = supply.graph
    state = (node, SETTLED)
    seen = {state}
    frontier: list[tuple[tuple[int, int], tuple[int, ...]]] = [(state, ())]
    reached = []
    while frontier:
        further = []
        for (place, via), path in frontier:
            reached.append((place, via, path))
            for edge in supply.into(place):
                after = (int(graph.parent[edge]), max(via, int(CHANNEL_OF[graph.relation[edge]])))
                if supply.evidence[edge] <= level and after not in seen:
                    seen.add(after)
                    further.append((after, (*path, edge)))
        frontier = further
    yield from sorted(reached, key=lambda found: found[1])


def source_of(supply: Supply, labels: Labels, node: int, ways: Sequence[Way] = ()) -> Source:
    """Return a thing with its terms, as a source that went in by some ways."""
    return Source(
        node,
        labels.licence(node),
        UNKNOWN_WHY.get(int(labels.code[node])),
        labels.clauses(node),
        tuple(sorted(ways, key=lambda way: CHANNELS.index(way.channel))),
        int(supply.open_ends[node]),
        int(supply.open_bases[node]),
    )


def _state(clause: str, sources: Sequence[Source]) -> State:
    having = [source for source in sources if clause in source.clauses.binding]
    open_ = [source for source in sources if clause in source.clauses.unknown or source.open_ends]
    parts = (
        tuple(source for source in having if source.settled),
        tuple(source for source in having if not source.settled),
        tuple(source for source in open_ if _unsettled_with_weights(clause, source)),
        tuple(source for source in open_ if not _unsettled_with_weights(clause, source)),
    )
    state = next((name for name, found in zip(STATES, parts, strict=False) if found), STATES[-1])
    return State(clause, state, *parts)


def _unsettled_with_weights(clause: str, source: Source) -> bool:
    """Whether what isn't known of a clause of a source came, or may have come, in with the weights."""
    return source.settled and (clause in source.clauses.unknown or source.open_bases > 0)
