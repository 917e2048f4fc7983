"""The command line: every command opens a registry, calls it once and prints."""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

__all__ = ["app", "main"]

MODULES = {
    "story": ("demo",),
    "explore": ("show", "search", "lineage", "tree", "query", "queries"),
    "impact": ("impact",),
    "licence": ("licence",),
    "influence": ("influence",),
    "compare": ("compare",),
    "ranking": ("rank", "explain", "indicators", "goalposts"),
    "trends": ("trends",),
    "whatif": ("whatif",),
    "dependence": ("dependence",),
    "bursts": ("bursts",),
    "brief": ("report",),
    "statements": ("share", "claims"),
    "check": ("check",),
    "imports": ("import",),
    "exports": ("export",),
    "sync": ("sync",),
    "data": ("stats", "sources", "build"),
    "serve": ("serve",),
    "validate": ("validate", "coverage"),
    "review": ("review",),
    "history": ("snapshots", "diff", "gc"),
    "synth": ("synth",),
}
"""The modules of this package that have commands, with these, in the order of the help text."""


class Commands(Mapping[str, TyperCommand]):
    """All commands by name; a module is loaded only when one of its commands is asked for."""

    def __init__(self) -> None:
        self._module = {name: module for module, names in MODULES.items() for name in names}
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> TyperCommand:
        if name not in self._loaded:
            own = typer.Typer(rich_markup_mode="rich")
            import_module(f"{__name__}.{self._module[name]}").register(own)
            self._loaded |= typer.main.get_group(own).commands
        found: TyperCommand = self._loaded[name]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._module)

    def __len__(self) -> int:
        return len(self._module)


class Begat(TyperGroup):
    """The command begat, which loads no other command than the one it runs."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": Commands()})


app = typer.Typer(
    name="begat",
    cls=Begat,
    help="The genealogy of open models: where a model comes from, what it led to, and how much "
    "influence it had.",
    epilog="Start with: begat demo",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
