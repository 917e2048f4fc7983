"""What is hit if something is bad: how much, how sure, where, whom to tell, and by which path."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from begat.views.page.base import About, Page, Twin
from begat.views.page.parts import relation_class
from begat.views.page.section import (
    Cell,
    Section,
    account_cell,
    chip,
    country_name,
    cut,
    figure,
    licence_cell,
    linked,
    number,
    part,
    relation_word,
    with_bars,
)
from begat.views.said import counted, said
from begat.views.words import clean, house_name
from begat.vocab import LABELS

__all__ = ["impact_page"]

Row = Mapping[str, Any]
Words = Mapping[str, str]
Names = Mapping[str, str | None]

MOST = 12
"""Rows of a table of institutions or countries."""

TOLD = 20
"""Accounts and models that are listed."""

HEIGHT = 56
"""Of the highest column of the chart by depth, of 60."""


def impact_page(
    found: Row,
    accounts: Sequence[Row],
    rows: Sequence[Row],
    about: About,
    *,
    names: Names,
    lang: str = "en",
) -> Page:
    """Return the page of what is hit by something.

    Parameters
    ----------
    found : mapping
        As `begat.registry.impacted.impact_summary` gives it; each of its ``hits`` with its ``path``.
    accounts : sequence of mapping
        Whom to tell, as of `begat.registry.impacted.impact_notified`.
    rows : sequence of mapping
        What is hit, for the data of the page.
    names : mapping
        What institutions are called, by id.
    """
    words = {**said(lang), **said(lang, "impact")}
    name = house_name(found["name"]) if found["kind"] == "account" else clean(found["name"])
    return Page(
        view="impact",
        title=words["title"].format(name=name),
        values={
            "chips": list(_chips(found, name, words)),
            "lead": _lead(found, name, words),
            "tiles": list(_tiles(found, words)),
            "sure": _sure(found, words),
            "relations": _shares(found["by_relation"], lang, words),
            "depths": _depths(found["by_depth"], words),
            "notes": list(_notes(found, rows, words)),
            "sections": [
                _hits(found, words, lang),
                _told(found, accounts, names, words),
                _institutions(found, names, words),
                _countries(found, words, lang),
                _relations(found, words, lang),
            ],
        },
        twin=Twin(
            {key: value for key, value in found.items() if key != "hits"},
            tuple(rows[0]) if rows else (),
            rows,
        ),
        about=about,
        lang=lang,
        styles=("sections.css", "impact.css"),
        tools=("csv", "json"),
        subject=(found["kind"], found["id"]) if found["kind"] in ("model", "dataset") else None,
    )


def _chips(found: Row, name: str, words: Words) -> Iterator[Row]:
    """Say what is bad, and what is counted."""
    yield chip(words[f"kind_{found['kind']}"], name, found["kind"], found["id"])
    if found["kind"] not in ("model", "dataset"):
        own = [
            counted(words, key, found[f"own_{key}s"]) for key in ("model", "dataset") if found[f"own_{key}s"]
        ]
        yield chip(words["own"], words["and"].join(own))
    else:
        itself = found["id"] if found["kind"] == "model" else f"dataset:{found['id']}"
        yield chip("", words["ship"], "licence", itself, way=True)
    if found["same_as"]:
        yield chip(words["same_as"], found["same_as"], "impact", found["same_as"])
    yield chip(words["counted"], words[f"counted_{found['evidence']}"])
    if found["on"]:
        yield chip("", words["known_on"].format(on=found["on"]))


def _lead(found: Row, name: str, words: Words) -> str:
    """Return the finding in one sentence."""
    things = _things(found, words)
    if not things:
        return words["lead_none"].format(name=name)
    return words["lead"].format(
        name=name,
        things=words["and"].join(things),
        accounts=counted(words, "account", found["accounts"]),
        declared=figure(found["declared"]),
        share=part(found["declared"] / (found["models"] + found["datasets"])),
    )


def _things(row: Row, words: Words) -> list[str]:
    return [counted(words, key, row[f"{key}s"]) for key in ("model", "dataset") if row[f"{key}s"]]


def _tiles(found: Row, words: Words) -> Iterator[tuple[str, str, str]]:
    """Yield the totals, each with how much of it isn't known."""
    mirrors = words["mirrors"].format(count=figure(found["mirrors"])) if found["mirrors"] else ""
    yield figure(found["models"]), words["tile_models"], mirrors
    if found["datasets"]:
        yield figure(found["datasets"]), words["tile_datasets"], ""
    for key, plural in (("account", "accounts"), ("institution", "institutions"), ("country", "countries")):
        unknown = found[f"{key}_unknown"]
        note = counted(words, "unknown_things", unknown) if unknown else ""
        yield figure(found[plural]), words[f"tile_{plural}"], note
    unknown = found["downloads_unknown"]
    note = counted(words, "unknown_figures", unknown) if unknown else ""
    least = "≥ " if unknown and found["downloads_30d"] is not None else ""
    yield least + figure(found["downloads_30d"], brief=True), words["tile_downloads"], note


