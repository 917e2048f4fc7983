"""Answers joined into pages: the report on a snapshot, and a ranking."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from begat.registry.family import tree
from begat.registry.opened import Opened, Row
from begat.registry.ranked import ranking, trends

if TYPE_CHECKING:
    from begat.influence.ranking import Ranking
    from begat.views.page.base import About, Page

__all__ = ["about", "claims_page", "ranking_page", "report"]

REPORT_BUDGET = 60
"""Models in the tree of a report: what opens at first is one screen."""

SCORED_BY = {"by": "institution", "country": None, "cap": "log", "without_burst": False}
"""What changes scores besides method and edition, as it is if not given."""


def about(reg: Opened, *topics: str) -> "About":
    """Return what a page about some topics of the snapshot rests on; see `begat.answer.coverage`."""
    from begat.registry.checked import notes
    from begat.views.page.base import About

    snapshot = reg.snapshot
    return About(
        snapshot=snapshot.name,
        digest=snapshot.digest,
        date=snapshot.date,
        synthetic=snapshot.synthetic,
        shipped=reg.shipped,
        sources=snapshot.sources,
        missing=notes(reg, topics),
    )


def claims_page(reg: Opened, rows: Sequence[Row], *, lang: str = "en") -> "Page":
    """Return checked statements, as `claims` gives them, as a page."""
    from begat.views.page.claims import claims_page

    return claims_page(rows, about(reg, "scores"), lang=lang)


def report(
    reg: Opened,
    text: str,
    stats: Row,
    models: Sequence[Row],
    institutions: Sequence[Row],
    own_ranking: Sequence[Row],
    ranking: Sequence[Row],
    claims: Sequence[Row],
) -> str:
    """Return the report on this snapshot as an HTML page, with the tree of one model."""
    from begat.views.page.report import ReportData, report

    snapshot = reg.snapshot
    data = ReportData(
        title="Who builds on whom",
        snapshot={"name": snapshot.name, "date": snapshot.date, "digest": snapshot.digest},
        stats=stats,
        tree=tree(reg, text, budget=REPORT_BUDGET),
        influence_models=models,
        influence_institutions=institutions,
        own_ranking=own_ranking,
        ranking=ranking,
        edition=stats["editions"][-1] if stats["editions"] else None,
        trend=trends(reg, draws=0) if stats["editions"] else [],
        claims=claims,
        sources=snapshot.sources,
        shipped=reg.shipped,
    )
    return report(data)


def ranking_page(
    reg: Opened,
    method: str = "begat-53",
    edition: date | None = None,
    *,
    draws: int = 2000,
    seed: int = 0,
    lang: str = "en",
    command: str = "begat rank -o ranking.html",
    **how: Any,
) -> "Page":
    """Return the ranking as a page in English (``en``) or Chinese (``zh``); see `begat.views`.

    `how` is what `ranking` takes; `command` is what the page says that it was made with.
    """
    from begat.answer.ranking import dimension_counts, sources_behind
    from begat.influence.ranking import VARIANTS
    from begat.influence.scoring import EQUAL_DIGITS, FLOOR
    from begat.influence.sensitivity import effects
    from begat.views.page.ranking import RankingData, ranking_page
    from begat.views.words import option_words

    found = ranking(reg, method, edition, variants=VARIANTS if draws else 0, **how)
    chosen = found.method
    published = chosen.framework.name == "osir-53"
    data = RankingData(
        rows=found.rows(draws, seed).to_dicts(),
        dimensions=dimension_counts(found),
        method={
            "name": method,
            "title": chosen.title,
            "source": chosen.source,
            "indicators": chosen.framework.name,
            "draws": draws,
            "seed": seed,
            "aggregation": chosen.aggregation,
            "exponent": chosen.exponent,
            "floor": FLOOR,
            "digits": EQUAL_DIGITS,
        },
        methods=_other_methods(how),
        trend=_series(reg, method if published else "osir-53", draws, seed, how),
        effects=effects(found),
        edition=found.day,
        sources=sources_behind(found),
        lang=lang,
        command=command,
        pages=_pages(reg, found),
        opens=option_words(
            {name: how[name] for name, usual in SCORED_BY.items() if how.get(name, usual) != usual}
        ),
    )
    return ranking_page(data, about(reg, "scores"))


def _other_methods(how: Mapping[str, Any]) -> dict[str, str]:
    """Return the methods that ship with begat, each with the command for its page.

    Options go along where a method takes them: the published ones rank institutions as they were stated.
    """
    import shlex

    from begat.influence.method import method_named, presets
    from begat.views.words import option_words

    shared = {name: how.get(name) for name in ("country", "dimension")}
    own = {name: how[name] for name, usual in SCORED_BY.items() if how.get(name, usual) != usual}
    return {
        name: shlex.join(
            [
                *["begat", "rank", "--method", name],
                *option_words(shared if method_named(name).framework.name == "osir-53" else shared | own),
                *["-o", f"{name}.html"],
            ]
        )
        for name in presets()
    }


def _pages(reg: Opened, found: "Ranking") -> dict[str, tuple[str, str]]:
    """Return kind and id of the page of each that is ranked; the published ranking names its own codes."""
    if found.by != "institution":
        return {name: ("country", name) for name in found.table.subjects} if found.by == "country" else {}
    rows = reg.snapshot.table("institutions", ["id", "osir"]).to_pylist()
    key = "osir" if found.method.framework.name == "osir-53" else "id"
    return {row[key]: ("institution", row["id"]) for row in rows if row[key] and row["id"]}


def _series(reg: Opened, method: str, draws: int, seed: int, how: Mapping[str, Any]) -> list[Row]:
    """The editions over time beside a ranking of all institutions; nothing beside a part of them."""
    from begat.influence.indicator import editions

    whole = how.get("by") in (None, "institution") and not how.get("country")
    if not (whole and editions(reg.snapshot)):
        return []
    return reg.rankings.get((method, draws, seed), lambda: trends(reg, method, draws=draws, seed=seed))
