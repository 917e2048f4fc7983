"""The command licence: may I ship it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli import conflicts as many
from begat.cli.options import DeclaredOption, FileOption, InferredOption, Language, LanguageOption, weakest
from begat.cli.output import Output, command, first_of
from begat.errors import InputError
from begat.printable import printable

if TYPE_CHECKING:
    from rich.text import Text

    from begat.registry import Registry

__all__ = ["register"]

PANEL = "Consequences"
MANY = "Many things at once"

Row = Mapping[str, Any]

MOST = 12
"""Sources and names that a table shows; the rest is counted, and in the JSON."""

HOLDERS = {"binds": "binding", "contested": "contested"}
"""Of the states of clauses that have a row in the table, the key of those that hold them."""
OPEN = {"unknown": "May bind, not known", "contested-unknown": "Not known, but of data or teachers only"}


FITS = {
    "not known": "Not known whether all fits; nothing found that does not.",
    "nothing found": "Nothing found that does not fit.",
}
"""What is said where there is no finding, by the verdict."""


def _kinds(incomplete: str) -> list[str]:
    from begat.consequence.conflict import KINDS

    return [name for name in KINDS if name.startswith(incomplete)]


def licence(
    out: Output,
    thing: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="A model or dataset (dataset:ID); with --conflicts or --changes whose, else everything.",
            show_default=False,
        ),
    ] = None,
    declared: DeclaredOption = False,
    inferred: InferredOption = False,
    terms: Annotated[
        bool, typer.Option("--terms", help="As rows print the clauses instead of what does not fit.")
    ] = False,
    conflicts: Annotated[
        bool,
        typer.Option(
            "--conflicts",
            help="What does not fit among all models and datasets of ID.",
            rich_help_panel=MANY,
        ),
    ] = False,
    kind: Annotated[
        str | None,
        typer.Option(help="Only conflicts of this kind.", autocompletion=_kinds, rich_help_panel=MANY),
    ] = None,
    severity: Annotated[
        str | None,
        typer.Option(metavar="high|medium|low", help="Only these.", rich_help_panel=MANY),
    ] = None,
    sample: Annotated[
        int, typer.Option(min=0, help="Cases to show at most; 0 for all.", rich_help_panel=MANY)
    ] = 10,
    changes: Annotated[
        bool,
        typer.Option("--changes", help="How licences change from parent to child.", rich_help_panel=MANY),
    ] = False,
    file: FileOption = None,
    lang: LanguageOption = Language.EN,
) -> None:
    """Say which licence terms reach a model or dataset, and what does not fit. Not legal advice.

    Its own licence and those of all models it was made from, of the base of an adapter and of declared
    training data; each finding with its severity, the path and the pages that cause it.

    --conflicts counts the same of everything, or of an institution with its parts, an account, a family or
    country:CC: by kind, by licence of the thing and of the source, by relation, with cases. --changes: the
    table of licences of parent and child, and how often they differ. As CSV: the cases, the table.

    Examples:

      begat licence nvidia/LocateAnything-3B

      begat licence dataset:openbmb/RLAIF-V-Dataset --format json

      begat licence Nekochu/Luminia-8B-RP --terms --format csv

      begat licence --conflicts

      begat licence microsoft --conflicts --kind terms-dropped --sample 0 --format csv

      begat licence --changes

      begat licence nvidia/LocateAnything-3B -o licence.html

      begat licence meta --conflicts -o conflicts.html
    """
    if changes and conflicts:
        raise InputError("--conflicts and --changes are two tables", hint="Ask for one of them.")
    evidence = weakest(declared=declared, inferred=inferred)
    registry, page = out.registry(), file is not None and file.suffix == ".html"
    if page and (changes or conflicts):
        how: dict[str, Any] = {
            "evidence": evidence,
            "kind": kind,
            "severity": severity,
        }
        out.drawing(registry.conflicts_page(thing, **how, lang=lang.value), file)
    elif changes:
        many.changes(out.suited(file), registry, thing, evidence=evidence, file=file)
    elif conflicts:
        asked: dict[str, Any] = {"kind": kind, "severity": severity, "sample": sample, "evidence": evidence}
        many.conflicts(out.suited(file), registry, thing, **asked, file=file)
    elif thing is None:
        raise InputError("no model or dataset named", hint="Name one, or add --conflicts or --changes.")
    elif page:
        out.drawing(registry.licence_page(thing, evidence=evidence, lang=lang.value), file)
    else:
        _one(out.suited(file), registry, registry.licence(thing, evidence=evidence), file, terms=terms)


def _one(out: Output, registry: "Registry", found: Row, file: Path | None, *, terms: bool) -> None:
    """Print or write what is found of one thing."""
    from begat.answer.licence import CLAUSE_KEYS, CONFLICT_KEYS

    if out.tabular:
        out.draw(*_head(found), *_conflicts(found))
        _tables(out, found)
        out.notes(registry, "derivations", "training", "licences")
    elif out.format == "json":
        out.one(found, file)
    else:
        rows, keys = ("clauses", CLAUSE_KEYS) if terms else ("conflicts", CONFLICT_KEYS)
        out.rows(found[rows], (), keys=keys, file=file)


def _line(text: str, style: str = "") -> "Text":
    """Return a line in which no name can do anything but be read."""
    from rich.text import Text

    return Text(printable(text), style=style)


def _head(found: Row) -> Iterator["Text"]:
    own = found["sources"][0]
    written = f', written "{own["licence_raw"]}"' if own["licence_raw"] else ""
    yield _line(f"{found['id']}: {_licence(own)}{written}", style="bold")
    yield _line(own["page"])
    yield _line(f"{_verdict(found)} A finding aid, not legal advice.")


def _verdict(found: Row) -> str:
    told, others = found["conflicts"], found["sources"][1:]
    unknown = sum(row["licence"] is None for row in others)
    untold = sum(row["open_ends"] for row in found["sources"])
    parts = [
        _counted(told) if told else FITS[found["verdict"]],
        _went_in(len(others)) + (f", {unknown} without a known licence." if unknown else "."),
        f"{untold} more can't be told." if untold else "",
    ]
    return " ".join(part for part in parts if part)


def _went_in(count: int) -> str:
    if not count:
        return "Nothing is known to have gone into it"
    return f"{count} {'thing is' if count == 1 else 'things are'} known to have gone into it"


def _counted(told: Sequence[Row]) -> str:
    if len(told) == 1:
        return f"1 finding: {told[0]['severity']}."
    return f"{len(told)} findings, the gravest {told[0]['severity']}."


def _licence(row: Row) -> str:
    from begat.licences import REFERENCE

    if row["licence"]:
        return str(row["licence"]).replace(REFERENCE, "")
    return {"none stated": "no licence stated", "other": "other licence"}.get(row["why"], "licence not seen")


def _conflicts(found: Row) -> Iterator[Any]:
    from rich.padding import Padding

    things = {(row["kind"], row["id"]): row for row in found["sources"]}
    for row in found["conflicts"]:
        yield _line("")
        yield _line(f"{row['severity']}  {row['kind']}", style="bold")
        lines = [row["why"], *_causes(row, things), *_steps(row["path"], things)]
        for line in lines:
            indent = 2 + len(line) - len(line.lstrip())
            yield Padding(_line(line.lstrip()), (0, 0, 0, indent), expand=False)


def _causes(row: Row, things: Mapping[tuple[str, str], Row]) -> Iterator[str]:
    from begat.consequence.conflict import UNLABELLED
    from begat.licences import BASES

    source = things[row["source_kind"], row["source"]]
    said = f', written "{source["licence_raw"]}"' if source["licence_raw"] else ""
    because = "made with" if row["kind"] in UNLABELLED else "because of"
    yield f"{because} {row['source']}: {_licence(source)}{said}"
    yield f"  {source['page']}"
    for word in row["grounds"]:
        where = f", section {word['section']}" if word["section"] else ""
        yield f"  {BASES[word['basis']]}: {word['source']}{where} ({word['date']})"
    if row["others"]:
        names = ", ".join(name for _, name in row["others"][:MOST])
        more = len(row["others"]) - MOST
        yield f"and of {names}" + (f" and {more} more" if more > 0 else "")
    yield from many.origin(row)


def _steps(path: Sequence[Row], things: Mapping[tuple[str, str], Row]) -> Iterator[str]:
    for step in path:
        child = things[step["child_kind"], step["child"]]
        said = ", ".join(str(step[key]) for key in ("source", "method", "stated_on") if step[key])
        relation = LINKS.get(step["relation"], f"{step['relation']} of")
        yield f"{step['child']} ({_licence(child)}): {relation} {step['parent']}"
        yield f"  {step['evidence']}" + (f": {said}" if said else "")


LINKS = {"trained-on": "trained on", "dataset-derived": "made from"}
"""How a step is written; others are ``RELATION of``."""


def _tables(out: Output, found: Row) -> None:
    if bound := [row for row in found["clauses"] if row["state"] in HOLDERS]:
        out.draw("")
        out.rows(list(map(_clause, bound)), CLAUSES, title=_reaching(bound, found["sources"][0]))
    out.draw(*_open(found["clauses"]))
    untold = found["untold"][:MOST]
    if others := found["sources"][1:]:
        out.draw("")
        title = "What went into it" + first_of(MOST, len(others))
        out.rows([_source(row) for row in others[:MOST]], SOURCES, title=title, spare=[["steps"]])
    out.draw(*(_line(f"Can't be told: {row['written']} ({row['relation']}, {row['id']})") for row in untold))
    if more := len(found["untold"]) - len(untold):
        out.draw(_line(f"and {more} more that can't be told"))
    out.draw(*(_line(f"It does not run without {row['id']}, {_gate(row)}") for row in found["needs"]))
    if found["left_out"]:
        out.draw(f"{found['left_out']} more rest on weaker evidence and are left out; see --inferred.")


def _open(clauses: Sequence[Row]) -> Iterator["Text"]:
    """Yield a line for the clauses that the same things leave open."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in clauses:
        if row["state"] in OPEN:
            holders = ", ".join(_named(row[row["state"].replace("-", "_")]))
            groups.setdefault((OPEN[row["state"]], holders), []).append(row["clause"])
    for (said, holders), names in groups.items():
        yield _line(f"{said}: {', '.join(names)} (because of {holders})")


