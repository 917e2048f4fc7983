"""Amount of a quantity that countries, kinds or institutions have."""

from datetime import date

from begat.answer.figure._division import Attribution, By, division
from begat.answer.figure.base import Facts, Figure
from begat.answer.share import Question

__all__ = ["FIGURE"]


def amount(
    facts: Facts,
    *,
    of: str,
    groups: list[str],
    edition: date,
    by: By = "institution",
    panel: str = "listed",
    modality: str = "",
    without_flooded: bool = False,
    attribution: Attribution = "uploader",
    method: str = "osir-53",
    observed: str = "",
) -> float:
    """Return what these groups have together; the arguments are those of `begat share`."""
    question = Question(
        by=by,
        of=of,
        panel=panel,
        modality=modality or None,
        without_flooded=without_flooded,
        attribution=attribution,
        method=method,
    )
    rows = division(facts, question, groups, edition, observed)
    return float(sum(row["amount"] for row in rows))


FIGURE = Figure("amount", "amount of a quantity", amount)
