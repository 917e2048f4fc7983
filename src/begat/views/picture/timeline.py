"""A family in time as SVG: columns by month with the sum below them, and who began when.

Every drawing comes in two widths, for wide and narrow screens, so that its text is never scaled.
"""

import html
import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from begat.views.markup import template_text
from begat.views.picture.chart import ticks
from begat.views.picture.element import cut, decimal, element, text, width_of
from begat.views.tree.moments import Axis

__all__ = ["NARROW", "WIDE", "Caption", "Columns", "Layer", "Line", "Mark", "Sheet", "columns", "entries"]


class Sheet(NamedTuple):
    """A width to draw for.

    Attributes
    ----------
    width, left, right : float
        Of the whole; where the axis of time begins; what is left free behind it.
    beside : bool
        Whether names stand left of the axis rather than above what they name.
    """

    width: float
    left: float
    right: float
    beside: bool


WIDE, NARROW = Sheet(1252, 230, 60, beside=True), Sheet(358, 36, 14, beside=False)

COLUMNS, SUM, MARKS = 250, 84, 52
"""Heights of the columns, of the line of sums below them, of the marks above them."""


class Layer(NamedTuple):
    """A part of every column: its name, style class and numbers."""

    name: str
    look: str
    counts: Sequence[int]


class Mark(NamedTuple):
    """Something that happened: its place on the axis in steps, name, how many more, all of it in words."""

    place: float
    name: str
    more: str
    full: str


class Line(NamedTuple):
    """From first to last: places on the axis in steps, whether it goes on, name, number, all in words."""

    first: float
    last: float
    active: bool
    name: str
    number: str
    full: str


class _Frame(NamedTuple):
    """Where an axis of time stands on a sheet."""

    axis: Axis
    sheet: Sheet

    @property
    def step(self) -> float:
        """Width of a step."""
        return (self.sheet.width - self.sheet.left - self.sheet.right) / self.axis.steps

    def x(self, place: float) -> float:
        """Return where a place in steps is drawn."""
        return self.sheet.left + place * self.step


class Caption(NamedTuple):
    """What a drawing says beside its numbers.

    Attributes
    ----------
    columns, sums, lines : str
        What the columns, the line of sums and the lines of makers are.
    title, note : str
        Of a file of its own: its heading, and what it rests on.
    """

    columns: str
    sums: str = ""
    lines: str = ""
    title: str = ""
    note: str = ""


class Columns(NamedTuple):
    """What stands on the axis.

    Attributes
    ----------
    layers : sequence of Layer
        From bottom to top.
    marks : sequence of Mark
        In order of time.
    empty : sequence of bool
        Steps of which the data know nothing at all.
    said : sequence of str
        Each step in words.
    """

    layers: Sequence[Layer]
    marks: Sequence[Mark]
    empty: Sequence[bool]
    said: Sequence[str]


def columns(axis: Axis, drawn: Columns, caption: Caption, *, sheet: Sheet = WIDE, alone: bool = False) -> str:
    """Draw stacked columns, the running sum below them, and marks above; `alone` for a file of its own."""
    layers, marks = drawn.layers, drawn.marks
    frame = _Frame(axis, sheet)
    totals = [sum(step) for step in zip(*(layer.counts for layer in layers), strict=True)] or [0] * axis.steps
    legend = 0.0 if sheet.beside else 20.0 * len(layers) + 26
    top = legend + MARKS
    foot = top + COLUMNS
    parts = [
        *_legend(layers, 20.0 if sheet.beside else 18.0, sheet, caption.columns),
        *_scale(frame, max(totals), top, foot),
        *_gaps(frame, drawn.empty, top, foot),
        *_stacked(frame, layers, max(totals), foot),
        *_marked(frame, marks, legend, foot),
        *_sums(frame, totals, foot + 26, caption.sums),
        *_months(frame, foot + 26 + SUM),
        *(_hit(frame, step, words, top, foot + 26 + SUM) for step, words in enumerate(drawn.said)),
    ]
    return _svg(parts, sheet, foot + 26 + SUM + 26, caption, alone=alone)


def entries(
    axis: Axis, lines: Sequence[Line], new: Sequence[int], caption: Caption, *, sheet: Sheet = WIDE
) -> str:
    """Draw how many makers began in each step, and the largest of them each as a line from first to last.

    Parameters
    ----------
    axis : Axis
        The steps.
    lines : sequence of Line
        From top to bottom.
    new : sequence of int
        How many began in each step, the ones without a line too.
    caption : Caption
        What it says beside them.
    sheet : Sheet
        The width.
    """
    frame = _Frame(axis, sheet)
    foot, row = 84.0, 24.0 if sheet.beside else 38.0
    layer = Layer("", "new", new)
    parts = [
        *_words(caption.columns, sheet, 18.0),
        *_scale(frame, max(new, default=0), 24, foot, most_marks=2),
        *_stacked(frame, [layer], max(new, default=0), foot, height=foot - 24),
    ]
    top = foot + (14 if sheet.beside else 18)
    parts += [_line(frame, line, top + place * row, row) for place, line in enumerate(lines)]
    bottom = top + row * len(lines) + 4
    parts += _months(frame, bottom)
    return _svg(parts, sheet, bottom + 26, caption)


