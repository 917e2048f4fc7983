"""What a tree is made of: rows in the order of display, and the totals of the whole.

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
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

__all__ = ["GATHERING", "MODELS", "SUMS", "Head", "Row", "Tree", "opening"]

MODELS = ("model", "release")
"""Kinds of rows that are one model."""

GATHERING = ("house", "family")
"""Kinds of rows that are no model but gather some, the root's or those of a family."""

SUMS = ("group", "folded")
"""Kinds of rows that sum up models listed, or not listed, below them."""


class Row(NamedTuple):
    """A row of the tree, in the order of display; `depth` is its indentation.

    Attributes
    ----------
    id : str
        The model; of a group or fold, the model whose children it gathers.
    kind : str
        "model", "release", "group" or "folded"; "house" or "family" of what is no model and gathers some.
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
    releases : int
        Models of the root's own house listed below; of a group or fold, its members counted.
    key : str, optional
        What `Layout.below` takes as ``group`` to give the members of a group or fold.
    offset : int
        How many members of its group stand before those of a fold.
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
    releases: int = 0
    key: str | None = None
    offset: int = 0


class Head(NamedTuple):
    """Totals of a tree and what its figures are.

    Attributes
    ----------
    root : str
        Id of the root: a model, or the house or family whose models the first rows are.
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
    joined : int
        Derivatives with several parents in the tree: they also descend from rows that don't list them.
    exclusive : int
        Derivatives that descend from nothing outside the tree but through the root.
    on : date, optional
        The day as of which lineage is shown; None for all that the snapshot holds.
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
    joined: int = 0
    exclusive: int = 0
    on: date | None = None


class Tree(NamedTuple):
    """Totals and rows."""

    head: Head
    rows: list[Row]


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
