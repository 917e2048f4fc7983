"""All that does not fit in what one thing inherits: the rules of `conflict` over its sources.

A finding aid, not legal advice.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from begat.consequence.conflict import KINDS, SEVERITIES, Finding, clash, findings, keeps_name, naming
from begat.consequence.inherit import Inherited, Source, Way, channel_of, source_of
from begat.consequence.labels import Labels
from begat.consequence.supply import Supply

__all__ = ["Cause", "Conflict", "conflicts", "first_unfit"]

UNLABELLED = ("licence-missing", "licence-unnamed")


class Cause(NamedTuple):
    """A source, and the way by which it makes something not fit."""

    source: Source
    way: Way


class Conflict(NamedTuple):
    """That something doesn't fit, and because of what.

    Attributes
    ----------
    finding : Finding
        What, how gravely, and why.
    causes : tuple of Cause
        The sources under one licence that cause it, nearest first. Of ``share-alike-clash`` one of each of
        two licences.
    """

    finding: Finding
    causes: tuple[Cause, ...]


def conflicts(found: Inherited, name: str) -> list[Conflict]:
    """Return what doesn't fit in what a thing inherits, gravest first.

    Sources under the same licence that cause the same are one conflict; that no licence is stated is one,
    whatever the sources.

    Parameters
    ----------
    found : Inherited
        What it inherits.
    name : str
        Its id.
    """
    grouped: dict[tuple[Finding, str | None], list[Cause]] = {}
    for cause in (Cause(source, way) for source in found.sources[1:] for way in source.ways):
        for finding in _found(found.own, name, cause):
            licence = None if finding.kind in UNLABELLED else cause.source.licence
            grouped.setdefault((finding, licence), []).append(cause)
    told = [Conflict(finding, tuple(causes)) for (finding, _), causes in grouped.items()]
    return list(_gravest([*told, *_clashes(found)]))


def first_unfit(supply: Supply, labels: Labels, finding: Finding, cause: Cause) -> int:
    """Return the thing nearest to a source, on the way from it, that doesn't fit for the same reason.

    Its page is the one that causes a conflict: what was made from it only took its label.
    """
    graph, edges = supply.graph, cause.way.edges
    for place in reversed(range(len(edges))):
        node = int(graph.child[edges[place]])
        own = source_of(supply, labels, node)
        way = cause.way._replace(channel=channel_of(supply, edges[place:]))
        if finding.kind in {other.kind for other in _found(own, graph.ids[node], Cause(cause.source, way))}:
            return node
    return int(graph.child[edges[0]])


def _found(own: Source, name: str, cause: Cause) -> Iterator[Finding]:
    licence, channel = cause.source.licence, cause.way.channel
    yield from findings(own.licence, licence, channel, why=own.why)
    asked = naming(licence, channel)
    if asked and not keeps_name(name, asked[0]):
        yield asked[1]


def _clashes(found: Inherited) -> Iterator[Conflict]:
    """Yield the pairs of licences of sources, the nearest of each, that don't go together."""
    nearest: dict[str, Cause] = {}
    for source in found.sources[1:]:
        if source.settled and source.licence is not None:
            nearest.setdefault(source.licence, Cause(source, source.ways[0]))
    for one, other in combinations(sorted(nearest), 2):
        if finding := clash(one, other):
            yield Conflict(finding, (nearest[one], nearest[other]))


def _gravest(told: Iterable[Conflict]) -> Iterator[Conflict]:
    """Yield the gravest first, and of those that only say that a thing has no licence no more than one."""
    seen: set[str] = set()
    for conflict in sorted(told, key=_gravity):
        kind = conflict.finding.kind
        if kind not in UNLABELLED or kind not in seen:
            yield conflict
        seen.add(kind)


def _gravity(conflict: Conflict) -> tuple[int, int, int]:
    finding, causes = conflict
    steps = min(len(cause.way.edges) for cause in causes)
    return SEVERITIES.index(finding.severity), KINDS.index(finding.kind), steps