def _svg(parts: Sequence[str], sheet: Sheet, height: float, caption: Caption, *, alone: bool = False) -> str:
    """Return the drawing; one of its own brings its colours and its heading along."""
    head = 44 if alone else 0
    own = [
        element("style", template_text("page.css") + template_text("timeline.css")),
        text(caption.title, 0, -16, "title"),
        text(caption.note, sheet.width, -16, "heading end"),
    ]
    return element(
        "svg",
        "".join([*(own if alone else []), *parts]),
        class_=f"timeline {'wide' if sheet.beside else 'narrow'}",
        viewBox=f"0 {-head} {decimal(sheet.width)} {decimal(height + head)}",
        role="group",
        aria_label=caption.lines or caption.columns,
        xmlns="http://www.w3.org/2000/svg",
    )


def _words(title: str, sheet: Sheet, y: float) -> list[str]:
    """Write what a part of a drawing is: left of it, or above."""
    return [text(cut(title, (sheet.left if sheet.beside else sheet.width) - 12, 12), 0, y, "heading")]


def _legend(layers: Sequence[Layer], y: float, sheet: Sheet, title: str) -> list[str]:
    """Write the names of the layers with their sums, the top one first, as they are stacked."""
    parts = _words(title, sheet, y + (MARKS if sheet.beside else 0))
    y += 22 + (MARKS if sheet.beside else 0)
    room = (sheet.left if sheet.beside else sheet.width) - 40
    for place, layer in enumerate(reversed(layers)):
        number = f"{sum(layer.counts):,}"
        line = y + 20 * place
        parts.append(element("rect", class_=f"part {layer.look}", x=0, y=line - 9, width=11, height=11))
        name = html.escape(cut(layer.name, room - width_of(f" {number}")))
        figure = element("tspan", number, class_="number", dx=6)
        parts.append(element("text", name + figure, x=18, y=line))
    return parts


def _top(most: int, marks: int) -> list[float]:
    """Return round numbers up to at least the greatest; whole ones, as models are counted."""
    return [mark for mark in ticks(0, max(most, 1), marks) if mark == int(mark)]


def _scale(frame: _Frame, most: int, top: float, foot: float, *, most_marks: int = 4) -> list[str]:
    values = _top(most, most_marks)
    parts = []
    for value in values:
        y = foot - (foot - top) * value / values[-1]
        parts.append(
            element("line", class_="grid", x1=frame.sheet.left, x2=frame.x(frame.axis.steps), y1=y, y2=y)
        )
        parts.append(text(f"{int(value):,}", frame.sheet.left - 6, y + 4, "soft end"))
    return parts


def _stacked(
    frame: _Frame, layers: Sequence[Layer], most: int, foot: float, *, height: float = COLUMNS
) -> list[str]:
    """Draw each layer as one path, the last step apart if it isn't over."""
    unit = height / _top(most, 2 if height < COLUMNS else 4)[-1]
    wide, below = max(frame.step - (2 if frame.step > 6 else 0.5), 0.5), [0.0] * frame.axis.steps
    parts = []
    for layer in layers:
        boxes = {}
        for step, count in enumerate(layer.counts):
            if count:
                x, y, high = frame.x(step), foot - below[step], count * unit
                boxes[step] = f"M{decimal(x)} {decimal(y)}v{decimal(-high)}h{decimal(wide)}v{decimal(high)}z"
                below[step] += high
        last = boxes.pop(frame.axis.steps - 1, "") if frame.axis.partial else ""
        parts.append(element("path", class_=f"part {layer.look}", d="".join(boxes.values())) if boxes else "")
        parts.append(element("path", class_=f"part partial {layer.look}", d=last) if last else "")
    return parts


def _gaps(frame: _Frame, empty: Sequence[bool], top: float, foot: float) -> list[str]:
    """Shade the steps of which the data know nothing, and the last one if it isn't over."""
    last = frame.x(frame.axis.steps - 1)
    box: dict[str, Any] = {"y": top, "width": frame.step, "height": foot - top}
    return [
        *([element("rect", class_="open", x=last, **box)] if frame.axis.partial else []),
        *(
            element("rect", class_="gap", x=frame.x(step), **box)
            for step, nothing in enumerate(empty)
            if nothing
        ),
    ]


