"""cfahlgren1/hub-stats: the daily bulk dump of the Hub as Parquet."""

from collections.abc import Iterator

from begat.records import Model, Record
from begat.sources._hub import (
    TAG_METHODS,
    bases,
    evaluations,
    figures,
    json_object,
    licence,
    papers,
    repository,
    size,
    training,
)
from begat.sources._hub_columns import MODELS
from begat.sources.base import Context, File, Row, Source, instant, parquet

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
    "safetensors.total",
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


SOURCE = Source(
    name="hub-stats",
    title="cfahlgren1/hub-stats, models.parquet",
    licence="Apache-2.0",
    folder="hub-stats-frozen",
    feeds="models, derivations, trained_on, observations, evaluations; the whole Hub in a full dump",
    files=(File("models*.parquet", parquet(*COLUMNS), model, ("id",), columns=MODELS),),
    methods=TAG_METHODS,
    authority=0,
)
