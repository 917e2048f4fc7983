"""The tree as an outline for the terminal: names, bars and numbers in fixed columns."""

import shlex
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from begat.views.form.base import Form, Shown
from begat.views.page.base import About
from begat.views.tree import Head, Row, Tree
from begat.views.tree.rows import GATHERING, MODELS
from begat.views.words import (
    Title,
    clean,
    colour,
    house_name,
    licence_name,
    mix,
    relation_name,
    short,
    subject_name,
    titles,
    typed,
)

__all__ = ["FORM", "outline"]

GAP = 2
BAR = 10
LEAST_NAME = 32
"""Columns are left out until the names have this many cells."""

LEAST_CUT = 16
"""Cells of a name that no remark takes."""


class _Signs(NamedTuple):
    """The characters of an outline."""

    ascii_only: bool = False
    branch: str = "├ "
    last: str = "└ "
    line: str = "│ "
    bar: str = "▏▎▍▌▋▊▉█"
    key: str = "■ "
    more: str = "…"
    at_least: str = "≥"
    differs: str = "≠ "
    dot: str = " · "

    def write(self, text: str) -> str:
        """Return text from outside as it can be shown."""
        text = clean(text)
        return text.encode("ascii", "backslashreplace").decode() if self.ascii_only else text


ASCII = _Signs(True, "|-", "`-", "| ", ".:#", "", "...", ">=", "!= ", ", ")
UNICODE = _Signs()


class _Column(NamedTuple):
    """Cells under a head; the most expendable column is left out first, 0 never."""

    head: str
    cells: list[str]
    expendable: int = 0
    right: bool = True
    style: str = ""
    least: int = 0

    @property
    def width(self) -> int:
        """Cells of the widest."""
        return max(self.least, *map(cell_len, [self.head, *self.cells]))

    def placed(self, text: str, width: int) -> str:
        """Return a text at its side of the column."""
        space = " " * (width - cell_len(text))
        return space + text if self.right else text + space


def outline(tree: Tree, *, width: int = 100, ascii_only: bool = False, about: About | None = None) -> Text:
    """Draw a tree as text: totals, legend, a line a row, and what is folded or unknown.

    Parameters
    ----------
    tree : Tree
        From `budgeted_tree`.
    width : int
        Cells to fill. Where they are few, columns are left out and names are cut; numbers never.
    ascii_only : bool
        Write nothing outside ASCII.
    about : About, optional
        What the data rest on: its date stands in the head, and that it is synthetic if it is.

    Returns
    -------
    rich.text.Text
        Lines with styles; its ``plain`` is the text alone. Names are never markup and hold no control
        characters.
    """
    signs = ASCII if ascii_only else UNICODE
    columns = _fitting(_columns(tree, signs), width)
    widths = [column.width for column in columns]
    room = max(width - sum(widths) - GAP * len(widths), 8)
    lines = [*_totals(tree, signs, width, about), _heads(columns, widths, room)]
    for place, name in enumerate(_names(tree, signs, room)):
        for column, cells in zip(columns, widths, strict=True):
            name.append(" " * GAP)
            name.append(column.placed(column.cells[place], cells), _style(column, tree.rows[place]))
        lines.append(name)
    lines += [Text(line, "dim") for line in _notes(tree, signs, width)]
    for line in lines:
        line.rstrip()
        line.truncate(width)
    return Text("\n", no_wrap=True, overflow="crop", end="\n").join(lines)


def _columns(tree: Tree, signs: _Signs) -> list[_Column]:
    """Return all columns but the names, from left to right."""
    rows = tree.rows
    most = max(row.here for row in rows)
    return [
        _Column("", [_bar(row.here, most, signs) for row in rows], 3, right=False, least=BAR),
        _Column("derived", [_derivatives(row) for row in rows], style="bold"),
        _Column("most of them", [_mix(row) for row in rows], 5, right=False, style="dim"),
        _Column("accounts", [f"{row.accounts:,}" if row.here else "" for row in rows], 2),
        _Column("own/30d", [_own(row) for row in rows], 4),
        _Column("below/30d", [_below(row, signs) for row in rows], 6),
        _Column("licence", [_licence(row, signs) for row in rows], 1, right=False),
    ]


