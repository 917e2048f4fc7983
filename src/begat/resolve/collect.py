"""Records of sources into columns: one frame a table, with source, date and method filled in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from begat.records import TABLES, Contested, Observation, Record, schema, to_table
from begat.resolve.observations import coded
from begat.sources._columns import Frames, frames_of, rows_total, synthetic
from begat.sources.base import Context, Parsed, Reading, Source

__all__ = ["Statements", "collect", "gather", "made_up", "together"]

Progress = Callable[[int, int | None], None]
"""Told how much is done, and of how much where that is known."""

CHUNK = 100_000
"""Records held as Python objects before they become columns."""


@dataclass(frozen=True)
class Statements:
    """What one source says: its frames by table, and how many rows were read.

    The few texts of observations are coded, see `begat.resolve.observations`.
    """

    source: Source
    date: date
    frames: dict[str, pl.DataFrame]
    files: list[Parsed] = field(default_factory=list)


def collect(source: Source, path: Path, *, on: date, progress: Progress | None = None) -> Statements:
    """Read a file or folder of a source into frames; cost O(rows).

    Parameters
    ----------
    source : Source
        Whose files these are.
    path : Path
        A file or folder of this source.
    on : date
        The date of the data.
    progress : function, optional
        Told how many rows are read, and of how many where the file says it.

    Raises
    ------
    UnreadableFile, WrongSchema
        As `Source.parse` does.
    """
    held = _Held()
    files = []
    for hit, file in source.find(path):
        reading = Reading(file, Context(hit, on))
        total = rows_total(file, hit) if progress else None
        for frames in frames_of(reading) if file.columns else _recorded(reading):
            held.add(frames)
            if progress:
                progress(reading.count.seen, total)
        files.append(reading.count)
    return replace(held.statements(source, on), files=files)


def together(parts: Sequence[Statements]) -> Statements:
    """Return the statements of several files or folders of one source as one reading of their newest date."""
    frames = {name: pl.concat([part.frames[name] for part in parts]) for name in parts[0].frames}
    files = [file for part in parts for file in part.files]
    return Statements(parts[0].source, max(part.date for part in parts), frames, files)


def made_up(statements: Statements) -> dict[str, str]:
    """Return the fact that the files of a source call their rows made up; {} for real ones."""
    said = [text for count in statements.files if (text := synthetic(count.path))]
    return {"synthetic": "; ".join(said)} if said else {}


def gather(source: Source, records: Iterable[Record], *, on: date) -> Statements:
    """Turn records into the statements of a source; what `collect` does after reading."""
    held = _Held()
    held.add(_framed(records))
    return held.statements(source, on)


def _recorded(reading: Reading) -> Iterator[Frames]:
    """Yield the records of a file, some at a time, as frames."""
    some: list[Record] = []
    for place, row in reading.file.read(reading.context.path):
        some.extend(reading.row(place, row))
        if len(some) >= CHUNK:
            yield _framed(some)
            some = []
    yield _framed([*some, *reading.end()])


def _framed(records: Iterable[Record]) -> Frames:
    held: dict[type[Any], list[Record]] = {}
    for record in records:
        held.setdefault(type(record), []).append(record)
    return {kind: _frame(to_table(kind, rows)) for kind, rows in held.items()}


def _frame(table: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(table))


class _Held:
    """The frames of a source so far, by record type."""

    def __init__(self) -> None:
        self.frames: dict[type[Any], list[pl.DataFrame]] = {}

    def add(self, frames: Frames) -> None:
        """Take in further frames."""
        for kind, frame in frames.items():
            self.frames.setdefault(kind, []).append(_lean(kind, frame))

    def statements(self, source: Source, on: date) -> Statements:
        """Return all of them as the statements of a source."""
        tables = {name: record for name, record in TABLES.items() if record is not Contested}
        frames = {name: _stamped(self._all(record), source) for name, record in tables.items()}
        return Statements(source, on, frames)

    def _all(self, record: type[Any]) -> pl.DataFrame:
        return pl.concat(self.frames.get(record) or [_lean(record, _frame(schema(record).empty_table()))])


def _lean(record: type[Any], frame: pl.DataFrame) -> pl.DataFrame:
    return coded(frame) if record is Observation else frame


def _stamped(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Fill in who says it and, for derivations, how sure the method is."""
    if "source" in frame.columns:
        frame = frame.with_columns(source=pl.lit(source.name).cast(frame.schema["source"]))
    else:
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
