"""Trees of one root in few bytes: each model once, and for every grouping only the order of the rows.

A page that holds a tree grouped in five ways would say the same of most models five times. What a model's
row says doesn't depend on the grouping; so the models are one list, and the rows of a tree name them by
their place in it. ``outline.js`` reads this, and the rows that it gets are those that were packed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from begat.views.tree import Row, Tree
from begat.views.tree.rows import SUMS

__all__ = ["COLUMNS", "FOLDED", "KINDS", "packed", "trimmed"]

KINDS = ("model", "group", "folded")
"""Kinds of rows by number; any other kind of a model is a word of its own. From `FOLDED` on the number says
how many members of its group stand before those of a fold."""

FOLDED = KINDS.index("folded")

COLUMNS = (
    "id",
    "kind",
    "depth",
    "relation",
    "members",
    "here",
    "descendants",
    "elsewhere",
    "accounts",
    "downloads",
    "downloads_below",
    "downloads_unknown",
    "by_relation",
    "licence",
    "licence_changed",
    "parents",
    "group",
    "listed",
    "releases",
)
"""Of a row; `packed` keeps all of them."""

CHANGED, UNLISTED = 1, 2

Packed = dict[str, Any]


def trimmed(tree: Tree, most: int) -> Tree:
    """Leave out rows that sum up what is below small models, until few enough are left.

    A model none of whose children is shown has only rows of groups and folds below it. Those of the
    models with the fewest derivatives are left out: such a model is closed, and its own row has their
    totals. Nothing else is left out, so that `most` can be exceeded. O(k log k) for k rows.
    """
    sums = _sums(tree.rows)
    gone: set[int] = set()
    for place in sorted(sums, key=lambda place: (tree.rows[place].here, -place)):
        if len(tree.rows) - len(gone) <= most:
            break
        gone.update(sums[place])
    return Tree(tree.head, [row for place, row in enumerate(tree.rows) if place not in gone])


def _sums(rows: Sequence[Row]) -> dict[int, list[int]]:
    """Return the rows below each model, the root left out, that has nothing but groups and folds below it."""
    sums: dict[int, list[int]] = {}
    path: list[int] = []
    for place, row in enumerate(rows):
        del path[row.depth :]
        if _is_model(row):
            for above in path:
                sums.pop(above, None)
            if path:
                sums[place] = []
        elif path[-1] in sums:
            sums[path[-1]].append(place)
        path.append(place)
    return sums


class _Words:
    """Texts that occur often, each written once and then named by its place."""

    def __init__(self) -> None:
        self.place: dict[str, int] = {}

    def __call__(self, text: str | None) -> int | None:
        return None if text is None else self.place.setdefault(text, len(self.place))


def packed(trees: Mapping[str, Tree]) -> Packed:
    """Pack trees of one root.

    Parameters
    ----------
    trees : mapping
        By what they are grouped by.

    Returns
    -------
    dict
        ``names``: relations, licences and keys of groups; ``models``: ``[id, kind, relation, licence,
        downloads, flags, parents]`` of each, and if anything is made from it ``members, elsewhere,
        accounts, downloads_below, downloads_unknown, releases, *relations``; ``trees``: the rows of each,
        ``[depth, model]``, or ``[depth, kind, key, members, accounts, downloads_below, downloads_unknown,
        releases, *relations]`` of a group or fold. ``relations`` are relation and count in turn, their sum
        is ``here``; none stand for as many of the group's own as it has members. ``parents`` is 0 where
        the model that it is listed under is the only one, else ids, or places of models in the list.
    """
    words = _Words()
    rows = {row.id: row for tree in trees.values() for row in tree.rows if _is_model(row)}
    place = {name: number for number, name in enumerate(rows)}
    homes = {name: home for tree in trees.values() for name, home in _homes(tree.rows).items()}
    models = [_model(row, homes.get(row.id), place, words) for row in rows.values()]
    return {
        "models": models,
        "trees": {by: [_row(row, place, words) for row in tree.rows] for by, tree in trees.items()},
        "names": list(words.place),
    }


def _is_model(row: Row) -> bool:
    return row.kind not in SUMS


def _homes(rows: Sequence[Row]) -> dict[str, str]:
    """Return the model that each is listed under."""
    homes, above = {}, list[Row]()
    for row in rows:
        del above[row.depth :]
        if _is_model(row) and above:
            homes[row.id] = above[-1].id
        above.append(row)
    return homes


def _model(row: Row, home: str | None, place: Mapping[str, int], words: _Words) -> list[Any]:
    parents: Any = [place.get(name, name) for name in row.parents]
    flags = CHANGED * row.licence_changed + UNLISTED * (not row.listed)
    kind: Any = KINDS.index(row.kind) if row.kind in KINDS else row.kind
    own = [row.id, kind, words(row.relation), words(row.licence), row.downloads, flags]
    own.append(0 if row.parents == (home,) else parents)
    below = [row.members, row.elsewhere, *_figures(row, words)]
    return [*own, *below] if row.members or row.elsewhere else own


def _figures(row: Row, words: _Words) -> list[Any]:
    relations = [part for name, count in row.by_relation.items() for part in (words(name), count)]
    return [row.accounts, row.downloads_below, row.downloads_unknown, row.releases, *relations]


def _row(row: Row, place: Mapping[str, int], words: _Words) -> list[Any]:
    if _is_model(row):
        return [row.depth, place[row.id]]
    own = [row.depth, KINDS.index(row.kind) + row.offset, words(row.key), row.members]
    figures = _figures(row, words)
    if row.by_relation == {row.relation: row.members}:
        return [*own, *figures[:4]]
    return [*own, *(figures if row.by_relation else [*figures, 0, 0])]
