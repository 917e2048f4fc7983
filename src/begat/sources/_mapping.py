"""The mapping of a table to records: a TOML file that says which column is which field of what.

::

    name = "our-registry"                 # rows carry the source table:our-registry
    licence = "CC-BY-4.0"
    date = 2026-11-01

    [models]
    id = "repo"                           # field = column
    licence = "license"
    downloads_30d = "dl"                  # a figure becomes an observation

    [derivations]
    child = "repo"
    parent = "base"
    relation = { value = "finetune" }     # a constant
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from begat.errors import InputError, UnreadableFile
from begat.records import TABLES, Column, Observation, Record, fields
from begat.sources._hub import figures
from begat.sources.base import BadRow, Context, Row, day, instant

__all__ = ["METHOD", "TableMapping", "read_mapping"]

METHOD = "table"

FILLED = {
    "models": {"platform", "account", "licence", "listed", "last_listed"},
    "datasets": {"platform", "account", "licence", "listed"},
    "systems": {"licence"},
    "derivations": {"parent", "method", "status", "resolution", "confidence", "kind_confidence"},
    "trained_on": {"dataset", "method"},
    "accounts": {"current"},
    "aliases": {"resolved"},
}
"""Fields that begat fills in itself; beside them ``source`` and ``sources`` everywhere."""

CLOSED = {"inferences", "listings", "contested", "set_aside"}
"""Tables that a mapping can't state anything for."""

FIGURES = ("downloads_30d", "downloads_total", "likes", "trending", "discussions", "stars", "forks")
COUNTED = {"models": "model", "datasets": "dataset", "systems": "system"}
"""Tables whose rows may carry `FIGURES`, and what they count."""

DEFAULTS = {"method": METHOD, "relation": "undetermined", "subject_kind": "model"}
HEAD = ("name", "title", "licence", "date", "confidence", "kind_confidence")


class Entry(NamedTuple):
    """One line of a mapping: a field, and its column or its constant."""

    field: Column
    column: str | None
    constant: Any = None


class Part(NamedTuple):
    """A section of a mapping: a table, the entries of its fields, and its figures by column."""

    table: str
    entries: tuple[Entry, ...]
    figures: Mapping[str, str]


@dataclass(frozen=True)
class TableMapping:
    """A read mapping.

    Attributes
    ----------
    columns : mapping of str to int
        The columns it uses, and the line that names each first.
    """

    path: Path
    head: Mapping[str, Any]
    parts: tuple[Part, ...]
    columns: Mapping[str, int]

    def records(self, row: Row, context: Context) -> Iterator[Record]:
        """Yield what a row says; a section whose required fields it leaves empty says nothing.

        Raises
        ------
        BadRow
            If a value does not fit its field, or no section finds what it needs.
        """
        found = [record for part in self.parts for record in _of_part(part, row, context)]
        if not found:
            needed = {
                entry.column for part in self.parts for entry in part.entries if _is_needed(entry.field)
            }
            needed.discard(None)
            raise BadRow(f"nothing in {', '.join(sorted(map(str, needed)))}")
        yield from found

    def check(self, present: Iterable[str]) -> None:
        """Compare the columns with those of a file.

        Raises
        ------
        InputError
            If the file lacks one; the message names the line of the mapping and near columns.
        """
        known = sorted(set(present))
        for column, line in self.columns.items():
            if column not in known:
                raise InputError(
                    f"the file has no column {column!r}",
                    where=f"{self.path}, line {line}",
                    hint=_hint(column, known, "It has"),
                )


def read_mapping(path: Path) -> TableMapping:
    """Read and check a mapping.

    Raises
    ------
    UnreadableFile
        If it is missing or no TOML.
    InputError
        If it has no name, or a section or field that there is not; the message names the line.
    """
    try:
        text = path.read_text("utf-8")
        document = tomllib.loads(text)
    except FileNotFoundError as error:
        hint = "Say which column is what in a file beside the table, or in one named by --mapping."
        raise UnreadableFile("there is no such mapping", where=str(path), hint=hint) from error
    except OSError as error:
        raise UnreadableFile(error.strerror or str(error), where=str(path)) from error
    except ValueError as error:
        raise UnreadableFile(f"this is not TOML ({error})", where=str(path)) from error
    return _Reader(path, text).mapping(document)


