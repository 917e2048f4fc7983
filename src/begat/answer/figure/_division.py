"""The division that several figures read: a quantity of one edition among groups."""

from datetime import date
from typing import Any, Literal

from begat.answer.figure.base import Facts
from begat.answer.share import Question, institution_id, share
from begat.discovery import named

__all__ = ["Attribution", "By", "division"]

By = Literal["country", "kind", "institution"]
Attribution = Literal["uploader", "base"]


def division(
    facts: Facts, question: Question, groups: list[str], edition: date, observed: str
) -> list[dict[str, Any]]:
    """Return the rows of some groups; a group that has nothing has no row.

    Raises
    ------
    UnknownName
        If the snapshot lacks the edition or an institution.
    """
    rows = facts.once(
        ("division", question, edition, observed),
        lambda: share(
            facts.snapshot, question, edition=edition, observed=observed or None, graph=facts.graph
        ),
    )
    if question.by == "institution":
        groups = [institution_id(facts.snapshot, group) for group in groups]
    else:
        known = dict.fromkeys(facts.snapshot.frame("institutions")[question.by].drop_nulls())
        for group in groups:
            named(f"{question.by} of institutions", group, known)
    return [row for row in rows if row["group"] in groups]
