"""The budgeted tree: what every view shows of a model's descendants, and the totals of the rest.

A tree of 150,000 models is never drawn. The `budget` models with the most derivatives are shown, each
under its home; all others are folded into rows that carry exact totals.

What is counted
---------------
A *release* is a model of the root's own house. A *derivative* is any other descendant that is no copy;
only derivatives are counted. Every row stands for a set of derivatives, and all its figures are of
that set: of a model, those listed below it, itself left out; of a group or a fold, its members and
those listed below them.

- here(v) = sum over the child rows of v, where a model row stands for w + here (w = 1 for a
  derivative, 0 for a release or copy) and a group or folded row for its here;
- here(group) = the same sum over its rows; a model or group without child rows is closed;
- here(root) = the number of derivatives.

`accounts` and `descendants` don't add up over siblings; `here` does.

How it is done
--------------
The family is laid out in one order in which the rows of a model, a group or a fold stand together, so
that every row is an interval and every figure a difference of two running sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from begat.errors import InputError, UnknownName
from begat.graph import RELATIONS, Graph, reachable
from begat.graph.arrays import Ints
from begat.views.tree.facts import UNKNOWN, Facts
from begat.views.tree.family import Family, Flags, family
from begat.views.tree.fold import NO_GROUP, RELEASE_GROUP, Folding, Span, fold

__all__ = ["GROUPINGS", "Head", "Row", "Tree", "budgeted_tree", "opening"]

GROUPINGS = ("relation", "account", "institution", "country", "licence")


class Row(NamedTuple):
    """A row of the tree, in the order of display; `depth` is its indentation.

    Attributes
    ----------
    id : str
        The model; of a group or fold, the model whose children it gathers.
    kind : str
        "model", "release", "group" or "folded".
    depth : int
        Level of the row below the root's row, groups counted.
    relation : str, optional
        How a model was derived from its home; of a group or fold, what all its members share.
    members : int
        Direct children listed below a model; models gathered by a group or fold.
    here : int
        Derivatives listed below; of a group or fold, its members counted.
    descendants, elsewhere : int, optional
        Distinct derivatives of a model wherever they are listed, and how many of them are not `here`.
    accounts : int
        Distinct accounts among the derivatives of `here`.
    downloads : int, optional
        The model's own downloads in 30 days, None where unknown.
    downloads_below : int, optional
        Sum over the derivatives of `here` whose figure is known; None if none is.
    downloads_unknown : int
        How many of them have no figure: with any, `downloads_below` is "at least".
    by_relation : dict
        The derivatives of `here` by the relation to their own home; they sum to it.
    licence : str, optional
        The model's own.
    licence_changed : bool
        Whether it is known to differ from that of the model it is listed under.
    parents : tuple of str
        All parents of a model, in the order of its card.
    group : str, optional
        What the members of a group share: an account, an institution's id, a country ...
    listed : bool
        False for a model known only as the parent that another one names.
    """

    id: str
    kind: str
    depth: int
    relation: str | None
    members: int
    here: int
    descendants: int | None
    elsewhere: int | None
    accounts: int
    downloads: int | None
    downloads_below: int | None
    downloads_unknown: int
    by_relation: dict[str, int]
    licence: str | None
    licence_changed: bool
    parents: tuple[str, ...]
    group: str | None
    listed: bool


class Head(NamedTuple):
    """Totals of a tree and what its figures are.

    Attributes
    ----------
    root : str
        Id of the root.
    house : str, optional
        Who put it out: the name of its institution, or its account where that is unknown.
    group_by : str
        One of `GROUPINGS`.
    budget, shown, folded : int
        Models allowed and shown, the root included, and models folded.
    models : int
        Distinct descendants, = derivatives + releases + copies.
    derivatives, releases, copies : int
        What they are.
    accounts, institutions : int
        Distinct known accounts and institutions among the derivatives.
    generations : int
        Most derivatives on a way down from the root.
    by_relation : dict
        Derivatives by relation to their home.
    licence_changed : int
        Derivatives whose licence is known to differ from that of the model they are listed under.
    merged : int
        Models with several parents.
    named_only : int
        Models known only because another one names them as its parent.
    unresolved : int
        Models that also name a parent that could not be told.
    downloads_source, downloads_on
        Source and date of all downloads.
    """

    root: str
    house: str | None
    group_by: str
    budget: int
    shown: int
    folded: int
    models: int
    derivatives: int
    releases: int
    copies: int
    accounts: int
    institutions: int
    generations: int
    by_relation: dict[str, int]
    licence_changed: int
    merged: int
    named_only: int
    unresolved: int
    downloads_source: str | None
    downloads_on: date | None


class Tree(NamedTuple):
    """Totals and rows."""

    head: Head
    rows: list[Row]


def budgeted_tree(
    graph: Graph, facts: Facts, root: int, *, budget: int = 300, group_by: str = "relation"
) -> Tree:
    """Choose, fold and count the descendants of a model.

    Shown are the models with the greatest w + here, the shallower one of equals, then the one with
    more downloads, then by id: a model never comes before its home. A fold of one model is replaced
    by that model, within the budget.

    Parameters
    ----------
    graph : Graph
        The derivation graph.
    facts : Facts
        Its columns.
    root : int
        Node number.
    budget : int
        Most models to show, the root included.
    group_by : str
        One of `GROUPINGS`; relations keep their fixed order, other groups go by size.

    Returns
    -------
    Tree
        Totals, and the rows in order of display.

    Raises
    ------
    InputError
        If `budget` is below 1.
    UnknownName
        If `group_by` is none of `GROUPINGS`.

    Notes
    -----
    O(n + m + k log k) for k models in the family, without recursion. `descendants` of a row with
    descendants listed elsewhere is a walk from it.
    """
    if budget < 1:
        raise InputError("a tree shows at least one model", where=f"budget {budget}")
    if group_by not in GROUPINGS:
        raise UnknownName("grouping", group_by, hint=f"Known: {', '.join(GROUPINGS)}.")
    members = family(graph, root)
    codes, labels = _groups(graph, facts, members, group_by)
    own = facts.downloads_30d[members.node]
    folding = fold(members, codes, own, budget=budget, by_size=group_by != "relation")
    figures = _Figures(graph, facts, members, folding)
    rows = [_row(figures, span, group_by, labels) for span in folding.spans]
    return Tree(_head(figures, rows, group_by=group_by, budget=budget), rows)


def opening(rows: Sequence[Row], lines: int = 28) -> frozenset[int]:
    """Return the positions of the rows to open at first: the heaviest path, as far as it fits in `lines`.

    A row that is open shows its child rows; the root is always open.
    """
    children = _children(rows)
    opened, at, left = {0}, 0, lines - 1 - len(children[0])
    while inner := [child for child in children[at] if children[child]]:
        at = max(inner, key=lambda child: (rows[child].here, -child))
        left -= len(children[at])
        if left < 0:
            break
        opened.add(at)
    return frozenset(opened)


def _children(rows: Sequence[Row]) -> list[list[int]]:
    """Return the positions of the child rows of each row."""
    children: list[list[int]] = [[] for _ in rows]
    path: list[int] = []
    for place, row in enumerate(rows):
        del path[row.depth :]
        if path:
            children[path[-1]].append(place)
        path.append(place)
    return children


@dataclass(frozen=True)
class _Figures:
    """Running sums over the order of display: figures of an interval in O(1), accounts in O(length)."""

    graph: Graph
    facts: Facts
    family: Family
    folding: Folding

    @cached_property
    def counted(self) -> Flags:
        """Which places of the order hold a derivative."""
        return self.family.counted[self.folding.order]

    @cached_property
    def relations(self) -> np.ndarray:
        """Derivatives by relation before each place, shape (10, k + 1)."""
        relation = self.family.relation[self.folding.order]
        marks = (relation == np.arange(len(RELATIONS))[:, None]) & self.counted
        return _running(marks)

    @cached_property
    def downloads(self) -> Ints:
        """Sum of the known downloads of derivatives, and how many are unknown, shape (2, k + 1)."""
        own = self.own_downloads[self.folding.order]
        known = self.counted & (own != UNKNOWN)
        return _running(np.stack((np.where(known, own, 0), self.counted & ~known)))

    @cached_property
    def own_downloads(self) -> Ints:
        """Downloads of each member."""
        return self.facts.downloads_30d[self.family.node]

    @cached_property
    def same_account(self) -> Ints:
        """The place before at which a derivative has the same account; k where nothing is counted."""
        account = self.graph.account[self.family.node[self.folding.order]]
        places = np.flatnonzero(self.counted & (account != UNKNOWN))
        by_account = places[np.argsort(account[places], kind="stable")]
        again = account[by_account[1:]] == account[by_account[:-1]]
        before = np.full(len(account), len(account), dtype=np.int64)
        before[by_account[:1]] = -1
        before[by_account[1:]] = np.where(again, by_account[:-1], -1)
        return before

    @cached_property
    def licence_changed(self) -> Flags:
        """Members whose licence is known to differ from that of their home."""
        own = self.facts.licence[self.family.node]
        home = own[self.family.home]
        changed: Flags = (own != home) & (own != UNKNOWN) & (home != UNKNOWN)
        return changed

    @cached_property
    def whole(self) -> Flags:
        """Members all of whose descendants are listed below them, so that here = descendants."""
        low = np.full(len(self.family), len(self.family), dtype=np.int64)
        high = np.full(len(self.family), -1, dtype=np.int64)
        place = self.folding.begin[self.family.child] - 1
        np.minimum.at(low, self.family.parent, place)
        np.maximum.at(high, self.family.parent, place)
        for level in reversed(self.family.levels):
            np.minimum.at(low, self.family.home[level], low[level])
            np.maximum.at(high, self.family.home[level], high[level])
        inside: Flags = (low >= self.folding.begin - 1) & (high < self.folding.end)
        return inside

    @cached_property
    def counted_nodes(self) -> Flags:
        """Which nodes of the graph are derivatives."""
        nodes = np.zeros(self.graph.n, dtype=bool)
        nodes[self.family.node[self.family.counted]] = True
        return nodes

    def by_relation(self, begin: int, end: int) -> dict[str, int]:
        """Return the derivatives of an interval by relation, in the fixed order."""
        counts = (self.relations[:, end] - self.relations[:, begin]).tolist()
        return {name: count for name, count in zip(RELATIONS, counts, strict=True) if count}

    def accounts(self, begin: int, end: int) -> int:
        """Count the distinct accounts of an interval: those that occur in it for the first time."""
        return int(np.count_nonzero(self.same_account[begin:end] < begin))

    def downloads_below(self, begin: int, end: int) -> tuple[int | None, int]:
        """Return the sum of the known downloads of an interval, and how many are unknown."""
        known, unknown = (self.downloads[:, end] - self.downloads[:, begin]).tolist()
        derivatives = sum(self.by_relation(begin, end).values())
        return (None if unknown and unknown == derivatives else known), unknown

    def descendants(self, member: int, here: int) -> int:
        """Count the distinct derivatives below a member, wherever they are listed."""
        if self.whole[member]:
            return here
        node = self.family.node[member]
        below = reachable(self.graph, np.array([node]), up=False)
        return int(np.count_nonzero(self.counted_nodes[below[below != node]]))


def _running(marks: np.ndarray) -> Ints:
    """Return the running sums along the last axis, with a 0 in front."""
    sums = np.zeros((*marks.shape[:-1], marks.shape[-1] + 1), dtype=np.int64)
    np.cumsum(marks, axis=-1, out=sums[..., 1:])
    return sums


def _groups(graph: Graph, facts: Facts, members: Family, group_by: str) -> tuple[Ints, Sequence[str]]:
    """Return the group of each member as a code, the unknown last, and the names of the groups."""
    known: dict[str, tuple[np.ndarray, Sequence[str]]] = {
        "account": (graph.account, graph.account_ids),
        "institution": (graph.institution, graph.institution_ids),
        "country": (facts.country, facts.countries),
        "licence": (facts.licence, facts.licences),
    }
    if group_by == "relation":
        return members.relation.astype(np.int64), RELATIONS
    column, labels = known[group_by]
    codes = column[members.node].astype(np.int64)
    return np.where(codes == UNKNOWN, len(labels), codes), labels


def _row(figures: _Figures, span: Span, group_by: str, labels: Sequence[str]) -> Row:
    """Return a row with its figures."""
    by_relation = figures.by_relation(span.begin, span.end)
    below, unknown = figures.downloads_below(span.begin, span.end)
    group = labels[span.group] if 0 <= span.group < len(labels) else None
    if span.group == RELEASE_GROUP:
        group = "release"
    row = Row(
        id=figures.graph.ids[figures.family.node[span.model]],
        kind=span.kind,
        depth=span.depth,
        relation=group if group_by == "relation" and span.group > NO_GROUP else None,
        members=span.members,
        here=sum(by_relation.values()),
        descendants=None,
        elsewhere=None,
        accounts=figures.accounts(span.begin, span.end),
        downloads=None,
        downloads_below=below,
        downloads_unknown=unknown,
        by_relation=by_relation,
        licence=None,
        licence_changed=False,
        parents=(),
        group=group,
        listed=True,
    )
    return row if span.kind in ("group", "folded") else _of_model(figures, span.model, row)


def _of_model(figures: _Figures, member: int, row: Row) -> Row:
    """Fill in what only the row of a model has."""
    graph, facts = figures.graph, figures.facts
    node = int(figures.family.node[member])
    own, licence = int(facts.downloads_30d[node]), int(facts.licence[node])
    descendants = figures.descendants(member, row.here)
    parents = graph.parent[graph.to_parents(np.array([node]))]
    return row._replace(
        relation=RELATIONS[figures.family.relation[member]] if member else None,
        descendants=descendants,
        elsewhere=descendants - row.here,
        downloads=None if own == UNKNOWN else own,
        licence=None if licence == UNKNOWN else facts.licences[licence],
        licence_changed=bool(figures.licence_changed[member]),
        parents=tuple(graph.ids[parent] for parent in parents),
        listed=bool(facts.listed[node]),
    )


def _head(figures: _Figures, rows: Sequence[Row], *, group_by: str, budget: int) -> Head:
    """Return the totals of a tree."""
    graph, facts, members = figures.graph, figures.facts, figures.family
    shown = sum(row.kind in ("model", "release") for row in rows)
    below, derivatives = members.node[1:], members.node[members.counted]
    parents = np.diff(graph.up[0])[below]
    institutions = np.unique(graph.institution[derivatives])
    return Head(
        root=rows[0].id,
        house=_house(graph, facts, int(members.node[0])),
        group_by=group_by,
        budget=budget,
        shown=shown,
        folded=len(members) - shown,
        models=len(below),
        derivatives=rows[0].here,
        releases=int(np.count_nonzero(members.release)) - 1,
        copies=len(below) - len(derivatives) - int(np.count_nonzero(members.release)) + 1,
        accounts=rows[0].accounts,
        institutions=int(np.count_nonzero(institutions != UNKNOWN)),
        generations=int(members.steps(members.counted).max()),
        by_relation=rows[0].by_relation,
        licence_changed=int(np.count_nonzero(figures.licence_changed & members.counted)),
        merged=int(np.count_nonzero(parents > 1)),
        named_only=int(np.count_nonzero(~facts.listed[below])),
        unresolved=int(np.count_nonzero(facts.unresolved[below])),
        downloads_source=facts.downloads_source,
        downloads_on=facts.downloads_on,
    )


def _house(graph: Graph, facts: Facts, root: int) -> str | None:
    institution, account = int(graph.institution[root]), int(graph.account[root])
    if institution != UNKNOWN:
        return facts.institutions[institution]
    return graph.account_ids[account] if account != UNKNOWN else None
