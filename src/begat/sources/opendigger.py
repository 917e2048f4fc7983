"""OpenDigger: OpenRank and activity of repositories, month by month."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date

from begat.crawl import Crawl, Platform, Rate
from begat.records import Observation, Record
from begat.sources._pages import json_page
from begat.sources._subject import kind_of, repositories, subject_of
from begat.sources.base import BadRow, Context, File, Row, Source

__all__ = ["SOURCE"]

METRICS = ("openrank", "activity")
MONTH = re.compile(r"(\d{4})-(\d{2})")
"""A month's key; the same object has years, quarters, and raw values of months that were filled in."""


def fetch(crawl: Crawl) -> None:
    """Ask for both figures of every system on GitHub."""
    for name in repositories(crawl.wanted):
        for metric in METRICS:
            crawl.page(kind_of(metric, name), f"/github/{name}/{metric}.json")


def monthly(metric: str) -> Callable[[Row, Context], Iterator[Record]]:
    """Return a row function that yields the value of each month, at its last day."""

    def rows(row: Row, context: Context) -> Iterator[Record]:
        months = {key: found for key in row if (found := MONTH.fullmatch(key))}
        if not months:
            raise BadRow("it has no month")
        for key, found in months.items():
            year, month = int(found[1]), int(found[2])
            last = date(year, month, monthrange(year, month)[1])
            yield Observation(subject_of(context), "system", metric, float(row[key]), last)

    return rows


SOURCE = Source(
    name="opendigger",
    title="OpenDigger, OpenRank and activity",
    licence="",
    feeds="observations of systems, a month each; repositories of GitHub that OpenDigger exports; no licence "
    "for the figures is known to us",
    files=tuple(File(f"{metric}-*/*.json*", json_page(), monthly(metric)) for metric in METRICS),
    authority=0,
    tables=("observations",),
    indicators=("S11",),
    platform=Platform(
        origin="https://oss.open-digger.cn",
        fetch=fetch,
        rate=Rate(60, 60),
        terms="https://open-digger.cn/en/docs/user_docs/metrics/metrics_usage_guide - all metrics are open "
        "for anyone to use.",
        limits="Static files, a value a month; a repository that is not exported is a 404. No limit is "
        "documented.",
        state="documented shape 2026-11-26",
        asks=("systems", "id"),
    ),
)
