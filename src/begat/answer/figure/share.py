"""Share of countries, kinds or institutions."""

from datetime import date

from begat.answer.figure._division import Attribution, By, division
from begat.answer.figure.base import Facts, Figure
from begat.answer.share import Question

__all__ = ["FIGURE"]


def share(
    facts: Facts,
    *,
    of: str,
    groups: list[str],
    edition: date,
    by: By = "country",
    panel: str = "listed",
    modality: str = "",
    without_flooded: bool = False,
    attribution: Attribution = "uploader",
    method: str = "osir-53",
    observed: str = "",
) -> float:
    """Return the share of these groups together; the arguments are those of `begat share`."""
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
    return float(sum(row["value"] for row in rows))


FIGURE = Figure("share", "share of a quantity", share, share=True)