def _size(row: Row) -> int:
    return int(row["models"] + row["datasets"])


def _sure(found: Row, words: Words) -> list[Row]:
    """Return the bar of all hits by how sure they are; shares are of those that count, as in the lead."""
    rows = [row for row in found["by_evidence"] if _size(row)]
    whole = sum(_size(row) for row in rows if row["counted"])
    named = [
        words[f"sure_{row['evidence']}"] + ("" if row["counted"] else words["not_counted"]) for row in rows
    ]
    bar = cut([(f"e-{row['evidence']}", name, _size(row)) for row, name in zip(rows, named, strict=True)])
    shares = [part(_size(row) / whole) if row["counted"] else "" for row in rows]
    return [{**piece, "share": share} for piece, share in zip(bar, shares, strict=True)]


def _relation(kind: str, words: Words, lang: str) -> str:
    """Return the kind of a link in words."""
    return relation_word(kind, lang) if kind in LABELS else words[f"link_{kind}"]


def _shares(rows: Sequence[Row], lang: str, words: Words) -> list[Row]:
    ordered = sorted(rows, key=lambda row: -_size(row))
    return cut(
        [
            (relation_class(row["relation"]), _relation(row["relation"], words, lang), _size(row))
            for row in ordered
        ]
    )


def _depths(rows: Sequence[Row], words: Words) -> Row | None:
    """Return the columns of hits by links; None where nothing is hit."""
    if not rows:
        return None
    top = max(rows, key=_size)
    bars: list[Row] = []
    for place, row in enumerate(rows):
        height = round(max(HEIGHT * _size(row) / _size(top), 1), 2)
        title = words["depth_title"].format(
            depth=counted(words, "link", row["depth"]), count=figure(_size(row))
        )
        bars.append(
            {"x": 10 * place + 1, "y": round(60 - height, 2), "width": 8, "height": height, "title": title}
        )
    told = words["comma"].join(bar["title"] for bar in bars)
    return {
        "bars": bars,
        "width": 10 * len(rows),
        "first": counted(words, "link", rows[0]["depth"]),
        "last": counted(words, "link", rows[-1]["depth"]) if len(rows) > 1 else "",
        "caption": words["depths"].format(
            most=figure(_size(top)), links=counted(words, "link", top["depth"])
        ),
        "label": words["depths_label"].format(told=told),
    }


def _notes(found: Row, rows: Sequence[Row], words: Words) -> Iterator[str]:
    yield words["note_evidence"]
    if found["downloads_on"]:
        source = clean(found["downloads_source"])
        yield words["note_downloads"].format(on=found["downloads_on"], source=source)
    for key in ("removed", "gated"):
        if found[key]:
            yield counted(words, key, found[key])
    if found["models"] and found["gated_unknown"]:
        yield counted(words, "gated_unknown", found["gated_unknown"])
    if 0 < len(rows) < _size(found):
        yield words["note_part"].format(shown=figure(len(rows)), whole=figure(_size(found)))


def _barred(rows: Sequence[Row], key: str = "models") -> list[Cell]:
    return with_bars([number(row[key]) for row in rows], [row[key] for row in rows])


def _downloads(row: Row, words: Words) -> Cell:
    """Return the downloads of some models: at least so many, where some are unknown."""
    unknown = row["downloads_unknown"]
    note = words["no_figure"].format(count=figure(unknown)) if unknown else ""
    return number(row["downloads_30d"], brief=True, note=note)


HEADS = ("models", "certain", "downloads")


def _counts(rows: Sequence[Row], words: Words) -> list[list[Cell]]:
    """Return of each row what is hit, how much of it for certain, and its downloads."""
    bars = with_bars([number(_size(row)) for row in rows], [_size(row) for row in rows])
    return [
        [bar, number(row["declared"]), _downloads(row, words)] for row, bar in zip(rows, bars, strict=True)
    ]


