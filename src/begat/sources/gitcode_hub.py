"""GitCode AI hub: models, by the API that its client shares with the openMind hub."""

from collections.abc import Iterator
from datetime import UTC, datetime

from begat.crawl import Crawl, Page, Platform, Rate
from begat.ids import model_key
from begat.records import Model, Record
from begat.sources._hub import figures
from begat.sources._pages import json_page
from begat.sources._walk import walk
from begat.sources.base import Context, File, Row, Source, first, instant

__all__ = ["SOURCE"]

SIZE = 100


def fetch(crawl: Crawl) -> None:
    """Ask for all pages of the list of models."""

    def ask(number: int) -> Page | None:
        return crawl.page("models", "/api/v1/model", {"count_per_page": SIZE, "page_num": number + 1})

    walk(ask, "data", "models", size=SIZE)


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield a model and its figures; its labels stand in an object of their own or beside the rest."""
    labels = row.get("labels") or row
    key = model_key("gitcode", f"{row['owner']}/{row['name']}")
    yield Model(
        key,
        name=row.get("fullname") or None,
        created_at=moment(row.get("create_at")),
        modified_at=moment(row.get("updated_at")),
        task=first(labels.get("task")) or None,
        library=first(labels.get("frameworks")),
        licence_raw=first(labels.get("license")),
    )
    yield from figures(
        key, "model", on=context.date, downloads_total=row.get("download_count"), likes=row.get("like_count")
    )


def moment(value: str | int | None) -> datetime | None:
    """Read a time that is written as ISO 8601 or in seconds since 1970."""
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else instant(value)


SOURCE = Source(
    name="gitcode-hub",
    title="GitCode AI hub, models",
    licence="",
    feeds="models, observations; no licence for the data is stated; many are copies of models of other hubs",
    files=(
        File(
            "models/*.json*",
            json_page("data", "models"),
            model,
            required=("owner", "name"),
            may_be_empty=True,
        ),
    ),
    authority=0,
    tables=("models", "observations"),
    indicators=("M01", "M02"),
    platform=Platform(
        origin="https://hub.gitcode.com",
        fetch=fetch,
        rate=Rate(50, 60),
        terms="https://gitcode.com - the terms of use were not read by us.",
        limits="The client names no way to the second page: `page_num` is assumed. Whether downloads are of "
        "all time is assumed too. No base models.",
        state="client shape 2026-11-26: openmind_hub 1.3.0, as gitcode 1.2.0 points it to this host; paging "
        "is assumed",
        token="GITCODE_TOKEN",
    ),
)
