"""OpenRouter: the models on offer, and the Hub's models that they are."""

from collections.abc import Iterator
from datetime import UTC, datetime

from begat.crawl import Crawl, Platform, Rate
from begat.ids import hub_id, model_key
from begat.records import Alias, Model, Record
from begat.sources._pages import json_page
from begat.sources.base import Context, File, Row, Source

__all__ = ["SOURCE", "offer"]


def fetch(crawl: Crawl) -> None:
    """List the models on offer, which is one answer, or several that name the next one."""
    for _ in crawl.pages("models", "/api/v1/models", then=lambda page: following(page.json())):
        pass


def following(answer: Row) -> str | None:
    """Return the address of the next page, None at the end."""
    links = answer.get("links")
    return links.get("next") if isinstance(links, dict) else None


def offer(row: Row, context: Context) -> Iterator[Record]:
    """Yield a model that OpenRouter offers; its ``:free`` offer is an entry of its own."""
    key = model_key("openrouter", row["id"])
    yield Model(
        key,
        row["name"],
        created_at=datetime.fromtimestamp(row["created"], UTC),
        modality=row["architecture"]["modality"],
    )
    if repository := hub_id(row["hugging_face_id"] or ""):
        yield Alias(key, repository, "mirror", context.date)


def live_offer(row: Row, context: Context) -> Iterator[Record]:
    """Yield a model on offer, and its permanent name, which usage is counted under."""
    yield from offer({"hugging_face_id": None, **row}, context)
    _, colon, variant = row["id"].partition(":")
    lasting = row["canonical_slug"] + colon + variant
    if lasting != row["id"]:
        old, new = (model_key("openrouter", name) for name in (lasting, row["id"]))
        yield Alias(old, new, "renamed", context.date)


SOURCE = Source(
    name="openrouter",
    title="OpenRouter, models on offer",
    licence="",
    feeds="models, aliases; open and closed models on offer as services; facts of a public API, no data "
    "licence is stated for the list",
    files=(
        File("models/*.json*", json_page("data"), live_offer, ("id", "name", "created", "canonical_slug")),
    ),
    authority=0,
    reads_licences=False,
    tables=("models", "aliases"),
    indicators=("M09",),
    platform=Platform(
        origin="https://openrouter.ai",
        fetch=fetch,
        rate=Rate(1, 2.0),
        terms="https://openrouter.ai/terms: forbid to take data in other ways than are offered; the list "
        "is an offer of the API, open to programs without a key",
        limits="one list of a few hundred models; no figures of use",
        state="recorded shape 2026-11-26",
    ),
)
