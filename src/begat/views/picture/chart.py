"""Charts as SVG text: ranks and scores over time, rank intervals, weights; no script, nothing from outside.

Every chart is a pure function of rows, looks right in light and dark, and says what it shows to those who
can't see it.
"""

import html
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from begat.views.markup import template_text
from begat.views.picture.element import cut as _cut
from begat.views.picture.element import decimal as _number
from begat.views.picture.element import element as _tag
from begat.views.picture.element import text as _text
from begat.views.picture.element import width_of as _width
from begat.views.words import clean

__all__ = [
    "Caption",
    "interval_bar",
    "interval_chart",
    "newest",
    "spread",
    "ticks",
    "trend_chart",
    "weight_chart",
]

Row = Mapping[str, Any]

WIDTH = 960
LINE = 19
"""Height of a line of text."""
COLOURS = 8
"""Colours of series in chart.css; further series take them again, with dashes."""
CROWDED = 4
"""With more series than this, intervals are drawn only for the one that is pointed at."""
HEADING = 36
"""Height of the heading of a picture of its own."""
LONGEST = 200
"""Most that a name may take."""
MONTH = 54
"""Least distance of two dates on the axis."""


class Caption(NamedTuple):
    """What a chart says beside its rows.

    Attributes
    ----------
    title, description : str
        For those who can't see it.
    key : str
        Makes the ids of the chart its own; another for each chart of a page, "" for a file of its own.
    """

    title: str
    description: str
    key: str = ""


class _Scale(NamedTuple):
    """A linear scale: `low` is drawn at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value is drawn."""
        span = self.high - self.low or 1
        return self.start + (value - self.low) / span * (self.end - self.start)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart as little as possible, so that neighbours keep a distance.

    Least squares under ``p[i + 1] - p[i] >= gap`` and ``low <= p <= high``, in the order of `wanted`, which
    ascends. Where there is no room for all, the distance shrinks to what there is room for.

    Notes
    -----
    Pool adjacent violators on ``wanted[i] - i gap``, then the bounds; O(n).

    References
    ----------
    Barlow, Bartholomew, Bremner, Brunk (1972), Statistical Inference under Order Restrictions.

    Examples
    --------
    >>> spread([10, 11, 40], 6, 0, 100)
    [7.5, 13.5, 40.0]
    """
    if len(wanted) > 1:
        gap = min(gap, (high - low) / (len(wanted) - 1))
    pools: list[tuple[float, int]] = []
    for place, position in enumerate(wanted):
        mean, size = position - place * gap, 1
        while pools and pools[-1][0] > mean:
            other, members = pools.pop()
            mean = (mean * size + other * members) / (size + members)
            size += members
        pools.append((mean, size))
    top = max(high - (len(wanted) - 1) * gap, low)
    level = [min(max(mean, low), top) for mean, size in pools for _ in range(size)]
    return [float(at + place * gap) for place, at in enumerate(level)]


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Return round values that cover a range, at most about `most`.

    Examples
    --------
    >>> ticks(0.21, 0.83)
    [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    """
    rough = (high - low or 1) / most
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(place * step, 10) for place in range(first, max(last, first + 1) + 1)]


def newest(rows: Sequence[Row], top: int) -> list[str]:
    """Return the first subjects of the newest edition, best first; all for 0."""
    last = max((row["date"] for row in rows), default=None)
    ranked = [row for row in rows if row["date"] == last and row["rank"] is not None]
    ranked.sort(key=lambda row: (row["rank"], row["subject"]))
    return [row["subject"] for row in ranked[: top or None]]


