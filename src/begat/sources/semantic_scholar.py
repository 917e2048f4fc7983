"""Semantic Scholar: how often the papers that models name are cited."""

from collections.abc import Iterator

from begat.crawl import Crawl, Platform, Rate
from begat.records import Record
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources.base import BadRow, Context, File, Row, Source

__all__ = ["SOURCE"]

BATCH = 500
"""Papers that one question may name."""

FIELDS = "externalIds,citationCount,influentialCitationCount"


def fetch(crawl: Crawl) -> None:
    """Ask for the wanted papers, a batch at a time."""
    for start in range(0, len(crawl.wanted), BATCH):
        named = [f"ARXIV:{paper}" for paper in crawl.wanted[start : start + BATCH]]
        crawl.page("papers", "/graph/v1/paper/batch", {"fields": FIELDS}, body={"ids": named})


def paper(row: Row, context: Context) -> Iterator[Record]:
    """Yield the figures of one paper; nothing for the null that stands in the place of an unknown one."""
    if row == {"value": None}:
        return
    number = row["externalIds"].get("ArXiv")
    if not number:
        raise BadRow(f"paper {row.get('paperId')} has no arXiv id")
    yield from figures(
        f"arxiv:{number}",
        "paper",
        on=context.date,
        citations=row["citationCount"],
        influential_citations=row["influentialCitationCount"],
    )


SOURCE = Source(
    name="semantic-scholar",
    title="Semantic Scholar, citations of papers",
    licence="",
    feeds="observations; the papers that cards of models name; preprint and published version count as "
    "one; no data licence is stated beside that of the API",
    files=(File("papers/*.json*", json_page(), paper),),
    authority=0,
    tables=("observations",),
    platform=Platform(
        origin="https://api.semanticscholar.org",
        fetch=fetch,
        rate=Rate(1, 1.0),
        terms="https://www.semanticscholar.org/product/api/license: a licence to use the API and show its "
        "data, with attribution; programs must back off when told to",
        limits="1 request a second with a key; without one a pool that everybody shares, about 100 in 5 "
        "minutes; 500 papers a request",
        state="documented shape 2026-11-26",
        token="SEMANTIC_SCHOLAR_KEY",
        token_header="x-api-key: {}",
        asks=("models", "papers"),
    ),
)
