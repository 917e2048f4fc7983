"""Commands about influence: influence, rank, explain."""

from enum import StrEnum
from typing import Annotated

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


def _measure_names(incomplete: str) -> list[str]:
    from begat.influence.measure.base import measures

    return [name for name in measures() if name.startswith(incomplete)]


def _method_names(incomplete: str) -> list[str]:
    from begat.influence.method import presets

    return [name for name in presets() if name.startswith(incomplete)]


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
    method: Annotated[
        str,
        typer.Option(
            metavar="NAME|FILE", help="A preset or a TOML file of weights.", autocompletion=_method_names
        ),
    ] = "osir-53",
    edition: Annotated[
        str | None, typer.Option(metavar="DATE", help="An edition; the newest one if not given.")
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(metavar="CC", help="Rank only institutions with their seat there, among themselves."),
    ] = None,
    draws: Annotated[
        int, typer.Option(min=0, max=20_000, help="Variants of the method for the intervals; 0 for none.")
    ] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Of the random draws.")] = 0,
) -> None:
    """Rank institutions in the dimensions data, model, system and evaluation.

    osir-53 is the published method, reproduced from its items; osir-53-2026 the same with the weights
    of March 2026. An own method is a TOML file like theirs. low and high bound the rank in 90 % of the
    draws: other normalisations, aggregations and weights, items drawn again. Institutions of one tier
    can't be told apart by this table.

    Examples:

      begat rank --method osir-53

      begat rank --edition 2025-03-07 --format json

      begat rank --method osir-53-2026 --country CN
    """
    day = parse_day(edition, "--edition")
    rows = out.registry().rank(method, day, country=country, draws=draws, seed=seed)
    bounds = ("low", "high", "tier") if draws else ()
    out.rows(rows, ("rank", *bounds, "name", "score", "data", "model", "system", "evaluation"))


def explain(
    institution: Annotated[str, typer.Argument(help="Its code, id or name, as `begat rank` shows it.")],
    out: Output,
    indicator: Annotated[
        str | None, typer.Option(help="Show the rows behind this one: dimension:code, or the code.")
    ] = None,
    method: Annotated[str, typer.Option(metavar="NAME|FILE", help="As in rank.")] = "osir-53",
    edition: Annotated[
        str | None, typer.Option(metavar="DATE", help="An edition; the newest one if not given.")
    ] = None,
    top: Annotated[int, typer.Option(min=0, help="At most this many rows; 0 for all.")] = 0,
) -> None:
    """Open a score down: its indicators with their weights, or the rows behind one of them.

    The contributions of a dimension sum to its score; the amounts of the rows to the value.

    Examples:

      begat explain Alibaba

      begat explain Ali --indicator model:downloads_language --top 10
    """
    day = parse_day(edition, "--edition")
    rows = out.registry().explain(institution, indicator=indicator, method=method, edition=day)
    shown = rows[:top] if top else rows
    if indicator is None:
        figures = ("value", "maximum", "normalised", "weight", "contribution")
        out.rows(shown, ("dimension", "indicator", *figures))
        return
    out.rows(shown, ("amount", "what", "id", "method", "date", "source"))
    if out.tabular:
        out.note(f"{len(rows):,} rows, together {sum(row['amount'] for row in rows):,.0f}")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (influence, rank, explain):
        command(app, rich_help_panel=PANEL)(function)