def trend_chart(rows: Sequence[Row], caption: Caption, *, value: str = "rank", top: int = 10) -> str:
    """Draw ranks (the best above) or scores over time, with a name at the end of each line.

    Steps between editions that can't be compared are dotted and marked. Intervals of ranks are bands.

    Parameters
    ----------
    rows : sequence of mapping
        ``date, subject, name, rank, low, high, score, comparable, reason``, as `begat trends` gives them.
    caption : Caption
        What it says beside them.
    value : str
        ``rank`` or ``score``.
    top : int
        How many of the newest edition are drawn; 0 for all.
    """
    subjects = newest(rows, top)
    lines = {name: sorted(_of(rows, name), key=lambda row: row["date"]) for name in subjects}
    days = sorted({row["date"] for row in rows})
    crowded = len(subjects) > CROWDED
    values = [edge for line in lines.values() for row in line for edge in _edges(row, value, crowded)]
    marks = _marks(values, value)
    labels = {name: _label(line[-1], value) for name, line in lines.items()}
    right = 40 + max((_width("".join(label)) for label in labels.values()), default=0)
    height = max(420, 90 + LINE * len(subjects))
    top_edge, bottom = 34.0, height - 40.0
    ends = (bottom, top_edge) if value == "score" else (top_edge, bottom)
    y = _Scale(marks[0], marks[-1], *ends)
    x = (
        _Scale(days[0].toordinal(), days[-1].toordinal(), 46, WIDTH - right)
        if days
        else _Scale(0, 1, 46, 900)
    )
    ordered = sorted(subjects, key=lambda name: y(lines[name][-1][value]))
    places = spread([y(lines[name][-1][value]) for name in ordered], LINE, top_edge, bottom)
    parts = [
        *_grid(marks, y, x),
        *_days(days, x, bottom),
        *_breaks(rows, days, x, (top_edge, bottom)),
        _tag(
            "g",
            "".join(
                _series(lines[name], value, x, y, subjects.index(name))
                + _end(labels[name], x.end, y(lines[name][-1][value]), place)
                + "</g>"
                for name, place in zip(ordered, places, strict=True)
            ),
            class_="lines crowded" if crowded else "lines",
        ),
    ]
    return _svg(parts, height, caption)


def interval_chart(rows: Sequence[Row], caption: Caption, *, tier: str = "Tier {tier}") -> str:
    """Draw each rank as a dot on the interval that it has under other methods, by tier.

    Parameters
    ----------
    rows : sequence of mapping
        ``name, rank, low, high, tier``; those without a rank are left out.
    caption : Caption
        What it says beside them.
    tier : str
        How a tier is called.
    """
    ranked = [row for row in rows if row["rank"] is not None]
    ranked.sort(key=lambda row: (row.get("tier") or 0, row["rank"]))
    names = [_cut(clean(row["name"]), LONGEST) for row in ranked]
    left = 20 + max(map(_width, names), default=0)
    most = max((max(row["rank"], row["high"] or 0) for row in ranked), default=1)
    x = _Scale(1, most, left + 12, WIDTH - 90)
    parts, at = [], 30.0
    for level, members in itertools.groupby(
        zip(ranked, names, strict=True), lambda pair: pair[0].get("tier")
    ):
        group = list(members)
        tall = 22.0 * len(group)
        if level:
            style = "tier" if level % 2 else "tier even"
            parts.append(_tag("rect", class_=style, x=0, y=at, width=WIDTH, height=tall))
            parts.append(_text(clean(tier.format(tier=level)), WIDTH - 10, at + 16, "soft end"))
        for place, (row, name) in enumerate(group):
            parts.append(_interval(row, name, x, at + 22 * place + 11))
        at += tall
    axis = [
        _mark(f"{value:g}", x(value), (24, at), 16) for value in _marks([1, most], "rank") if value <= most
    ]
    return _svg([*axis, *parts], at + 10, caption)


def interval_bar(row: Row, most: int) -> str:
    """Draw one rank on its interval for a table cell; the text beside it says the same.

    A thin line is where the rank may lie if all that is missing were 0 or 1 (``bound_low, bound_high``).
    """
    x = _Scale(1, max(most, 2), 4, 156)
    parts = [_tag("line", class_="track", x1=2, x2=158, y1=8, y2=8)]
    for style, low, high in (("bounds", "bound_low", "bound_high"), ("interval", "low", "high")):
        if row.get(low) is not None and row.get(high) is not None:
            start, end = x(row[low]) - 3, x(row[high]) + 3
            thick = 2 if style == "bounds" else 6
            parts.append(
                _tag(
                    "rect",
                    class_=style,
                    x=start,
                    y=8 - thick / 2,
                    width=end - start,
                    height=thick,
                    rx=thick / 2,
                )
            )
    if row.get("rank") is not None:
        parts.append(_tag("circle", class_="dot", cx=x(row["rank"]), cy=8, r=4))
    return _tag("svg", "".join(parts), class_="interval-bar", viewBox="0 0 160 16", aria_hidden="true")


