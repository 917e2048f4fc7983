"""What does not fit among the licences of many things: by kind, licence against licence, how they change."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from begat.consequence.conflict import KINDS, SEVERITIES, UNLABELLED
from begat.views.demand import legend, shown
from begat.views.page.base import About, Page, Twin
from begat.views.page.section import Cell, Section, figure, linked, number, part, relation_word, with_bars
from begat.views.said import counted, said
from begat.views.words import clean, licence_name
from begat.vocab import LABELS

__all__ = ["COLUMNS", "conflicts_page"]

Row = Mapping[str, Any]
Words = Mapping[str, str]

COLUMNS = (
    *("section", "kind", "severity", "own", "source", "other", "channel", "relation", "models", "datasets"),
    *("share_of_models", "accounts", "downloads_30d", "downloads_unknown", "id", "source_id", "evidence"),
    *("path", "derivations", "known", "changed", "share", "share_of_accounts", "parent_unknown"),
    *("child_unknown", "both_unknown", "before", "after", "by_relation", "effects"),
    *("since", "inherited", "same_maker"),
)
"""Of the twin; ``section`` is ``kinds, pairs, relations, changes, by_relation`` or ``sample``."""

MOST_LINES, MOST_COLUMNS = 12, 10
"""Licences in a table of licence against licence."""

SHADES = 4
"""Degrees of a cell's ground."""

CLAIMS = ("commercial-claimed", "terms-dropped")
"""Effects that take what was not given; the others add terms."""

EFFECT_SIGNS = {"dropped": "−", "added": "+", "": ""}


class Heat(NamedTuple):
    """A table of licence against licence.

    Attributes
    ----------
    columns, lines : list
        The licences across, and of each line its licence with its cells, None where there is nothing.
    more : str
        What is not shown.
    """

    columns: list[Row]
    lines: list[tuple[Row, list[Row | None]]]
    more: str


def conflicts_page(
    found: Row, changed: Row, about: About, *, name: str | None = None, lang: str = "en"
) -> Page:
    """Return the page of what does not fit.

    Parameters
    ----------
    found, changed : mapping
        As `begat.registry.licensed.conflicts` and ``licence_changes`` give them.
    name : str, optional
        What the subject is called; everything if not given.
    """
    words = {**said(lang, "hourglass"), **said(lang, "licence"), **said(lang, "conflicts")}
    totals = next(row for row in found["totals"] if row["evidence"] == found["evidence"])
    kind, _, thing = found["subject"].partition(":")
    return Page(
        view="conflicts",
        title=words["title_of"].format(name=clean(name)) if name else words["title"],
        values={
            "subject": (kind, thing) if thing else None,
            "scope": words[f"scope_{kind}"],
            "lead": list(_lead(found["looked_at"], totals, words)),
            "tiles": list(_tiles(found["looked_at"], totals, words)),
            "sections": [_kinds(found, words), *_origin(found["kinds"], words), _evidence(found, words)],
            "unknown": list(_unknown(found["looked_at"], words)),
            "pairs": _pairs(found["pairs"], words, lang),
            "changes": _changes(changed["changes"], words, lang),
            "words": words,
            "below": [_by_relation(changed["relations"], words, lang), _sample(found["sample"], words, lang)],
            "legend": legend(lang),
        },
        twin=Twin(
            {"subject": found["subject"], "evidence": found["evidence"], **found["looked_at"], **totals},
            COLUMNS,
            list(_rows(found, changed)),
        ),
        about=about,
        lang=lang,
        styles=("sections.css", "demand.css", "conflicts.css"),
        tools=("csv", "json"),
    )


def _rows(found: Row, changed: Row) -> Iterator[Row]:
    """Yield all rows of all tables."""
    parts = {
        **{name: found[name] for name in ("kinds", "pairs", "relations", "sample")},
        "by_relation": changed["relations"],
        "changes": changed["changes"],
    }
    empty = dict.fromkeys(COLUMNS)
    for section, rows in parts.items():
        for row in rows:
            yield empty | {"section": section} | {key: row[key] for key in COLUMNS if key in row}


def _key(stem: str, name: str) -> str:
    return stem + name.replace("-", "_").replace(" ", "_")


def _lead(looked: Row, totals: Row, words: Words) -> Iterator[str]:
    grave = sum(totals[f"{severity}_models"] for severity in SEVERITIES[:2])
    share = part(grave / looked["made_models"]) if looked["made_models"] else "–"
    yield words["lead"].format(made=f"{looked['made_models']:,}", grave=f"{grave:,}", share=share)
    yield words["lead_known"].format(known=f"{looked['all_known']:,}")


