"""Which findings are inherited, and which are of one maker with their sources, for many things at once.

The same as `origin` says of each. What is inherited is asked once for each distinct pair of what a thing and
a direct source have; who made the sources, of the few things of which no direct source rules it out.
"""

from typing import NamedTuple

import numpy as np

from begat.consequence.conflict import KINDS, NAMING, UNLABELLED, naming
from begat.consequence.inherit import CHANNEL_OF, CHANNELS, inherit
from begat.consequence.labels import Labels
from begat.consequence.origin import Origins, lacks_name, same_maker
from begat.consequence.supply import Supply
from begat.consequence.sweep import Hit, Sweep, licences_in
from begat.consequence.verdict import CLASH, conflicts
from begat.graph.arrays import Edges, Flags, Ints

__all__ = ["Traced", "traced"]


class Traced(NamedTuple):
    """Of some things and each of `KINDS`, what is so of all their findings of the kind; shape (k, kinds).

    Attributes
    ----------
    inherited : array of bool
        They begin at what went into the thing.
    same_maker : array of bool
        The thing and all sources that cause them are of one maker.
    """

    inherited: Flags
    same_maker: Flags


def traced(swept: Sweep, supply: Supply, labels: Labels, nodes: Ints) -> Traced:
    """Return where the findings of some nodes begin, and whose their sources are.

    Parameters
    ----------
    swept : Sweep
        What doesn't fit, of `supply` and `labels`.
    nodes : array of int64
        Sorted.

    Notes
    -----
    O(m log m), and a step in Python for each distinct pair of combinations of a thing and a direct source.
    What lies on a cycle, or has a direct source that does, is looked at by itself.
    """
    bound = np.array([kind not in UNLABELLED for kind in KINDS])
    having: Flags = (swept.grade > 0)[swept.of[nodes]] & bound
    some = np.flatnonzero(having.any(axis=1))
    edges = _into(swept, nodes[some])
    begins, others = np.zeros((2, len(nodes), len(KINDS)), dtype=bool)
    begins[some], others[some] = _from_direct(swept, supply, labels, nodes[some], edges)
    for place in some[_circular(swept, nodes[some], edges)].tolist():
        begins[place] = _begun(swept, supply, labels, int(nodes[place]))
    same = np.zeros_like(having)
    theirs = _Theirs(supply, labels)
    left = having & ~others & np.array([kind != CLASH for kind in KINDS])
    for place in np.flatnonzero(left.any(axis=1)).tolist():
        node = int(nodes[place])
        hits = [hit for hit in swept.hits[swept.of[node]] if left[place, KINDS.index(hit.finding.kind)]]
        if any(theirs.have(node, hit) for hit in hits):
            same[place] = _of_one_maker(swept, supply, labels, node)
    return Traced(having & ~begins, same)


def _into(swept: Sweep, nodes: Ints) -> Ints:
    """Return the edges into some nodes."""
    child = swept.reach.graph.child
    mine = np.zeros(swept.reach.graph.n, dtype=bool)
    mine[nodes] = True
    return np.flatnonzero(mine[child])


def _from_direct(
    swept: Sweep, supply: Supply, labels: Labels, nodes: Ints, edges: Ints
) -> tuple[Flags, Flags]:
    """Return which kinds begin at each node, and of which a direct source of another maker is a cause."""
    graph = swept.reach.graph
    child, parent = graph.child[edges], graph.parent[edges]
    via = CHANNEL_OF[graph.relation[edges]]
    parts = swept.of[child], swept.of[parent], swept.reach.of[parent], via, _lacking(supply, labels, parent)
    shape = (len(swept.hits), len(swept.hits), len(swept.reach.sets), len(CHANNELS), 2)
    distinct, place = np.unique(np.ravel_multi_index(parts, shape), return_inverse=True)
    pairs = zip(*(part.tolist() for part in np.unravel_index(distinct, shape)), strict=True)
    asked = [_asked(swept, labels, *pair) for pair in pairs]
    begins, itself = np.array(asked, dtype=bool).reshape(-1, 2, len(KINDS)).transpose(1, 0, 2)
    foreign = _differ(graph.account, child, parent) & _differ(_houses(supply), child, parent)
    return (
        _any(begins[place], child, nodes),
        _any(itself[place] & foreign[:, None], child, nodes),
    )


