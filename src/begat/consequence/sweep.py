"""What does not fit, for all models and datasets at once: by sets of licences instead of paths.

`reach` hands down, level by level, which licences reach each thing and by which channels. Few combinations of
a licence and such sets are distinct, so `sweep` asks the rules once a combination. That is what a walk from
each thing (`inherit`) and the same rules give.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from begat.consequence.conflict import KINDS, SEVERITIES, Finding, clash, findings, naming
from begat.consequence.inherit import CHANNEL_OF, CHANNELS
from begat.consequence.labels import UNKNOWN_WHY, UNSEEN, Labels
from begat.consequence.supply import Supply
from begat.graph import Graph, kept
from begat.graph.arrays import Edges, Flags, Ints, unique
from begat.graph.order import LevelOrder, heights, strong_components

__all__ = ["Hit", "Reach", "Sets", "Sweep", "licences_in", "reach", "sweep"]

Sets = tuple[int, ...]
"""Licences by channel, in the order of `CHANNELS`: bit `code - UNSEEN` of each whole number is a licence of
`Labels`, or why it is not known; the bit after the last licence says that something can't be told."""

SHIFT = -UNSEEN
NOTHING: Sets = (0,) * len(CHANNELS)
GRADES = {severity: len(SEVERITIES) - place for place, severity in enumerate(SEVERITIES)}


class Hit(NamedTuple):
    """A finding of some combination.

    Attributes
    ----------
    source : int
        Code of the licence it is about, as in `Labels`.
    channel : str
        How that came in.
    finding : Finding
        What doesn't fit.
    other : int, optional
        Code of a second licence that the first doesn't fit to.
    """

    source: int
    channel: str
    finding: Finding
    other: int | None = None


@dataclass(frozen=True)
class Reach:
    """Which licences reach each thing.

    Attributes
    ----------
    sets : sequence of Sets
        All that occur, each once; the first is `NOTHING`.
    of : array of int64, shape (n,)
        Which of them each node has; its own licence is in it only if something else brings it.
    graph : Graph
        The supply, with the edges that were followed.
    given : array of int64, shape (edges followed,)
        Which of them each edge brings to its child.
    circular : array of int64
        The nodes that lie on a cycle.
    """

    sets: Sequence[Sets]
    of: Ints
    graph: Graph
    given: Ints
    circular: Ints


@dataclass(frozen=True)
class Sweep:
    """What does not fit, for all things.

    Attributes
    ----------
    hits : sequence of tuple of Hit
        The findings of each combination of own licence, name and what reaches it.
    own : array of int64
        The own licence of each combination, a code as in `Labels`.
    of : array of int64, shape (n,)
        The combination of each node.
    reach : Reach
        What reaches each.
    evidence : str
        The weakest that was followed.
    """

    hits: Sequence[tuple[Hit, ...]]
    own: Ints
    of: Ints
    reach: Reach
    evidence: str

    @cached_property
    def grade(self) -> NDArray[np.int8]:
        """Of each combination and of each of `KINDS` the gravest: 3 high, 2 medium, 1 low, 0 none."""
        found = np.zeros((len(self.hits), len(KINDS)), dtype=np.int8)
        for place, hits in enumerate(self.hits):
            for hit in hits:
                kind = KINDS.index(hit.finding.kind)
                found[place, kind] = max(found[place, kind], GRADES[hit.finding.severity])
        return found

    def has(self, kind: str | None = None, severity: str | None = None) -> Flags:
        """Which nodes have a finding of this kind and gravest severity of the kind, of any if not given."""
        grades = self.grade if kind is None else self.grade[:, [KINDS.index(kind)]]
        wanted = grades > 0 if severity is None else grades == GRADES[severity]
        of_each: Flags = np.asarray(wanted.any(axis=1))
        return of_each[self.of]


def licences_in(bits: int) -> Iterator[int]:
    """Yield the codes in a set, as in `Labels`; what can't be told comes as one more than the last."""
    while bits:
        least = bits & -bits
        yield least.bit_length() - 1 - SHIFT
        bits ^= least


def sweep(supply: Supply, labels: Labels, *, evidence: str = "reported") -> Sweep:
    """Return what doesn't fit of all models and datasets.

    Parameters
    ----------
    supply : Supply
        What went into what; cycles are no trouble.
    labels : Labels
        The licences of its nodes.
    evidence : str
        The weakest of `EVIDENCE` to follow.

    Notes
    -----
    O(m log m) without a step in Python a node, and one such step for each distinct combination of own
    licence and sets. What lies on a cycle is walked thing by thing; a Hub has a dozen such.
    """
    found = reach(supply, labels, evidence=evidence)
    asked = _asked(labels)
    names = _kept_names(supply, labels, found, asked)
    parts = (labels.code.astype(np.int64) + SHIFT, names, found.of)
    size = (len(labels.licences) + SHIFT, 1 << len(asked), len(found.sets))
    combination, of = np.unique(np.ravel_multi_index(parts, size), return_inverse=True)
    rules = _Rules(labels, asked)
    apart = np.unravel_index(combination, size)
    hits = [
        rules.hits(code - SHIFT, found.sets[sets], kept=names)
        for code, names, sets in zip(*(part.tolist() for part in apart), strict=True)
    ]
    return Sweep(hits, apart[0] - SHIFT, of, found, evidence)


