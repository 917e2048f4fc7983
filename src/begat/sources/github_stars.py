"""Popularity of GitHub repositories and the LF AI & Data landscape.

Three files: a ranking of repositories and a list of fresh ones, each dated by its name, give
figures of any repository; the landscape says which repositories are systems, and what for. Its
entries without a repository are member and hosting companies. best-of-ml-python, a fourth table of
the same folder, is a source of its own, for its licence.
"""

from collections.abc import Iterator

from begat.ids import slug
from begat.records import Record, System
from begat.sources._hub import figures
from begat.sources._subject import github_repository
from begat.sources.base import Context, File, Row, Source, csv_rows, file_date, jsonl

__all__ = ["SOURCE"]


def ranked(row: Row, context: Context) -> Iterator[Record]:
    """Yield the figures of one repository of the ranking."""
    yield from figures(
        row["full_name"],
        "system",
        on=file_date(context),
        stars=float(row["stars"]),
        forks=float(row["forks"]),
        open_issues=float(row["open_issues"]),
    )


def screened(row: Row, context: Context) -> Iterator[Record]:
    """Yield the figures of one fresh repository."""
    yield from figures(
        row["fullName"],
        "system",
        on=file_date(context),
        stars=row.get("stars"),
        forks=row.get("forks"),
        open_issues=row.get("openIssues"),
    )


def landscape(row: Row, _context: Context) -> Iterator[Record]:
    """Yield the system of one entry of the landscape, if it has a repository."""
    if url := row["repo_url"]:
        yield System(
            github_repository(url),
            name=row["name"],
            kind=slug(row["subcategory"]),
            maintainer=row.get("organization") or row.get("crunchbase_slug"),
            repository=url,
            licence_raw=row.get("license"),
        )


SOURCE = Source(
    name="github-stars",
    title="Github-Ranking, starscreener repositories, LF AI & Data landscape",
    licence="MIT AND Apache-2.0",
    feeds="systems, observations; the ranking holds the first 100 repositories of each language, "
    "so most systems have no figure",
    files=(
        File("github_ranking*.csv*", csv_rows, ranked, required=("full_name", "stars", "forks")),
        File("starscreener_repos*.jsonl*", jsonl, screened, required=("fullName",)),
        File("lfai_landscape*.csv*", csv_rows, landscape, required=("name", "repo_url")),
    ),
    tables=("systems", "observations"),
)
