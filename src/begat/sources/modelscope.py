"""ModelScope: all models of the hub, by slices that its window of 3,000 rows lets through.

A query shows its first 3,000 rows only, so the hub is asked by the beginnings of names, and a beginning that
has more is asked by one letter more. The first page of a beginning that was cut up is kept too: it holds its
most downloaded models.
"""

import re
from collections.abc import Iterator
from string import ascii_lowercase, digits
from typing import Any

from begat.crawl import Crawl, Page, Platform, Rate
from begat.errors import SourceError
from begat.ids import model_key
from begat.records import Model, Record
from begat.sources._hub import figures, parameters, tag_value
from begat.sources._pages import json_page
from begat.sources.base import BadRow, Context, File, Row, Source, instant

__all__ = ["SOURCE"]

REPOSITORY = re.compile(r"[^/\s]+/[^/]+")

LIST = "/openapi/v1/models"
PAGE = 50
WINDOW = 3_000
LETTERS = ascii_lowercase + digits + "-_."
"""What names are made of, but for a few in other scripts; case does not matter."""
LONGEST = 12
"""A beginning of so many letters is cut up no further."""
SLACK = 1.2
"""Parts may hold so much more than the whole: models are added during a walk."""


def fetch(crawl: Crawl) -> None:
    """Walk over the whole hub."""
    walk(crawl, "")


def walk(crawl: Crawl, beginning: str) -> int:
    """Ask for the models whose names begin so, in parts if they are too many; return how many there are.

    Raises
    ------
    SourceError
        If the parts hold more than the whole: then ``search`` means something else than it did.
    """
    first = ask(crawl, beginning, 1)
    whole = total(first) if first else 0
    if whole <= WINDOW or len(beginning) == LONGEST:
        for number in range(2, -(-min(whole, WINDOW) // PAGE) + 1):
            ask(crawl, beginning, number)
        return whole
    parts = 0
    for letter in LETTERS:
        parts += walk(crawl, beginning + letter)
        if parts > SLACK * whole:
            raise SourceError(
                f"the parts of {beginning!r} hold {parts:,} models, the whole {whole:,}",
                where="modelscope",
                hint="Its search no longer goes by the beginning of a name, so the hub can't be listed "
                "this way.",
            )
    return whole


def ask(crawl: Crawl, beginning: str, number: int) -> Page | None:
    """Ask for one page of the models whose names begin so."""
    query = {"sort": "downloads", "page_number": number, "page_size": PAGE}
    return crawl.page("models", LIST, {"search": beginning, **query} if beginning else query)


def total(page: Page) -> int:
    """Return how many rows a query has.

    Raises
    ------
    SourceError
        If the answer says that it failed, or has another form.
    """
    answer = page.json()
    data: Any = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("total_count"), int):
        reason = answer.get("code") if isinstance(answer, dict) else "another form"
        raise SourceError(f"no list of models ({reason})", where=page.url, hint="Ask again later.")
    return int(data["total_count"])


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield one model and its figures; its downloads are all since it was created.

    Raises
    ------
    BadRow
        If its id has no owner.
    """
    name, tags = row["id"], row.get("tags") or []
    if row.get("private"):
        return
    if not REPOSITORY.fullmatch(name):
        raise BadRow(f"{name!r:.60} has no owner")
    key = model_key("modelscope", name)
    yield Model(
        key,
        name=row.get("display_name") or None,
        created_at=instant(row.get("created_at")),
        modified_at=instant(row.get("last_modified")),
        task=next(iter(row.get("tasks") or []), None),
        library=tag_value(tags, "library:"),
        licence_raw=row.get("license") or None,
        parameters=parameters(row.get("params")),
        gated=None if row.get("gated") is None else str(row["gated"]).lower(),
    )
    yield from figures(
        key, "model", on=context.date, downloads_total=row["downloads"], likes=row.get("likes")
    )


SOURCE = Source(
    name="modelscope",
    title="ModelScope, its OpenAPI",
    licence="",
    feeds="models, observations; downloads are totals since creation, no derivations; facts of a public "
    "API, no data licence is stated",
    files=(
        File("models/*.json*", json_page("data", "models"), model, ("id", "downloads"), may_be_empty=True),
    ),
    authority=0,
    tables=("models", "observations"),
    indicators=("M01", "M02", "M03", "M04"),
    platform=Platform(
        origin="https://modelscope.cn",
        fetch=fetch,
        rate=Rate(2, 1.0),
        terms="https://www.modelscope.cn/protocol: not read; the description of the OpenAPI, "
        "https://modelscope.cn/.well-known/openapi.json, says nothing about programs",
        limits="50 rows a page, 3,000 a query; search goes by the beginning of a name, so names that begin "
        "with another script are missed, and those that end where a beginning is cut up",
        state="recorded shape 2026-11-26",
        token="MODELSCOPE_TOKEN",
    ),
)
