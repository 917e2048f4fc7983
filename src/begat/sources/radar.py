"""HF//RADAR: model records of a live slice of the Hub, mostly uploads of August 2026."""

from collections.abc import Iterator

from begat.records import Evaluation, Model, Record
from begat.sources._hub import TAG_METHODS, figures, lineage, papers, parameters, repository, training
from begat.sources.base import Context, File, Row, Source, instant, jsonl

__all__ = ["SOURCE"]


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one model."""
    key = repository(row)
    tags = row.get("tags") or []
    yield Model(
        key,
        created_at=instant(row.get("created_at")),
        modified_at=instant(row.get("updated_at")),
        task=row.get("pipeline_tag"),
        library=row.get("library"),
        licence_raw=row.get("license"),
        parameters=parameters(row.get("parameters")),
        gated=None if row.get("gated") is None else str(row["gated"]).lower(),
        removed=row.get("removed"),
        papers=papers(tags),
    )
    yield from lineage(key, tags, row.get("base_model"), context.date)
    yield from training(key, tags, context.date)
    yield from figures(
        key,
        "model",
        on=context.date,
        downloads_30d=row.get("downloads_30d"),
        likes=row.get("likes"),
        trending=row.get("trending_score"),
    )
    for result in row.get("benchmarks") or []:
        yield from evaluation(key, result)


def evaluation(key: str, result: Row) -> Iterator[Evaluation]:
    """Yield a result of the card's model-index, if its value is a number."""
    value, dataset = result.get("value"), result.get("dataset")
    if dataset and isinstance(value, int | float):
        yield Evaluation(key, dataset, result.get("metric") or "unknown", float(value), method="model-index")


SOURCE = Source(
    name="radar",
    title="radar-huggingface-dataset, HF//RADAR",
    licence="CC-BY-4.0",
    feeds="models, derivations, trained_on, observations; fresh uploads, few large older models",
    files=(File("models.jsonl*", jsonl, model, required=("id",)),),
    methods=TAG_METHODS,
    authority=0,
    tables=("models", "derivations", "trained_on", "evaluations", "observations"),
    indicators=(
        "D08",
        "D09",
        "E07",
        "M01",
        "M02",
        "M03",
        "M04",
        "M05",
        "M06",
        "M10",
        "M11",
        "M13",
        "M14",
        "M16",
        "S07",
        "S08",
    ),
)
