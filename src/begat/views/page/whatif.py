"""What is lost without somebody or something: what goes, what rests on it, who loses most, who moves up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from begat.views.page.base import About, Page, Twin
from begat.views.page.section import Cell, Section, country_name, cut, figure, linked, number, part, with_bars
from begat.views.said import counted, said
from begat.views.words import clean, house_name, licence_name
from begat.vocab import LABELS

__all__ = ["ask_page", "whatif_page"]

Row = Mapping[str, Any]
Words = Mapping[str, str]

LOSERS, RANKS = 12, 12
"""Institutions or countries, and places of a ranking, that are seen."""

CHANGED = {
    "whole_gone": "whole_changed",
    "goes": "changes",
    "things": "things_changed",
    "caution": "caution_changed",
    "losers_institution": "holders_institution",
    "losers_country": "holders_country",
}
"""Words that are others where nobody goes, but a licence changes."""

LISTS = (
    "by_channel", "by_relation", "by_depth", "institutions", "countries", "things", "quarters", "ranks",
    "ranking",
)  # fmt: skip
"""Rows of the answer that the twin has, by their section."""

COLUMNS = (
    "section", "id", "name", "kind", "role", "channel", "relation", "depth", "institution", "country",
    "models", "datasets", "resting", "exclusive", "open", "share_resting", "withdrawn", "by_outputs",
    "by_data", "accounts", "downloads_30d", "downloads_unknown", "date", "rank_before", "rank_after", "low",
    "high", "value_before", "value_after", "moved", "beyond", "enters", "clause", "before", "after",
    "changed", "below", "otherwise",
)  # fmt: skip


def ask_page(examples: Sequence[tuple[str, str]], about: About, *, lang: str = "en") -> Page:
    """Return the page on which it is chosen who goes.

    Parameters
    ----------
    examples : sequence of (str, str)
        As they are written, and their names.
    """
    words = said(lang, "whatif")
    return Page(
        view="whatif",
        title=words["ask"],
        values={"asked": [], "lead": words["ask_lead"], "examples": examples},
        twin=Twin({}, ("without", "name"), [{"without": text, "name": name} for text, name in examples]),
        about=about,
        lang=lang,
        styles=("sections.css", "whatif.css"),
        tools=(),
    )


def whatif_page(found: Row, asked: Sequence[tuple[str, str]], about: About, *, lang: str = "en") -> Page:
    """Return the page of what is lost.

    Parameters
    ----------
    found : mapping
        As `begat.registry.withdrawn.whatif` gives it.
    asked : sequence of (str, str)
        Who or what goes: as it is written, and what people call it, a country by its code; one pair of
        empty texts if a licence changes everywhere.
    """
    words = said(lang, "whatif")
    if found["licence"] is not None:
        words = {**words, **{key: words[other] for key, other in CHANGED.items()}}
    names = words["and"].join(_called(text, name, lang) for text, name in asked)
    head = {key: value for key, value in found.items() if key not in LISTS}
    return Page(
        view="whatif",
        title=_title(found, names, words),
        values={
            "asked": [text for text, _ in asked],
            "names": names,
            "lead": _lead(found, _meant(found, names, words), words),
            "caution": words["caution"],
            "shares": _shares(found, words),
            "tiles": _tiles(found, words),
            "months": _columns(found["quarters"], words),
            "slopes": list(_slopes(found, words)),
            "notes": list(_notes(found, words)),
            "sections": list(_sections(found, words, lang)),
            "examples": [],
        },
        twin=Twin(head, COLUMNS, list(_rows(found))),
        about=about,
        lang=lang,
        styles=("sections.css", "whatif.css"),
        tools=("csv", "json"),
    )


def _called(text: str, name: str, lang: str) -> str:
    kind = text.partition(":")[0]
    if not kind:
        return said(lang, "whatif")["everything"]
    if kind == "country":
        return country_name(name, lang)
    if kind == "relation":
        return said(lang, "whatif")["links"].format(relation=_relation(name, lang))
    return house_name(name) if kind == "account" else clean(name)


def _relation(relation: str, lang: str) -> str:
    """Return a kind of link in words; those that are no derivation have words of this page."""
    if relation in LABELS:
        return LABELS[relation][lang]
    return said(lang, "whatif")[f"link_{relation}"]


def _title(found: Row, names: str, words: Words) -> str:
    title = words["title"].format(names=names)
    if found["licence"] is not None:
        before, after = (licence_name(found["licence"][key]) for key in ("from", "to"))
        key = "title_from" if before else "title_licence"
        title = words[key].format(names=names, before=before, licence=after)
    return words["title_on"].format(title=title, date=found["until"]) if found["until"] else title


def _meant(found: Row, names: str, words: Words) -> str:
    """Say what the lead is about: of what was named, only what stands under the licence that changes."""
    before = licence_name(found["licence"]["from"]) if found["licence"] else ""
    return words["under"].format(names=names, before=before) if before else names


def _lead(found: Row, names: str, words: Words) -> str:
    """Say the finding in one sentence."""
    resting, only, whole = (found[key]["models"] for key in ("resting", "exclusive", "whole"))
    if not resting:
        return words["lead_none"].format(names=names)
    return words["lead"].format(
        names=names,
        resting=counted(words, "model", resting),
        share=part(resting / whole),
        models=f"{whole:,}",
        only=f"{only:,}",
        only_share=part(only / resting),
    )


def _shares(found: Row, words: Words) -> Sequence[Row]:
    """Divide all models into those that go, those that rest on them, and the others."""
    whole, resting, only = (found[key]["models"] for key in ("whole", "resting", "exclusive"))
    gone = found["withdrawn"]["models"]
    counts = {"gone": gone, "only": only, "also": resting - only, "rest": whole - gone - resting}
    return cut([(f"w-{key}", words[f"whole_{key}"], count) for key, count in counts.items()])


def _tiles(found: Row, words: Words) -> Sequence[tuple[str, str, str]]:
    """Return the greatest figures of what rests on what goes, with what of them is not known."""
    resting = found["resting"]
    unknown = {
        "downloads_30d": resting["downloads_unknown"],
        "accounts": resting["account_unknown"],
        "institutions": resting["institution_unknown"],
        "countries": resting["country_unknown"],
    }
    return [
        (figure(resting["models"]), words["tile_resting"], ""),
        (figure(found["exclusive"]["models"]), words["tile_exclusive"], ""),
        *(
            (
                figure(resting[key], brief=True),
                words[f"tile_{key}"],
                counted(words, "unknown", count) if count else "",
            )
            for key, count in unknown.items()
        ),
    ]


def _columns(quarters: Sequence[Row] | None, words: Words) -> Row | None:
    """Return the columns of what would have been lost by quarter; None where that wasn't asked for."""
    most = max((row["resting"] for row in quarters or ()), default=0)
    if not quarters or not most:
        return None
    bars = []
    for place, row in enumerate(quarters):
        height = round(56 * row["resting"] / most, 2)
        title = f"{row['date']}: {row['resting']:,}"
        bars.append(
            {"x": 10 * place + 1, "y": round(60 - height, 2), "width": 8, "height": height, "title": title}
        )
    first, last = quarters[0], quarters[-1]
    return {
        "bars": bars,
        "width": 10 * len(quarters),
        "first": str(first["date"]),
        "last": str(last["date"]),
        "caption": words["quarters"].format(most=f"{most:,}"),
        "label": words["quarters_label"].format(
            first=first["date"], last=last["date"], start=f"{first['resting']:,}", end=f"{last['resting']:,}"
        ),
    }


