"""What the sources that read OpenAlex share: how it is asked, and the works of arXiv."""

import re
from collections.abc import Callable, Iterator

from begat.crawl import Crawl, Platform, Rate
from begat.records import Record
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources.base import BadRow, Context, File, Row

__all__ = ["WORKS", "fetch_works", "platform"]

BATCH = 100
"""Values that one filter may name, and rows of a page."""

ARXIV = re.compile(r"(?<![\d.])\d{4}\.\d{4,5}(?!\d)")
DOI = re.compile(r"https://doi\.org/10\.48550/arxiv\.(\d{4}\.\d{4,5})", re.IGNORECASE)


def fetch_works(crawl: Crawl) -> None:
    """Ask for the arXiv papers that the wanted texts name: ids, or addresses of any form."""
    papers = sorted({match[0] for text in crawl.wanted if (match := ARXIV.search(text))})
    for start in range(0, len(papers), BATCH):
        dois = [f"10.48550/arxiv.{paper}" for paper in papers[start : start + BATCH]]
        query = {
            "filter": "doi:" + "|".join(dois),
            "select": "id,doi,cited_by_count,fwci",
            "per_page": BATCH,
        }
        crawl.page("works", "/works", query)


def work(row: Row, context: Context) -> Iterator[Record]:
    """Yield the figures of one work that is a paper of arXiv."""
    match = DOI.fullmatch(row["doi"] or "")
    if match is None:
        raise BadRow(f"{row['doi']} is no DOI of arXiv")
    yield from figures(
        f"arxiv:{match[1]}",
        "paper",
        on=context.date,
        citations=row["cited_by_count"],
        field_weighted_citations=row["fwci"],
    )


WORKS = File(
    "works/*.json*", json_page("results"), work, ("doi", "cited_by_count", "fwci"), may_be_empty=True
)


def platform(fetch: Callable[[Crawl], None], asks: tuple[str, str], state: str) -> Platform:
    """Return the platform, asked by `fetch` about a column of the snapshot, and how that was tested."""
    return Platform(
        origin="https://api.openalex.org",
        fetch=fetch,
        rate=Rate(5, 1.0),
        terms="https://developers.openalex.org/api-reference/authentication: programs are welcome with a "
        "free key; all data are CC0",
        limits="$1 a day with a free key, $0.01 to $0.10 without: a record by its id is free, a list costs "
        "$0.0001, a search $0.001; 100 rows a page, 100 requests a second",
        state=state,
        token="OPENALEX_KEY",
        asks=asks,
    )
