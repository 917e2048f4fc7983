"""The command that reads dumps of a source into a new snapshot."""

import os
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from begat.cli.output import Output, command, parse_day
from begat.errors import InputError

if TYPE_CHECKING:
    from begat.interchange.records.reread import Records
    from begat.resolve import Statements
    from begat.snapshot import Home, Snapshot
    from begat.sources.base import Source

__all__ = ["note_set_aside", "register"]

PACK = "pack"
BEGAT = "begat"
BEGAT_RDF = "begat-rdf"
TABLE = "table"

Facts = Mapping[str, Mapping[str, Any]]
Show = Callable[[str], None]
Read = tuple[list["Statements"], Facts]


def _source_names(incomplete: str) -> list[str]:
    from begat.sources.base import discover

    return [name for name in [PACK, BEGAT, BEGAT_RDF, *discover()] if name.startswith(incomplete)]


def import_(
    source: Annotated[
        str,
        typer.Argument(
            help="A source, see `begat sources`; `pack` for a folder of source folders, `begat` for another "
            "snapshot, `begat-rdf` for one that `begat export` wrote in RDF.",
            autocompletion=_source_names,
        ),
    ],
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Files or folders of that source, or web addresses of its files."
        ),
    ],
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
    mapping: Annotated[
        Path | None,
        typer.Option(help="For `table`: which column is what; else PATH.toml."),
    ] = None,
) -> None:
    """Read a dump of a source into a new snapshot and make it the current one.

    A row that can't be read is set aside with its place; the import goes on. A file that can't be
    read ends it and nothing is written. Importing the same again changes nothing. A file at a web
    address is fetched into the home first, and taken up where it broke off.

    With --onto the new snapshot keeps what the other one holds: other sources, earlier figures, models
    that are not mentioned now. What the source said before about the same things is replaced.

    Examples:

      begat import hub-stats models.parquet --date 2026-05-20

      begat import hub-stats models.parquet --onto current --complete

      begat import table registry.csv --mapping registry.toml

      begat import begat ../other-home/snapshots/2026-06-20 --onto current

      begat import pack ../data-pack --output data/snapshot

      begat import begat-rdf snapshot.nq.gz
    """
    if output is not None and onto is not None:
        raise InputError("--onto is of snapshots in the home", hint="Leave --onto or --output out.")
    if mapping is not None and source != TABLE:
        raise InputError("only a table has a mapping", where="--mapping", hint="begat import table FILE ...")
    if source == BEGAT_RDF and (on is not None or complete):
        raise InputError(
            "a snapshot in RDF says itself of when it is", hint="Leave --date and --complete out."
        )
    if source == BEGAT_RDF and onto is None:
        _print_counts(_restored(paths, output, out), out)
        return
    base = None if onto is None else _home(out).named(onto)
    parts, provenance = _read(source, paths, parse_day(on, "--date"), mapping, out)
    read = {part.source.name for part in parts}
    with out.step("resolving and writing") as show:
        if output is not None:
            snapshot = _written_apart(parts, provenance, output, complete=complete, show=show)
        else:
            whole = _whole(parts, complete=complete)
            snapshot = _home(out).adopt(
                parts, provenance, base, whole, accept_shrink=accept_shrink, progress=show
            )
    note_set_aside(snapshot, read, out)
    if output is None:
        out.note(_next_step(snapshot, base.name if base and onto == "current" else onto))
    _print_counts(snapshot, out)


def _print_counts(snapshot: "Snapshot", out: Output) -> None:
    tables = {name: item["rows"] for name, item in snapshot.manifest["tables"].items()}
    aside = sum(facts["rows_set_aside"] for facts in snapshot.sources)
    out.one({"snapshot": snapshot.name, "digest": snapshot.digest, "rows_set_aside": aside} | tables)


