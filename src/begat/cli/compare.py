"""The command compare."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from begat.cli.options import FileOption, Language, LanguageOption
from begat.cli.output import Output, command

__all__ = ["register"]

PANEL = "Influence"

Row = Mapping[str, Any]

COUNTS = ("models", "derivatives", "new", "accounts", "institutions", "countries", "steps", "downloads_30d")
MEASURES = ("reach", "accounts", "lineage_downloads")
"""Those that have intervals."""


class Kind(StrEnum):
    """What is compared."""

    MODEL = "model"
    FAMILY = "family"
    ACCOUNT = "account"
    INSTITUTION = "institution"
    COUNTRY = "country"


def compare(
    names: Annotated[list[str], typer.Argument(metavar="ID...", help="Two to four of one kind.")],
    out: Output,
    by: Annotated[
        Kind | None,
        typer.Option(
            help="What they are; the first kind that has all of them, if not given.", show_default=False
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option(min=0, max=20_000, help="Draw the accounts so often, for intervals; 0 for none.")
    ] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws.")] = 0,
    file: FileOption = None,
    lang: LanguageOption = Language.EN,
) -> None:
    """Compare models, families, accounts, institutions or countries: who builds on each, who on several.

    A difference that is within the intervals is said to be none. steps: most derivations that lead to a
    derivative by the shortest way. new: derivatives published in the last 90 days.

    Examples:

      begat compare alibaba meta

      begat compare Qwen/Qwen2.5-7B google/gemma-7b meta-llama/Llama-3.1-8B

      begat compare CN US --lang zh -o compare.html
    """
    from begat.registry.portraits import TOPICS

    registry = out.registry()
    how: dict[str, Any] = {"by": by and by.value, "draws": draws, "seed": seed}
    if file is not None and file.suffix == ".html":
        out.drawing(registry.compare_page(names, **how, lang=lang.value), file)
        return
    rows = registry.compare(names, **how)
    if file is not None or not out.tabular:
        out.suited(file).rows(rows, (), file=file)
        return
    lines = list(_lines(rows))
    out.rows(lines, list(lines[0]))
    out.notes(registry, *TOPICS)


def _lines(rows: Sequence[Row]) -> Iterator[Row]:
    """Return a line a figure with a column for each that is compared."""
    for key in COUNTS:
        yield _line(key, rows, [row[key] for row in rows])
    for relation in dict.fromkeys(name for row in rows for name in row["by_relation"]):
        yield _line(f"  {relation}", rows, [row["by_relation"].get(relation, 0) for row in rows])
    for name in MEASURES:
        yield _line(f"{name} (rank)", rows, [_measured(row["measures"].get(name)) for row in rows])
    for other in rows:
        shared = [row["shared"].get(other["id"]) for row in rows]
        texts = [
            "" if both is None else f"{both['derivatives']:,} models, {both['accounts']:,} accounts"
            for both in shared
        ]
        yield _line(f"shared with {other['name']}", rows, texts)


def _line(what: str, rows: Sequence[Row], values: Sequence[Any]) -> Row:
    return {"what": what, **dict(zip((row["id"] for row in rows), values, strict=True))}


def _measured(measure: Row | None) -> str:
    """Write a value with its interval and its rank."""
    from begat.views.words import short

    if measure is None:
        return ""
    bounds = "" if measure["low"] is None else f" ({short(measure['low'])}-{short(measure['high'])})"
    place = "" if measure["rank"] is None else f", {measure['rank']:,} of {measure['of']:,}"
    return f"{short(measure['value'])}{bounds}{place}"


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel=PANEL)(compare)
