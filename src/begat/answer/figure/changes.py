"""How many hand-made values of an institution changed between two editions."""

from datetime import date

import polars as pl

from begat.answer.figure._ranking import Dimension
from begat.answer.figure._values import values
from begat.answer.figure.base import Facts, Figure
from begat.errors import UnknownName

__all__ = ["FIGURE"]


def changes(facts: Facts, *, institution: str, dimension: Dimension, start: date, end: date) -> int:
    """Count the indicators of a dimension whose value differs; `institution` is its code in the tables."""
    own = (pl.col("institution") == institution) & (pl.col("dimension") == dimension)
    before, after = (values(facts, edition).filter(own) for edition in (start, end))
    for edition, found in ((start, before), (end, after)):
        if found.is_empty():
            raise UnknownName(f"institution in the ranking of {edition}", institution)
    both = before.join(after, on="code", suffix="_after")
    return both.filter(pl.col("value") != pl.col("value_after")).height


FIGURE = Figure("changes", "indicator values that changed", changes)
