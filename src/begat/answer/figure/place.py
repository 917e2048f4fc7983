"""Place of an institution's best model or dataset in a list by downloads."""

from datetime import date
from typing import Literal

import polars as pl

from begat.answer.figure._listed import Platform, listed, of_institution
from begat.answer.figure.base import Facts, Figure
from begat.errors import UnknownName

__all__ = ["FIGURE"]


def place(
    facts: Facts,
    *,
    institution: str,
    edition: date,
    name: str = "",
    kind: Literal["model", "dataset"] = "model",
    modality: str = "",
    platform: Platform = "all",
) -> int:
    """Return the best place of its models, or that of one `name`; equal downloads share the better one."""
    items = listed(facts, kind, edition, platform)
    if modality:
        items = items.filter(pl.col("modality") == modality)
    places = items.with_columns(place=pl.col("downloads").rank("min", descending=True))
    own = of_institution(facts, places, institution)
    own = own.filter(pl.col("name") == name) if name else own
    if own.is_empty():
        raise UnknownName(f"{kind} in {edition} of", " ".join([institution, name]).strip())
    return int(own.select(pl.col("place").min()).item())


FIGURE = Figure("place", "place in a list by downloads", place)
