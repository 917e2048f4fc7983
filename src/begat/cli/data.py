"""Commands about data: import, stats, build, sources."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli.output import Output, command, parse_day
from begat.errors import InputError

if TYPE_CHECKING:
    from begat.resolve import Statements
    from begat.snapshot import Snapshot
    from begat.sources.base import Source

__all__ = ["register"]

PANEL = "Data"
PACK = "pack"
BEGAT = "begat"


def _source_names(incomplete: str) -> list[str]:
    from begat.sources.base import discover

    return [name for name in [PACK, BEGAT, *discover()] if name.startswith(incomplete)]


def import_(
    source: Annotated[
        str,
        typer.Argument(
            help="A source, see `begat sources`; `pack` for a folder of them, `begat` for a snapshot.",
            autocompletion=_source_names,
        ),
    ],
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of that source.", metavar="PATH...")],
    out: Output,
    on: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="Date of the data; else that of the file."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="Write the snapshot into this folder instead of the home."),
    ] = None,
    onto: Annotated[
        str | None,
        typer.Option(
            metavar="SNAPSHOT",
            help="Carry over what this snapshot holds besides: `current`, `embedded` or a name.",
        ),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete/--partial",
            help="Whether the files are all that the source has: models that are missing are gone.",
        ),
    ] = False,
    accept_shrink: Annotated[
        bool, typer.Option("--accept-shrink", help="Let a complete listing be far shorter than the last.")
    ] = False,
) -> None:
    """Read a dump of a source into a new snapshot and make it the current one.

    A row that can't be read is set aside with its place; the import goes on. A file that can't be
    read ends it and nothing is written. Importing the same again changes nothing.

    With --onto the new snapshot keeps what the other one holds: other sources, earlier figures, models
    that are not mentioned now. What the source said before about the same things is replaced.

    Examples:

      begat import hub-stats models.parquet --date 2026-05-20

      begat import hub-stats models.parquet --onto current --complete

      begat import pack ../data-pack --output data/snapshot
    """
    if output is not None and onto is not None:
        raise InputError("--onto is of snapshots in the home", hint="Leave --onto or --output out.")
    parts, provenance = _read(source, paths, parse_day(on, "--date"), out)
    with out.step("resolving and writing"):
        snapshot = _written(
            parts, provenance, output, out, onto=onto, complete=complete, accept_shrink=accept_shrink
        )
    _report(snapshot, out)


def _read(
    source: str, paths: Sequence[Path], on: date | None, out: Output
) -> tuple[list["Statements"], Mapping[str, Mapping[str, Any]]]:
    from begat.files import package_path
    from begat.snapshot import curated_statements

    provenance = tomllib.loads(package_path("data", "pack.toml").read_text(encoding="utf-8"))
    if source == PACK:
        return _read_packs(paths, provenance, out), provenance
    if source == BEGAT:
        parts, facts = _read_snapshots(paths)
    else:
        parts, facts = _read_source(source, paths, on, out)
    return [*parts, *curated_statements(provenance)], {**provenance, **facts}


def _read_packs(
    paths: Sequence[Path], provenance: Mapping[str, Mapping[str, Any]], out: Output
) -> list["Statements"]:
    from begat.snapshot import pack_statements

    if len(paths) > 1:
        raise InputError("a pack is one folder", hint="Import them one after the other, with --onto current.")
    parts = []
    for part in pack_statements(paths[0], provenance):
        out.note(f"read {part.source.name}: {sum(count.seen for count in part.files):,} rows")
        parts.append(part)
    return parts


def _read_snapshots(paths: Sequence[Path]) -> tuple[list["Statements"], Mapping[str, Mapping[str, Any]]]:
    """Read what the sources of other snapshots said; begat's own tables are those of this installation."""
    from begat.snapshot import Snapshot
    from begat.snapshot.onto import accumulate

    parts: list[Statements] = []
    facts: Mapping[str, Mapping[str, Any]] = {}
    for path in paths:
        parts, facts = accumulate(parts, facts, Snapshot(path))
    read = [part for part in parts if not part.source.curated]
    return read, {part.source.name: facts[part.source.name] for part in read}


def _read_source(
    source: str, paths: Sequence[Path], on: date | None, out: Output
) -> tuple[list["Statements"], Mapping[str, Mapping[str, Any]]]:
    from begat.resolve import collect, together
    from begat.sources.base import source_named

    chosen = source_named(source)
    with out.step(f"reading {chosen.name}"):
        days = [on or _file_day(path) for path in paths]
        if on is None:
            found = ", ".join(map(str, dict.fromkeys(days)))
            out.note(f"the data are taken to be of {found}, when the file was written; --date says otherwise")
        read = [collect(chosen, path, on=day) for path, day in zip(paths, days, strict=True)]
    locator = " ".join(path.name for path in paths)
    facts = {"locator": locator, "date_from": "--date" if on else "time of the file"}
    return [together(read)], {chosen.name: facts}


