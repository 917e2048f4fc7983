"""OpenI, the platform of Pengcheng Laboratory: repositories, by the API of Gitea that it is built on."""

from begat.crawl import Crawl, Platform, Rate
from begat.sources._forge import Paging, answers, ask_all
from begat.sources.base import Source

__all__ = ["SOURCE"]

ORGANISATIONS = ("PCL-Platform.Intelligence",)
"""Where Pengcheng Laboratory publishes its models' code (as links of others to PanGu-Alpha say)."""


def fetch(crawl: Crawl) -> None:
    """Ask for the repositories of the organisations and for wanted systems with an ``openi:`` id."""
    ask_all(crawl, "openi", ORGANISATIONS, base="/api/v1", paging=Paging("limit", 50))


SOURCE = Source(
    name="openi",
    title="OpenI, repositories",
    licence="",
    feeds="systems, observations (stars, forks, open issues); no licence for the data is stated",
    files=(answers("openi", stars="stars_count"),),
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
