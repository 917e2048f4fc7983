"""Editions of the ranking as a series: rank, interval and score of institutions or countries over time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from begat.answer.ranking import published_only
from begat.discovery import named
from begat.errors import InputError
from begat.influence.indicator import DIMENSIONS, chosen_edition, editions, osir_values
from begat.influence.ranking import rank
from begat.snapshot import Snapshot

__all__ = ["MEASURES", "SUBJECTS", "movers", "trends"]

Row = dict[str, Any]

SUBJECTS = ("institution", "country")
MEASURES = ("rank", "score", *DIMENSIONS)

IRREGULAR = {
    date(2024, 12, 13): "downloads of 2024-12-13 are counted in another way",
    date(2025, 3, 7): "models of 2025-03-07 are filtered in another way",
}
"""Editions whose own items break with their neighbours: Alibaba's downloads halve after the first, and Meta
has 497 models in January, 1,096 in March and 565 in April 2025."""

NOWHERE = "unknown"


@dataclass(frozen=True)
class _Edition:
    """One edition: what it ranks, and what its numbers rest on."""

    day: date
    ranked: Mapping[str, Row]
    listed: frozenset[str]
    indicators: frozenset[tuple[str, str]]


def trends(
    snapshot: Snapshot,
    method: str = "osir-53",
    *,
    by: str = "institution",
    measure: str = "score",
    draws: int = 2000,
    seed: int = 0,
) -> list[Row]:
    """Rank every edition by one method, and say which neighbours can be compared.

    Parameters
    ----------
    snapshot : Snapshot
        Holds the editions.
    method : str
        A preset on the indicators of ``osir-53``, or the path of a TOML file with such a method.
    by : str
        One of `SUBJECTS`. The score of a country is its share of the sum of all scores of the edition, by
        the seat of the institutions; those without a known seat are one row without a rank.
    measure : str
        One of `MEASURES`: whether `rank` and `score` are of the whole or of one dimension.
    draws, seed : int
        For the intervals, the same in every edition. Only the ranks of institutions in the whole have any.

    Returns
    -------
    list of dict
        ``date, subject, name, rank, low, high, score, change, comparable, supported, reason``, oldest first,
        best first. `change` is how many ranks it rose since the edition before. `comparable`: whether the two
        editions list the same institutions and indicators, counted alike; if not, `reason` says what differs.
        `supported`: whether the intervals of the two ranks lie apart. All three are null where there is
        nothing before, `supported` also where the editions can't be compared or there are no intervals.

    Raises
    ------
    UnknownName
        If there is no such method, subject or measure, or the snapshot has no edition.
    InputError
        If the method is not on the indicators of the published ranking.
    """
    published_only(method, "trends")
    chosen_edition(snapshot, None)
    named("kind of subject", by, dict.fromkeys(SUBJECTS), hint=f"Known: {', '.join(SUBJECTS)}.")
    named("measure", measure, dict.fromkeys(MEASURES), hint=f"Known: {', '.join(MEASURES)}.")
    found = [_edition(snapshot, method, day, by, measure, draws, seed) for day in editions(snapshot)]
    return [row for before, now in zip([None, *found], found, strict=False) for row in _compared(before, now)]


def movers(rows: Sequence[Mapping[str, Any]], since: date, until: date) -> list[Row]:
    """Compare two editions of a series, the largest moves first.

    Returns
    -------
    list of dict
        ``subject, name, rank_before, rank, change, supported, comparable, reason`` of all that both
        editions rank; see `trends`. Where an edition between them is no neighbour's equal, nothing is
        comparable.

    Raises
    ------
    InputError
        If the first is not the earlier one.
    """
    if since >= until:
        raise InputError(f"{since} is not before {until}", hint="The earlier edition comes first.")
    before = {row["subject"]: row for row in rows if row["date"] == since and row["rank"] is not None}
    breaks = {row["date"]: row["reason"] for row in rows if since < row["date"] <= until and row["reason"]}
    reason = "; ".join(f"{day}: {text}" for day, text in breaks.items()) or None
    moved = [
        {
            "subject": row["subject"],
            "name": row["name"],
            "rank_before": before[row["subject"]]["rank"],
            "rank": row["rank"],
            **_change(before[row["subject"]], row, reason),
        }
        for row in rows
        if row["date"] == until and row["subject"] in before and row["rank"] is not None
    ]
    return sorted(moved, key=lambda row: (-abs(row["change"]), row["rank"]))


def _edition(
    snapshot: Snapshot, method: str, day: date, by: str, measure: str, draws: int, seed: int
) -> _Edition:
    values = osir_values(snapshot, day)
    whole = measure not in DIMENSIONS
    table = rank(snapshot, method, day, draws=draws if whole and by == "institution" else 0, seed=seed)
    if not whole:
        table = table.with_columns(score=measure, rank=f"{measure}_rank")
    if by == "country":
        table = _countries(snapshot, table)
    ordered = table.select("subject", "name", "rank", "low", "high", "score").sort(
        "rank", "subject", nulls_last=True
    )
    return _Edition(
        day,
        {row["subject"]: row for row in ordered.to_dicts()},
        frozenset(values["institution"]),
        frozenset(values.select("dimension", "code").unique().iter_rows()),
    )


def _countries(snapshot: Snapshot, table: pl.DataFrame) -> pl.DataFrame:
    """Share of each country in the sum of all scores."""
    from babel import Locale

    seats = snapshot.frame("institutions", ["osir", "country"]).drop_nulls("osir")
    known = pl.col("subject") != NOWHERE
    names = Locale("en").territories
    return (
        table.select("subject", "score")
        .join(seats, left_on="subject", right_on="osir", how="left")
        .group_by(subject=pl.col("country").fill_null(NOWHERE))
        .agg(pl.col("score").sum())
        .with_columns(
            score=pl.col("score") / pl.col("score").sum(),
            name=pl.col("subject").replace(dict(names)),
            low=pl.lit(None, dtype=pl.Int64),
            high=pl.lit(None, dtype=pl.Int64),
        )
        .with_columns(rank=pl.when(known).then(pl.col("score")).rank("min", descending=True).cast(pl.Int64))
    )


def _compared(before: _Edition | None, now: _Edition) -> Iterator[Row]:
    """Yield the rows of an edition with their change since the one before."""
    reason = None if before is None else _reason(before, now)
    for subject, row in now.ranked.items():
        earlier = before.ranked.get(subject) if before else None
        change = _change(earlier, row, reason) if earlier else dict.fromkeys(("change", "supported"))
        yield {
            "date": now.day,
            **row,
            "change": change["change"],
            "comparable": None if before is None else reason is None,
            "supported": change["supported"],
            "reason": reason,
        }


def _change(before: Mapping[str, Any], now: Mapping[str, Any], reason: str | None) -> Row:
    places = (row[key] for row in (before, now) for key in ("rank", "low", "high"))
    old, old_low, old_high, new, low, high = places
    apart = None if old_high is None or high is None else old_high < low or high < old_low
    return {
        "change": None if old is None or new is None else old - new,
        "supported": apart if reason is None else None,
        "comparable": reason is None,
        "reason": reason,
    }


def _reason(before: _Edition, now: _Edition) -> str | None:
    """Say why two neighbouring editions can't be compared; None if they can."""
    reasons = [IRREGULAR[day] for day in (before.day, now.day) if day in IRREGULAR]
    if joined := len(now.listed - before.listed):
        reasons.append(f"{joined} institutions joined, {len(now.listed)} are listed")
    if left := len(before.listed - now.listed):
        reasons.append(f"{left} institutions left, {len(now.listed)} are listed")
    if before.indicators != now.indicators:
        reasons.append(f"{len(before.indicators)} indicators before, {len(now.indicators)} now")
    return "; ".join(reasons) or None