def weight_chart(rows: Sequence[Row], caption: Caption) -> str:
    """Draw the weight that was set (frame) and the weight that was got (bar), both as shares of their sum.

    Parameters
    ----------
    rows : sequence of mapping
        ``name, nominal, effect``.
    caption : Caption
        What it says beside them.
    """
    names = [_cut(clean(row["name"]), 260) for row in rows]
    left = 16 + max(map(_width, names), default=0)
    set_, got = (_shares([row[key] or 0 for row in rows]) for key in ("nominal", "effect"))
    x = _Scale(0, max([*set_, *got, 0.01]), left, WIDTH - 120)
    parts = []
    for place, (name, nominal, effect) in enumerate(zip(names, set_, got, strict=True)):
        at = 24 * place + 4
        parts += [
            _text(name, left - 10, at + 14, "end"),
            _tag("rect", class_="got", x=left, y=at + 5, width=x(effect) - left, height=8, rx=1),
            _tag("rect", class_="set", x=left, y=at + 1, width=x(nominal) - left, height=16, rx=2),
            _text(f"{nominal:.0%} → {effect:.0%}", max(x(nominal), x(effect)) + 8, at + 14, "soft"),
        ]
    return _svg(parts, 24 * len(rows) + 6, caption)


def _of(rows: Sequence[Row], subject: str) -> list[Row]:
    return [row for row in rows if row["subject"] == subject and row["rank"] is not None]


def _edges(row: Row, value: str, crowded: bool) -> list[float]:
    """Return the values of a row that must fit on the axis; bands that are not seen may leave it."""
    bounds = (row["low"], row["high"]) if value == "rank" and not crowded else ()
    return [edge for edge in (row[value], *bounds) if edge is not None]


def _marks(values: Sequence[float], value: str) -> list[float]:
    if not values:
        return [0, 1]
    if value == "score":
        return ticks(min(values), max(values))
    most = max(*values, 2)
    step = 1 if most <= 12 else 5 if most <= 60 else 10 ** math.floor(math.log10(most / 3))
    return [1, *range(step if step > 1 else 2, math.ceil(most / step) * step + 1, step)]


def _label(row: Row, value: str) -> tuple[str, str, str]:
    """Return what stands at the end of a line: figure, name, interval."""
    name = _cut(clean(row["name"]), LONGEST)
    if value == "score":
        return f"{row['score']:.3f}", name, ""
    between = "" if row["low"] is None else f"{row['low']}–{row['high']}"
    return f"{row['rank']}", name, between


def _series(line: Sequence[Row], value: str, x: _Scale, y: _Scale, place: int) -> str:
    """Draw a line and its dots, and leave its group open for the label."""
    points = [(x(row["date"].toordinal()), y(row[value])) for row in line]
    said = [
        f"{row['date']}: {row['rank']}"
        + (f" ({row['low']}–{row['high']})" if row["low"] is not None else "")
        + f", {row['score']:.3f}"
        for row in line
    ]
    solid, dotted = _paths(line, points)
    dashes = " dashes" if place >= COLOURS else ""
    return "".join(
        [
            f'<g class="series s{place % COLOURS + 1}{dashes}">',
            _tag("title", html.escape("\n".join([clean(line[0]["name"]), *said]))),
            _band(line, x, y) if value == "rank" else "",
            _tag("path", class_="hit", d=_path(points)),
            _tag("path", class_="line", d=solid) if solid else "",
            _tag("path", class_="line apart", d=dotted) if dotted else "",
            *(_tag("circle", class_="dot", cx=left, cy=top, r=3.5) for left, top in points),
        ]
    )


def _paths(line: Sequence[Row], points: Sequence[tuple[float, float]]) -> tuple[str, str]:
    """Split a line into the steps between editions that can be compared and the others."""
    steps: dict[bool, str] = {True: "", False: ""}
    for (before, now), row in zip(itertools.pairwise(points), line[1:], strict=True):
        steps[bool(row["comparable"])] += _path([before, now])
    return steps[True], steps[False]


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_number(left)} {_number(top)}" for left, top in points)


def _band(line: Sequence[Row], x: _Scale, y: _Scale) -> str:
    known = [row for row in line if row["low"] is not None]
    upper = [(x(row["date"].toordinal()), y(row["low"])) for row in known]
    lower = [(x(row["date"].toordinal()), y(min(row["high"], y.high))) for row in reversed(known)]
    return _tag("path", class_="band", d=_path([*upper, *lower]) + "Z") if known else ""


