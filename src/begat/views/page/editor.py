"""The page for SPARQL: an editor, and the named queries as a menu with their parameters as fields."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from begat.query.named import TOPICS, Query
from begat.views.page.base import About, Page, Twin
from begat.views.said import said
from begat.views.words import clean

__all__ = ["editor_page"]

COLUMNS = ("name", "topic", "title", "title_zh", "description", "description_zh", "example")


def editor_page(
    queries: Sequence[Query],
    about: About,
    *,
    text: str,
    chosen: Query | None = None,
    given: Mapping[str, str] | None = None,
    problem: str = "",
    runs: bool = False,
    lang: str = "en",
) -> Page:
    """Return the page.

    Parameters
    ----------
    queries : sequence of Query
        All named queries, by topic.
    text : str
        The SPARQL to begin with.
    chosen : Query, optional
        The named query that it is of.
    given : mapping, optional
        Values of its parameters as they are typed.
    problem : str
        Why these can't be used; empty where they can.
    runs : bool
        Whether the query runs as soon as the page is open.
    """
    words = said(lang, "editor")
    return Page(
        view="editor",
        title=_title(chosen, lang) if chosen else words["title"],
        values={
            "text": text,
            "chosen": chosen and {"name": chosen.name, "description": _description(chosen, lang)},
            "fields": _fields(chosen, given or {}) if chosen else [],
            "topics": _topics(queries, chosen, lang),
            "problem": clean(problem),
        },
        twin=Twin(
            {"query": text}, COLUMNS, [{name: query.facts[name] for name in COLUMNS} for query in queries]
        ),
        about=about,
        lang=lang,
        styles=("vendor/yasgui.min.css", "editor.css"),
        scripts=("vendor/yasgui.min.js", "editor.js"),
        data={"head": {}, "columns": [], "rows": [], "runs": runs},
        tools=(),
    )


def _title(query: Query, lang: str) -> str:
    return query.title_zh if lang == "zh" else query.title


def _description(query: Query, lang: str) -> str:
    return query.description_zh if lang == "zh" else query.description


def _topics(queries: Sequence[Query], chosen: Query | None, lang: str) -> list[dict[str, Any]]:
    """Return the menu: topics, each with its queries."""
    return [
        {
            "title": TOPICS[topic] if lang == "zh" else topic.capitalize(),
            "open": chosen is not None and chosen.topic == topic,
            "queries": [
                {"name": query.name, "title": _title(query, lang), "description": _description(query, lang)}
                for query in group
            ],
        }
        for topic, group in groupby(queries, key=lambda query: query.topic)
    ]


def _fields(query: Query, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a field for each parameter."""
    return [
        {
            "name": item.name,
            "text": item.text,
            "value": given.get(item.name, ""),
            "required": item.required,
            "options": item.words,
            "type": {"date": "date", "integer": "number"}.get(item.kind, "text"),
        }
        for item in query.parameters
    ]
