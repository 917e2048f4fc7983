"""How many independent quantities the indicators of an edition hold."""

from datetime import date

import numpy as np
import polars as pl

from begat.answer.figure._values import values
from begat.answer.figure.base import Facts, Figure
from begat.influence.concentration import effective_number

__all__ = ["FIGURE"]


def independent_quantities(facts: Facts, *, edition: date) -> float:
    """Return the participation ratio: 1 / HHI of the eigenvalues of the indicators' correlations."""
    key = pl.concat_str("dimension", pl.lit(":"), "code")
    table = values(facts, edition).with_columns(key=key).pivot("key", index="institution", values="value")
    matrix = table.drop("institution").to_numpy()
    varying = matrix[:, matrix.std(axis=0) > 0]
    return effective_number(np.linalg.eigvalsh(np.corrcoef(varying, rowvar=False)).clip(0))


FIGURE = Figure(
    "independent-quantities", "independent quantities among the indicators", independent_quantities
)
