"""Options that several commands share beside those of every command."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["FileOption", "Language", "LanguageOption"]


class Language(StrEnum):
    """Languages of pages, titles and descriptions."""

    EN = "en"
    ZH = "zh"


FileOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Write a page (.html) or its data (.csv, .json, .jsonl)."),
]
LanguageOption = Annotated[Language, typer.Option(help="Language of the page.")]
