"""models.dev: a catalogue of models with reported benchmark values, and that of OpenRouter."""

from collections.abc import Iterator
from datetime import datetime

from begat.ids import hub_id, model_key
from begat.records import Alias, Benchmark, Evaluation, Model, Record
from begat.sources.base import Context, File, Row, Source, day, instant, jsonl
from begat.sources.openrouter import offer

__all__ = ["SOURCE"]

SETTING = ("dataset", "version", "harness", "variant")


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield a model of the catalogue, the repository of its weights and its benchmark values."""
    key, repository = model_key("models.dev", row["id"]), weights(row)
    yield Model(
        key,
        row["name"],
        created_at=released(row.get("release_date")),
        modality=modality(row.get("modalities")),
        licence_raw=row.get("license"),
        family=row.get("family"),
    )
    if repository:
        yield Alias(key, repository, "mirror", context.date)
    for result in row.get("benchmarks") or []:
        yield from evaluation(repository or key, result)


def released(text: str | None) -> datetime | None:
    """Return the first moment of a release day or month."""
    found = day(text)
    return instant(found.isoformat()) if found else None


def weights(row: Row) -> str | None:
    """Return the Hub repository of a model's weights; None where it links none or several."""
    found = {hub_id(link["url"]) for link in row.get("weights") or []} - {None}
    return found.pop() if len(found) == 1 else None


def evaluation(model: str, result: Row) -> Iterator[Record]:
    """Yield a benchmark value; its setting tells apart several values of one benchmark."""
    benchmark = f"models.dev:{result['name']}"
    yield Benchmark(benchmark, result["name"])
    yield Evaluation(
        model,
        benchmark,
        result.get("metric") or "unknown",
        float(result["score"]),
        split=", ".join(result[part] for part in SETTING if part in result) or None,
        evaluated_on=day(result.get("date")),
        method="reported",
    )


def modality(modalities: Row | None) -> str | None:
    """Return the modalities as OpenRouter writes them, ``text+image->text``."""
    if not modalities:
        return None
    return "->".join("+".join(modalities[side]) for side in ("input", "output"))


SOURCE = Source(
    name="models-dev",
    title="models.dev, catalogue of models, with the OpenRouter catalogue",
    licence="MIT",
    folder="models.dev",
    feeds="models, aliases, benchmarks, evaluations; open and closed models on offer as services",
    files=(
        File("models.jsonl*", jsonl, model, required=("id", "name", "release_date")),
        File("openrouter_models.jsonl*", jsonl, offer, required=("id", "created")),
    ),
    reads_licences=False,
    tables=("models", "benchmarks", "evaluations", "aliases"),
    indicators=("E08",),
)
