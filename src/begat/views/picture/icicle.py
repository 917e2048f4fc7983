"""The icicle: a family from left to right, heights in proportion to derivatives, nothing without a label.

A block stands for a row of the tree and is as high as the derivatives it stands for, itself included. What
would be lower than its label is folded with its thin siblings into one block; where even that is too low,
or would swallow a sibling that can be seen, the place stays empty. So siblings never overlap, never leave
their parent's height, and their heights compare.

`layout` is the only place where heights are decided, for the whole tree and for every part that a reader
can zoom into; the page's script draws what it says, in as many columns as the window has room for.
"""

import html
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from begat.views.markup import template_text
from begat.views.picture.element import cut, element, text, width_of
from begat.views.tree import Row

__all__ = ["LEAST", "WIDTH", "Block", "Branches", "Caption", "Thing", "drawing", "height_of", "layout"]

WIDTH, HIGHEST, LOWEST, HEAD = 1252, 700, 150, 20
"""Units of the drawing, without its heading; a small family is drawn lower than the highest."""
LEAST = 18
"""Height of a label, and so of the lowest block."""
ROOT, BAR, WORDS, WIDEST = 40, 220, 288, 240
"""Widths of the root's column, of the bars at the right, of the words before them; most of a column."""
COLUMNS = 4
"""Most columns behind the root."""
POSTER = 62
"""Height of title and legend in a file of its own."""
BOLD = 14
"""Size that bold text of 13 is as wide as."""
EACH = 52
"""Most height that one derivative takes."""
TWO_LINES, THREE_LINES = 44, 58
"""Heights from which a block has its number on a line of its own, and the account of its name."""


class Block(NamedTuple):
    """A block of the icicle.

    Attributes
    ----------
    rows : tuple of int
        Positions of the rows of the tree that it stands for: several where they are folded together.
    column : int
        0 for the root.
    top, height : float
        In units of the drawing.
    """

    rows: tuple[int, ...]
    column: int
    top: float
    height: float


