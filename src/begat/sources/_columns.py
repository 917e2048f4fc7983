"""Many rows at once: what a row function says of plain rows, as columns; odd rows go through it.

The row function of a file stays the oracle: both ways give the same records in the same order, the rows
that are set aside with the same place and reason, and a test runs both.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import pyarrow as pa

from begat.records import Observation, Record, schema, to_table
from begat.sources.base import SYNTHETIC, File, Parquet, Reading, rows_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["Columns", "Frames", "compact", "frames_of", "rows_total", "synthetic"]

Frames = dict[type[Any], pl.DataFrame]
"""Columns of records by their type, each row with the number of the input row it comes from."""

BATCH = 65_536
"""Input rows held at a time."""


class Columns(NamedTuple):
    """The twin of a row function for many rows.

    Attributes
    ----------
    flat : function
        Brings a frame of input rows to the columns that the others need; None for columns of other types
        than these, which are all read by the row function.
    plain : function
        Says which flat rows are plain: they raise nothing and need no look at a JSON text.
    frames : function
        What the row function says of plain rows, each with its `row`, in the order in which it says it.
    """

    flat: Callable[[pl.DataFrame], pl.DataFrame | None]
    plain: Callable[[pl.DataFrame], pl.Series]
    frames: Callable[[pl.DataFrame, Any], Frames]


def frames_of(reading: Reading) -> Iterator[Frames]:
    """Yield the records of a Parquet file as frames in their declared schema, a batch of rows at a time."""
    file, start = reading.file, 0
    assert isinstance(file.read, Parquet)
    for batch in file.read.batches(reading.context.path, BATCH):
        yield _batch(reading, file.columns, batch, start)
        start += batch.num_rows
    totals = reading.end()
    if totals:
        yield {Observation: _framed(to_table(Observation, totals))}


def rows_total(file: File, path: Path) -> int | None:
    """Return the number of rows of a file where it says it itself."""
    facts = _facts(path) if isinstance(file.read, Parquet) else None
    return facts and int(facts.num_rows)


def synthetic(path: Path) -> str | None:
    """Return what a Parquet file says of its rows being made up, None for a real or another file."""
    facts = _facts(path) if path.suffix == ".parquet" else None
    told = (facts.metadata or {}).get(SYNTHETIC.encode()) if facts else None
    return told.decode() if told else None


def _facts(path: Path) -> "pq.FileMetaData | None":
    """Return what a Parquet file says of itself; None where it can't be read, of which its reader tells."""
    import pyarrow.parquet as pq

    try:
        return pq.read_metadata(path)
    except (pa.ArrowException, OSError):
        return None


def compact(column: pl.Series) -> pl.Series:
    """Return a copy of texts that doesn't hold on to the longer column which they were cut from."""
    return pl.Series(column.name, column.to_arrow(compat_level=pl.CompatLevel.oldest()))


def _batch(reading: Reading, columns: Columns | None, batch: pa.RecordBatch, start: int) -> Frames:
    flat = None if columns is None else _flat(columns, reading.file, batch)
    if flat is None or columns is None:
        return _merged({}, _odd(reading, batch, range(batch.num_rows), start))
    plain = columns.plain(flat)
    reading.count.seen += int(plain.sum())
    odd = (~plain).arg_true().to_list()
    frames = columns.frames(flat.filter(plain), reading.context)
    if reading.file.totals:
        frames = frames | {Observation: _totalled(reading, frames[Observation])}
    return _merged(frames, _odd(reading, batch, odd, start))


def _totalled(reading: Reading, figures: pl.DataFrame) -> pl.DataFrame:
    """Add up the figures that are counted over the file; return the others."""
    counted = figures["metric"].is_in(reading.file.totals)
    sums = figures.filter(counted).drop("row").group_by(pl.exclude("value")).agg(pl.col("value").sum())
    reading.add(Observation(**row) for row in sums.iter_rows(named=True))
    return figures.filter(~counted)


def _flat(columns: Columns, file: File, batch: pa.RecordBatch) -> pl.DataFrame | None:
    """Return a batch as flat columns; None if it lacks a field, has odd types or texts that are no UTF-8."""
    if any(name not in batch.schema.names for name in file.required):
        return None
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return None
    frame = columns.flat(pl.DataFrame(pl.from_arrow(batch)))
    return None if frame is None else frame.with_row_index("row")


def _odd(reading: Reading, batch: pa.RecordBatch, places: Any, start: int) -> Frames:
    """Return what the row function says of some rows of a batch."""
    chosen = batch.take(pa.array(places, pa.int64()))
    held: dict[type[Any], tuple[list[int], list[Record]]] = {}
    for place, row in zip(places, rows_of(chosen), strict=True):
        for record in reading.row(f"row {start + place + 1}", row):
            numbers, records = held.setdefault(type(record), ([], []))
            numbers.append(place)
            records.append(record)
    return {
        kind: _framed(to_table(kind, records)).with_columns(row=pl.Series(numbers, dtype=pl.UInt32))
        for kind, (numbers, records) in held.items()
    }


def _merged(plain: Frames, odd: Frames) -> Frames:
    """Return both in the order of their rows, in the declared schema."""
    found = {}
    for kind in [*plain, *(kind for kind in odd if kind not in plain)]:
        parts = [_declared(kind, part[kind]) for part in (plain, odd) if kind in part]
        both = pl.concat(parts)
        found[kind] = (both.sort("row", maintain_order=True) if len(parts) > 1 else both).drop("row")
    return found


def _declared(kind: type[Any], frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with all columns of a record type; those that it lacks are empty."""
    columns = [
        pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in _dtypes(kind).items()
    ]
    return frame.select(pl.col("row").cast(pl.UInt32), *columns)


def _dtypes(kind: type[Any]) -> Mapping[str, pl.DataType]:
    return _framed(schema(kind).empty_table()).schema


def _framed(table: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(table))
