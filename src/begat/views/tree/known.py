"""The best-known models behind a row of a tree: those with the most downloads, shown or not."""

from collections.abc import Iterable

import numpy as np

from begat.graph import RELATIONS, Graph
from begat.views.tree.facts import Facts
from begat.views.tree.family import family
from begat.views.tree.rows import MODELS, Row

__all__ = ["Known"]

LOOKED_AT = 50
"""Most models of one row that are looked at, so that one with 100,000 children costs no more."""


class Known:
    """The children of every model of a family but for releases, the most downloaded first.

    O(k log k) once. Models with a row of their own (`shown`) don't stand for the fold beside them.
    """

    def __init__(self, graph: Graph, facts: Facts, root: int, shown: Iterable[Row]) -> None:
        members = family(graph, root)
        own = (graph.ids.find(row.id) for row in shown if row.kind in MODELS)
        self.shown = frozenset(node for node in own if node is not None)
        self.graph, self.downloads = graph, facts.downloads_30d
        self.node, self.relation = members.node, members.relation
        ranked = np.lexsort((members.node, -self.downloads[members.node], members.home))
        self.children = ranked[~members.release[ranked]]
        self.homes = members.node[members.home[self.children]]
        order = np.argsort(self.homes, kind="stable")
        self.children, self.homes = self.children[order], self.homes[order]

    def best(self, rows: Iterable[Row], most: int = 3) -> list[str]:
        """Return the ids of the best-known models that rows of models, groups or folds stand for.

        A model that heads a block alone stands for its children, one of several for itself. Groups by
        something else than relation give none: their members aren't told apart here.
        """
        rows = list(rows)
        found = [node for row in rows for node in self._of(row, alone=len(rows) == 1)]
        found.sort(key=lambda node: (-int(self.downloads[node]), node))
        return [self.graph.ids[node] for node in found[:most]]

    def _of(self, row: Row, *, alone: bool) -> list[int]:
        """Return the models that a row stands for, the best known of them."""
        home = self.graph.ids.find(row.id)
        model = row.kind in MODELS
        if home is None or not (model or row.relation):
            return []
        if model and not alone:
            return [home]
        low, high = np.searchsorted(self.homes, [home, home + 1])
        members = self.children[low:high]
        if row.relation and not model:
            members = members[self.relation[members] == RELATIONS.index(row.relation)]
        nodes: list[int] = self.node[members[: LOOKED_AT + len(self.shown)]].tolist()
        left = [node for node in nodes if row.kind != "folded" or node not in self.shown]
        return left[:LOOKED_AT]
