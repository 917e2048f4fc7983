"""The command bursts."""

from typing import Annotated

import typer

from begat.cli.output import Output, command

__all__ = ["register"]


def bursts(
    out: Output,
    top: Annotated[int, typer.Option(min=0, help="At most this many; 0 for all.")] = 20,
) -> None:
    """Find bases whose derivatives look uploaded in bulk, and say why.

    Of every base with 100 or more children by others: the most on one day (peak), the share with one
    name but for digits (same name), without downloads (unused), children an account, and the share of
    accounts first seen in the busiest 30 days (new accounts). A base is flagged if three of the five
    lie far above the median of all bases; a sign without dates or downloads is not tested. Lineage
    keeps all derivations; `begat influence --without-bursts` leaves out those of a burst.

    Examples:

      begat bursts

      begat bursts --top 0 --format csv
    """
    from begat.answer.bursts import KEYS

    rows = out.registry().bursts()
    out.rows(rows[:top] if top else rows, [key for key in KEYS if key != "reasons"], keys=KEYS)
    if out.tabular:
        flagged = [row for row in rows if row["flagged"]]
        for row in flagged:
            out.note(f"{row['id']}: {'; '.join(row['reasons'])}")
        out.note(f"{len(flagged)} of {len(rows)} bases flagged.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, rich_help_panel="Influence")(bursts)
