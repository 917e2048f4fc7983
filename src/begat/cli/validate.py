"""The commands that say how good the data are: validate, coverage."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from begat.cli.output import Output, command
from begat.printable import printable

if TYPE_CHECKING:
    from begat.registry import Registry
    from begat.validation import Finding

__all__ = ["register"]

PANEL = "Data"


def validate(
    out: Output,
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="PATH",
            help="A snapshot's folder or name, or an RDF file; the current snapshot if not given.",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Check every node of the RDF, not a sample of each shape.")
    ] = False,
    tables: Annotated[
        bool, typer.Option("--tables", help="Check the tables alone, not the RDF store.")
    ] = False,
    sample: Annotated[int, typer.Option(min=0, help="Examples of each broken check.")] = 5,
    every: Annotated[
        bool, typer.Option("--all", help="List the checks that hold too, with how much each looked at.")
    ] = False,
) -> None:
    """Check a snapshot, or an RDF file of anybody: all that is wrong at once, and how to mend it.

    The tables are checked whole. The RDF is checked against the SHACL shapes of begat's ontology, a sample
    of each shape's nodes unless --full; shapes inside the data are never used. Exit code 4 if a check is
    broken; warnings alone do not break it unless --strict.

    Examples:

      begat validate

      begat validate --tables --strict

      begat validate export.nq --full --format json
    """
    from begat.validation import KEYS, refuse, wrong

    with out.step("checking") as tell:
        found = _findings(out, path, full=full, tables=tables, sample=sample, progress=tell)
    broken = wrong(found, strict=strict)
    shown = [*broken, *(item for item in found if not item.count and every)]
    if out.tabular:
        _draw(out, shown)
    else:
        out.rows([item.row() for item in shown], KEYS, keys=KEYS)
    _sum_up(out, found, broken)
    refuse(broken, path or "the current snapshot")


def coverage(
    out: Output,
    topic: Annotated[
        list[str] | None, typer.Argument(metavar="TOPIC", help="Such as licences; else all of them.")
    ] = None,
) -> None:
    """Say what the snapshot does not cover: of each topic how many of how many are known.

    The same stands in the RDF store as facts about the snapshot, begat:coverage.

    Examples:

      begat coverage

      begat coverage licences institutions --format json
    """
    from begat.answer.coverage import KEYS, MADE_UP

    registry = out.registry()
    rows = registry.coverage(topic or ())
    if registry.snapshot.synthetic:
        out.note(MADE_UP)
    out.rows(rows, ("topic", "note") if out.tabular else KEYS, keys=KEYS)


def _findings(
    out: Output, path: str | None, *, full: bool, tables: bool, sample: int, progress: "Callable[[str], None]"
) -> "list[Finding]":
    from begat.validation import check_file

    if path is not None and Path(path).is_file():
        return check_file(Path(path), full=full, sample=sample, progress=progress)
    registry = _registry(out, path)
    return registry.validate(full=full, tables_only=tables, sample=sample, progress=progress)


def _registry(out: Output, path: str | None) -> "Registry":
    """Open the current snapshot, one in a folder, or one by name."""
    if path is None:
        return out.registry()
    from begat.errors import UnreadableFile
    from begat.files import home_folder
    from begat.registry import Registry
    from begat.snapshot import Home, Snapshot

    if Path(path).suffix and not Path(path).exists():
        raise UnreadableFile("there is no such file", where=path)
    home = Home(home_folder(out.home))
    return Registry(home, Snapshot(Path(path)) if Path(path).is_dir() else home.named(path))


def _draw(out: Output, findings: "Sequence[Finding]") -> None:
    """Print one row a check, and below what is wrong, where, and what to do."""
    from rich.text import Text

    if not findings:
        return
    columns = ("severity", "where", "check", "count", "checked")
    out.rows([{name: getattr(item, name) for name in columns} for item in findings], columns)
    for item in findings:
        if item.count:
            out.draw(Text(f"{item.where}, {item.check}: {item.message}", style="bold"))
            out.draw(*(Text(f"  {printable(text)}") for text in item.examples))
            out.draw(Text(f"  To do: {item.fix}\n"))


def _sum_up(out: Output, findings: "Sequence[Finding]", broken: "Sequence[Finding]") -> None:
    errors = sum(item.severity == "error" for item in broken)
    looked = sum(item.checked > 0 for item in findings)
    out.note(
        f"{looked:,} checks looked at something, {len(findings) - looked:,} had nothing to look at; "
        f"{errors:,} broken, {len(broken) - errors:,} warnings"
    )


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (validate, coverage):
        command(app, rich_help_panel=PANEL)(function)
