"""cfahlgren1/hub-stats: the daily bulk dump of the Hub as Parquet."""

from collections.abc import Iterator

from begat.records import Model, Observation, Record
from begat.sources._hub import (
    INDICATORS,
    METRICS,
    TAG_METHODS,
    api_figures,
    bases,
    dataset_records,
    evaluations,
    json_object,
    licence,
    papers,
    repository,
    size,
    training,
)
from begat.sources._hub_columns import DATASETS, MODELS, NAMED_BY_SPACES, SPACES
from begat.sources.base import Context, File, Row, Source, instant, parquet

__all__ = ["SOURCE"]

COLUMNS = ("id", "createdAt", "lastModified", *METRICS, "tags")
OF_MODELS = ("cardData", "safetensors.total", "gguf", "baseModels", "pipeline_tag", "library_name")


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
    yield from api_figures("model", row, context)
    yield from evaluations(key, card)


def dataset(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one dataset."""
    yield from dataset_records(row, context)
    yield from api_figures("dataset", row, context)


def space(row: Row, context: Context) -> Iterator[Record]:
    """Yield the figures of one space, and one for each model and dataset that it names."""
    yield from api_figures("space", row, context)
    for column, kind in NAMED_BY_SPACES.items():
        for name in dict.fromkeys(row.get(column) or []):
            yield Observation(name, kind, "spaces", 1.0, context.date)


SOURCE = Source(
    name="hub-stats",
    title="cfahlgren1/hub-stats, the daily dump of the Hub",
    licence="Apache-2.0",
    folder="hub-stats-frozen",
    feeds="models, derivations, training data, datasets, figures, evaluations; the whole Hub in a full dump",
    files=(
        File("models*.parquet", parquet(*COLUMNS, *OF_MODELS), model, ("id",), columns=MODELS),
        File("datasets*.parquet", parquet(*COLUMNS), dataset, ("id",), columns=DATASETS),
        File(
            "spaces*.parquet",
            parquet(*COLUMNS, *NAMED_BY_SPACES),
            space,
            ("id",),
            columns=SPACES,
            totals=("spaces",),
        ),
    ),
    methods=TAG_METHODS,
    authority=0,
    tables=("models", "derivations", "datasets", "trained_on", "evaluations", "observations"),
    indicators=INDICATORS,
)
