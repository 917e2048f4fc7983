"""Models of a country that an edition lists and the one before did not."""

from datetime import date

import polars as pl

from begat.answer.figure._listed import listed
from begat.answer.figure.base import Facts, Figure
from begat.errors import UnknownName
from begat.influence.indicator import editions

__all__ = ["FIGURE"]


def new_models(facts: Facts, *, country: str, edition: date) -> int:
    """Count the new names of institutions with models in both; a model that crossed the threshold counts."""
    older = [day for day in editions(facts.snapshot) if day < edition]
    if not older:
        raise UnknownName("edition before", str(edition))
    now, before = (listed(facts, "model", day) for day in (edition, older[-1]))
    seats = facts.snapshot.frame("institutions", ["id", "country"]).filter(pl.col("country") == country)
    both = now.join(seats, left_on="institution", right_on="id", how="semi").filter(
        pl.col("institution").is_in(before["institution"].unique().implode())
    )
    return both.join(before, on=["institution", "name"], how="anti").height


FIGURE = Figure("new-models", "models new since the edition before", new_models)
