"""The command influence."""

from enum import StrEnum
from typing import Annotated

import typer

from begat.cli.output import Output, command

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


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel=PANEL)(influence)