def _tiles(looked: Row, totals: Row, words: Words) -> Iterator[tuple[str, str, str]]:
    for severity in SEVERITIES:
        data = totals[f"{severity}_datasets"]
        note = counted(words, "and_dataset", data) if data else ""
        yield f"{totals[f'{severity}_models']:,}", words[f"tile_{severity}"], note
    of = words["tile_of_models"].format(count=f"{looked['models']:,}")
    yield f"{looked['made_models']:,}", words["tile_made"], of


def _unknown(looked: Row, words: Words) -> Iterator[tuple[str, str]]:
    """Yield how many of the things that were made lack what, as far as it can be counted."""
    for key in (
        "licence_none_stated",
        "licence_other",
        "licence_not_seen",
        "sources_unknown",
        "sources_untold",
    ):
        yield words[f"lacks_{key}"], f"{looked[key]:,}"


def _kinds(found: Row, words: Words) -> Section:
    rows = found["kinds"]
    looked = found["looked_at"]
    models = with_bars([number(row["models"]) for row in rows], [row["models"] for row in rows])
    heads = ("kind", "severity", "models", "share", "datasets", "accounts", "downloads")
    return Section(
        "kinds",
        words["kinds"],
        words["kinds_note"].format(
            date=looked["downloads_on"] or "–", source=clean(looked["downloads_source"] or "–")
        ),
        [(words[f"col_{name}"], name not in ("kind", "severity")) for name in heads],
        [
            [
                Cell(words[_key("conflict_", row["kind"])], head=True),
                Cell(words[f"severity_{row['severity']}"]),
                bar,
                number_or_share(row["share_of_models"]),
                number(row["datasets"]),
                number(row["accounts"]),
                number(row["downloads_30d"], brief=True, note=_missing(row["downloads_unknown"], words)),
            ]
            for row, bar in zip(rows, models, strict=True)
        ],
        wide=True,
        empty=words["nothing"],
    )


def _origin(kinds: Sequence[Row], words: Words) -> Iterator[Section]:
    """Yield how many findings begin further up, or are of one maker with their sources, if any can be."""
    heads = ("kind", "severity", "here", "inherited", "same_maker")
    rows = [
        [
            Cell(words[_key("conflict_", row["kind"])], head=True),
            Cell(words[f"severity_{row['severity']}"]),
            number(row["models"] + row["datasets"] - row["inherited"]),
            number(row["inherited"]),
            number(row["same_maker"]),
        ]
        for row in kinds
        if row["kind"] not in UNLABELLED
    ]
    if rows:
        columns = [(words[f"col_{name}"], name not in ("kind", "severity")) for name in heads]
        yield Section("origin", words["origin"], words["origin_note"], columns, rows, wide=True)


def number_or_share(share: float | None) -> Cell:
    """Return the cell of a share; a dash where it is of nothing."""
    return Cell("–" if share is None else part(share), number=True)


def _missing(count: int, words: Words) -> str:
    return words["unknown_downloads"].format(count=f"{count:,}") if count else ""


def _evidence(found: Row, words: Words) -> Section:
    """Say how many things have what severity if only surer, or also weaker, links are followed."""
    return Section(
        "evidence",
        words["by_evidence"],
        words["by_evidence_note"],
        [(words["col_followed"], False), *((words[f"severity_{name}"], True) for name in SEVERITIES)],
        [
            [
                Cell(words[f"follow_{row['evidence']}"], head=True),
                *(number(row[f"{severity}_models"]) for severity in SEVERITIES),
            ]
            for row in found["totals"]
        ],
        wide=True,
    )


def _pairs(rows: Sequence[Row], words: Words, lang: str) -> Heat:
    """Return own licence against that of a source, each cell the gravest of what doesn't fit there."""
    cells: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=_gravity):
        if row["kind"] not in UNLABELLED:
            cells.setdefault((row["source"], row["own"]), row)
    sizes = {key: row["models"] + row["datasets"] for key, row in cells.items()}

    def cell(key: tuple[str, str], most: int) -> Row | None:
        row = cells.get(key)
        if row is None:
            return None
        return {
            "count": f"{sizes[key]:,}",
            "style": f"{row['severity']} shade-{_shade(sizes[key], most)}",
            "word": words["graded"].format(
                severity=words[f"severity_{row['severity']}"], kind=words[_key("short_", row["kind"])]
            ),
        }

    return _heat(sizes, cell, words, lang)


def _gravity(row: Row) -> tuple[int, int, int]:
    return SEVERITIES.index(row["severity"]), KINDS.index(row["kind"]), -row["models"]


