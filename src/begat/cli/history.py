"""Commands about snapshots over time: snapshots, diff, gc."""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli.output import Output, command

if TYPE_CHECKING:
    from begat.snapshot import Home

__all__ = ["register"]

PANEL = "Data"
COLUMNS = {
    "model": ("id", "before", "reason"),
    "derivation": ("id", "parent", "relation", "before", "after", "source"),
    "observation": ("source", "metric", "date_before", "date_after", "before", "after"),
    "mover": ("id", "source", "date_before", "date_after", "before", "after", "ratio", "flagged"),
}
"""What a table shows of each kind of change."""


def snapshots(out: Output) -> None:
    """List the snapshots, the embedded one included; the current one is marked.

    Tables that are the same in several snapshots lie on the disk once: `bytes` are those of one
    snapshot alone, `bytes_shared` those that it has in common with others.

    Examples:

      begat snapshots

      begat snapshots --format json
    """
    from begat.snapshot import embedded

    home = _home(out)
    current = home.current_path()
    rows = [
        {
            "snapshot": item.name,
            "date": str(item.date),
            "current": item.path == current,
            "models": item.rows("models"),
            "derivations": item.rows("derivations"),
            "sources": len(item.sources),
            "bytes": item.bytes[0],
            "bytes_shared": item.bytes[1],
            "digest": item.digest,
            "path": str(item.path),
        }
        for item in home.snapshots()
        if out.as_of is None or item.date <= out.as_of
    ]
    for error in home.damaged():
        out.note(f"not listed: {error}")
    columns = (
        "snapshot",
        "date",
        "current",
        "models",
        "derivations",
        "sources",
        "bytes",
        "bytes_shared",
        "path",
    )
    shown = [row | {"snapshot": "embedded"} if row["path"] == str(embedded().path) else row for row in rows]
    out.rows(shown if out.tabular else rows, columns, spare=(("path",), ("sources",)))


def diff(
    out: Output,
    before: Annotated[
        str | None, typer.Argument(metavar="A", help="The earlier snapshot; else the one before B.")
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="B", help="The later snapshot; else the current one.")
    ] = None,
    what: Annotated[
        str | None,
        typer.Option(help="models, derivations, datasets, institutions, observations or movers alone."),
    ] = None,
    top: Annotated[int, typer.Option(help="Rows of each group of changes; 0 for all.", min=0)] = 20,
    rdf: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the changed statements as N-Quads too, packed if .gz."),
    ] = None,
) -> None:
    """Compare two snapshots: what was added, removed, renamed, and which figures and ranks moved.

    Figures are compared within one source only. One that is more than 20 times the one before and
    above a million is flagged: it may be a fault of the source, or a game. With --rdf the statements that
    came and went are written too, each in a graph .../added or .../removed beside that they belong to.

    Examples:

      begat diff

      begat diff 2026-05-20 current --what movers --format json

      begat diff 2026-05-20 --rdf changes.nq.gz
    """
    from begat.registry import Registry

    home = _home(out)
    later = out.registry().snapshot if after is None else home.named(after)
    earlier = home.previous(later) if before is None else home.named(before)
    out.note(f"from {earlier.name} ({earlier.date}) to {later.name} ({later.date})")
    registry = Registry(home, later)
    with out.step("comparing"):
        rows = registry.diff(earlier, what=what, top=top or None)
    if rdf is not None:
        with out.step("writing the changed statements"):
            count = registry.export_changes(earlier, rdf)
        out.note(f"wrote {count:,} changed statements to {rdf}")
    if out.tabular:
        _draw(rows, top, out)
    else:
        from begat.answer.diff import KEYS

        out.rows(rows, KEYS, keys=KEYS)


def _draw(rows: list[dict[str, Any]], top: int, out: Output) -> None:
    """Print how many changes there are of each kind, then the first of each."""
    group = ("what", "change", "metric", "relation", "status")
    counts: dict[tuple[Any, ...], int] = {}
    for row in rows:
        status = (
            " to ".join(filter(None, (row["before"], row["after"]))) if row["what"] == "derivation" else None
        )
        counts[row["what"], row["change"], _metric(row) or None, row["relation"], status] = row["of"]
    if not counts:
        out.note("Nothing differs.")
        return
    summary = [dict(zip(group, key, strict=True)) | {"rows": count} for key, count in counts.items()]
    columns = [name for name in (*group, "rows") if any(row[name] is not None for row in summary)]
    out.rows(summary, columns, title="What changed")
    for key, some in itertools.groupby(rows, lambda row: (row["what"], row["change"], _metric(row))):
        shown = list(some)[: top or None]
        usual = COLUMNS.get(key[0], ("id",))
        kept = [name for name in usual if any(row[name] is not None for row in shown)]
        out.rows(shown, kept, title=" ".join(filter(None, key)))


def _metric(row: dict[str, Any]) -> str:
    """The metric by which movers are told apart."""
    return str(row["metric"]) if row["what"] == "mover" else ""


def gc(
    out: Output,
    keep: Annotated[
        int | None,
        typer.Option(help="Keep so many of the newest snapshots, and the current one; else all."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Clean up the home: what belongs to no snapshot, what killed runs left, and snapshots beyond --keep.

    The current snapshot stays, and so does everything that begat does not know.

    Examples:

      begat gc --dry-run

      begat gc --keep 3
    """
    from begat.snapshot.gc import collect_garbage

    found = collect_garbage(_home(out), keep=keep, dry_run=dry_run)
    rows = [
        {
            "what": item.what,
            "path": str(item.path),
            "reason": item.reason,
            "bytes": item.bytes,
            "removed": not dry_run,
        }
        for item in found
    ]
    keys = ("what", "path", "reason", "bytes", "removed")
    if rows or not out.tabular:
        out.rows(rows, keys[:-1], keys=keys)
    would = "would free" if dry_run else "freed"
    out.note(f"{would} {sum(item.bytes for item in found):,} bytes, {len(found)} files or folders")


def _home(out: Output) -> "Home":
    from begat.files import home_folder
    from begat.snapshot import Home

    return Home(home_folder(out.home))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (snapshots, diff, gc):
        command(app, rich_help_panel=PANEL)(function)
