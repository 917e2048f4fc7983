"""What a source is, how its files are read, and how sources are found.

A source is one file of this folder with ``SOURCE = Source(...)``. It says which files it reads and,
per file, a pure function from one input row to records. Everything that all sources share is here:
opening, decompressing, splitting into rows, counting, and setting bad rows aside with their place.
"""

import csv
import gzip
import json
import math
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, get_origin

from begat import records
from begat.crawl import Platform
from begat.discovery import declared, named
from begat.errors import UnreadableFile, WrongSchema
from begat.records import Derivation, Observation, Record, SetAside, fields
from begat.vocab import RELATIONS

if TYPE_CHECKING:
    import pyarrow as pa

    from begat.sources._columns import Columns

__all__ = [
    "SYNTHETIC",
    "BadRow",
    "Context",
    "File",
    "Method",
    "Parsed",
    "Source",
    "day",
    "discover",
    "file_date",
    "instant",
    "source_named",
]

Row = dict[str, Any]

SYNTHETIC = "begat.synthetic"
"""Key in the metadata of a Parquet file that says that its rows are made up, and how."""

LARGEST = 2**63
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadRow(ValueError):
    """A row that can't be used; the message becomes its reason in ``set_aside``."""


class Method(NamedTuple):
    """How a source knows: the chance that the parent, and that the kind, is right."""

    confidence: float
    kind_confidence: float
    basis: str = "assumed"


class Context(NamedTuple):
    """What a row function may know beside the row: the file, its date, and parts of its path."""

    path: Path
    date: date


class File(NamedTuple):
    """Files of a source: a glob pattern, a reader, a row function, the fields rows must have.

    `may_be_empty` is for pages of a list: one without a row is a whole answer.
    `columns` says of many rows at once what the row function says of each; see `begat.sources._columns`.
    Observations of the metrics in `totals` are added up over the file, one for each subject.
    """

    pattern: str
    read: Callable[[Path], Iterator[tuple[str, Row | BadRow]]]
    rows: Callable[[Row, Context], Iterator[Record]]
    required: tuple[str, ...] = ()
    may_be_empty: bool = False
    columns: "Columns | None" = None
    totals: tuple[str, ...] = ()


@dataclass
class Parsed:
    """Tally of one parsed file: rows seen = rows kept + rows set aside."""

    path: Path
    seen: int = 0
    set_aside: int = 0


@dataclass(frozen=True)
class Source:
    """A source of facts.

    Attributes
    ----------
    name : str
        As users type it.
    title : str
        In words.
    licence : str
        SPDX id of the licence of its data, "" if none is stated.
    files : tuple of File
        What it reads; the patterns are tried in order inside a folder.
    methods : mapping of str to Method
        How it knows its derivations.
    feeds : str
        What it is good for, and its bias.
    folder : str
        Name of its folder in a data pack, if other than its own name.
    authority : int
        0 for a platform's own records and curated tables, 1 for lists made from them.
    curated : bool
        One of begat's own tables, ``data/<name>.toml``; part of every snapshot.
    tables : tuple of str
        The tables of a snapshot that it states something for.
    indicators : tuple of str
        The indicators of begat-53 that its statements can feed.
    platform : Platform, optional
        The live platform that it can be fetched from; its files are then the answers that a crawl keeps.
    dated : date, optional
        The day of its data, where its own declaration says so.
    reads_licences : bool
        Whether a thing that it lists without a licence states none on its page; false for lists that give
        none, or give it of some only.
    """

    name: str
    title: str
    licence: str
    files: tuple[File, ...]
    methods: Mapping[str, Method] = field(default_factory=dict)
    feeds: str = ""
    folder: str = ""
    authority: int = 1
    curated: bool = False
    tables: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    platform: Platform | None = None
    dated: date | None = None
    reads_licences: bool = True

    def find(self, path: Path) -> list[tuple[Path, File]]:
        """Return the files to read below `path`, a folder or one file, each with its declaration.

        Raises
        ------
        UnreadableFile
            If `path` does not exist or holds no file of this source.
        """
        if not path.exists():
            raise UnreadableFile("no such file or folder", where=str(path))
        if path.is_file():
            named = [file for file in self.files if path.match(file.pattern)]
            return [(path, (named or list(self.files))[0])]
        found = [(hit, file) for file in self.files for hit in sorted(path.glob(file.pattern))]
        if not found:
            wanted = ", ".join(dict.fromkeys(file.pattern for file in self.files))
            raise UnreadableFile(
                f"no file of source {self.name} in this folder",
                where=str(path),
                hint=f"It reads {wanted}.",
            )
        return found

    def parse(self, path: Path, *, on: date, tally: list[Parsed] | None = None) -> Iterator[Record]:
        """Yield the records of a file or folder; rows that can't be used come as `SetAside`.

        Parameters
        ----------
        path : Path
            A file or folder of this source.
        on : date
            The date of the data.
        tally : list of Parsed, optional
            Receives one count per file.

        Raises
        ------
        UnreadableFile
            If a file is missing, empty, truncated or in another format, or if no file holds a row.
        WrongSchema
            If a file lacks the fields this source must have.
        """
        seen = 0
        for hit, file in self.find(path):
            reading = Reading(file, Context(hit, on))
            for place, row in file.read(hit):
                yield from reading.row(place, row)
            yield from reading.end()
            seen += reading.count.seen
            if tally is not None:
                tally.append(reading.count)
        if not seen:
            raise UnreadableFile("no file holds a row", where=str(path))