def _notes(found: Row, words: Words) -> Iterator[str]:
    if found["downloads_on"]:
        source = clean(found["downloads_source"])
        yield words["downloads"].format(source=source, date=found["downloads_on"])
    if open_ends := found["exclusive"]["open"]:
        yield counted(words, "open", open_ends)
    for row in found["by_channel"]:
        if row["channel"] != "weights" and row["models"]:
            yield counted(words, f"by_{row['channel']}", row["models"])
    if found["evidence"] != "reported":
        yield words[found["evidence"]]


def _slopes(found: Row, words: Words) -> Iterator[Row]:
    """Yield each ranking as two lists, before and after, joined by lines."""
    for key, by in (("ranks", words[f"by_{found['measure']}"]), ("ranking", "begat-53")):
        if found[key]:
            yield {"title": words["ranks"].format(by=by), **_slope(found[key], words)}


def _slope(rows: Sequence[Row], words: Words) -> Row:
    before = sorted((row for row in rows if row["rank_before"]), key=lambda row: row["rank_before"])[:RANKS]
    after = [row for row in rows if row["rank_after"]][:RANKS]
    place = {row["id"]: number for number, row in enumerate(after)}
    lines = [
        {"from": 10 * number + 5, "to": 10 * place[row["id"]] + 5, "mark": _mark(row)}
        for number, row in enumerate(before)
        if row["id"] in place
    ]
    return {
        "height": 10 * max(len(before), len(after)),
        "lines": lines,
        "before": [_placed(row, "rank_before", words) for row in before],
        "after": [_placed(row, "rank_after", words) for row in after],
    }


def _mark(row: Row) -> str:
    """Say whether a change of place is more than chance; nothing is known of it without an interval."""
    return "beyond" if row["beyond"] else "chance"


def _placed(row: Row, key: str, words: Words) -> Row:
    remarks = []
    if key == "rank_after":
        if row["low"] is not None:
            remarks.append(f"({row['low']}–{row['high']})")
        remarks += [words["beyond"]] * bool(row["beyond"]) + [words["enters"]] * bool(row["enters"])
    elif row["rank_after"] is None:
        remarks.append(words["gone"])
    return {
        "id": row["id"],
        "rank": row[key],
        "name": clean(row["name"] or row["id"]),
        "remark": " · ".join(remarks),
        "gone": row["rank_after"] is None,
        "new": bool(row["enters"]),
    }


