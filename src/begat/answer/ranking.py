"""What stands beside a ranking: who is scored in each dimension, and which sources it rests on."""

from collections.abc import Mapping
from typing import Any

from begat.influence.indicator import DIMENSIONS
from begat.influence.ranking import Ranking

__all__ = ["dimension_counts", "sources_behind"]

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
