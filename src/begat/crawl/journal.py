"""The journal of a crawl: what was asked, what came, and in which file it lies."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from begat.errors import SourceError

__all__ = ["JOURNAL", "Entry", "Journal"]

JOURNAL = "journal.sqlite"

TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, request TEXT NOT NULL, outcome TEXT NOT NULL,
    status INTEGER NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, headers TEXT NOT NULL,
    moved TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL, tries INTEGER NOT NULL
) STRICT
"""


class Entry(NamedTuple):
    """One request and what came of it.

    `outcome` is ``kept``, ``absent`` (the platform says that there is no such thing) or ``failed`` (for
    `reason`; asked again when the crawl is run again). `at` is in Unix seconds, `tries` counts the requests
    that it took.
    """

    key: str
    kind: str
    request: str
    outcome: str
    status: int = 0
    file: str = ""
    sha256: str = ""
    headers: Mapping[str, str] = {}
    moved: str = ""
    reason: str = ""
    at: float = 0.0
    tries: int = 0


class Journal:
    """The journal in the folder of a crawl; every entry is on disk when `write` returns.

    Parameters
    ----------
    folder : Path
        The folder; it is made if needed.

    Raises
    ------
    SourceError
        If the file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / JOURNAL
        with self._open() as base:
            base.execute(TABLE)

    def find(self, key: str) -> Entry | None:
        """Return the entry of a request."""
        return next(iter(self._select("key = ?", key)), None)

    def behind(self, file: str) -> Entry | None:
        """Return the entry of the answer that lies in a file, a path below the folder."""
        return next(iter(self._select("file = ?", file)), None)

    def entries(self, outcome: str) -> list[Entry]:
        """Return the entries of one outcome, in the order in which they were written."""
        return self._select("outcome = ?", outcome)

    def write(self, entry: Entry) -> None:
        """Note what came of a request; in the place of an earlier note."""
        row = entry._replace(headers=json.dumps(dict(entry.headers), sort_keys=True))  # type: ignore[arg-type]
        with self._open() as base:
            base.execute(f"REPLACE INTO answers VALUES ({', '.join('?' * len(row))})", row)

    def _select(self, condition: str, value: str) -> list[Entry]:
        query = f"SELECT {', '.join(Entry._fields)} FROM answers WHERE {condition} ORDER BY rowid"
        with self._open() as base:
            found = [Entry(*row) for row in base.execute(query, (value,))]
        return [entry._replace(headers=json.loads(str(entry.headers))) for entry in found]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path)) as base, base:
                base.execute("PRAGMA synchronous = FULL")
                yield base
        except sqlite3.Error as error:
            raise SourceError(
                f"the journal of the crawl can't be used ({error})",
                where=str(self.path),
                hint="Remove its folder; the crawl then begins anew.",
            ) from error
