"""Commands about lineage: show, search, lineage, tree, query, queries."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli.options import FileOption, Language, LanguageOption
from begat.cli.output import Output, command, parse_day
from begat.errors import InputError

if TYPE_CHECKING:
    from begat.query.run import Query, Result

__all__ = ["register"]

PANEL = "Lineage"

Id = Annotated[str, typer.Argument(metavar="ID", help="A model, such as Qwen/Qwen2.5-7B.")]


def show(
    thing: Annotated[str, typer.Argument(metavar="ID")],
    out: Output,
    file: FileOption = None,
    lang: LanguageOption = Language.EN,
) -> None:
    """Show everything said about a model, dataset, institution, system or benchmark.

    With -o write its page: who builds on it, and on whom it builds. Accounts, countries (ISO 3166-1
    alpha-2) and families have pages too.

    Examples:

      begat show Qwen/Qwen2.5-7B-Instruct

      begat show alibaba --format json

      begat show alibaba -o alibaba.html

      begat show CN --lang zh -o china.html
    """
    if file is not None:
        out.drawing(out.registry().page(thing, lang=lang.value), file)
        return
    found = out.registry().show(thing)
    if not out.tabular:
        out.one(found)
        return
    lists = {name: found.pop(name) for name in list(found) if _is_rows(found[name])}
    out.one({name: value for name, value in found.items() if value not in ([], None)})
    for name, rows in lists.items():
        shown = rows[:MOST_ROWS]
        title = name.replace("_", " ") + (f", {len(shown)} of {len(rows)}" if len(rows) > len(shown) else "")
        out.rows(
            shown,
            [key for key in rows[0] if any(row[key] is not None for row in rows)],
            title=title,
        )


MOST_ROWS = 20


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def search(
    text: Annotated[str, typer.Argument(help="Part of an id or name; typing errors are forgiven.")],
    out: Output,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most this many.")] = 20,
) -> None:
    """Find ids of models, institutions, datasets, systems and benchmarks.

    Examples:

      begat search "qwen2.5 7b"

      begat search alibaba --limit 5
    """
    hits = out.registry().search(text, limit=limit)
    out.rows(hits, ("id", "kind", "name", "match"))
    if not hits:
        out.note(f"nothing is named like {text!r:.100}")


def lineage(
    model: Id,
    out: Output,
    up: Annotated[bool, typer.Option("--up", help="Ancestors; the default.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Descendants.")] = False,
    relation: Annotated[
        list[str] | None, typer.Option(help="Follow only this relation; may be repeated.")
    ] = None,
    depth: Annotated[int | None, typer.Option(min=1, help="At most this many steps.")] = None,
    inferred: Annotated[
        bool, typer.Option("--inferred", help="Also what nobody declares but names suggest, marked so.")
    ] = False,
) -> None:
    """List where a model comes from and what it led to, with the evidence of each step.

    The relation of a step is the kind that is stated most reliably; all statements are in the JSON.

    Examples:

      begat lineage Qwen/Qwen2.5-7B-Instruct --up

      begat lineage Qwen/Qwen2.5-7B --down --relation finetune --depth 1 --format csv
    """
    from begat.answer.lineage import KEYS

    registry = out.registry()
    rows = registry.lineage(model, up=up, down=down, relations=relation, depth=depth, inferred=inferred)
    columns = ["depth", "relation", "id", "via", "source", "method", "confidence", *["inferred"] * inferred]
    out.rows(rows, columns, keys=KEYS)
    if not rows and out.tabular:
        out.note(f"no lineage of {registry.model(model)} is recorded in this direction")
    out.notes(registry, "derivations")


class Grouping(StrEnum):
    """What the children of a model are grouped by."""

    RELATION = "relation"
    ACCOUNT = "account"
    INSTITUTION = "institution"
    COUNTRY = "country"
    LICENCE = "licence"


class Colour(StrEnum):
    """What colours mean in a drawing."""

    RELATION = "relation"
    INSTITUTION = "institution"
    COUNTRY = "country"
    LICENCE = "licence"


def _form_names(incomplete: str) -> list[str]:
    from begat.views.form.base import forms

    return [name for name in forms() if name.startswith(incomplete)]


def tree(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A model, or an account, institution or family: what builds on its models."
        ),
    ],
    out: Output,
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="FORM",
            autocompletion=_form_names,
            help="text, outline, hourglass, icicle, timeline, pyvis, svg, mermaid or dot; "
            "text, or what the name of the file asks for, if not given.",
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("-o", "--output", dir_okay=False, help="Write to this file.")
    ] = None,
    budget: Annotated[
        int | None,
        typer.Option(min=1, help="Show at most this many models; the rest is summed up."),
    ] = None,
    by: Annotated[Grouping, typer.Option(help="Group children by this.")] = Grouping.RELATION,
    on: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Only models and derivations known by then.")
    ] = None,
    below: Annotated[
        str | None,
        typer.Option(metavar="ID", help="List the rows below this row of the tree, shown or not."),
    ] = None,
    group: Annotated[
        str | None, typer.Option(metavar="KEY", help="With --below: members of this group, such as finetune.")
    ] = None,
    after: Annotated[int, typer.Option(min=0, help="With --group: leave out this many before.")] = 0,
    colour: Annotated[Colour, typer.Option(help="What colours mean, with --as pyvis.")] = Colour.RELATION,
    lang: Annotated[Language, typer.Option(help="Language of a page.")] = Language.EN,
) -> None:
    """Draw the tree of what was made from a model, or from all models of a house or family.

    Examples:

      begat tree Qwen/Qwen2.5-7B

      begat tree Qwen --on 2025-06-01

      begat tree Qwen/Qwen2.5-7B -o qwen.html

      begat tree Qwen/Qwen2.5-7B --as hourglass -o qwen.html

      begat tree Qwen/Qwen2.5-7B --as pyvis --colour country -o qwen.html

      begat tree Qwen/Qwen2.5-7B --budget 1000 --format json

      begat tree Qwen/Qwen2.5-7B --below Qwen/Qwen2.5-7B-Instruct --group finetune
    """
    registry, day = out.registry(), parse_day(on, "--on")
    if below:
        rows = registry.children(
            subject, below, group=group, offset=after, limit=budget or 50, group_by=by.value, on=day
        )
        out.rows([row._asdict() for row in rows], CHILD, file=file)
        return
    if group or after:
        raise InputError("members of a group are listed below a row", hint="Say which one by --below ID.")
    form = as_ or _suited(file)
    if form == "text" and not out.tabular:
        found = registry.tree(subject, budget=budget or 25, group_by=by.value, on=day)
        out.rows([row._asdict() for row in found.rows], (), file=file)
        return
    how: dict[str, Any] = {"by": by.value, "colour": colour.value, "lang": lang.value}
    how |= {"width": out.console.width, "ascii_only": not out.unicode}
    out.drawing(registry.draw(subject, form, budget=budget, on=day, **how), file)


def _suited(file: Path | None) -> str:
    """Return the form that the name of a file asks for; text for a terminal and unknown suffixes."""
    from begat.views.form.base import forms

    suffix = file.suffix if file else ".txt"
    return USUAL.get(suffix) or next(
        (form.name for form in forms().values() if form.suffix == suffix), "text"
    )


CHILD = ["kind", "id", "group", "members", "here", "accounts", "downloads", "licence", "key", "offset"]
"""Columns of a table of the rows below one."""

USUAL = dict.fromkeys((".html", ".csv", ".json", ".jsonl"), "outline")
"""Forms of files that several forms could be."""


def query(
    what: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A named query, a .rq file, or - for stdin.")
    ],
    out: Output,
    values: Annotated[
        list[str] | None, typer.Argument(metavar="K=V", help="Parameters of a named query.")
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", metavar="K=V", help="The same as an option; may be repeated."),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Print the SPARQL with the parameters in place; run nothing.")
    ] = False,
    store: Annotated[
        str | None, typer.Option("--store", metavar="URL", help="Ask this SPARQL endpoint.")
    ] = None,
) -> None:
    """Run a named query, or SPARQL of your own, over the RDF store.

    begat queries lists the named ones; begat queries NAME tells what one takes.

    Examples:

      begat query ancestors model=Qwen/Qwen2.5-7B-Instruct

      begat query models-of-country country=France since=2026-01-01 --format csv

      begat query descendants model=Qwen/Qwen2.5-7B --show > mine.rq

      begat query mine.rq --store http://localhost:7878/query
    """
    from contextlib import closing

    from begat.query.named import query_named

    given = _pairs([*(values or ()), *(param or ())])
    own = _own(what)
    registry = out.registry(store)
    if own is not None and given:
        raise InputError("a query of your own takes no parameters", where=what, hint="Write them into it.")
    if show:
        out.write(registry.query_text(what, **given) if own is None else own)
        return
    with closing(registry.backend) as backend:
        result = registry.query(what, **given) if own is None else registry.sparql(own)
    if result.rows or not out.tabular:
        out.rows(result.rows, _readable(result), keys=result.columns)
    else:
        out.note("Nothing was found.")
    if backend.holds not in (None, registry.snapshot.name):
        out.note(f"{backend.name} holds the snapshot {backend.holds}")
    elif own is None:
        out.notes(registry, *query_named(what).about)


def _pairs(items: list[str]) -> dict[str, str]:
    """Return parameters by name."""
    given: dict[str, str] = {}
    for name, equals, value in (item.partition("=") for item in items):
        if not equals:
            raise InputError(f"{name!r} is no parameter", hint="Write name=value.")
        if name in given:
            raise InputError(f"the parameter {name} is given twice", hint="Give it once.")
        given[name] = value
    return given


def _own(what: str) -> str | None:
    """Return the text of a query of one's own, from a file or stdin; None for a name."""
    if what == "-":
        return sys.stdin.read()
    if what.endswith((".rq", ".sparql")):
        return _text(what)
    if "{" in what:
        hint = "Write it into a file that ends in .rq, or to stdin and `-` for the file."
        raise InputError("this is SPARQL where a name or a file was expected", hint=hint)
    return None