def _file_day(path: Path) -> date:
    """Day on which a file, or the newest file of a folder, was written; today for a missing one."""
    files = [path] if path.is_file() else [item for item in path.rglob("*") if item.is_file()]
    times = [item.stat().st_mtime for item in files]
    return datetime.fromtimestamp(max(times), UTC).date() if times else datetime.now(UTC).date()


def _written(
    parts: list["Statements"],
    provenance: Mapping[str, Mapping[str, Any]],
    output: Path | None,
    out: Output,
    *,
    onto: str | None,
    complete: bool,
    accept_shrink: bool,
) -> "Snapshot":
    from begat.files import home_folder
    from begat.snapshot import Home, compile_snapshot
    from begat.snapshot.onto import completed

    whole = [part.source.name for part in parts if complete and not part.source.curated]
    if output is not None:
        return compile_snapshot(parts, output, provenance=completed(parts, provenance, whole))
    home = Home(home_folder(out.home))
    base = None if onto is None else home.named(onto)
    return home.adopt(parts, provenance, base, whole, accept_shrink=accept_shrink)


def _report(snapshot: "Snapshot", out: Output) -> None:
    aside = sum(source["rows_set_aside"] for source in snapshot.sources)
    if aside:
        out.note(f"{aside:,} rows could not be read and were set aside; the first of them:")
        for row in snapshot.table("set_aside").slice(0, 5).to_pylist():
            out.note(f"  {row['file']}, {row['place']}: {row['reason']}")
        out.note(f"all of them: {snapshot.path / 'set_aside.parquet'}")
    facts = {name: item["rows"] for name, item in snapshot.manifest["tables"].items()}
    out.one({"snapshot": snapshot.name, "digest": snapshot.digest, "rows_set_aside": aside} | facts)


def stats(out: Output) -> None:
    """Count what the current snapshot holds, and how much of the downloads is attributed.

    Examples:

      begat stats --format json
    """
    found = out.registry().stats()
    if not out.tabular:
        out.one(found)
        return
    coverage = found.pop("downloads_coverage")
    out.one(found)
    for row in coverage:
        row["date"] = row["observed_on"] or f"before {row['observed_before']}"
        for name in [name for name in row if name.startswith("with_")]:
            row[name] = f"{row[name]:.1%}"
    out.rows(
        [row for row in coverage if row["models"] >= LEAST_MODELS],
        ("source", "date", "models", "downloads_30d", "with_country", "with_country_not_assumed"),
        title="30-day downloads of models with a known country, by source and date",
    )


LEAST_MODELS = 100
"""Dates with fewer models are left out of the table, not out of the JSON."""


def sources(
    out: Output,
    live: Annotated[
        bool, typer.Option("--live", help="Only those that `begat sync` can ask, with their limits.")
    ] = False,
) -> None:
    """List the sources that begat reads, and what each is good for.

    Examples:

      begat sources --format json

      begat sources --live
    """
    from begat.sources.base import discover

    rows = [_source_row(source) for source in discover().values() if source.platform or not live]
    shown = (
        ("source", "live", "token", "state", "limits") if live else ("source", "licence", "files", "feeds")
    )
    out.rows(rows, shown)


def _source_row(source: "Source") -> dict[str, Any]:
    """Return what a source declares, that of its live platform included."""
    platform = source.platform
    return {
        "source": source.name,
        "title": source.title,
        "licence": source.licence,
        "files": [file.pattern for file in source.files],
        "methods": sorted(source.methods),
        "feeds": source.feeds,
        "tables": list(source.tables),
        "indicators": list(source.indicators),
        "live": platform and platform.origin,
        "token": (platform and platform.token) or None,
        "limits": platform and platform.limits,
        "terms": platform and platform.terms,
        "state": platform and platform.state,
    }


def build(out: Output) -> None:
    """Project the current snapshot into graph, name index and RDF store, where they are missing.

    Examples:

      begat build
    """
    registry = out.registry()
    out.one({"snapshot": registry.snapshot.name, **registry.build(out.step)})


def register(app: typer.Typer) -> None:
    """Add these commands."""
    command(app, name="import", rich_help_panel=PANEL)(import_)
    for function in (stats, sources, build):
        command(app, rich_help_panel=PANEL)(function)