def reach(supply: Supply, labels: Labels, *, evidence: str = "reported") -> Reach:
    """Return which licences reach each model and dataset, by channel; see `sweep`."""
    followed = supply.within(evidence)
    graph = followed.graph
    least = strong_components(graph.child, graph.parent, supply.n)
    circular = np.flatnonzero(np.bincount(least, minlength=supply.n)[least] > 1)
    passed = _Passed(labels, supply.open_ends)
    of = np.zeros(supply.n, dtype=np.int64)
    alone = np.zeros(len(circular), dtype=np.int64)
    for place, node in enumerate(circular.tolist()):
        ways = _walked(followed, node)
        of[node] = passed.together(ways)
        alone[place] = passed.together([way for way in ways if way[0] != node])
    _pass_down(followed, passed, of, circular)
    given = passed.across(graph.parent, of[graph.parent], CHANNEL_OF[graph.relation])
    of[circular] = alone
    return Reach(passed.sets, of, graph, given, circular)


def _walked(followed: Supply, node: int) -> list[tuple[int, int]]:
    """Return what went into a node, itself included, and by which channels."""
    graph, first = followed.graph, (node, 0)
    seen, found = {first}, [first]
    for place, via in found:
        for edge in graph.to_parents(np.array([place])).tolist():
            way = int(graph.parent[edge]), max(via, int(CHANNEL_OF[graph.relation[edge]]))
            if way not in seen:
                seen.add(way)
                found.append(way)
    return found


class _Passed:
    """The distinct sets so far by number, and what becomes of them on the way down."""

    def __init__(self, labels: Labels, open_ends: NDArray[np.int32]) -> None:
        last = len(labels.licences) + SHIFT
        self.own = labels.code.astype(np.int64) + SHIFT + (open_ends > 0) * (last + 1)
        self.bits = [1 << code for code in range(last + 1)]
        self.bits += [one | 1 << last for one in self.bits]
        self.sets: list[Sets] = [NOTHING]
        self.number = {NOTHING: 0}

    def add(self, sets: Sets) -> int:
        """Return the number of some sets."""
        if sets not in self.number:
            self.number[sets] = len(self.sets)
            self.sets.append(sets)
        return self.number[sets]

    def step(self, own: int, sets: int, via: int) -> int:
        """Return what something with these own bits and sets brings by a channel; the weakest decides."""
        weights, *others = self.sets[sets]
        brought = [0] * len(CHANNELS)
        for place, bits in enumerate((weights | self.bits[own], *others)):
            brought[max(place, via)] |= bits
        return self.add(tuple(brought))

    def union(self, one: int, other: int) -> int:
        """Return the union of two sets."""
        return self.add(tuple(a | b for a, b in zip(self.sets[one], self.sets[other], strict=True)))

    def together(self, ways: Sequence[tuple[int, int]]) -> int:
        """Return the union of what nodes bring by themselves, each by a channel."""
        whole = 0
        for node, via in ways:
            whole = self.union(whole, self.step(int(self.own[node]), 0, via))
        return whole

    def across(self, nodes: NDArray[np.integer], sets: Ints, via: Ints) -> Ints:
        """Return what nodes with these sets bring by a channel each."""
        return _each(self.step, self.own[nodes], sets, via)


def _pass_down(followed: Supply, passed: _Passed, of: Ints, circular: Ints) -> None:
    """Fill the sets of all that lies on no cycle, each thing after all that went into it."""
    graph = followed.graph
    fixed = np.zeros(followed.n, dtype=bool)
    fixed[circular] = True
    part = kept(graph, ~fixed[graph.child])
    down = replace(part, child=part.parent, parent=part.child)
    order = LevelOrder.of(down, heights(down))
    via = CHANNEL_OF[down.relation[order.edge]]
    for begin, end, thin in order.runs():
        a, z = int(order.first[begin]), int(order.first[end])
        if thin:
            _pass_each(passed, of, order.parent[a:z], order.child[a:z], via[a:z])
        else:
            brought = passed.across(order.child[a:z], of[order.child[a:z]], via[a:z])
            of[order.node[begin:end]] = _unions(passed, brought, np.diff(order.first[begin : end + 1]))


