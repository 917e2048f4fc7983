"""A figure of one listed model or dataset."""

from datetime import date
from typing import Literal

import polars as pl

from begat.answer.figure._listed import Platform, listed
from begat.answer.figure.base import Facts, Figure
from begat.errors import UnknownName

__all__ = ["FIGURE"]


def item(
    facts: Facts,
    *,
    name: str,
    edition: date,
    what: Literal["downloads", "likes", "discussions", "children", "dataset_usage"] = "downloads",
    kind: Literal["model", "dataset"] = "model",
    platform: Platform = "all",
) -> float:
    """Return what an edition says of an item by its name; `platform` is for downloads."""
    found = listed(facts, kind, edition, platform).filter(pl.col("name") == name).drop_nulls(what)
    if found.is_empty():
        raise UnknownName(f"{kind} listed in {edition}", name)
    return float(found[what].sum())


FIGURE = Figure("item", "figure of a listed model or dataset", item)
