"""Parquet: the tables themselves, with a description that other tools read."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from begat.errors import StoreError
from begat.files import package_path, sha256
from begat.interchange.format.base import Content, Format
from begat.records import TABLES, Column, fields
from begat.snapshot import Snapshot
from begat.vocab import PREFIXES

__all__ = ["FORMAT"]

DESCRIPTION = "datapackage.json"
KINDS = {str: "string", int: "integer", float: "number", bool: "boolean"}
"""Python type of a column -> type of a field of a Data Package; ``date``, ``datetime`` and ``list`` else."""


def write(content: Content, path: Path) -> None:
    """Copy the snapshot's own tables and manifest, and describe them as a Data Package.

    What each source said before it was merged, and what is kept apart under another licence, stays out.
    """
    snapshot = content.snapshot
    if damaged := [name for name in snapshot.verify() if "/" not in name]:
        hint = "Import it again."
        raise StoreError(f"damaged tables: {', '.join(damaged)}", where=str(snapshot.path), hint=hint)
    path.mkdir()
    for name in [*(f"{table}.parquet" for table in TABLES), "SOURCES.toml"]:
        shutil.copyfile(snapshot.path / name, path / name)
    shutil.copyfile(package_path("data", "ATTRIBUTION.md"), path / "ATTRIBUTION.md")
    described = json.dumps(_package(snapshot, path), ensure_ascii=False, indent=1)
    (path / DESCRIPTION).write_text(described + "\n", encoding="utf-8")


def _package(snapshot: Snapshot, path: Path) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": f"begat-{snapshot.name}",
        "title": f"begat, snapshot {snapshot.name}",
        "version": snapshot.digest,
        "created": f"{snapshot.date}T00:00:00Z",
        "sources": list(_sources(snapshot)),
        "resources": [_resource(snapshot, table, path) for table in TABLES],
    }


def _sources(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Name each source with its licence and date, and with who is to be named."""
    for facts in snapshot.sources:
        told = {key: facts.get(key) for key in ("title", "licence", "date", "locator", "attribution")}
        yield {"name": facts["source"], **{key: value for key, value in told.items() if value}}


def _resource(snapshot: Snapshot, table: str, path: Path) -> dict[str, Any]:
    file = path / f"{table}.parquet"
    return {
        "name": table.replace("_", "-"),
        "path": file.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{sha256(file)}",
        "rows": snapshot.rows(table),
        "description": (TABLES[table].__doc__ or "").partition("\n")[0],
        "schema": {"fields": [_field(column) for column in fields(TABLES[table])]},
    }


def _field(column: Column) -> dict[str, Any]:
    prefix, _, local = column.term.term.partition(":")
    return {
        "name": column.name,
        "type": KINDS.get(column.kind) or ("list" if "list" in str(column.kind) else column.kind.__name__),
        "constraints": {"required": not column.optional},
        **({"rdfType": f"{PREFIXES[prefix]}{local}"} if prefix else {}),
        **({"unit": column.term.unit} if column.term.unit else {}),
    }


FORMAT = Format(
    "parquet", "Apache Parquet, a Data Package of the tables", "application/vnd.apache.parquet", "", write,
    single=False, folder=True,
)  # fmt: skip
