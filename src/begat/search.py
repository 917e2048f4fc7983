"""Finding ids by name: a text index over everything that has a page, with near names for typos."""

import difflib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl

from begat.errors import StoreError
from begat.files import atomic_folder
from begat.snapshot import Snapshot

__all__ = ["Hit", "NameIndex"]

FORMAT = 2
LONGEST = 200
"""Characters of a text that are looked up; no name is as long."""
FILE = "names.db"
TRIGRAM = 3
CANDIDATES = 400
NEAR = 0.6
"""Least similarity (`difflib`) of a name that is offered for a typo."""

Hit = dict[str, str]


class NameIndex:
    """An SQLite FTS5 trigram index in a folder; built where there is none, or a damaged one.

    Parameters
    ----------
    snapshot : Snapshot
        What is indexed.
    folder : Path
        Where the index lies.

    Raises
    ------
    StoreError
        If the folder can't be written.
    """

    def __init__(self, snapshot: Snapshot, folder: Path) -> None:
        self._snapshot = snapshot
        self._path = folder / FILE
        if not self._is_whole():
            self._build()

    def _is_whole(self) -> bool:
        try:
            with closing(self._open()) as db:
                form, pages, size = (
                    db.execute(f"PRAGMA {name}").fetchone()[0]
                    for name in ("user_version", "page_count", "page_size")
                )
            return bool(form == FORMAT and pages * size == self._path.stat().st_size)
        except (sqlite3.DatabaseError, OSError):
            return False

    def _build(self) -> None:
        folder = self._path.parent
        try:
            with atomic_folder(folder) as work, closing(sqlite3.connect(work / FILE)) as db:
                _fill(db, self._snapshot)
        except (OSError, sqlite3.DatabaseError) as error:
            raise StoreError(f"the name index can't be written ({error})", where=str(folder)) from error

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM things")[0][0])

    def exact(self, text: str) -> list[Hit]:
        """Return the things whose id or name is `text`, in any case."""
        rows = "SELECT id, kind, name FROM things WHERE low = ? OR low_name = ? ORDER BY place"
        low = _asked(text)
        return self._hits(rows, (low, low)) if low else []

    def search(self, text: str, *, limit: int = 20) -> list[Hit]:
        """Return things whose id or name contains `text`, else near ones.

        Order: whole id or name, beginning of the name, the rest; within these by number of children.
        """
        low = _asked(text)
        if not low:
            return []
        hits = self.exact(low) + self._containing(low, limit)
        return _distinct(hits)[:limit] or self.near(low, limit=limit)

    def near(self, text: str, *, limit: int = 3) -> list[Hit]:
        """Return the things with the most similar ids or names, best first; for did-you-mean."""
        low = _asked(text)
        grams = sorted({low[i : i + TRIGRAM] for i in range(len(low) - TRIGRAM + 1)})
        if not grams:
            return []
        query = " OR ".join(_quoted(gram) for gram in grams)
        found = self._hits(
            "SELECT id, kind, name FROM words JOIN things ON things.place = words.rowid "
            "WHERE words MATCH ? ORDER BY bm25(words) LIMIT ?",
            (query, CANDIDATES),
        )
        scored = [(_similarity(low, hit), hit) for hit in found]
        good = sorted((pair for pair in scored if pair[0] >= NEAR), key=lambda pair: -pair[0])
        return [hit for _, hit in good[:limit]]

    def _containing(self, low: str, limit: int) -> list[Hit]:
        """Things that contain all words; the index holds trigrams, so shorter words only filter a scan."""
        words = low.split()
        long = [word for word in words if len(word) >= TRIGRAM]
        short = [word for word in words if len(word) < TRIGRAM]
        matches = "words MATCH ?" if long else "? = ''"
        contains = " AND (instr(things.low, ?) > 0 OR instr(things.low_name, ?) > 0)"
        return self._hits(
            "SELECT id, kind, name FROM words JOIN things ON things.place = words.rowid "
            f"WHERE {matches}{contains * len(short)} "
            "ORDER BY instr(things.low, ?) != instr(things.low, '/') + 1, "
            "children DESC, length(id), id LIMIT ?",
            (" ".join(map(_quoted, long)), *[word for word in short for _ in range(2)], low, limit),
        )

    def _hits(self, sql: str, values: tuple[object, ...]) -> list[Hit]:
        return [dict(zip(("id", "kind", "name"), row, strict=True)) for row in self._rows(sql, values)]

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[str, ...]]:
        """Run a query; damage that shows only now has the index built again."""
        try:
            return self._read(sql, values)
        except sqlite3.DatabaseError:
            self._build()
            return self._read(sql, values)

    def _read(self, sql: str, values: tuple[object, ...]) -> list[tuple[str, ...]]:
        with closing(self._open()) as db:
            return db.execute(sql, values).fetchall()

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)


