"""Two to four groups of models side by side, and which of their differences are more than chance."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from begat.views.page.base import About, Page, Twin
from begat.views.page.following import month_columns, relation_shares
from begat.views.page.section import Cell, Section, country_name, figure, number, part, with_bars, within
from begat.views.said import counted, said
from begat.views.words import clean, house_name, licence_name

__all__ = ["COLUMNS", "compare_page"]

Row = Mapping[str, Any]
Words = Mapping[str, str]

COUNTS = (
    "models", "downloads_30d", "derivatives", "new", "accounts", "institutions", "countries", "steps",
    "derivative_downloads_30d",
)  # fmt: skip
"""Figures of each group, in the order of the page."""

COLUMNS = (
    "kind", "id", "name", "models", "models_named_only", "derivatives", "accounts", "institutions",
    "countries", "country_unknown", "steps", "new", "dated", "downloads_30d", "downloads_unknown",
    "derivative_downloads_30d", "derivative_downloads_unknown", "downloads_source", "downloads_on",
    "by_relation", "by_licence", "by_country", "months", "measures", "shared",
)  # fmt: skip
"""Keys of a row."""

LEADING = "reach"
"""The measure that the first sentence is about."""

MOST = 8
"""Licences and countries that are listed."""


def compare_page(rows: Sequence[Row], about: About, *, draws: int = 0, lang: str = "en") -> Page:
    """Return the page that compares groups.

    Parameters
    ----------
    rows : sequence of mapping
        As `begat.answer.compare.compare` gives them.
    draws : int
        How often the accounts were drawn for the intervals.
    """
    words = {**said(lang, "influence"), **said(lang, "group"), **said(lang, "compare")}
    names = [_name(row, lang) for row in rows]
    most = max((count for row in rows for count in row["months"].values()), default=0)
    cards = [
        {
            "name": name,
            "link": (row["kind"], row["id"]),
            "shares": relation_shares(
                [{"relation": key, "derivatives": count} for key, count in row["by_relation"].items()], lang
            ),
            "months": month_columns(_months(row), words, most=most),
        }
        for row, name in zip(rows, names, strict=True)
    ]
    return Page(
        view="compare",
        title=words["title"].format(names=_listed(names, words)),
        values={
            "leads": [_lead(rows, names, words), *_shared_lead(rows, words)],
            "cards": cards,
            "notes": _notes(rows, draws, words),
            "sections": [
                _counts(rows, names, words),
                _measures(rows, names, words),
                _shares("by_licence", rows, names, words, lambda key: licence_name(key) or words["unknown"]),
                _shares("by_country", rows, names, words, lambda key: country_name(key or None, lang)),
                _both(rows, names, words),
            ],
        },
        twin=Twin({"draws": draws}, COLUMNS, rows),
        about=about,
        lang=lang,
        styles=("sections.css", "compare.css"),
        tools=("csv", "json"),
    )


def _name(row: Row, lang: str) -> str:
    if row["kind"] == "country":
        return country_name(row["id"], lang)
    return house_name(row["id"]) if row["kind"] == "account" else clean(row["name"])


def _listed(names: Sequence[str], words: Words) -> str:
    """Write names one after the other."""
    return words["and"].join((words["comma"].join(names[:-1]), names[-1]))


def _months(row: Row) -> list[Row]:
    return [{"month": month, "derivatives": count} for month, count in row["months"].items()]


def _lead(rows: Sequence[Row], names: Sequence[str], words: Words) -> str:
    """Say who is ahead by the measure that comes first, or that chance may have made the difference."""
    known = [
        (row["measures"][LEADING], name)
        for row, name in zip(rows, names, strict=True)
        if LEADING in row["measures"]
    ]
    if len(known) < len(rows) or not any(measure["value"] for measure, _ in known):
        return words["lead_unknown"]
    known.sort(key=lambda item: -item[0]["value"])
    (first, ahead), (second, behind) = known[:2]
    certain = _apart(first, second)
    key = {True: "lead_ahead", False: "lead_even", None: "lead_plain"}[certain]
    return words[key].format(
        first=ahead,
        second=behind,
        a=_bounded(first),
        b=_bounded(second),
        measure=within(words[f"measure_{LEADING}"]),
    )


def _apart(some: Row, other: Row) -> bool | None:
    """Whether the intervals of two values lie apart; None where one has none."""
    if some["low"] is None or other["low"] is None:
        return None
    return bool(some["high"] < other["low"] or other["high"] < some["low"])


def _bounded(row: Row) -> str:
    text = figure(row["value"], brief=True)
    return text if row["low"] is None else f"{text} ({_bounds(row)})"


def _bounds(row: Row) -> str:
    return f"{figure(row['low'], brief=True)}–{figure(row['high'], brief=True)}"


def _shared_lead(rows: Sequence[Row], words: Words) -> list[str]:
    """Of two, say what builds on both."""
    if len(rows) > 2:
        return []
    both = rows[0]["shared"][rows[1]["id"]]
    return [
        words["lead_shared"].format(
            derivatives=counted(words, "model", both["derivatives"]),
            accounts=counted(words, "account", both["accounts"]),
        )
    ]


def _notes(rows: Sequence[Row], draws: int, words: Words) -> list[str]:
    notes = [words["drawn"].format(draws=f"{draws:,}")] if draws else []
    if on := rows[0]["downloads_on"]:
        notes.append(words["downloads_note"].format(on=on, source=clean(rows[0]["downloads_source"])))
    return notes


def _counts(rows: Sequence[Row], names: Sequence[str], words: Words) -> Section:
    return Section(
        "counts",
        words["counts"],
        words["counts_note"],
        [(words["figure"], False), *((name, True) for name in names)],
        [
            [
                Cell(words[f"count_{key}"], head=True),
                *with_bars([_count(row, key, words) for row in rows], [row[key] for row in rows]),
            ]
            for key in COUNTS
        ],
        wide=True,
    )


def _count(row: Row, key: str, words: Words) -> Cell:
    """Return a figure; of downloads that are not all known, as at least so many."""
    unknown = row.get(key.replace("_30d", "_unknown"), 0) if key.endswith("_30d") else 0
    note = words["unknown_count"].format(count=f"{unknown:,}") if unknown else ""
    return number(row[key], brief=True, note=note)


def _measures(rows: Sequence[Row], names: Sequence[str], words: Words) -> Section:
    known = [name for name in rows[0]["measures"] if all(name in row["measures"] for row in rows)]
    heads = [(words["measure"], False), *((name, True) for name in names), (words["difference"], False)]
    return Section(
        "measures",
        words["measures"],
        words["measures_note"],
        [*heads, (words["defined"], False)],
        [_measure(name, [row["measures"][name] for row in rows], words) for name in known],
        wide=True,
        empty=words["measures_none"],
    )


def _measure(name: str, values: Sequence[Row], words: Words) -> list[Cell]:
    cells = with_bars([_measured(row, words) for row in values], [row["value"] for row in values])
    ordered = sorted(values, key=lambda row: -row["value"])
    certain = _apart(ordered[0], ordered[1])
    said_so = "" if certain is None else words["apart" if certain else "chance"]
    return [Cell(words[f"measure_{name}"], head=True), *cells, Cell(said_so), Cell(words[f"define_{name}"])]


def _measured(row: Row, words: Words) -> Cell:
    notes = [] if row["low"] is None else [_bounds(row)]
    if row["rank"] is not None:
        notes.append(words["place_of"].format(rank=f"{row['rank']:,}", of=f"{row['of']:,}"))
    return number(row["value"], brief=True, note=" · ".join(notes))


def _shares(
    field: str, rows: Sequence[Row], names: Sequence[str], words: Words, name_of: Callable[[str], str]
) -> Section:
    """Divide the derivatives of each group by licence or country, the largest over all groups first."""
    total = {key: 0.0 for row in rows for key in row[field]}
    for row in rows:
        for key, count in row[field].items():
            total[key] += count / max(row["derivatives"], 1)
    keys = sorted(total, key=lambda key: (key == "", -total[key], key))
    shown = [key for key in keys if key][:MOST] + [key for key in keys if not key]
    more = len(keys) - len(shown)
    return Section(
        field,
        words[field],
        words[f"note_{field}"],
        [(words["of_derivatives"], False), *((name, True) for name in names)],
        [[Cell(name_of(key), head=True), *(_share(row, field, key) for row in rows)] for key in shown],
        more=counted(words, f"more_{field}", more) if more > 0 else "",
        empty=words["accounts_none"],
    )


def _share(row: Row, field: str, key: str) -> Cell:
    count = row[field].get(key, 0)
    if not row["derivatives"]:
        return Cell("–", number=True)
    return Cell(part(count / row["derivatives"]), number=True, note=f"{count:,}")


def _both(rows: Sequence[Row], names: Sequence[str], words: Words) -> Section:
    """Say of each pair what was made from both."""
    pairs = [(one, two) for one in range(len(rows)) for two in range(one + 1, len(rows))]
    return Section(
        "both",
        words["both"],
        words["both_note"],
        [(words["pair"], False), (words["derivatives"], True), (words["accounts_head"], True)],
        [
            [
                Cell(_listed((names[one], names[two]), words), head=True),
                *(number(rows[one]["shared"][rows[two]["id"]][key]) for key in ("derivatives", "accounts")),
            ]
            for one, two in pairs
        ],
    )