class Reading:
    """One file being read: what was seen of it, and what is wrong with it."""

    def __init__(self, file: File, context: Context) -> None:
        self.file, self.context = file, context
        self.count = Parsed(context.path)
        self.totals: dict[Observation, float] = {}
        self.missing: set[str] = set()
        self.first = ""

    def row(self, place: str, row: Row | BadRow) -> list[Record]:
        """Return the records of a row, or the one that sets it aside."""
        self.count.seen += 1
        try:
            if isinstance(row, BadRow):
                raise row
            if absent := [name for name in self.file.required if name not in row]:
                self.missing.update(absent)
                raise BadRow(f"no field {', '.join(absent)}")
            records = [_sound(record) for record in self.file.rows(row, self.context)]
            return self.add(records) if self.file.totals else records
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            self.count.set_aside += 1
            reason = _reason(error)
            self.first = self.first or f"{place}: {reason}"
            text = "" if isinstance(row, BadRow) else repr(row)
            return [SetAside(self.context.path.name, place, reason or type(error).__name__, text[:200])]

    def add(self, records: Iterable[Record]) -> list[Record]:
        """Add up the observations that are counted over the file; return the other records."""
        others: list[Record] = []
        for record in records:
            if isinstance(record, Observation) and record.metric in self.file.totals:
                key = record._replace(value=0.0)
                self.totals[key] = self.totals.get(key, 0.0) + record.value
            else:
                others.append(record)
        return others

    def end(self) -> list[Record]:
        """Return what was added up over the file.

        Raises
        ------
        UnreadableFile, WrongSchema
            If it is empty, of another schema, or nothing of it could be read.
        """
        where = str(self.context.path)
        if not self.count.seen and not self.file.may_be_empty:
            raise UnreadableFile("the file is empty", where=where)
        if self.count.set_aside < self.count.seen or not self.count.seen:
            return [key._replace(value=value) for key, value in sorted(self.totals.items(), key=str)]
        if self.missing:
            raise WrongSchema(
                f"no row has the field {', '.join(sorted(self.missing))}",
                where=where,
                hint="Is it a file of this source? `begat sources` lists what each one reads.",
            )
        raise UnreadableFile(
            f"none of its {self.count.seen:,} rows could be read ({self.first})", where=where
        )


def _reason(error: Exception) -> str:
    """Why a row can't be used, in the words of data rather than of Python."""
    if isinstance(error, KeyError):
        return f"no field {error}"
    if isinstance(error, TypeError | AttributeError):
        return f"a value of another type than expected ({error})"
    return str(error)


