"""llmfit: text models that run on a desktop, with the GGUF repositories named after them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from begat.records import Derivation, Model, Record
from begat.sources._hub import figures, parameters
from begat.sources.base import BadRow, Context, File, Method, Row, Source, day, instant, jsonl

__all__ = ["SOURCE"]


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one model; only figures that were checked again carry their day."""
    key, checked = row["name"], day(row.get("_revalidated"))
    yield Model(
        key,
        created_at=instant(row.get("release_date")),
        task=row.get("pipeline_tag"),
        licence_raw=row.get("license"),
        parameters=parameters(row.get("parameters_raw")),
    )
    yield from figures(
        key,
        "model",
        on=checked,
        before=None if checked else context.date,
        downloads_30d=row.get("hf_downloads"),
        likes=row.get("hf_likes"),
    )
    for repository in row.get("gguf_sources") or []:
        method = "gguf-list-shared" if repository in row["shared"] else "gguf-list"
        yield Model(repository)
        yield Derivation(repository, key, "quantized", method, stated_on=context.date)


def models(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read the models, each with those of its GGUF repositories that other models list too.

    The lists go by name alone, so models of one name in several accounts share their repositories.
    """
    listed = Counter(name for _, row in jsonl(path) for name in gguf_names(row))
    for place, row in jsonl(path):
        if isinstance(row, dict):
            row["shared"] = {name for name in gguf_names(row) if listed[name] > 1}
        yield place, row


def gguf_names(row: Row | BadRow) -> list[str]:
    """Return the GGUF repositories that a row lists."""
    names = row.get("gguf_sources") if isinstance(row, dict) else None
    return [str(name) for name in names] if isinstance(names, list) else []


SOURCE = Source(
    name="llmfit",
    title="llmfit, models of the program's built-in list",
    licence="MIT",
    feeds="models, derivations, observations; text models that fit a desktop, newest of 2026",
    files=(File("models.jsonl*", models, model, required=("name", "provider")),),
    methods={
        "gguf-list": Method(0.91, 0.93, "51 of 56 parents agree with the Hub's tags"),
        "gguf-list-shared": Method(0.45, 0.93, "25 of 55 parents agree with the Hub's tags"),
    },
    reads_licences=False,
    tables=("models", "derivations", "observations"),
    indicators=("M01", "M02", "M03", "M04", "M10", "M11", "M13"),
)
