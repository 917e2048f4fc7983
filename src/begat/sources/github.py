"""GitHub: the repositories of systems."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from begat.crawl import Crawl, Platform, Rate
from begat.records import Record, System
from begat.sources._hub import figures
from begat.sources._pages import asked, json_page
from begat.sources.base import BadRow, Context, File, Row, Source, instant

__all__ = ["SOURCE"]

ASKED = re.compile(r"GET /repos/([^?]+)")

UNTOLD = "NOASSERTION"
"""What GitHub says of a licence file that it does not recognise."""


def fetch(crawl: Crawl) -> None:
    """Ask for each wanted repository; a renamed one answers under its new name."""
    for name in crawl.wanted:
        crawl.page("repositories", f"/repos/{name}")


def repositories(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read an answer, with the name that was asked for beside it."""
    match = ASKED.fullmatch(asked(path))
    for place, row in json_page()(path):
        yield place, row if isinstance(row, BadRow) else row | {"asked": match[1] if match else None}


def repository(row: Row, context: Context) -> Iterator[Record]:
    """Yield a system, with the name it had where another one was asked for, and its repository's figures.

    The watchers are the subscribers: what the API calls watchers are the stars once more. Open issues include
    pull requests.
    """
    name, pushed = row["full_name"], instant(row.get("pushed_at"))
    former = row["asked"]
    yield System(
        name,
        repository=row["html_url"],
        former=[former] if former and former.casefold() != name.casefold() else None,
        licence_raw=licence(row.get("license")),
        created_at=instant(row.get("created_at")),
    )
    yield from figures(
        name,
        "system",
        on=context.date,
        stars=row["stargazers_count"],
        forks=row["forks_count"],
        watchers=row["subscribers_count"],
        open_issues=row["open_issues_count"],
        archived=row.get("archived"),
        days_since_push=days_since(pushed, context),
    )


def licence(stated: Row | None) -> str | None:
    """Return the SPDX id of a licence that GitHub recognised."""
    found = (stated or {}).get("spdx_id")
    return None if found == UNTOLD else found


def days_since(moment: datetime | None, context: Context) -> int | None:
    """Return how many days before the date of the data something was; none if it was later."""
    days = (context.date - moment.date()).days if moment else None
    return days if days is not None and days >= 0 else None


SOURCE = Source(
    name="github",
    title="GitHub, repositories of systems",
    licence="",
    feeds="systems, observations; only the systems that are known already; facts of a public API, no data "
    "licence is stated",
    files=(
        File(
            "repositories/*.json*",
            repositories,
            repository,
            ("full_name", "stargazers_count", "forks_count", "subscribers_count"),
        ),
    ),
    authority=0,
    tables=("systems", "observations"),
    platform=Platform(
        origin="https://api.github.com",
        fetch=fetch,
        rate=Rate(60, 3600.0),
        terms="https://docs.github.com/en/site-policy/github-terms/github-terms-of-service: programs may "
        "use the API within its limits (general knowledge, not read again)",
        limits="60 requests an hour without a token, 5,000 with one; 900 points a minute",
        state="recorded shape 2026-11-26",
        token="GITHUB_TOKEN",
        asks=("systems", "id"),
    ),
)
