"""Commands about statements on the world: share, claims."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from begat.cli.options import FileOption, Language, LanguageOption
from begat.cli.output import Output, command, parse_day

__all__ = ["register"]

PANEL = "Influence"

Row = Mapping[str, Any]


class Group(StrEnum):
    """What a whole is divided into."""

    COUNTRY = "country"
    KIND = "kind"
    INSTITUTION = "institution"


class Attribution(StrEnum):
    """Whose a model is."""

    UPLOADER = "uploader"
    BASE = "base"


def _quantity_names(incomplete: str) -> list[str]:
    from begat.answer.share import QUANTITIES

    return [name for name in (*QUANTITIES, "top100") if name.startswith(incomplete)]


def share(
    out: Output,
    by: Annotated[Group, typer.Option(help="What the whole is divided into.")] = Group.COUNTRY,
    of: Annotated[
        str,
        typer.Option(
            metavar="QUANTITY",
            help="downloads, models, derivatives, likes, discussions, datasets, dataset-downloads, "
            "dataset-usage, institutions, score, score-data (-model, -system, -evaluation), top100.",
            autocompletion=_quantity_names,
        ),
    ] = "downloads",
    edition: Annotated[
        str | None, typer.Option(metavar="DATE", help="An edition; the newest one if not given.")
    ] = None,
    over_time: Annotated[bool, typer.Option("--over-time", help="All editions, one after another.")] = False,
    panel: Annotated[
        str,
        typer.Option(
            metavar="listed|fixed|FILE|NAMES",
            help="Whom the denominator covers: all listed, the 12 of December 2024, or these institutions.",
        ),
    ] = "listed",
    modality: Annotated[
        str | None, typer.Option(help="Only models or datasets of this modality, such as Language.")
    ] = None,
    without_flooded: Annotated[
        bool, typer.Option("--without-flooded", help="Leave out the base models of one adapter burst.")
    ] = False,
    attribution: Annotated[
        Attribution, typer.Option(help="To whom a model counts: its uploader, or its root base models.")
    ] = Attribution.UPLOADER,
    observed: Annotated[
        str | None,
        typer.Option(
            metavar="SOURCE", help="Instead of an edition, everything that this source observed on a day."
        ),
    ] = None,
    method: Annotated[str, typer.Option(metavar="NAME|FILE", help="Of scores, as in rank.")] = "osir-53",
    top: Annotated[int, typer.Option(min=0, help="At most this many groups a day; 0 for all.")] = 0,
) -> None:
    """Divide a quantity among countries, kinds of institution or institutions.

    value is the share: the amount of a group over the denominator, which holds the unknown too. Each
    row says what defines it: window, attribution, population and panel; shares that differ in one of
    these can't be compared. hhi, gini and effective groups tell how concentrated the known groups are.

    Examples:

      begat share --by country --over-time

      begat share --of derivatives --without-flooded --panel fixed

      begat share --by institution --of models --observed radar --attribution base --top 10
    """
    rows = out.registry().share(
        by=by.value,
        of=of,
        edition=parse_day(edition, "--edition"),
        over_time=over_time,
        panel=panel,
        modality=modality,
        without_flooded=without_flooded,
        attribution=attribution.value,
        method=method,
        observed=observed,
    )
    shown = list(_first(rows, top)) if top else rows
    if not out.tabular:
        out.rows(shown, ())
        return
    percent = [{**row, "value": f"{row['value']:.1%}", "unknown": f"{row['unknown']:.1%}"} for row in shown]
    columns = ("date", "group", "name", "value", "amount", "denominator", "unknown")
    spread = ("hhi", "gini", "effective_groups")
    out.rows(percent, (*columns, *spread), spare=(spread, ("denominator", "unknown")))
    _define(out, rows)


def _first(rows: Sequence[Row], top: int) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for row in rows:
        seen[row["date"]] = seen.get(row["date"], 0) + 1
        if seen[row["date"]] <= top:
            yield row


def _define(out: Output, rows: Sequence[Row]) -> None:
    """Say what a share is a share of."""
    last = rows[-1]
    counted = f"{last['items']:,} items, {last['institutions']:,} institutions, panel {last['panel']}"
    for name, text in (
        (
            f"share of {last['of']} by {last['by']}, denominator on {last['date']}",
            f"{last['denominator']:,.0f} ({counted})",
        ),
        ("window", last["window"]),
        ("population", last["population"]),
        ("attribution", last["attribution"]),
        (f"unknown on {last['date']}", f"{last['unknown']:.1%}; sources: {', '.join(last['sources'])}"),
    ):
        out.note(f"{name}: {text}")
    for day, note in {row["date"]: row["note"] for row in rows if row["note"]}.items():
        out.note(f"{day}: {note}")


def claims(
    out: Output,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE_OR_DIR]...", help="Claims in TOML; those of begat if not given."),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="End with code 1 if one is contradicted or its data are absent."),
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only these: an id or a pattern such as F*; repeatable."),
    ] = None,
    file: FileOption = None,
    lang: LanguageOption = Language.EN,
) -> None:
    """Check published statements against the data.

    A claim is supported where all its conditions hold, contradicted where one does not, and not
    testable where no data can decide or the snapshot lacks them. Verdicts are computed on every run.

    Examples:

      begat claims

      begat claims --only F01 --format json

      begat claims my-claims.toml --strict

      begat claims -o claims.html
    """
    registry = out.registry()
    rows = registry.claims(files, only=only or ())
    if file is not None:
        out.drawing(registry.claims_page(rows, lang=lang.value), file)
        return
    lines = [{**row, "value": row["text"]} for row in rows]
    out.rows(lines if out.tabular else rows, ("claim", "verdict", "value", "expected", "statement"))
    for row in rows:
        if row["data_absent"]:
            out.note(f"{row['claim']}: not testable: {row['reason']}")
    for collection in dict.fromkeys(row["collection"] for row in rows):
        out.note(_counts([row for row in rows if row["collection"] == collection]))
    if strict and any(row["verdict"] == "contradicted" or row["data_absent"] for row in rows):
        raise typer.Exit(1)


def _counts(rows: Sequence[Row]) -> str:
    from begat.answer.claims import VERDICTS

    counts = [(verdict, sum(row["verdict"] == verdict for row in rows)) for verdict in VERDICTS]
    lacking = sum(row["data_absent"] for row in rows)
    absent = f" ({lacking} for lack of data)" if lacking else ""
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts)
    of = f" of {rows[0]['collection']}" if rows[0]["collection"] else ""
    return f"{len(rows)} claims{of}: {said}{absent}"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (share, claims):
        command(app, rich_help_panel=PANEL)(function)