class Branches:
    """The rows of a tree as branches: the child rows of each, and how many derivatives each stands for."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    @cached_property
    def children(self) -> list[list[int]]:
        """Positions of the child rows of each row."""
        children: list[list[int]] = [[] for _ in self.rows]
        path: list[int] = []
        for place, row in enumerate(self.rows):
            del path[row.depth :]
            if path:
                children[path[-1]].append(place)
            path.append(place)
        return children

    @cached_property
    def values(self) -> list[int]:
        """Derivatives of each row: those listed below it and, if it is one, itself."""
        return [row.here + _itself(row) for row in self.rows]

    def value(self, block: tuple[int, ...]) -> int:
        """Return the derivatives that a block stands for."""
        return sum(self.values[place] for place in block)

    def mix(self, block: tuple[int, ...]) -> dict[str, int]:
        """Return the derivatives of a block by relation, the most frequent first; they sum to its value."""
        counts: dict[str, int] = {}
        for row in (self.rows[place] for place in block):
            own = {row.relation: 1} if _itself(row) and row.relation else {}
            for relation, count in [*row.by_relation.items(), *own.items()]:
                counts[relation] = counts.get(relation, 0) + count
        return dict(sorted(counts.items(), key=lambda item: -item[1]))


def _itself(row: Row) -> bool:
    """Tell whether a row is that of a derivative."""
    return row.kind == "model" and row.depth > 0 and row.relation != "copy"


def height_of(value: int) -> float:
    """Return how high a drawing of so many derivatives is."""
    return float(min(max(value * EACH, LOWEST), HIGHEST))


def layout(branches: Branches, at: int = 0, *, columns: int = COLUMNS) -> list[Block]:
    """Place the blocks of a row and of what is below it.

    Parameters
    ----------
    branches : Branches
        The rows of a tree.
    at : int
        Position of the row that takes the whole height.
    columns : int
        Most columns behind it.

    Returns
    -------
    list of Block
        Parents before children, from top to bottom. Every block is at least `LEAST` high, and the height
        of each is its value times that of one derivative.

    Notes
    -----
    O(blocks drawn times siblings); no recursion.
    """
    value = branches.values[at]
    height = height_of(value)
    unit = height / max(value, 1)
    blocks, stack = [], [Block((at,), 0, 0.0, height)]
    while stack:
        block = stack.pop()
        blocks.append(block)
        if len(block.rows) > 1 or block.column == columns:
            continue
        top = block.top
        below = []
        for rows in _folded(branches, branches.children[block.rows[0]], unit):
            below.append(Block(rows, block.column + 1, top, branches.value(rows) * unit))
            top += below[-1].height
        stack.extend(reversed(below))
    return blocks


def _folded(branches: Branches, children: Sequence[int], unit: float) -> list[tuple[int, ...]]:
    """Return siblings that are high enough one by one, and the thin ones as one at the end.

    What the tree itself folded is one with them, however high it is. Where they are too low even together,
    the lowest of the others joins them if it is low itself. If all are folded, that would only repeat their
    parent, and none is returned.
    """
    there = [place for place in children if branches.values[place]]
    high = [
        place
        for place in there
        if branches.rows[place].kind != "folded" and branches.values[place] * unit >= LEAST
    ]
    thin = [place for place in there if place not in high]
    while high and thin and branches.value(tuple(thin)) * unit < LEAST:
        lowest = min(high, key=lambda place: (branches.values[place], -place))
        if branches.values[lowest] * unit >= 2 * LEAST:
            break
        high.remove(lowest)
        thin.append(lowest)
    rest = tuple(sorted(thin))
    drawn: list[tuple[int, ...]] = [(place,) for place in high]
    return [*drawn, rest] if drawn and branches.value(rest) * unit >= LEAST else drawn


class Thing(NamedTuple):
    """What a block shows.

    Attributes
    ----------
    name, number : str
        Its label: the name is cut where there is no room, the number never. What stands before a slash in
        the name is the first to go.
    more : str
        What is said beside it where nothing else is drawn.
    full : str
        All of it in words, for those who point at it or can't see it.
    look : str
        Style class: ``release``, ``group``, ``rest`` or that of a relation.
    mix : sequence of (str, int)
        Style class and number of each relation; empty where the look says it.
    """

    name: str
    number: str
    more: str
    full: str
    look: str
    mix: Sequence[tuple[str, int]]


class Caption(NamedTuple):
    """What a drawing says beside its blocks.

    Attributes
    ----------
    title, note : str
        What it is, and what it rests on.
    heights, bars : str
        What its heights and its bars are.
    legend : mapping
        Style classes of relations and what they stand for.
    """

    title: str
    note: str
    heights: str
    bars: str
    legend: Mapping[str, str]


class _Shape(NamedTuple):
    """Where things stand in a drawing with so many columns behind the root."""

    columns: int

    @property
    def column(self) -> float:
        """Width of a column."""
        return min((WIDTH - ROOT - BAR - WORDS) / max(self.columns, 1), WIDEST)

    @property
    def bars(self) -> float:
        """Where the bars begin."""
        return WIDTH - BAR - 8

    def left(self, column: int) -> float:
        """Return where a column begins."""
        return ROOT + (column - 1) * self.column if column else 0.0

    def right(self, column: int) -> float:
        """Return where a column ends."""
        return ROOT + column * self.column


def drawing(
    blocks: Sequence[Block], things: Mapping[tuple[int, ...], Thing], caption: Caption, *, alone: bool = False
) -> str:
    """Draw blocks as SVG.

    Parameters
    ----------
    blocks : sequence of Block
        As `layout` places them.
    things : mapping
        What the block of each tuple of rows shows.
    caption : Caption
        What it says beside them.
    alone : bool
        For a file of its own, which brings its colours along.
    """
    shape = _Shape(max(block.column for block in blocks))
    opened = _with_blocks_behind(blocks)
    parts = [_block(block, things[block.rows], shape, opened=block in opened) for block in blocks]
    heading = [text(caption.heights, 2, -7, "heading")]
    if any(things[block.rows].mix for block in blocks if block not in opened):
        heading.append(text(caption.bars, shape.bars, -7, "heading"))
    head = HEAD
    if alone:
        head += POSTER
        parts += _poster(caption)
    height = head + blocks[0].height
    return element(
        "svg",
        "".join([*heading, *parts]),
        class_="icicle",
        viewBox=f"0 {-head} {WIDTH} {height:g}",
        role="img",
        aria_label=caption.title,
        data_picture="",
        xmlns="http://www.w3.org/2000/svg",
    )


def _poster(caption: Caption) -> list[str]:
    """Draw what a file of its own says above the blocks: colours, title, legend, what it rests on."""
    top = -HEAD - POSTER
    parts = [
        element("style", template_text("page.css") + template_text("icicle.css")),
        text(caption.title, 0, top + 28, "title"),
        element("text", html.escape(caption.note), class_="heading end", x=WIDTH, y=top + 28),
    ]
    left = 0.0
    for look, name in caption.legend.items():
        parts.append(element("rect", class_=f"part {look}", x=left, y=top + 41, width=11, height=11))
        parts.append(text(name, left + 17, top + 51, "key-name"))
        left += 40 + width_of(name)
    return parts


def _with_blocks_behind(blocks: Sequence[Block]) -> set[Block]:
    """Return the blocks with others in the next column."""
    found: set[Block] = set()
    above: dict[int, Block] = {}
    for block in blocks:
        above[block.column] = block
        if block.column:
            found.add(above[block.column - 1])
    return found


def _block(block: Block, thing: Thing, shape: _Shape, *, opened: bool) -> str:
    """Draw a block; one with nothing behind it reaches to the right edge, or words and a bar follow it."""
    left, right = shape.left(block.column), shape.right(block.column)
    whole = bool(block.column) and not opened and (thing.look == "rest" or not thing.mix)
    parts = [element("title", html.escape(thing.full))]
    parts.append(_box(left, block.top, (WIDTH if whole else right) - left, block.height))
    if not block.column:
        parts.append(_upright(block, thing))
    elif whole:
        parts.append(_line(block, thing, left, shape))
    else:
        parts.append(_label(block, thing, left, shape.column - 16))
    if not opened and not whole:
        parts.append(_box(right, block.top, WIDTH - right, block.height, "tail"))
        parts.append(text(cut(thing.more, shape.bars - right - 20, 12), right + 8, _middle(block), "more"))
    if not opened:
        parts += _bar(block, thing, shape)
    return element("g", "".join(parts), class_=f"block {thing.look}")


def _middle(block: Block) -> float:
    """Return where the line of a text stands in the middle of a block."""
    return block.top + (block.height - 1.5) / 2 + 4.5


def _box(left: float, top: float, width: float, height: float, style: str = "box") -> str:
    """Draw a rectangle that leaves a line of ground to its neighbours."""
    wide, high = max(width - 1.5, 1), max(height - 1.5, 1)
    return element("rect", class_=style, x=left, y=top, width=wide, height=high)


def _label(block: Block, thing: Thing, left: float, room: float) -> str:
    """Write name and number on one line, or on up to three where the block is high."""
    middle = _middle(block)
    account, _, own = thing.name.rpartition("/")
    beside = room - width_of(f"{thing.number} ")
    if block.height >= THREE_LINES and account and thing.number:
        lines = [(f"{account}/", "account", -19), (own, "name", 0), (thing.number, "number large", 20)]
    elif block.height >= TWO_LINES and account and width_of(thing.name, BOLD) > room:
        first = text(cut(f"{account}/", room), left + 8, middle - 8, "account")
        return first + _named(cut(own, beside, BOLD), thing.number, left, middle + 9)
    elif block.height >= TWO_LINES and thing.number:
        lines = [(thing.name, "name", -8), (thing.number, "number large", 11)]
    else:
        return _named(_fitting(thing.name, beside), thing.number, left, middle)
    return "".join(text(cut(line, room, BOLD), left + 8, middle + down, style) for line, style, down in lines)


def _fitting(name: str, room: float) -> str:
    """Shorten a name: what is before its slash goes first."""
    return name if width_of(name, BOLD) <= room else cut(name.rpartition("/")[2], room, BOLD)


def _named(name: str, number: str, left: float, line: float, more: str = "") -> str:
    """Write name, number and more on one line."""
    spans = element("tspan", html.escape(number), class_="number", dx=6) if number else ""
    spans += element("tspan", html.escape(more), class_="more", dx=12) if more else ""
    return element("text", html.escape(name) + spans, class_="name", x=left + 8, y=line)


def _line(block: Block, thing: Thing, left: float, shape: _Shape) -> str:
    """Write all of a block that has the room to the right edge, or to its bar."""
    room = (shape.bars if thing.mix else WIDTH) - left - 24 - width_of(f"{thing.number} ")
    name = _fitting(thing.name, room)
    left_over = room - width_of(name, BOLD) - 12
    more = cut(thing.more, left_over, 12) if left_over > 60 else ""
    return _named(name, thing.number, left, _middle(block), more)


def _upright(block: Block, thing: Thing) -> str:
    """Write the root's name and number from bottom to top."""
    middle = block.top + block.height / 2
    label = cut(thing.name, block.height - 20 - width_of(f"{thing.number} ", 15), 15)
    return element(
        "text",
        html.escape(label) + element("tspan", html.escape(thing.number), class_="number", dx=8),
        class_="root",
        transform=f"translate({ROOT / 2 + 5:g} {middle:g}) rotate(-90)",
    )


def _bar(block: Block, thing: Thing, shape: _Shape) -> list[str]:
    """Draw what a block is made up of: bars of one length, whatever the number."""
    parts, start = [], shape.bars
    total = sum(count for _, count in thing.mix)
    for look, count in thing.mix:
        length = BAR * count / total
        parts.append(
            element("rect", class_=f"part {look}", x=start, y=_middle(block) - 10, width=length, height=11)
        )
        start += length
    return parts
