"""The ranking as a page: who can't be told apart, on what the ranks rest, and how to check them."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from begat.views.page.base import About, Page, Twin
from begat.views.picture.chart import Caption, interval_bar, weight_chart
from begat.views.picture.trend import STYLES, trend_part
from begat.views.said import said
from begat.views.words import clean

__all__ = ["RankingData", "ranking_page"]

Row = Mapping[str, Any]

LISTED = 200
"""Institutions in a list of those without a rank; the rest is in the CSV."""

TOP = 10
"""Institutions in the chart over time."""


class RankingData(NamedTuple):
    """What the page shows, as plain rows; a part without rows leaves no heading behind.

    Attributes
    ----------
    rows : sequence of mapping
        ``subject, name, rank, score``, the score and ``_rank`` of each dimension, and where known ``low,
        high, tier, median_rank, p_first, p_top3, p_top10, name_zh, country, kind, coverage, bound_low,
        bound_high, reason``. Any figure may be null; best first.
    dimensions : mapping
        By dimension ``title, weight, scored, not_scored`` and ``reasons``, a mapping of reason to count.
    method : mapping
        ``name, title, source, indicators`` (the family of the rule), ``draws, seed``, and how the overall
        score is made of the dimensions: ``aggregation, exponent, floor, digits`` (scores that agree to so
        many decimals are tied).
    methods : mapping
        Name of each method that can be asked for instead, and the command for it.
    trend : sequence of mapping
        Rows of `begat trends`; under another method than the published one, those of the published one.
    effects : sequence of mapping
        ``dimension, indicator, name, name_zh, nominal, effect, effect_spearman``; `indicator` is null in rows
        of whole dimensions.
    edition : date or str, optional
        What the numbers are of.
    sources : sequence of mapping
        ``source, title, licence, date`` and, where known, ``attribution, locator``.
    lang : str
        ``en`` or ``zh``.
    command : str
        What makes this page.
    pages : mapping
        Kind and id of the page of each subject that has one, as in `begat.views.place`.
    opens : sequence of str
        Options that ``begat explain`` needs besides to give the numbers of this page.
    """

    rows: Sequence[Row]
    dimensions: Mapping[str, Row]
    method: Row
    methods: Mapping[str, str]
    trend: Sequence[Row]
    effects: Sequence[Row]
    edition: date | str | None
    sources: Sequence[Row]
    lang: str
    command: str
    pages: Mapping[str, tuple[str, str]] = {}
    opens: Sequence[str] = ()


def ranking_page(data: RankingData, about: About) -> Page:
    """Return the page of a ranking: its table by tier, live weights, and all that the ranks rest on.

    Parameters
    ----------
    data : RankingData
        Plain rows; every text in them is escaped, control characters are replaced.
    about : About
        What the rows rest on.

    Returns
    -------
    Page
        Its twin has the rows of the ranking with all their columns.

    Raises
    ------
    UnknownName
        If there are no words in this language.
    """
    page = _Page(data)
    columns = list(dict.fromkeys(key for row in data.rows for key in row))
    head = {key: data.method[key] for key in ("name", "title", "draws", "seed")} | {"edition": data.edition}
    return Page(
        view="ranking",
        title=f"{page.said['title']} · {_headline(page)}",
        values=_values(page, about),
        twin=Twin(head, columns, data.rows),
        about=about,
        lang=data.lang,
        styles=(*STYLES[1:], "weights.css"),
        scripts=("ranking.js", "weights.js"),
        data=_script_data(page, head, columns),
        tools=("csv", "json"),
    )


def _values(page: "_Page", about: About) -> Row:
    """Return what the template needs."""
    data = page.data
    return {
        "headline": _headline(page),
        "lead": _lead(page),
        "figures": _figures(page),
        "methods": {clean(name): clean(words) for name, words in data.methods.items()},
        "method_name": clean(data.method["name"]),
        "dimensions": {name: page.dimension(name) for name in data.dimensions},
        "sliders": _sliders(page),
        "covered": any(row.get("coverage") is not None for row in data.rows),
        "bounded": any(row.get("bound_low") is not None for row in data.rows),
        "tiers": _tiers(page),
        "partial": [_line(page, row) for row in page.partial[:LISTED]],
        "partial_more": _more(page, page.partial),
        "unranked": _unranked(page),
        "counts": _counts(page),
        "trend": _trend(page),
        "weights": _weights(page),
        "method": _method(page, about),
        "command": clean(data.command),
        "explain": _explain(page, page.ranked or page.partial),
        "sources": [_source(row, page.said) for row in data.sources],
    }


def _script_data(page: "_Page", head: Row, columns: Sequence[str]) -> Row:
    """Return what the script needs to score anew: rows with their names, and the rule of the method."""
    data = page.data
    return {
        "head": head,
        "columns": columns,
        "rows": [[row.get(name) for name in columns] for row in data.rows],
        "names": [page.name(row) for row in data.rows],
        "rule": {key: data.method[key] for key in ("aggregation", "exponent", "floor", "digits")},
        "dimensions": {name: known["weight"] for name, known in data.dimensions.items()},
    }


def _sliders(page: "_Page") -> list[dict[str, Any]]:
    """Return the weights as whole numbers in their exact ratio, the largest that fit 100 together.

    Weights without so simple a ratio are rounded to the hundredth.
    """
    dimensions = page.data.dimensions
    exact = [Fraction(known["weight"]).limit_denominator(1000) for known in dimensions.values()]
    scale = math.lcm(*(weight.denominator for weight in exact))
    scale = scale * (100 // scale) or 100
    return [
        {
            "key": name,
            "name": page.dimension(name),
            "value": round(weight * scale),
            "share": f"{float(weight):.0%}",
        }
        for name, weight in zip(dimensions, exact, strict=True)
        if any(exact)
    ]


@dataclass(frozen=True)
class _Page:
    """The data of a page, and what every part of it needs of them."""

    data: RankingData

    @cached_property
    def said(self) -> Mapping[str, str]:
        """The words."""
        return said(self.data.lang, "ranking")

    @cached_property
    def ranked(self) -> list[Row]:
        """Those with an overall rank."""
        return [row for row in self.data.rows if row["rank"] is not None]

    @cached_property
    def partial(self) -> list[Row]:
        """Those without one that are scored in a dimension."""
        return [row for row in self.data.rows if row["rank"] is None and self.scored(row)]

    @cached_property
    def first(self) -> list[Row]:
        """The members of the first tier; nobody where no intervals were computed."""
        return [row for row in self.ranked if row.get("tier") == 1]

    @cached_property
    def last_rank(self) -> int:
        """The largest rank that a bar must hold."""
        edges = (row.get(key) for row in self.data.rows for key in ("rank", "high"))
        return max((edge for edge in edges if edge is not None), default=1)

    @cached_property
    def largest(self) -> dict[str, float]:
        """The largest score, overall and of each dimension."""
        return {
            column: max((row[column] for row in self.data.rows if row[column] is not None), default=0)
            for column in ("score", *self.data.dimensions)
        }

    def scored(self, row: Row) -> bool:
        """Whether an institution has a score in any dimension."""
        return any(row[dimension] is not None for dimension in self.data.dimensions)

    def name(self, row: Row) -> str:
        """Return what an institution or indicator is called in the language of the page."""
        chinese = row.get("name_zh") if self.data.lang == "zh" else None
        return clean(chinese or row.get("name") or row["subject"])

    def dimension(self, name: str) -> str:
        """Return what a dimension is called."""
        return self.said.get(f"dimension_{name}") or clean(str(self.data.dimensions[name]["title"]))


def _headline(page: _Page) -> str:
    """Say the finding; nobody is named as long as several can't be told apart."""
    said, first = page.said, page.first
    if not page.ranked:
        return said["headline_none"]
    if not first:
        return said["headline_ranked"].format(count=f"{len(page.ranked):,}")
    if len(first) == 1:
        return said["headline_first"].format(name=page.name(first[0]))
    return said["headline_tied"].format(count=f"{len(first):,}")


