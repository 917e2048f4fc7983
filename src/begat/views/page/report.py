"""The report: one self-contained page on a snapshot, its largest tree, influence, ranking and sources."""

import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from begat.influence.measure.base import measures
from begat.views.markup import csp, environment, template_text
from begat.views.page.parts import notes, outline_rows, segments, shares
from begat.views.picture.trend import trend_part
from begat.views.said import said
from begat.views.tree import Head, Tree, opening
from begat.views.words import clean, house_name

__all__ = ["ReportData", "report"]

Row = Mapping[str, Any]

DIMENSIONS = ("data", "model", "system", "evaluation")

SCORE = "0 to 1"

MEASURES = ("children", "accounts", "descendants", "reach", "momentum")
"""Measures that stand beside each other: as many as leave room for the names."""

STYLES = ("page.css", "report.css", "chart.css")

INTERVALS = (
    "Under each rank the interval that it has in 90 % of other defensible methods: where intervals overlap, "
    "the order is not supported."
)

LINES = 28
"""Rows of the tree that are open at first: one screen."""

FIGURES = {
    "models": "models listed",
    "models_named_only": "known by name only",
    "derivations": "derivations",
    "datasets": "datasets",
    "institutions": "institutions",
    "accounts": "accounts",
    "systems": "systems",
    "benchmarks": "benchmarks",
}


class ReportData(NamedTuple):
    """What the report shows, as plain rows.

    Attributes
    ----------
    title : str
        Heading of the page.
    snapshot : mapping
        ``name, date, digest``.
    stats : mapping
        Counts of the snapshot, at least the keys of `FIGURES`.
    tree : Tree
        The tree to show, from `budgeted_tree`; with a budget of about 60 the rows that are open at first
        fill one screen.
    influence_models, influence_institutions : sequence of mapping
        ``id, rank``, for institutions ``name``, and a value of each measure; all that have a value, so
        that the places in each measure can be told. The first `top` are shown.
    own_ranking, ranking : sequence of mapping
        ``subject, name, rank, score`` and the score and ``_rank`` of each dimension, by begat-53 and as
        published; of the first those without a rank too.
    edition : date, optional
        Edition of the ranking.
    trend : sequence of mapping
        Rows of `begat trends`.
    claims : sequence of mapping
        Rows of `begat claims`.
    sources : sequence of mapping
        ``source, title, licence, date, rows_seen, rows_set_aside`` and, where known, ``locator`` and
        ``attribution``.
    top : int
        How many models and institutions are shown.
    shipped : bool
        Whether it is the snapshot that ships with begat, and the page says how partial that is.
    """

    title: str
    snapshot: Row
    stats: Row
    tree: Tree
    influence_models: Sequence[Row]
    influence_institutions: Sequence[Row]
    own_ranking: Sequence[Row]
    ranking: Sequence[Row]
    edition: date | str | None
    sources: Sequence[Row]
    trend: Sequence[Row] = ()
    claims: Sequence[Row] = ()
    top: int = 15
    shipped: bool = True


def report(data: ReportData) -> str:
    """Write the page: no request, no script but its own, the same bytes for the same data.

    Parameters
    ----------
    data : ReportData
        Plain rows; every text in them is escaped, control characters are replaced.

    Returns
    -------
    str
        HTML, to be written as UTF-8.
    """
    from markupsafe import Markup

    style = "".join(map(template_text, STYLES))
    script = template_text("report.js")
    head = data.tree.head
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            data=data._replace(title=clean(data.title)),
            policy=csp(scripts=[script], styles=[style]),
            style=Markup(style),
            script=Markup(script),
            root=clean(head.root),
            house=house_name(head.house or ""),
            figures=[(label, int(data.stats[key])) for key, label in FIGURES.items()],
            tree_figures=_tree_figures(head),
            shares=shares(head.by_relation),
            whole=segments(head.by_relation, max(head.derivatives, 1)),
            rows=outline_rows(data.tree, opened=opening(data.tree.rows, LINES)),
            notes=notes(head),
            tables=_tables(data),
            trend=trend_part(data.trend, said("en", "ranking"), key="trend"),
            said=said("en", "ranking"),
            claims=[_claim(row) for row in data.claims],
            verdicts=Counter(row["verdict"] for row in data.claims),
            sources=[_source(row) for row in data.sources],
        )
    )


def _tree_figures(head: Head) -> list[tuple[str, int]]:
    return [
        ("derivatives", head.derivatives),
        ("accounts", head.accounts),
        ("other releases", head.releases),
        ("generations", head.generations),
        ("with several parents", head.merged),
        ("changed the licence", head.licence_changed),
    ]


def _tables(data: ReportData) -> list[dict[str, Any]]:
    """Return the tables of models, institutions and the ranking; those without rows are left out."""
    tables = [
        _influence("models", "Most influential models", "Model", data.influence_models, data.top),
        _influence(
            "institutions",
            "Most influential institutions",
            "Institution",
            data.influence_institutions,
            data.top,
        ),
        _own_ranking(data),
        _published_ranking(data),
    ]
    return [table for table in tables if table["lines"]]


