"""Editions over time: a part of pages, and a page of its own."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from begat.views.markup import csp, environment, template_text
from begat.views.picture.chart import Caption, newest, trend_chart
from begat.views.said import said as words
from begat.views.words import clean

__all__ = ["STYLES", "trend_page", "trend_part"]

Row = Mapping[str, Any]

STYLES = ("page.css", "report.css", "chart.css", "ranking.css")
"""Style sheets of pages with a chart and a ranking."""

MOVERS = 6
"""Moves that are named."""


def trend_part(
    rows: Sequence[Row], said: Mapping[str, str], *, key: str, value: str = "rank", top: int = 10
) -> dict[str, Any] | None:
    """Return the chart of a series and what is to say about it; None for less than two editions.

    Parameters
    ----------
    rows : sequence of mapping
        As `begat trends` gives them.
    said : Labels
        The words.
    key : str
        Id of the part in its page.
    value : str
        ``rank`` or ``score``.
    top : int
        How many lines are drawn.
    """
    from markupsafe import Markup

    days = sorted({row["date"] for row in rows})
    shown = newest(rows, top)
    if len(days) < 2 or not shown:
        return None
    title = said["trend"] if value == "rank" else said["score_trend"]
    described = said["trend_description"].format(count=len(shown), edition=days[-1], editions=len(days))
    reasons = {row["date"]: row["reason"] for row in rows if row["reason"]}
    banded = value == "rank" and any(row["low"] is not None for row in rows)
    return {
        "key": key,
        "title": title,
        "chart": Markup(trend_chart(rows, Caption(title, described, key), value=value, top=top)),
        "moves": _moves(said, rows, days) if value == "rank" else None,
        "note": " ".join(
            [*([said["trend_note"]] if reasons else []), *([said["trend_bands"]] if banded else [])]
        ),
        "breaks": [
            (f"{before} ≠ {now}", clean(reasons[now]))
            for before, now in itertools.pairwise(days)
            if now in reasons
        ],
    }


def trend_page(
    rows: Sequence[Row], *, title: str, values: Sequence[str], top: int, command: str, lang: str = "en"
) -> str:
    """Write a page with the charts of a series and its table; no script, no request.

    Parameters
    ----------
    rows : sequence of mapping
        As `begat trends` gives them.
    title : str
        Heading of the page.
    values : sequence of str
        What is drawn: ``rank``, ``score``.
    top : int
        How many of the newest edition are shown; 0 for all.
    command : str
        What makes this page.
    lang : str
        ``en`` or ``zh``.
    """
    from markupsafe import Markup

    said = words(lang, "ranking")
    style = "".join(map(template_text, STYLES))
    days = sorted({row["date"] for row in rows})
    parts = [trend_part(rows, said, key=value, value=value, top=top) for value in values]
    return (
        environment()
        .get_template("trends.html.j2")
        .render(
            said=said,
            policy=csp(scripts=[], styles=[style]),
            style=Markup(style),
            title=clean(title),
            parts=[part for part in parts if part],
            days=days,
            lines=[_line(rows, days, subject) for subject in newest(rows, top)],
            command=clean(command),
        )
    )


def _moves(said: Mapping[str, str], rows: Sequence[Row], days: Sequence[date]) -> dict[str, Any]:
    """Say what changed between the last two editions that can be compared, and what of it is supported."""
    comparable = [row["date"] for row in rows if row["comparable"]]
    if not comparable:
        return {"text": said["trend_never"], "title": "", "largest": []}
    now = max(comparable)
    between = {"before": days[days.index(now) - 1], "now": now}
    both = [row for row in rows if row["date"] == now and row["change"] is not None]
    moved = sorted((row for row in both if row["change"]), key=lambda row: (-abs(row["change"]), row["rank"]))
    known = any(row["supported"] is not None for row in both)
    text = said["trend_no_moves"] if not moved else said["trend_moves"] if known else said["trend_moved"]
    supported = sum(row["supported"] is True for row in moved)
    return {
        "text": text.format(**between, count=len(both), moved=len(moved), supported=supported),
        "title": said["movers"].format(**between),
        "largest": [_move(said, row) for row in moved[:MOVERS]],
    }


def _move(said: Mapping[str, str], row: Row) -> tuple[str, str]:
    """Return a move, and whether the intervals support it where that is known."""
    words = {True: said["move_supported"], False: said["move_unsupported"], None: ""}
    move = said["move"].format(name=clean(row["name"]), before=row["rank"] + row["change"], now=row["rank"])
    return move, words[row["supported"]]


def _line(rows: Sequence[Row], days: Sequence[date], subject: str) -> tuple[str, list[dict[str, str] | None]]:
    own = {row["date"]: row for row in rows if row["subject"] == subject}
    name = clean(own[max(own)]["name"])
    return name, [_cell(own[day]) if day in own else None for day in days]


def _cell(row: Row) -> dict[str, str]:
    return {
        "rank": "–" if row["rank"] is None else str(row["rank"]),
        "between": "" if row["low"] is None else f"{row['low']}–{row['high']}",
        "score": f"{row['score']:.3f}",
    }
