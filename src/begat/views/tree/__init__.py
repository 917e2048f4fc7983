"""The budgeted tree: which descendants of a model a view shows, and exact totals of all others."""

from begat.views.tree.budget import GROUPINGS, Head, Row, Tree, budgeted_tree, opening
from begat.views.tree.layout import Layout

__all__ = ["GROUPINGS", "Head", "Layout", "Row", "Tree", "budgeted_tree", "opening"]
