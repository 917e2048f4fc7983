"""A page before it is written: its words, its rows, what they rest on; and how it becomes HTML, JSON, CSV."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from begat.version import __version__
from begat.views.markup import ICON, asset, csp, environment, template_text
from begat.views.page.behind import behind
from begat.views.place import FILE, Place
from begat.views.said import said
from begat.views.sheet import sheet
from begat.views.words import clean

__all__ = ["About", "Page", "Twin", "html"]

Row = Mapping[str, Any]

STYLES, SCRIPTS = ("page.css", "frame.css"), ("frame.js",)
"""Of every page."""

SERVED_STYLES, SERVED_SCRIPTS = ("suggest.css",), ("suggest.js",)
"""Of every page that is served besides: what asks the server."""

ESCAPED = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
"""What a data block may not hold as it is."""


class About(NamedTuple):
    """What the figures of a page rest on; every page says it.

    Attributes
    ----------
    snapshot, digest : str
        Its name, and SHA-256 of its tables.
    date : date
        Of its newest source.
    synthetic, shipped : bool
        Whether it is made up; whether it is the small sample that ships with begat.
    sources : sequence of mapping
        ``source, title, licence, date`` of each.
    missing : sequence of str
        Sentences on what the snapshot lacks of what the page shows.
    """

    snapshot: str
    digest: str
    date: date
    synthetic: bool
    shipped: bool
    sources: Sequence[Row]
    missing: Sequence[str] = ()


class Twin(NamedTuple):
    """The data of a page: what it says of the whole, and rows of the same columns.

    Attributes
    ----------
    head : mapping
        Figures of the whole.
    columns : sequence of str
        Names of the columns, in the order of CSV.
    rows : sequence of mapping
        Values of any JSON type.
    """

    head: Row
    columns: Sequence[str]
    rows: Sequence[Row]

    def json(self) -> str:
        """Write ``{"head": {...}, "rows": [{...}]}``."""
        return json.dumps({"head": self.head, "rows": list(self.rows)}, ensure_ascii=False, default=str)

    def csv(self) -> str:
        """Write the rows for a spreadsheet; lists and mappings as JSON."""
        return sheet([{key: _flat(row.get(key)) for key in self.columns} for row in self.rows], self.columns)


def _flat(value: Any) -> Any:
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, list | tuple | dict)
        else value
    )


@dataclass(frozen=True)
class Page:
    """A page of one view.

    Attributes
    ----------
    view : str
        Its name: of its template ``VIEW.html.j2``, which extends ``frame.html.j2``, and its words
        ``VIEW.toml``.
    title : str
        Heading of the page and of its window.
    values : mapping
        What the template needs besides.
    twin : Twin
        The data.
    about : About
        What they rest on.
    lang : str
        One of `begat.views.said.LANGUAGES`.
    styles, scripts : tuple of str
        Files of the templates besides those of every page.
    data : mapping, optional
        What the script gets instead of the twin: ``{"head", "columns", "rows"}`` with rows as lists, and
        more.
    tools : tuple of str
        Of ``svg, png, csv, json``: what the page offers to save.
    subject : tuple of str, optional
        Kind and id of what the page is about.
    picture : callable, optional
        Writes its drawing as an SVG file of its own.
    """

    view: str
    title: str
    values: Row
    twin: Twin
    about: About
    lang: str = "en"
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    data: Row | None = field(default=None, repr=False)
    tools: tuple[str, ...] = ("svg", "png", "csv", "json")
    subject: tuple[str, str] | None = None
    picture: Callable[[], str] | None = field(default=None, repr=False)


def html(page: Page, place: Place = FILE) -> str:
    """Write a page: the same bytes for the same data.

    A file holds its styles, scripts and data and allows nothing else; a served page names its styles and
    scripts by addresses that change with their content, and the server's headers say what is allowed.
    """
    from markupsafe import Markup

    words = said(page.lang, page.view)
    inline = not place.served
    styles = (*STYLES, *(() if inline else SERVED_STYLES), *page.styles)
    scripts = (*SCRIPTS, *(() if inline else SERVED_SCRIPTS), *page.scripts)
    style = "".join(map(template_text, styles)) if inline else ""
    code = list(map(template_text, scripts)) if inline else []
    return (
        environment()
        .get_template(f"{page.view}.html.j2")
        .render(
            **page.values,
            page=page,
            said=words,
            place=place,
            about=page.about,
            icon=ICON,
            behind=behind(page.view, page.subject, page.lang, place),
            title=clean(page.title),
            policy=csp(scripts=code, styles=[style]) if inline else None,
            style=Markup(style),
            code=[Markup(text) for text in code],
            style_addresses=[] if inline else list(map(asset, styles)),
            script_addresses=[] if inline else list(map(asset, scripts)),
            data=Markup(_block(page, words)),
            version=__version__,
        )
    )


def _block(page: Page, words: Mapping[str, str]) -> str:
    """Write the data of a page so that no text in them can end their block."""
    twin = page.twin
    rows = [[row.get(name) for name in twin.columns] for row in twin.rows]
    data = page.data or {"head": twin.head, "columns": list(twin.columns), "rows": rows}
    spoken = {key.removeprefix("js_"): text for key, text in words.items() if key.startswith("js_")}
    text = json.dumps({**data, "words": spoken}, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.translate(ESCAPED)
