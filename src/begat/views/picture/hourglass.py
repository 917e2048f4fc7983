"""What one model comes from, the model, and what it leads to, as three columns of boxes joined by bands.

The width of a band follows the number that it stands for, on one scale for the whole drawing; a branch
that stands for nothing that is counted has a dashed line. Boxes are as high as what is written in them.
"""

import html
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from begat.views.picture.element import cut, decimal, element, width_of
from begat.views.picture.lines import cut_name, wrapped
from begat.views.place import Place

__all__ = ["Box", "Hourglass", "Line", "Mark", "hourglass"]

WIDTH = 1252.0
COLUMNS = ((0.0, 290.0), (346.0, 276.0), (704.0, 548.0))
"""Left edge and width of the columns."""

TOP = 28.0
"""Where the columns begin, below their heads."""

SIZE, TITLE, LARGE = 13.0, 14.5, 18.0
"""Sizes of text."""

BOLD = 1.08
"""How much wider bold text is."""

LINE, PAD, GAP = 18.0, 8.0, 10.0
"""Heights: of a line, of the space within a box, between boxes."""

BAR = 7.0
"""Width of the coloured edge of a branch."""

THINNEST = 1.5
"""Least width of a band."""

NOTE = 0.7
"""Part of a line that what stands at its right may take."""

SIGN = 16.0
"""Room for a sign at the end of a line."""

BETWEEN = 12.0
"""Room between marks that fill a line."""

Link = tuple[str, str]


class Mark(NamedTuple):
    """A sign with its style, and a word where the sign doesn't stand alone."""

    style: str
    sign: str
    word: str = ""

    @property
    def text(self) -> str:
        """Both."""
        return f"{self.sign} {self.word}".strip()


class Line(NamedTuple):
    """A line of a box.

    Attributes
    ----------
    text, note : str
        What stands at the left, and at the right; a text with a note is cut, one without is wrapped.
    tone : str
        Style of the note, or of the text where there is none: "soft", "strong", "declared", "stated",
        "added", "dropped".
    link : tuple of str, optional
        Kind and id of what the text names.
    marks : tuple of Mark
        One sign at the right end of the line; or, where there is no text, all that the line says.
    """

    text: str
    note: str = ""
    tone: str = ""
    link: Link | None = None
    marks: tuple[Mark, ...] = ()


class Box(NamedTuple):
    """A box.

    Attributes
    ----------
    title, note : str
        First line, and what stands at its right.
    lines : tuple of Line
        The others.
    kind : str
        "parent", "further", "dataset", "missing", "model" or "branch".
    relation : str
        Style class of the relation that joins it to the model.
    weight : int
        Width of its band; of a branch only.
    dashed : bool
        Not released, or known only because others name it.
    link : tuple of str, optional
        Kind and id of what the title names.
    """

    title: str
    lines: tuple[Line, ...] = ()
    note: str = ""
    kind: str = "branch"
    relation: str = ""
    weight: int = 0
    dashed: bool = False
    link: Link | None = None


class Hourglass(NamedTuple):
    """What is drawn: heads of the columns, the boxes, what it is in words for those who can't see it."""

    heads: tuple[str, str, str]
    before: tuple[Box, ...]
    model: Box
    after: tuple[Box, ...]
    title: str
    description: str


class _Placed(NamedTuple):
    """A box with its place."""

    box: Box
    x: float
    y: float
    width: float
    high: float

    @property
    def middle(self) -> float:
        return self.y + self.high / 2


class _Written(NamedTuple):
    """A line as it is drawn: text and note cut to their room."""

    text: str
    note: str
    tone: str
    size: float
    link: Link | None
    whole: str
    marks: tuple[Mark, ...] = ()


