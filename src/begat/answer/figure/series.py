"""Downloads of the listed models whose names contain a text."""

from datetime import date

import polars as pl

from begat.answer.figure._listed import listed, of_institution
from begat.answer.figure.base import Facts, Figure

__all__ = ["FIGURE"]


def series(facts: Facts, *, institution: str, contains: str, edition: date) -> float:
    """Return the downloads of an institution's models of this series; case does not matter."""
    models = of_institution(facts, listed(facts, "model", edition), institution)
    name = pl.col("name").str.to_lowercase()
    return float(models.filter(name.str.contains(contains.lower(), literal=True))["downloads"].sum())


FIGURE = Figure("series", "downloads of a series of models", series)
