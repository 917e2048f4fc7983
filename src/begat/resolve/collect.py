"""Records of sources into columns: one frame a table, with source, date and method filled in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from begat.records import TABLES, Contested, Record, schema, to_table
from begat.sources.base import Parsed, Source

__all__ = ["Statements", "collect", "gather", "together"]

CHUNK = 100_000
"""Records held as Python objects before they become columns."""


@dataclass(frozen=True)
class Statements:
    """What one source says: its frames by table, and how many rows were read."""

    source: Source
    date: date
    frames: dict[str, pl.DataFrame]
    files: list[Parsed] = field(default_factory=list)


def collect(source: Source, path: Path, *, on: date) -> Statements:
    """Read a file or folder of a source into frames; cost O(rows).

    Raises
    ------
    UnreadableFile, WrongSchema
        As `Source.parse` does.
    """
    files: list[Parsed] = []
    statements = gather(source, source.parse(path, on=on, tally=files), on=on)
    return replace(statements, files=files)


def together(parts: Sequence[Statements]) -> Statements:
    """Return the statements of several files or folders of one source as one reading of their newest date."""
    frames = {name: pl.concat([part.frames[name] for part in parts]) for name in parts[0].frames}
    files = [file for part in parts for file in part.files]
    return Statements(parts[0].source, max(part.date for part in parts), frames, files)


def gather(source: Source, records: Iterable[Record], *, on: date) -> Statements:
    """Turn records into the statements of a source; what `collect` does after reading."""
    chunks = _chunks(records)
    frames = {}
    for name, record in TABLES.items():
        if record is Contested:
            continue
        table = pa.concat_tables(chunks[name]) if chunks.get(name) else schema(record).empty_table()
        frames[name] = _stamped(pl.DataFrame(pl.from_arrow(table)), source)
    return Statements(source, on, frames)


def _chunks(records: Iterable[Record]) -> Mapping[str, list[pa.Table]]:
    names = {record: name for name, record in TABLES.items()}
    held: dict[type[Any], list[Record]] = {record: [] for record in names}
    chunks: dict[str, list[pa.Table]] = {}
    for record in records:
        rows = held[type(record)]
        rows.append(record)
        if len(rows) == CHUNK:
            chunks.setdefault(names[type(record)], []).append(to_table(type(record), rows))
            rows.clear()
    for kind, rows in held.items():
        if rows:
            chunks.setdefault(names[kind], []).append(to_table(kind, rows))
    return chunks


def _stamped(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Fill in who says it and, for derivations, how sure the method is."""
    frame = frame.with_columns(source=pl.lit(source.name))
    if "kind_confidence" not in frame.columns:
        return frame
    method = pl.col("method")
    trust = {name: float(how.confidence) for name, how in source.methods.items()}
    kinds = {name: float(how.kind_confidence) for name, how in source.methods.items()}
    return frame.with_columns(
        confidence=method.replace_strict(trust, default=None, return_dtype=pl.Float64),
        kind_confidence=method.replace_strict(kinds, default=None, return_dtype=pl.Float64),
    )
