"""The tree of a model within a budget, in one call."""

from begat.graph import Graph
from begat.views.tree.facts import Facts
from begat.views.tree.layout import GROUPINGS, Layout
from begat.views.tree.rows import Head, Row, Tree, opening

__all__ = ["GROUPINGS", "Head", "Row", "Tree", "budgeted_tree", "opening"]


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
    O(k log k + edges touched) for k models in the family, without recursion. Whoever asks for several
    budgets, or for what is below single rows, keeps the `Layout`.
    """
    return Layout.of(graph, facts, root, group_by=group_by).tree(budget)
