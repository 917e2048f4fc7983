"""The command line: every command opens a registry, calls it once and prints."""

import sys

import typer

from begat.cli import (
    brief,
    bursts,
    check,
    compare,
    data,
    dependence,
    explore,
    exports,
    history,
    impact,
    imports,
    influence,
    licence,
    ranking,
    review,
    serve,
    statements,
    story,
    sync,
    synth,
    trends,
    validate,
    whatif,
)

__all__ = ["app", "main"]

app = typer.Typer(
    name="begat",
    help="The genealogy of open models: where a model comes from, what it led to, and how much "
    "influence it had.",
    epilog="Start with: begat demo",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
GROUPS = (
    story,
    explore,
    impact,
    licence,
    influence,
    compare,
    ranking,
    trends,
    whatif,
    dependence,
    bursts,
    brief,
    statements,
    check,
    imports,
    exports,
    sync,
    data,
    serve,
    validate,
    review,
    history,
    synth,
)
"""The commands in the order of the help text."""
for group in GROUPS:
    group.register(app)


def main() -> None:
    """Run the command line; a closed pipe ends it quietly."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="Print the version and end.", is_eager=True),
) -> None:
    """Take the options that belong to no command."""
    if show:
        from begat.version import __version__

        typer.echo(f"begat {__version__}")
        raise typer.Exit
