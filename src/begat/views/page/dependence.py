"""Who rests on whom as a matrix: rows rest on columns, with how concentrated the suppliers of each are."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from begat.views.page.base import About, Page, Twin
from begat.views.page.section import Cell, Section, country_name, cut, figure, linked, number, part, with_bars
from begat.views.said import counted, said
from begat.views.words import clean, house_name

__all__ = ["LEVELS", "DependenceData", "dependence_page"]

Row = Mapping[str, Any]
Words = Mapping[str, str]
Key = str | None

LEVELS = ("institution", "country", "account")
"""Between which one can switch."""

SHADES = (0.01, 0.05, 0.15, 0.4)
"""Shares from which on a cell is shaded more; one that isn't empty is shaded in any case."""

NEAREST = 4
"""Suppliers of each on a narrow screen."""

COLUMNS = (
    "subject", "subject_name", "supplier", "supplier_name", "models", "share", "only", "roots", "back",
    "downloads_30d", "downloads_unknown",
)  # fmt: skip


class DependenceData(NamedTuple):
    """What the matrix shows.

    Attributes
    ----------
    by : str
        Of `LEVELS`.
    subjects : sequence of mapping
        Those that are seen, rows of `begat.registry.depending.concentration`.
    suppliers : sequence of (str, str)
        Id and name of the columns, without those that are not known.
    cells : sequence of mapping
        The cells that aren't empty, rows of `begat.registry.depending.dependence`.
    beyond : mapping
        Of each subject the models that rest on anybody known who has no column.
    whole : mapping
        ``models, resting, own, unstated, untold, copies, subjects`` of all.
    mutual : sequence of mapping
        Cells whose subject and supplier rest on each other, a pair once.
    roots : sequence of mapping
        Rows of `begat.registry.depending.root_suppliers`.
    on : date, optional
        The day as of which it is.
    evidence : str
        The weakest that counts.
    """

    by: str
    subjects: Sequence[Row]
    suppliers: Sequence[tuple[str, str]]
    cells: Sequence[Row]
    beyond: Mapping[Key, int]
    whole: Row
    mutual: Sequence[Row]
    roots: Sequence[Row]
    on: date | None = None
    evidence: str = "reported"


def _state(data: DependenceData) -> dict[str, str]:
    """Return what the addresses of the other levels must say, too."""
    day = {} if data.on is None else {"on": str(data.on)}
    return day if data.evidence == "reported" else {**day, "evidence": data.evidence}


def dependence_page(data: DependenceData, about: About, *, lang: str = "en") -> Page:
    """Return the page of who rests on whom at one level."""
    words = said(lang, "dependence")
    lines = [_line(row, data, words, lang) for row in data.subjects]
    head = {
        "by": data.by,
        "on": data.on,
        "evidence": data.evidence,
        **data.whole,
        "roots": list(data.roots),
        "concentration": list(data.subjects),
    }
    title = words["title"].format(group=words[f"group_{data.by}"])
    return Page(
        view="dependence",
        title=title if data.on is None else words["title_on"].format(title=title, date=data.on),
        values={
            "by": data.by,
            "levels": [(level, words[f"level_{level}"]) for level in LEVELS],
            "state": _state(data),
            "lead": _lead(data, words, lang),
            "caution": _caution(data, words, lang),
            "shares": _shares(data.whole, words),
            "suppliers": [(key, _name(key, name, data.by, lang)) for key, name in data.suppliers],
            "lines": lines,
            "reading": _reading(data, words, lang),
            "more": _more(data, words),
            "sections": [
                _concentrated(data, words, lang),
                _roots(data, words, lang),
                _mutual(data, words, lang),
            ],
        },
        twin=Twin(head, COLUMNS, data.cells),
        about=about,
        lang=lang,
        styles=("sections.css", "dependence.css"),
        scripts=("dependence.js",),
        tools=("csv", "json"),
    )


def _name(key: Key, name: str | None, by: str, lang: str) -> str:
    if key is None:
        return said(lang, "dependence")[f"unknown_{by}"]
    if by == "country":
        return country_name(key, lang)
    return house_name(key) if by == "account" else clean(name or key)


def _named(row: Row, what: str, data: DependenceData, lang: str) -> str:
    return _name(row[what], row[f"{what}_name"], data.by, lang)


def _lead(data: DependenceData, words: Words, lang: str) -> str:
    """Say the finding: how much rests on others, and on how few in the end."""
    whole, root = data.whole, data.roots[0]
    if not whole["resting"]:
        return words["lead_none"].format(others=words[f"others_{data.by}"])
    start = words["lead"].format(
        resting=counted(words, "model", whole["resting"]),
        models=f"{whole['models']:,}",
        share=part(whole["resting"] / whole["models"]),
        others=words[f"others_{data.by}"],
    )
    if root["largest"] is None:
        return start
    return start + words["lead_roots"].format(
        largest=_named(root, "largest", data, lang),
        share=part(root["largest_share"]),
        effective=figure(root["effective"]),
        equal=words[f"equal_{data.by}"],
    )


def _caution(data: DependenceData, words: Words, lang: str) -> str:
    whole = data.whole
    text = words["caution"].format(
        unstated=f"{whole['unstated']:,}",
        share=part(whole["unstated"] / max(whole["models"], 1)),
        untold=f"{whole['untold']:,}",
    )
    space = " " if lang == "en" else ""
    return text if data.evidence == "reported" else f"{text}{space}{words[data.evidence]}"


