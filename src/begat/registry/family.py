"""Where a model comes from and what it led to: rows, a tree, drawings of it."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from begat.errors import UnknownName
from begat.registry.opened import Opened, Row

if TYPE_CHECKING:
    from begat.views.tree import Tree
    from begat.views.tree.facts import Facts

__all__ = ["draw", "lineage", "tree"]


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
    from begat.views.tree.facts import facts

    start = np.array([node])
    family = np.union1d(start, reachable(reg.graph, start, up=False))
    return facts(reg.snapshot, reg.graph, family)


def draw(reg: Opened, text: str, form: str = "outline", *, budget: int | None = None, **how: Any) -> Any:
    """Draw the family of a model in a form; see `begat.views.form`.

    Parameters
    ----------
    text : str
        The model.
    form : str
        Name of a form: ``text, outline, hourglass, ...``.
    budget : int, optional
        Most models to show; each form has its own if not given.
    **how
        ``by, colour, lang, width, ascii_only`` of `begat.views.form.base.Shown`.

    Returns
    -------
    Page, rich.text.Text or str
        A page, which `begat.views.page.base.html` writes; lines for a terminal; or the text of a file.

    Raises
    ------
    UnknownName
        If there is no such model or form.
    """
    from begat.answer.lineage import evidence
    from begat.discovery import named
    from begat.registry.pages import about
    from begat.views.form.base import Shown, forms
    from begat.views.tree.facts import created

    chosen = named("form", form, forms())
    node = reg.node(text)
    shown = Shown(
        graph=reg.graph,
        facts=_facts(reg, node),
        root=node,
        about=about(reg, "derivations"),
        evidence=lambda pairs: evidence(reg.snapshot, pairs),
        created=lambda: created(reg.snapshot),
        budget=budget or chosen.budget,
        **how,
    )
    return chosen.draw(shown)
