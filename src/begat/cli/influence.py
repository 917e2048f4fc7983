"""The command influence."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from begat.cli.options import FileOption, Language, LanguageOption
from begat.cli.output import Output, command, parse_day
from begat.errors import InputError

__all__ = ["register"]

PANEL = "Influence"
SCOPE = "Which derivations count"
CHANCE = "Intervals"


class Group(StrEnum):
    """What influence is added up to."""

    MODEL = "model"
    FAMILY = "family"
    ACCOUNT = "account"
    INSTITUTION = "institution"
    COUNTRY = "country"
    KIND = "kind"


class Show(StrEnum):
    """What is shown of influence."""

    MEASURES = "measures"
    CORRECTIONS = "corrections"
    CORRELATIONS = "correlations"
    OWN_HOUSE = "own-house"
    QUANTIZERS = "quantizers"


GROUNDS = {Group.INSTITUTION: ("institutions",), Group.COUNTRY: ("countries",)}
"""Topics of coverage that the values of a group rest on, beside the scores."""


def _measure_names(incomplete: str) -> list[str]:
    from begat.influence.measure.base import measures

    return [name for name in measures() if name.startswith(incomplete)]


def _relations(incomplete: str) -> list[str]:
    from begat.vocab import RELATIONS

    return [name for name in RELATIONS if name.startswith(incomplete) and name != "copy"]


def influence(
    out: Output,
    by: Annotated[
        Group | None, typer.Option(help="Whose influence; else that of models.", show_default=False)
    ] = None,
    measure: Annotated[
        str, typer.Option(help="The measure to order by.", autocompletion=_measure_names)
    ] = "reach",
    top: Annotated[int, typer.Option(min=0, help="At most this many; 0 for all.")] = 20,
    country: Annotated[
        str | None,
        typer.Option(metavar="CC", help="Only those with their seat there, ranked among themselves."),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Open the score of one down to the derivations behind it."),
    ] = None,
    show: Annotated[Show, typer.Option(help="The measures, or what they rest on.")] = Show.MEASURES,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Only models and derivations known by then.", rich_help_panel=SCOPE
        ),
    ] = None,
    relation: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this relation; may be repeated.", autocompletion=_relations, rich_help_panel=SCOPE
        ),
    ] = None,
    declared_only: Annotated[
        bool,
        typer.Option(
            "--declared-only", help="Only what publishers declare, nothing inferred.", rich_help_panel=SCOPE
        ),
    ] = False,
    without_bursts: Annotated[
        bool,
        typer.Option(
            "--without-bursts",
            "--without-burst",
            help="Leave out mass uploads; see `begat bursts`.",
            rich_help_panel=SCOPE,
        ),
    ] = False,
    draws: Annotated[
        int,
        typer.Option(
            min=0, max=20_000, help="Draw the accounts so often, for intervals.", rich_help_panel=CHANCE
        ),
    ] = 0,
    undeclared: Annotated[
        float,
        typer.Option(
            min=0,
            max=0.95,
            help="Share of all derivations that nobody declares; such are added to each draw.",
            rich_help_panel=CHANCE,
        ),
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws.", rich_help_panel=CHANCE)] = 0,
    file: FileOption = None,
    lang: LanguageOption = Language.EN,
) -> None:
    """Rank models or groups of them by their derivatives, several measures beside each other.

    children: models made from it. accounts: others who made them. descendants: distinct models that
    lead back to it. reach: derivatives weighted by kind, distance and share, capped an account.
    lineage_downloads: own downloads and half of each derivative's, and so on. h10: so many children
    have ten times as many downloads each. h_index (groups): so many models have as many accounts.
    momentum: share of the accounts of the last 90 days. Copies count for their original, subsidiaries
    for their institution, and what one house makes of its own models counts for nobody but as children
    and descendants of the model. Unknown downloads and dates of derivatives add nothing. The table
    leaves out pagerank and katz, which order models much as reach does; the other formats have them.

    --explain lists the derivations behind reach or lineage_downloads, the largest first. --show
    corrections: the rank by reach if one choice were made otherwise; correlations: of the measures;
    own-house: the part of the children that the own house made; quantizers: accounts of mostly
    quantized, converted or copied models of others. --draws: 90 % intervals of rank and value
    (accounts, reach, lineage_downloads) if the accounts were drawn again.

    Examples:

      begat influence --top 10

      begat influence --by institution --measure accounts --format csv

      begat influence --by country --without-bursts --on 2026-01-01

      begat influence --by institution --explain Google

      begat influence --by family --show corrections

      begat influence --by institution --draws 500 --undeclared 0.3

      begat influence --by institution -o influence.html
    """
    scope = _scope(on, relation or (), declared_only=declared_only, without_bursts=without_bursts)
    registry = out.registry()
    if (country or draws) and (explain is not None or show is not Show.MEASURES):
        raise InputError("--country and --draws go with the measures, not with --explain or --show")
    if file is not None and (explain is not None or show is not Show.MEASURES):
        raise InputError("-o goes with the measures, not with --explain or --show", hint="Use --format.")
    if undeclared and not draws:
        raise InputError("--undeclared changes the intervals, and there are none", hint="Add --draws 500.")
    if explain is not None:
        rows = registry.credit(explain, by=by or Group.MODEL, measure=measure, **scope)
        _explained(out, rows, top)
        return
    if show is not Show.MEASURES:
        rows = registry.diagnostics(show.value, by=by and by.value, **scope)
        if show is Show.CORRELATIONS:
            _correlated(out, rows)
        else:
            shown = rows[:top] if top else rows
            out.rows(shown, [name for name in (shown[0] if shown else {}) if name != "name"])
        return
    asked = {
        "by": (by or Group.MODEL).value,
        "measure": measure,
        "country": country,
        "draws": draws,
        "undeclared": undeclared,
        "seed": seed,
        "most": top or None,
        **scope,
    }
    if file is not None and file.suffix == ".html":
        out.drawing(registry.influence_page(**asked, lang=lang.value), file)
        return
    rows = registry.influence(**asked)
    if file is not None:
        out.suited(file).rows(rows, (), file=file)
        return
    columns = _columns(rows, measure)
    whole = {"rank", "id", "low", "high", measure}
    out.rows(rows, columns, spare=[(name,) for name in reversed(columns) if name not in whole])
    out.notes(registry, "scores", *GROUNDS.get(by or Group.MODEL, ()))


def _scope(on: str | None, relations: Sequence[str], **flags: bool) -> dict[str, Any]:
    return {"on": parse_day(on, "--on"), "relations": frozenset(relations), **flags}


def _hidden(measure: str | None = None) -> set[str]:
    """Measures that tables leave out, but for one."""
    from begat.influence.measure.base import measures

    return {name for name, item in measures().items() if not item.shown and name != measure}


def _columns(rows: Sequence[Mapping[str, Any]], measure: str) -> list[str]:
    """Return the columns of the table: with intervals, only the measure that they are of."""
    if rows and "low" in rows[0]:
        return ["id", "rank", "low", "high", measure, "value_low", "value_high"]
    return [name for name in (rows[0] if rows else {}) if name not in {"name", *_hidden(measure)}]


def _correlated(out: Output, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the coefficients, for people in a table each and in hundredths."""
    if not out.tabular:
        out.rows(rows, list(rows[0]))
        return
    for coefficient in dict.fromkeys(row["coefficient"] for row in rows):
        some = [row for row in rows if row["coefficient"] == coefficient and row["measure"] not in _hidden()]
        names = [row["measure"] for row in some]
        written = [
            {"measure": row["measure"]}
            | {name: "" if row[name] is None else f"{row[name]:.2f}" for name in names}
            for row in some
        ]
        out.rows(written, ["measure", *names], title=coefficient.capitalize())


def _explained(out: Output, rows: Sequence[Mapping[str, Any]], top: int) -> None:
    from begat.answer.credit import KEYS

    out.rows(rows[:top] if top else rows, [key for key in KEYS if key != "account"], keys=KEYS)
    if out.tabular and rows:
        out.note(f"{len(rows):,} derivations add up to {sum(row['credit'] for row in rows):,.4g}.")


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel=PANEL)(influence)
