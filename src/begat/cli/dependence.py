"""The command dependence."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from begat.cli.options import (
    LINKS,
    DeclaredOption,
    FileOption,
    InferredOption,
    Language,
    LanguageOption,
    weakest,
)
from begat.cli.output import Output, command, parse_day, percent
from begat.errors import InputError

__all__ = ["register"]

PANEL = "Consequences"
TOPICS = {"institution": ("derivations", "institutions"), "country": ("derivations", "countries")}
"""Of coverage: what the rows rest on."""


class Level(StrEnum):
    """Whose models rest on whose."""

    INSTITUTION = "institution"
    COUNTRY = "country"
    ACCOUNT = "account"


class Show(StrEnum):
    """What is shown of who rests on whom."""

    MATRIX = "matrix"
    CONCENTRATION = "concentration"
    ROOTS = "roots"


COLUMNS = {
    Show.MATRIX: ("subject", "supplier", "models", "share", "only", "back", "downloads_30d"),
    Show.CONCENTRATION: (
        "subject", "models", "resting", "own", "unstated", "largest", "largest_share", "effective",
    ),
    Show.ROOTS: ("weight", "total", "unknown", "suppliers", "effective", "largest", "largest_share"),
}  # fmt: skip


def dependence(
    out: Output,
    by: Annotated[Level, typer.Option(help="Whose models, and on whose they rest.")] = Level.INSTITUTION,
    of: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only whose models rest on others.", show_default=False)
    ] = None,
    supplier: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only on whom models rest.", show_default=False)
    ] = None,
    show: Annotated[
        Show, typer.Option(help="Pairs, each with its suppliers summed up, or whom all rest on in the end.")
    ] = Show.MATRIX,
    top: Annotated[int, typer.Option(min=0, help="At most this many; 0 for all.")] = 20,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only what was known by then.", rich_help_panel=LINKS)
    ] = None,
    declared: DeclaredOption = False,
    inferred: InferredOption = False,
    file: FileOption = None,
    lang: LanguageOption = Language.EN,
) -> None:
    """Say who rests on whom: how many models of one house or country come from models of another.

    A model rests on all whose models its weights come from, over any number of steps; data and outputs
    that it learned from don't count, nor do models of its own house. share: of all its listed models.
    only: every known line back leads through the supplier. back: models of the supplier that rest on
    the subject. That no parent is known of a model (unstated) doesn't say that it has none.

    --show concentration: how much of each rests on its largest supplier, and effective: to how many
    equal suppliers that amounts (1 / HHI). --show roots: whose models all others come from in the end.

    Examples:

      begat dependence

      begat dependence --by country --of US

      begat dependence --supplier alibaba --top 50 --format csv

      begat dependence --by country --show concentration --on 2024-06-30

      begat dependence --show roots

      begat dependence --by country -o dependence.html
    """
    if (of and show is Show.ROOTS) or (supplier and show is not Show.MATRIX):
        raise InputError(f"--show {show} has no {'suppliers' if supplier else 'subjects'} to choose from")
    registry = out.registry()
    how: dict[str, Any] = {
        "by": by.value,
        "on": parse_day(on, "--on"),
        "evidence": weakest(declared=declared, inferred=inferred),
    }
    if file is not None and file.suffix == ".html":
        if of or supplier:
            hint = "Leave out --of and --supplier."
            raise InputError("the page has the whole matrix", where="-o", hint=hint)
        out.drawing(registry.dependence_page(**how, lang=lang.value), file)
        return
    most = top + 1 if top else None
    if show is Show.ROOTS:
        rows = registry.root_suppliers(**how)
    elif show is Show.CONCENTRATION:
        rows = registry.concentration(**how, of=of, most=most)
    else:
        rows = registry.dependence(**how, of=of, supplier=supplier, most=most)
    shown = rows[: top or None]
    if file is not None or not out.tabular:
        out.suited(file).rows(shown, COLUMNS[show], file=file)
    elif shown:
        out.rows([_line(row) for row in shown], COLUMNS[show], spare=[("own",), ("back",), ("suppliers",)])
    else:
        out.draw("No model is known to rest on another's. What nobody states is not there.")
    if len(shown) < len(rows):
        out.note(f"There are more than these {top:,}; --top 0 gives all.")
    if file is None:
        out.notes(registry, *TOPICS.get(by.value, ("derivations",)))


def _line(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row for people: whoever is not known is said to be unknown, shares stand in percent."""
    names = {key: row[key] or "unknown" for key in ("subject", "supplier") if key in row}
    shares = {key: percent(row[key]) for key in ("share", "largest_share") if key in row}
    return {**row, **names, **shares}


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel=PANEL)(dependence)
