"""The command trends."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from begat.cli.output import Output, command, parse_day
from begat.cli.ranking import MethodOption
from begat.errors import InputError

__all__ = ["register"]

PANEL = "Influence"

Row = Mapping[str, Any]


class Subject(StrEnum):
    """Whose trend is told."""

    INSTITUTION = "institution"
    COUNTRY = "country"


class Measure(StrEnum):
    """What a trend is of."""

    RANK = "rank"
    SCORE = "score"
    DATA = "data"
    MODEL = "model"
    SYSTEM = "system"
    EVALUATION = "evaluation"


def trends(
    out: Output,
    method: MethodOption = "osir-53",
    by: Annotated[Subject, typer.Option(help="Whose trend.")] = Subject.INSTITUTION,
    measure: Annotated[
        Measure, typer.Option(help="What is drawn, and whether of the whole or of one dimension.")
    ] = Measure.RANK,
    top: Annotated[int, typer.Option(min=0, help="The first of the newest edition; 0 for all.")] = 10,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Compare this edition with --until: who moved.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="The later edition; the newest if not given.")
    ] = None,
    draws: Annotated[
        int, typer.Option(min=0, max=20_000, help="As in rank, for every edition; 0 for no intervals.")
    ] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Of the random draws.")] = 0,
    file: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            dir_okay=False,
            help="Write a picture (.svg), a page (.html) or the rows (.csv, .json).",
        ),
    ] = None,
) -> None:
    """Tell rank and score over the editions of the ranking, and which editions can be compared.

    The score of a country is its share in the sum of all scores, by the seat of the institutions. Editions
    that list other institutions or indicators can't be compared: what changes between them need not be a
    change in the world. A move is supported where the intervals of its two ranks lie apart.

    Examples:

      begat trends

      begat trends --since 2025-05-07 --until 2025-07-07

      begat trends --by country --measure score -o countries.svg
    """
    from begat.influence.indicator import chosen_edition

    registry = out.registry()
    rows = registry.trends(method, by=by.value, measure=measure.value, draws=draws, seed=seed)
    if until is not None and since is None:
        raise InputError("--until says the later of two editions", hint="Say the earlier one with --since.")
    if since is not None:
        days = parse_day(since, "--since"), parse_day(until, "--until")
        _moves(out, rows, [chosen_edition(registry.snapshot, day) for day in days], top)
        return
    shown = _first(rows, top)
    if file is not None and file.suffix in {".svg", ".html"}:
        options = {"method": method, "by": by.value, "measure": measure.value, "top": top, "draws": draws}
        out.save(file, _trend_picture(shown, file, {**options, "seed": seed}))
    elif file is None and out.tabular:
        _trend_table(out, shown)
    else:
        out.suited(file).rows(shown, (), file=file)


def _first(rows: Sequence[Row], top: int) -> list[Row]:
    """Leave those that are among the first of the newest edition."""
    from begat.views.picture.chart import newest

    kept = set(newest(rows, top))
    return [row for row in rows if row["subject"] in kept]


def _trend_table(out: Output, rows: Sequence[Row]) -> None:
    """Print a column an edition, its date marked where it can't be compared with the one before."""
    from begat.views.picture.chart import newest

    heads = {
        row["date"]: ("≠" if row["comparable"] is False else "") + f"{row['date']:%y-%m-%d}" for row in rows
    }
    lines: dict[str, dict[str, Any]] = {subject: {} for subject in newest(rows, 0)}
    for row in rows:
        score = "" if row["score"] is None else f"{row['score']:.3f}"
        beside = score if row["low"] is None else f"({row['low']}–{row['high']})"
        place = "" if row["rank"] is None else row["rank"]
        lines[row["subject"]] |= {"name": row["name"], heads[row["date"]]: f"{place} {beside}".strip()}
    columns = ("name", *heads.values())
    out.rows(list(lines.values()), columns, spare=[(head,) for head in columns[1:-1]])
    for day, reason in {row["date"]: row["reason"] for row in rows if row["reason"]}.items():
        out.note(f"≠ {day} can't be compared with the edition before: {reason}")


def _moves(out: Output, rows: Sequence[Row], days: Sequence[date], top: int) -> None:
    """Print who moved between two editions, the largest moves first."""
    from begat.answer.trends import movers

    moved = movers(rows, *days)
    columns = ("name", "rank_before", "rank", "change", "comparable", "supported")
    out.rows(moved[:top] if top else moved, columns)
    if out.tabular and moved and moved[0]["reason"]:
        out.note(f"These editions can't be compared. {moved[0]['reason']}")


def _trend_picture(rows: Sequence[Row], file: Path, options: Mapping[str, Any]) -> str:
    """Return the series as a picture or a page."""
    import shlex

    from begat.views.picture.chart import Caption, trend_chart
    from begat.views.picture.trend import trend_page

    measure = options["measure"]
    of = "" if measure in {Measure.RANK, Measure.SCORE} else f" in {measure}"
    whose = "countries" if options["by"] == Subject.COUNTRY else "institutions"
    values = ("rank", "score") if measure == Measure.RANK else ("score", "rank")
    if file.suffix == ".svg":
        title = f"{values[0].capitalize()} of {whose}{of} over time"
        said = "Each line is one of the first of the newest edition; dotted steps can't be compared."
        return trend_chart(rows, Caption(title, said), value=values[0], top=0)
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = shlex.join(["begat", "trends", *words, "-o", file.name])
    title = f"{whose.capitalize()}{of} over time"
    return trend_page(rows, title=title, values=values, top=0, command=command)


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel=PANEL)(trends)
