"""The chart of influence: measures beside each other, each with its own scale, and where they disagree."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from begat.views.page.base import About, Page, Twin
from begat.views.page.section import country_name, figure, linked, within
from begat.views.said import counted, said
from begat.views.words import clean, house_name

__all__ = ["InfluenceData", "influence_page"]

Row = Mapping[str, Any]
Words = Mapping[str, str]

FIRST = 10
"""How many of two measures are compared in the sentence on top."""

GAP = 2
"""A rank is marked if it is so many times another one; influence.js has the same."""

LINKED = ("model", "family", "account", "institution", "country")
"""Groups that have pages."""


class InfluenceData(NamedTuple):
    """What the chart shows.

    Attributes
    ----------
    by, measure : str
        Whose influence, and the measure to order by.
    found : mapping
        See `begat.answer.influence.beside`.
    most : int
        How many rows are seen.
    country : str, optional
        Where all of them have their seat.
    intervals : mapping
        By id, ``value_low, value_high, low, high`` of the measure.
    draws : int
        How often the accounts were drawn for these; 0 for no intervals.
    """

    by: str
    measure: str
    found: Row
    most: int
    country: str | None = None
    intervals: Mapping[str, Row] = MappingProxyType({})
    draws: int = 0


def influence_page(data: InfluenceData, about: About, *, lang: str = "en") -> Page:
    """Return the chart of influence of models or groups of them."""
    words = said(lang, "influence")
    names = _ordered(data)
    rows = [_line(row, place, data, lang) for place, row in enumerate(data.found["rows"])]
    title = words["title"].format(group=words[f"group_{data.by}"])
    columns = ("id", "name", "country", *names, *(f"{name}_rank" for name in names), "low", "high")
    twin = Twin(
        _head(data), (*columns, "value_low", "value_high"), [_flat(row, data) for row in data.found["rows"]]
    )
    return Page(
        view="influence",
        title=title,
        values={
            "seated": words["seated"].format(country=country_name(data.country, lang))
            if data.country
            else "",
            "lead": _lead(data, words, lang),
            "names": [(name, words[f"measure_{name}"], words[f"define_{name}"]) for name in names],
            "chosen": data.measure,
            "lines": rows,
            "more": _more(data, words)[data.measure],
            "how": words["how"].format(all=f"{data.found['all']:,}", gap=GAP),
            "intervals": words["intervals"].format(draws=f"{data.draws:,}") if data.draws else "",
        },
        twin=twin,
        data={
            "head": twin.head,
            "columns": list(twin.columns),
            "rows": [[row.get(name) for name in twin.columns] for row in twin.rows],
            "measure": data.measure,
            "most": data.most,
            "more": _more(data, words),
            "names": {name: words[f"measure_{name}"] for name in names},
        },
        about=about,
        lang=lang,
        styles=("influence.css",),
        scripts=("influence.js",),
        tools=("csv", "json"),
    )


def _ordered(data: InfluenceData) -> list[str]:
    """Return the measures, the one that is ordered by first."""
    return [data.measure, *(name for name in data.found["measures"] if name != data.measure)]


def _head(data: InfluenceData) -> Row:
    return {
        "by": data.by,
        "measure": data.measure,
        "country": data.country,
        "ranked": data.found["all"],
        "draws": data.draws,
        "rest": data.found["rest"],
    }


def _flat(row: Row, data: InfluenceData) -> Row:
    """Return a row of the twin: the ranks beside the values."""
    ranks = {f"{name}_rank": rank for name, rank in row["ranks"].items()}
    return {
        **{key: value for key, value in row.items() if key != "ranks"},
        **ranks,
        **data.intervals.get(row["id"], {}),
    }


def _name(row: Row, by: str, lang: str) -> str:
    if by == "country":
        return country_name(row["id"], lang)
    return house_name(row["id"]) if by == "account" else clean(row["name"] or row["id"])


def _line(row: Row, place: int, data: InfluenceData, lang: str) -> Row:
    """Return a row ready to print: its name, and of each measure value, rank, bar and mark."""
    greatest = {name: _greatest(data.found["rows"], name) for name in data.found["measures"]}
    own = row["ranks"][data.measure]
    link = linked(data.by, row["id"], _name(row, data.by, lang)).link if data.by in LINKED else None
    return {
        "name": _name(row, data.by, lang),
        "note": country_name(row["country"], lang) if row["country"] and data.by != "country" else "",
        "link": link,
        "hidden": place >= data.most,
        "cells": [_cell(row, name, greatest[name], own) for name in _ordered(data)],
        "interval": _interval(data.intervals.get(row["id"])),
    }


def _greatest(rows: Sequence[Row], name: str) -> float:
    return max((row[name] for row in rows if row[name] is not None), default=0)


def _cell(row: Row, name: str, greatest: float, own: int | None) -> Row:
    value, rank = row[name], row["ranks"][name]
    return {
        "measure": name,
        "value": value,
        "text": figure(value, brief=True),
        "rank": rank,
        "bar": round(max(100 * value / greatest, 0), 2) if value and greatest > 0 and value > 0 else 0,
        "mark": _mark(rank, own),
    }


def _mark(rank: int | None, own: int | None) -> str:
    """Say whether a rank is far from the one by the chosen measure.

    Examples
    --------
    >>> _mark(1, 3), _mark(9, 3), _mark(4, 3), _mark(None, 3)
    ('better', 'worse', '', '')
    """
    if rank is None or own is None:
        return ""
    if rank * GAP < own:
        return "better"
    return "worse" if own * GAP < rank else ""


def _interval(bounds: Row | None) -> Row | None:
    if not bounds or bounds["low"] is None:
        return None
    return {
        "value": f"{figure(bounds['value_low'], brief=True)}–{figure(bounds['value_high'], brief=True)}",
        "rank": f"{bounds['low']}–{bounds['high']}",
    }


def _lead(data: InfluenceData, words: Words, lang: str) -> str:
    """Say who is first, and how much another measure would change."""
    rows = data.found["rows"]
    if not rows:
        return words["lead_none"]
    name = within(words[f"measure_{data.measure}"])
    count = min(FIRST, len(rows), data.most)
    chosen = _firsts(rows, data.measure, count)
    moved = {
        other: len(chosen - _firsts(rows, other, count))
        for other in data.found["measures"]
        if other != data.measure
    }
    first = _name(rows[0], data.by, lang)
    if not moved:
        return words["lead_one"].format(measure=name, first=first)
    other = max(moved, key=lambda each: moved[each])
    return words["lead"].format(
        measure=name, first=first, count=count, moved=moved[other], other=within(words[f"measure_{other}"])
    )


def _firsts(rows: Sequence[Row], name: str, count: int) -> set[str]:
    ordered = sorted(rows, key=lambda row: (row["ranks"][name] is None, row["ranks"][name] or 0, row["id"]))
    return {row["id"] for row in ordered[:count]}


def _more(data: InfluenceData, words: Words) -> Mapping[str, str]:
    """Say by measure how many are not seen, and of credit that is divided, how much they have."""
    more = data.found["all"] - min(data.most, len(data.found["rows"]))
    if more <= 0:
        return dict.fromkeys(data.found["measures"], "")
    texts = dict.fromkeys(data.found["measures"], counted(words, "more_unsummed", more))
    for name, rest in data.found["rest"].items():
        key = f"more_{'one' if more == 1 else 'many'}"
        texts[name] = words[key].format(
            count=f"{more:,}", total=figure(rest), measure=within(words[f"measure_{name}"])
        )
    return texts
