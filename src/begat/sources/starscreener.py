"""starscreener: the first 1,000 models, datasets and spaces of the Hub by trend."""

from collections.abc import Iterator

from begat.records import Model, Record
from begat.sources._hub import (
    TAG_METHODS,
    api_figures,
    dataset_records,
    lineage,
    papers,
    repository,
    tag_value,
    training,
)
from begat.sources.base import Context, File, Row, Source, instant, jsonl

__all__ = ["SOURCE"]


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one model."""
    key, tags = repository(row), row["tags"]
    yield Model(
        key,
        created_at=instant(row.get("createdAt")),
        modified_at=instant(row.get("lastModified")),
        task=row.get("pipelineTag"),
        library=row.get("libraryName"),
        licence_raw=tag_value(tags, "license:"),
        papers=papers(tags),
    )
    yield from lineage(key, tags, None, context.date)
    yield from training(key, tags, context.date)
    yield from api_figures("model", row, context)


def dataset(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one dataset."""
    yield from dataset_records(row, context)
    yield from api_figures("dataset", row, context)


def space(row: Row, context: Context) -> Iterator[Record]:
    """Yield the figures of one space."""
    yield from api_figures("space", row, context)


REQUIRED = ("id", "tags", "trendingScore")

SOURCE = Source(
    name="starscreener",
    title="starscreener, trend lists of the Hub",
    licence="MIT",
    feeds="models, derivations, trained_on, datasets, observations; what is popular and fresh",
    files=(
        File("huggingface_models_trending_*.jsonl*", jsonl, model, REQUIRED),
        File("huggingface_datasets_trending_*.jsonl*", jsonl, dataset, REQUIRED),
        File("huggingface_spaces_trending_*.jsonl*", jsonl, space, REQUIRED),
    ),
    methods=TAG_METHODS,
    authority=0,
    tables=("models", "derivations", "datasets", "trained_on", "observations"),
    indicators=(
        "D01",
        "D02",
        "D03",
        "D04",
        "D06",
        "D08",
        "D09",
        "D11",
        "D12",
        "E03",
        "E10",
        "M01",
        "M02",
        "M03",
        "M04",
        "M10",
        "M11",
        "M13",
        "S07",
    ),
)
