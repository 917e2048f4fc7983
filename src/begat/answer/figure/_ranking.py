"""The table that several figures read: a ranking of one edition."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import polars as pl

from begat.answer.figure.base import Facts
from begat.discovery import named
from begat.errors import UnknownName
from begat.influence.ranking import rank

__all__ = ["NOBODY", "Dimension", "ranked", "ranking"]

NOBODY: list[str] = []

Dimension = Literal["overall", "data", "model", "system", "evaluation"]


def ranking(
    facts: Facts, method: str, edition: date, country: str, without: Sequence[str] = NOBODY
) -> pl.DataFrame:
    """Return the ranking of an edition, of one country's institutions, or without some, among themselves.

    Raises
    ------
    UnknownName
        If the snapshot has no such edition, or none of its institutions has its seat there.
    """

    def compute() -> pl.DataFrame:
        among = None
        if country or without:
            seats = facts.snapshot.frame("institutions", ["osir", "country"]).drop_nulls("osir")
            here = seats.filter(pl.col("country") == country) if country else seats
            among = [code for code in here["osir"] if code not in without]
            if not among:
                raise UnknownName("country with ranked institutions", country)
        return rank(facts.snapshot, method, edition, among=among, draws=0)

    return facts.once(("ranking", method, edition, country, *without), compute)


def ranked(
    facts: Facts,
    institution: str,
    *,
    method: str,
    edition: date,
    country: str,
    without: Sequence[str] = NOBODY,
) -> dict[str, float | int | str]:
    """Return the row of an institution, by its code in the OSIR tables.

    Raises
    ------
    UnknownName
        If that edition ranks none of this code.
    """
    rows = {row["subject"]: row for row in ranking(facts, method, edition, country, without).to_dicts()}
    return named(f"institution in the ranking of {edition}", institution, rows)
