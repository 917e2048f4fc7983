"""The command demo: everything once, as a short story and a page to keep."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli.output import Output, command
from begat.errors import InputError, StoreError

if TYPE_CHECKING:
    from begat.registry import Registry

__all__ = ["register"]

ROOT = "Qwen/Qwen2.5-7B"
"""The model whose tree is shown."""

HUB_MODELS, HUB_DERIVATIONS, HUB_DAY = 3_029_377, 966_035, "29 September 2026"
"""The whole Hub, to say how little a snapshot holds; source: README of HuggingGraph of that day."""

CLAIMS = ("F01", "F05", "F17", "F24", "F56")
"""Statements of the press that the story shows."""

LINES = 8
TOP = 10

Row = Mapping[str, Any]


def demo(
    out: Output,
    file: Annotated[
        Path, typer.Option("-o", "--output", dir_okay=False, help="Where the report is written.")
    ] = Path("begat-report.html"),
) -> None:
    """Tell what the current snapshot holds: a tree, who carries the ecosystem, rankings, claims checked.

    Builds graph, name index and RDF store where they are missing, and writes a report as one HTML file.

    Examples:

      begat demo

      begat demo -o report.html
    """
    from rich.text import Text

    from begat.files import atomic_write

    registry = out.registry()
    quads = registry.build(out.step)["quads"]
    with out.step("influence and ranking"):
        stats = registry.stats()
        models = registry.influence(by="model")
        institutions = registry.influence(by="institution")
        own = _own_ranking(registry)
        ranking = registry.rank("osir-53") if stats["editions"] else []
    with out.step("claims"):
        claims = registry.claims(only=["F*"]) if stats["editions"] else []
    root = _root(registry, models)
    with out.step("report"):
        page = registry.report(root, stats, models, institutions, own, ranking, claims)
        atomic_write(file, page)
    if not out.tabular:
        out.one({"snapshot": stats["snapshot"], "quads": quads, "report": str(file), "stats": stats})
        return
    out.draw(*_snapshot(stats, shipped=registry.shipped), "")
    _tree(out, registry, root, institutions)
    _influence(out, models, institutions)
    _ranking(out, stats, own, ranking)
    _claims(out, claims)
    out.draw("", Text(f"Report: {file.resolve()}"), "", *NEXT)


def _root(registry: "Registry", models: Sequence[Row]) -> str:
    """The model whose tree is shown: Qwen2.5-7B, in a snapshot without it the most influential one.

    Raises
    ------
    StoreError
        If the snapshot holds no model.
    """
    if registry.graph.ids.find(ROOT) is not None:
        return ROOT
    if models:
        return str(models[0]["id"])
    if not registry.graph.n:
        raise StoreError("the current snapshot holds no model", hint="Import one with models.")
    return registry.graph.ids[0]


def _tree(out: Output, registry: "Registry", root: str, institutions: Sequence[Row]) -> None:
    from begat.views.form.text import outline

    title = "Who builds on Qwen" if root == ROOT else f"Who builds on {root}"
    _chapter(out, title, _builders(institutions) if root == ROOT else "")
    out.draw(outline(registry.tree(root, budget=LINES), width=out.console.width, ascii_only=not out.unicode))


def _influence(out: Output, models: Sequence[Row], institutions: Sequence[Row]) -> None:
    if not models:
        return
    from begat.influence.measure.base import measures

    shown = [name for name, item in measures().items() if item.shown]
    _chapter(out, "Which models carry the ecosystem", "Ordered by reach; the other measures beside it.")
    out.rows(models[:TOP], ("rank", "id", *(name for name in shown if name in models[0])))
    _chapter(out, "Which institutions", "Derivatives by others only; a model of several counts once.")
    out.rows(institutions[:TOP], ("rank", "name", *shown))


def _own_ranking(registry: "Registry") -> list[dict[str, Any]]:
    """The ranking by begat-53; nobody where nothing in the snapshot feeds it."""
    try:
        return registry.rank()
    except InputError:
        return []


def _claims(out: Output, claims: Sequence[Row]) -> None:
    if not claims:
        return
    counts = Counter(row["verdict"] for row in claims)
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    _chapter(
        out, "What the press said", f"{len(claims)} statements about that ranking: {said}. Some of them:"
    )
    shown = [{**row, "value": row["text"]} for row in claims if row["claim"] in CLAIMS]
    out.rows(shown, ("claim", "verdict", "value", "expected", "statement"))


def _ranking(out: Output, stats: Row, own: Sequence[Row], ranking: Sequence[Row]) -> None:
    columns = ("rank", "low", "high", "tier", "name", "score", "data", "model", "system", "evaluation")
    ranked = [row for row in own if row["rank"] is not None]
    if ranked:
        said = (
            f"begat-53: fixed goalposts, missing is not zero. {len(own) - len(ranked)} institutions have no "
            "rank, because too little is known of a dimension. Low and high bound the rank in 90 % of 2,000 "
            "other defensible methods; one tier can't be told apart."
        )
        _chapter(out, "Which institutions lead in data, models, systems and evaluation", said)
        out.rows(ranked[:TOP], columns)
    if ranking:
        said = (
            f"Edition {stats['editions'][-1]}, recomputed from its items: the numbers as published. The "
            "intervals show how far its order is supported."
        )
        _chapter(out, "The published ranking, OSIR-LMTS", said)
        out.rows(ranking[:TOP], columns)


def _snapshot(stats: Row, *, shipped: bool) -> list[str]:
    hub, edges = stats["models_by_platform"].get("huggingface", 0), stats["derivations"]
    held = (
        f"begat on snapshot {stats['snapshot']}: {stats['models']:,} models, {edges:,} derivations, "
        f"{stats['institutions']:,} institutions, from {stats['sources']} sources."
    )
    part = (
        f"{hub / HUB_MODELS:.1%} of the models and {edges / HUB_DERIVATIONS:.1%} of the derivations that the "
        f"Hugging Face Hub had on {HUB_DAY}"
    )
    if not shipped:
        return [held, f"It has as many as {part}."]
    bias = "mostly fresh uploads, desktop models and leaderboard entries"
    warning = "What follows shows what begat computes, not how the world is."
    return [held, f"This is a small, biased sample: {part}, {bias}. {warning}"]


def _builders(institutions: Sequence[Row]) -> str:
    qwen = next((row for row in institutions if row["id"] == "alibaba"), None)
    if qwen is None:
        return ""
    return (
        f"In this sample {qwen['accounts']:,} other accounts made {qwen['children']:,} models directly from "
        f"models of {qwen['name']}, and {qwen['descendants']:,} lead back to one. One of its trees:"
    )


def _chapter(out: Output, title: str, text: str) -> None:
    from rich.text import Text

    out.draw("", Text(title, style="bold"), Text(text))


NEXT = (
    "Try next:",
    "  begat lineage Qwen/Qwen2.5-7B-Instruct --up",
    "  begat tree Qwen -o qwen.html",
    "  begat licence nvidia/LocateAnything-3B",
    "  begat query top-bases",
    "  begat influence --by institution --measure accounts",
    "  begat rank -o ranking.html",
    "  begat serve",
)


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app)(demo)
