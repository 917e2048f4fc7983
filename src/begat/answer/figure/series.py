"""Downloads of a series: the listed models of one account, or with a text in their names."""

from datetime import date

import polars as pl

from begat.answer.figure._listed import listed, of_institution
from begat.answer.figure.base import Facts, Figure

__all__ = ["FIGURE"]


def series(facts: Facts, *, institution: str, edition: date, account: str = "", contains: str = "") -> float:
    """Return the downloads of an institution's models of this account and with this text in their names."""
    models = of_institution(facts, listed(facts, "model", edition), institution)
    if account:
        models = models.filter(pl.col("account") == account)
    name = pl.col("name").str.to_lowercase()
    return float(models.filter(name.str.contains(contains.lower(), literal=True))["downloads"].sum())


FIGURE = Figure("series", "downloads of a series of models", series)
