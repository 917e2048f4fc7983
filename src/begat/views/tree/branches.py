"""A model's own children by relation, each with what is listed below it: one step down, in exact totals.

Every model of the family belongs to the branch of the child under which it is listed, so the branches
share no model and their derivatives add up to those of the root (`begat.views.tree`).
"""

from typing import NamedTuple

import numpy as np

from begat.graph import RELATIONS, Graph
from begat.graph.arrays import Edges, Ints
from begat.views.tree.facts import UNKNOWN, Facts
from begat.views.tree.family import Family, family

__all__ = ["RELEASES", "Branch", "Branches", "Child", "branches"]

RELEASES = "release"
"""Relation of a branch of models of the root's own house, whatever they were derived by."""


class Child(NamedTuple):
    """A model made directly from the root.

    Attributes
    ----------
    node : int
        Node of the graph.
    relation : str
        How it was derived from the root.
    here : int
        Derivatives listed below it, itself left out.
    """

    node: int
    relation: str
    here: int


class Branch(NamedTuple):
    """The children of one relation with all that is listed below them.

    Attributes
    ----------
    relation : str
        One of `RELATIONS`, or `RELEASES`.
    members : int
        Children in it.
    here : int
        Derivatives: those of its members that are any, and those listed below.
    accounts : int
        Distinct known accounts of exactly these derivatives.
    top : list of Child
        Its first members by derivatives below, then downloads, then id.
    licences : dict
        Derivatives by position of their licence in the facts, `UNKNOWN` for none known.
    """

    relation: str
    members: int
    here: int
    accounts: int
    top: list[Child]
    licences: dict[int, int]


class Branches(NamedTuple):
    """What was made from a model.

    Attributes
    ----------
    all : list of Branch
        Releases first, then by relation in the fixed order.
    derivatives, accounts : int
        Of all branches; `derivatives` is the sum of theirs, `accounts` is not.
    generations : list of int
        Derivatives that are the first, second, ... derivative on the way down to them.
    licences : dict
        The same of all of them.
    """

    all: list[Branch]
    derivatives: int
    accounts: int
    generations: list[int]
    licences: dict[int, int]


def branches(graph: Graph, facts: Facts, root: int, *, most: int) -> Branches:
    """Divide the descendants of a model among its children.

    Parameters
    ----------
    graph, facts
        The derivation graph and its columns.
    root : int
        Node number.
    most : int
        Most children to name in all; each branch names one at least, and one that would be left alone.

    Notes
    -----
    O(n + m + k log k) for k models in the family, without recursion.
    """
    members = family(graph, root)
    group = _groups(members)
    children = np.flatnonzero(members.depth == 1)
    total = members.below(members.counted)
    below = total - members.counted
    own = facts.downloads_30d[members.node]
    order = children[np.lexsort((members.node[children], -own[children], -below[children], -total[children]))]
    named = _named(group[order], most)
    account = np.where(members.counted, graph.account[members.node], UNKNOWN)
    licence = facts.licence[members.node[members.counted]]
    found = []
    for code in _codes(group[children]):
        inside = order[group[order] == code]
        top = inside[: np.count_nonzero(named[group[order] == code])]
        found.append(
            Branch(
                relation=RELEASES if code < 0 else RELATIONS[code],
                members=len(inside),
                here=int(np.count_nonzero(members.counted & (group == code))),
                accounts=_distinct(account[group == code]),
                top=[_child(members, below, place) for place in top.tolist()],
                licences=_counts(licence[group[members.counted] == code]),
            )
        )
    steps = np.bincount(members.steps(members.counted)[members.counted])[1:]
    return Branches(
        all=found,
        derivatives=int(np.count_nonzero(members.counted)),
        accounts=_distinct(account),
        generations=steps.tolist(),
        licences=_counts(licence),
    )


def _counts(codes: Edges) -> dict[int, int]:
    """Return how often each code occurs."""
    found, count = np.unique(codes, return_counts=True)
    return dict(zip(found.tolist(), count.tolist(), strict=True))


def _child(members: Family, below: Ints, place: int) -> Child:
    return Child(int(members.node[place]), RELATIONS[members.relation[place]], int(below[place]))


def _groups(members: Family) -> Ints:
    """Return the branch of each member: the relation of the child of the root above it, -1 of releases.

    The root's own is -2.
    """
    group = np.where(members.release, -1, members.relation.astype(np.int64))
    group[0] = -2
    for level in members.levels[1:]:
        group[level] = group[members.home[level]]
    return group


def _codes(group: Ints) -> list[int]:
    return sorted(set(group.tolist()))


def _named(group: Ints, most: int) -> np.ndarray:
    """Mark which of the children, in their order, are named."""
    named = np.zeros(len(group), dtype=bool)
    named[np.unique(group, return_index=True)[1]] = True
    rest = np.flatnonzero(~named)
    named[rest[: max(most - np.count_nonzero(named), 0)]] = True
    for code in _codes(group):
        left = np.flatnonzero((group == code) & ~named)
        if len(left) == 1:
            named[left] = True
    return named


def _distinct(account: np.ndarray) -> int:
    return len(np.unique(account[account != UNKNOWN]))
