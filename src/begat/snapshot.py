"""Snapshots: the tables of one date as Parquet, immutable, the truth that all else is made from.

A snapshot is a folder ``<date>/`` of one Parquet file a table and ``SOURCES.toml``: what was read, from
where, under which licence, how many rows were kept and set aside, and the hash of each file. Sources
whose licence would extend to the tables have a folder each in ``share-alike/``, built the same way:
whoever passes the snapshot on can leave them out.
"""

import fcntl
import hashlib
import shutil
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from begat.errors import HomeError, InputError, StoreError, UnknownName, UnreadableFile
from begat.files import atomic_folder, atomic_write, package_path, sha256, swap
from begat.records import TABLES, schema

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from begat.resolve import Statements
    from begat.sources.base import Source

__all__ = [
    "Home",
    "Snapshot",
    "compile_snapshot",
    "curated_statements",
    "embedded",
    "pack_statements",
    "write_snapshot",
]

MANIFEST = "SOURCES.toml"
FORMAT = 4
SHARE_ALIKE = "share-alike"
SEPARABLE = {"observations", "set_aside"}
"""Tables of which a row comes from one source alone, and that no other table takes anything from."""
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
        number = self.name.removeprefix(str(self.date)).strip("-")
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

    def apart(self) -> dict[str, tuple[dict[str, "pa.Table"], Mapping[str, Any]]]:
        """Return the tables of each source that is kept apart, and the facts on it, for `write_snapshot`."""
        found = {}
        for path in sorted(self.path.glob(f"{SHARE_ALIKE}/*/{MANIFEST}")):
            name, about = path.parent.name, _read_manifest(path)["sources"]
            tables = {file.stem: _read_table(file) for file in sorted(path.parent.glob("*.parquet"))}
            found[name] = (tables, about[name])
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
        for path in self.path.glob(f"{SHARE_ALIKE}/*/{MANIFEST}"):
            folder = path.parent.relative_to(self.path)
            written |= {f"{folder}/{name}": item["sha256"] for name, item in _tables(path).items()}
        return [name for name, digest in written.items() if sha256(self.path / f"{name}.parquet") != digest]


def embedded() -> Snapshot:
    """Return the snapshot that ships with begat, the newest if there are several."""
    folders = sorted(package_path("data", "snapshot").glob("*/" + MANIFEST))
    if not folders:
        raise StoreError("this installation carries no snapshot", hint="Import one: begat import.")
    return Snapshot(folders[-1].parent)


def compile_snapshot(
    parts: Sequence["Statements"], folder: Path, *, provenance: Mapping[str, Mapping[str, Any]]
) -> Snapshot:
    """Resolve the statements of sources and write them as a new snapshot, whole or not at all.

    Parameters
    ----------
    parts : sequence of Statements
        What was read; the newest date names the snapshot.
    folder : Path
        Folder of snapshots. One with the same content is returned as it is.
    provenance : mapping
        Further facts on each source: locator, attribution, retrieved_at. One with ``share_alike`` is
        kept apart.

    Returns
    -------
    Snapshot
        The written snapshot, ``<date>`` or, if that is taken by another content, ``<date>-2`` ...
    """
    from begat.resolve import resolve

    apart = [part for part in parts if provenance.get(part.source.name, {}).get("share_alike")]
    within = [part for part in parts if part not in apart]
    dates = [part.date for part in within if not part.source.curated]
    if not dates:
        raise InputError(
            "begat's own tables alone make no snapshot: they are part of every one",
            hint="Import a source; `begat sources` lists them.",
        )
    newest = max(dates)
    tables, annexes = _parted(resolve(parts), apart)
    return write_snapshot(
        tables.items(),
        folder,
        name=str(newest),
        on=newest,
        sources={part.source.name: _source(part, provenance) for part in within},
        annexes={part.source.name: (annexes[part.source.name], _source(part, provenance)) for part in apart},
    )


def write_snapshot(
    tables: Iterable[tuple[str, "pa.Table"]],
    folder: Path,
    *,
    name: str,
    on: date,
    sources: Mapping[str, Mapping[str, Any]],
    annexes: Mapping[str, tuple[Mapping[str, "pa.Table"], Mapping[str, Any]]] = MappingProxyType({}),
) -> Snapshot:
    """Write tables as a new snapshot, whole or not at all; one table at a time is held.

    Parameters
    ----------
    tables : iterable of (str, Table)
        All of `TABLES`.
    folder : Path
        Folder of snapshots. One with the same content is returned as it is.
    name : str
        Its name; taken by another content, it gets a number.
    on : date
        Date of its newest source.
    sources : mapping
        Facts on each source, for the manifest.
    annexes : mapping of str to (tables, mapping)
        Of each source that is kept apart its tables and the facts on it.
    """
    built = folder / f".new-{name}"
    with atomic_folder(built) as work:
        facts = _write_tables(tables, work)
        hashes = dict(facts)
        for source, (own, about) in annexes.items():
            place = work / SHARE_ALIKE / source
            place.mkdir(parents=True)
            written = _write_tables(own.items(), place)
            _write_manifest(place / MANIFEST, {"tables": written, "sources": {source: about}})
            hashes |= {f"{SHARE_ALIKE}/{source}/{table}": item for table, item in written.items()}
        digest = _digest(hashes)
        target = _free_name(folder, name, digest)
        manifest = {
            "format": FORMAT,
            "snapshot": target.name,
            "date": str(on),
            "digest": digest,
            "tables": facts,
            "sources": sources,
        }
        _write_manifest(work / MANIFEST, manifest)
    if _is_whole(target, digest):
        shutil.rmtree(built)
        return Snapshot(target)
    swap(built, target)
    return Snapshot(target)


