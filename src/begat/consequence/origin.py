"""Where what doesn't fit begins, and whether who made the thing made its sources too.

A finding is *inherited* if whatever brought its cause into a thing had the finding already: then another
page is the one to change first. A name is inherited as well from a source that lacks what its own licence
asks for, whatever that was made from. Who licenses his own work anew drops no terms, and from outside the
two look alike; so a finding says whether thing and sources are of one maker, and stays a finding.
"""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from begat.consequence.conflict import NAMING, UNLABELLED, keeps_name, naming
from begat.consequence.inherit import CHANNELS, channel, inherit
from begat.consequence.labels import Labels
from begat.consequence.supply import EVIDENCE, KINDS, Supply
from begat.consequence.verdict import CLASH, Cause, Conflict, clashes, unfit

__all__ = ["MAKERS", "Origins", "same_maker"]

MAKERS = ("account", "institution")
"""By what two things are of one maker: one account, or accounts of one institution and its parts."""

KEPT = 4096
"""Things of which is kept what they bring; a few hundred bytes each."""


class _Brings(NamedTuple):
    """What a thing brings to what is made from it, beside its own licence.

    Attributes
    ----------
    terms : frozenset of (str, str)
        The licences of its sources, as far as known, and the channel of each.
    unfit : frozenset of (str, str, str)
        Kind of what doesn't fit in it, licence and channel of the source.
    clashing : frozenset of frozenset of str
        Pairs of licences of its sources that don't go together.
    """

    terms: frozenset[tuple[str, str]]
    unfit: frozenset[tuple[str, str, str]]
    clashing: frozenset[frozenset[str]]


class Origins:
    """Where findings begin, of things of one supply; what was looked at is kept.

    Parameters
    ----------
    supply : Supply
        What went into what.
    labels : Labels
        The licences of its nodes.
    evidence : str
        The weakest of `EVIDENCE` to follow.
    """

    def __init__(self, supply: Supply, labels: Labels, *, evidence: str = "reported") -> None:
        self.supply, self.labels, self.evidence = supply, labels, evidence
        self._brings = lru_cache(maxsize=KEPT)(self._brought)

    def since(self, node: int, conflict: Conflict) -> int:
        """Return the thing with which a finding of a thing begins: itself, unless it is inherited.

        That a thing states no licence is its own doing, whatever its sources state.

        Notes
        -----
        One look at what each direct source inherits, for each step up to where the finding begins. On a cycle
        it may begin nowhere; then it is the thing's own.
        """
        finding, causes = conflict
        if finding.kind in UNLABELLED:
            return node
        licences = {licence for cause in causes if (licence := cause.source.licence) is not None}
        path = (int(self.supply.graph.child[edge]) for edge in causes[0].way.edges)
        nearest = causes[0].source.node
        last = nearest if finding.kind == NAMING and lacks_name(self.supply, self.labels, nearest) else node
        return next((at for at in path if self.begins(at, finding.kind, licences)), last)

    def begins(self, node: int, kind: str, licences: Collection[str]) -> bool:
        """Return whether a finding of a thing, because of some licences, isn't inherited.

        It begins here if it came by a direct source under such a licence, or by one that brought the terms
        and had no such finding itself. A direct source that lacks the name its own licence asks for had it.
        """
        pair = frozenset(licences)
        wanted = {
            (licence, via)
            for found, licence, via in self._brings(node).unfit
            if found == kind and licence in licences
        }
        if kind == CLASH:
            wanted = {(licence, CHANNELS[0]) for licence in licences}
        for source, step in self._direct(node):
            itself = (self.labels.licence(source), step) in wanted
            if itself and not (kind == NAMING and lacks_name(self.supply, self.labels, source)):
                return True
            brings = self._brings(source)
            for licence, via in brings.terms:
                had = pair in brings.clashing if kind == CLASH else (kind, licence, via) in brings.unfit
                if not had and (licence, _weaker(step, via)) in wanted:
                    return True
        return False

    def _direct(self, node: int) -> Iterator[tuple[int, str]]:
        graph, level = self.supply.graph, EVIDENCE.index(self.evidence)
        for edge in self.supply.into(node):
            if self.supply.evidence[edge] <= level:
                yield int(graph.parent[edge]), channel(KINDS[graph.relation[edge]])

    def _brought(self, node: int) -> _Brings:
        found = inherit(self.supply, self.labels, node, evidence=self.evidence)
        name = self.supply.graph.ids[node]
        causes = [Cause(source, way) for source in found.sources[1:] for way in source.ways]
        known = [(cause, licence) for cause in causes if (licence := cause.source.licence) is not None]
        return _Brings(
            frozenset((licence, cause.way.channel) for cause, licence in known),
            frozenset(
                (finding.kind, licence, cause.way.channel)
                for cause, licence in known
                for finding in unfit(found.own, name, cause)
            ),
            frozenset(
                frozenset(str(cause.source.licence) for cause in clash.causes) for clash in clashes(found)
            ),
        )


def lacks_name(supply: Supply, labels: Labels, node: int) -> bool:
    """Return whether the licence of a thing asks for a name that the thing itself lacks."""
    asked = naming(labels.licence(node), CHANNELS[0])
    return asked is not None and not keeps_name(supply.graph.ids[node], asked[0])


def same_maker(supply: Supply, node: int, conflict: Conflict) -> str | None:
    """Return by what a thing and all sources of a finding are of one maker, of `MAKERS`.

    None where they aren't, and where it is not known who made one of them. None as well for a thing that
    states no licence, which no right of its maker explains, and for a clash, which names two sources of all.
    """
    if conflict.finding.kind in (*UNLABELLED, CLASH):
        return None
    graph, sources = supply.graph, [cause.source.node for cause in conflict.causes]
    account = int(graph.account[node])
    if account >= 0 and all(graph.account[source] == account for source in sources):
        return MAKERS[0]
    makers = {house(supply, each) for each in (node, *sources)}
    return MAKERS[1] if len(makers) == 1 and None not in makers else None


def house(supply: Supply, node: int) -> tuple[str, int] | None:
    """Return who made a thing: the whole of its institution, else its account, None if neither is known."""
    institution, account = int(supply.graph.institution[node]), int(supply.graph.account[node])
    if institution >= 0:
        return MAKERS[1], int(supply.whole[institution])
    return (MAKERS[0], account) if account >= 0 else None


def _weaker(one: str, other: str) -> str:
    return max(one, other, key=CHANNELS.index)