def _fill(db: sqlite3.Connection, snapshot: Snapshot) -> None:
    db.execute("CREATE TABLE things (place INTEGER PRIMARY KEY, id, kind, name, low, low_name, children)")
    db.execute("CREATE VIRTUAL TABLE words USING fts5(low, low_name, content='things', tokenize='trigram')")
    db.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?)", _things(snapshot))
    db.execute("CREATE INDEX by_id ON things (low)")
    db.execute("CREATE INDEX by_name ON things (low_name)")
    db.execute("INSERT INTO words (words) VALUES ('rebuild')")
    db.execute(f"PRAGMA user_version = {FORMAT}")
    db.commit()


def _things(snapshot: Snapshot) -> Iterator[tuple[int, str, str, str, str, str, int]]:
    """Yield every thing with a name, models by number of children first."""
    named = [
        _named(snapshot, "models", "model", pl.lit("")),
        _institutions(snapshot),
        _named(snapshot, "datasets", "dataset", pl.lit("")),
        _named(snapshot, "systems", "system", pl.coalesce("name", pl.lit(""))),
        _named(snapshot, "benchmarks", "benchmark", pl.coalesce("name", pl.lit(""))),
    ]
    children = (
        snapshot.frame("derivations", ["child", "parent"])
        .drop_nulls()
        .unique()
        .group_by(id="parent")
        .agg(children=pl.len())
    )
    things = pl.concat(named).join(children, on="id", how="left").fill_null(0)
    for place, (key, kind, name, other, count) in enumerate(things.iter_rows(), 1):
        yield place, key, kind, name, key.casefold(), other.casefold(), count


def _named(snapshot: Snapshot, table: str, kind: str, name: pl.Expr) -> pl.DataFrame:
    return snapshot.frame(table).select("id", kind=pl.lit(kind), name=name, other=name)


def _institutions(snapshot: Snapshot) -> pl.DataFrame:
    """Institutions once under each of their names, Chinese ones and aliases included."""
    rows = snapshot.frame("institutions", ["id", "name", "name_zh", "aliases"])
    others = [rows.select("id", "name", other=column) for column in ("name", "name_zh")]
    others.append(rows.select("id", "name", other="aliases").explode("other"))
    names = pl.concat(others).drop_nulls("other").unique(maintain_order=True)
    return names.select("id", "name", "other", kind=pl.lit("institution")).select(
        "id", "kind", "name", "other"
    )


def _asked(text: str) -> str:
    """Return a text as it is looked up: caseless, without what no index can hold."""
    return text.encode("utf-8", "ignore").decode().replace("\0", " ").strip()[:LONGEST].casefold()


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _similarity(low: str, hit: Hit) -> float:
    texts = [hit["id"].casefold(), hit["id"].casefold().rpartition("/")[2], hit["name"].casefold()]
    return max(difflib.SequenceMatcher(None, low, text).ratio() for text in texts)


def _distinct(hits: list[Hit]) -> list[Hit]:
    return list({(hit["kind"], hit["id"]): hit for hit in hits}.values())
