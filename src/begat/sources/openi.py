"""OpenI, the platform of Pengcheng Laboratory: repositories, by the API of Gitea that it is built on."""

from collections.abc import Iterator

from begat.crawl import Crawl, Platform, Rate
from begat.records import Record
from begat.sources._forge import Paging, ask_all, system
from begat.sources._pages import json_page
from begat.sources.base import Context, File, Row, Source

__all__ = ["SOURCE"]

ORGANISATIONS = ("PCL-Platform.Intelligence",)
"""Where Pengcheng Laboratory publishes its models' code (as links of others to PanGu-Alpha say)."""


def fetch(crawl: Crawl) -> None:
    """Ask for the repositories of the organisations and for wanted systems with an ``openi:`` id."""
    ask_all(crawl, "openi", ORGANISATIONS, base="/api/v1", paging=Paging("limit", 50))


def repository(row: Row, context: Context) -> Iterator[Record]:
    """Yield a repository as a system, and its figures."""
    return system("openi", row, context, stars="stars_count")


SOURCE = Source(
    name="openi",
    title="OpenI, repositories",
    licence="",
    feeds="systems, observations (stars, forks, open issues); no licence for the data is stated",
    files=(
        File("repos/*.json*", json_page(), repository, required=("full_name", "fork"), may_be_empty=True),
    ),
    authority=0,
    tables=("systems", "observations"),
    platform=Platform(
        origin="https://openi.pcl.ac.cn",
        fetch=fetch,
        rate=Rate(30, 60),
        terms="https://openi.pcl.ac.cn - the terms of use were not read by us.",
        limits="At most 50 repositories a page. Lists of models and of datasets are not part of the API "
        "that the client knows: it asks for one by its name.",
        state="assumed shape 2026-11-26: Gitea API v1; openi 3.0.1 confirms the base path and /repos/NAME",
        token="OPENI_TOKEN",
        token_header="Authorization: token {}",
        asks=("systems", "id"),
    ),
)