def _influence(key: str, title: str, subject: str, rows: Sequence[Row], top: int) -> dict[str, Any]:
    known = [
        item
        for name, item in measures().items()
        if name in MEASURES and rows and all(row.get(name) is not None for row in rows)
    ]
    places = {item.name: _places(rows, item.name) for item in known}
    largest = {item.name: max((row[item.name] for row in rows), default=0) for item in known}
    shown = sorted(enumerate(rows), key=lambda item: item[1]["rank"])[:top]
    return {
        "id": key,
        "title": title,
        "subject": subject,
        "text": (
            f"Several measures beside each other, # the place in each among {len(rows):,} with recorded "
            "derivatives. Where the places differ, the measures disagree: one number would hide it."
        ),
        "columns": [{"title": item.title, "unit": item.unit} for item in known],
        "lines": [
            {
                "rank": row["rank"],
                "between": "",
                "name": clean(row.get("name") or row["id"]),
                "cells": [
                    _cell(row[item.name], largest[item.name], places[item.name][place], item.unit)
                    for item in known
                ],
            }
            for place, row in shown
        ],
    }


def _places(rows: Sequence[Row], name: str) -> list[int]:
    """Return the place of each row when all are sorted by one column; equal values share the best."""
    place: dict[float, int] = {}
    for number, value in enumerate(sorted((row[name] for row in rows), reverse=True), 1):
        place.setdefault(value, number)
    return [place[row[name]] for row in rows]


def _own_ranking(data: ReportData) -> dict[str, Any]:
    ranked = [row for row in data.own_ranking if row["rank"] is not None]
    others = len(data.own_ranking) - len(ranked)
    return _ranking(
        "ranking",
        "Most influential institutions in four dimensions, begat-53",
        "Fixed goalposts, equal dimensions; what is not known is missing, not zero. # is the place in a "
        f"dimension. {others:,} further institutions have a score in some dimensions but no rank, because "
        f"too little is known of another. {INTERVALS}",
        ranked,
    )


def _published_ranking(data: ReportData) -> dict[str, Any]:
    return _ranking(
        "osir",
        f"OSIR-LMTS, edition {data.edition}",
        "The published formula on the published items of one edition: four dimensions, # the place in "
        f"each. It ranks only the institutions that the edition lists. {INTERVALS}",
        data.ranking,
    )


def _ranking(key: str, title: str, text: str, rows: Sequence[Row]) -> dict[str, Any]:
    best = {name: max((row[name] for row in rows), default=0) for name in ("score", *DIMENSIONS)}
    return {
        "id": key,
        "title": title,
        "subject": "Institution",
        "text": text,
        "columns": [
            {"title": "score", "unit": SCORE},
            *({"title": name, "unit": SCORE} for name in DIMENSIONS),
        ],
        "lines": [
            {
                "rank": row["rank"],
                "between": f"{row['low']}\u2013{row['high']}" if row.get("low") else "",
                "name": clean(row.get("name") or row["subject"]),
                "cells": [
                    _cell(row["score"], best["score"], None),
                    *(_cell(row[name], best[name], row.get(f"{name}_rank")) for name in DIMENSIONS),
                ],
            }
            for row in sorted(rows, key=operator.itemgetter("rank"))
        ],
    }


def _claim(row: Row) -> dict[str, str]:
    return {
        "id": row["claim"],
        "statement": clean(row["statement"]),
        "verdict": row["verdict"],
        "value": clean(row["text"] or ""),
        "expected": "" if row["expected"] is None else clean(str(row["expected"])),
        "definition": clean(row["reason"] or row["definition"] or ""),
    }


def _cell(value: float, largest: float, rank: int | None, unit: str = SCORE) -> dict[str, Any]:
    return {
        "text": _number(value, unit),
        "rank": rank,
        "length": f"{100 * value / largest:.2f}" if largest else "0",
    }


def _number(value: float, unit: str) -> str:
    """Write counts whole, shares in percent, scores with three decimals."""
    if isinstance(value, int):
        return f"{value:,}"
    if unit.startswith("share"):
        return f"{100 * value:.2f}%"
    return f"{value:.3f}" if unit == SCORE else f"{value:,.1f}"


def _source(row: Row) -> dict[str, str]:
    where = [str(row[key]) for key in ("attribution", "locator") if row.get(key)]
    return {
        "title": clean(str(row.get("title") or row["source"])),
        "where": clean(" · ".join([str(row["source"]), *where])),
        "licence": clean(str(row.get("licence") or "none stated")),
        "date": str(row["date"]),
        "rows": f"{row['rows_seen']:,}",
        "set_aside": f"{row['rows_set_aside']:,}" if row["rows_set_aside"] else "",
    }