def hourglass(drawn: Hourglass, place: Place) -> str:
    """Return the drawing as SVG; its colours come from the styles of the page.

    Parameters
    ----------
    drawn : Hourglass
        Boxes, all texts cleaned.
    place : Place
        Where the page stands: in the explorer names are links.
    """
    columns = (drawn.before, (drawn.model,), drawn.after)
    height = TOP + max(_height(boxes, width) for boxes, (_, width) in zip(columns, COLUMNS, strict=True))
    before, (model,), after = (
        _stacked(boxes, x, width, height) for boxes, (x, width) in zip(columns, COLUMNS, strict=True)
    )
    parts = [
        element("title", html.escape(drawn.title), id="glass-title"),
        element("desc", html.escape(drawn.description), id="glass-desc"),
        *(_text(head, x, 14, "head") for head, (x, _) in zip(drawn.heads, COLUMNS, strict=True)),
        *_joins(before, model),
        *_bands(model, after),
        *(_box(box, place) for box in (*before, model, *after)),
    ]
    return element(
        "svg",
        "".join(parts),
        class_="glass",
        viewBox=f"0 0 {decimal(WIDTH)} {decimal(height + 1)}",
        role="group",
        aria_labelledby="glass-title glass-desc",
        data_picture="",
    )


def _written(box: Box, width: float) -> list[_Written]:
    """Return the lines of a box, its title first."""
    room = width - 2 * PAD - 2 * BAR
    size = LARGE if box.kind == "model" else TITLE
    lines = _lines(Line(box.title, box.note, "", box.link), room, size, "title")
    for line in box.lines:
        lines += _lines(line, room, TITLE if line.tone == "strong" else SIZE, line.tone)
    return lines


def _lines(line: Line, room: float, size: float, tone: str) -> list[_Written]:
    if not line.text:
        return [_Written("", "", tone, size, None, "", _fitting(line.marks, room))]
    *above, last = _texts(line, room - SIGN * bool(line.marks), size, tone)
    return [*above, last._replace(marks=line.marks)]


def _fitting(marks: Sequence[Mark], room: float) -> tuple[Mark, ...]:
    """Return as many marks as a line holds."""
    ends = accumulate(width_of(mark.text, SIZE) + BETWEEN for mark in marks)
    return tuple(mark for mark, end in zip(marks, ends, strict=True) if end <= room)


def _texts(line: Line, room: float, size: float, tone: str) -> list[_Written]:
    bold = BOLD if tone in ("title", "strong") else 1.0
    shorten = cut_name if line.link else cut
    if not line.note:
        name = line.link and size == SIZE
        parts = [shorten(line.text, room, size)] if name else wrapped(line.text, room, size * bold)
        return [_Written(part, "", tone, size, line.link, line.text) for part in parts]
    note = cut(line.note, room * NOTE, SIZE)
    left = room - width_of(note, SIZE) - SIZE
    return [_Written(shorten(line.text, left, size * bold), note, tone, size, line.link, line.text)]


def _high(box: Box, width: float) -> float:
    return 2 * PAD + sum(_step(line) for line in _written(box, width)) - 2


def _step(line: _Written) -> float:
    return max(LINE, round(line.size * 1.35))


def _height(boxes: Sequence[Box], width: float) -> float:
    return sum(_high(box, width) for box in boxes) + GAP * (len(boxes) - 1)


def _stacked(boxes: Sequence[Box], x: float, width: float, height: float) -> list[_Placed]:
    """Place boxes below each other, in the middle of the height."""
    y = TOP + (height - TOP - _height(boxes, width)) / 2
    found = []
    for box in boxes:
        high = _high(box, width)
        found.append(_Placed(box, x, y, width, high))
        y += high + GAP
    return found


def _joins(before: Sequence[_Placed], model: _Placed) -> Iterator[str]:
    """Draw a line from each origin to the model; what lies further back leads to the box below it."""
    joined = [origin for origin in before if origin.box.kind != "further"]
    for origin in before:
        style = f"join {origin.box.relation}{' dashed' * origin.box.dashed}"
        if origin.box.kind == "further":
            x = origin.x + origin.width / 2
            yield element(
                "path",
                class_="join dashed",
                d=f"M{decimal(x)} {decimal(origin.y + origin.high)}v{decimal(GAP)}",
            )
            continue
        end = model.middle + (joined.index(origin) - (len(joined) - 1) / 2) * 5
        yield element("path", class_=style, d=_curve(origin.x + origin.width, origin.middle, model.x, end))


