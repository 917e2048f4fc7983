"""Epoch AI: notable and large-scale models with makers, sizes and training compute.

Models are named by title, not by Hub id: ``epoch:<title>``. Lists are joined by commas without a
space; a comma with a space is part of a name. Countries and kinds are taken only where their lists
are as long as that of the makers, for a maker with two seats shifts the rest. Of the kinds,
"Academia" holds universities for the most part, but also institutes.
"""

import re
from collections.abc import Iterator
from datetime import date

from begat.records import Derivation, Institution, Model, Observation, Record
from begat.sources._countries import country_code
from begat.sources._hub import parameters
from begat.sources.base import Context, File, Method, Row, Source, csv_rows, instant

__all__ = ["SOURCE"]

KINDS = {
    "Academia": "university",
    "Government": "government",
    "Industry": "company",
    "Research collective": "non-profit",
}


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of one model."""
    key = f"epoch:{row['Model']}"
    size, compute = row.get("Parameters"), row.get("Training compute (FLOP)")
    yield Model(
        key,
        name=row["Model"],
        created_at=instant(row.get("Publication date")),
        task=row.get("Task"),
        modality=row.get("Domain"),
        parameters=parameters(float(size)) if size else None,
    )
    yield from institutions(row, context.date)
    for place, base in enumerate(listed(row.get("Base model"))):
        yield Derivation(key, f"epoch:{base}", "undetermined", "epoch-base", place, stated_on=context.date)
    if compute:
        yield Observation(
            key,
            "model",
            "training_compute_flop",
            float(compute),
            context.date,
            method=row.get("Confidence"),
        )


def institutions(row: Row, on: date) -> Iterator[Institution]:
    """Yield the makers, by name."""
    names = listed(row.get("Organization"))
    countries = aligned(names, listed(row.get("Country (of organization)")))
    kinds = aligned(names, listed(row.get("Organization categorization")))
    for name, country, kind in zip(names, countries, kinds, strict=True):
        yield Institution(name, kind=KINDS.get(kind), country=country_code(country), stated_on=on)


def listed(text: str | None) -> list[str]:
    """Return the items of a list in a cell.

    Examples
    --------
    >>> listed("NVIDIA,NERSC, Lawrence Berkeley National Laboratory")
    ['NVIDIA', 'NERSC, Lawrence Berkeley National Laboratory']
    """
    return [item.strip() for item in re.split(r",(?! )", text or "") if item.strip()]


def aligned(names: list[str], values: list[str]) -> list[str]:
    """Return the values, one a name; blanks where their number differs."""
    return values if len(values) == len(names) else [""] * len(names)


SOURCE = Source(
    name="epoch",
    title="Epoch AI, Data on AI Models: notable and large-scale models",
    licence="CC-BY-4.0",
    feeds="models and derivations by title, institutions by name, observations (training compute); "
    "known models since 1950, many figures are estimates",
    files=(File("*_ai_models.csv*", csv_rows, model, required=("Model", "Organization")),),
    methods={"epoch-base": Method(0.85, 0.50)},
    reads_licences=False,
    tables=("models", "derivations", "institutions", "observations"),
)
