"""The command impact."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli.options import (
    LINKS,
    DeclaredOption,
    FileOption,
    InferredOption,
    Language,
    LanguageOption,
    weakest,
)
from begat.cli.output import Output, command, first_of, parse_day
from begat.errors import InputError
from begat.printable import printable

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["register"]

PANEL = "Consequences"
TOOLS = "Documents for tools"

SHORT, SAMPLED = 8, 20
"""Rows of each table on a terminal, and of a summary for programs, if not given."""

TOTALS = (
    "id", "kind", "models", "datasets", "mirrors", "declared", "accounts", "account_unknown", "institutions",
    "institution_unknown", "countries", "country_unknown", "downloads_30d", "downloads_unknown", "removed",
    "named_only", "gated", "gated_unknown", "deepest",
)  # fmt: skip
"""Of a summary."""

COUNTS = ("models", "datasets", "declared", "downloads_30d", "downloads_unknown")
WHOLE = {"institution": "institutions", "country": "countries", "account": "accounts"}
HIT = ("id", "depth", "relation", "via", "evidence", "licence", "downloads_30d")
TOLD = ("account", "models", "declared", "downloads_30d", "downloads_unknown", "largest", "page")
ROW = (
    "id", "kind", "depth", "relation", "via", "evidence", "account", "institution", "country", "licence",
    "downloads_30d", "state", "gated", "mirror_of",
)  # fmt: skip
"""Columns of tables and of files."""

UNKNOWN = "unknown"


class Document(StrEnum):
    """Documents that tools read; see `begat.registry.impacted.FORMS`."""

    CYCLONEDX_VEX = "cyclonedx-vex"
    SPDX = "spdx"


def _relations(incomplete: str) -> list[str]:
    from begat.consequence.supply import KINDS

    return [name for name in KINDS if name.startswith(incomplete)]


def impact(
    thing: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A model, dataset, account, institution or family; dataset:, account:, institution: or "
            "family: in front names the kind.",
        ),
    ],
    out: Output,
    summary: Annotated[
        bool, typer.Option("--summary", help="Totals and tables; what a terminal shows by itself.")
    ] = False,
    notify: Annotated[bool, typer.Option("--notify", help="The accounts to tell.")] = False,
    top: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="At most so many rows, 0 for all; else all, but 8 of a table and 20 with --summary.",
            show_default=False,
        ),
    ] = None,
    declared: DeclaredOption = False,
    inferred: InferredOption = False,
    relation: Annotated[
        list[str] | None,
        typer.Option(
            help="Follow only this relation; may be repeated.",
            autocompletion=_relations,
            rich_help_panel=LINKS,
        ),
    ] = None,
    depth: Annotated[
        int | None, typer.Option(min=1, help="At most this many links.", rich_help_panel=LINKS)
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Only what was known by then.", rich_help_panel=LINKS),
    ] = None,
    form: Annotated[
        Document | None,
        typer.Option(
            "--as",
            help="For tools: all of it as affected by one vulnerability, in triage.",
            show_default=False,
            rich_help_panel=TOOLS,
        ),
    ] = None,
    reason_id: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Of the vulnerability, such as a CVE.", rich_help_panel=TOOLS),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What is wrong.", rich_help_panel=TOOLS)
    ] = None,
    file: FileOption = None,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show what is hit if a model, dataset, account, institution or family is bad.

    That is all that was made from it, trained on it, or is the same model elsewhere, however many links
    away. Of an account, institution or family all that is its own is bad, and none of that is hit.
    A hit is as sure as the weakest link of its surest path: declared by publishers, reported by catalogues,
    inferred by begat. What is only inferred is left out and counted apart unless asked for.

    A terminal shows the summary; --format and -o give one row a hit, with --summary the summary, with
    --notify whom to tell. The most downloaded come first; unknown downloads are no zeros.

    Examples:

      begat impact Qwen/Qwen2.5-7B

      begat impact dataset:HuggingFaceH4/ultrafeedback_binarized --declared

      begat impact account:Qwen --notify --format csv

      begat impact google/gemma-7b --on 2025-01-01 --depth 1 --format json

      begat impact Qwen/Qwen2.5-7B -o impact.html

      begat impact Qwen/Qwen2.5-7B --as cyclonedx-vex --reason-id CVE-2026-0001 -o impact.vex.json
    """
    _refuse(notify and summary, "--notify and --summary are two answers")
    _refuse(summary and file is not None, "--summary is printed, and -o writes one row a hit")
    how: dict[str, Any] = {
        "evidence": weakest(declared=declared, inferred=inferred),
        "relations": relation,
        "depth": depth,
        "on": parse_day(on, "--on"),
    }
    _refuse(form is not None and (notify or summary or bool(top)), "a document holds all that is hit")
    _refuse(form is None and bool(reason_id or reason), "a reason is said in a document, see --as")
    registry, most = out.registry(), top or None
    if form is not None:
        document = registry.impact_document(thing, form=form.value, reason_id=reason_id, reason=reason, **how)
        out.write(document) if file is None else out.save(file, document)
        return
    if file is not None and file.suffix == ".html":
        out.drawing(registry.impact_page(thing, lang=lang.value, **how), file)
        return
    suited = out.suited(file)
    if notify:
        _told(suited, registry.impact_notified(thing, most=most, **how), thing, file)
    elif suited.tabular:
        _tables(out, registry.impact_summary(thing, most=SHORT if top is None else most, **how))
        out.notes(registry, "derivations", "training")
    elif summary:
        out.one(registry.impact_summary(thing, most=SAMPLED if top is None else most, **how))
    else:
        suited.rows(registry.impact(thing, most=most, **how), (), keys=ROW, file=file)