def _sound(record: Record) -> Record:
    """Refuse a record that no table can hold: one bad value would end an import or spoil a sum.

    Raises
    ------
    BadRow
        If a value has another type than its field, is missing where it must not be, is a whole number
        beyond 64 bits, not finite, or text that is not Unicode.
    """
    if isinstance(record, Derivation) and record.relation not in RELATIONS:
        raise BadRow(f"no relation is named {record.relation!r:.60}")
    values: tuple[Any, ...] = record
    for value, (name, wanted, optional) in zip(values, _wanted(record.__class__.__name__), strict=True):
        if value is None and optional:
            continue
        if value.__class__ is str is wanted and value.isascii():
            continue
        if fault := _fault(value, wanted):
            raise BadRow(f"{name} is {value!r:.60}: {fault}")
    return record


def _fault(value: Any, wanted: Any) -> str:
    """Return what is wrong with a value for a field of some type, "" if nothing is."""
    if value.__class__ is not wanted and not (wanted is float and value.__class__ is int):
        return f"not {wanted.__name__}"
    if wanted is str and not _is_unicode(value):
        return "not Unicode text"
    if wanted is int and abs(value) >= LARGEST:
        return "too large a number"
    if wanted is float and not math.isfinite(value):
        return "not a finite number"
    return ""


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@cache
def _wanted(name: str) -> tuple[tuple[str, Any, bool], ...]:
    """Name, type and whether it may be missing of each field of a record type."""
    columns = fields(getattr(records, name))
    return tuple((column.name, get_origin(column.kind) or column.kind, column.optional) for column in columns)


def whole_text(path: Path) -> str:
    """Return the text of a file, plain or gzipped.

    Raises
    ------
    UnreadableFile
        If it can't be read or its gzip is damaged.
    """
    return "".join(_lines(path))


def json_document(path: Path) -> Any:
    """Return what a file of one JSON document holds, plain or gzipped.

    Raises
    ------
    UnreadableFile
        If it can't be read, or is no whole JSON document.
    """
    try:
        return json.loads(whole_text(path), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"this is not JSON ({error})", where=str(path)) from error


