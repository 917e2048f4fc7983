"""The command whatif."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli.options import DeclaredOption, FileOption, InferredOption, Language, LanguageOption, weakest
from begat.cli.output import Output, command, first_of, parse_day, percent
from begat.printable import printable

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["register"]

PANEL = "Consequences"
RANKS = "Ranks"

Row = Mapping[str, Any]

OWNERS = (
    "models", "resting", "exclusive", "by_outputs", "by_data", "share_resting", "downloads_30d",
    "downloads_unknown",
)  # fmt: skip
COUNTS = ("models", "datasets", "downloads_30d", "downloads_unknown", "accounts", "institutions")
REBOUND = ("clause", "before", "after", "changed", "below", "otherwise")
WHOLE = "all there is"
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
    changed = found["licence"]
    out.draw(*_head(found, asked))
    _counts(out, found)
    if open_ends := found["exclusive"]["open"]:
        out.note(f"Of the exclusive ones {open_ends:,} name a further parent that can't be told.")
    for way, said in (("by_relation", "relation"), ("by_depth", "depth")):
        columns = ("channel", said, "models", "exclusive", "downloads_30d", "downloads_unknown")
        if found[way]:
            out.rows(found[way], columns, title=f"By {WAYS[said]}")
    for group, who in (("institutions", "institution"), ("countries", "country")):
        if found[group]:
            whose = "Whose models rest on it" if changed else "Who loses"
            _owners(out, found[group], who, top, f"{whose}: {group}")
    title = f"Most downloaded of what {'changes' if changed else 'goes'} or rests on it"
    things = [{**row, "role": _role(row["role"], found)} for row in found["things"]]
    out.rows(things, ("id", "role", "relation", "exclusive", "downloads_30d"), title=title)
    dated = (
        f"of {found['downloads_on']}, {found['downloads_source']}" if found["downloads_on"] else "not known"
    )
    out.note(f"Downloads are {dated}.")
    if changed is not None:
        _rebound(out, changed)
    if found["quarters"] is not None:
        out.rows(found["quarters"], tuple(found["quarters"][0]), title="Models by quarter")
    for rows, by in ((found["ranks"], found["measure"]), (found["ranking"], "begat-53")):
        if rows is not None:
            _ranks(out, rows, by)


def _head(found: Row, asked: str) -> Iterator["Text"]:
    """Say in a sentence what was asked and what is lost."""
    from rich.text import Text

    yield Text(printable(f"{_said(found, asked)}: {_gone(found)}.", keep=""), style="bold")
    yield Text(_resting(found))
    yield Text("Arithmetic about recorded lineage, no forecast.")


def _said(found: Row, asked: str) -> str:
    """Repeat who goes, or which licence becomes which other."""
    changed = found["licence"]
    if not changed:
        return "Without " + ", ".join(f"{each['kind']}:{each['id']}" for each in found["without"])
    whose = f" of {asked}" if asked else " everywhere"
    return f"{changed['from'] or 'The licence'}{whose} becomes {changed['to']}"


def _going(found: Row) -> Mapping[str, int]:
    """Count what goes or changes: models, datasets, links."""
    links = 0 if found["licence"] else sum(each["links"] for each in found["without"])
    gone = found["withdrawn"]
    counts = {"model": gone["models"], "dataset": gone["datasets"], "link": links}
    return {name: count for name, count in counts.items() if count}


def _gone(found: Row) -> str:
    """Say what goes, or what changes its licence."""
    going = _going(found)
    alone, many = ("changes", "change") if found["licence"] else ("goes", "go")
    said = " and ".join(_many(count, name) for name, count in going.items()) or "nothing"
    return f"{said} {alone if sum(going.values()) < 2 else many}"


def _resting(found: Row) -> str:
    """Count what rests on what goes, on nothing else, or not by weights at all."""
    resting, only, whole = (found[name]["models"] for name in ("resting", "exclusive", "whole"))
    them = "it" if sum(_going(found).values()) == 1 else "them"
    if resting:
        rest = f"{_many(resting, 'model')} ({percent(resting / whole)} of all) rest{'s' * (resting == 1)}"
        return f"{rest} on {them}, {only:,} of these on nothing else."
    others = (
        f"by {row['channel']} only {row['models']:,} do{'es' * (row['models'] == 1)}"
        for row in found["by_channel"]
        if row["channel"] != "weights" and row["models"]
    )
    return "; ".join([f"No model is known to rest on {them} by weights", *others]) + "."


def _many(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _role(role: str, found: Row) -> str:
    """Return how a thing is in it; where a licence changes, nobody is withdrawn."""
    return "changed" if role == "withdrawn" and found["licence"] else role


def _counts(out: Output, found: Row) -> None:
    """Print the totals; datasets have a column where some go or rest on what goes."""
    totals = list(_totals(found))
    some = any(row.get("datasets") for row in totals if row["what"] != WHOLE)
    columns = ("what", *(name for name in COUNTS if name != "datasets" or some))
    out.rows(totals, columns, spare=(("institutions",), ("accounts",)))


def _owners(out: Output, found: Sequence[Row], who: str, top: int, title: str) -> None:
    """Print who loses, most first; outputs and data have columns where something came that way."""
    shown = _first(found, who, top)
    rows = [
        {**row, who: row[who] or "unknown", "share_resting": percent(row["share_resting"])} for row in shown
    ]
    known, seen = (sum(row[who] is not None for row in some) for some in (found, shown))
    columns = (name for name in OWNERS if not name.startswith("by_") or any(row[name] for row in rows))
    out.rows(rows, (who, *columns), title=f"{title}{first_of(seen, known)}", spare=(("downloads_unknown",),))


def _rebound(out: Output, changed: Row) -> None:
    """Print which clauses come to stand otherwise."""
    if changed["clauses"]:
        out.rows(changed["clauses"], REBOUND, title=f"Clauses that change with {changed['to']}")
    else:
        out.draw(f"No clause changes with {changed['to']}.")


def _totals(found: Row) -> Iterator[Row]:
    for what in ("withdrawn", "resting", "exclusive", "whole"):
        yield {"what": WHOLE if what == "whole" else _role(what, found), **found[what]}
    for row in found["by_channel"]:
        if row["channel"] != "weights":
            yield {"what": f"by {row['channel']} only", **row}


def _first(rows: Sequence[Row], who: str, top: int) -> list[Row]:
    """Return the first rows, and that of the unknown, which is the last."""
    known = [row for row in rows if row[who] is not None]
    return [*known[: top or None], *(row for row in rows if row[who] is None)]


def _ranks(out: Output, rows: Sequence[Row], by: str) -> None:
    if not rows:
        out.draw(f"No institution can be ranked by {by}, with it or without it.")
        return
    columns = ("rank_before", "rank_after", "low", "high", "name", "value_before", "value_after", "moved")
    marked = [
        {**row, "beyond_chance": row["beyond"], "new_in_first_10": row["enters"] or None} for row in rows
    ]
    out.rows(
        marked,
        (*columns, "beyond_chance", "new_in_first_10"),
        title=f"Institutions by {by}",
        spare=(("value_before",), ("value_after",)),
    )


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel=PANEL)(whatif)
