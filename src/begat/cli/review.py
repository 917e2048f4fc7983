"""The command review."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from begat.cli.output import Output, command

__all__ = ["register"]


def review(
    out: Output,
    top: Annotated[int, typer.Option(min=0, help="At most this many; 0 for all.")] = 20,
    file: Annotated[
        Path | None,
        typer.Option("-o", "--output", dir_okay=False, help="Write all of them as a review file to edit."),
    ] = None,
) -> None:
    """List the base-model texts that led to no model for certain, with the guess and the reason.

    A guess is no derivation. To decide, put a file review.toml into the home folder and import again:
    its entries, each a table `text` with raw, id, why, date and by, come before all that the program
    finds. An id of "" says that a text names no model.

    Examples:

      begat review

      begat review -o review.toml
    """
    from begat.answer.review import KEYS, review_file

    rows = out.registry().review()
    if file is not None:
        out.save(file, review_file(rows, datetime.now(UTC).date()))
        return
    out.rows(rows[:top] if top else rows, KEYS[:-1], keys=KEYS, spare=(("method", "confidence"),))
    if out.tabular:
        guessed = sum(row["guess"] is not None for row in rows)
        out.note(
            f"{len(rows):,} texts led to no model for certain; for {guessed:,} of them there is a guess."
        )


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, rich_help_panel="Data")(review)
