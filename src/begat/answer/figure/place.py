"""Place of an institution's best model in a list by downloads."""

from datetime import date

import polars as pl

from begat.answer.figure._listed import Platform, listed, of_institution
from begat.answer.figure.base import Facts, Figure
from begat.errors import UnknownName

__all__ = ["FIGURE"]


def place(
    facts: Facts, *, institution: str, edition: date, modality: str = "", platform: Platform = "all"
) -> int:
    """Return the best place; models with equal downloads share the better one."""
    models = listed(facts, "model", edition, platform)
    if modality:
        models = models.filter(pl.col("modality") == modality)
    places = models.with_columns(place=pl.col("downloads").rank("min", descending=True))
    own = of_institution(facts, places, institution)
    if own.is_empty():
        raise UnknownName(f"institution with models in {edition}", institution)
    return int(own.select(pl.col("place").min()).item())


FIGURE = Figure("place", "place of the best model by downloads", place)
