"""cfahlgren1/hub-stats: the daily bulk dump of the Hub as Parquet."""

import json
import math
from collections.abc import Iterator
from typing import Any

from begat.records import Derivation, Evaluation, Model, Record
from begat.sources._hub import (
    RELATIONS,
    TAG_METHODS,
    figures,
    lineage,
    papers,
    parameters,
    repository,
    tag_method,
    tag_value,
    training,
)
from begat.sources.base import Context, File, Row, Source, first, instant, parquet

__all__ = ["SOURCE"]

COLUMNS = (
    "id",
    "createdAt",
    "lastModified",
    "downloads",
    "downloadsAllTime",
    "likes",
    "trendingScore",
    "tags",
    "cardData",
    "safetensors",
    "gguf",
    "baseModels",
    "pipeline_tag",
    "library_name",
)


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one model."""
    key, tags = repository(row), row.get("tags") or []
    card = json_object(row.get("cardData"))
    yield Model(
        key,
        created_at=instant(row.get("createdAt")),
        modified_at=instant(row.get("lastModified")),
        task=row.get("pipeline_tag"),
        library=row.get("library_name"),
        licence_raw=licence(tags, card),
        parameters=size(row),
        papers=papers(tags),
    )
    yield from bases(key, row.get("baseModels"), tags, card, context)
    yield from training(key, tags, context.date)
    yield from figures(
        key,
        "model",
        on=context.date,
        downloads_30d=row.get("downloads"),
        downloads_total=row.get("downloadsAllTime"),
        likes=row.get("likes"),
        trending=row.get("trendingScore"),
    )
    yield from evaluations(key, card)


def bases(key: str, stated: Any, tags: list[str], card: Row, context: Context) -> Iterator[Record]:
    """Yield the parents of ``baseModels``, each with its stable id; of the tags where it is absent."""
    if not stated or not stated.get("models"):
        yield from lineage(key, tags, card.get("base_model"), context.date)
        return
    relation = stated.get("relation") if stated.get("relation") in RELATIONS else "undetermined"
    for place, base in enumerate(stated["models"]):
        method = tag_method(relation)
        yield Derivation(key, base["id"], relation, method, place, stated_on=context.date)


def licence(tags: list[str], card: Row) -> str | None:
    """Return the licence: the Hub's tag, with the card's name for one that is ``other``."""
    value = tag_value(tags, "license:") or text(first(card.get("license")))
    return text(card.get("license_name")) or value if value == "other" else value


def text(value: Any) -> str | None:
    """Return a text of the card; None for anything else that people put there."""
    return value if isinstance(value, str) else None


def size(row: Row) -> int | None:
    """Return the parameter count from safetensors, else from GGUF."""
    tensors = row.get("safetensors") or {}
    return parameters(tensors.get("total") or json_object(row.get("gguf")).get("total"))


def evaluations(key: str, card: Row) -> Iterator[Evaluation]:
    """Yield the numeric results of the card's model-index; an odd block gives none."""
    for entry in listed(card.get("model-index")):
        for result in listed(entry.get("results")):
            dataset = result.get("dataset")
            name = dataset.get("name") if isinstance(dataset, dict) else None
            for metric in listed(result.get("metrics")):
                value = metric.get("value")
                if isinstance(name, str) and isinstance(value, int | float) and math.isfinite(value):
                    kind = str(metric.get("type") or metric.get("name") or "unknown")
                    yield Evaluation(key, name, kind, float(value), method="model-index")


def json_object(text: str | None) -> Row:
    """Read an object from a JSON column; {} for nothing or for text that is none."""
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Row]:
    """Return the objects of a list; [] for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


SOURCE = Source(
    name="hub-stats",
    title="cfahlgren1/hub-stats, models.parquet",
    licence="Apache-2.0",
    folder="hub-stats-frozen",
    feeds="models, derivations, trained_on, observations, evaluations; the whole Hub in a full dump",
    files=(File("models*.parquet", parquet(*COLUMNS), model, required=("id",)),),
    methods=TAG_METHODS,
    authority=0,
)
