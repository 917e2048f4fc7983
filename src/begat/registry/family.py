"""Where a model comes from and what it led to: rows, a tree, a page."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from begat.errors import UnknownName
from begat.registry.opened import Opened, Row

if TYPE_CHECKING:
    from begat.views.facts import Facts
    from begat.views.tree import Tree

__all__ = ["lineage", "page", "tree"]


def lineage(
    reg: Opened,
    text: str,
    *,
    up: bool = False,
    down: bool = False,
    relations: Collection[str] | None = None,
    depth: int | None = None,
    inferred: bool = False,
) -> list[Row]:
    """Return ancestors (`up`, the default) and descendants (`down`) with the evidence of each step.

    With `inferred` also what nobody declares, marked so; see ``docs/concept/resolution.md``.

    Raises
    ------
    UnknownName
        If there is no such model or relation.
    """
    from begat.answer.lineage import lineage
    from begat.graph import RELATIONS

    for relation in relations or ():
        if relation not in RELATIONS:
            raise UnknownName("relation", relation, hint=f"Known: {', '.join(RELATIONS)}.")
    node = reg.node(text)
    graph = reg.inferred_graph if inferred else reg.graph
    ways = [True] * (up or not down) + [False] * down
    return [
        row
        for way in ways
        for row in lineage(reg.snapshot, graph, node, up=way, relations=relations, depth=depth)
    ]


def tree(reg: Opened, text: str, *, budget: int = 300, group_by: str = "relation") -> "Tree":
    """Return the derivative tree of a model, the `budget` largest models shown; see `begat.views`."""
    from begat.views.tree import budgeted_tree

    node = reg.node(text)
    return budgeted_tree(reg.graph, _facts(reg, node), node, budget=budget, group_by=group_by)


def _facts(reg: Opened, node: int) -> "Facts":
    """Columns of all models, with the downloads that cover the family of one best."""
    import numpy as np

    from begat.graph import reachable
    from begat.views.facts import facts

    start = np.array([node])
    family = np.union1d(start, reachable(reg.graph, start, up=False))
    return facts(reg.snapshot, reg.graph, family)


def page(reg: Opened, text: str, *, budget: int = 300) -> str:
    """Return the neighbourhood of a model as an HTML page, drawn by pyvis; see `begat.views`."""
    from begat.views.pyvis_page import page

    node = reg.node(text)
    return page(reg.graph, _facts(reg, node), node, budget=budget)