def _text(file: str) -> str:
    """Return the text of a query in a file."""
    from begat.errors import UnreadableFile

    if not Path(file).exists():
        raise UnreadableFile("there is no such file", where=file)
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"the query can't be read ({error})", where=file) from error


def _readable(result: "Result") -> list[str]:
    """Columns for people: where ids are there, the IRIs of the same things are left out."""
    if "id" not in result.columns:
        return list(result.columns)
    iris = {
        name for name in result.columns if all(str(row[name]).startswith("https://") for row in result.rows)
    }
    return [name for name in result.columns if name not in iris]


def queries(
    out: Output,
    name: Annotated[str | None, typer.Argument(help="Tell all of this one, its SPARQL too.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only those of this topic.")] = None,
    lang: Annotated[Language, typer.Option(help="The language of titles in tables.")] = Language.EN,
) -> None:
    """List the named queries by topic, or tell what one does and takes.

    Examples:

      begat queries

      begat queries --topic licences

      begat queries models-of-country --lang zh
    """
    from begat.discovery import named
    from begat.query.run import queries as library
    from begat.query.run import query_named

    if name is not None:
        _tell(query_named(name), out, lang)
        return
    topics = {item.topic: item.topic for item in library().values()}
    wanted = named("topic", topic, topics) if topic else None
    rows = [item.facts for item in library().values() if wanted in (None, item.topic)]
    if out.tabular:
        rows = [row | _words(row, lang) for row in rows]
    out.rows(rows, ("topic", "name", "title"))


