"""How a figure grew from one edition to another."""

from datetime import date

from begat.answer.figure.base import Call, Facts, Figure
from begat.errors import InputError

__all__ = ["FIGURE"]


def growth(facts: Facts, *, of: Call, start: date, end: date) -> float:
    """Return the figure at the end over that at the start; the figure's own edition does not matter."""
    before, after = (of.value(facts, edition=edition) for edition in (start, end))
    if isinstance(before, str) or isinstance(after, str) or not before:
        raise InputError(f"{of.figure.name} has no growth from {before!r}", where=str(of))
    return after / before


FIGURE = Figure("growth", "growth of a figure, as a ratio", growth)
