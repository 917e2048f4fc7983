"""The command whatif."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli.options import DeclaredOption, FileOption, InferredOption, Language, LanguageOption, weakest
from begat.cli.output import Output, command, parse_day
from begat.printable import printable

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["register"]

PANEL = "Consequences"
RANKS = "Ranks"

Row = Mapping[str, Any]

OWNERS = ("models", "resting", "exclusive", "share_resting", "downloads_30d", "downloads_unknown")
COUNTS = ("models", "datasets", "downloads_30d", "downloads_unknown", "accounts", "institutions")
REBOUND = ("clause", "before", "after", "changed", "below", "otherwise")
WAYS = {"relation": "their last link", "depth": "links away"}
GROUNDS = ("institutions", "countries")


class Measure(StrEnum):
    """What institutions are ranked by."""

    REACH = "reach"
    ACCOUNTS = "accounts"


def whatif(
    out: Output,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND:ID",
            help="Who or what goes: institution, country, account, family, model, dataset or relation; "
            "may be repeated.",
        ),
    ] = None,
    licence: Annotated[
        str | None,
        typer.Option(metavar="[FROM=]TO", help="They don't go, but change to this licence."),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="What would have been lost on that day.")
    ] = None,
    declared: DeclaredOption = False,
    inferred: InferredOption = False,
    by_quarter: Annotated[
        bool, typer.Option("--by-quarter", help="Also at the end of each quarter until then.")
    ] = False,
    top: Annotated[int, typer.Option(min=0, help="At most this many rows of each kind; 0 for all.")] = 10,
    measure: Annotated[
        Measure, typer.Option(help="Rank institutions by this.", rich_help_panel=RANKS)
    ] = Measure.REACH,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep", help="Rank without what rests on it, too, not only without it.", rich_help_panel=RANKS
        ),
    ] = False,
    ranking: Annotated[
        bool,
        typer.Option("--ranking", help="Rank by begat-53, too; it takes seconds.", rich_help_panel=RANKS),
    ] = False,
    draws: Annotated[
        int,
        typer.Option(
            min=0, max=20_000, help="Draw so often for the intervals of ranks.", rich_help_panel=RANKS
        ),
    ] = 100,
    file: FileOption = None,
    lang: LanguageOption = Language.EN,
) -> None:
    """Say what is lost without somebody or something: what rests on it, who loses most, who moves up.

    withdrawn: the things that go. resting: whatever has a line of weights up to them, whatever its other
    parents. exclusive: of these, those with no line to a root past them. Models that only learned from
    outputs or data of what goes are counted apart. Downloads are of 30 days, of models, of one source and
    date. A change of rank within its interval may be chance. This is arithmetic about recorded lineage, no
    forecast: nobody deletes what was downloaded.

    Examples:

      begat whatif --without institution:alibaba

      begat whatif --without country:CN --ranking

      begat whatif --without institution:meta --until 2024-06-30 --format json

      begat whatif --without relation:merge --by-quarter -o whatif.html

      begat whatif --without institution:alibaba --licence Apache-2.0=LicenseRef-qwen-research

      begat whatif --without meta-llama/Llama-3.1-8B --without google/gemma-7b --deep
    """
    registry = out.registry()
    how: dict[str, Any] = {
        "licence": licence,
        "by_quarter": by_quarter,
        "until": parse_day(until, "--until"),
        "evidence": weakest(declared=declared, inferred=inferred),
        "measure": measure.value,
        "deep": deep,
        "ranking": ranking,
        "draws": draws,
        "most": top or None,
    }
    if file is not None and (without or licence):
        out.drawing(registry.whatif_page(without or (), **how, lang=lang.value), file)
        return
    found = registry.whatif(without or (), **how)
    if not out.tabular:
        out.one(found)
        return
    _shown(out, found, top, ", ".join(without or ()))
    out.notes(registry, *GROUNDS)


def _shown(out: Output, found: Row, top: int, asked: str) -> None:
    """Print it in tables."""
    out.draw(*_head(found, asked))
    totals = list(_totals(found))
    counts = [name for name in COUNTS if name != "datasets" or any(row.get(name) for row in totals)]
    out.rows(totals, ("what", *counts), spare=(("datasets",),))
    if open_ends := found["exclusive"]["open"]:
        out.note(f"Of the exclusive ones {open_ends:,} name a further parent that can't be told.")
    for way, said in (("by_relation", "relation"), ("by_depth", "depth")):
        rows = found[way][: top or None]
        columns = ("channel", said, "models", "exclusive", "downloads_30d", "downloads_unknown")
        out.rows(rows, columns, title=f"By {WAYS[said]}")
    for group, who in (("institutions", "institution"), ("countries", "country")):
        rows = [{**row, **_owner(row, who)} for row in _first(found[group], who, top)]
        out.rows(rows, (who, *OWNERS), title=f"Who loses: {group}")
    title = "Most downloaded of what goes or rests on it"
    out.rows(found["things"], ("id", "role", "relation", "exclusive", "downloads_30d"), title=title)
    dated = (
        f"of {found['downloads_on']}, {found['downloads_source']}" if found["downloads_on"] else "not known"
    )
    out.note(f"Downloads are {dated}.")
    if found["licence"] is not None:
        out.rows(
            found["licence"]["clauses"], REBOUND, title=f"Clauses that change with {found['licence']['to']}"
        )
    if found["quarters"] is not None:
        out.rows(found["quarters"], tuple(found["quarters"][0]), title="Models by quarter")
    for rows, by in ((found["ranks"], found["measure"]), (found["ranking"], "begat-53")):
        if rows is not None:
            _ranks(out, rows, f"Institutions by {by}")


def _head(found: Row, asked: str) -> Iterator["Text"]:
    """Say in a sentence what was asked and what is lost."""
    from rich.text import Text

    gone, resting, only = (found[name]["models"] for name in ("withdrawn", "resting", "exclusive"))
    changed = found["licence"]
    names = ", ".join(f"{each['kind']}:{each['id']}" for each in found["without"])
    said = f"{asked or changed['from']} under {changed['to']}" if changed else f"Without {names}"
    whole = found["whole"]["models"]
    share = f" ({resting / whole:.1%} of all)" if whole else ""
    done = "change" if changed else "go"
    yield Text(printable(f"{said}: {gone:,} models {done}.", keep=""), style="bold")
    yield Text(f"{resting:,} models{share} rest on them, {only:,} of these on nothing else.")
    yield Text("Arithmetic about recorded lineage, no forecast.")


def _owner(row: Row, who: str) -> Row:
    share = row["share_resting"]
    return {who: row[who] or "unknown", "share_resting": None if share is None else f"{share:.1%}"}


def _totals(found: Row) -> Iterator[Row]:
    said = {"whole": "all there is"} | ({"withdrawn": "changed"} if found["licence"] else {})
    for what in ("withdrawn", "resting", "exclusive", "whole"):
        yield {"what": said.get(what, what), **found[what]}
    for row in found["by_channel"]:
        if row["channel"] != "weights":
            yield {"what": f"by {row['channel']} only", **row}


def _first(rows: Sequence[Row], who: str, top: int) -> list[Row]:
    """Return the first rows, and that of the unknown, which is the last."""
    known = [row for row in rows if row[who] is not None]
    return [*known[: top or None], *(row for row in rows if row[who] is None)]


def _ranks(out: Output, rows: Sequence[Row], title: str) -> None:
    columns = ("rank_before", "rank_after", "low", "high", "name", "value_before", "value_after", "moved")
    marked = [
        {**row, "beyond_chance": row["beyond"], "new_in_first_10": row["enters"] or None} for row in rows
    ]
    out.rows(
        marked,
        (*columns, "beyond_chance", "new_in_first_10"),
        title=title,
        spare=(("value_before",), ("value_after",)),
    )


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel=PANEL)(whatif)
