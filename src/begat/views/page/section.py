"""Sections of a page: a heading, what it counts, and a table with bars, links and numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from begat.ids import HUB
from begat.views.said import said
from begat.views.words import clean, house_name, licence_name, short
from begat.vocab import INSTITUTION_LABELS, LABELS

__all__ = [
    "Cell",
    "Section",
    "account_cell",
    "chip",
    "country_name",
    "cut",
    "evidence",
    "figure",
    "kind_name",
    "licence_cell",
    "linked",
    "number",
    "part",
    "relation_word",
    "with_bars",
    "within",
]

Row = Mapping[str, Any]
Words = Mapping[str, str]

THINNEST = 1.0
"""Least length of a bar, in percent of the longest."""


class Cell(NamedTuple):
    """A cell of a table.

    Attributes
    ----------
    text : str
        What it says.
    link : tuple of str, optional
        Kind and id of the thing that it names.
    bar : float, optional
        Length of a bar in percent of the longest of its column.
    number : bool
        Whether it stands to the right.
    note : str
        Said after it, smaller.
    head : bool
        Whether it names its row.
    span : tuple of float, optional
        Start, end and middle of an interval in percent of its scale.
    """

    text: str
    link: tuple[str, str] | None = None
    bar: float | None = None
    number: bool = False
    note: str = ""
    head: bool = False
    span: tuple[float, float, float] | None = None


class Section(NamedTuple):
    """A table with its heading.

    Attributes
    ----------
    key : str
        Names it in the address of the page.
    title, note : str
        Its heading, and what its figures count.
    heads : sequence of tuple
        Heading of each column, and whether it is of numbers.
    rows : sequence of sequence of Cell
    more : str
        What is not shown.
    wide, closed : bool
        Whether it takes the whole width; whether it opens on demand.
    empty : str
        Said where there are no rows.
    """

    key: str
    title: str
    note: str
    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    more: str = ""
    wide: bool = False
    closed: bool = False
    empty: str = ""


def number(value: float | None, *, brief: bool = False, note: str = "") -> Cell:
    """Return the cell of a number; a dash where it is not known."""
    return Cell(figure(value, brief=brief), number=True, note=note)


def figure(value: float | None, *, brief: bool = False) -> str:
    """Write a number: whole ones in full, others with three digits.

    Examples
    --------
    >>> figure(None), figure(1234), figure(0.01234), figure(1234567, brief=True), figure(56.78)
    ('–', '1,234', '0.0123', '1.2M', '56.8')
    """
    if value is None:
        return "–"
    if brief and abs(value) >= 10_000:
        return short(value)
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def with_bars(cells: Sequence[Cell], values: Sequence[float | None]) -> list[Cell]:
    """Give the cells of a column bars to scale, the longest being the greatest value."""
    most = max((value for value in values if value is not None), default=0)
    return [
        cell._replace(bar=round(max(100 * value / most, THINNEST), 2)) if most > 0 and value else cell
        for cell, value in zip(cells, values, strict=True)
    ]


PROPER = ("PageRank", "HITS", "Katz")
"""Names of measures that keep their capital inside a sentence."""


def within(name: str) -> str:
    """Write a name as it stands inside a sentence.

    Examples
    --------
    >>> within("Reach"), within("PageRank from downloads"), within("h-index")
    ('reach', 'PageRank from downloads', 'h-index')
    """
    return name if name.startswith(PROPER) else name[:1].lower() + name[1:]


def linked(kind: str, key: str, text: str = "", *, note: str = "") -> Cell:
    """Return the cell that names a thing and leads to its page."""
    return Cell(clean(text or key), link=(kind, key), note=clean(note), head=True)


def account_cell(key: str, note: str = "") -> Cell:
    """Return the cell that names an account; those of the Hub lose the platform."""
    return linked("account", key.removeprefix(f"{HUB}:"), house_name(key), note=note)


def licence_cell(licence: str | None, lang: str) -> Cell:
    """Return the cell of a licence."""
    return Cell(licence_name(licence) if licence else said(lang)["unknown"])


def chip(key: str, text: str, kind: str = "", thing: str = "", *, way: bool = False) -> Row:
    """Return a remark under a heading: what it is, and a link where it names a thing.

    A `way` is said only where it leads somewhere: not in a file.
    """
    return {"key": key, "text": clean(text), "link": (kind, thing) if kind else None, "way": way}


def part(share: float) -> str:
    """Write a share in percent.

    Examples
    --------
    >>> part(0.6234), part(0.001), part(0)
    ('62%', '<1%', '0%')
    """
    return "<1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"


def cut(parts: Sequence[tuple[str, str, int]]) -> list[Row]:
    """Return a bar cut into parts: style class, name and number of each; those of none are left out.

    Examples
    --------
    >>> [(each["name"], each["share"]) for each in cut([("a", "one", 3), ("b", "none", 0), ("c", "two", 1)])]
    [('one', '75%'), ('two', '25%')]
    """
    whole, start = sum(count for *_, count in parts), 0.0
    found: list[Row] = []
    for style, name, count in parts:
        if count:
            length = 100 * count / whole
            found.append(
                {
                    "class": style,
                    "start": f"{start:.2f}",
                    "length": f"{length:.2f}",
                    "name": name,
                    "count": f"{count:,}",
                    "share": part(count / whole),
                }
            )
            start += length
    return found


def country_name(code: str | None, lang: str) -> str:
    """Return the name of a country by its code; the code itself if it is none of ISO 3166-1."""
    from babel import Locale

    if code is None:
        return said(lang)["unknown"]
    return str(Locale(lang).territories.get(code, clean(code)))


def kind_name(kind: str, lang: str) -> str:
    """Return the kind of an institution in words."""
    return INSTITUTION_LABELS.get(kind, {}).get(lang, clean(kind))


def relation_word(relation: str, lang: str) -> str:
    """Return a relation in words of a language."""
    return LABELS[relation][lang]


def _figure_rows(rows: Sequence[Row]) -> list[list[Cell]]:
    """Return the rows of figures with date and source, the newest of each first."""
    ordered = sorted(
        rows,
        key=lambda row: (row["metric"], row["source"] or "", _day(row)),
        reverse=True,
    )
    latest = {(row["metric"], row["source"]): row for row in reversed(ordered)}
    return [
        [
            Cell(clean(row["metric"]), head=True),
            number(row["value"]),
            Cell(_day(row)),
            Cell(clean(row["source"] or "")),
        ]
        for row in sorted(latest.values(), key=lambda row: (row["metric"], row["source"] or ""))
    ]


def _day(row: Row) -> str:
    """Return the day of a figure; of one without, that it was known by then."""
    if row["observed_on"]:
        return str(row["observed_on"])
    return f"≤ {row['observed_before']}" if row["observed_before"] else ""


def evidence(facts: Row, words: Words) -> Iterator[Section]:
    """Say on what facts rest: accounts, figures, values that sources dispute.

    `words` are those of the file ``evidence`` in the folder ``lang``.
    """
    if accounts := facts.get("accounts"):
        heads = ("platform", "account", "basis", "date", "source")
        keys = ("platform", "account", "basis", "stated_on", "source")
        rows = [[Cell(clean(str(row[key] or "–"))) for key in keys] for row in accounts]
        title = words["own_accounts"].format(count=f"{len(rows):,}")
        yield _closed("own-accounts", title, words["own_accounts_note"], heads, rows, words)
    if figures := facts.get("figures"):
        rows = _figure_rows(figures)
        title = words["figures"].format(count=f"{len(rows):,}")
        yield _closed(
            "figures", title, words["figures_note"], ("what", "value", "date", "source"), rows, words
        )
    if contested := facts.get("contested"):
        keys = ("field", "kept", "kept_source", "value", "source")
        rows = [[Cell(clean(str(row[key]))) for key in keys] for row in contested]
        heads = ("field", "kept", "source", "other_value", "source")
        title = words["contested"].format(count=f"{len(rows):,}")
        yield _closed("contested", title, words["contested_note"], heads, rows, words)


def _closed(
    key: str, title: str, note: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], words: Words
) -> Section:
    return Section(
        key, title, note, [(words[head], head == "value") for head in heads], rows, wide=True, closed=True
    )
