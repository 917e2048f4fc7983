"""European Open Source AI Index: openness of systems, their base models and training data.

An entry judges an *end model* and names the *base model* it was made from. Both are read from the
link to their weights; an entry whose end model has no weights on the Hub tells only of its
institution, because the names in the index are those of families.
"""

import re
from collections.abc import Iterator
from typing import Any

from begat.ids import hub_id
from begat.records import Derivation, Institution, Model, Observation, Record, TrainedOn
from begat.sources._countries import country_code
from begat.sources.base import BadRow, Context, File, Method, Row, Source, day, instant, jsonl

__all__ = ["SOURCE"]

CRITERIA = (
    "datasources_basemodel",
    "datasources_endmodel",
    "weights_basemodel",
    "weights_endmodel",
    "trainingcode",
    "code",
    "hardware_architecture",
    "preprint",
    "paper",
    "modelcard",
    "datasheet",
    "licenses",
)
DEGREES = {"closed": 0.0, "partial": 0.5, "open": 1.0}
KINDS = {
    "Company": "company",
    "Tech": "company",
    "Tiger": "company",
    "University": "university",
    "institution": "research-institute",
    "lab": "research-institute",
    "community": "community",
    "Individual": "person",
}
"""Kind by the last word of a contributor type, as in "Non-academic (Chinese AI Tiger)"."""
DATASET = re.compile(r"https?://huggingface\.co/datasets/([\w.-]+(?:/[\w.-]+)?)")


def system(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one entry."""
    about = row["system"]
    if not about.get("name"):
        raise BadRow("an entry without a name: the template for submissions")
    yield from institution(row, context)
    if end := weights(row["weights_endmodel"]):
        released = day(about.get("releasedate"))
        yield Model(
            end,
            created_at=instant(released.isoformat()) if released else None,
            licence_raw=about.get("endmodellicense") or about.get("endmodel license"),
        )
        yield from lineage(end, row, context)
        yield from openness(end, row, context)


def institution(row: Row, context: Context) -> Iterator[Institution]:
    """Yield the maker, by name."""
    if name := row["org"].get("name"):
        words = re.findall(r"\w+", row.get("contributor_type") or "")
        yield Institution(
            name,
            kind=KINDS.get(words[-1]) if words else None,
            country=country_code(row.get("national_origin")),
            stated_on=context.date,
        )


def lineage(end: str, row: Row, context: Context) -> Iterator[Record]:
    """Yield the base model, unless it is the end model itself, and the training data of both."""
    base = weights(row["weights_basemodel"])
    if base and base.casefold() != end.casefold():
        yield Derivation(end, base, "undetermined", "index-weights", stated_on=context.date)
    for stage in ("base", "end"):
        found = map(DATASET.match, links(row[f"datasources_{stage}model"]))
        for name in dict.fromkeys(match[1] for match in found if match):
            yield TrainedOn(end, name, "index-datasources", stage, context.date)


def openness(end: str, row: Row, context: Context) -> Iterator[Observation]:
    """Yield the judgement of each criterion: closed 0, partial 0.5, open 1."""
    for criterion in CRITERIA:
        degree = row[criterion]["class"]
        if degree not in DEGREES:
            raise BadRow(f"{criterion} is {degree!r}, not one of {', '.join(DEGREES)}")
        yield Observation(end, "model", f"osai:{criterion}", DEGREES[degree], context.date, method="judged")


def weights(block: Row) -> str | None:
    """Return the first link of a block that is a model of the Hub, as its id."""
    return next(filter(None, map(hub_id, links(block))), None)


def links(block: Row) -> list[str]:
    """Return the links of a block: the file has a string, a list or nothing."""
    value: Any = block.get("link")
    return [value] if isinstance(value, str) else value or []


SOURCE = Source(
    name="osai-index",
    title="European Open Source AI Index",
    licence="CC-BY-4.0",
    feeds="models, derivations, trained_on, institutions by name, observations (openness); one "
    "entry a family, its largest model; origins are not consistent",
    files=(File("systems.jsonl*", jsonl, system, required=("system", "org")),),
    methods={"index-weights": Method(0.85, 0.50)},
    tables=("models", "derivations", "trained_on", "institutions", "observations"),
    indicators=("D08", "D09", "M02", "M10", "M11", "M13", "M15"),
)
