"""The tree of a house or family: a root that is no model, above the models that all others are made from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from begat.graph import RELATIONS, Graph, Ids, reachable
from begat.graph.arrays import Ints
from begat.graph.order import components
from begat.views.tree.facts import UNKNOWN, Facts

__all__ = ["House", "Rooted", "bases", "rooted"]

FAMILY = "family:"
RELATION = RELATIONS.index("undetermined")
"""Of the edges to what is no model; nothing shows or counts it."""


@dataclass(frozen=True)
class House:
    """Whose tree it is.

    Attributes
    ----------
    id : str
        What its row is called: no model's id.
    kind : str
        "house", or "family" of a family of models.
    institution, account : int
        Codes of the house in the graph, `UNKNOWN` where there is none.
    own : array of int64
        Its models, whatever account they are of.
    bases : array of int64
        Those of them that the rows below it begin with; see the function of that name.
    families : sequence of str or None
        The family that a source states for each of them.
    """

    id: str
    kind: str
    institution: int
    account: int
    own: Ints
    bases: Ints
    families: Sequence[str | None]


class Rooted(NamedTuple):
    """The part of a graph that a house has led to, below a node for the house.

    Attributes
    ----------
    graph, facts
        The models of the house's tree with their parents, and one node for the house and for each family.
    root : int
        Node of the house.
    """

    graph: Graph
    facts: Facts
    root: int


def bases(graph: Graph, members: Ints) -> Ints:
    """Return the models among some, sorted, that none of the others led to, by any way.

    Of a cycle that nothing else leads to, all its models.
    """
    first = np.setdiff1d(members, reachable(graph, members, up=False), assume_unique=True)
    left = np.setdiff1d(members, np.union1d(first, reachable(graph, first, up=False)))
    return np.union1d(first, _heads(graph, members, left)) if len(left) else first


def _heads(graph: Graph, members: Ints, left: Ints) -> Ints:
    """Return of models that only cycles of members lead to those that no other cycle leads to."""
    cycle = components(graph)
    above = [np.intersect1d(reachable(graph, np.array([node]), up=True), members) for node in left]
    alone = [bool((cycle[nodes] == cycle[node]).all()) for node, nodes in zip(left, above, strict=True)]
    return left[alone]


def rooted(graph: Graph, facts: Facts, house: House) -> Rooted:
    """Put a node for a house above its bases, with one between for each family of several of them.

    The node of the house and of a family is of the house, has no figures, and is in `Facts.gathers`.
    O(k log k) for k models in the tree.
    """
    below = np.union1d(house.bases, reachable(graph, house.bases, up=False))
    nodes = np.union1d(below, graph.parent[graph.to_parents(below)]).astype(np.int64)
    sizes = Counter(name for name in house.families if name is not None)
    families = sorted(name for name, count in sizes.items() if count > 1)
    made_up = [house.id, *(FAMILY + name for name in families)] if house.kind == "house" else [house.id]
    names = [*graph.ids.take(nodes), *made_up]
    order = np.array(sorted(range(len(names)), key=lambda place: names[place].encode()))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    of = np.concatenate((nodes, np.full(len(made_up), UNKNOWN)))[order]
    virtual = place[len(nodes) :]
    above = _above(house, dict(zip(made_up, virtual.tolist(), strict=True)))
    kinds = dict.fromkeys(virtual.tolist(), "family") | {int(virtual[0]): house.kind}
    return Rooted(
        _graph(graph, house, of, Ids.of([names[at] for at in order.tolist()]), virtual, above),
        _facts(facts, of, kinds),
        int(virtual[0]),
    )


def _above(house: House, made_up: dict[str, int]) -> Ints:
    """Return the node that each base is put below."""
    root = made_up[house.id]
    return np.array([made_up.get(FAMILY + (name or ""), root) for name in house.families], dtype=np.int64)


def _graph(graph: Graph, house: House, of: Ints, ids: Ids, virtual: Ints, above: Ints) -> Graph:
    """Return the part of the graph under new numbers, with edges to the nodes that are no models."""
    place = np.full(graph.n, UNKNOWN, dtype=np.int32)
    place[of[of >= 0]] = np.flatnonzero(of >= 0)
    edges = graph.to_parents(of[of >= 0])
    edges = edges[place[graph.parent[edges]] >= 0]
    child = np.concatenate((virtual[1:], place[house.bases], place[graph.child[edges]]))
    parent = np.concatenate((np.full(len(virtual) - 1, virtual[0]), above, place[graph.parent[edges]]))
    added = len(child) - len(edges)
    order = np.lexsort((np.arange(len(child)), child))
    account, institution = np.append(graph.account, UNKNOWN)[of], np.append(graph.institution, UNKNOWN)[of]
    own = np.concatenate((virtual, place[house.own]))
    if house.institution >= 0:
        institution[own] = house.institution
    account[own if house.institution < 0 else virtual] = house.account
    twin = np.append(graph.twin, UNKNOWN)[of]
    twin = np.where(twin >= 0, place[twin], UNKNOWN)
    return replace(
        graph,
        ids=ids,
        child=child[order].astype(np.int32),
        parent=parent[order].astype(np.int32),
        relation=np.append(np.full(added, RELATION, dtype=np.int8), graph.relation[edges])[order],
        share=np.append(np.ones(added), graph.share[edges])[order],
        account=account,
        institution=institution,
        twin=np.where(twin >= 0, twin, np.arange(len(of))).astype(np.int32),
    )


def _facts(facts: Facts, of: Ints, gathers: dict[int, str]) -> Facts:
    return replace(
        facts,
        downloads_30d=np.append(facts.downloads_30d, UNKNOWN)[of],
        licence=np.append(facts.licence, np.int32(UNKNOWN))[of],
        country=np.append(facts.country, np.int32(UNKNOWN))[of],
        listed=np.append(facts.listed, True)[of],
        unresolved=np.append(facts.unresolved, np.int32(0))[of],
        gathers=gathers,
        origin=of,
    )