def _sections(found: Row, words: Words, lang: str) -> Iterator[Section]:
    if found["licence"] is not None:
        yield _clauses(found["licence"], words, lang)
    yield _losers(
        "institution", found["institutions"], words, lambda row: clean(row["name"] or row["institution"])
    )
    yield _losers("country", found["countries"], words, lambda row: country_name(row["country"], lang))
    yield _things(found["things"], words, lang)
    yield _ways("relation", found["by_relation"], words, lambda row: _relation(row["relation"], lang))
    yield _ways("depth", found["by_depth"], words, lambda row: f"{row['depth']:,}")


def _losers(who: str, rows: Sequence[Row], words: Words, name_of: Callable[[Row], str]) -> Section:
    """Return who loses most, the unknown last; what only learned from it has a column where there is some."""
    known = [row for row in rows if row[who] is not None]
    shown = [*known[:LOSERS], *(row for row in rows if row[who] is None)]
    more = len(known) - LOSERS
    lost = [row["resting"] if row[who] else None for row in shown]
    bars = with_bars([number(row["resting"]) for row in shown], lost)
    learned = any(map(_learned, shown))
    heads = ("resting", "share", "exclusive", *["learned"] * learned, "downloads_30d")
    return Section(
        f"{who}-losers",
        words[f"losers_{who}"],
        words["losers_note"],
        [(words[who], False), *((words[head], True) for head in heads)],
        [
            [
                linked(who, row[who], name_of(row)) if row[who] else Cell(words["unknown"], head=True),
                bar,
                Cell("–" if row["share_resting"] is None else part(row["share_resting"]), number=True),
                number(row["exclusive"]),
                *[number(_learned(row))] * learned,
                _downloads(row, words),
            ]
            for row, bar in zip(shown, bars, strict=True)
        ],
        more=counted(words, f"more_{who}", more) if more > 0 else "",
        wide=True,
        empty=words["nobody"],
    )


def _learned(row: Row) -> int:
    """Count the models of an owner that only learned from outputs or data of what goes."""
    return int(row["by_outputs"] + row["by_data"])


def _downloads(row: Row, words: Words) -> Cell:
    """Return known downloads, and of how many models they aren't known."""
    unknown = row["downloads_unknown"]
    return number(
        row["downloads_30d"], brief=True, note=counted(words, "unknown", unknown) if unknown else ""
    )


def _things(rows: Sequence[Row], words: Words, lang: str) -> Section:
    bars = with_bars(
        [number(row["downloads_30d"], brief=True) for row in rows], [row["downloads_30d"] for row in rows]
    )
    return Section(
        "things",
        words["things"],
        words["things_note"],
        [
            (words["thing"], False),
            (words["role"], False),
            (words["exclusive"], False),
            (words["downloads_30d"], True),
        ],
        [
            [linked(row["kind"], row["id"]), Cell(_role(row, words, lang)), Cell(_only(row, words)), bar]
            for row, bar in zip(rows, bars, strict=True)
        ],
        wide=True,
        empty=words["nobody"],
    )


def _role(row: Row, words: Words, lang: str) -> str:
    if row["role"] == "withdrawn":
        return words["goes"]
    relation = _relation(row["relation"], lang)
    return relation if row["depth"] == 1 else counted(words, "steps", row["depth"]).format(relation=relation)


def _only(row: Row, words: Words) -> str:
    if row["exclusive"] is None:
        return "–"
    return words["yes" if row["exclusive"] else "no"] + (f" ({words['maybe']})" if row["open"] else "")


def _ways(key: str, rows: Sequence[Row], words: Words, name_of: Callable[[Row], str]) -> Section:
    bars = with_bars([number(row["models"]) for row in rows], [row["models"] for row in rows])
    return Section(
        f"by-{key}",
        words[f"ways_{key}"],
        words[f"ways_{key}_note"],
        [
            (words[key], False),
            (words["channel"], False),
            (words["models"], True),
            (words["exclusive"], True),
        ],
        [
            [
                Cell(name_of(row), head=True),
                Cell(words[f"channel_{row['channel']}"]),
                bar,
                number(row["exclusive"]),
            ]
            for row, bar in zip(rows, bars, strict=True)
        ],
        empty=words["nobody"],
    )


def _clauses(licence: Row, words: Words, lang: str) -> Section:
    names = said(lang, "licence")
    return Section(
        "clauses",
        words["clauses"],
        words["clauses_note"],
        [
            (words["clause"], False),
            (words["before"], False),
            (words["after"], False),
            (words["changed"], True),
            (words["below"], True),
            (words["otherwise"], True),
        ],
        [
            [
                Cell(names[f"clause_{row['clause'].replace('-', '_')}"], head=True),
                Cell(words[f"stands_{row['before']}"]),
                Cell(words[f"stands_{row['after']}"]),
                *(number(row[key]) for key in ("changed", "below", "otherwise")),
            ]
            for row in licence["clauses"]
        ],
        wide=True,
        empty=words["clauses_none"],
    )


def _rows(found: Row) -> Iterator[Row]:
    """Return the rows of the twin, each with the name of its list."""
    for section in LISTS:
        yield from ({"section": section, **row} for row in found[section] or ())
    if found["licence"] is not None:
        yield from ({"section": "clauses", **row} for row in found["licence"]["clauses"])
