"""From the statements of sources to a snapshot: resolved, share-alike rows parted off, written."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.errors import InputError
from begat.files import sha256
from begat.snapshot.opened import Snapshot
from begat.snapshot.written import write_snapshot

if TYPE_CHECKING:
    import pyarrow as pa

    from begat.resolve import Statements

__all__ = ["compile_snapshot"]

SEPARABLE = {"observations", "set_aside"}
"""Tables of which a row comes from one source alone, and that no other table takes anything from."""


def compile_snapshot(
    parts: Sequence["Statements"],
    folder: Path,
    *,
    provenance: Mapping[str, Mapping[str, Any]],
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
        kept apart; one with ``rows_seen`` was read for another snapshot, and these are all facts on it.

    Returns
    -------
    Snapshot
        The written snapshot, ``<date>`` or, if that is taken by another content, ``<date>-2`` ...
    """
    from begat.resolve import resolve
    from begat.snapshot.stated import told

    facts = {part.source.name: _source(part, provenance) for part in parts}
    apart = [part for part in parts if facts[part.source.name].get("share_alike")]
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
        sources={part.source.name: facts[part.source.name] for part in within},
        annexes={name: (rows, facts[name]) for name, rows in annexes.items()},
        stated={part.source.name: told(part) for part in within},
    )


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


def _source(part: "Statements", provenance: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    further = provenance.get(part.source.name, {})
    if "rows_seen" in further:
        return dict(further)
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
