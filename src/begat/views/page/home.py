"""The first page of the explorer: search, what the snapshot holds, who is built upon most."""

from collections.abc import Mapping, Sequence
from typing import Any

from begat.views.page.base import About, Page, Twin
from begat.views.said import said
from begat.views.words import clean, short

__all__ = ["home_page"]

Row = Mapping[str, Any]

COLUMNS = ("kind", "id", "name", "rank", "reach", "descendants", "accounts")
COUNTED = ("models", "derivations", "institutions", "datasets")


def home_page(
    counts: Mapping[str, int],
    models: Sequence[Row],
    institutions: Sequence[Row],
    about: About,
    *,
    lang: str = "en",
) -> Page:
    """Return the first page.

    Parameters
    ----------
    counts : mapping of str to int
        ``models, derivations, institutions, datasets, sources`` of the snapshot.
    models, institutions : sequence of mapping
        Rows of `begat.answer.influence.ranked` by reach, the most influential first.
    """
    words = said(lang, "home")
    rows = [
        {"kind": kind, **{name: row.get(name) for name in COLUMNS[1:]}}
        for kind, group in (("model", models), ("institution", institutions))
        for row in group
    ]
    return Page(
        view="home",
        title=words["title"],
        values={
            "holds": [(f"{counts[name]:,}", words[f"holds_{name}"]) for name in COUNTED],
            "models": _bars(models, lang),
            "institutions": _bars(institutions, lang),
        },
        twin=Twin(dict(counts), COLUMNS, rows),
        about=about,
        lang=lang,
        styles=("home.css",),
        tools=("csv", "json"),
    )


def _bars(rows: Sequence[Row], lang: str) -> list[dict[str, Any]]:
    """Return rows as they are drawn; the length of a bar is the reach, the longest being 100."""
    most = max((row["reach"] for row in rows), default=0) or 1
    return [
        {
            "id": row["id"],
            "name": clean((row.get("name_zh") if lang == "zh" else None) or row.get("name") or row["id"]),
            "length": round(100 * row["reach"] / most, 2),
            "reach": short(row["reach"]),
            "descendants": row["descendants"],
        }
        for row in rows
    ]
