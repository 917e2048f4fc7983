"""GitCode: repositories of systems that are developed there, by API v5."""

from begat.crawl import Crawl, Platform, Rate
from begat.sources._forge import Paging, answers, ask_all
from begat.sources.base import Source

__all__ = ["SOURCE"]

ORGANISATIONS = ("Ascend", "mindspore")
"""Organisations with AI software on GitCode (general knowledge, 2026-11, unchecked)."""


def fetch(crawl: Crawl) -> None:
    """Ask for the public repositories of the organisations and for wanted systems with a ``gitcode:`` id."""
    ask_all(crawl, "gitcode", ORGANISATIONS, base="/api/v5", paging=Paging("per_page", 100))


SOURCE = Source(
    name="gitcode",
    title="GitCode, repositories",
    licence="",
    feeds="systems, observations (stars, forks, open issues); no licence for the data is stated",
    files=(answers("gitcode"),),
    authority=0,
    tables=("systems", "observations"),
    platform=Platform(
        origin="https://api.gitcode.com",
        fetch=fetch,
        rate=Rate(50, 60),
        terms="https://docs.gitcode.com/docs/openapi/repos/ - the documentation of the API for programs; the "
        "terms of use were not read by us.",
        limits="50 requests a minute and 4,000 an hour (second-hand). Most routes need a personal access "
        "token. At most 100 repositories a page.",
        state="documented shape 2026-11-26",
        token="GITCODE_TOKEN",
        asks=("systems", "id"),
    ),
)
