"""The command that hands a snapshot, or one model, to others' tools."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from begat.cli.output import Output, command
from begat.errors import InputError

if TYPE_CHECKING:
    from begat.registry import Registry

__all__ = ["register"]


def _format_names(incomplete: str) -> list[str]:
    from begat.interchange.format.base import formats

    return [name for name in formats() if name.startswith(incomplete)]


def export(
    out: Output,
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help="A model, to be exported with its lineage; else the whole snapshot."
        ),
    ] = None,
    as_: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="FORMAT", help="The format; --list names them.", autocompletion=_format_names
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="The file, packed if it ends in .gz; else stdout, for one model."
        ),
    ] = None,
    down: Annotated[
        bool, typer.Option("--down", help="With one model also all that was made from it.")
    ] = False,
    records: Annotated[
        bool,
        typer.Option(
            "--records/--no-records",
            help="In RDF also every row of the tables, to be read back without loss.",
        ),
    ] = True,
    list_: Annotated[bool, typer.Option("--list", help="List the formats instead.")] = False,
) -> None:
    """Write the snapshot, or one model with its lineage, in a format of others' tools.

    A model comes with its ancestors, all statements about them, their licences, accounts and
    institutions. The same snapshot gives the same bytes. `begat import begat-rdf FILE` reads a whole
    snapshot back that was written in RDF.

    Examples:

      begat export --list

      begat export Qwen/Qwen2.5-7B-Instruct --as turtle

      begat export --as nquads -o snapshot.nq.gz

      begat export --as parquet -o tables
    """
    if list_:
        _list(out)
        return
    if as_ is None:
        raise InputError("no format is named", where="--as", hint="`begat export --list` names them.")
    if down and model is None:
        raise InputError("--down is for one model", hint="Name a model, or leave it out.")
    registry = out.registry()

    def write(path: Path) -> None:
        registry.export(path, as_, model, descendants=down, records=records)

    if file is None:
        _print(registry, write, as_, whole=model is None)
        return
    with out.step(f"exporting {model or registry.snapshot.name}"):
        write(file)
    out.note(f"wrote {file}")


def _print(registry: "Registry", write: Callable[[Path], None], form: str, *, whole: bool) -> None:
    """Print what is text and no more than a model; nothing is printed of what can't be written whole."""
    from begat.interchange.format.base import format_named

    chosen = format_named(form)
    if (whole and chosen.whole) or chosen.folder:
        hint = f"Name one with -o, for instance -o {registry.snapshot.name}{chosen.suffix}."
        raise InputError(
            f"a whole snapshot as {form} goes into a file" if whole else f"{form} is a folder", hint=hint
        )
    with TemporaryDirectory(prefix="begat-export-") as folder:
        path = Path(folder) / "export"
        write(path)
        with path.open("rb") as text:
            shutil.copyfileobj(text, sys.stdout.buffer)
    sys.stdout.flush()


def _list(out: Output) -> None:
    from begat.interchange.format.base import formats

    rows = [
        {
            "name": item.name,
            "title": item.title,
            "media_type": item.media_type,
            "suffix": item.suffix,
            "whole": item.whole,
            "single": item.single,
            "folder": item.folder,
        }
        for item in formats().values()
    ]
    out.rows(rows, ("name", "title", "whole", "single", "folder"))


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel="Data")(export)
