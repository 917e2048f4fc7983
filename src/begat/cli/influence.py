"""Commands about influence: influence, rank, explain, indicators, goalposts."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from begat.cli.output import Output, command, parse_day

__all__ = ["register"]

PANEL = "Influence"


class Group(StrEnum):
    """What influence is added up to."""

    MODEL = "model"
    INSTITUTION = "institution"
    COUNTRY = "country"
    KIND = "kind"


class By(StrEnum):
    """What is ranked."""

    INSTITUTION = "institution"
    COUNTRY = "country"
    KIND = "kind"


class Dimension(StrEnum):
    """A dimension of the ranking."""

    DATA = "data"
    MODEL = "model"
    SYSTEM = "system"
    EVALUATION = "evaluation"


class Cap(StrEnum):
    """Account cap of the graph indicators."""

    LOG = "log"
    SQRT = "sqrt"
    HARD = "hard"
    NONE = "none"


class Show(StrEnum):
    """What is shown of a ranking."""

    RANKING = "ranking"
    EFFECTS = "effects"
    LEAVE_ONE_OUT = "leave-one-out"
    CHOICES = "choices"
    COHERENCE = "coherence"


HIDDEN = ("name_zh",)
NOT_RANKED = 15
"""Rows without a rank that a terminal shows."""


def _measure_names(incomplete: str) -> list[str]:
    from begat.influence.measure.base import measures

    return [name for name in measures() if name.startswith(incomplete)]


def _method_names(incomplete: str) -> list[str]:
    from begat.influence.method import presets

    return [name for name in presets() if name.startswith(incomplete)]


MethodOption = Annotated[
    str,
    typer.Option(
        metavar="NAME|FILE", help="A preset or a TOML file of weights.", autocompletion=_method_names
    ),
]
EditionOption = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="An edition of a published ranking, else only what was known on that day."
    ),
]


def influence(
    out: Output,
    by: Annotated[Group, typer.Option(help="Whose influence.")] = Group.MODEL,
    measure: Annotated[
        str, typer.Option(help="The measure to order by.", autocompletion=_measure_names)
    ] = "reach",
    top: Annotated[int, typer.Option(min=0, help="At most this many; 0 for all.")] = 20,
    without_bursts: Annotated[
        bool, typer.Option("--without-bursts", help="Leave out mass uploads; see `begat bursts`.")
    ] = False,
) -> None:
    """Rank models or groups of them by their derivatives, several measures beside each other.

    children: models made from it. accounts: others who made them. descendants: distinct models that
    lead back to it. reach: derivatives weighted by kind, distance and share, capped an account.
    lineage_downloads: own downloads and half of each derivative's, and so on. h10: so many children
    have ten times as many downloads each. h_index (groups): so many models have as many accounts.
    momentum: share of the accounts of the last 90 days. Copies count for their original, subsidiaries
    for their institution. Unknown downloads and dates of derivatives add nothing. The table leaves out
    pagerank and katz, which order models much as reach does; the other formats have them.

    Examples:

      begat influence --top 10

      begat influence --by institution --measure accounts --format csv

      begat influence --by country --without-bursts
    """
    from begat.influence.measure.base import measures

    rows = out.registry().influence(by=by.value, measure=measure, without_bursts=without_bursts)
    shown = rows[:top] if top else rows
    hidden = {name for name, item in measures().items() if not item.shown and name != measure}
    out.rows(shown, [name for name in (shown[0] if shown else {}) if name not in {"name", *hidden}])


def rank(
    out: Output,
    method: MethodOption = "begat-53",
    edition: EditionOption = None,
    by: Annotated[By, typer.Option(help="What is ranked.")] = By.INSTITUTION,
    country: Annotated[
        str | None,
        typer.Option(metavar="CC", help="Rank only institutions with their seat there, among themselves."),
    ] = None,
    dimension: Annotated[Dimension | None, typer.Option(help="Rank by this dimension alone.")] = None,
    draws: Annotated[
        int, typer.Option(min=0, max=20_000, help="Variants of the method for the intervals; 0 for none.")
    ] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Of the random draws.")] = 0,
    cap: Annotated[Cap, typer.Option(help="How further derivatives of one account count.")] = Cap.LOG,
    without_burst: Annotated[
        bool, typer.Option("--without-burst", help="Give no credit for derivations of flagged bursts.")
    ] = False,
    show: Annotated[Show, typer.Option(help="The ranking, or what it rests on.")] = Show.RANKING,
    top: Annotated[int, typer.Option(min=0, help="At most this many rows; 0 for all.")] = 0,
) -> None:
    """Rank institutions in the dimensions data, model, system and evaluation.

    begat-53 is begat's own method: fixed goalposts, missing is not zero, equal dimensions. osir-53 is the
    published one, reproduced from its items, osir-53-2026 the same with the weights of March 2026. An own
    method is a TOML file like theirs. low and high bound the rank in 90 % of the draws: other
    normalisations, aggregations, weights and parameters, accounts and items drawn again. Those of one tier
    can't be told apart by this table.

    --show effects sets the weight of each indicator beside what it does; leave-one-out ranks without each;
    choices varies one choice at a time; coherence finds indicators that say the same.

    Examples:

      begat rank

      begat rank --dimension model --country CN

      begat rank --method osir-53 --edition 2025-03-07 --format json

      begat rank --without-burst --show leave-one-out
    """
    how: dict[str, Any] = {
        "by": by.value,
        "country": country,
        "dimension": dimension.value if dimension else None,
        "cap": cap.value,
        "without_burst": without_burst,
    }
    day = parse_day(edition, "--edition")
    registry = out.registry()
    if show is not Show.RANKING:
        rows = registry.sensitivity(show.value, method, day, **how)
        shown = rows[:top] if top else rows
        out.rows(shown, [name for name in (shown[0] if shown else {}) if name not in HIDDEN])
        return
    rows = registry.rank(method, day, draws=draws, seed=seed, **how)
    _ranking(out, rows[:top] if top else rows, draws)


def _ranking(out: Output, rows: Sequence[Mapping[str, Any]], draws: int) -> None:
    """Print ranked ones with what belongs to a rank; those without one apart, on a terminal."""
    bounds = ("low", "high", "tier") if draws else ()
    dimensions = ("data", "model", "system", "evaluation")
    ranked = [row for row in rows if row["rank"] is not None]
    others = [row for row in rows if row["rank"] is None]
    if not out.tabular or not others:
        out.rows(rows, ("rank", *bounds, "name", "score", *dimensions))
        return
    if ranked:
        out.rows(ranked, ("rank", *bounds, "name", "score", *dimensions, "coverage"))
    out.rows(others[:NOT_RANKED], ("bound_low", "bound_high", "name", *dimensions, "coverage", "reason"))
    more = f", the first {NOT_RANKED} shown" if len(others) > NOT_RANKED else ""
    out.note(
        f"{len(ranked)} ranked; {len(others)} not ranked{more}: too little is known of a dimension. "
        "bound_low and bound_high: their rank if all that is missing were best, or zero."
    )


def indicators(out: Output, method: MethodOption = "begat-53") -> None:
    """List the indicators of a method: formula, weight, source, and what this snapshot knows of each.

    Examples:

      begat indicators

      begat indicators --method osir-53 --format csv
    """
    rows = out.registry().indicators(method)
    out.rows(rows, ("indicator", "name", "unit", "weight", "observed", "positive", "state"))


def goalposts(out: Output) -> None:
    """Print goalposts computed from this snapshot, for a method file of one's own.

    The preset keeps those of its reference snapshot, so that scores stay comparable. On a much larger
    snapshot they are reached by many: rank by a method with goalposts of its own there.

    Examples:

      begat goalposts > own-goalposts.toml
    """
    out.write(out.registry().goalposts())


def explain(
    institution: Annotated[str, typer.Argument(help="Its code, id or name, as `begat rank` shows it.")],
    out: Output,
    indicator: Annotated[
        str | None, typer.Option(help="Show the rows behind this one, by its id or code.")
    ] = None,
    method: MethodOption = "begat-53",
    edition: EditionOption = None,
    by: Annotated[By, typer.Option(help="What is ranked.")] = By.INSTITUTION,
    top: Annotated[int, typer.Option(min=0, help="At most this many rows; 0 for all.")] = 0,
) -> None:
    """Open a score down: its indicators with their weights, or the rows behind one of them.

    The contributions of a dimension sum to its score. How rows become the value says `begat indicators`
    under combine.

    Examples:

      begat explain Alibaba

      begat explain Alibaba --indicator M10 --top 10

      begat explain Ali --method osir-53 --indicator model:downloads_language --top 10
    """
    day = parse_day(edition, "--edition")
    rows = out.registry().explain(institution, indicator=indicator, method=method, edition=day, by=by.value)
    shown = rows[:top] if top else rows
    if indicator is None:
        figures = ("value", "maximum", "normalised", "weight", "contribution", "state")
        out.rows(shown, ("dimension", "indicator", *figures))
        return
    out.rows(shown, ("amount", "key", "what", "id", "method", "date", "source"))
    if out.tabular:
        out.note(f"{len(rows):,} rows")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (influence, rank, explain, indicators, goalposts):
        command(app, rich_help_panel=PANEL)(function)
