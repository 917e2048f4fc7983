"""Any table: CSV, JSON Lines or Parquet with a mapping that says which column is what.

The mapping is named on the command line, or lies beside the file as ``<file name>.toml``; it names the
source that the rows carry, ``table:<name>``. See `begat.sources._mapping` for its form.
"""

from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

from begat.errors import UnreadableFile
from begat.records import Record
from begat.sources._mapping import METHOD, TableMapping, read_mapping
from begat.sources.base import BadRow, Context, File, Method, Row, Source, csv_rows, jsonl, parquet

__all__ = ["SOURCE", "beside", "mapped"]

SEEN = 1000
"""Rows that are looked at for the names of columns: JSON Lines leave out what is empty."""

ASSUMED = Method(0.90, 0.50)


def mapped(mapping: TableMapping) -> Source:
    """Return the source that a mapping makes of its tables."""
    head = mapping.head
    name = f"table:{head['name']}"
    trust = Method(
        head.get("confidence", ASSUMED.confidence),
        head.get("kind_confidence", ASSUMED.kind_confidence),
        "mapping" if "confidence" in head else ASSUMED.basis,
    )
    return Source(
        name=name,
        title=head.get("title", name),
        licence=head.get("licence", ""),
        files=(File("*", partial(_read, mapping), mapping.records),),
        methods={METHOD: trust},
        tables=tuple(part.table for part in mapping.parts),
        dated=head.get("date"),
    )


def beside(path: Path) -> Path:
    """Return where the mapping of a file lies when none is named."""
    return path.with_name(f"{path.name}.toml")


def _read(mapping: TableMapping, path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read the rows of a table after a look at its columns."""
    rows = _rows(mapping, path)
    first = list(islice(rows, SEEN))
    seen = {column for _, row in first if isinstance(row, dict) for column in row}
    if seen:
        mapping.check(seen)
    yield from chain(first, rows)


def _rows(mapping: TableMapping, path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    suffixes = {suffix.lower() for suffix in path.suffixes}
    if ".parquet" in suffixes:
        return parquet(*mapping.columns)(path)
    if suffixes & {".jsonl", ".ndjson"}:
        return jsonl(path)
    if ".csv" in suffixes:
        return csv_rows(path)
    raise UnreadableFile(
        "a file of this kind can't be read as a table",
        where=str(path),
        hint="Name it .csv, .jsonl (both may end in .gz) or .parquet.",
    )


def _read_beside(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    return _read(read_mapping(beside(path)), path)


def _records_beside(row: Row, context: Context) -> Iterator[Record]:
    return read_mapping(beside(context.path)).records(row, context)


SOURCE = Source(
    name="table",
    title="any table with a mapping",
    licence="",
    feeds="whatever its mapping says; the licence is that which the mapping states",
    files=tuple(
        File(pattern, _read_beside, _records_beside) for pattern in ("*.csv", "*.jsonl", "*.parquet")
    ),
    methods={METHOD: ASSUMED},
)
