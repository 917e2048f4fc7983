"""Pages about groups of models: an institution, an account, a country, a family."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from begat.views.page.base import About, Page, Twin
from begat.views.page.following import month_columns, relation_shares
from begat.views.page.section import (
    Cell,
    Section,
    account_cell,
    chip,
    country_name,
    evidence,
    figure,
    kind_name,
    licence_cell,
    linked,
    number,
    part,
    relation_word,
    with_bars,
)
from begat.views.said import counted, said
from begat.views.words import clean

__all__ = ["GroupData", "group_page"]

Row = Mapping[str, Any]
Words = Mapping[str, str]

DIMENSIONS = ("data", "model", "system", "evaluation")

COLUMNS = (
    "section", "id", "name", "kind", "value", "share", "rank", "low", "high", "of", "models", "derivatives",
    "descendants", "accounts", "reach", "downloads_30d", "licence", "country", "institution", "created_on",
    "date",
)  # fmt: skip
"""Of the twin: a row says what its section has."""


class GroupData(NamedTuple):
    """What a page about a group shows.

    Attributes
    ----------
    kind, id, name : str
        As in `begat.answer.census.Group`.
    portrait : mapping
        See `begat.answer.portrait.portrait`.
    facts : mapping
        The row of an institution with its ``accounts, figures, contested`` (`begat.answer.show`); of an
        account its ``institution`` and ``country``; of anything else empty.
    rank : mapping, optional
        Its row in the ranking of institutions or countries.
    ranked : int
        How many are ranked there.
    history : sequence of mapping
        Its places in the editions of the published ranking, the oldest first.
    shares : sequence of mapping
        ``what, value, of`` of a country.
    institutions : sequence of mapping
        ``id, name, kind, models, descendants, reach`` of a country's institutions.
    root : str, optional
        Whose derivative tree shows the group.
    judged : bool
        Whether there is a page of what does not fit among its licences.
    """

    kind: str
    id: str
    name: str
    portrait: Row
    facts: Row = MappingProxyType({})
    rank: Row | None = None
    ranked: int = 0
    history: Sequence[Row] = ()
    shares: Sequence[Row] = ()
    institutions: Sequence[Row] = ()
    root: str | None = None
    judged: bool = False


def group_page(data: GroupData, about: About, *, lang: str = "en") -> Page:
    """Return the page of an institution, account, country or family."""
    words = {**said(lang, "influence"), **said(lang, "evidence"), **said(lang, "group")}
    portrait = data.portrait
    sections = [
        *([_institutions(data, words, lang)] if data.kind == "country" else []),
        _models(portrait, words, lang),
        _accounts(portrait, words, lang),
        _countries(portrait, words, lang),
        _upstream(portrait, words, lang),
        *([_upstream_countries(portrait, words, lang)] if data.kind == "country" else []),
        *([_families(portrait, words)] if data.kind != "family" else []),
        _licences(portrait, words, lang),
        *([_ranks(data, words)] if data.kind in ("institution", "country") else []),
        *([_history(data, words)] if data.history else []),
        _measures(portrait, words),
        *evidence(data.facts, words),
    ]
    name = _name(data, lang)
    return Page(
        view="group",
        title=name,
        values={
            "chips": list(_chips(data, words, lang)),
            "lead": _lead(portrait, words, lang, name),
            "tiles": _tiles(portrait["counts"], words),
            "shares": relation_shares(portrait["relations"], lang),
            "months": month_columns(portrait["months"], words),
            "notes": _notes(portrait["counts"], words),
            "portions": _portions(data.shares, words),
            "sections": sections,
        },
        twin=Twin(_head(data), COLUMNS, list(_rows(data))),
        about=about,
        lang=lang,
        styles=("sections.css",),
        tools=("csv", "json"),
        subject=(data.kind, data.id),
    )


def _name(data: GroupData, lang: str) -> str:
    if data.kind == "country":
        return country_name(data.id, lang)
    chinese = data.facts.get("name_zh") if data.kind == "institution" else None
    return clean(chinese if lang == "zh" and chinese else data.name)


def _chips(data: GroupData, words: Words, lang: str) -> Iterator[Row]:
    """Say who it is."""
    facts = data.facts
    yield chip("", words[f"kind_{data.kind}"])
    if data.kind == "institution":
        yield from _institution_chips(facts, words, lang)
    if data.kind == "account" and facts.get("institution"):
        yield chip(words["of_institution"], facts["institution"], "institution", facts["institution"])
    if data.kind != "country" and (code := facts.get("country")):
        yield chip(words["seat"], country_name(code, lang), "country", code)
    if data.root:
        yield chip("", words["tree"], "tree", data.root, way=True)
        yield chip("", words["impact"], "impact", f"{data.kind}:{data.id}", way=True)
    if data.judged:
        yield chip("", words["conflicts"], "conflicts", f"{data.kind}:{data.id}", way=True)


def _institution_chips(facts: Row, words: Words, lang: str) -> Iterator[Row]:
    if other := facts.get("name_zh" if lang == "en" else "name"):
        yield chip("", other)
    if facts.get("kind"):
        yield chip(words["what_kind"], kind_name(facts["kind"], lang))
    if facts.get("parent"):
        yield chip(words["part_of"], facts["parent"], "institution", facts["parent"])
    if aliases := facts.get("aliases"):
        yield chip(words["also"], ", ".join(aliases))
    for register, name in (("ror", "ROR"), ("wikidata", "Wikidata")):
        if facts.get(register):
            yield chip(name, facts[register])


def _lead(portrait: Row, words: Words, lang: str, name: str) -> str:
    """Return the finding in one sentence."""
    counts = portrait["counts"]
    if not counts["derivatives"]:
        return words["lead_none"].format(name=name)
    first = max(portrait["relations"], key=lambda row: row["derivatives"])
    return words["lead"].format(
        name=name,
        derivatives=counted(words, "model", counts["derivatives"]),
        accounts=counted(words, "account", counts["accounts"]),
        countries=counted(words, "country", counts["countries"]),
        share=part(first["derivatives"] / counts["derivatives"]),
        relation=relation_word(first["relation"], lang),
    )


def _tiles(counts: Row, words: Words) -> list[tuple[str, str, str]]:
    new = "" if counts["new"] is None else words["new"].format(count=f"{counts['new']:,}")
    unknown = counts["downloads_unknown"]
    least = words["at_least"].format(count=f"{unknown:,}") if unknown else ""
    return [
        (figure(counts["models"]), words["tile_models"], ""),
        (figure(counts["derivatives"]), words["tile_derivatives"], new),
        (figure(counts["accounts"]), words["tile_accounts"], ""),
        (figure(counts["institutions"]), words["tile_institutions"], ""),
        (figure(counts["countries"]), words["tile_countries"], ""),
        (figure(counts["downloads_30d"], brief=True), words["tile_downloads"], least),
    ]


def _notes(counts: Row, words: Words) -> list[str]:
    """Say what the figures leave out."""
    notes = [words["copies_note"]]
    if counts["downloads_on"]:
        notes.append(
            words["downloads_note"].format(
                on=counts["downloads_on"], source=clean(counts["downloads_source"])
            )
        )
    if counts["models_named_only"]:
        notes.append(words["named_only"].format(count=f"{counts['models_named_only']:,}"))
    if counts["country_unknown"]:
        notes.append(
            words["country_unknown"].format(
                count=f"{counts['country_unknown']:,}", derivatives=f"{counts['derivatives']:,}"
            )
        )
    return notes


def _portions(shares: Sequence[Row], words: Words) -> list[tuple[str, str, str]]:
    """Return the shares of a country, each with what it is a share of."""
    return [
        (
            part(row["value"] / row["of"]) if row["of"] else "–",
            words[f"share_{row['what']}"],
            words["of_all"].format(value=figure(row["value"], brief=True), of=figure(row["of"], brief=True)),
        )
        for row in shares
    ]


def _models(portrait: Row, words: Words, lang: str) -> Section:
    rows = portrait["models"]
    reach = with_bars([number(row["reach"]) for row in rows], [row["reach"] for row in rows])
    more = portrait["counts"]["models"] + portrait["counts"]["models_named_only"] - len(rows)
    return Section(
        "models",
        words["models"],
        words["models_note"],
        [
            (words["model"], False),
            (words["measure_reach"], True),
            (words["measure_descendants"], True),
            (words["measure_accounts"], True),
            (words["downloads"], True),
            (words["licence"], False),
            (words["published"], False),
        ],
        [
            [
                linked("model", row["id"], note="" if row["listed"] else words["only_named"]),
                bar,
                number(row["descendants"]),
                number(row["accounts"]),
                number(row["downloads_30d"], brief=True),
                licence_cell(row["licence"], lang),
                Cell(str(row["created_on"] or "–")),
            ]
            for row, bar in zip(rows, reach, strict=True)
        ],
        more=counted(words, "more_models", more) if more > 0 else "",
        wide=True,
        empty=words["models_none"],
    )


def _barred(rows: Sequence[Row], key: str) -> list[Cell]:
    """Return a column of numbers with bars; what has no name gets none, lest it dwarf the others."""
    named = [row[key] if row.get("id", row.get("licence")) else None for row in rows]
    return with_bars([number(row[key]) for row in rows], named)


def _accounts(portrait: Row, words: Words, lang: str) -> Section:
    rows = portrait["accounts"]
    more = portrait["counts"]["accounts"] - len(rows)
    return Section(
        "accounts",
        words["accounts"],
        words["accounts_note"],
        [(words["account"], False), (words["derivatives"], True)],
        [
            [account_cell(row["id"], country_name(row["country"], lang) if row["country"] else ""), bar]
            for row, bar in zip(rows, _barred(rows, "derivatives"), strict=True)
        ],
        more=counted(words, "more_accounts", more) if more > 0 else "",
        empty=words["accounts_none"],
    )


def _country_cell(key: str | None, lang: str) -> Cell:
    text = country_name(key, lang)
    return linked("country", key, text) if key else Cell(text, head=True)


MOST_COUNTRIES = 12


def _countries(portrait: Row, words: Words, lang: str) -> Section:
    rows = portrait["countries"][:MOST_COUNTRIES]
    more = len(portrait["countries"]) - len(rows)
    return Section(
        "countries",
        words["countries"],
        words["countries_note"],
        [(words["country"], False), (words["derivatives"], True), (words["accounts_head"], True)],
        [
            [_country_cell(row["id"], lang), bar, number(row["accounts"])]
            for row, bar in zip(rows, _barred(rows, "derivatives"), strict=True)
        ],
        more=counted(words, "more_countries", more) if more > 0 else "",
        empty=words["accounts_none"],
    )


def _upstream(portrait: Row, words: Words, lang: str) -> Section:
    rows = portrait["upstream"]
    whole = counted(words, "model", portrait["upstream_models"])
    return Section(
        "upstream",
        words["upstream"],
        words["upstream_note"].format(models=whole),
        [(words["house"], False), (words["own_models"], True), (words["share"], True)],
        [
            [
                linked(row["kind"], row["id"], row["name"], note=country_name(row["country"], lang))
                if row["country"]
                else linked(row["kind"], row["id"], row["name"]),
                bar,
                Cell(part(row["share"]), number=True),
            ]
            for row, bar in zip(rows, _barred(rows, "models"), strict=True)
        ],
        empty=words["upstream_none"],
    )


def _upstream_countries(portrait: Row, words: Words, lang: str) -> Section:
    rows = portrait["upstream_countries"]
    return Section(
        "upstream-countries",
        words["upstream_countries"],
        words["upstream_countries_note"],
        [(words["country"], False), (words["own_models"], True), (words["share"], True)],
        [
            [_country_cell(row["id"], lang), bar, Cell(part(row["share"]), number=True)]
            for row, bar in zip(rows, _barred(rows, "models"), strict=True)
        ],
        empty=words["upstream_none"],
    )


def _families(portrait: Row, words: Words) -> Section:
    rows = portrait["families"]
    return Section(
        "families",
        words["families"],
        words["families_note"],
        [
            (words["family"], False),
            (words["own_models"], True),
            (words["measure_descendants"], True),
            (words["measure_reach"], True),
        ],
        [
            [linked("family", row["id"]), number(row["models"]), number(row["descendants"]), bar]
            for row, bar in zip(rows, _barred(rows, "reach"), strict=True)
        ],
        empty=words["models_none"],
    )


MOST_LICENCES = 10


def _licences(portrait: Row, words: Words, lang: str) -> Section:
    rows = portrait["licences"][:MOST_LICENCES]
    whole = max(portrait["counts"]["derivatives"], 1)
    more = len(portrait["licences"]) - len(rows)
    return Section(
        "licences",
        words["licences"],
        words["licences_note"],
        [(words["licence"], False), (words["derivatives"], True), (words["share"], True)],
        [
            [
                licence_cell(row["licence"], lang)._replace(head=True),
                bar,
                Cell(part(row["derivatives"] / whole), number=True),
            ]
            for row, bar in zip(rows, _barred(rows, "derivatives"), strict=True)
        ],
        more=counted(words, "more_licences", more) if more > 0 else "",
        empty=words["accounts_none"],
    )


def _ranks(data: GroupData, words: Words) -> Section:
    row = data.rank
    rows = []
    if row is not None:
        rows = [_rank_row(row, "", data.ranked, words)]
        rows += [_rank_row(row, name, data.ranked, words) for name in DIMENSIONS]
    return Section(
        "ranks",
        words["ranks"],
        words["ranks_note"].format(count=f"{data.ranked:,}"),
        [(words["dimension"], False), (words["score"], True), (words["place"], True)],
        rows,
        more=words["ranks_reason"].format(reason=clean(row["reason"])) if row and row["reason"] else "",
        empty=words["ranks_none"],
    )


def _rank_row(row: Row, dimension: str, ranked: int, words: Words) -> list[Cell]:
    score = row[dimension] if dimension else row["score"]
    place = row[f"{dimension}_rank"] if dimension else row["rank"]
    text, span = figure(place), None
    if not dimension and row["low"] is not None:
        text = f"{place} ({row['low']}–{row['high']})"
        span = _span(row["low"], row["high"], place, ranked)
    name = words[f"dimension_{dimension or 'whole'}"]
    return [
        Cell(name, head=True),
        Cell("–" if score is None else f"{score:.3f}", number=True),
        Cell(text, number=True, span=span),
    ]


def _span(low: float, high: float, middle: float, most: float) -> tuple[float, float, float]:
    """Return an interval in percent of a scale from 1 to the last rank."""
    scale = max(most - 1, 1)
    start, end, point = (round(100 * min((value - 1) / scale, 1), 2) for value in (low, high, middle))
    return start, end, point


def _history(data: GroupData, words: Words) -> Section:
    rows = data.history
    return Section(
        "history",
        words["history"],
        words["history_note"],
        [
            (words["edition"], False),
            (words["score"], True),
            (words["place"], True),
            (words["comparable"], False),
        ],
        [
            [
                Cell(str(row["date"]), head=True),
                cell,
                number(row["rank"]),
                Cell("" if row["comparable"] is None else words["yes" if row["comparable"] else "no"]),
            ]
            for row, cell in zip(
                rows,
                with_bars(
                    [
                        Cell("–" if row["score"] is None else f"{row['score']:.3f}", number=True)
                        for row in rows
                    ],
                    [row["score"] for row in rows],
                ),
                strict=True,
            )
        ],
    )


def _measures(portrait: Row, words: Words) -> Section:
    return Section(
        "measures",
        words["measures"],
        words["measures_note"],
        [
            (words["measure"], False),
            (words["value"], True),
            (words["place"], True),
            (words["defined"], False),
        ],
        [
            [
                Cell(words[f"measure_{row['measure']}"], head=True),
                number(row["value"]),
                Cell(
                    "–"
                    if row["rank"] is None
                    else words["place_of"].format(rank=f"{row['rank']:,}", of=f"{row['of']:,}"),
                    number=True,
                ),
                Cell(words[f"define_{row['measure']}"]),
            ]
            for row in portrait["measures"]
        ],
        wide=True,
        closed=bool(portrait["measures"]),
        empty=words["measures_none"],
    )


def _institutions(data: GroupData, words: Words, lang: str) -> Section:
    rows = data.institutions
    return Section(
        "institutions",
        words["institutions"],
        words["institutions_note"],
        [
            (words["institution"], False),
            (words["what_kind"], False),
            (words["own_models"], True),
            (words["measure_descendants"], True),
            (words["measure_reach"], True),
        ],
        [
            [
                linked("institution", row["id"], row["name"]),
                Cell(kind_name(row["kind"], lang) if row["kind"] else "–"),
                number(row["models"]),
                number(row["descendants"]),
                bar,
            ]
            for row, bar in zip(rows, _barred(rows, "reach"), strict=True)
        ],
        wide=True,
        empty=words["models_none"],
    )


def _head(data: GroupData) -> Row:
    """Return what the twin says of the whole."""
    own = {name: data.facts.get(name) for name in ("country", "parent", "name_zh") if name in data.facts}
    return {"kind": data.kind, "id": data.id, "name": data.name, **own, **data.portrait["counts"]}


LISTS = (
    "relations", "accounts", "countries", "licences", "months", "models", "families", "upstream",
    "upstream_countries", "measures",
)  # fmt: skip
"""Lists of a portrait that the twin has."""


def _rows(data: GroupData) -> Iterator[Row]:
    """Return the rows of the twin."""
    yield from ({"section": name, **_named(row)} for name in LISTS for row in data.portrait[name])
    for row in data.shares:
        yield {"section": "shares", "id": row["what"], "value": row["value"], "of": row["of"]}
    yield from ({"section": "institutions", **row} for row in data.institutions)
    if data.rank is not None:
        for name in ("whole", *DIMENSIONS):
            yield {"section": "ranks", "id": name, "of": data.ranked, **_place(data.rank, name)}
    for row in data.history:
        yield {"section": "history", "date": row["date"], "value": row["score"], "rank": row["rank"]}


def _place(row: Row, name: str) -> Row:
    if name == "whole":
        return {"value": row["score"], **{key: row[key] for key in ("rank", "low", "high")}}
    return {"value": row[name], "rank": row[f"{name}_rank"]}


def _named(row: Row) -> Row:
    """Give a row an id: what names it in its section."""
    for key in ("relation", "month", "measure"):
        if key in row:
            return {"id": row[key], **row}
    return row if "id" in row else {"id": row["licence"], **row}
