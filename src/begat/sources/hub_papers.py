"""Daily Papers of the Hugging Face Hub: the papers that its readers hand in and vote for."""

import re
from collections.abc import Iterator
from datetime import datetime

from begat.crawl import Crawl, Platform, Rate
from begat.records import Record
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources.base import Context, File, Row, Source, instant

__all__ = ["SOURCE"]

PAGE = 100
MOST_PAGES = 1_000
ARXIV = re.compile(r"\d{4}\.\d{4,5}")


def fetch(crawl: Crawl) -> None:
    """List the papers, the newest first, to the end or to the first page that is older than `since`."""
    for number in range(MOST_PAGES):
        page = crawl.page("papers", "/api/daily_papers", {"p": number, "limit": PAGE})
        rows = page.json() if page else []
        if len(rows) < PAGE or _is_older(rows[-1], crawl.since):
            return


def _is_older(row: Row, since: datetime | None) -> bool:
    stated = instant(row.get("publishedAt"))
    return since is not None and stated is not None and stated < since


def paper(row: Row, context: Context) -> Iterator[Record]:
    """Yield the figures of one paper; nothing of one that is not from arXiv."""
    number = row["paper"]["id"]
    if ARXIV.fullmatch(number):
        yield from figures(
            f"arxiv:{number}",
            "paper",
            on=context.date,
            upvotes=row["paper"]["upvotes"],
            comments=row.get("numComments"),
        )


SOURCE = Source(
    name="hub-papers",
    title="Hugging Face Hub, Daily Papers",
    licence="",
    feeds="observations; the papers that readers of the Hub handed in, from May 2023 on; facts of a public "
    "API, no data licence is stated",
    files=(File("papers/*.json*", json_page(), paper, ("paper",), may_be_empty=True),),
    authority=0,
    tables=("observations",),
    platform=Platform(
        origin="https://huggingface.co",
        fetch=fetch,
        rate=Rate(500, 300.0),
        terms="https://huggingface.co/docs/hub/rate-limits: programs may ask within the limit of their "
        "class; the terms of service, https://huggingface.co/terms-of-service, were not read",
        limits="500 requests in 5 minutes without a token; 100 papers a page",
        state="documented shape 2026-11-26",
        token="HF_TOKEN",
    ),
)
