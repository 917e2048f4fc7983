"""An opened snapshot: its manifest, its tables, what is kept apart, whether its bytes are those written."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.errors import StoreError
from begat.files import package_path, sha256
from begat.records import TABLES, schema

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

__all__ = [
    "FORMAT",
    "MANIFEST",
    "SHARE_ALIKE",
    "STATED",
    "SYNTHETIC",
    "Snapshot",
    "embedded",
    "is_synthetic",
    "reading",
    "tables_of",
]

MANIFEST = "SOURCES.toml"
FORMAT = 4
SHARE_ALIKE = "share-alike"
STATED = "statements"
SYNTHETIC = "synthetic"
"""The only source of a synthetic Hub."""
FACTS = {"snapshot", "date", "digest", "tables", "sources"}


@dataclass(frozen=True)
class Snapshot:
    """An opened snapshot; tables are read when asked for.

    Parameters
    ----------
    path : Path
        The snapshot's folder.

    Raises
    ------
    StoreError
        If the folder is no whole snapshot of this format.
    """

    path: Path

    def __post_init__(self) -> None:
        lost = [name for name in TABLES if not (self.path / f"{name}.parquet").exists()]
        if len(lost) == len(TABLES):
            hint = "Import it again; `begat snapshots` lists those that are there."
            raise StoreError("there is no snapshot here", where=str(self.path), hint=hint)
        if lost or self.manifest.get("format") != FORMAT or not self.manifest.keys() >= FACTS:
            raise StoreError(
                "this is no whole snapshot" + (f" (no table {', '.join(lost)})" if lost else ""),
                where=str(self.path),
                hint="Import it again, or remove the folder.",
            )

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The content of ``SOURCES.toml``."""
        return _read_manifest(self.path / MANIFEST)

    @property
    def name(self) -> str:
        """Name of the snapshot: its date, with a number if there are several of one day."""
        return str(self.manifest["snapshot"])

    @property
    def order(self) -> tuple["date", int]:
        """Date, and place among the snapshots of one day: how snapshots are sorted."""
        number = self.name.rpartition(str(self.date))[2].strip("-")
        return self.date, int(number) if number.isdigit() else 1

    @property
    def date(self) -> date:
        """The date of its newest source."""
        return date.fromisoformat(self.manifest["date"])

    @property
    def digest(self) -> str:
        """SHA-256 over the hashes of the tables; names what is derived from them."""
        return str(self.manifest["digest"])

    @property
    def sources(self) -> list[dict[str, Any]]:
        """The sources, one a row: name, locator, date, licence, rows seen and set aside."""
        return _sources(self.manifest)

    @property
    def annexes(self) -> list[dict[str, Any]]:
        """The sources that are kept apart from the tables, one a row as in `sources`; see `further`."""
        paths = sorted(self.path.glob(f"{SHARE_ALIKE}/*/{MANIFEST}"))
        return [row for path in paths for row in _sources(_read_manifest(path))]

    @property
    def synthetic(self) -> bool:
        """Whether it is a synthetic Hub, or made from the dump of one, and says nothing of the world."""
        return is_synthetic(self.manifest["sources"])

    @property
    def said(self) -> str:
        """SHA-256 over the hashes of what the sources said; "" if that is not kept."""
        return str(self.manifest.get("said", ""))

    @property
    def bytes(self) -> tuple[int, int]:
        """Bytes of its files on disk: of its own, and of those that it shares with other snapshots."""
        stats = [path.stat() for path in self.path.rglob("*") if path.is_file()]
        own, shared = (sum(s.st_size for s in stats if (s.st_nlink > 1) is many) for many in (False, True))
        return own, shared

    def rows(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self.manifest["tables"][table]["rows"])

    def table(self, name: str, columns: Sequence[str] | None = None, *, where: Any = None) -> "pa.Table":
        """Read a table, or some columns and rows of it.

        Parameters
        ----------
        name : str
            One of `TABLES`.
        columns : sequence of str, optional
            Columns to read.
        where : pyarrow expression or list of filters, optional
            Rows to read; whole row groups that can't match are skipped.

        Raises
        ------
        StoreError
            If the file is damaged.
        """
        return _read_table(self.path / f"{name}.parquet", columns, where)

    def frame(self, name: str, columns: Sequence[str] | None = None) -> "pl.DataFrame":
        """Read a table, or some columns of it, as a Polars frame."""
        import polars as pl

        return pl.DataFrame(pl.from_arrow(self.table(name, columns)))

    @property
    def whole(self) -> "Snapshot":
        """The snapshot that this one is a part of: itself, unless it shows fewer rows than there are."""
        return self

    def own(self, name: str, frame: "pl.DataFrame") -> "pl.DataFrame":  # noqa: ARG002 - a part needs it
        """Return the rows of a frame from the whole snapshot's table that belong here: all of them."""
        return frame

    def apart(self) -> dict[str, tuple[dict[str, "pa.Table"], Mapping[str, Any]]]:
        """Return the tables of each source that is kept apart, and the facts on it, for `write_snapshot`."""
        return self._parts(SHARE_ALIKE)

    def stated(self) -> dict[str, tuple[dict[str, "pa.Table"], Mapping[str, Any]]]:
        """Return what each source said before it was merged: its tables, and facts; {} if none is kept.

        Columns in which a source says nothing are left out; see `begat.snapshot.stated`.
        """
        return self._parts(STATED)

    def _parts(self, kind: str) -> dict[str, tuple[dict[str, "pa.Table"], Mapping[str, Any]]]:
        found = {}
        for path in sorted(self.path.glob(f"{kind}/*/{MANIFEST}")):
            name, manifest = path.parent.name, _read_manifest(path)
            tables = {table: _read_table(path.parent / f"{table}.parquet") for table in manifest["tables"]}
            found[name] = (tables, manifest["sources"][name])
        return found

    def further(self, name: str) -> "pl.DataFrame":
        """Read the rows of a table that are kept apart, each with its source, as a Polars frame.

        Their licence, named in `annexes`, extends to what is made from them, so they are in no table
        and never come with `frame`. Empty where the snapshot has none.
        """
        import polars as pl
        import pyarrow as pa

        paths = sorted(self.path.glob(f"{SHARE_ALIKE}/*/{name}.parquet"))
        tables = [schema(TABLES[name]).empty_table(), *map(_read_table, paths)]
        return pl.DataFrame(pl.from_arrow(pa.concat_tables(tables)))

    def verify(self) -> list[str]:
        """Return the names of the tables whose bytes are not those that were written."""
        facts = self.manifest["tables"]
        written = {name: facts.get(name, {}).get("sha256") for name in TABLES}
        for path in self.path.glob(f"*/*/{MANIFEST}"):
            folder = path.parent.relative_to(self.path)
            written |= {f"{folder}/{name}": item["sha256"] for name, item in tables_of(path).items()}
        return [name for name, digest in written.items() if sha256(self.path / f"{name}.parquet") != digest]