CLAUSES = ("clause", "stands", "says", "from")
SOURCES = ("id", "licence", "as", "steps", "evidence")


def _reaching(bound: Sequence[Row], own: Row) -> str:
    """Return the heading of the clauses: how many bind, and how many of these came from elsewhere."""
    binding = [row["binding"] for row in bound if row["state"] == "binds"]
    others = sum([own["kind"], own["id"]] not in map(list, holders) for holders in binding)
    said = f", {others} not by its own licence" if others else ""
    return f"Terms that reach it: {len(binding)} bind{'s' if len(binding) == 1 else ''}{said}"


def _clause(row: Row) -> Row:
    from begat.views.said import said

    means = said("en", "licence")[f"clause_{row['clause'].replace('-', '_')}"]
    says = means if row["says"] == "yes" else f"{means}: {row['says']}"
    holders = _named(row[HOLDERS[row["state"]]], most=1)
    return {"clause": row["clause"], "stands": row["state"], "says": says, "from": holders}


def _named(things: Sequence[tuple[str, str]], most: int = 2) -> list[str]:
    names = [name for _, name in things]
    return [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]


def _source(row: Row) -> Row:
    how = " of ".join(dict.fromkeys(step["relation"] for step in row["path"]))
    return {
        "id": row["id"],
        "licence": _licence(row),
        "as": how,
        "steps": row["steps"],
        "evidence": row["evidence"],
    }


def _gate(row: Row) -> str:
    said = {
        True: "for which access must be asked",
        False: "which is open",
        None: "of which no source says whether access must be asked for",
    }
    return f"{said[row['gated']]}: {row['page']}"


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel=PANEL)(licence)
