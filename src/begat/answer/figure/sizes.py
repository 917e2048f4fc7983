"""The parameter sizes that the names of an institution's models state."""

from datetime import date
from typing import Literal

import polars as pl

from begat.answer.figure._listed import listed, of_institution
from begat.answer.figure.base import Facts, Figure
from begat.errors import UnknownName

__all__ = ["FIGURE"]

SIZE = r"-(\d+(?:\.\d+)?)B(?:-|$)"


def sizes(
    facts: Facts, *, institution: str, starts: str, edition: date, take: Literal["smallest", "largest"]
) -> float:
    """Return the smallest or largest size in billions, of the models whose names start with a text."""
    models = of_institution(facts, listed(facts, "model", edition), institution)
    named = models.filter(pl.col("name").str.to_lowercase().str.starts_with(starts.lower()))
    stated = named.select(pl.col("name").str.extract(SIZE).cast(pl.Float64)).to_series().drop_nulls()
    if stated.is_empty():
        raise UnknownName(f"model with a size in its name in {edition}", f"{starts}...")
    return float(sorted(stated)[0 if take == "smallest" else -1])


FIGURE = Figure("sizes", "parameter sizes in names, in billions", sizes)