def _lead(page: _Page) -> list[str]:
    """Return what stands below the headline: what is ranked, and why no winner is named."""
    said, method = page.said, page.data.method
    lead = said["lead"].format(method=clean(method["title"]), edition=page.data.edition)
    if not page.ranked:
        return [lead, said["lead_none"]]
    if not page.first:
        return [lead, said["lead_plain"]]
    if len(page.first) == 1:
        return [lead]
    ordered = sorted(page.first, key=lambda row: str(row["name"]).casefold())
    names = said["comma"].join(map(page.name, ordered))
    return [lead, said["lead_tied"].format(draws=f"{method['draws']:,}", names=names)]


def _figures(page: _Page) -> list[tuple[str, int]]:
    figures = [
        (page.said["count_ranked"], len(page.ranked)),
        (page.said["count_unranked"], len(page.data.rows) - len(page.ranked)),
        (page.said["count_draws"], page.data.method["draws"]),
    ]
    return [(label, number) for label, number in figures if number]


def _tiers(page: _Page) -> list[dict[str, Any]]:
    """Return the groups of the table: a title and its rows; one without a title where there are no tiers."""
    said = page.said
    ordered = sorted(page.ranked, key=lambda row: (row.get("tier") or 0, row["rank"]))
    tiers = []
    for tier, members in itertools.groupby(ordered, lambda row: row.get("tier")):
        rows = [_line(page, row) for row in members]
        alone = said["tier_one"] if len(rows) == 1 else said["tier_tied"].format(count=len(rows))
        title = said["tier"].format(tier=tier) if tier else ""
        tiers.append({"title": title, "note": alone, "rows": rows})
    return tiers