def _marked(frame: _Frame, marks: Sequence[Mark], top: float, foot: float) -> list[str]:
    """Draw marks; a name is written where there is room for it on one of two lines."""
    parts, ends = [], [-math.inf, -math.inf]
    for mark in marks:
        x = frame.x(mark.place)
        room = 190 if frame.sheet.beside else 130
        named = cut(mark.name, room - width_of(mark.more, 12), 12) + mark.more
        x = min(x, frame.x(frame.axis.steps))
        left = min(x, frame.sheet.width - width_of(named, 12))
        line = next((line for line, end in enumerate(ends) if end < left), None)
        inner = [
            element("title", html.escape(mark.full)),
            element("line", class_="mark", x1=x, x2=x, y1=top + MARKS - 14, y2=foot),
            element("path", class_="flag", d=f"M{decimal(x)} {decimal(top + MARKS - 6)}l-4 -8h8z"),
        ]
        if line is not None:
            inner.append(text(named, left, top + 14 + 16 * line, "mark-name"))
            ends[line] = left + width_of(named, 12) + 10
        parts.append(element("g", "".join(inner), class_="release"))
    return parts


def _sums(frame: _Frame, totals: Sequence[int], top: float, title: str) -> list[str]:
    """Draw the running sum as a line with its end in numbers."""
    running = list(itertools.accumulate(totals))
    foot, most = top + SUM, max(running[-1:], default=0) or 1
    points = [(frame.x(0), foot)] + [
        (frame.x(step + 1), foot - (SUM - 16) * value / most) for step, value in enumerate(running)
    ]
    path = "L".join(f"{decimal(x)} {decimal(y)}" for x, y in points)
    end = frame.x(frame.axis.steps)
    label = text(f"{most:,}" if running and running[-1] else "0", end, points[-1][1] - 5, "sum end")
    beside = [text(title, 0, top + 20, "heading")] if frame.sheet.beside else []
    above = [] if frame.sheet.beside else [text(title, frame.sheet.left, top + 8, "heading")]
    return [
        *beside,
        *above,
        element("path", class_="area", d=f"M{path}L{decimal(end)} {decimal(foot)}z"),
        element("path", class_="line", d=f"M{path}"),
        label,
    ]


def _months(frame: _Frame, y: float) -> list[str]:
    """Draw the axis: years, and months where there is room."""
    end = frame.x(frame.axis.steps)
    parts = [element("line", class_="axis", x1=frame.sheet.left, x2=end, y1=y, y2=y)]
    last = -math.inf
    for step in range(frame.axis.steps):
        name, x = frame.axis.name(step), frame.x(step)
        if x - last >= 62 and x + 48 <= frame.sheet.width:
            parts.append(element("line", class_="axis", x1=x, x2=x, y1=y, y2=y + 5))
            parts.append(text(name, x, y + 19, "soft"))
            last = x
    return parts


def _hit(frame: _Frame, step: int, words: str, top: float, foot: float) -> str:
    """Draw what answers to the pointer and the keyboard in one step."""
    return element(
        "g",
        element("title", html.escape(words))
        + element("rect", class_="hit", x=frame.x(step), y=top, width=frame.step, height=foot - top),
        class_="month",
    )


def _line(frame: _Frame, line: Line, top: float, row: float) -> str:
    """Draw one maker: a dot where it begins, a line to where it ends, filled if it goes on."""
    y = top + (row / 2 if frame.sheet.beside else row - 10)
    first, last = frame.x(line.first), frame.x(line.last)
    room = frame.sheet.left - 22 if frame.sheet.beside else frame.sheet.width - 70
    end = f"{'dot' if line.active else 'ring'}"
    name = text(cut(line.name, room), 0, y + 4 if frame.sheet.beside else y - 11, "name")
    number = (
        text(line.number, frame.sheet.width, y + 4, "number end")
        if frame.sheet.beside
        else text(line.number, frame.sheet.width, y - 11, "number end")
    )
    return element(
        "g",
        element("title", html.escape(line.full))
        + element("rect", class_="hit", x=0, y=top, width=frame.sheet.width, height=row)
        + name
        + element("line", class_="thread", x1=frame.sheet.left, x2=frame.x(frame.axis.steps), y1=y, y2=y)
        + element("line", class_="life", x1=first, x2=last, y1=y, y2=y)
        + element("circle", class_="dot", cx=first, cy=y, r=4.5)
        + (element("circle", class_=end, cx=last, cy=y, r=4.5) if last - first > 3 or not line.active else "")
        + number,
        class_="maker",
    )