def _told(out: Output, rows: Sequence[Mapping[str, Any]], thing: str, file: Path | None) -> None:
    """Print or write whom to tell; on a terminal whoever isn't known is called so."""
    from begat.answer.impact import NOTIFIED

    if out.tabular and not rows:
        out.draw(f"Nobody to tell: {_nothing(thing)}")
    elif out.tabular:
        out.rows([{**row, "account": row["account"] or UNKNOWN} for row in rows], TOLD)
    else:
        out.rows(rows, TOLD, keys=NOTIFIED, file=file)


def _nothing(thing: str) -> str:
    return printable(f"nothing is recorded to rest on {thing}; what is not recorded may exist.", keep="")


def _refuse(wrong: bool, why: str) -> None:
    if wrong:
        raise InputError(why, hint="Give one of them.")


def _tables(out: Output, found: Mapping[str, Any]) -> None:
    """Print a summary for people."""
    out.draw(*_head(found))
    out.one({name: found[name] for name in TOTALS})
    if not found["models"] + found["datasets"]:
        out.note(f"Nothing is recorded to rest on {found['id']}; what is not recorded may exist.")
    for name in ("evidence", "relation", "depth", "institution", "country", "account"):
        rows = [row for row in found[f"by_{name}"] if row["models"] + row["datasets"]]
        if rows:
            title = f"By {name}{_of_all(found, name, rows)}"
            out.rows([_shown(row, name) for row in rows], (name, *_counts(rows)), title=title)
    if hits := found["hits"]:
        title = f"Most downloaded{first_of(len(hits), found['models'] + found['datasets'])}"
        out.rows(hits, HIT, title=title, spare=[("via",), ("licence",)])
    for text in _remarks(found):
        out.note(text)


def _head(found: Mapping[str, Any]) -> Iterator["Text"]:
    """Say in a sentence what is hit, and how sure that is."""
    from rich.text import Text

    hit = found["models"] + found["datasets"]
    counted = (_many(found[f"{name}s"], name) for name in ("model", "dataset") if found[f"{name}s"])
    whose = f" of {_many(found['accounts'], 'known account')}" if found["accounts"] else ""
    what = f"{' and '.join(counted)}{whose}" if hit else "Nothing recorded"
    yield Text(printable(f"{what} {'rest' if hit > 1 else 'rests'} on {found['id']}.", keep=""), style="bold")
    if hit:
        sure = f"Certain are {found['declared']:,}: publishers declare every link of a path."
        yield Text(sure if found["declared"] else "None is certain: publishers declare no whole path.")


def _many(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _of_all(found: Mapping[str, Any], name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Say how many of the known owners have a row; relations and the like all have one."""
    known = sum(row[name] is not None for row in rows)
    return first_of(known, found[WHOLE[name]]) if name in WHOLE else ""


def _shown(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Name what is unknown, and say what is not counted."""
    text = UNKNOWN if row[name] is None else row[name]
    return {**row, name: text if row.get("counted", True) else f"{text} (not counted)"}


def _counts(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns of a table: without that of datasets where none is hit."""
    return [name for name in COUNTS if name != "datasets" or any(row[name] for row in rows)]


def _remarks(found: Mapping[str, Any]) -> Iterator[str]:
    """Say what the numbers leave out, and what they are of."""
    left = sum(row["models"] + row["datasets"] for row in found["by_evidence"] if not row["counted"])
    if left:
        way = "leave out --declared, or see" if found["evidence"] == "declared" else "see"
        yield f"{left:,} more rest on weaker evidence and are not counted: {way} --inferred."
    if found["mirrors"]:
        yield f"{found['mirrors']:,} of the models are the same as another one, on another platform."
    if found["same_as"]:
        yield f"It is the same model as {found['same_as']}; what was made from that is not counted here."
    if found["downloads_on"]:
        yield f"Downloads are of 30 days up to {found['downloads_on']} ({found['downloads_source']})."


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel=PANEL)(impact)