def _line(page: _Page, row: Row) -> dict[str, Any]:
    """Return a row of the tables, ready to print."""
    from markupsafe import Markup

    low, high = row.get("low"), row.get("high")
    return {
        "rank": row["rank"],
        "name": page.name(row),
        "page": page.data.pages.get(row["subject"]),
        "where": _where(page.said, row),
        "between": "" if low is None else f"{low}–{high}",
        "bar": Markup(interval_bar(row, page.last_rank)),
        "low": low,
        "score": _cell(page, row, "score", None),
        "cells": [_cell(page, row, name, row.get(f"{name}_rank")) for name in page.data.dimensions],
        "coverage": _percent(row.get("coverage")),
        "covered": row.get("coverage"),
        "bounds": _bounds(row),
        "reason": clean(row.get("reason") or ""),
        "details": _details(page.said, row),
        "command": _explain(page, [row]),
    }


def _where(said: Mapping[str, str], row: Row) -> str:
    from babel import Locale

    country, kind = row.get("country"), row.get("kind")
    names = Locale("zh" if said["lang"] != "en" else "en").territories
    parts = [
        names.get(country, country) if country else "",
        said.get("kind_" + _key(kind), kind) if kind else "",
    ]
    return clean(" · ".join(part for part in parts if part))


def _key(name: str) -> str:
    """Return a name as keys of texts hold it: ``non-profit`` gives ``non_profit``."""
    return name.replace("-", "_")


def _cell(page: _Page, row: Row, column: str, rank: int | None) -> dict[str, Any]:
    value, largest = row[column], page.largest[column]
    return {
        "value": value,
        "text": "" if value is None else f"{value:.3f}",
        "rank": rank,
        "length": f"{100 * value / largest:.2f}" if value and largest else "0",
    }


def _bounds(row: Row) -> str:
    low, high = row.get("bound_low"), row.get("bound_high")
    return "" if low is None or high is None else f"{low}–{high}"


def _percent(share: float | None) -> str:
    """Write a share in whole percent; little is not nothing.

    Examples
    --------
    >>> _percent(0.57), _percent(0.002), _percent(0.0), _percent(None)
    ('57%', '<1%', '0%', '')
    """
    if share is None:
        return ""
    return "<1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"


def _details(said: Mapping[str, str], row: Row) -> list[str]:
    """Say what the draws and the missing values make of a rank."""
    details = []
    if row.get("p_first") is not None:
        first, three, ten = (_percent(row[key]) for key in ("p_first", "p_top3", "p_top10"))
        details.append(said["first_share"].format(first=first, three=three, ten=ten))
    if row.get("median_rank") is not None:
        details.append(said["median"].format(median=f"{row['median_rank']:g}"))
    if _bounds(row):
        details.append(said["bounds_range"].format(low=row["bound_low"], high=row["bound_high"]))
    return details


def _explain(page: _Page, rows: Sequence[Row]) -> str:
    """Return the command that opens the numbers of the first of these rows."""
    import shlex

    if not rows:
        return ""
    words = ["begat", "explain", str(rows[0]["subject"]), "--method", str(page.data.method["name"])]
    if page.data.edition:
        words += ["--edition", str(page.data.edition)]
    return clean(shlex.join([*words, *page.data.opens]))


