"""Commands about lineage: show, search, lineage, tree, query, queries."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli.output import Output, command

if TYPE_CHECKING:
    from begat.query.run import Result

__all__ = ["register"]

PANEL = "Lineage"

Id = Annotated[str, typer.Argument(metavar="ID", help="A model, such as Qwen/Qwen2.5-7B.")]


def show(thing: Annotated[str, typer.Argument(metavar="ID")], out: Output) -> None:
    """Show everything said about a model, dataset, institution, system or benchmark.

    Examples:

      begat show Qwen/Qwen2.5-7B-Instruct

      begat show alibaba --format json
    """
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
    out.rows(hits, ("id", "kind", "name"))
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


class Picture(StrEnum):
    """Forms of a tree."""

    TEXT = "text"
    PYVIS = "pyvis"


class Grouping(StrEnum):
    """What the children of a model are grouped by."""

    RELATION = "relation"
    ACCOUNT = "account"
    INSTITUTION = "institution"
    LICENCE = "licence"


def tree(
    model: Id,
    out: Output,
    as_: Annotated[Picture, typer.Option("--as", help="The form.")] = Picture.TEXT,
    file: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.")] = None,
    budget: Annotated[
        int | None,
        typer.Option(min=1, help="Show at most this many models; the rest is summed up."),
    ] = None,
    by: Annotated[Grouping, typer.Option(help="Group children by this.")] = Grouping.RELATION,
) -> None:
    """Draw the tree of what was made from a model.

    Examples:

      begat tree Qwen/Qwen2.5-7B

      begat tree Qwen/Qwen2.5-7B --as pyvis -o tree.html

      begat tree Qwen/Qwen2.5-7B --budget 1000 --format json
    """
    registry = out.registry()
    if as_ is Picture.PYVIS:
        page = registry.page(model, budget=budget or 300)
        out.write(page) if file is None else out.save(file, page)
        return
    found = registry.tree(model, budget=budget or 25, group_by=by.value)
    if not out.tabular:
        out.rows([row._asdict() for row in found.rows], (), file=file)
        return
    from begat.views.text import outline

    drawn = outline(found, width=out.console.width, ascii_only=not out.unicode)
    out.draw(drawn) if file is None else out.save(file, drawn.plain + "\n")


def query(
    what: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A named query or a .rq file.")],
    out: Output,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", metavar="K=V", help="A parameter; may be repeated."),
    ] = None,
    store: Annotated[
        str | None, typer.Option("--store", metavar="URL", help="Ask this SPARQL endpoint.")
    ] = None,
) -> None:
    """Run a named query, or SPARQL of your own, over the RDF store.

    Examples:

      begat query ancestors -p model=Qwen/Qwen2.5-7B-Instruct

      begat query mine.rq --format csv

      begat query mine.rq --store http://localhost:7878/query
    """
    from begat.errors import InputError, UnreadableFile

    registry = out.registry(store)
    if what.endswith((".rq", ".sparql")):
        try:
            text = Path(what).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFile(f"the query can't be read ({error})", where=what) from error
        result = registry.sparql(text)
    else:
        pairs = [item.partition("=") for item in param or []]
        if bad := [name for name, equals, _ in pairs if not equals]:
            raise InputError(f"{bad[0]!r} is no parameter", hint="Write --param name=value.")
        result = registry.query(what, **{name: value for name, _, value in pairs})
    out.rows(result.rows, _readable(result), keys=result.columns)
    held = registry.backend.holds
    if held and held != registry.snapshot.name:
        out.note(f"{registry.backend.name} holds the snapshot {held}")


def _readable(result: "Result") -> list[str]:
    """Columns for people: where ids are there, the IRIs of the same things are left out."""
    if "id" not in result.columns:
        return list(result.columns)
    iris = {
        name for name in result.columns if all(str(row[name]).startswith("https://") for row in result.rows)
    }
    return [name for name in result.columns if name not in iris]


def queries(out: Output) -> None:
    """List the named queries with their parameters.

    Examples:

      begat queries
    """
    from begat.query.run import queries as library

    rows = [
        {
            "name": item.name,
            "title": item.title,
            "title_zh": item.title_zh,
            "description": item.description,
            "parameters": [parameter.name for parameter in item.parameters],
            "example": item.example,
        }
        for item in library().values()
    ]
    out.rows(rows, ("name", "title", "parameters", "example"))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (show, search, lineage, tree, query, queries):
        command(app, rich_help_panel=PANEL)(function)
