"""Where a model comes from and what it led to: rows, a tree, drawings of it."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from begat.errors import InputError, UnknownName
from begat.registry.opened import Opened, Row

if TYPE_CHECKING:
    from begat.registry.subject import Subject
    from begat.views.form.base import Form
    from begat.views.tree import Layout, Tree
    from begat.views.tree import Row as TreeRow
    from begat.views.tree.house import Rooted

__all__ = ["children", "draw", "layout", "lineage", "tree"]


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
        for row in lineage(reg.keyed, graph, node, up=way, relations=relations, depth=depth)
    ]


def tree(
    reg: Opened, text: str, *, budget: int = 300, group_by: str = "relation", on: date | None = None
) -> "Tree":
    """Return the tree of what was made from a model, or from those of an account, institution or family.

    Parameters
    ----------
    text : str
        Whose; see `begat.registry.subject.subject`.
    budget : int
        Most models to show, those with the most derivatives; the rest is summed up.
    group_by : str
        What children are grouped by, one of `begat.views.tree.GROUPINGS`.
    on : date, optional
        Only models and derivations known on that day.

    Raises
    ------
    UnknownName
        If there is no such thing.
    InputError
        If it was not there on that day.

    Notes
    -----
    The families asked for last stay laid out, so that another budget costs only its rows.
    """
    return layout(reg, text, group_by=group_by, on=on).tree(budget)


def children(
    reg: Opened,
    text: str,
    of: str | None = None,
    *,
    group: str | None = None,
    offset: int = 0,
    limit: int = 50,
    group_by: str = "relation",
    on: date | None = None,
) -> "list[TreeRow]":
    """Return the rows below one row of a tree, shown or not; see `begat.views.tree.Layout.below`.

    `of` is the id of the row's model, the root if not given; the rest is as in `tree`.
    """
    found = layout(reg, text, group_by=group_by, on=on)
    return found.below(of or found.id, group, offset=offset, limit=limit)


def layout(reg: Opened, text: str, *, group_by: str = "relation", on: date | None = None) -> "Layout":
    """Return a family laid out, from which trees of any budget are cut; see `tree`."""
    from begat.registry.subject import subject
    from begat.views.tree import Layout

    if on is not None and on > reg.snapshot.date:
        raise InputError(
            f"the snapshot is of {reg.snapshot.date} and knows nothing of {on}", hint="Leave the date out."
        )
    asked = subject(reg, text)

    def make() -> Layout:
        view = _view(reg, asked, on)
        return Layout.of(view.graph, view.facts, view.root, group_by=group_by)

    laid_out = reg.layouts if on is None else reg.layouts_on(on)
    return laid_out.get((asked, group_by), make)


def _view(reg: Opened, asked: "Subject", on: date | None) -> "Rooted":
    """Return the graph and columns that hold a tree, and its root."""
    import numpy as np

    from begat.graph import reachable
    from begat.influence.figures import EPOCH
    from begat.registry.subject import MODEL, house
    from begat.views.tree.house import Rooted, rooted

    graph = reg.graph if on is None else reg.graph_on(on)
    if asked.kind != MODEL:
        found = house(reg, asked, on)
        return rooted(graph, reg.columns.among(reachable(graph, found.bases, up=False), on), found)
    start = np.array([asked.code])
    if on is not None and reg.created[asked.code] > (on - EPOCH).days:
        raise InputError("the model was published after that day", where=f"{graph.ids[asked.code]}, {on}")
    family = np.union1d(start, reachable(graph, start, up=False))
    return Rooted(graph, reg.columns.among(family, on), asked.code)


def draw(
    reg: Opened,
    text: str,
    form: str = "outline",
    *,
    budget: int | None = None,
    on: date | None = None,
    **how: Any,
) -> Any:
    """Draw a tree in a form; see `begat.views.form`.

    Parameters
    ----------
    text : str
        Whose; see `tree`.
    form : str
        Name of a form: ``text, outline, hourglass, ...``.
    budget : int, optional
        Most models to show; each form has its own if not given.
    on : date, optional
        Only models and derivations known on that day.
    **how
        ``by, colour, lang, width, ascii_only, served`` of `begat.views.form.base.Shown`.

    Returns
    -------
    Page, rich.text.Text or str
        A page, which `begat.views.page.base.html` writes; lines for a terminal; or the text of a file.

    Raises
    ------
    UnknownName
        If there is no such model or form.
    InputError
        If the form is of models, and this is none, or if it has no use for what is asked.
    """
    from begat.answer.lineage import evidence
    from begat.answer.show import show
    from begat.consequence.inherit import inherit
    from begat.discovery import named
    from begat.registry.pages import about
    from begat.views.form.base import Shown, forms

    chosen = named("form", form, forms())
    _refuse_ignored(chosen, how)
    view = layout(reg, text, group_by=how.get("by", "relation"), on=on)
    if chosen.of_models and view.root in view.facts.gathers:
        others = ", ".join(name for name, other in forms().items() if not other.of_models)
        raise InputError(
            f"the form {form} draws one model, not a house or family", where=text, hint=f"Take {others}."
        )
    shown = Shown(
        graph=view.graph,
        facts=view.facts,
        root=view.root,
        about=about(reg, "derivations"),
        evidence=lambda pairs: evidence(reg.keyed, pairs),
        said_of=lambda model: show(reg.keyed, "model", model),
        created=lambda: reg.created,
        budget=budget or view.fitting(chosen.budget, chosen.lines),
        layout=view,
        inherited=None if on else lambda: inherit(reg.supply, reg.labels, view.root),
        **how,
    )
    return chosen.draw(shown)


def _refuse_ignored(form: "Form", how: Mapping[str, Any]) -> None:
    """Refuse a choice that a form would not show."""
    from begat.views.form.base import CHOICES, Shown, forms

    for name in CHOICES:
        usual = getattr(Shown, name)
        if name not in form.takes and how.get(name, usual) != usual:
            others = ", ".join(other.name for other in forms().values() if name in other.takes)
            raise InputError(
                f"the form {form.name} has no use for --{name} {how[name]}",
                hint=f"Take {others}, or leave it out.",
            )