def _table(
    key: str, rows: Sequence[Row], names: Sequence[Cell], words: Words, *, note: str, more: int = 0
) -> Section:
    """Return the table of hits by something, and what it leaves out."""
    cells = _counts(rows, words)
    return Section(
        key,
        words[key],
        note,
        [(words[f"head_{key}"], False), *((words[f"head_{head}"], True) for head in HEADS)],
        [[name, *row] for name, row in zip(names, cells, strict=True)],
        more=counted(words, f"more_{key}", more) if more > 0 else "",
        empty=words["none"],
    )


def _cut_rows(rows: Sequence[Row], key: str) -> list[Row]:
    """Return the first rows, and that of what is unknown."""
    known = [row for row in rows if row[key] is not None]
    return [*known[:MOST], *(row for row in rows if row[key] is None)]


def _institutions(found: Row, names: Names, words: Words) -> Section:
    rows = _cut_rows(found["by_institution"], "institution")
    cells = [
        linked("institution", row["institution"], _house(row["institution"], names))
        if row["institution"]
        else Cell(words["unknown"], head=True)
        for row in rows
    ]
    return _table(
        "institutions", rows, cells, words, note=words["institutions_note"], more=found["institutions"] - MOST
    )


def _countries(found: Row, words: Words, lang: str) -> Section:
    rows = _cut_rows(found["by_country"], "country")
    names = [
        linked("country", row["country"], country_name(row["country"], lang))
        if row["country"]
        else Cell(words["unknown"], head=True)
        for row in rows
    ]
    return _table(
        "countries", rows, names, words, note=words["countries_note"], more=found["countries"] - MOST
    )


def _relations(found: Row, words: Words, lang: str) -> Section:
    rows = found["by_relation"]
    names = [Cell(_relation(row["relation"], words, lang), head=True) for row in rows]
    return _table("relations", rows, names, words, note=words["relations_note"])


def _house(institution: str | None, names: Names) -> str:
    """Return what an institution is called; nothing where it isn't known."""
    return clean(names.get(institution or "") or institution or "")


def _told(found: Row, accounts: Sequence[Row], names: Names, words: Words) -> Section:
    """Return the accounts to tell."""
    rows = [row for row in accounts if row["account"]][:TOLD]
    heads = ("accounts", *HEADS, "largest")
    return Section(
        "accounts",
        words["accounts"],
        words["accounts_note"],
        [(words[f"head_{head}"], head in HEADS) for head in heads],
        [
            [
                account_cell(
                    row["account"], words["own_account"] if row["own"] else _house(row["institution"], names)
                ),
                *cells,
                Cell(clean(words["comma"].join(row["largest"]))),
            ]
            for row, cells in zip(rows, _counts(rows, words), strict=True)
        ],
        more=counted(words, "more_accounts", found["accounts"] - TOLD) if found["accounts"] > TOLD else "",
        wide=True,
        empty=words["none"],
    )


def _hits(found: Row, words: Words, lang: str) -> Section:
    """Return the most downloaded things that are hit, each with its path."""
    rows = found["hits"][:TOLD]
    heads = (("hits", False), ("downloads", True), ("relation", False), ("links", True), ("evidence", False))
    return Section(
        "hits",
        words["hits"],
        words["hits_note"],
        [*((words[f"head_{head}"], right) for head, right in heads), (words["head_licence"], False)],
        [
            [
                linked(row["kind"], row["id"], note=_via(row, words)),
                bar,
                Cell(_relation(row["relation"], words, lang)),
                number(row["depth"]),
                Cell(words[f"brief_{row['evidence']}"]),
                licence_cell(row["licence"], lang),
            ]
            for row, bar in zip(
                rows,
                with_bars(
                    [number(row["downloads_30d"], brief=True) for row in rows],
                    [row["downloads_30d"] for row in rows],
                ),
                strict=True,
            )
        ],
        more=counted(words, "more_hits", _size(found) - TOLD) if _size(found) > TOLD else "",
        wide=True,
        empty=words["none"],
    )


def _via(row: Row, words: Words) -> str:
    """Say what stands between a hit and what is bad."""
    between = row["path"][1:-1]
    return words["via"].format(path=" → ".join(between)) if between else ""
