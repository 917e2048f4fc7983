"""The indicator values that several figures read."""

from datetime import date

import polars as pl

from begat.answer.figure.base import Facts
from begat.influence.indicator import osir_values

__all__ = ["values"]


def values(facts: Facts, edition: date) -> pl.DataFrame:
    """Return the indicator values of an edition: ``institution, dimension, code, value``.

    Raises
    ------
    UnknownName
        If the snapshot has no such edition.
    """
    return facts.once(("values", edition), lambda: osir_values(facts.snapshot, edition))