def jsonl(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read JSON Lines, plain or gzipped."""
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            yield f"line {number}", _object(line)


def json_items(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read one JSON document: a list gives its items, an object its entries as {key, value}."""
    document = json_document(path)
    if isinstance(document, dict):
        document = [{"key": key, "value": value} for key, value in document.items()]
    if not isinstance(document, list):
        raise UnreadableFile("a JSON list or object was expected", where=str(path))
    for number, item in enumerate(document, 1):
        yield f"item {number}", item if isinstance(item, dict) else {"value": item}


def json_answers(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read answers of an API, a line each or one a ``.json`` file; an answer is a row or a list of rows."""
    if ".jsonl" not in path.suffixes:
        yield from _answer("answer", "".join(_lines(path)))
        return
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            yield from _answer(f"line {number}", line)


def _answer(place: str, text: str) -> Iterator[tuple[str, Row | BadRow]]:
    try:
        answer = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        yield place, BadRow(f"not JSON: {error}")
        return
    if not isinstance(answer, list):
        yield place, answer if isinstance(answer, dict) else BadRow("not a JSON object")
        return
    for number, item in enumerate(answer, 1):
        yield f"{place}, item {number}", item if isinstance(item, dict) else BadRow("not a JSON object")


def csv_rows(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read CSV with a header line, plain or gzipped; empty cells become None."""
    reader = csv.DictReader(_lines(path), strict=True, restkey="")
    try:
        for row in reader:
            if "" in row or None in row.values():
                yield f"line {reader.line_num}", BadRow("another number of cells than the header")
            else:
                cells = {str(key): value or None for key, value in row.items()}
                yield f"line {reader.line_num}", cells
    except csv.Error as error:
        raise UnreadableFile(f"this is not CSV ({error})", where=f"{path}, line {reader.line_num}") from error


def text_lines(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read a text file, a row a line: {value}."""
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            yield f"line {number}", {"value": line.strip()}


def parquet(*columns: str) -> "Parquet":
    """Make a reader of Parquet that takes `columns` by name, where they exist; "a.b" is field b of a."""
    return Parquet(columns)


@dataclass(frozen=True)
class Parquet:
    """A reader of some columns of Parquet files, row by row or in batches."""

    columns: tuple[str, ...]

    def __call__(self, path: Path) -> Iterator[tuple[str, Row | BadRow]]:
        """Yield the rows of a file, each with its place."""
        number = 0
        for batch in self.batches(path, 8192):
            for row in rows_of(batch):
                number += 1
                yield f"row {number}", row

    def batches(self, path: Path, size: int) -> Iterator["pa.RecordBatch"]:
        """Yield a file in batches of so many rows, times in microseconds, which Python's moments hold.

        Raises
        ------
        UnreadableFile
            If it is no whole Parquet file.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(path) as file:
                schema = file.schema_arrow
                chosen = [name for column in self.columns if (name := _present(schema, column))]
                for batch in file.iter_batches(size, columns=chosen):
                    yield _in_microseconds(batch)
        except (pa.ArrowException, OSError) as error:
            reason = str(error).splitlines()[0]
            raise UnreadableFile(f"this is not a whole Parquet file ({reason})", where=str(path)) from error


def rows_of(batch: "pa.RecordBatch") -> list[Row | BadRow]:
    """Return the rows of a batch; one that Python can't hold, such as a year above 9999, as a bad row."""
    try:
        return [*batch.to_pylist()]
    except (ValueError, OverflowError):
        return [_row_of(batch.slice(place, 1)) for place in range(batch.num_rows)]


def _row_of(batch: "pa.RecordBatch") -> Row | BadRow:
    try:
        row: Row = batch.to_pylist()[0]
    except (ValueError, OverflowError) as error:
        return BadRow(str(error))
    return row


def _present(schema: "pa.Schema", path: str) -> str | None:
    """Return a column or its field as far as a file has it, None where it lacks the column."""
    import pyarrow as pa

    name, _, inner = path.partition(".")
    if name not in schema.names:
        return None
    kind = schema.field(name).type
    nested = pa.types.is_struct(kind) and kind.get_field_index(inner) >= 0
    return path if nested else name


def _in_microseconds(batch: "pa.RecordBatch") -> "pa.RecordBatch":
    """Cut times to microseconds."""
    import pyarrow as pa

    columns = [
        column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names) if columns else batch


def instant(text: str | datetime | None) -> datetime | None:
    """Read a moment; one without a zone is UTC.

    Raises
    ------
    ValueError
        If it is no ISO 8601 date or time.
    """
    if text is None or text == "":
        return None
    moment = text if isinstance(text, datetime) else datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def day(text: str | None) -> date | None:
    """Read a day from ISO 8601, "YYYY-MM" and "YYYY" included (their first day)."""
    if not text:
        return None
    parts = text[:10].split("-")
    return date.fromisoformat("-".join([*parts, "01", "01"][:3]))


def file_date(context: Context) -> date:
    """Return the date in the name of a file, else the date of the data."""
    match = DATE.search(context.path.name)
    return date.fromisoformat(match[0]) if match else context.date


@cache
def discover() -> Mapping[str, Source]:
    """Return all sources by name, from the files of this folder.

    Raises
    ------
    InputError
        If a file declares no ``SOURCE`` or a name twice; the message names the file.
    """
    return declared("begat.sources", "SOURCE", Source)


def source_named(name: str) -> Source:
    """Return a source.

    Raises
    ------
    UnknownName
        If there is none of this name; near names come with it.
    """
    return named("source", name, discover())


def _object(line: str) -> Row | BadRow:
    try:
        value = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return BadRow(f"not JSON: {error}")
    return value if isinstance(value, dict) else BadRow("not a JSON object")


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not a number of JSON")


def _lines(path: Path) -> Iterator[str]:
    try:
        with _open(path) as file:
            yield from file
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFile(f"the gzip file is damaged ({error})", where=str(path)) from error
    except OSError as error:
        raise UnreadableFile(error.strerror or str(error), where=str(path)) from error


def _open(path: Path) -> TextIO:
    """Open a text file; bytes that are no UTF-8 become lone surrogates, which set their row aside."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def first(values: Sequence[Any] | str | None) -> Any:
    """Return the first of a list, or the value itself: card fields are either."""
    if isinstance(values, list | tuple):
        return values[0] if values else None
    return values
