"""Rank of an institution."""

from datetime import date

from begat.answer.figure._ranking import NOBODY, Dimension, ranked
from begat.answer.figure.base import Facts, Figure

__all__ = ["FIGURE"]


def rank(
    facts: Facts,
    *,
    institution: str,
    edition: date,
    method: str = "osir-53",
    dimension: Dimension = "overall",
    country: str = "",
    without: list[str] = NOBODY,
) -> int:
    """Return the rank, overall or in one dimension; with `country` among its own, or `without` some."""
    row = ranked(facts, institution, method=method, edition=edition, country=country, without=without)
    return int(row["rank" if dimension == "overall" else f"{dimension}_rank"])


FIGURE = Figure("rank", "rank of an institution", rank)