def _fitting(columns: Sequence[_Column], width: int) -> list[_Column]:
    """Leave out the most expendable columns until the names have room."""
    kept = list(columns)
    while sum(column.width + GAP for column in kept) > width - LEAST_NAME:
        worst = max(kept, key=lambda column: column.expendable)
        if not worst.expendable:
            break
        kept.remove(worst)
    return kept


def _bar(number: int, most: int, signs: _Signs) -> str:
    """Draw a length in parts of a cell, the shortest for anything above 0."""
    parts = len(signs.bar)
    length = max(round(BAR * parts * number / most), 1) if number else 0
    whole, rest = divmod(length, parts)
    return signs.bar[-1] * whole + (signs.bar[rest - 1] if rest else "")


def _derivatives(row: Row) -> str:
    """Write how many are listed below, and how many more are listed elsewhere."""
    return f"{row.here:,}+{row.elsewhere:,}" if row.elsewhere else f"{row.here:,}"


def _mix(row: Row) -> str:
    """Write the two largest shares, unless the row's name says the one that is all."""
    if row.kind == "group" and list(row.by_relation) == [row.relation]:
        return ""
    return ", ".join(f"{percent} {relation_name(name)}" for name, percent in mix(row.by_relation))


def _own(row: Row) -> str:
    if row.kind not in MODELS:
        return ""
    return "?" if row.downloads is None else short(row.downloads)


def _below(row: Row, signs: _Signs) -> str:
    if not row.here:
        return ""
    if row.downloads_below is None:
        return "?"
    return (signs.at_least if row.downloads_unknown else "") + short(row.downloads_below)


def _licence(row: Row, signs: _Signs) -> str:
    name = signs.write(licence_name(row.licence))
    name = _cut(name, 14, signs)
    return signs.differs + name if row.licence_changed else name


def _style(column: _Column, row: Row) -> str:
    if column.head:
        return column.style
    return colour(row.relation, dark=True) if row.kind == "group" else "cyan"


def _heads(columns: Sequence[_Column], widths: Sequence[int], room: int) -> Text:
    line = Text("model".ljust(room), "dim")
    for column, cells in zip(columns, widths, strict=True):
        line.append(" " * GAP + column.placed(column.head, cells))
    return line


def _names(tree: Tree, signs: _Signs, room: int) -> Iterator[Text]:
    """Yield the name of each row behind its lines, cut to `room` cells, remarks kept."""
    deepest = max(room // 2 // len(signs.line), 1)
    rows = tree.rows
    for row, title, lines in zip(rows, titles(*tree), _lines(rows, signs, deepest), strict=True):
        line = Text(lines, "dim")
        left = room - cell_len(lines)
        name = signs.write(title.name)
        remark = signs.write(_remark(title, left - min(cell_len(name), LEAST_CUT)))
        name = _cut(name, left - cell_len(remark), signs)
        line.append(name, {"release": "bold", "folded": "italic dim"}.get(row.kind, ""))
        line.append(remark, "dim")
        line.append(" " * (room - line.cell_len))
        yield line


def _remark(title: Title, room: int) -> str:
    """Write as many of the remarks as there is room for, the last first."""
    for remarks in (title.remarks, title.remarks[-1:]):
        text = f"  {', '.join(remarks)}"
        if remarks and cell_len(text) <= room:
            return text
    return ""


def _cut(text: str, cells: int, signs: _Signs) -> str:
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(cells - len(signs.more), 1)).rstrip() + signs.more


def _lines(rows: Sequence[Row], signs: _Signs, deepest: int) -> list[str]:
    """Draw the lines of the tree; beyond a depth only the innermost, with the number of the others."""
    drawn = []
    follows: list[bool] = []
    for row in reversed(rows):
        follows = (follows + [False] * row.depth)[: row.depth + 1]
        while len(follows) <= row.depth:
            follows.append(False)
        inner = range(max(row.depth - deepest, 0) + 1, row.depth)
        above = "".join(signs.line if follows[level] else " " * len(signs.line) for level in inner)
        left = f"{row.depth - deepest}{signs.more} " if row.depth > deepest else ""
        own = (signs.branch if follows[row.depth] else signs.last) if row.depth else ""
        drawn.append(left + above + own)
        follows[row.depth] = True
    return drawn[::-1]