def _asked(
    swept: Sweep, labels: Labels, mine: int, theirs: int, sets: int, via: int, lacking: int
) -> tuple[list[bool], list[bool]]:
    """Return the kinds that begin by a link between two combinations, and those that the source causes."""
    had, own = set(swept.hits[theirs]), int(swept.own[theirs])
    terms = [
        (code, place)
        for place, bits in enumerate(swept.reach.sets[sets])
        for code in licences_in(bits)
        if 0 <= code < len(labels.licences)
    ]
    begins, itself = set(), set()
    for hit in swept.hits[mine]:
        if CHANNELS[via] == hit.channel and own in (hit.source, hit.other):
            itself.add(hit.finding.kind)
            if not (lacking and hit.finding.kind == NAMING):
                begins.add(hit.finding.kind)
        if any(_brings(hit, had, code, place, via) for code, place in terms):
            begins.add(hit.finding.kind)
    return [kind in begins for kind in KINDS], [kind in itself for kind in KINDS]


def _lacking(supply: Supply, labels: Labels, parent: Edges) -> Ints:
    """Return 1 for each that lacks the name its own licence asks for, else 0."""
    asking = np.array([naming(licence, CHANNELS[0]) is not None for licence in labels.licences], dtype=bool)
    code = labels.code[parent]
    some = np.flatnonzero((code >= 0) & np.append(asking, False)[code])
    distinct, place = np.unique(parent[some], return_inverse=True)
    found = np.zeros(len(parent), dtype=np.int64)
    found[some] = np.array([lacks_name(supply, labels, node) for node in distinct.tolist()], dtype=int)[place]
    return found


def _brings(hit: Hit, had: set[Hit], code: int, place: int, via: int) -> bool:
    """Return whether something brings the cause of a finding, and had no such finding because of it."""
    if code not in (hit.source, hit.other) or CHANNELS[max(place, via)] != hit.channel:
        return False
    if hit.finding.kind == CLASH:
        return hit not in had
    return all(
        (code, CHANNELS[place], hit.finding.kind) != (one.source, one.channel, one.finding.kind)
        for one in had
    )


def _any(flags: Flags, child: Edges, nodes: Ints) -> Flags:
    """Return of each node whether a flag holds of any of its edges; both are sorted by node."""
    found = np.zeros((len(nodes), flags.shape[1]), dtype=bool)
    np.logical_or.at(found, np.searchsorted(nodes, child), flags)
    return found


def _circular(swept: Sweep, nodes: Ints, edges: Ints) -> Flags:
    """Which nodes lie on a cycle, or have a direct source that does."""
    graph, circular = swept.reach.graph, swept.reach.circular
    below = graph.child[edges[np.isin(graph.parent[edges], circular)]]
    return np.isin(nodes, np.concatenate((circular, below)))


class _Theirs:
    """Under which licences each maker has something that went into something else."""

    def __init__(self, supply: Supply, labels: Labels) -> None:
        parents = np.unique(supply.graph.parent)
        code = labels.code[parents].tolist()
        self.makers: tuple[Ints | Edges, ...] = (supply.graph.account, _houses(supply))
        self.pairs = [set(zip(maker[parents].tolist(), code, strict=True)) for maker in self.makers]

    def have(self, node: int, hit: Hit) -> bool:
        """Return whether the maker of a node has one that may cause a finding."""
        return any(
            maker[node] >= 0 and (int(maker[node]), hit.source) in pairs
            for maker, pairs in zip(self.makers, self.pairs, strict=True)
        )


def _differ(makers: Ints | Edges, child: Edges, parent: Edges) -> Flags:
    """Return of which links the ends are not known to be of one maker."""
    found: Flags = (makers[child] != makers[parent]) | (makers[child] < 0)
    return found


def _houses(supply: Supply) -> Ints:
    """Return a number of who made each thing, negative where it is not known; as `origin.house` tells."""
    graph = supply.graph
    account = np.where(graph.account >= 0, graph.account.astype(np.int64) + len(supply.whole), -1)
    whole = np.append(supply.whole, np.int32(-1))[graph.institution]
    found: Ints = np.where(whole >= 0, whole, account)
    return found


def _begun(swept: Sweep, supply: Supply, labels: Labels, node: int) -> list[bool]:
    origins = Origins(supply, labels, evidence=swept.evidence)
    found = inherit(supply, labels, node, evidence=swept.evidence)
    begun = {
        conflict.finding.kind
        for conflict in conflicts(found, supply.graph.ids[node])
        if origins.since(node, conflict) == node
    }
    return [kind in begun for kind in KINDS]


def _of_one_maker(swept: Sweep, supply: Supply, labels: Labels, node: int) -> list[bool]:
    found = conflicts(inherit(supply, labels, node, evidence=swept.evidence), supply.graph.ids[node])
    told = {conflict.finding.kind for conflict in found}
    others = {conflict.finding.kind for conflict in found if same_maker(supply, node, conflict) is None}
    return [kind in told - others for kind in KINDS]
