"""Score of an institution."""

from datetime import date

from begat.answer.figure._ranking import NOBODY, Dimension, ranked
from begat.answer.figure.base import Facts, Figure

__all__ = ["FIGURE"]


def score(
    facts: Facts,
    *,
    institution: str,
    edition: date,
    method: str = "osir-53",
    dimension: Dimension = "overall",
    country: str = "",
    without: list[str] = NOBODY,
) -> float:
    """Return the score, or that of a dimension; with `country` among its own, or `without` some."""
    row = ranked(facts, institution, method=method, edition=edition, country=country, without=without)
    return float(row["score" if dimension == "overall" else dimension])


FIGURE = Figure("score", "score of an institution", score)
