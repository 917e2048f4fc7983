"""The budgeted tree: which descendants of a model a view shows, and exact totals of all others."""

from begat.views.tree.budget import GROUPINGS, Head, Row, Tree, budgeted_tree, opening

__all__ = ["GROUPINGS", "Head", "Row", "Tree", "budgeted_tree", "opening"]