def _changes(rows: Sequence[Row], words: Words, lang: str) -> Heat:
    """Return the parent's licence against that of the child, each cell with what that changes in law."""
    cells = {(row["before"], row["after"]): row for row in rows}
    sizes = {key: row["derivations"] for key, row in cells.items()}

    def cell(key: tuple[str, str], most: int) -> Row | None:
        row = cells.get(key)
        if row is None:
            return None
        tone = "" if not row["effects"] else "dropped" if set(row["effects"]) & set(CLAIMS) else "added"
        effects = words["comma"].join(words[_key("effect_", name)] for name in row["effects"])
        return {
            "count": f"{sizes[key]:,}",
            "style": f"{tone or 'neutral'} shade-{_shade(sizes[key], most)}",
            "word": f"{EFFECT_SIGNS[tone]} {effects or words['no_effect']}".lstrip(),
        }

    return _heat(sizes, cell, words, lang)


def _heat(sizes: Mapping[tuple[str, str], int], cell: Any, words: Words, lang: str) -> Heat:
    """Return the lines and columns with the most, the largest first."""
    lines: dict[str, int] = {}
    columns: dict[str, int] = {}
    for (line, column), count in sizes.items():
        lines[line] = lines.get(line, 0) + count
        columns[column] = columns.get(column, 0) + count
    across, down = _largest(columns, MOST_COLUMNS), _largest(lines, MOST_LINES)
    most = max(sizes.values(), default=1)
    hidden = sum(1 for line, column in sizes if line not in down or column not in across)
    return Heat(
        [_licence(name, lang) for name in across],
        [(_licence(line, lang), [cell((line, column), most) for column in across]) for line in down],
        counted(words, "more_pairs", hidden) if hidden else "",
    )


def _largest(totals: Mapping[str, int], most: int) -> list[str]:
    return sorted(totals, key=lambda name: (-totals[name], name))[:most]


def _licence(name: str, lang: str) -> Row:
    sign = shown(name if name not in ("none stated", "other", "not seen") else None, lang)
    return {"name": licence_name(name), "sign": sign.sign, "style": sign.style, "word": sign.word}


def _shade(count: int, most: int) -> int:
    """Return how dark a cell is: by the size of the number, in powers.

    Examples
    --------
    >>> [_shade(count, 1000) for count in (1, 6, 40, 1000)]
    [1, 2, 3, 4]
    """
    if most <= 1:
        return SHADES
    from math import ceil, log

    return max(1, ceil(SHADES * log(count) / log(most))) if count > 1 else 1


def _by_relation(rows: Sequence[Row], words: Words, lang: str) -> Section:
    heads = ("relation", "derivations", "known", "changed", "changed_share", "account_share", "one_unknown")
    return Section(
        "relations",
        words["by_relation"],
        words["by_relation_note"],
        [(words[f"col_{name}"], name != "relation") for name in heads],
        [
            [
                Cell(_relation(row["relation"], words, lang), head=True),
                number(row["derivations"]),
                number(row["known"]),
                number(row["changed"]),
                number_or_share(row["share"]),
                number_or_share(row["share_of_accounts"]),
                number(row["parent_unknown"] + row["child_unknown"] + row["both_unknown"]),
            ]
            for row in rows
        ],
        wide=True,
        empty=words["nothing"],
    )


def _relation(name: str, words: Words, lang: str) -> str:
    return relation_word(name, lang) if name in LABELS else words["all_relations"]


def _sample(rows: Sequence[Row], words: Words, lang: str) -> Section:
    heads = ("thing", "licence", "kind", "severity", "source", "source_licence", "steps", "downloads")
    return Section(
        "sample",
        words["sample"],
        words["sample_note"],
        [(words[f"col_{name}"], name in ("steps", "downloads")) for name in heads],
        [
            [
                linked("licence", row["id"] if row["type"] == "model" else f"dataset:{row['id']}", row["id"]),
                Cell(_signed(row["own"], lang)),
                Cell(words[_key("conflict_", row["kind"])], note=_remark(row, words)),
                Cell(words[f"severity_{row['severity']}"]),
                Cell(clean(row["source_id"])),
                Cell(_signed(row["source"], lang)),
                number(len(row["path"]) // 2),
                Cell(figure(row["downloads_30d"], brief=True), number=True),
            ]
            for row in rows
        ],
        wide=True,
        empty=words["nothing"],
    )


def _remark(row: Row, words: Words) -> str:
    """Say that a case begins elsewhere, or that thing and sources are of one maker."""
    told = ["inherited"] if row["inherited"] else []
    told += [row["same_maker"]] if row["same_maker"] else []
    return words["comma"].join(words[f"said_{name}"] for name in told)


def _signed(licence: str, lang: str) -> str:
    found = _licence(licence, lang)
    return f"{found['sign']} {found['name']}"
