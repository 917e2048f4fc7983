"""A small lineage as an SVG file of its own: light, without script, legible in a README.

One line a model, indented below what it was made from: names stay whole however deep a family goes, and
the picture is as narrow as a column of text.
"""

import html
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from begat.views.picture.element import cut, decimal, element, text, width_of
from begat.views.picture.lines import wrapped
from begat.views.tree import Row, Tree
from begat.views.words import clean, colour, licence_name, plural, relation_name, titles

__all__ = ["Origin", "lineage"]

WIDTH, MARGIN = 960.0, 20.0
SIZE, STEP, INDENT = 13.0, 21.0, 18.0
"""Of text; from line to line; of a level."""

DEEPEST = 14
"""Levels that are indented; deeper lines stand below these."""

BAR, BAR_WIDE, COUNT, LICENCE = 590.0, 150.0, 798.0, 812.0
"""Where bars begin and how long they are, where counts end and licences begin."""

STYLE = """
text {
  font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #1a1e23;
}
.heading { font-size: 18px; font-weight: 650; } .soft { fill: #59626d; } .strong { font-weight: 650; }
.small { font-size: 12px; font-weight: 400; fill: #59626d; }
.end { text-anchor: end; } .ground { fill: #ffffff; }
.branch { fill: none; stroke: #b4bac2; } .outlined { stroke: #a87200; stroke-width: 0.8; }
"""


class Origin(NamedTuple):
    """A model that the root comes from: its id, how many steps back, how the root or a later one was made."""

    id: str
    steps: int
    relation: str


def lineage(
    tree: Tree, origins: Sequence[Origin], *, title: str, notes: Sequence[str], origins_left_out: int = 0
) -> str:
    """Return a tree, and what its root comes from, as the text of an SVG file; same bytes for same data.

    Parameters
    ----------
    tree : Tree
        From `budgeted_tree`; all its rows are drawn.
    origins : sequence of Origin
        Nearest first.
    title : str
        Heading.
    notes : sequence of str
        What is said below the heading; long ones are wrapped.
    origins_left_out : int
        How many more the root comes from.
    """
    room, above = WIDTH - 2 * MARGIN, len(origins) + (origins_left_out > 0)
    said = [part for note in notes for part in wrapped(note, room, 12)]
    heading = wrapped(title, room, 19.5)
    head = MARGIN + 24 * len(heading) + 17 * len(said)
    top = head + 2 * STEP
    height = top + STEP * (len(tree.rows) + above) + MARGIN
    parts = [
        element("title", html.escape(title), id="title"),
        element("desc", html.escape(" ".join(notes)), id="desc"),
        element("style", STYLE),
        element("rect", class_="ground", width=WIDTH, height=height),
        *_heading(heading, said),
        *_legend(tree.head.by_relation, head + 14),
        *_origins(origins, origins_left_out, top),
        *_rows(tree, top + STEP * above),
    ]
    return (
        element(
            "svg",
            "".join(parts),
            xmlns="http://www.w3.org/2000/svg",
            width=WIDTH,
            height=height,
            viewBox=f"0 0 {decimal(WIDTH)} {decimal(height)}",
            role="img",
            aria_labelledby="title desc",
        )
        + "\n"
    )


def _heading(heading: Sequence[str], said: Sequence[str]) -> Iterator[str]:
    y = MARGIN - 6
    for line in heading:
        y += 24
        yield text(line, MARGIN, y, "heading")
    for line in said:
        y += 17
        yield text(line, MARGIN, y, "small")


def _legend(by_relation: dict[str, int], y: float) -> Iterator[str]:
    """Draw a key for each relation, with how many derivatives it has."""
    x = MARGIN
    for relation, count in by_relation.items():
        name = plural(relation, count)
        yield _key(relation, x, y)
        yield text(name, x + 17, y, "small")
        x += 17 + width_of(name, 12) + 16


def _origins(origins: Sequence[Origin], left_out: int, top: float) -> Iterator[str]:
    """Draw what the root comes from, the farthest first, so that time runs down."""
    y = top
    if left_out:
        yield text(f"and {left_out:,} more that it comes from", MARGIN, y, "soft")
        y += STEP
    for origin in reversed(origins):
        name = cut(clean(origin.id), BAR - MARGIN - 40, SIZE)
        way = (
            f"{origin.steps} steps back" if origin.steps > 1 else f"parent · {relation_name(origin.relation)}"
        )
        yield _key(origin.relation, MARGIN, y)
        yield text(name, MARGIN + 17, y, "name")
        yield text(way, BAR, y, "small")
        y += STEP


def _rows(tree: Tree, top: float) -> Iterator[str]:
    """Draw a line for each row, with the branches that lead to it."""
    most = max(row.here for row in tree.rows) or 1
    starts: list[float] = []
    for place, (row, title) in enumerate(zip(tree.rows, titles(*tree), strict=True)):
        y, depth = top + STEP * place, min(row.depth, DEEPEST)
        x = MARGIN + INDENT * depth
        del starts[depth:]
        if depth:
            ends = f"{decimal(starts[-1])}V{decimal(y - 4)}"
            yield element("path", class_="branch", d=f"M{decimal(x - INDENT + 6)} {ends}h8")
            starts[-1] = y - 4
        starts.append(y + 6)
        yield from _row(row, title.name, " · ".join(title.remarks), x, y, most)


def _row(row: Row, name: str, remarks: str, x: float, y: float, most: int) -> Iterator[str]:
    if row.relation:
        yield _key(row.relation, x, y)
    left = x + (17 if row.relation else 0)
    style = (
        "strong" if row.depth == 0 or row.kind == "release" else "soft" if row.kind == "folded" else "name"
    )
    bold = 1.08 if style == "strong" else 1.0
    beside = width_of(remarks, 12) + 12 if remarks else 0
    shown = cut(name, BAR - 12 - left - beside, SIZE * bold)
    aside = element("tspan", html.escape(remarks), class_="small", dx=8) if remarks else ""
    yield element("text", html.escape(shown) + aside, class_=style, x=left, y=y)
    yield from _bar(row, y, most)
    if row.here:
        yield text(f"{row.here:,}", COUNT, y, "end strong" if row.depth == 0 else "end")
    if row.licence:
        yield text(cut(licence_name(row.licence), WIDTH - MARGIN - LICENCE, 12), LICENCE, y, "small")


def _bar(row: Row, y: float, most: int) -> Iterator[str]:
    """Draw the derivatives of a row by relation, all bars on one scale."""
    x = BAR
    for relation, count in row.by_relation.items():
        wide = BAR_WIDE * count / most
        yield element("rect", x=x, y=y - 10, width=max(wide, 0.6), height=11, fill=colour(relation))
        x += wide


def _key(relation: str, x: float, y: float) -> str:
    style = "key outlined" if relation == "quantized" else "key"
    return element("rect", x=x, y=y - 10, width=11, height=11, rx=3, fill=colour(relation), class_=style)