def _words(facts: dict[str, Any], lang: Language) -> dict[str, Any]:
    """Return topic, title and description in a language."""
    from begat.query.named import TOPICS

    if lang is Language.EN:
        return {}
    chinese = {name: facts[f"{name}_zh"] for name in ("title", "description")}
    return chinese | {"topic": TOPICS[facts["topic"]]}


def _tell(item: "Query", out: Output, lang: Language) -> None:
    """Print all of a query: for people a table of facts, one of parameters, and the text."""
    facts = item.facts
    if not out.tabular:
        out.one(facts | {"sparql": item.sparql})
        return
    facts |= _words(facts, lang)
    shown = {name: facts[name] for name in ("title", "description", "topic", "about", "profile")}
    out.one(shown | {"about": ", ".join(facts["about"])})
    if item.parameters:
        rows = [row | {"takes": _takes(row)} for row in facts["parameters"]]
        out.rows(rows, ("name", "takes", "required", "text"))
    out.write(f"{item.sparql}\n")
    out.write(f"begat query {' '.join([item.name, item.example]).strip()}\n")


def _takes(parameter: dict[str, Any]) -> str:
    """Return in words what values a parameter takes."""
    kind = str(parameter["kind"])
    return kind.removeprefix("word(").removesuffix(")").replace("|", ", ").removeprefix("iri:")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (show, search, lineage, tree, query, queries):
        command(app, rich_help_panel=PANEL)(function)
