"""All that does not fit in what one thing inherits: the rules of `conflict` over its sources.

A finding aid, not legal advice.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from begat.consequence.conflict import (
    KINDS,
    SEVERITIES,
    UNLABELLED,
    Finding,
    clash,
    findings,
    keeps_name,
    naming,
)
from begat.consequence.inherit import Inherited, Source, Way

__all__ = ["CLASH", "Cause", "Conflict", "clashes", "conflicts", "unfit"]

CLASH = "share-alike-clash"
"""What doesn't fit between two sources."""


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
        for finding in unfit(found.own, name, cause):
            licence = None if finding.kind in UNLABELLED else cause.source.licence
            grouped.setdefault((finding, licence), []).append(cause)
    told = [Conflict(finding, tuple(causes)) for (finding, _), causes in grouped.items()]
    return list(_gravest([*told, *clashes(found)]))


def unfit(own: Source, name: str, cause: Cause) -> Iterator[Finding]:
    """Yield what doesn't fit between a thing, its name, and one source."""
    licence, channel = cause.source.licence, cause.way.channel
    yield from findings(own.licence, licence, channel, why=own.why)
    asked = naming(licence, channel)
    if asked and not keeps_name(name, asked[0]):
        yield asked[1]


def clashes(found: Inherited) -> Iterator[Conflict]:
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
