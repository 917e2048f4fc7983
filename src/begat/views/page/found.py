"""What a search found, by kind; near names where nothing has the words."""

from collections.abc import Mapping, Sequence
from typing import Any

from begat.views.page.base import About, Page, Twin
from begat.views.place import PREFIXES, SERVED
from begat.views.said import counted, said
from begat.views.words import clean

__all__ = ["found_page"]

Row = Mapping[str, Any]

COLUMNS = ("id", "kind", "name", "near", "address")


def found_page(text: str, hits: Sequence[Row], about: About, *, most: int, lang: str = "en") -> Page:
    """Return the page of what was found.

    Parameters
    ----------
    text : str
        What was looked for.
    hits : sequence of mapping
        ``id, kind, name, match`` of each, the best first; see `begat.search`.
    most : int
        How many there may be: with as many there may be more.
    """
    words = said(lang, "found")
    rows = [_row(hit) for hit in hits if hit["kind"] in PREFIXES]
    exact = [row for row in rows if not row["near"]]
    return Page(
        view="found",
        title=words["title_found"].format(text=clean(text)) if text.strip() else words["title_none"],
        values={
            "text": text,
            "lead": _lead(words, text, len(exact), len(rows), cut=len(hits) >= most),
            "kinds": {kind: [_shown(row) for row in rows if row["kind"] == kind] for kind in _kinds(rows)},
            "mixed": 0 < len(exact) < len(rows),
            "more": words["more"].format(most=f"{most:,}") if len(hits) >= most else "",
        },
        twin=Twin({"text": text, "most": most}, COLUMNS, rows),
        about=about,
        lang=lang,
        styles=("home.css",),
        tools=("csv", "json"),
    )


def _row(hit: Row) -> dict[str, Any]:
    shown = {name: hit[name] for name in ("id", "kind", "name")}
    return {**shown, "near": hit["match"] == "near", "address": SERVED.to(hit["kind"], hit["id"])}


def _shown(row: Row) -> dict[str, Any]:
    """Return a row as it is written: its name, and its id where that is another text."""
    name = row["name"] or row["id"]
    aside = row["id"] if row["id"] != name else ""
    return {**row, "name": clean(name), "aside": clean(aside)}


def _kinds(rows: Sequence[Row]) -> list[str]:
    """Kinds in the order of their best hits."""
    return list(dict.fromkeys(row["kind"] for row in rows))


def _lead(words: Mapping[str, str], text: str, exact: int, shown: int, *, cut: bool) -> str:
    if not text.strip():
        return words["nothing_asked"]
    if not shown:
        return words["nothing"]
    if not exact:
        return words["near"]
    return words["hits_cut"].format(count=f"{exact:,}") if cut else counted(words, "hits", exact)
