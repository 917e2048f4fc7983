"""Number of indicators of an edition."""

from datetime import date

from begat.answer.figure._ranking import Dimension
from begat.answer.figure._values import values
from begat.answer.figure.base import Facts, Figure
from begat.influence.indicator import osir_53

__all__ = ["FIGURE"]


def columns(facts: Facts, *, edition: date, dimension: Dimension = "overall", named: str = "") -> int:
    """Count the indicators that have values, or those of one dimension or with a text in their name."""
    present = set(values(facts, edition).select("dimension", "code").unique().iter_rows())
    return sum(
        (item.dimension, item.code) in present
        and dimension in ("overall", item.dimension)
        and named.lower() in item.name.lower()
        for item in osir_53()
    )


FIGURE = Figure("columns", "number of indicators", columns)