def _restored(paths: Sequence[str], output: Path | None, out: Output) -> "Snapshot":
    """Make the snapshot again that a file of RDF holds, and nothing else of it."""
    if len(paths) > 1:
        raise InputError("a snapshot is in one file", hint="Import the second with --onto current.")
    with _records(paths[0], out) as records, out.step("writing"):
        if output is not None:
            snapshot = records.write(output)
        else:
            snapshot = _home(out).restore(records.write, synthetic=records.manifest.synthetic)
    if snapshot.digest != records.manifest.digest:
        out.note(f"its digest is not {records.manifest.digest}: another Parquet library, or changed records")
    if output is None:
        out.note(f"{snapshot.name} is the current snapshot now")
    return snapshot


@contextmanager
def _records(path: str, out: Output) -> "Iterator[Records]":
    """Read the records in a file of RDF, and say what of it was set aside."""
    from begat.interchange.records.reread import read_rdf

    with ExitStack() as stack:
        with out.step("reading RDF") as show:
            records = stack.enter_context(read_rdf(_here(path, out)[0], progress=show))
        taken = records.taken
        if taken.aside:
            out.note(
                f"{taken.aside:,} of {taken.seen:,} statements stand in foreign graphs, set aside; the first:"
            )
            for example in taken.examples:
                out.note(f"  {example}")
        yield records


def _read(source: str, paths: Sequence[str], on: date | None, mapping: Path | None, out: Output) -> Read:
    from begat.files import package_path
    from begat.snapshot import curated_statements

    provenance = tomllib.loads(package_path("data", "pack.toml").read_text(encoding="utf-8"))
    if source == PACK:
        return _read_pack(paths, provenance, out), provenance
    if source == BEGAT:
        parts, facts = _read_snapshots([Path(path) for path in paths])
    elif source == BEGAT_RDF:
        parts, facts = _read_rdf(paths, out)
    else:
        parts, facts = _read_source(source, paths, on, mapping, out)
    return [*parts, *curated_statements(provenance)], {**provenance, **facts}


def _read_pack(paths: Sequence[str], provenance: Facts, out: Output) -> list["Statements"]:
    from begat.snapshot import pack_statements

    if len(paths) > 1:
        raise InputError("a pack is one folder", hint="Import them one after the other, with --onto current.")
    parts = []
    for part in pack_statements(Path(paths[0]), provenance):
        out.note(f"read {part.source.name}: {sum(count.seen for count in part.files):,} rows")
        parts.append(part)
    return parts


def _read_rdf(paths: Sequence[str], out: Output) -> Read:
    """Read what the sources of snapshots in files of RDF said."""
    with TemporaryDirectory(prefix="begat-rdf-") as folder:
        written = []
        for number, path in enumerate(paths):
            with _records(path, out) as records:
                written.append(records.write(Path(folder) / str(number)).path)
        return _read_snapshots(written)


def _read_snapshots(paths: Sequence[Path]) -> Read:
    """Read what the sources of other snapshots said; begat's own tables are those of this installation."""
    from begat.snapshot import Snapshot
    from begat.snapshot.onto import accumulate

    parts: list[Statements] = []
    facts: Facts = {}
    for path in paths:
        parts, facts = accumulate(parts, facts, Snapshot(path))
    read = [part for part in parts if not part.source.curated]
    return read, {part.source.name: facts[part.source.name] for part in read}


def _read_source(name: str, paths: Sequence[str], on: date | None, mapping: Path | None, out: Output) -> Read:
    from begat.resolve import collect, made_up, together

    read = []
    facts: dict[str, str] = {}
    for path in paths:
        place, fetched = _here(path, out)
        chosen = _source(name, place, mapping)
        with out.step(f"reading {chosen.name}") as show:
            day, origin = _day(chosen, place, on, out)
            told = partial(_told, show)
            read.append(collect(chosen, place, on=day, progress=told))
        facts |= {"date_from": origin, **fetched, **made_up(read[-1])}
    _note_share_alike(read[0].source, out)
    facts.setdefault("locator", " ".join(Path(path).name for path in paths))
    return [together(read)], {read[0].source.name: facts}


def _told(show: Show, rows: int, total: int | None) -> None:
    """Show how far the reading of a file is."""
    show(f"{rows:,} rows" if total is None else f"{rows:,} of {total:,} rows")


