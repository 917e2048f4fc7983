"""A family laid out once, from which trees of any budget and the rows below any model are cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from begat.errors import InputError, UnknownName
from begat.graph import RELATIONS, Graph
from begat.graph.arrays import Ints
from begat.views.tree.arrange import DIRECT, GROUPS, RELEASES, arrange
from begat.views.tree.facts import UNKNOWN, Facts
from begat.views.tree.family import Family, family
from begat.views.tree.figures import Figures
from begat.views.tree.fold import NO_GROUP, RELEASE_GROUP, Folding, Span
from begat.views.tree.rows import MODELS, SUMS, Head, Row, Tree

__all__ = ["GROUPINGS", "Layout"]

GROUPINGS = ("relation", "account", "institution", "country", "licence")

KEYS = {RELEASES - GROUPS: "(release)", DIRECT - GROUPS: "(direct)"}
"""Keys of groups that are none of the grouping; in parentheses, as no value of a column is."""

UNKNOWN_KEY = "(unknown)"


class Grouping(NamedTuple):
    """What children are grouped by: the names of the groups by code, one more code for the unknown."""

    by: str
    labels: Sequence[str]

    def key(self, code: int) -> str:
        """Return what a group is asked for by."""
        if code < 0:
            return KEYS[code]
        return self.labels[code] if code < len(self.labels) else UNKNOWN_KEY

    def named(self, row: Row, code: int) -> Row:
        """Return the row of a group or fold with what its members share."""
        label = self.labels[code] if 0 <= code < len(self.labels) else None
        if code == RELEASE_GROUP:
            label = "release"
        relation = label if self.by == "relation" and code > NO_GROUP else None
        return row._replace(relation=relation, group=label, key=self.key(code))


@dataclass(frozen=True)
class Layout:
    """The family of a model in its order of display, with running sums; made once for a root and grouping.

    Attributes
    ----------
    grouping : Grouping
        What children are grouped by.
    folding : Folding
        The order of display, to be cut.
    figures : Figures
        What rows count.

    Notes
    -----
    About 400 bytes a model of the family. Safe to ask from several threads.
    """

    grouping: Grouping
    folding: Folding
    figures: Figures

    @classmethod
    def of(cls, graph: Graph, facts: Facts, root: int, *, group_by: str = "relation") -> "Layout":
        """Lay out the descendants of a node; O(k log k + edges touched) for k models in the family.

        Raises
        ------
        UnknownName
            If `group_by` is none of `GROUPINGS`.
        """
        if group_by not in GROUPINGS:
            raise UnknownName("grouping", group_by, hint=f"Known: {', '.join(GROUPINGS)}.")
        members = family(graph, root)
        codes, labels = _groups(graph, facts, members, group_by)
        own = facts.downloads_30d[members.node]
        order = arrange(members, codes, own, last=None if group_by == "relation" else len(labels))
        return cls(Grouping(group_by, labels), Folding(members, order), Figures(graph, facts, members, order))

    def __len__(self) -> int:
        return len(self.folding.family)

    @property
    def graph(self) -> Graph:
        """The derivation graph."""
        return self.figures.graph

    @property
    def facts(self) -> Facts:
        """Its columns."""
        return self.figures.facts

    @property
    def root(self) -> int:
        """Node of the root."""
        return int(self.folding.family.node[0])

    @property
    def id(self) -> str:
        """Id of the root."""
        return self.graph.ids[self.root]

    def tree(self, budget: int = 300) -> Tree:
        """Return the tree within a budget of models; see `begat.views.tree.budgeted_tree`.

        Raises
        ------
        InputError
            If `budget` is below 1.

        Notes
        -----
        O(rows log k) once laid out; distinct accounts are counted over what each row stands for, and
        `descendants` of a row with descendants listed elsewhere is a walk from it, once.
        """
        if budget < 1:
            raise InputError("a tree shows at least one model", where=f"budget {budget}")
        rows = self._rows(self.folding.within(budget))
        shown = sum(row.kind in MODELS for row in rows)
        models = int(np.count_nonzero(self.figures.models))
        head = self._head._replace(budget=budget, shown=shown, folded=models - shown)
        return Tree(head, rows)

    def fitting(self, budget: int, lines: int | None) -> int:
        """Return the greatest budget, up to one, whose tree has no more rows than lines; 1 if none has."""
        if lines is None:
            return budget
        fit = (some for some in range(budget, 1, -1) if len(self.folding.within(some)) <= lines)
        return next(fit, 1)

    def below(self, model: str, group: str | None = None, *, offset: int = 0, limit: int = 50) -> list[Row]:
        """Return the rows that opening a row of the view shows, whether a tree shows that row or not.

        Parameters
        ----------
        model : str
            Id of a model of the view.
        group : str, optional
            `Row.key` of a group or fold below it: give its members. If not given, give the groups, closed,
            and the models that are in none.
        offset : int
            Begin after this many members of the group: `Row.offset` of a fold.
        limit : int
            At most this many models of a group; the rest is one folded row.

        Returns
        -------
        list of Row
            With exact figures; their `depth` is 1, as seen from the row that is opened. Together they add
            up to it.

        Raises
        ------
        UnknownName
            If the model is not in the view, or has no such group.
        InputError
            If `offset` or `limit` can't be, or an offset is given without a group.

        Notes
        -----
        O(rows + k) with a small constant: the model is looked for among the k of the view.
        """
        if limit < 1 or offset < 0 or (offset and group is None):
            raise InputError(
                "rows below a model are asked for by at least one, an offset within a group",
                where=f"group {group}, offset {offset}, limit {limit}",
            )
        member = self._member(model)
        if group is None:
            return self._rows(self.folding.below(member, limit))
        return self._rows(self.folding.page(member, self._block(member, group), offset, limit))

    def _member(self, model: str) -> int:
        node = self.graph.ids.find(model)
        found = np.flatnonzero(self.folding.family.node == (-1 if node is None else node))
        if not len(found):
            raise UnknownName("model of this tree", model, hint="Ask for a row of the tree by its id.")
        return int(found[0])

    def _block(self, member: int, group: str) -> int:
        order = self.folding.order
        keys = {self.grouping.key(int(order.kind[block]) - GROUPS): block for block in order.blocks(member)}
        if group not in keys:
            raise UnknownName("group", group, hint=f"Known here: {', '.join(keys) or 'none'}.")
        return keys[group]

    def _rows(self, spans: Sequence[Span]) -> list[Row]:
        """Return the rows of spans."""
        rows = self.figures.rows(spans)
        return [
            self.grouping.named(row, span.group) if span.kind in SUMS else row
            for row, span in zip(rows, spans, strict=True)
        ]

    @cached_property
    def _head(self) -> Head:
        """The totals of the tree, whatever its budget."""
        figures, members = self.figures, self.folding.family
        graph, facts = self.graph, self.facts
        (root,) = self._rows([self.folding.model(0, 0)])
        below, derivatives = members.node[1:][figures.models[1:]], members.node[members.counted]
        institutions = np.unique(graph.institution[derivatives])
        return Head(
            root=root.id,
            house=_house(graph, facts, self.root),
            group_by=self.grouping.by,
            budget=0,
            shown=0,
            folded=0,
            models=len(below),
            derivatives=root.here,
            releases=root.releases,
            copies=len(below) - root.here - root.releases,
            accounts=root.accounts,
            institutions=int(np.count_nonzero(institutions != UNKNOWN)),
            generations=int(members.steps(members.counted).max()),
            by_relation=root.by_relation,
            licence_changed=int(np.count_nonzero(figures.licence_changed & members.counted)),
            merged=_merged(graph, facts, below),
            named_only=int(np.count_nonzero(~facts.listed[below])),
            unresolved=int(np.count_nonzero(facts.unresolved[below])),
            downloads_source=facts.downloads_source,
            downloads_on=facts.downloads_on,
            joined=int(np.count_nonzero(_several(members) & members.counted)),
            on=facts.on,
            exclusive=int(np.count_nonzero(_exclusive(members) & members.counted)),
        )


def _merged(graph: Graph, facts: Facts, nodes: Ints) -> int:
    """Count the nodes with several parents that are models."""
    ups = graph.to_parents(nodes)
    stated = ~np.isin(graph.parent[ups], list(facts.gathers))
    return int(np.count_nonzero(np.unique(graph.child[ups[stated]], return_counts=True)[1] > 1))


def _several(members: Family) -> np.ndarray:
    """Which members have several parents in the family."""
    return np.bincount(members.child, minlength=len(members)) > 1


def _exclusive(members: Family) -> np.ndarray:
    """Which members descend from nothing outside the family but through the root."""
    starts = members.outside[members.outside > 0]
    alone = np.ones(len(members), dtype=bool)
    alone[starts] = False
    alone[members.reached(starts, through_root=False)] = False
    return alone


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


def _house(graph: Graph, facts: Facts, root: int) -> str | None:
    institution, account = int(graph.institution[root]), int(graph.account[root])
    if institution != UNKNOWN:
        return facts.institutions[institution]
    return graph.account_ids[account] if account != UNKNOWN else None