def _end(label: tuple[str, str, str], end: float, at: float, place: float) -> str:
    """Draw the label of a line, with a leader from its end."""
    figure, name, between = label
    spans = _tag("tspan", html.escape(figure), class_="figure") + html.escape(f" {name}")
    if between:
        spans += _tag("tspan", html.escape(between), class_="soft", dx=7)
    return _tag("path", class_="leader", d=_path([(end + 6, at), (end + 20, place)])) + _tag(
        "text", spans, class_="label", x=end + 24, y=place + 4.5
    )


def _grid(marks: Sequence[float], y: _Scale, x: _Scale) -> Iterator[str]:
    for mark in marks:
        yield _tag("line", class_="grid", x1=x.start, x2=x.end, y1=y(mark), y2=y(mark))
        yield _text(f"{mark:g}", x.start - 12, y(mark) + 4.5, "soft end")


def _days(days: Sequence[date], x: _Scale, bottom: float) -> Iterator[str]:
    """Draw the axis of time; where there is no room, a date keeps its tick and loses its text."""
    last = -math.inf
    for day in days:
        at = x(day.toordinal())
        yield _tag("line", class_="axis", x1=at, x2=at, y1=bottom + 8, y2=bottom + 13)
        if at - last >= MONTH:
            yield _text(f"{day:%Y-%m}", at, bottom + 29, "soft middle")
            last = at


def _breaks(
    rows: Sequence[Row], days: Sequence[date], x: _Scale, edges: tuple[float, float]
) -> Iterator[str]:
    """Mark the steps between editions that can't be compared."""
    reasons = {row["date"]: row["reason"] for row in rows if row["reason"]}
    for before, now in itertools.pairwise(days):
        if now in reasons:
            at = (x(before.toordinal()) + x(now.toordinal())) / 2
            yield _tag(
                "g",
                _tag("title", html.escape(clean(f"{before} ≠ {now}: {reasons[now]}")))
                + _tag("line", class_="break", x1=at, x2=at, y1=edges[0] - 8, y2=edges[1])
                + _text("≠", at, edges[0] - 14, "soft middle"),
            )


def _interval(row: Row, name: str, x: _Scale, at: float) -> str:
    parts = [_text(name, x.start - 22, at + 4.5, "end")]
    if row["low"] is not None:
        low, high = x(row["low"]), x(row["high"])
        parts += [
            _tag("line", class_="whisker", x1=low, x2=high, y1=at, y2=at),
            *(_tag("line", class_="whisker", x1=end, x2=end, y1=at - 4, y2=at + 4) for end in (low, high)),
        ]
    said = f"{row['name']}: {row['rank']}" + (f" ({row['low']}–{row['high']})" if row["low"] else "")
    return _tag(
        "g",
        _tag("title", html.escape(clean(said)))
        + "".join(parts)
        + _tag("circle", class_="dot", cx=x(row["rank"]), cy=at, r=5),
        class_="series s1",
    )


def _mark(text: str, at: float, edges: tuple[float, float], top: float) -> str:
    line = _tag("line", class_="grid", x1=at, x2=at, y1=edges[0], y2=edges[1])
    return line + _text(text, at, top, "soft middle")


def _shares(values: Sequence[float]) -> list[float]:
    whole = sum(values) or 1
    return [value / whole for value in values]


def _svg(parts: Iterable[str], height: float, caption: Caption) -> str:
    """Return the picture; one of its own brings its styles and ground along."""
    key = f"{caption.key}-" if caption.key else ""
    alone = not caption.key
    top = -HEADING if alone else 0
    ground = (
        _tag("style", template_text("chart.css"))
        + _tag("rect", class_="ground", y=top, width=WIDTH, height=height - top)
        + _text(clean(caption.title), 10, top + 24, "heading")
    )
    return (
        _tag(
            "svg",
            (ground if alone else "")
            + _tag("title", html.escape(clean(caption.title)), id=f"{key}title")
            + _tag("desc", html.escape(clean(caption.description)), id=f"{key}desc")
            + "".join(parts),
            **({"xmlns": "http://www.w3.org/2000/svg"} if alone else {}),
            class_="chart",
            viewBox=f"0 {top} {WIDTH} {_number(height - top)}",
            role="img",
            aria_labelledby=f"{key}title {key}desc",
        )
        + "\n"
    )
