"""What a ``SOURCES.toml`` from outside says, checked before anything is made from it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote

from begat.records import TABLES
from begat.snapshot.opened import FORMAT, SHARE_ALIKE, STATED, is_synthetic

__all__ = ["Manifest", "table_places"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SOURCE = re.compile(r"[a-z0-9][a-z0-9._:-]{0,99}")
DIGEST = re.compile(r"[0-9a-f]{64}")
FACTS = {"title": str, "licence": str, "date": str}
COUNTS = {"rows_seen": int, "rows_set_aside": int}
MOST_ROWS = 10**9


@dataclass(frozen=True)
class Manifest:
    """The manifest of a snapshot, or of a part of one.

    Attributes
    ----------
    tables : mapping
        Name of each table -> its rows.
    sources : mapping
        Facts on each source.
    name, digest, said : str
        Of a snapshot: its name and digests; empty for a part.
    day : date
        Of a snapshot: the date of its newest source.
    """

    tables: Mapping[str, int]
    sources: Mapping[str, Mapping[str, Any]]
    name: str = ""
    digest: str = ""
    said: str = ""
    day: date = date.min

    @property
    def synthetic(self) -> bool:
        """Whether the snapshot says nothing of the world; see `Snapshot.synthetic`."""
        return is_synthetic(self.sources)

    @classmethod
    def read(cls, text: str, place: str) -> "Manifest":
        """Read the text of a manifest; `place` is "" for the snapshot's own.

        Raises
        ------
        ValueError
            If it is not as begat writes it; the message says in what.
        """
        facts = tomllib.loads(text)
        tables, sources = _tables(facts.get("tables")), _sources(facts.get("sources"), whole=not place)
        if place:
            _check_place(place, sources)
            return cls(tables, sources)
        if facts.get("format") != FORMAT:
            raise ValueError(f"format {facts.get('format')!r:.20} is not {FORMAT}, the one that is read")
        if set(tables) != set(TABLES):
            raise ValueError(f"its tables are not {', '.join(TABLES)}")
        said = _matching(facts, "said", DIGEST) if "said" in facts else ""
        return cls(
            tables,
            sources,
            _matching(facts, "snapshot", NAME),
            _matching(facts, "digest", DIGEST),
            said,
            date.fromisoformat(str(facts.get("date"))),
        )


def table_places(manifests: Mapping[str, Manifest]) -> dict[str, int]:
    """Return the place of each table that manifests name, with its rows."""
    return {
        f"{place}/{table}".lstrip("/"): rows
        for place, manifest in manifests.items()
        for table, rows in manifest.tables.items()
    }


def _matching(facts: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = facts.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{name} is {value!r:.60}")
    return value


def _tables(tables: Any) -> dict[str, int]:
    if not isinstance(tables, dict) or not tables.keys() <= TABLES.keys():
        raise ValueError("it names tables that begat does not have")
    return {name: _rows(name, facts) for name, facts in tables.items()}


def _rows(table: str, facts: Any) -> int:
    rows = facts.get("rows") if isinstance(facts, dict) else None
    if type(rows) is not int or not 0 <= rows <= MOST_ROWS:
        raise ValueError(f"table {table} has {rows!r:.30} rows")
    return rows


def _sources(sources: Any, *, whole: bool) -> dict[str, dict[str, Any]]:
    wanted = FACTS | COUNTS if whole else FACTS
    if not isinstance(sources, dict):
        raise ValueError("it names no sources")
    for name, facts in sources.items():
        if not SOURCE.fullmatch(name) or not isinstance(facts, dict):
            raise ValueError(f"{name!r:.60} is no source")
        lacking = [key for key, kind in wanted.items() if type(facts.get(key)) is not kind]
        if lacking:
            raise ValueError(f"source {name} has no {' and no '.join(lacking)}")
    return sources


def _check_place(place: str, sources: Mapping[str, Any]) -> None:
    """Refuse a part that does not lie where its source belongs."""
    kind, _, name = unquote(place).partition("/")
    if kind not in (SHARE_ALIKE, STATED) or list(sources) != [name]:
        raise ValueError(f"{place!r:.80} is no place for sources {', '.join(sources)!r:.80}")
