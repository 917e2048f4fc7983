"""OpenSSF: security scorecards of repositories, and the criticality scores that it publishes as a table.

The scorecard is fetched. The table, 585,601 repositories in July 2025, is one file of a bucket, to be
imported as it is: ``gs://ossf-criticality-score/YYYY.MM.DD/HHMMSS/all.csv``.
"""

from collections.abc import Iterator

from begat.crawl import Crawl, Platform, Rate
from begat.records import Record
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources._subject import github_repository, repositories
from begat.sources.base import BadRow, Context, File, Row, Source, csv_rows, day, file_date

__all__ = ["SOURCE"]


def fetch(crawl: Crawl) -> None:
    """Ask for the scorecard of every system on GitHub."""
    for name in repositories(crawl.wanted):
        crawl.page("scorecards", f"/projects/github.com/{name}")


def scorecard(row: Row, _context: Context) -> Iterator[Record]:
    """Yield the score of a repository, 0 to 10: how safely it is run, not how much depends on it."""
    return figures(
        github_repository(row["repo"]["name"]), "system", on=day(row["date"]), scorecard=row["score"]
    )


def criticality(row: Row, context: Context) -> Iterator[Record]:
    """Yield the criticality of a repository, 0 to 1."""
    if row["default_score"] is None:
        raise BadRow("it has no score")
    score = float(row["default_score"])
    return figures(github_repository(row["repo.url"]), "system", on=file_date(context), criticality=score)


SOURCE = Source(
    name="openssf",
    title="OpenSSF, scorecards and criticality",
    licence="",
    feeds="observations of systems; only the criticality feeds an indicator; the API's data are under "
    "CDLA-Permissive-2.0 (by an issue of its project), the table states no licence",
    files=(
        File("scorecards/*.json*", json_page(), scorecard, required=("date", "repo", "score")),
        File("criticality*.csv*", csv_rows, criticality, required=("repo.url", "default_score")),
    ),
    authority=0,
    tables=("observations",),
    indicators=("S13",),
    platform=Platform(
        origin="https://api.securityscorecards.dev",
        fetch=fetch,
        rate=Rate(60, 60),
        terms="https://github.com/ossf/scorecard/issues/4143 - its data are under CDLA-Permissive-2.0; the "
        "API is for programs.",
        limits="About a million repositories, scanned each week; another is a 404, which is no figure. "
        "Criticality is not in this API.",
        state="documented shape 2026-11-26; columns of the table second-hand",
        asks=("systems", "id"),
    ),
)
