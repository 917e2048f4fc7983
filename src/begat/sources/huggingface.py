"""The Hugging Face Hub, asked through its own listing of models and datasets."""

from collections.abc import Iterator
from datetime import datetime

from begat.crawl import Crawl, Page, Platform, Rate
from begat.records import Record
from begat.sources._hub import INDICATORS, TAG_METHODS, api_dataset, api_model
from begat.sources.base import BadRow, Context, File, Row, Source, instant, json_items

__all__ = ["SOURCE"]

LIMIT = 1000
"""Rows a page; the Hub gives no more."""

MODEL_FIELDS = (
    "author",
    "baseModels",
    "cardData",
    "createdAt",
    "downloads",
    "downloadsAllTime",
    "gated",
    "gguf",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "private",
    "safetensors",
    "sha",
    "tags",
    "trendingScore",
)
DATASET_FIELDS = (
    "author",
    "createdAt",
    "downloads",
    "downloadsAllTime",
    "gated",
    "lastModified",
    "likes",
    "private",
    "sha",
    "tags",
    "trendingScore",
)
"""One name that the Hub does not know fails the whole request."""

MOST = 2**53 - 1
"""A count above this is no count."""


def fetch(crawl: Crawl) -> None:
    """List all models, then all datasets; with `since` the latest changes first, until they are older."""
    for kind, expand in (("models", MODEL_FIELDS), ("datasets", DATASET_FIELDS)):
        sort = "lastModified" if crawl.since else "createdAt"
        query = {"sort": sort, "direction": "-1", "limit": LIMIT, "expand[]": list(expand)}
        for page in crawl.pages(kind, f"/api/{kind}", query):
            if crawl.since and _reaches(page, crawl.since):
                break


def _reaches(page: Page, since: datetime) -> bool:
    """Whether a page, the latest change first, ends with one older than `since`."""
    rows = page.json()
    last = rows[-1] if isinstance(rows, list) and rows else None
    stated = last.get("lastModified") if isinstance(last, dict) else None
    try:
        changed = instant(stated)
    except (ValueError, TypeError):
        return False
    return changed is not None and changed < since


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one model; nothing of a private one, which only its owner's token shows."""
    if not row.get("private"):
        yield from api_model(checked(row), context)


def dataset(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one dataset; nothing of a private one."""
    if not row.get("private"):
        yield from api_dataset(checked(row), context)


def checked(row: Row) -> Row:
    """Return a row whose counts are counts and whose tags are texts.

    Raises
    ------
    BadRow
        If they are not, or if a count is beyond what JSON holds exactly.
    """
    for name in ("downloads", "downloadsAllTime", "likes"):
        value = row.get(name)
        if value is not None and not (type(value) is int and 0 <= value <= MOST):
            raise BadRow(f"{name} is {value!r:.60}: not a count")
    tags = row.get("tags")
    if tags is not None and not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        raise BadRow(f"tags are {tags!r:.60}: not a list of texts")
    return row


SOURCE = Source(
    name="huggingface",
    title="Hugging Face Hub, its API",
    licence="",
    feeds="models, derivations, trained_on, datasets, observations, evaluations; the whole Hub, today; facts "
    "of a public API, no data licence is stated",
    files=(
        File("models/*.json*", json_items, model, required=("_id", "id"), may_be_empty=True),
        File("datasets/*.json*", json_items, dataset, required=("id",), may_be_empty=True),
    ),
    methods=TAG_METHODS,
    authority=0,
    tables=("models", "derivations", "datasets", "trained_on", "observations", "evaluations"),
    indicators=INDICATORS,
    platform=Platform(
        origin="https://huggingface.co",
        fetch=fetch,
        rate=Rate(500, 300.0),
        terms="https://huggingface.co/docs/hub/rate-limits: programs may ask within the limit of their class "
        "(read 2026-11-26); the terms of service, https://huggingface.co/terms-of-service, were not read",
        limits="500 requests in 5 minutes without a token, 1,000 with a free one; 1,000 rows a page; without "
        "a token gone and private look alike",
        state="recorded shape 2026-11-26",
        token="HF_TOKEN",
        single="/api/models/{}",
    ),
)
