"""Rows of a tree ready to print, its legend and notes: what pages of a family share."""

from collections.abc import Collection
from typing import Any

from begat.views.tree import Head, Row, Tree
from begat.views.tree.rows import SUMS
from begat.views.words import COLOURS, clean, licence_name, mix, relation_name, short, titles

__all__ = ["notes", "outline_rows", "relation_class", "segments", "shares"]

DEEPEST = 12
"""Levels of indentation that a page draws; deeper rows are indented as this one and say their level."""

THINNEST = 0.4
"""Least length of a bar, in percent of the longest."""

NOTES = (
    "Derivatives: models listed below it. Copies and releases of its own house have rows, but don't count.",
    "A group or fold counts its members too. Bars are to scale, coloured by the last step of each model.",
    "A model of several parents stands under the first in its card; Elsewhere: listed in other branches.",
)


def outline_rows(tree: Tree, *, opened: Collection[int]) -> list[dict[str, Any]]:
    """Return the rows of a tree ready to print: titles, figures in words, bars, what is open.

    Parameters
    ----------
    tree : Tree
        From `budgeted_tree`.
    opened : collection of int
        Positions of the rows whose child rows are seen at first.
    """
    most = max(row.here for row in tree.rows)
    rows: list[dict[str, Any]] = []
    path: list[tuple[int, bool]] = []
    for place, (row, title) in enumerate(zip(tree.rows, titles(*tree), strict=True)):
        del path[row.depth :]
        seen = all(is_open for _, is_open in path)
        path.append((place, place in opened))
        if row.depth:
            rows[path[-2][0]]["opens"] = True
        rows.append(
            {
                "kind": row.kind,
                "level": row.depth + 1,
                "indent": min(row.depth, DEEPEST),
                "title": title,
                "relation": relation_class(row.relation),
                "segments": segments(row.by_relation, most),
                "mix": ", ".join(f"{share} {relation_name(name)}" for name, share in mix(row.by_relation)),
                "opens": False,
                "open": place in opened,
                "seen": seen,
                "own": _own(row),
                "below": _below(row),
                "licence": licence_name(row.licence),
                "row": row,
            }
        )
    return rows


def relation_class(relation: str | None) -> str:
    """Return the style class of a relation."""
    return f"r-{relation if relation in COLOURS else 'other'}" if relation else ""


def segments(by_relation: dict[str, int], most: int) -> list[tuple[str, str, str]]:
    """Cut a bar into relations: class, start and length of each, in percent of the longest bar."""
    whole = sum(by_relation.values())
    if not whole:
        return []
    scale = max(100 * whole / most, THINNEST) / whole
    cut, start = [], 0.0
    for relation, count in by_relation.items():
        cut.append((relation_class(relation), f"{start:.2f}", f"{count * scale:.2f}"))
        start += count * scale
    return cut


def shares(by_relation: dict[str, int]) -> list[dict[str, Any]]:
    """Return the relations of a whole, in their order: class, name, number and share in words."""
    words = dict(mix(by_relation, most=len(by_relation)))
    return [
        {
            "class": relation_class(relation),
            "name": relation_name(relation),
            "count": count,
            "share": words[relation],
        }
        for relation, count in by_relation.items()
    ]


def _own(row: Row) -> str:
    if row.kind in SUMS:
        return ""
    return "unknown" if row.downloads is None else short(row.downloads)


def _below(row: Row) -> str:
    if not row.here:
        return ""
    if row.downloads_below is None:
        return "unknown"
    return ("≥ " if row.downloads_unknown else "") + short(row.downloads_below)


def notes(head: Head) -> list[str]:
    """Say what the figures of the tree are."""
    downloads = (
        f"Downloads are of 30 days up to {head.downloads_on} ({clean(head.downloads_source or '')}); ≥ where "
        "some are unknown."
    )
    notes = [
        (NOTES[0], True),
        (NOTES[1], True),
        (NOTES[2], head.merged > 0),
        (
            f"Models with a row of their own: {head.shown:,}; folded into rows with totals: {head.folded:,}.",
            True,
        ),
        (downloads if head.downloads_on else "No dated downloads are known.", True),
        (f"Models known only because others name them as parent: {head.named_only:,}.", head.named_only),
        (f"Models that also name a parent that can't be told: {head.unresolved:,}.", head.unresolved),
        ("≠ marks a licence that is known to differ from that of the model above.", head.licence_changed),
    ]
    return [note for note, holds in notes if holds]
