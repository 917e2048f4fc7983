"""Ecosystem Graphs of Stanford CRFM: models, datasets and applications with what each is made from.

The folder ``assets`` is read as a whole, for whether a dependency is a model or a dataset stands in another
file. Everything goes by name: a model is ``ecosystem-graphs:<name>``, a dataset its name; the link to a
model card often leads to one size of several, so it makes no id. A dependency that no file lists is left
out, since nothing says what it is. Applications are set aside: no table of begat holds them.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from begat.errors import UnreadableFile
from begat.records import Dataset, Derivation, Institution, Model, Record, TrainedOn
from begat.sources._hub import parameters
from begat.sources._yaml import yaml_items
from begat.sources.base import BadRow, Context, File, Method, Row, Source, day

__all__ = ["SOURCE"]

NOTHING = {"", "unknown", "none", "n/a", ".nan"}
SHORT = 80
"""Longer values of licence and modality are sentences about it."""
SIZE = re.compile(r"([\d.]+)\s*([KMBT])\s+parameters", re.IGNORECASE)
DATE = re.compile(r"\d{4}(-\d{2}){0,2}(?![\d-])")
UNITS = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


def assets(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read the entries of a folder of YAML files, or of one, each with the types of its dependencies."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise UnreadableFile("no YAML file in this folder", where=str(path))
    found = [(f"{file.name}, {place}", row) for file in files for place, row in yaml_items(file)]
    rows = [row for _, row in found if isinstance(row, dict)]
    types = {row["name"]: row["type"] for row in rows if {"name", "type"} <= row.keys()}
    for place, row in found:
        if isinstance(row, dict):
            row["types"] = {name: types[name] for name in listed(row.get("dependencies")) if name in types}
        yield place, row


def asset(row: Row, context: Context) -> Iterator[Record]:
    """Yield the records of a model or a dataset, and its makers."""
    if row["type"] == "model":
        yield from model(row, context)
    elif row["type"] == "dataset":
        yield dataset(row)
    else:
        raise BadRow(f"an entry of type {row['type']!r:.40}, for which begat has no table")
    for name in stated(row.get("organization")).split(", "):
        if name:
            yield Institution(name, stated_on=context.date)


def model(row: Row, context: Context) -> Iterator[Record]:
    """Yield a model with the models it was made from and the data it was trained on."""
    key = f"ecosystem-graphs:{row['name']}"
    yield Model(
        key,
        name=row["name"],
        created_at=moment(row.get("created_date")),
        modality=short(row.get("modality")),
        licence_raw=short(row.get("license")),
        parameters=size(row.get("size")),
    )
    for place, name in enumerate(of_type("model", row)):
        parent = f"ecosystem-graphs:{name}"
        yield Derivation(key, parent, "undetermined", "dependencies", place, stated_on=context.date)
    for name in of_type("dataset", row):
        yield TrainedOn(key, name, "dependencies", stated_on=context.date)


def dataset(row: Row) -> Dataset:
    """Return a dataset with the datasets it was made from."""
    return Dataset(
        row["name"],
        created_at=moment(row.get("created_date")),
        modality=short(row.get("modality")),
        derived_from=of_type("dataset", row) or None,
        licence_raw=short(row.get("license")),
    )


def of_type(kind: str, row: Row) -> list[str]:
    """Return the dependencies of one type, each once."""
    return [name for name, found in row["types"].items() if found == kind]


def stated(value: Any) -> str:
    """Return a text, given as such or as ``{value, explanation}``; "" for one that says nothing."""
    text = value.get("value", "") if isinstance(value, dict) else value
    clean = " ".join(text.split()) if isinstance(text, str) else ""
    return "" if clean.casefold() in NOTHING else clean


def short(value: Any) -> str | None:
    """Return a text that is no sentence, None for one that is and for one that says nothing."""
    text = stated(value)
    return text if 0 < len(text) <= SHORT else None


def listed(value: Any) -> list[str]:
    """Return the texts of a list, given as such or as ``{value, explanation}``."""
    items = value.get("value") if isinstance(value, dict) else value
    return [stated(item) for item in items if stated(item)] if isinstance(items, list) else []


def moment(value: Any) -> datetime | None:
    """Read a day, a month or a year that a text begins with as its first midnight, None for other texts."""
    match = DATE.match(stated(value))
    known = day(match[0]) if match else None
    return datetime(known.year, known.month, known.day, tzinfo=UTC) if known else None


def size(value: Any) -> int | None:
    """Return the parameter count of a size such as "4.4B parameters (dense)"."""
    match = SIZE.match(stated(value))
    return parameters(round(float(match[1]) * UNITS[match[2].upper()])) if match else None


SOURCE = Source(
    name="ecosystem-graphs",
    title="Ecosystem Graphs, Stanford CRFM",
    licence="",
    feeds="models, derivations, datasets, trained_on, institutions by name; known systems until early 2025, "
    "closed ones included; the repository has no licence file",
    files=(File("assets", assets, asset, required=("type", "name")),),
    methods={"dependencies": Method(0.85, 0.50)},
    tables=("models", "derivations", "datasets", "trained_on", "institutions"),
)
