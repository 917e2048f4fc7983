"""A small ranking for the tests of its page: tiers, missing dimensions, reasons, editions, hostile names."""

from datetime import date
from typing import Any

from begat.views.page.base import About, html
from begat.views.page.ranking import RankingData, ranking_page
from begat.views.place import FILE, Place

__all__ = ["ABOUT", "DAYS", "editions", "ranking", "ranking_html", "row"]

ABOUT = About(
    "2026-01-01",
    "ab12",
    date(2026, 1, 1),
    synthetic=False,
    shipped=False,
    sources=[{"source": "test", "title": "A source", "licence": "MIT", "date": "2026-01-01"}],
)

DAYS = (date(2025, 5, 7), date(2025, 6, 7), date(2025, 7, 7))

DIMENSIONS = ("data", "model", "system", "evaluation")


def row(subject: str, rank: int | None, *, tier: int | None = 1, **changes: Any) -> dict[str, Any]:
    """Return a row of a ranking, whole where it has a rank, else without any figure."""
    known = rank is not None
    score = 1 / rank if rank else None
    return {
        "subject": subject,
        "name": subject,
        "rank": rank,
        "low": max(rank - 1, 1) if rank else None,
        "high": rank + 1 if rank else None,
        "score": score,
        **dict.fromkeys(DIMENSIONS, score),
        **{f"{dimension}_rank": rank for dimension in DIMENSIONS},
        "median_rank": float(rank) if rank else None,
        "p_first": 0.5 if known else None,
        "p_top3": 0.75 if known else None,
        "p_top10": 1.0 if known else None,
        "tier": tier if known else None,
        "name_zh": None,
        "country": None,
        "kind": None,
        **changes,
    }


def editions(*orders: str, broken: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    """Return a series: for each edition the subjects in their order, letters or names joined by spaces."""
    rows: list[dict[str, Any]] = []
    before: dict[str, int] = {}
    for place, order in enumerate(orders):
        names = order.split()
        for rank, name in enumerate(names, 1):
            apart = place in broken
            change = before[name] - rank if name in before else None
            rows.append(
                {
                    "date": DAYS[place],
                    "subject": name,
                    "name": name,
                    "rank": rank,
                    "low": max(rank - 1, 1),
                    "high": rank + 2,
                    "score": 1 - rank / 10,
                    "change": change,
                    "comparable": None if place == 0 else not apart,
                    "supported": None if change is None or apart else abs(change) > 3,
                    "reason": "1 institutions joined, 4 are listed" if apart else None,
                }
            )
        before = {name: rank for rank, name in enumerate(names, 1)}
    return rows


def ranking(**changes: Any) -> RankingData:
    """Return what a page shows: two tiers, one scored in part, two scored nowhere."""
    rows = [
        row("Ada", 1, country="FR", kind="company", name_zh="阿达", coverage=1.0, bound_low=1, bound_high=2),
        row("Bob", 2, coverage=0.75),
        row("Cid", 3, tier=2),
        row(
            "Dan",
            None,
            data=0.4,
            data_rank=2,
            reason="system: 35% of its weight recorded",
            bound_low=1,
            bound_high=4,
        ),
        row("Eve", None, reason="nothing recorded"),
        row("Fay", None),
    ]
    counts = {
        name: {
            "title": name,
            "weight": 0.25,
            "scored": 4 if name == "data" else 3,
            "not_scored": 2 if name == "data" else 3,
            "reasons": {"nothing recorded": 1},
        }
        for name in DIMENSIONS
    }
    effects = [
        {
            "dimension": name,
            "indicator": code,
            "name": name if code is None else f"Number of {name}",
            "name_zh": None if code is None else f"{name}数",
            "nominal": 0.25 if code is None else 1.0,
            "effect": 0.5,
            "effect_spearman": None,
        }
        for name in DIMENSIONS
        for code in (None, f"num_{name}")
    ]
    values = RankingData(
        rows=rows,
        dimensions=counts,
        method={
            "name": "begat-53",
            "title": "A method",
            "source": "a test",
            "indicators": "begat-53",
            "draws": 100,
            "seed": 7,
            "aggregation": "power-mean",
            "exponent": 0.5,
            "floor": 0.01,
            "digits": 12,
        },
        methods={name: f"begat rank --method {name}" for name in ("begat-53", "osir-53")},
        trend=editions("Bob Ada Cid", "Ada Bob Cid", "Ada Cid Bob", broken=(1,)),
        effects=effects,
        edition=DAYS[-1],
        sources=[{"source": "test", "title": "A source", "licence": "MIT", "date": "2026-01-01"}],
        lang="en",
        command="begat rank -o ranking.html",
    )
    return values._replace(**changes)


def ranking_html(data: RankingData, place: Place = FILE) -> str:
    """Write the page of a ranking as it is written to a file."""
    return html(ranking_page(data, ABOUT), place)
