"""Model Openness Tool: licences of models and their components, judged by contributors.

A model is named by the Hub id of its link; without one (no link, a paper, a collection, a title) it
is ``mot:<name>``. Its licence is the one it is distributed under, else that of its parameters.
"""

from collections.abc import Iterator

from begat.ids import hub_id
from begat.records import Derivation, Institution, Model, Record
from begat.sources.base import Context, File, Method, Row, Source, jsonl

__all__ = ["SOURCE"]

PARAMETERS = "Model parameters (Final)"
NOT_LICENCES = ("component", "undisclosed", "unlicensed")
"""How phrases begin that stand in place of a licence, such as "Component not included"."""


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one model; its free-text origin counts only where it is a Hub id."""
    found = hub_id(row.get("huggingface") or "")
    key = found or f"mot:{row['name']}"
    yield Model(key, name=None if found else row["name"], licence_raw=licence(row))
    if producer := (row.get("producer") or "").strip():
        yield Institution(producer, stated_on=context.date)
    if origin := hub_id(row.get("origin") or ""):
        yield Derivation(key, origin, "undetermined", "mot-origin", stated_on=context.date)


def licence(row: Row) -> str | None:
    """Return the licence of the model: of the distribution, else of the final parameters."""
    distribution = ((row.get("license") or {}).get("distribution") or {}).get("name")
    components = [part for part in row.get("components") or [] if part.get("name") == PARAMETERS]
    for text in [distribution, *(part.get("license") for part in components)]:
        if text and not text.strip().lower().startswith(NOT_LICENCES):
            return str(text).strip()
    return None


SOURCE = Source(
    name="mot",
    title="Model Openness Tool, LF AI & Data",
    licence="MIT",
    feeds="models (licences), institutions by name; known language models up to early 2026",
    files=(File("models.jsonl*", jsonl, model, required=("name",)),),
    methods={"mot-origin": Method(0.70, 0.50)},
    reads_licences=False,
    tables=("models", "institutions"),
    indicators=("M02", "M04"),
)