def _unranked(page: _Page) -> list[dict[str, Any]]:
    """Return those that are scored nowhere, by the reason, the most frequent first."""
    said = page.said
    groups: dict[str, list[Row]] = {}
    for row in page.data.rows:
        if row["rank"] is None and not page.scored(row):
            groups.setdefault(clean(row.get("reason") or said["no_reason"]), []).append(row)
    return [
        {
            "title": said["unranked_reason"].format(reason=reason, count=f"{len(rows):,}"),
            "rows": [(page.name(row), _known(said, row)) for row in rows[:LISTED]],
            "more": _more(page, rows),
        }
        for reason, rows in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _known(said: Mapping[str, str], row: Row) -> str:
    """Return what is known of an institution without any score."""
    known = [(said["coverage"], _percent(row.get("coverage"))), (said["bounds"], _bounds(row))]
    return " · ".join(f"{label} {text}" for label, text in known if text)


def _more(page: _Page, rows: Sequence[Row]) -> str:
    """Say how many of a list are not shown."""
    more = len(rows) - LISTED
    return page.said["more_in_csv"].format(count=f"{more:,}") if more > 0 else ""


def _counts(page: _Page) -> list[dict[str, Any]]:
    """Say of each dimension how many institutions are scored in it, and why others are not."""
    said, counts = page.said, []
    for dimension, known in page.data.dimensions.items():
        text = said["scored_some"] if known["not_scored"] else said["scored_all"]
        counts.append(
            {
                "title": page.dimension(dimension),
                "weight": said["weight"].format(weight=_fraction(known["weight"])),
                "text": text.format(scored=f"{known['scored']:,}", not_scored=f"{known['not_scored']:,}"),
                "reasons": [
                    said["scored_reason"].format(count=f"{count:,}", reason=clean(reason))
                    for reason, count in sorted(
                        known["reasons"].items(), key=lambda item: (-item[1], item[0])
                    )
                ],
            }
        )
    return counts


def _fraction(weight: float) -> str:
    """Write a weight as people set it.

    Examples
    --------
    >>> _fraction(1 / 6), _fraction(0.5), _fraction(0.3)
    ('1/6', '1/2', '30%')
    """
    near = Fraction(weight).limit_denominator(12)
    small = abs(float(near) - weight) < 1e-9 and near.denominator in {2, 3, 4, 6, 8, 12}
    return str(near) if small else f"{100 * weight:.4g}%"


def _trend(page: _Page) -> dict[str, Any] | None:
    """Return the ranks over time, under the names that the page uses."""
    known = {row["subject"]: row for row in page.data.rows}
    rows = [{**row, "name": page.name(known.get(row["subject"], row))} for row in page.data.trend]
    part = trend_part(rows, page.said, key="trend", top=TOP)
    if part is not None and page.data.method["indicators"] != "osir-53":
        part["note"] = " ".join([page.said["trend_published"], part["note"]])
    return part


def _weights(page: _Page) -> dict[str, Any] | None:
    """Return weights set and got, of the dimensions as a chart and of the indicators as tables."""
    from markupsafe import Markup

    said, effects = page.said, page.data.effects
    if not effects:
        return None
    whole = [{**row, "name": page.dimension(row["dimension"])} for row in effects if not row["indicator"]]
    chart = (
        weight_chart(whole, Caption(said["weights"], said["weights_description"], "weights")) if whole else ""
    )
    tables = []
    for dimension in page.data.dimensions:
        rows = [row for row in effects if row["indicator"] and row["dimension"] == dimension]
        if rows:
            title = said["inside"].format(dimension=page.dimension(dimension), count=len(rows))
            tables.append({"title": title, "rows": _effects(page, rows)})
    return {"chart": Markup(chart), "tables": tables}


def _effects(page: _Page, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return indicators with the weight set and got, the one that decides most first."""
    set_, got = (sum(row[key] or 0 for row in rows) or 1 for key in ("nominal", "effect"))
    largest = max(row["effect"] or 0 for row in rows) or 1
    return [
        {
            "name": page.name({**row, "subject": row["indicator"]}),
            "set": f"{100 * row['nominal'] / set_:.1f}%",
            "got": f"{100 * (row['effect'] or 0) / got:.1f}%",
            "length": f"{100 * (row['effect'] or 0) / largest:.2f}",
            "figures": [
                "" if row[key] is None else f"{row[key]:.2f}" for key in ("effect", "effect_spearman")
            ],
        }
        for row in sorted(rows, key=lambda row: -(row["effect"] or 0))
    ]


def _method(page: _Page, about: About) -> list[tuple[str, str]]:
    """Return the method as terms and what they mean; terms without a meaning are left out."""
    said, data = page.said, page.data
    family = data.method.get("indicators") or ""
    weights = [
        f"{page.dimension(dimension)} {_fraction(known['weight'])}"
        for dimension, known in data.dimensions.items()
    ]
    drawn = said["intervals_note"].format(draws=f"{data.method['draws']:,}", seed=data.method["seed"])
    entries = [
        (said["formula"], said.get("formula_" + _key(family), "")),
        (said["weights_of_dimensions"], said["comma"].join(weights)),
        (said["missing"], said.get("missing_" + _key(family), "")),
        (said["intervals"], drawn if data.method["draws"] else ""),
        (said["rule_source"], clean(data.method.get("source") or "")),
        (said["basis"], clean(said["basis_note"].format(name=about.snapshot, digest=about.digest))),
    ]
    return [(term, text) for term, text in entries if text]


def _source(row: Row, said: Mapping[str, str]) -> dict[str, str]:
    where = [str(row[key]) for key in ("attribution", "locator") if row.get(key)]
    return {
        "title": clean(str(row.get("title") or row["source"])),
        "where": clean(" · ".join(where)),
        "licence": clean(str(row.get("licence") or said["no_licence"])),
        "date": clean(str(row["date"])),
    }
