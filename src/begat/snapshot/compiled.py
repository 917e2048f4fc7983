"""From the statements of sources to a snapshot: resolved, share-alike rows parted off, written."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.errors import InputError
from begat.files import sha256
from begat.snapshot.opened import Snapshot
from begat.snapshot.written import write_snapshot

if TYPE_CHECKING:
    import pyarrow as pa

    from begat.resolve import Pieces, Statements

__all__ = ["compile_snapshot"]


def compile_snapshot(
    parts: Sequence["Statements"],
    folder: Path,
    *,
    provenance: Mapping[str, Mapping[str, Any]],
    progress: Callable[[str], None] = lambda _: None,
) -> Snapshot:
    """Resolve the statements of sources and write them as a new snapshot, whole or not at all.

    Parameters
    ----------
    parts : sequence of Statements
        What was read; the newest date names the snapshot. Their frames are used up.
    folder : Path
        Folder of snapshots. One with the same content is returned as it is.
    provenance : mapping
        Further facts on each source: locator, attribution, retrieved_at. One with ``share_alike`` is
        kept apart; one with ``rows_seen`` was read for another snapshot, and these are all facts on it.
    progress : function
        Told each table before it is written.

    Returns
    -------
    Snapshot
        The written snapshot, ``<date>`` or, if that is taken by another content, ``<date>-2`` ... One with
        a source that is made up, which says ``synthetic`` in its facts, is named ``synthetic-<date>``.
    """
    from begat.resolve import resolved, room, separated
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
    own: dict[str, dict[str, list[pa.Table]]] = {part.source.name: room(part) for part in apart}
    label = "synthetic-" if any("synthetic" in about for about in facts.values()) else ""
    return write_snapshot(
        _announced(separated(resolved(parts), own), progress),
        folder,
        name=f"{label}{newest}",
        on=newest,
        sources={part.source.name: facts[part.source.name] for part in within},
        annexes=((name, (rows.items(), facts[name])) for name, rows in own.items()),
        stated=((part.source.name, told(part)) for part in within),
    )


def _announced(
    tables: "Iterable[tuple[str, Pieces]]", progress: Callable[[str], None]
) -> "Iterator[tuple[str, Pieces]]":
    """Yield the tables, each announced before it is written."""
    for name, pieces in tables:
        progress(name)
        yield name, pieces


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