def _parted(
    tables: Mapping[str, "pa.Table"], parts: Sequence["Statements"]
) -> tuple[Mapping[str, "pa.Table"], dict[str, Mapping[str, "pa.Table"]]]:
    """Return the tables without the rows of some parts, and these rows by the name of the source.

    Raises
    ------
    InputError
        If a part says something that would show in rows of other sources.
    """
    import pyarrow.compute as pc

    others = dict(tables)
    apart: dict[str, Mapping[str, pa.Table]] = {}
    for part in parts:
        name = part.source.name
        stated = {table for table, frame in part.frames.items() if len(frame)} - SEPARABLE
        if stated:
            raise InputError(
                f"source {name} can't be kept apart: it states {', '.join(sorted(stated))}",
                hint="Import it alone.",
            )
        own = {}
        for table in sorted(SEPARABLE):
            mine = pc.equal(others[table]["source"], name)
            own[table], others[table] = others[table].filter(mine), others[table].filter(pc.invert(mine))
        apart[name] = {table: rows for table, rows in own.items() if rows.num_rows}
    return others, apart


def pack_statements(pack: Path, provenance: Mapping[str, Mapping[str, Any]]) -> Iterator["Statements"]:
    """Read a data pack, a folder of source folders, and begat's curated tables.

    Yields
    ------
    Statements
        Of each source in turn, in the order of their names.

    Raises
    ------
    UnreadableFile
        If the folder holds no source's folder.
    InputError
        If ``pack.toml`` says nothing of one that it holds.
    """
    from begat.resolve import collect
    from begat.sources.base import discover

    folders = [
        (source, pack / (source.folder or name))
        for name, source in discover().items()
        if not source.curated and _is_here(source, pack)
    ]
    if not folders:
        raise UnreadableFile(
            "this folder holds no source's folder",
            where=str(pack),
            hint="A data pack has one folder a source, such as radar/ or hub-stats-frozen/.",
        )
    for source, path in folders:
        if source.name not in provenance:
            raise InputError(f"pack.toml says nothing of source {source.name}", where=str(path))
        yield collect(source, path, on=provenance[source.name]["date"])
    yield from curated_statements(provenance)


def _is_here(source: "Source", pack: Path) -> bool:
    """Whether a pack has the source's folder; of a folder that is another's too, whether it has its files."""
    from begat.sources.base import discover

    path = pack / (source.folder or source.name)
    if source.folder in discover():
        return any(True for file in source.files for _ in path.glob(file.pattern))
    return path.is_dir()


def curated_statements(provenance: Mapping[str, Mapping[str, Any]]) -> Iterator["Statements"]:
    """Read begat's own tables, which are part of every snapshot."""
    from begat.resolve import collect
    from begat.sources.base import discover

    for name, source in discover().items():
        if source.curated:
            path = package_path("data", f"{name}.toml")
            yield collect(source, path, on=provenance[name]["date"])


