"""The Hugging Face Hub, asked through its own listing of models and datasets."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from begat.crawl import Crawl, Page, Platform, Rate
from begat.records import Dataset, Model, Record
from begat.sources._hub import TAG_METHODS, figures, papers, parameters, repository, tag_value, tag_values
from begat.sources._hub import training as trained_on
from begat.sources.base import BadRow, Context, File, Row, Source, instant, json_items
from begat.sources.hub_stats import bases, evaluations, licence
from begat.sources.starscreener import CARD_FIELDS, languages

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

FLOOR = "2022-03-02T23:29:04.000Z"
"""The creation time of every repository older than that: the time is unknown."""

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
    key, tags = repository(row), texts(row.get("tags"))
    if row.get("private"):
        return
    card = table(row.get("cardData"))
    yield Model(
        key,
        created_at=created(row),
        modified_at=instant(row.get("lastModified")),
        task=row.get("pipeline_tag"),
        library=row.get("library_name"),
        licence_raw=licence(tags, card),
        parameters=size(row),
        gated=gate(row),
        papers=papers(tags),
    )
    yield from bases(key, row.get("baseModels"), tags, card, context)
    yield from trained_on(key, tags, context.date)
    yield from counts("model", key, row, context)
    yield from evaluations(key, card)


def dataset(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one dataset; nothing of a private one."""
    key, tags = repository(row), texts(row.get("tags"))
    if row.get("private"):
        return
    yield Dataset(
        key,
        created_at=created(row),
        modified_at=instant(row.get("lastModified")),
        modality=",".join(tag_values(tags, "modality:")) or None,
        languages=languages(tags),
        derived_from=tag_values(tags, "source_datasets:") or None,
        licence_raw=tag_value(tags, "license:"),
    )
    filled = sum(any(tag.startswith(field) for tag in tags) for field in CARD_FIELDS)
    yield from figures(key, "dataset", on=context.date, card_fields_of_6=filled)
    yield from counts("dataset", key, row, context)


def counts(kind: str, key: str, row: Row, context: Context) -> Iterator[Record]:
    """Yield what the Hub counts of a repository.

    Raises
    ------
    BadRow
        If a count is no whole number that a page can hold exactly.
    """
    stated = {
        "downloads_30d": row.get("downloads"),
        "downloads_total": row.get("downloadsAllTime"),
        "likes": row.get("likes"),
    }
    for name, value in stated.items():
        if value is not None and not (type(value) is int and 0 <= value <= MOST):
            raise BadRow(f"{name} is {value!r:.60}: not a count")
    yield from figures(key, kind, on=context.date, **stated, trending=row.get("trendingScore"))


def created(row: Row) -> datetime | None:
    """Return when a repository was made; None at the floor, which stands for any earlier time."""
    return None if row.get("createdAt") == FLOOR else instant(row.get("createdAt"))


def gate(row: Row) -> str | None:
    """Return how a model is gated: ``false``, ``auto`` or ``manual``."""
    return None if row.get("gated") is None else str(row["gated"]).lower()


def size(row: Row) -> int | None:
    """Return the parameter count from safetensors, else from GGUF."""
    return parameters(table(row.get("safetensors")).get("total") or table(row.get("gguf")).get("total"))


def texts(value: Any) -> list[str]:
    """Return a list of texts; none for a missing one.

    Raises
    ------
    BadRow
        If it is no list, or holds anything else.
    """
    if value is not None and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        raise BadRow(f"tags are {value!r:.60}: not a list of texts")
    return value or []


def table(value: Any) -> Row:
    """Return an object; an empty one for anything else that people put there."""
    return value if isinstance(value, dict) else {}


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
    indicators=(
        *("D01", "D02", "D04", "D06", "D08", "D09", "D10", "D11", "D12", "E07", "E10"),
        *("M01", "M02", "M03", "M04", "M05", "M06", "M10", "M11", "M12", "M13", "M14", "M16", "S07", "S08"),
    ),
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
