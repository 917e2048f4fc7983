"""Options that several commands share beside those of every command."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from begat.errors import InputError

__all__ = ["LINKS", "DeclaredOption", "FileOption", "InferredOption", "Language", "LanguageOption", "weakest"]


class Language(StrEnum):
    """Languages of pages, titles and descriptions."""

    EN = "en"
    ZH = "zh"


FileOption = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", dir_okay=False, help="Write a page (.html) or its data (.csv, .json, .jsonl)."
    ),
]
LINKS = "Which links count"
DeclaredOption = Annotated[
    bool, typer.Option("--declared", help="Only what publishers declare: certain.", rich_help_panel=LINKS)
]
InferredOption = Annotated[
    bool,
    typer.Option("--inferred", help="Also what nobody states but begat infers.", rich_help_panel=LINKS),
]
LanguageOption = Annotated[Language, typer.Option(help="Language of the page.")]


def weakest(*, declared: bool, inferred: bool) -> str:
    """Return the weakest evidence that counts, of `begat.consequence.supply.EVIDENCE`.

    Raises
    ------
    InputError
        If both are asked for.
    """
    if declared and inferred:
        raise InputError("--declared leaves out what --inferred adds", hint="Give one of them.")
    return "declared" if declared else "inferred" if inferred else "reported"