class _Reader:
    """Checks a mapping; every error names its line."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = _lines(text)
        self.columns: dict[str, int] = {}

    def mapping(self, document: Mapping[str, Any]) -> TableMapping:
        head = {key: value for key, value in document.items() if not isinstance(value, dict)}
        for key in head.keys() - set(HEAD):
            raise self.fault(f"no such key: {key!r}", "", key, _hint(key, HEAD, "There is"))
        name = head.get("name", "")
        if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name):
            raise self.fault("a mapping has a name, in a-z, 0-9, '.' and '-'", "", "name")
        if type(head.get("date", date.min)) is not date:
            raise self.fault("the date is no day", "", "date", "Write date = 2026-11-01, without quotes.")
        sections = {key: value for key, value in document.items() if isinstance(value, dict)}
        if not sections:
            raise InputError("no section such as [models]", where=str(self.path))
        parts = tuple(self.part(table, section) for table, section in sections.items())
        return TableMapping(self.path, head, parts, self.columns)

    def part(self, table: str, section: Mapping[str, Any]) -> Part:
        if table not in TABLES or table in CLOSED:
            known = sorted(TABLES.keys() - CLOSED)
            raise self.fault(f"no such section: [{table}]", table, "", _hint(table, known, "There are"))
        hidden = {"source", "sources", *FILLED.get(table, ())}
        known_fields = {column.name: column for column in fields(TABLES[table]) if column.name not in hidden}
        entries, counted = [], {}
        for key, value in section.items():
            if table in COUNTED and key in FIGURES:
                counted[key] = self.column(table, key, value)
                continue
            field = known_fields.get(key) or known_fields.get(f"{key}_raw")
            if field is None:
                names = [*(name.removesuffix("_raw") for name in known_fields), *FIGURES]
                raise self.fault(f"no such field: {key!r}", table, key, _hint(key, names, "There are"))
            entries.append(self.entry(table, key, value, field))
        given = {entry.field.name for entry in entries}
        needed = [name for name in _required(known_fields.values()) if name not in given]
        if needed:
            raise self.fault(f"[{table}] lacks {', '.join(needed)}", table, "")
        return Part(table, tuple(entries), counted)

    def entry(self, table: str, key: str, value: Any, field: Column) -> Entry:
        if isinstance(value, dict) and value.keys() == {"value"}:
            try:
                return Entry(field, None, _converted(value["value"], field.kind))
            except ValueError as error:
                raise self.fault(f"{key}: {error}", table, key) from error
        return Entry(field, self.column(table, key, value))

    def column(self, table: str, key: str, value: Any) -> str:
        if not isinstance(value, str):
            hint = "Write the name of a column, or { value = ... } for a constant."
            raise self.fault(f"{key} is no column", table, key, hint)
        self.columns.setdefault(value, self.lines.get((table, key), 0))
        return value

    def fault(self, what: str, section: str, key: str, hint: str | None = None) -> InputError:
        line = self.lines.get((section, key))
        return InputError(what, where=f"{self.path}, line {line}" if line else str(self.path), hint=hint)


def _of_part(part: Part, row: Row, context: Context) -> Iterator[Record]:
    record: Any = TABLES[part.table]
    values = {entry.field.name: _value(entry, row) for entry in part.entries}
    values = {name: value for name, value in values.items() if value is not None}
    for name, value in _defaults(record, context).items():
        values.setdefault(name, value)
    if record is Observation and "observed_before" in values.keys() - {"observed_on"}:
        values = {name: value for name, value in values.items() if name != "observed_on"}
    if any(name not in values for name in _required(fields(record))):
        return
    yield record(**values)
    if part.figures:
        numbers = {metric: _number(column, row) for metric, column in part.figures.items()}
        yield from figures(values["id"], COUNTED[part.table], on=context.date, before=None, **numbers)


def _defaults(record: Any, context: Context) -> dict[str, Any]:
    dated = {"stated_on": context.date, "observed_on": context.date}
    return {name: value for name, value in {**DEFAULTS, **dated}.items() if name in record._fields}


def _required(columns: Iterable[Column]) -> list[str]:
    return [column.name for column in columns if _is_needed(column)]


def _is_needed(column: Column) -> bool:
    return not column.optional and column.name not in {*DEFAULTS, "ordinal"}


def _value(entry: Entry, row: Row) -> Any:
    if entry.column is None:
        return entry.constant
    raw = row.get(entry.column)
    if raw is None or raw == "":
        return None
    try:
        return _converted(raw, entry.field.kind)
    except ValueError as error:
        raise BadRow(f"column {entry.column}: {error}") from error


def _number(column: str, row: Row) -> float | None:
    raw = row.get(column)
    try:
        return None if raw is None or raw == "" else float(raw)
    except (TypeError, ValueError) as error:
        raise BadRow(f"column {column}: {raw!r:.60} is no number") from error


def _converted(raw: Any, kind: Any) -> Any:
    """Return a cell as the type of its field.

    Raises
    ------
    ValueError
        If it can't be read as such.
    """
    if kind == list[str]:
        parts = raw if isinstance(raw, list) else str(raw).split(";")
        return [str(part).strip() for part in parts if str(part).strip()]
    convert = CONVERSIONS[kind]
    try:
        return convert(raw)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{raw!r:.60} is no {WORDS[kind]}") from error


def _whole(raw: Any) -> int:
    number = raw if isinstance(raw, int) else float(raw)
    if isinstance(raw, bool) or number != int(number):
        raise ValueError
    return int(raw) if isinstance(raw, int | str) and str(raw).strip().lstrip("-").isdigit() else int(number)


TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
CONVERSIONS: Mapping[Any, Callable[[Any], Any]] = {
    str: lambda raw: str(raw).strip(),
    int: _whole,
    float: float,
    bool: lambda raw: raw if isinstance(raw, bool) else TRUTH[str(raw).strip().casefold()],
    date: lambda raw: raw if type(raw) is date else day(str(raw)),
    datetime: lambda raw: instant(raw if isinstance(raw, datetime) else str(raw).strip()),
}
WORDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "yes or no",
    date: "date",
    datetime: "moment (ISO 8601)",
}


def _hint(name: str, known: Iterable[str], otherwise: str) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=3)
    return f"Did you mean {' or '.join(near)}?" if near else f"{otherwise} {', '.join(names)}."


def _lines(text: str) -> dict[tuple[str, str], int]:
    """Return the line of each section, and of each key in its section."""
    found, section = {}, ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[\s*[\"']?([\w.-]+)", line):
            section = match[1]
            found[section, ""] = number
        elif match := re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*=", line):
            found[section, match[1]] = number
    return found
