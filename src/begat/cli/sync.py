"""The command that asks a live platform."""

from typing import TYPE_CHECKING, Annotated

import typer

from begat.cli.imports import note_set_aside
from begat.cli.output import Output, command

if TYPE_CHECKING:
    from begat.crawl import Page

__all__ = ["register"]


def _live_names(incomplete: str) -> list[str]:
    from begat.sources.base import discover

    return [name for name, source in discover().items() if source.platform and name.startswith(incomplete)]


def sync(
    source: Annotated[
        str, typer.Argument(help="A source, see `begat sources --live`.", autocompletion=_live_names)
    ],
    out: Output,
    full: Annotated[
        bool, typer.Option("--full", help="Ask for everything, not only for what has changed.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Publish although requests are missing; ends with code 3.")
    ] = False,
    accept_shrink: Annotated[
        bool, typer.Option("--accept-shrink", help="Publish although the platform lists less than before.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="For a try: at most so many requests.")] = None,
) -> None:
    """Ask a live platform for what is new and make the answers the current snapshot.

    Every answer is kept in the home before the next one is asked for, so a run that was broken off goes
    on where it stopped. Nothing is published before the platform's list has come to its end.

    A token, if the source takes one, is read from the variable that `begat sources` names.

    Examples:

      begat sync huggingface

      begat sync huggingface --limit 3 --partial
    """
    from begat.errors import SourceError
    from begat.files import home_folder
    from begat.snapshot import Home
    from begat.sources.base import source_named
    from begat.sync import client_for, sync

    chosen = source_named(source)
    with client_for(chosen) as client, out.counter(f"asking {chosen.name}") as count:
        synced = sync(
            chosen,
            Home(home_folder(out.home)),
            client,
            full=full,
            partial=partial,
            accept_shrink=accept_shrink,
            limit=limit,
            tell=lambda page: count(_rows(page)),
        )
    tables = {name: item["rows"] for name, item in synced.snapshot.manifest["tables"].items()}
    run = {"run": str(synced.run.folder), "since": synced.run.since, "missing_requests": synced.missing}
    note_set_aside(synced.snapshot, {chosen.name}, out)
    out.note(f"{synced.snapshot.name} is the current snapshot now; `begat diff` tells what changed")
    out.one({"snapshot": synced.snapshot.name, "digest": synced.snapshot.digest} | run | tables)
    if synced.missing:
        raise SourceError(
            f"published without the answers to {synced.missing:,} request{'s' * (synced.missing != 1)}",
            where=chosen.name,
            hint="Run it again to ask for them.",
        )


def _rows(page: "Page") -> int:
    content = page.json()
    return len(content) if isinstance(content, list) else 1


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, rich_help_panel="Data")(sync)
