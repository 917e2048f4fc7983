"""How a figure grew from one edition to another."""

from datetime import date
from typing import Literal

from begat.answer.figure.base import Call, Facts, Figure
from begat.errors import InputError

__all__ = ["FIGURE"]


def growth(
    facts: Facts, *, of: Call, start: date, end: date, take: Literal["ratio", "difference"] = "ratio"
) -> float:
    """Return the figure at the end over (or minus) that at the start; its own edition does not matter."""
    if "edition" not in of.figure.parameters:
        raise InputError(f"{of.figure.name} has no edition, so no growth")
    before, after = (of.value(facts, edition=edition) for edition in (start, end))
    if isinstance(before, str) or isinstance(after, str) or not before:
        raise InputError(f"{of.figure.name} has no growth from {before!r}")
    return after / before if take == "ratio" else after - before


FIGURE = Figure("growth", "growth of a figure, as a ratio or a difference", growth)