@dataclass(frozen=True)
class Home:
    """The home folder: snapshots, which of them is current, and what is derived from them."""

    path: Path

    @property
    def snapshots_path(self) -> Path:
        """Folder of the imported snapshots."""
        return self.path / "snapshots"

    def snapshots(self) -> list[Snapshot]:
        """Return all whole snapshots, the embedded one included, oldest first; see `damaged`."""
        own = [found for found in self._opened() if isinstance(found, Snapshot)]
        return sorted([embedded(), *own], key=lambda item: item.order)

    def damaged(self) -> list[StoreError]:
        """Return what is wrong with the folders that are no whole snapshots."""
        return [found for found in self._opened() if isinstance(found, StoreError)]

    def _opened(self) -> Iterator[Snapshot | StoreError]:
        for folder in sorted(self.snapshots_path.glob("[!.]*")):
            try:
                yield Snapshot(folder)
            except StoreError as error:
                yield error

    def current(self) -> Snapshot:
        """Return the snapshot imported last, else the embedded one."""
        return Snapshot(self.current_path())

    def current_path(self) -> Path:
        """Return the folder of the current snapshot, whole or not."""
        pointer = self.path / "current"
        try:
            name = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else ""
        except (OSError, ValueError) as error:
            raise StoreError(
                f"it can't be read which snapshot is current ({error})",
                where=str(pointer),
                hint="Remove it, or import again.",
            ) from error
        return self.snapshots_path / name if name else embedded().path

    def named(self, name: str) -> Snapshot:
        """Return a snapshot by name.

        Raises
        ------
        UnknownName
            If there is none of this name.
        """
        known = {item.name: item for item in self.snapshots()}
        if name not in known:
            raise UnknownName("snapshot", name, hint=f"Known: {', '.join(known)}.")
        return known[name]

    def as_of(self, day: date) -> Snapshot:
        """Return the newest snapshot that is not younger than `day`.

        Raises
        ------
        UnknownName
            If all are younger.
        """
        older = [item for item in self.snapshots() if item.date <= day]
        if not older:
            first = self.snapshots()[0].date
            raise UnknownName("snapshot as of", str(day), hint=f"The oldest is of {first}.")
        return older[-1]

    def adopt(self, parts: Sequence["Statements"], provenance: Mapping[str, Mapping[str, Any]]) -> Snapshot:
        """Compile statements into a snapshot of this home and make it the current one."""
        return self.take(lambda folder: compile_snapshot(parts, folder, provenance=provenance))

    def take(self, write: Callable[[Path], Snapshot]) -> Snapshot:
        """Let `write` make a snapshot in the folder of snapshots, and make it the current one."""
        with self.lock():
            for leftover in self.snapshots_path.glob(".*"):
                shutil.rmtree(leftover, ignore_errors=True)
            snapshot = write(self.snapshots_path)
            atomic_write(self.path / "current", snapshot.path.name + "\n")
        return snapshot

    def derived(self, snapshot: Snapshot) -> Path:
        """Return the folder of what is derived from a snapshot."""
        return self.path / "derived" / snapshot.digest[:16]

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the home for one writer.

        Raises
        ------
        HomeError
            If another process holds it.
        """
        with (self.path / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise HomeError(
                    "another begat is writing to this home",
                    where=str(self.path),
                    hint="Wait for it to end, or give another home with --home.",
                ) from error
            yield


def _source(part: "Statements", provenance: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    further = provenance.get(part.source.name, {})
    files = sorted(part.files, key=lambda count: str(count.path))
    return {
        "title": part.source.title,
        "licence": part.source.licence,
        **{key: value for key, value in further.items() if key != "date"},
        "date": str(part.date),
        "files": len(files),
        "sha256": hashlib.sha256("".join(sha256(f.path) for f in files).encode()).hexdigest(),
        "rows_seen": sum(count.seen for count in files),
        "rows_set_aside": sum(count.set_aside for count in files),
    }


def _digest(tables: Mapping[str, Mapping[str, Any]]) -> str:
    lines = "".join(f"{name} {facts['sha256']}\n" for name, facts in sorted(tables.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _free_name(folder: Path, name: str, digest: str) -> Path:
    """Return the folder to write: that of this content if there is one, a damaged one, or a new one."""
    number = 1
    while True:
        target = folder / (name if number == 1 else f"{name}-{number}")
        try:
            if not target.exists() or Snapshot(target).digest == digest:
                return target
        except StoreError:
            return target
        number += 1


def _is_whole(target: Path, digest: str) -> bool:
    """Whether a folder is a snapshot of this content with the bytes that were written."""
    try:
        return Snapshot(target).digest == digest and not Snapshot(target).verify()
    except StoreError:
        return False


def _sources(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"source": name, **facts} for name, facts in manifest["sources"].items()]


def _tables(path: Path) -> dict[str, Any]:
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


def _read_table(path: Path, columns: Sequence[str] | None = None, where: Any = None) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        wanted = list(columns) if columns is not None else None
        return pq.read_table(path, columns=wanted, filters=where)
    except (pa.ArrowException, OSError) as error:
        raise StoreError(
            f"the table can't be read ({str(error).splitlines()[0]})",
            where=str(path),
            hint="The snapshot is damaged: import it again.",
        ) from error


def _write_tables(tables: Iterable[tuple[str, "pa.Table"]], folder: Path) -> dict[str, dict[str, Any]]:
    """Write each table as Parquet; return its rows and hash."""
    import pyarrow.parquet as pq

    facts = {}
    for name, table in tables:
        path = folder / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd", compression_level=9)
        facts[name] = {"rows": table.num_rows, "sha256": sha256(path)}
    return facts


def _write_manifest(path: Path, manifest: Mapping[str, Any]) -> None:
    import tomli_w

    path.write_text(tomli_w.dumps(manifest), encoding="utf-8")