def _totals(tree: Tree, signs: _Signs, width: int, about: About | None) -> list[Text]:
    """Write the first lines: what the whole tree holds, and the relations with their colours."""
    head = tree.head
    releases = "release" if tree.rows[0].kind in GATHERING else "other release"
    counts = [
        _counted(head.derivatives, "derivative"),
        _counted(head.accounts, "account"),
        _counted(head.releases, releases),
        *([_counted(head.copies, "copy", "copies")] if head.copies else []),
        _counted(head.generations, "generation"),
    ]
    name = subject_name(head, head.root)
    first = Text(_cut(signs.write(name), width, signs), "bold")
    beside = [house_name(head.house)] if head.house and head.house != name else []
    beside += _as_of(head, about)
    rest = signs.write("".join(f"  {text}" for text in beside))
    first.append(_cut(rest, max(width - first.cell_len, 0), signs), "dim")
    lines = [first, *(Text(line) for line in textwrap.wrap(signs.dot.join(counts), width))]
    legend = Text()
    for relation, percent in mix(head.by_relation, most=len(head.by_relation)):
        entry = Text(signs.key, colour(relation, dark=True)) + Text(f"{relation_name(relation)} {percent}")
        if legend and legend.cell_len + GAP + entry.cell_len > width:
            lines.append(legend)
            legend = Text()
        legend = Text("  ").join([legend, entry]) if legend else entry
    return [*lines, legend]


def _counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _as_of(head: Head, about: About | None) -> list[str]:
    """Say of when the tree is, and that nothing in it is real if so."""
    if about is None:
        return [f"as of {head.on}"] if head.on else []
    return [f"as of {head.on or about.date}", *["SYNTHETIC DATA"] * about.synthetic]


def _notes(tree: Tree, signs: _Signs, width: int) -> list[str]:
    """Write the last lines: what is folded, how to see it, and what the figures are."""
    head, rows = tree
    notes = []
    if head.folded:
        whole = head.shown + head.folded
        more = min(whole, head.budget * 4)
        as_of = f" --on {head.on}" if head.on else ""
        notes.append(
            f"{head.shown:,} of {whole:,} models shown, {head.folded:,} folded. More: "
            f"begat tree {_word(typed(head.root))}{as_of} --budget {more}; a page: -o tree.html; "
            "data: --format json"
        )
    notes += [text for text, holds in _remarks(head, rows, signs) if holds]
    return [
        line
        for note in notes
        for line in textwrap.wrap(signs.write(note), width, subsequent_indent="  ", break_on_hyphens=False)
    ]


def _word(text: str) -> str:
    """Write an id as one word of a command line."""
    return shlex.quote(clean(text))


def _remarks(head: Head, rows: Sequence[Row], signs: _Signs) -> list[tuple[str, bool]]:
    """Return what may have to be said about the figures, and whether it has to."""
    dated, shared = head.downloads_on is not None, head.derivatives - head.exclusive
    return [
        ("derived: models listed below it; copies and releases of the same house are not counted", True),
        ("a+b: a of them listed below it, b more in other branches", any(row.elsewhere for row in rows)),
        (f"downloads: 30 days up to {head.downloads_on} ({head.downloads_source}); ? not known", dated),
        ("downloads: no dated figure is known", not dated),
        (f"models of several parents, listed under the first of them: {head.merged:,}", head.merged > 0),
        (
            f"derivatives that also descend from models outside this tree: {shared:,}",
            shared > 0,
        ),
        (
            f"{signs.differs}licence differs from the model above, {head.licence_changed:,} in all",
            head.licence_changed > 0,
        ),
        (
            f"models known only because others name them as parent: {head.named_only:,}",
            head.named_only > 0,
        ),
        (f"models that also name a parent that can't be told: {head.unresolved:,}", head.unresolved > 0),
    ]


def _draw(shown: Shown) -> Text:
    return outline(shown.tree(), width=shown.width, ascii_only=shown.ascii_only, about=shown.about)


FORM = Form("text", "an outline for the terminal", ".txt", _draw, budget=25, lines=40, takes=("by",))
