"""Small stacked columns: how many derivatives were new in each month, by relation."""

from typing import NamedTuple

import numpy as np

from begat.graph import RELATIONS
from begat.graph.arrays import Ints

__all__ = ["HIGH", "WIDE", "Block", "Months", "months"]

SPANS = (1, 3, 12)
"""Months that a column may stand for: the least that needs no more than `MOST` columns."""

MOST = 48

HIGH, WIDE = 60, 10
"""Height of the highest column, and the distance of two, in units of the drawing."""


class Block(NamedTuple):
    """A relation in a column: where it lies, and how many derivatives it stands for."""

    relation: str
    x: float
    y: float
    height: float


class Months(NamedTuple):
    """Columns from the first derivative that has a date to the last.

    Attributes
    ----------
    first, last : str
        First month of the first and the last column, as ``2025-01``.
    span : int
        Months in a column.
    columns : list of tuple
        First month of each, its number of derivatives, its blocks from below.
    undated : int
        Derivatives without a date; they are in no column.
    """

    first: str
    last: str
    span: int
    columns: list[tuple[str, int, list[Block]]]
    undated: int


def months(days: Ints, relation: Ints) -> Months | None:
    """Stack derivatives by month.

    Parameters
    ----------
    days : array of int64, shape (k,)
        Days since 1970-01-01 when each was published, negative where unknown.
    relation : array of int, shape (k,)
        Position of each one's relation in `begat.graph.RELATIONS`.

    Returns
    -------
    Months, optional
        None if none has a date.
    """
    dated = days >= 0
    if not dated.any():
        return None
    month = days[dated].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    fits = (span for span in SPANS if month.max() // span - month.min() // span < MOST)
    span = next(fits, SPANS[-1])
    column = month // span - month.min() // span
    counts = np.zeros((int(column.max()) + 1, len(RELATIONS)), dtype=np.int64)
    np.add.at(counts, (column, relation[dated]), 1)
    most = int(counts.sum(axis=1).max())
    begins = (np.arange(len(counts)) + month.min() // span) * span
    names = [str(begin) for begin in begins.astype("datetime64[M]")]
    columns = [
        (name, int(count.sum()), _blocks(count.tolist(), place * WIDE, HIGH / most))
        for place, (name, count) in enumerate(zip(names, counts, strict=True))
    ]
    return Months(names[0], names[-1], span, columns, int(np.count_nonzero(~dated)))


def _blocks(counts: list[int], x: float, scale: float) -> list[Block]:
    """Stack the relations of a column in their fixed order."""
    blocks, y = [], float(HIGH)
    for name, count in zip(RELATIONS, counts, strict=True):
        y -= count * scale
        if count:
            blocks.append(Block(name, x, round(y, 2), round(count * scale, 2)))
    return blocks