def _bands(model: _Placed, after: Sequence[_Placed]) -> Iterator[str]:
    """Draw the bands from the model to its branches, one below the other in the order of the branches."""
    weights = [branch.box.weight for branch in after]
    scale = min(
        [(model.high - 2 * PAD) / max(sum(weights), 1)]
        + [(branch.high - PAD) / branch.box.weight for branch in after if branch.box.weight]
    )
    wide = [max(weight * scale, THINNEST) for weight in weights]
    start = model.middle - sum(wide) / 2
    for branch, width, above in zip(after, wide, accumulate(wide, initial=0.0), strict=False):
        ends = (model.x + model.width, start + above + width / 2, branch.x + 1, branch.middle)
        if branch.box.weight:
            yield element("path", class_=f"band {branch.box.relation}", d=_band(*ends, width))
        else:
            yield element("path", class_="join dashed", d=_curve(*ends))


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    half = (x + to_x) / 2
    points = " ".join(map(decimal, (half, y, half, to_y, to_x, to_y)))
    return f"M{decimal(x)} {decimal(y)}C{points}"


def _band(x: float, y: float, to_x: float, to_y: float, width: float) -> str:
    """Return the outline of a band of a width between the middles of its ends."""
    half, mid = width / 2, (x + to_x) / 2
    upper = " ".join(map(decimal, (mid, y - half, mid, to_y - half, to_x, to_y - half)))
    lower = " ".join(map(decimal, (mid, to_y + half, mid, y + half, x, y + half)))
    return f"M{decimal(x)} {decimal(y - half)}C{upper}V{decimal(to_y + half)}C{lower}Z"


def _box(placed: _Placed, place: Place) -> str:
    """Draw a box with its lines."""
    box, x, y, width, high = placed
    branch = box.kind == "branch"
    parts = [element("rect", class_="frame", x=x + 0.5, y=y + 0.5, width=width - 1, height=high - 1, rx=6)]
    if branch:
        edge = f"M{decimal(x + BAR)} {decimal(y)}h-2a5 5 0 0 0-5 5v{decimal(high - 10)}a5 5 0 0 0 5 5h2z"
        parts.append(element("path", class_="edge", d=edge))
    left, right = x + PAD + (BAR if branch else 3), x + width - PAD - 3
    base = y + PAD - 4
    for line in _written(box, width):
        base += _step(line)
        parts += _drawn(line, left, right, base, place)
    return element(
        "g", "".join(parts), class_=f"box {box.kind} {box.relation}{' dashed' * box.dashed}".rstrip()
    )


def _drawn(line: _Written, left: float, right: float, base: float, place: Place) -> Iterator[str]:
    """Draw a line: its text, a link where there is something to go to, and its note."""
    if not line.text:
        yield _marked(line.marks, left, base)
        return
    if line.marks:
        yield element("text", _span(line.marks[0]), x=right, y=base, class_="end")
        right -= SIGN
    style = line.tone if not line.note or line.tone == "title" else ""
    style = f"{style} large".strip() if line.size == LARGE else style
    text = _text(line.text, left, base, style, line.whole if line.text != line.whole else "")
    address = place.to(*line.link) if line.link else None
    yield element("a", text, href=address) if address else text
    if line.note:
        yield _text(line.note, right, base, f"end {'soft' if line.tone == 'title' else line.tone or 'soft'}")


def _marked(marks: Sequence[Mark], x: float, y: float) -> str:
    spans = (_span(mark, dx=BETWEEN * bool(place)) for place, mark in enumerate(marks))
    return element("text", "".join(spans), x=x, y=y, class_="marks")


def _span(mark: Mark, dx: float = 0) -> str:
    return element("tspan", html.escape(mark.text), class_=mark.style, dx=dx)


def _text(text: str, x: float, y: float, style: str, whole: str = "") -> str:
    title = element("title", html.escape(whole)) if whole else ""
    return element("text", title + html.escape(text), x=x, y=y, class_=style or "plain")
