"""Pages about a dataset, a system or a benchmark: facts, the models it belongs to, figures with dates."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from begat.views.page.base import About, Page, Twin
from begat.views.page.section import (
    Cell,
    Section,
    chip,
    evidence,
    figure,
    licence_cell,
    linked,
    number,
    with_bars,
)
from begat.views.said import counted, said
from begat.views.words import clean, licence_name

__all__ = ["thing_page"]

Row = Mapping[str, Any]
Words = Mapping[str, str]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "dataset": (
        "id", "stage", "source", "reach", "descendants", "accounts", "downloads_30d", "licence", "created_on",
    ),
    "system": ("id", "models"),
    "benchmark": ("id", "metric", "source", "results", "models", "least", "most", "since", "until"),
}  # fmt: skip
"""Of the twin."""

FACTS: Mapping[str, tuple[str, ...]] = {
    "dataset": ("modality", "lifecycle", "languages", "created_at", "modified_at", "sources"),
    "system": ("kind", "repository", "libraries", "former", "created_at", "sources"),
    "benchmark": ("category", "paper", "harnesses", "basis", "sources"),
}
"""Facts that are said as they stand."""

LINKS: Mapping[str, Mapping[str, str]] = {
    "dataset": {"derived_from": "dataset"},
    "system": {"maintainer": "institution"},
    "benchmark": {"owners": "institution", "dataset": "dataset", "same_as": "benchmark"},
}
"""Facts that name other things, and of what kind."""

MOST = 20
"""Rows of a table; the twin has all."""


def thing_page(kind: str, facts: Row, about: About, *, lang: str = "en") -> Page:
    """Return the page of a dataset, system or benchmark.

    Parameters
    ----------
    kind : str
        ``dataset``, ``system`` or ``benchmark``.
    facts : mapping
        As `begat.answer.things.thing` gives them.
    """
    words = {**said(lang, "evidence"), **said(lang, "thing")}
    name = clean(facts.get("name") or facts["id"])
    table = {"dataset": _trained, "system": _libraries, "benchmark": _results}[kind]
    return Page(
        view="thing",
        title=name,
        values={
            "chips": list(_chips(kind, facts, words)),
            "lead": _lead(kind, facts["counts"], words),
            "terms": facts.get("licence_terms"),
            "facts": list(_facts(kind, facts, words)),
            "sections": [table(facts["rows"], words, lang), *evidence(facts, words)],
        },
        twin=Twin(_head(kind, facts), COLUMNS[kind], facts["rows"]),
        about=about,
        lang=lang,
        styles=("sections.css",),
        tools=("csv", "json"),
        subject=(kind, facts["id"]),
    )


def _chips(kind: str, facts: Row, words: Words) -> Iterator[Row]:
    yield chip("", words[f"kind_{kind}"])
    if facts.get("name") and facts["name"] != facts["id"]:
        yield chip("", facts["id"])
    if facts.get("platform") and facts.get("account"):
        account = f"{facts['platform']}:{facts['account']}"
        yield chip(words["owner"], facts["account"], "account", account)
    for field, other in LINKS[kind].items():
        value = facts.get(field)
        for each in value if isinstance(value, list) else [value] if value else []:
            yield chip(words[f"fact_{field}"], each, other, each)
    name = licence_name(facts.get("licence")) or words["unknown"]
    if kind == "dataset":
        yield chip(words["licence"], name, "licence", f"dataset:{facts['id']}")
        yield chip("", words["impact"], "impact", f"dataset:{facts['id']}", way=True)
    elif facts.get("licence"):
        yield chip(words["licence"], name)


def _lead(kind: str, counts: Row, words: Words) -> str:
    """Return the finding in one sentence."""
    if kind == "benchmark":
        if not counts["results"]:
            return words["lead_benchmark_none"]
        return words["lead_benchmark"].format(
            results=counted(words, "result", counts["results"]),
            models=counted(words, "model", counts["models"]),
        )
    key = f"lead_{kind}" if counts["models"] else f"lead_{kind}_none"
    accounts = counted(words, "account", counts.get("accounts", 0))
    return words[key].format(models=counted(words, "model", counts["models"]), accounts=accounts)


def _facts(kind: str, facts: Row, words: Words) -> Iterator[tuple[str, str]]:
    """Return what is known and named by a word, in words."""
    for field in FACTS[kind]:
        value = facts.get(field)
        if not value:
            continue
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield words[f"fact_{field}"], clean(text[:10] if field.endswith("_at") else text)


def _rest(rows: Sequence[Row], words: Words) -> str:
    more = len(rows) - MOST
    return counted(words, "more", more) if more > 0 else ""


def _trained(rows: Sequence[Row], words: Words, lang: str) -> Section:
    shown = rows[:MOST]
    bars = with_bars([number(row["reach"]) for row in shown], [row["reach"] for row in shown])
    heads = [
        (words["model"], False),
        (words["stage"], False),
        (words["reach"], True),
        (words["downloads"], True),
    ]
    return Section(
        "models",
        words["trained"],
        words["trained_note"],
        [*heads, (words["licence"], False), (words["source"], False)],
        [
            [
                linked("model", row["id"]),
                Cell(
                    words[f"stage_{row['stage']}"]
                    if row["stage"] in ("base", "end")
                    else clean(row["stage"] or "–")
                ),
                bar,
                number(row["downloads_30d"], brief=True),
                licence_cell(row["licence"], lang),
                Cell(clean(row["source"])),
            ]
            for row, bar in zip(shown, bars, strict=True)
        ],
        more=_rest(rows, words),
        wide=True,
        empty=words["trained_none"],
    )


def _libraries(rows: Sequence[Row], words: Words, lang: str) -> Section:  # noqa: ARG001 - as the others
    bars = with_bars([number(row["models"]) for row in rows], [row["models"] for row in rows])
    return Section(
        "libraries",
        words["libraries"],
        words["libraries_note"],
        [(words["library"], False), (words["models"], True)],
        [[Cell(clean(row["id"]), head=True), bar] for row, bar in zip(rows, bars, strict=True)],
        empty=words["libraries_none"],
    )


def _results(rows: Sequence[Row], words: Words, lang: str) -> Section:  # noqa: ARG001 - as the others
    shown = rows[:MOST]
    bars = with_bars([number(row["results"]) for row in shown], [row["results"] for row in shown])
    names = ("name", "metric", "results", "models", "range", "dates", "source")
    return Section(
        "results",
        words["results"],
        words["results_note"],
        [(words[name], name in ("results", "models", "range")) for name in names],
        [
            [
                Cell(clean(row["id"]), head=True),
                Cell(clean(row["metric"])),
                bar,
                number(row["models"]),
                Cell(f"{figure(row['least'])} – {figure(row['most'])}", number=True),
                Cell(_dates(row)),
                Cell(clean(row["source"] or "")),
            ]
            for row, bar in zip(shown, bars, strict=True)
        ],
        more=_rest(rows, words),
        wide=True,
        empty=words["results_none"],
    )


def _dates(row: Row) -> str:
    if not row["since"]:
        return "–"
    return row["since"] if row["since"] == row["until"] else f"{row['since']} – {row['until']}"


def _head(kind: str, facts: Row) -> Row:
    """Return what the twin says of the whole: all but the rows."""
    return {"kind": kind, **{key: value for key, value in facts.items() if key not in ("rows", "type")}}