def _here(path: str, out: Output) -> tuple[Path, dict[str, str]]:
    """Return the local place of what is to be read and, of what had to be fetched, where it is from."""
    if "://" not in path:
        return Path(path), {}
    from begat.crawl.download import download
    from begat.files import home_folder

    folder = home_folder(out.home) / "raw" / "downloads"
    with out.transfer("fetching") as progress:
        found = download(path, folder, token=_token(path), progress=progress)
    facts = {"locator": found.locator, "download_sha256": found.sha256, "retrieved_at": found.retrieved_at}
    return found.path, facts


def _token(address: str) -> str:
    """Return the token for an address: HF_TOKEN goes to the Hub over https and nowhere else."""
    parts = urlsplit(address)
    is_hub = (parts.scheme, parts.netloc) == ("https", "huggingface.co")
    return os.environ.get("HF_TOKEN", "") if is_hub else ""


def _source(name: str, place: Path, mapping: Path | None) -> "Source":
    from begat.sources.base import source_named

    if name != TABLE:
        return source_named(name)
    from begat.sources._mapping import read_mapping
    from begat.sources.table import beside, mapped

    if place.is_dir():
        raise InputError("a table is one file", where=str(place))
    return mapped(read_mapping(mapping or beside(place)))


def _day(chosen: "Source", path: Path, on: date | None, out: Output) -> tuple[date, str]:
    """Return the day of the data and where it is from: the option, the mapping, or the file."""
    if on is not None:
        return on, "--date"
    if chosen.dated is not None:
        return chosen.dated, "mapping"
    day = _file_day([found for found, _ in chosen.find(path)])
    out.note(f"the data are taken to be of {day}, when the file was written; --date says otherwise")
    return day, "time of the file"


def _file_day(files: Sequence[Path]) -> date:
    """Day on which the newest of some files was written."""
    return datetime.fromtimestamp(max(file.stat().st_mtime for file in files), UTC).date()


def _note_share_alike(chosen: "Source", out: Output) -> None:
    """Say so if the licence of the data extends to what is made from them."""
    from begat.licences import licences

    terms = licences().get(chosen.licence)
    if terms is not None and terms.derivatives == "same-licence":
        out.note(f"{chosen.name} is under {chosen.licence}: whoever passes on the snapshot shares it alike")


def _written_apart(
    parts: list["Statements"], provenance: Facts, output: Path, *, complete: bool, show: Show
) -> "Snapshot":
    from begat.snapshot import compile_snapshot
    from begat.snapshot.onto import completed

    facts = completed(parts, provenance, _whole(parts, complete=complete))
    return compile_snapshot(parts, output, provenance=facts, progress=show)


def _home(out: Output) -> "Home":
    from begat.files import home_folder
    from begat.snapshot import Home

    return Home(home_folder(out.home))


def _whole(parts: Sequence["Statements"], *, complete: bool) -> list[str]:
    return [part.source.name for part in parts if complete and not part.source.curated]


def note_set_aside(snapshot: "Snapshot", read: Collection[str], out: Output) -> None:
    """Say how many rows of the sources just read were set aside, and show the first of them."""
    rows = snapshot.table("set_aside", where=[("source", "in", list(read))]).to_pylist()
    if not rows:
        return
    some = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    out.note(f"{some} could not be read, set aside; the first:")
    for row in rows[:5]:
        out.note(f"  {row['file']}, {row['place']}: {row['reason']}")
    out.note(f"all of them: {snapshot.path / 'set_aside.parquet'}")


def _next_step(snapshot: "Snapshot", base: str | None) -> str:
    """Say what the current snapshot is now, and what to do with it."""
    now = f"{snapshot.name} is the current snapshot now"
    if base is not None:
        return f"{now}; `begat diff {base} current` tells what is new"
    if snapshot.synthetic:
        return f"{now}; nothing of it is a fact"
    return f"{now} and holds only what was read; --onto embedded adds it to what begat ships with"


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, name="import", rich_help_panel="Data")(import_)
