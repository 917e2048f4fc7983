"""The command report: a brief on one model, institution or country."""

from pathlib import Path
from typing import Annotated

import typer

from begat.cli.options import Language, LanguageOption
from begat.cli.output import Output, command
from begat.errors import InputError

__all__ = ["register"]

PANEL = "Influence"

SUFFIXES = (".html", ".pdf", ".txt", ".csv", ".json", ".jsonl")


def report(
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="A model, an institution or a country, by id or name.")
    ],
    out: Output,
    file: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            dir_okay=False,
            help="Write .html, .pdf, .txt, or the figures as .json, .jsonl, .csv.",
        ),
    ] = None,
    lang: LanguageOption = Language.EN,
) -> None:
    """Tell in two pages what is known of a model, an institution or a country.

    What it is, where it comes from, who builds on it, how it compares, licences, growth and what is not
    known, in sentences with their figures. A PDF is printed by the Chromium of this machine; two of the
    same differ only in the dates and ids that the browser writes into them. The report on a whole snapshot
    is that of `begat demo`.

    Examples:

      begat report Qwen/Qwen2.5-7B

      begat report alibaba -o alibaba.html --lang zh

      begat report CN -o china.pdf
    """
    from begat.views.page.base import html
    from begat.views.page.brief import brief_text

    if file is not None and file.suffix not in SUFFIXES:
        hint = f"Write one of {', '.join(SUFFIXES)}."
        raise InputError(f"a report can't be written as {file.suffix!r}", where=str(file), hint=hint)
    page = out.registry().brief(subject, lang=lang.value)
    if file is not None and file.suffix == ".pdf":
        from begat.cli.pdf import pdf

        out.save(file, pdf(html(page)))
    elif (file is None and out.tabular) or (file is not None and file.suffix == ".txt"):
        out.drawing(brief_text(page), file)
    else:
        out.drawing(page, file)


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel=PANEL)(report)
