"""Ollama: the models of its library, as its page shows them.

There is no official list for programs. The page of the library is read by the marks that it carries for
its own tests (``x-test-model``, ``x-test-pull-count``), whatever stands around them; a page without a model
is an error. Pulls are rounded ("11.3M"), which their method says.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from begat.crawl import Crawl, Platform, Rate
from begat.ids import model_key
from begat.records import Model, Observation, Record
from begat.sources.base import BadRow, Context, File, Row, Source, whole_text

__all__ = ["SOURCE"]

LINK = re.compile(r"/library/([^/?#]+)")
COUNT = re.compile(r"(\d+(?:\.\d+)?)([KMB]?)")
TIMES = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9}


def fetch(crawl: Crawl) -> None:
    """Ask for the page of the library, which lists all its models."""
    crawl.page("library", "/library", form="html")


class Cards(HTMLParser):
    """Finds the models on a page: the link and the pulls after each ``x-test-model``."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._counts = False

    def handle_starttag(
        self,
        tag: str,  # noqa: ARG002 - the name that the parser gives it
        attrs: list[tuple[str, str | None]],
    ) -> None:
        """Begin a model, or fill in what belongs to the last one."""
        marks = dict(attrs)
        if "x-test-model" in marks:
            self.rows.append({})
        if self.rows and (match := LINK.match(marks.get("href") or "")):
            self.rows[-1].setdefault("name", match[1])
        self._counts = "x-test-pull-count" in marks

    def handle_data(self, data: str) -> None:
        """Take the text inside the mark of the pulls."""
        if self._counts and self.rows and data.strip():
            self.rows[-1].setdefault("pulls", data.strip())


def cards(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read the models on a page of the library: name and pulls of each."""
    page = Cards()
    page.feed(whole_text(path))
    for number, row in enumerate(page.rows, 1):
        yield f"card {number}", row


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield a model and how often it was pulled since it is in the library."""
    key = model_key("ollama", row["name"])
    yield Model(key, row["name"])
    yield Observation(
        key, "model", "pulls_total", rounded(row["pulls"]), context.date, method="rounded by the platform"
    )


def rounded(text: str) -> float:
    """Return a count that a page shows in short.

    Raises
    ------
    BadRow
        If it has another form.

    Examples
    --------
    >>> rounded("11.3M"), rounded("800K"), rounded("1,024")
    (11300000.0, 800000.0, 1024.0)
    """
    match = COUNT.fullmatch(text.replace(",", "").upper())
    if match is None:
        raise BadRow(f"{text!r:.40} is no count")
    return round(float(match[1]) * TIMES[match[2]], 1)


SOURCE = Source(
    name="ollama",
    title="Ollama, page of the library",
    licence="",
    feeds="models, observations; official models only, totals since they are in the library, rounded; "
    "names carry no maker and no base model; no data licence is stated",
    files=(File("library/*.html*", cards, model, ("name", "pulls")),),
    authority=0,
    reads_licences=False,
    tables=("models", "observations"),
    platform=Platform(
        origin="https://ollama.com",
        fetch=fetch,
        rate=Rate(1, 10.0),
        terms="https://ollama.com/terms: not read; one page a day is what a visitor takes",
        limits="no list for programs: a public page that may change its form any day",
        state="documented shape 2026-11-26",
    ),
)
