"""Gitee: repositories of systems that are developed there, by API v5."""

from begat.crawl import Crawl, Platform, Rate
from begat.sources._forge import Paging, answers, ask_all
from begat.sources.base import Source

__all__ = ["SOURCE"]

ORGANISATIONS = ("ascend", "mindspore", "paddlepaddle")
"""Organisations with AI software on Gitee (general knowledge, 2026-11, unchecked)."""


def fetch(crawl: Crawl) -> None:
    """Ask for the public repositories of the organisations and for wanted systems with a ``gitee:`` id."""
    ask_all(crawl, "gitee", ORGANISATIONS, base="/api/v5", paging=Paging("per_page", 100))


SOURCE = Source(
    name="gitee",
    title="Gitee, repositories",
    licence="",
    feeds="systems, observations (stars, forks, open issues); no licence for the data is stated; mirrors of "
    "repositories of GitHub count as systems of their own",
    files=(answers("gitee"),),
    authority=0,
    tables=("systems", "observations"),
    platform=Platform(
        origin="https://gitee.com",
        fetch=fetch,
        rate=Rate(50, 60),
        terms="https://gitee.com/terms - not read by us; the API is open to programs, a token is optional.",
        limits="At most 100 repositories a page. Limits for programs without a token are tighter and not "
        "documented; private repositories are withheld.",
        state="client shape 2026-11-26: golang108/go-gitee 0396f5e",
        token="GITEE_TOKEN",
        asks=("systems", "id"),
    ),
)
