"""What stands beside a ranking: who is scored in each dimension, and which sources it rests on."""

from collections.abc import Mapping
from typing import Any

from begat.errors import InputError
from begat.influence.indicator import DIMENSIONS
from begat.influence.method import method_named
from begat.influence.ranking import Ranking

__all__ = ["dimension_counts", "published_only", "sources_behind"]

Row = dict[str, Any]


def dimension_counts(found: Ranking) -> Mapping[str, Row]:
    """Count who is scored in each dimension.

    Returns
    -------
    dict
        By dimension ``title, weight, scored, not_scored`` and ``reasons``: of those not scored, how many lack
        what.
    """
    total = len(found.table.subjects)
    counts = {}
    for dimension in DIMENSIONS:
        gaps = found.gaps(dimension)
        lacking = sum(gaps.values())
        counts[dimension] = {
            "title": dimension,
            "weight": float(found.method.dimensions[dimension]),
            "scored": total - lacking,
            "not_scored": lacking,
            "reasons": gaps,
        }
    return counts


def sources_behind(found: Ranking) -> list[Row]:
    """Return the sources that the rows of the indicators and the institutions come from, annexes included."""
    names = {"institutions"}
    for item in found.layout.indicators:
        if item.rows is not None:
            names |= set(found.behind(item)["source"].drop_nulls())
    snapshot = found.snapshot
    return [dict(row) for row in (*snapshot.sources, *snapshot.annexes) if row["source"] in names]


def published_only(method: str, what: str) -> None:
    """Refuse a method that does not rank the editions of the published ranking.

    Raises
    ------
    InputError
        If its indicators are others; `what` is what needs them.
    """
    if method_named(method).framework.name != "osir-53":
        raise InputError(
            f"{what} are of the published ranking's editions",
            where=f"--method {method}",
            hint='Use osir-53, osir-53-2026 or a file with indicators = "osir-53".',
        )