def _shares(whole: Row, words: Words) -> Sequence[Row]:
    """Divide all models into those on others, those on their own house, and those with no known parent."""
    return cut([(f"w-{key}", words[f"whole_{key}"], whole[key]) for key in ("resting", "own", "unstated")])


def _line(row: Row, data: DependenceData, words: Words, lang: str) -> Row:
    """Return a row of the matrix ready to print."""
    cells = {cell["supplier"]: cell for cell in data.cells if cell["subject"] == row["subject"]}
    beyond = data.beyond.get(row["subject"], 0)
    columns = [_cell(cells.get(key), key == row["subject"]) for key, _ in data.suppliers]
    columns.append(_cell({"models": beyond, "share": beyond / row["models"]} if beyond else None, False))
    columns.append(_cell(cells.get(None), False))
    nearest = [cell for cell in cells.values() if cell["supplier"] is not None][:NEAREST]
    return {
        "name": _named(row, "subject", data, lang),
        "link": _link(row["subject"], data.by),
        "models": f"{row['models']:,}",
        "share": part(row["share"]),
        "bar": round(100 * row["share"], 2),
        "effective": figure(row["effective"]),
        "sorts": {
            "models": row["models"],
            "share": row["share"],
            "effective": row["effective"] if row["effective"] is not None else -1,
        },
        "cells": columns,
        "nearest": [
            (_named(cell, "supplier", data, lang), round(100 * cell["share"], 2), _counted(cell))
            for cell in nearest
        ],
        "most": words["nearest_none"] if not nearest else "",
    }


def _link(key: Key, by: str) -> tuple[str, str] | None:
    if key is None:
        return None
    return linked(by, key).link


def _counted(cell: Row) -> str:
    return f"{part(cell['share'])} · {cell['models']:,}"


def _cell(cell: Row | None, own: bool) -> Row:
    """Return a cell: its share in percent, its models, how dark it is; nobody rests on themselves."""
    if own:
        return {"own": True}
    if cell is None:
        return {"own": False, "shade": ""}
    shade = sum(cell["share"] >= least for least in SHADES)
    return {"own": False, "shade": f"s{shade}", "share": part(cell["share"]), "models": f"{cell['models']:,}"}


def _reading(data: DependenceData, words: Words, lang: str) -> str:
    """Read one cell aloud, the largest between two that are known."""
    known = [cell for cell in data.cells if cell["subject"] is not None and cell["supplier"] is not None]
    if not known:
        return ""
    cell = known[0]
    return words["reading"].format(
        subject=_named(cell, "subject", data, lang),
        supplier=_named(cell, "supplier", data, lang),
        models=counted(words, "model", cell["models"]),
        share=part(cell["share"]),
    )


def _more(data: DependenceData, words: Words) -> str:
    more = data.whole["subjects"] - len(data.subjects)
    return counted(words, "more", more) if more > 0 else ""


def _concentrated(data: DependenceData, words: Words, lang: str) -> Section:
    """Order those that are seen by the part of their models that rests on the largest supplier."""
    rows = [row for row in data.subjects if row["largest"] is not None]
    rows.sort(key=lambda row: -row["largest_share"])
    shares = [row["largest_share"] for row in rows]
    bars = with_bars([Cell(part(share), number=True) for share in shares], shares)
    return Section(
        "concentration",
        words["concentration"],
        words["concentration_note"],
        [
            (words["subject"], False),
            (words["largest"], False),
            (words["largest_share"], True),
            (words["models"], True),
            (words["largest_only"], True),
            (words["suppliers"], True),
            (words["effective"], True),
        ],
        [
            [
                _subject(row, "subject", data, lang),
                _subject(row, "largest", data, lang)._replace(head=False),
                bar,
                number(row["largest_models"]),
                number(row["largest_only"]),
                number(row["suppliers"]),
                number(row["effective"]),
            ]
            for row, bar in zip(rows, bars, strict=True)
        ],
        wide=True,
        empty=words["nobody"],
    )


def _subject(row: Row, what: str, data: DependenceData, lang: str) -> Cell:
    return Cell(_named(row, what, data, lang), link=_link(row[what], data.by), head=True)


def _roots(data: DependenceData, words: Words, lang: str) -> Section:
    rows = [row for row in data.roots if row["largest"] is not None]
    return Section(
        "roots",
        words["roots"],
        words["roots_note"],
        [
            (words["weight"], False),
            (words["total"], True),
            (words["root_unknown"], True),
            (words["largest"], False),
            (words["largest_share"], True),
            (words["suppliers"], True),
            (words["effective"], True),
        ],
        [
            [
                Cell(words[f"weight_{row['weight']}"], head=True),
                number(row["total"], brief=True),
                number(row["unknown"] or 0, brief=True),
                _subject(row, "largest", data, lang)._replace(head=False),
                Cell(part(row["largest_share"]), number=True),
                number(row["suppliers"]),
                number(row["effective"]),
            ]
            for row in rows
        ],
        wide=True,
        empty=words["nobody"],
    )


def _mutual(data: DependenceData, words: Words, lang: str) -> Section:
    return Section(
        "mutual",
        words["mutual"],
        words["mutual_note"],
        [
            (words["one"], False),
            (words["on_other"], True),
            (words["other"], False),
            (words["on_one"], True),
        ],
        [
            [
                _subject(cell, "subject", data, lang),
                number(cell["models"]),
                _subject(cell, "supplier", data, lang)._replace(head=False),
                number(cell["back"]),
            ]
            for cell in data.mutual
        ],
        wide=True,
        empty=words["mutual_none"],
    )
