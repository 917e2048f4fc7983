"""The command demo: everything once, as a short story."""

import typer

from begat.cli.output import Output, command

__all__ = ["register"]


def demo(out: Output) -> None:
    """Show begat on its embedded snapshot."""
    out.one(out.registry().stats())


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app)(demo)
