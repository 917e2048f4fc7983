"""Writing a snapshot: whole or not at all, and a file that another snapshot has already as a link to it."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.errors import StoreError
from begat.files import atomic_folder, sha256, swap
from begat.snapshot.opened import FORMAT, MANIFEST, SHARE_ALIKE, STATED, Snapshot, tables_of

if TYPE_CHECKING:
    import pyarrow as pa

    from begat.resolve import Pieces

__all__ = ["Parts", "write_snapshot"]

LEVEL = 9
"""Of the compression with zstd."""

Parts = Iterable[tuple[str, tuple[Iterable[tuple[str, "pa.Table | Pieces"]], Mapping[str, Any]]]]
"""Of each source in turn its tables and the facts on it."""

Facts = dict[str, dict[str, Any]]
"""Rows and hash of each written table."""


def write_snapshot(
    tables: Iterable[tuple[str, "pa.Table | Pieces"]],
    folder: Path,
    *,
    name: str,
    on: date,
    sources: Mapping[str, Mapping[str, Any]],
    annexes: Parts = (),
    stated: Parts = (),
) -> Snapshot:
    """Write tables as a new snapshot, whole or not at all; one table at a time is held.

    Parameters
    ----------
    tables : iterable of (str, Table or pieces of one)
        All of `TABLES`; made while they are written.
    folder : Path
        Folder of snapshots. One with the same content is returned as it is.
    name : str
        Its name; taken by another content, it gets a number.
    on : date
        Date of its newest source.
    sources : mapping
        Facts on each source, for the manifest.
    annexes : iterable of (str, (tables, mapping))
        Of each source that is kept apart its tables and the facts on it; read after `tables`.
    stated : iterable of (str, (tables, mapping))
        What each source said, and facts on it; not part of the digest, for nothing is derived from it. Read
        before `tables`.

    Notes
    -----
    A file with the bytes of one that another snapshot of the folder has becomes a link to that one.
    """
    built = folder / f".new-{name}"
    with atomic_folder(built) as work:
        kept = _write_parts(stated, work, STATED)
        facts = _write_tables(tables, work)
        apart = _write_parts(annexes, work, SHARE_ALIKE)
        content = _digest(facts | apart), _digest(kept) if kept else ""
        target = _free_name(folder, name, content)
        manifest = {
            "format": FORMAT,
            "snapshot": target.name,
            "date": str(on),
            "digest": content[0],
            **({"said": content[1]} if kept else {}),
            "tables": facts,
            "sources": sources,
        }
        _write_manifest(work / MANIFEST, manifest)
        _share(facts | apart | kept, work, folder)
    if _is_whole(target, content):
        shutil.rmtree(built)
        return Snapshot(target)
    swap(built, target)
    return Snapshot(target)


def _digest(tables: Mapping[str, Mapping[str, Any]]) -> str:
    lines = "".join(f"{name} {facts['sha256']}\n" for name, facts in sorted(tables.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _free_name(folder: Path, name: str, content: tuple[str, str]) -> Path:
    """Return the folder to write: that of this content if there is one, a damaged one, or a new one."""
    number = 1
    while True:
        target = folder / (name if number == 1 else f"{name}-{number}")
        try:
            if not target.exists() or _content(Snapshot(target)) == content:
                return target
        except StoreError:
            return target
        number += 1


def _content(snapshot: Snapshot) -> tuple[str, str]:
    return snapshot.digest, snapshot.said


def _is_whole(target: Path, content: tuple[str, str]) -> bool:
    """Whether a folder is a snapshot of this content with the bytes that were written."""
    try:
        return _content(Snapshot(target)) == content and not Snapshot(target).verify()
    except StoreError:
        return False


def _write_parts(parts: Parts, work: Path, kind: str) -> Facts:
    """Write the tables of each source into a folder of its own; return their rows and hashes by path."""
    facts: Facts = {}
    for source, (tables, about) in parts:
        place = work / kind / source
        place.mkdir(parents=True)
        written = _write_tables(tables, place)
        _write_manifest(place / MANIFEST, {"tables": written, "sources": {source: about}})
        facts |= {f"{kind}/{source}/{table}": item for table, item in written.items()}
    return facts


def _share(facts: Facts, work: Path, folder: Path) -> None:
    """Put links in the place of files whose bytes another snapshot of the folder has.

    The bytes of the other file are read again, so that damage does not spread; where the disk knows no
    links the copy stays.
    """
    known = {item["sha256"]: path for path, item in _others(folder)}
    for name, item in facts.items():
        other, own = known.get(item["sha256"]), work / f"{name}.parquet"
        if other is not None and other.exists() and sha256(other) == item["sha256"]:
            link = own.with_suffix(".link")
            with suppress(OSError):
                os.link(other, link)
                link.replace(own)


def _others(folder: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield path, rows and hash of every file of the snapshots of a folder; none of those damaged."""
    for path in [*folder.glob(f"[!.]*/{MANIFEST}"), *folder.glob(f"[!.]*/*/*/{MANIFEST}")]:
        with suppress(StoreError):
            yield from ((path.parent / f"{name}.parquet", item) for name, item in tables_of(path).items())


def _write_tables(tables: Iterable[tuple[str, "pa.Table | Pieces"]], folder: Path) -> Facts:
    """Write each table as Parquet, one row group after the other; return its rows and hash."""
    import pyarrow as pa

    facts = {}
    for name, table in tables:
        path = folder / f"{name}.parquet"
        rows = _write_pieces([table] if isinstance(table, pa.Table) else table, path)
        facts[name] = {"rows": rows, "sha256": sha256(path)}
    return facts


def _write_pieces(pieces: "Pieces", path: Path) -> int:
    """Write a table; its bytes don't depend on how it lies in memory."""
    import pyarrow.parquet as pq

    each = iter(pieces)
    first = next(each)
    rows = 0
    with pq.ParquetWriter(path, first.schema, compression="zstd", compression_level=LEVEL) as file:
        for piece in chain([first], each):
            file.write_table(piece.combine_chunks())
            rows += piece.num_rows
    return rows


def _write_manifest(path: Path, manifest: Mapping[str, Any]) -> None:
    import tomli_w

    path.write_text(tomli_w.dumps(manifest), encoding="utf-8")
