"""Pages that only the explorer has: its first page, what a search found, the editor, errors."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from begat.errors import InputError
from begat.registry.opened import Opened
from begat.registry.pages import about
from begat.registry.queried import query_text
from begat.registry.scored import influence
from begat.registry.stated import search

if TYPE_CHECKING:
    from begat.views.page.base import Page

__all__ = ["choose_page", "editor_page", "failure_page", "home_page", "search_page"]

LARGEST = 12
"""Models and institutions on the first page."""

EXAMPLE = """SELECT ?kind (COUNT(DISTINCT ?thing) AS ?things)
WHERE { ?thing a ?kind }
GROUP BY ?kind ORDER BY DESC(?things)"""


def home_page(reg: Opened, *, lang: str = "en") -> "Page":
    """Return the first page of the explorer."""
    from begat.views.page.home import home_page

    counts = {
        "models": int(reg.snapshot.frame("models", ["listed"])["listed"].sum()),
        "derivations": reg.graph.m,
        **{table: reg.snapshot.rows(table) for table in ("institutions", "datasets")},
    }
    models, institutions = (influence(reg, by=by, most=LARGEST) for by in ("model", "institution"))
    return home_page(counts, models, institutions, about(reg, "derivations"), lang=lang)


def search_page(reg: Opened, text: str, *, most: int = 100, lang: str = "en") -> "Page":
    """Return the page of what a search found; see `search`."""
    from begat.views.page.found import found_page

    return found_page(text, search(reg, text, limit=most), about(reg, "models"), most=most, lang=lang)


def editor_page(
    reg: Opened,
    *,
    named: str | None = None,
    query: str | None = None,
    given: Mapping[str, str] | None = None,
    lang: str = "en",
) -> "Page":
    """Return the page for SPARQL.

    Parameters
    ----------
    named : str, optional
        A named query to begin with; its example is filled in where nothing is given.
    query : str, optional
        A text to begin with, which goes before.
    given : mapping, optional
        Parameters of the named query as they are typed.

    Raises
    ------
    UnknownName
        If there is no such named query.
    """
    from begat.query.named import queries, query_named
    from begat.views.page.editor import editor_page

    chosen = query_named(named) if named else None
    params = dict(given or (chosen.example_values if chosen else {}))
    text, problem = query or EXAMPLE, ""
    if chosen and not query:
        text, problem = _filled(reg, chosen.name, params)
    return editor_page(
        list(queries().values()),
        about(reg, "derivations"),
        text=text or (chosen.sparql if chosen else EXAMPLE),
        chosen=chosen,
        given=params,
        problem=problem,
        runs=bool(query or chosen) and not problem,
        lang=lang,
    )


def _filled(reg: Opened, name: str, params: Mapping[str, str]) -> tuple[str, str]:
    """Return the text of a named query with its parameters in place, or else why they can't be."""
    try:
        return query_text(reg, name, **params), ""
    except InputError as error:
        return "", str(error)


def choose_page(reg: Opened, ids: Sequence[str] = (), *, lang: str = "en") -> "Page":
    """Return the page on which it is chosen what to compare."""
    from begat.views.page.choose import choose_page

    levels = ("model", "institution")
    examples = [[row["id"] for row in influence(reg, by=level, most=2)] for level in levels]
    return choose_page(
        ids, [group for group in examples if len(group) > 1], about(reg, "derivations"), lang=lang
    )


def failure_page(
    reg: Opened,
    status: int,
    what: str,
    *,
    asked: str = "",
    near: Sequence[tuple[str, str]] = (),
    lang: str = "en",
) -> "Page":
    """Return the page about an error of the server; see `begat.views.page.failure`."""
    from begat.views.page.failure import failure_page

    return failure_page(status, what, about(reg), asked=asked, near=near, lang=lang)
