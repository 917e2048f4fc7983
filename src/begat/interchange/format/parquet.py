"""Parquet: the tables themselves, with a description in Croissant that loaders of datasets read."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from begat.errors import StoreError
from begat.files import package_path, sha256
from begat.interchange.format.base import Content, Format
from begat.records import TABLES, Column, fields
from begat.snapshot import Snapshot
from begat.snapshot.opened import MANIFEST
from begat.store.things import iri
from begat.vocab import PREFIXES

__all__ = ["FORMAT"]

Node = dict[str, Any]

CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    **{
        name: f"cr:{name}"
        for name in (
            "column", "equivalentProperty", "extract", "field", "fileObject", "isArray", "recordSet",
            "source",
        )
    },
}  # fmt: skip
"""The names of Croissant's own context that are used here; its loader wants schema.org with ``https``."""

KINDS = {
    "str": "Text",
    "int": "Integer",
    "float": "Float",
    "bool": "Boolean",
    "date": "Date",
    "datetime": "DateTime",
}
"""Python type of a column, or of the items of its lists -> data type of schema.org."""
HOME = "https://w3id.org/begat"


def write(content: Content, path: Path) -> None:
    """Copy the snapshot's own tables and manifest, and describe them in Croissant 1.1.

    What each source said before it was merged, and what is kept apart under another licence, stays out.
    """
    snapshot = content.snapshot
    if damaged := [name for name in snapshot.verify() if "/" not in name]:
        what = f"damaged tables: {', '.join(damaged)}"
        raise StoreError(what, where=str(snapshot.path), hint="Import it again.")
    path.mkdir()
    for name in [*(f"{table}.parquet" for table in TABLES), MANIFEST]:
        shutil.copyfile(snapshot.path / name, path / name)
    shutil.copyfile(package_path("data", "ATTRIBUTION.md"), path / "ATTRIBUTION.md")
    text = json.dumps(_dataset(snapshot, path), ensure_ascii=False, indent=1)
    (path / "croissant.json").write_text(text + "\n", encoding="utf-8")


def _dataset(snapshot: Snapshot, path: Path) -> Node:
    sources = [_source(facts) for facts in snapshot.sources]
    made_up = "Synthetic, nothing of it is a fact: a" if snapshot.synthetic else "A"
    return {
        "@context": dict(CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": f"begat-{snapshot.name}",
        "description": f"{made_up} snapshot of the genealogy of open models: "
        f"{snapshot.rows('models'):,} models and {snapshot.rows('derivations'):,} statements on what they "
        f"were made from, of {len(sources)} sources.",
        "url": HOME,
        "identifier": snapshot.digest,
        "creator": {"@type": "sc:Organization", "name": "The begat authors", "url": HOME},
        "datePublished": str(snapshot.date),
        "license": sorted({iri("licence", facts["licence"]) for facts in snapshot.sources}),
        "isBasedOn": sources,
        "distribution": [_file(table, path) for table in TABLES],
        "recordSet": [_records(table) for table in TABLES],
    }


def _source(facts: Mapping[str, Any]) -> Node:
    """Name a source with its licence, its date and who is to be named."""
    about = {
        "@type": "sc:Dataset",
        "name": facts["title"],
        "identifier": facts["source"],
        "license": facts["licence"],
        "datePublished": facts["date"],
        "creditText": facts.get("attribution"),
    }
    return {name: value for name, value in about.items() if value}


def _file(table: str, path: Path) -> Node:
    file = path / f"{table}.parquet"
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": sha256(file),
    }


def _records(table: str) -> Node:
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": (TABLES[table].__doc__ or "").partition("\n")[0],
        "field": [_field(table, column) for column in fields(TABLES[table])],
    }


def _field(table: str, column: Column) -> Node:
    prefix, _, local = column.term.term.partition(":")
    is_list = column.kind == list[str]
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        **({"description": f"Unit: {column.term.unit}"} if column.term.unit else {}),
        "dataType": f"sc:{KINDS['str' if is_list else column.kind.__name__]}",
        **({"isArray": True} if is_list else {}),
        **({"equivalentProperty": f"{PREFIXES[prefix]}{local}"} if prefix else {}),
        "source": {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": column.name}},
    }


FORMAT = Format(
    "parquet", "Apache Parquet, described in Croissant 1.1", "application/vnd.apache.parquet", "", write,
    single=False, folder=True,
)  # fmt: skip
