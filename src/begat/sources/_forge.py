"""Code hosts in the manner of GitHub: the repositories of organisations, and the systems that they are."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from begat.crawl import Crawl
from begat.records import Record, System
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources._walk import walk
from begat.sources.base import Context, File, Row, instant

__all__ = ["Paging", "answers", "ask_all"]


class Paging(NamedTuple):
    """The parameter that says how many repositories a page has, and its largest value."""

    parameter: str
    size: int


def ask_all(crawl: Crawl, platform: str, organisations: Sequence[str], *, base: str, paging: Paging) -> None:
    """Ask for the repositories of organisations, then for each wanted system of the platform by itself.

    Parameters
    ----------
    crawl : Crawl
        Its `wanted` are ids of systems, ``platform:owner/name`` for those that are not on GitHub.
    platform : str
        The prefix of those that are asked for.
    organisations : sequence of str
        Whose repositories are listed.
    base : str
        Path of the API.
    paging : Paging
        How its lists are cut into pages, whose numbers are ``page``.
    """
    for name in organisations:
        ask_organisation(crawl, f"{base}/orgs/{name}/repos", paging)
    for key in crawl.wanted:
        prefix, _, name = key.partition(":")
        if prefix == platform and name.partition("/")[0] not in organisations:
            crawl.page("repos", f"{base}/repos/{name}")


def ask_organisation(crawl: Crawl, path: str, paging: Paging) -> None:
    """Ask for all pages of a list of repositories."""
    query = {paging.parameter: paging.size}
    walk(lambda number: crawl.page("repos", path, {**query, "page": number + 1}), size=paging.size)


def answers(platform: str, *, stars: str = "stargazers_count") -> File:
    """Return what the answers of `ask_all` are: repositories, each a system and its figures.

    Parameters
    ----------
    platform : str
        Prefix of the ids of systems.
    stars : str
        The field with the number of stars.
    """

    def repository(row: Row, context: Context) -> Iterator[Record]:
        return system(platform, row, context, stars=stars)

    return File("repos/*.json*", json_page(), repository, required=("full_name", "fork"), may_be_empty=True)


def system(platform: str, row: Row, context: Context, *, stars: str) -> Iterator[Record]:
    """Yield a repository as a system, and its figures.

    A fork is the work of others and yields nothing, nor does what only the token's owner may see.
    """
    if row["fork"] or row.get("private"):
        return
    key, licence = f"{platform}:{row['full_name']}", row.get("license")
    yield System(
        key,
        name=row.get("name"),
        repository=(row.get("html_url") or "").removesuffix(".git") or None,
        licence_raw=licence if isinstance(licence, str) and licence else None,
        created_at=instant(row.get("created_at")),
    )
    yield from figures(
        key,
        "system",
        on=context.date,
        stars=row.get(stars),
        forks=row.get("forks_count"),
        open_issues=row.get("open_issues_count"),
    )
