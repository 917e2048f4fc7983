"""Number of indicators of an edition."""

from datetime import date

import polars as pl

from begat.answer.figure._ranking import Dimension
from begat.answer.figure._values import values
from begat.answer.figure.base import Facts, Figure

__all__ = ["FIGURE"]


def columns(facts: Facts, *, edition: date, dimension: Dimension = "overall") -> int:
    """Count the indicators that have values, all or those of one dimension."""
    keys = values(facts, edition).select("dimension", "code").unique()
    return keys.height if dimension == "overall" else keys.filter(pl.col("dimension") == dimension).height


FIGURE = Figure("columns", "number of indicators", columns)