def _pass_each(passed: _Passed, of: Ints, child: Edges, parent: Edges, via: Ints) -> None:
    for c, p, v in zip(child.tolist(), parent.tolist(), via.tolist(), strict=True):
        of[c] = passed.union(int(of[c]), passed.step(int(passed.own[p]), int(of[p]), v))


def _unions(passed: _Passed, brought: Ints, count: Ints) -> Ints:
    """Return the union of each of successive groups of sets."""
    group = np.repeat(np.arange(len(count)), count)
    distinct = unique(group << 32 | brought)
    brought = distinct & 0xFFFFFFFF
    first = np.searchsorted(distinct >> 32, np.arange(len(count) + 1))
    left = np.diff(first)
    whole = brought[first[:-1]]
    for place in range(1, int(left.max())):
        more = np.flatnonzero(left > place)
        whole[more] = _each(passed.union, whole[more], brought[first[more] + place])
    return whole


def _each(function: Callable[..., int], *columns: Ints) -> Ints:
    """Return a function of whole numbers, called once for each distinct row of columns."""
    size = tuple(int(column.max(initial=0)) + 1 for column in columns)
    distinct, place = np.unique(np.ravel_multi_index(columns, size), return_inverse=True)
    rows = zip(*(part.tolist() for part in np.unravel_index(distinct, size)), strict=True)
    values = np.array([function(*row) for row in rows], dtype=np.int64)
    return values[place]


def _asked(labels: Labels) -> list[str]:
    """Return what names have to begin with because of some licence, each once."""
    found = {asked[0] for licence in labels.licences for via in CHANNELS if (asked := naming(licence, via))}
    return sorted(found)


def _kept_names(supply: Supply, labels: Labels, found: Reach, asked: Sequence[str]) -> Ints:
    """Return as bits which of what names have to begin with is kept by each thing that is asked for any."""
    asking = sum(
        1 << code + SHIFT
        for code, licence in enumerate(labels.licences)
        if any(naming(licence, via) for via in CHANNELS)
    )
    asks = np.array([any(bits & asking for bits in sets) for sets in found.sets])
    nodes = np.flatnonzero(asks[found.of])
    kept = np.zeros(supply.n, dtype=np.int64)
    names = pl.Series(supply.graph.ids.to_arrow().take(pa.array(nodes)), dtype=pl.String)
    for place, begins in enumerate(asked):
        kept[nodes] |= keep_name(names, begins).astype(np.int64) << place
    return kept


def keep_name(names: pl.Series, begins: str) -> Flags:
    """Return which ids keep a name, as `begat.consequence.conflict.keeps_name` does for each."""
    last = names.str.extract(r"([^/]*)$").str.to_lowercase().str.replace_all("[^a-z0-9]+", "")
    wanted = re.sub("[^a-z0-9]+", "", begins.lower())
    kept: Flags = last.str.strip_prefix("meta").str.starts_with(wanted).to_numpy()
    return kept


@dataclass(frozen=True)
class _Rules:
    """The rules, asked of a combination."""

    labels: Labels
    asked: Sequence[str]

    def hits(self, code: int, sets: Sets, *, kept: int) -> tuple[Hit, ...]:
        """Return what doesn't fit, gravest first."""
        found = [*self._pairs(code, sets), *self._names(sets, kept), *self._clashes(sets)]
        return tuple(sorted(found, key=lambda hit: KINDS.index(hit.finding.kind)))

    def _known(self, bits: int) -> Iterator[tuple[int, str]]:
        for code in licences_in(bits):
            if 0 <= code < len(self.labels.licences):
                yield code, self.labels.licences[code]

    def _pairs(self, code: int, sets: Sets) -> Iterator[Hit]:
        own = self.labels.licences[code] if code >= 0 else None
        last = len(self.labels.licences)
        for channel, bits in zip(CHANNELS, sets, strict=True):
            for source in licences_in(bits & (1 << last + SHIFT) - 1):
                theirs = self.labels.licences[source] if source >= 0 else None
                for finding in findings(own, theirs, channel, why=UNKNOWN_WHY.get(code)):
                    yield Hit(source, channel, finding)

    def _names(self, sets: Sets, kept: int) -> Iterator[Hit]:
        for channel, bits in zip(CHANNELS, sets, strict=True):
            for code, licence in self._known(bits):
                asked = naming(licence, channel)
                if asked and not kept >> self.asked.index(asked[0]) & 1:
                    yield Hit(code, channel, asked[1])

    def _clashes(self, sets: Sets) -> Iterator[Hit]:
        for (code, one), (other, two) in combinations(self._known(sets[0]), 2):
            if finding := clash(one, two):
                yield Hit(code, CHANNELS[0], finding, other)