def embedded() -> Snapshot:
    """Return the snapshot that ships with begat, the newest if there are several."""
    folders = sorted(package_path("data", "snapshot").glob("*/" + MANIFEST))
    if not folders:
        raise StoreError("this installation carries no snapshot", hint="Import one: begat import.")
    return Snapshot(folders[-1].parent)


def is_synthetic(sources: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the sources of a snapshot are made up, by the facts on each."""
    return set(sources) == {SYNTHETIC} or any(SYNTHETIC in facts for facts in sources.values())


def _sources(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"source": name, **facts} for name, facts in manifest["sources"].items()]


def tables_of(path: Path) -> dict[str, Any]:
    """Return the rows and hashes of the tables that a manifest names."""
    return dict(_read_manifest(path)["tables"])


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the manifest {MANIFEST} can't be read ({error})",
            where=str(path.parent),
            hint="Import it again, or remove the folder.",
        ) from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say of a table that can't be read which one it is, and what to do.

    Raises
    ------
    StoreError
        If what is done meanwhile finds the file missing or damaged.
    """
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise StoreError(
            f"the table can't be read ({str(error).splitlines()[0]})",
            where=str(path),
            hint="The snapshot is damaged: import it again.",
        ) from error


def _read_table(path: Path, columns: Sequence[str] | None = None, where: Any = None) -> "pa.Table":
    import pyarrow.parquet as pq

    with reading(path):
        return pq.read_table(path, columns=None if columns is None else list(columns), filters=where)
