"""Score of an institution."""

from datetime import date

from begat.answer.figure._ranking import Dimension, ranked
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
) -> float:
    """Return the score, or that of one dimension; with `country` among its institutions only."""
    row = ranked(facts, institution, method=method, edition=edition, country=country)
    return float(row["score" if dimension == "overall" else dimension])


FIGURE = Figure("score", "score of an institution", score)
