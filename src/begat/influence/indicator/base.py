"""What an indicator is: a declaration, the rows that it is made from, and how they become one value.

A value is computed in two linear steps and one that may bend: rows add up to *cells*, cells become the value.
Because only the last step is not linear, drawing the units behind the rows again is one matrix product.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

__all__ = [
    "DIMENSIONS",
    "DISTINCT",
    "EFFECTIVE",
    "H_INDEX",
    "LARGEST",
    "MEAN",
    "ROWS",
    "SHARE",
    "SUM",
    "Array",
    "Combine",
    "Indicator",
    "SubDimension",
]

Array = NDArray[np.float64]

DIMENSIONS = ("data", "model", "system", "evaluation")

ROWS = pl.Schema(
    {
        "subject": pl.String,
        "key": pl.String,
        "amount": pl.Float64,
        "weight": pl.Float64,
        "unit": pl.String,
        "what": pl.String,
        "id": pl.String,
        "method": pl.String,
        "date": pl.Date,
        "source": pl.String,
    }
)
"""Columns of the rows behind a value.

``subject`` is whom it is a value of; ``key`` tells apart what is counted once; ``amount`` and ``weight``
mean what the indicator's `Combine` says; ``unit`` is what resampling draws as one (an account, an item),
null for what is certain; ``what``, ``id``, ``method``, ``date`` and ``source`` say where it comes from. A
row without a key and with amount 0 is an observed zero: the source was read and holds nothing.
"""


@dataclass(frozen=True)
class Combine:
    """How rows become a value.

    Attributes
    ----------
    words : str
        The rule, for people.
    cells : function
        Rows to cells: adds the column ``cell``; drops what is counted already; sets ``amount``.
    value : function
        Cells to values: ``(cells of shape (draws, c), subject of each cell, name of each cell, subjects)``
        to shape (draws, subjects).
    """

    words: str
    cells: Callable[[pl.DataFrame], pl.DataFrame]
    value: Callable[[Array, NDArray[np.int64], NDArray[np.str_], int], Array]


@dataclass(frozen=True)
class Indicator:
    """An indicator of institutions, declared once.

    Attributes
    ----------
    id : str
        Its key: ``D01``, or ``model:num_language`` where a dimension is part of it.
    name, name_zh, unit, formula : str
        What it is called, what it counts, and how, in words.
    origin : str
        Published, corrected or begat's own, and after whom.
    fed_by : str
        The sources that feed it; of one that the present data can't feed, what would.
    scale : str
        How it is brought to [0, 1]: ``max`` (by the largest listed), ``log`` or ``linear`` (by a
        goalpost), ``sqrt`` (shares), ``identity`` (ratios), or ``/N`` (a scale that ends at N).
    combine : Combine
        How its rows become a value.
    rows : function, optional
        From the evidence to rows of `ROWS`; None where no source that begat reads can feed it.
    missing : str
        What a missing value means: ``excluded`` from the mean (coverage rule), or ``zero``.
    varies : tuple of str
        Parameters of `rows` without an empirical value, which the draws of a rank interval vary.
    direction : str
        ``+``: more is better. All are.
    """

    id: str
    name: str
    name_zh: str
    unit: str
    formula: str
    origin: str
    fed_by: str
    scale: str
    combine: Combine
    rows: "Callable[..., pl.DataFrame] | None" = None
    missing: str = "excluded"
    varies: tuple[str, ...] = ()
    direction: str = "+"


@dataclass(frozen=True)
class SubDimension:
    """A part of a dimension: indicators of equal weight.

    Attributes
    ----------
    dimension, name, name_zh : str
        Where it belongs and what it is called; `name` is unique.
    weight : Fraction
        Its part of the dimension.
    indicators : tuple of Indicator
        In the order of their ids.
    """

    dimension: str
    name: str
    name_zh: str
    weight: Fraction
    indicators: tuple[Indicator, ...]


def _by_subject(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(cell=pl.lit(""))


def _apart(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(cell=pl.int_range(pl.len()).cast(pl.String))


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    keyed = rows.drop_nulls("key").unique(["subject", "key"], keep="first", maintain_order=True)
    return keyed.with_columns(cell=pl.lit(""), amount=pl.lit(1.0))


def _parts(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(cell=pl.lit(""), amount=pl.col("amount") / pl.col("weight"))


def _by_key(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop_nulls("key").with_columns(cell="key")


def _weighted(rows: pl.DataFrame) -> pl.DataFrame:
    above = rows.with_columns(cell=pl.lit("sum"), amount=pl.col("amount") * pl.col("weight"))
    return pl.concat([above, rows.with_columns(cell=pl.lit("weight"), amount="weight")])


def _keyed_accounts(rows: pl.DataFrame) -> pl.DataFrame:
    keyed = rows.drop_nulls("key").unique(["subject", "key", "unit"], keep="first", maintain_order=True)
    return keyed.with_columns(cell="key", amount=pl.lit(1.0))


def _added(cells: Array, subject: NDArray[np.int64], _: NDArray[np.str_], n: int) -> Array:
    belongs = csr_array((np.ones(len(subject)), (np.arange(len(subject)), subject)), shape=(len(subject), n))
    return np.asarray(cells @ belongs)


def _greatest(cells: Array, subject: NDArray[np.int64], _: NDArray[np.str_], n: int) -> Array:
    best = np.zeros((n, len(cells)))
    np.maximum.at(best, subject, cells.T)
    return best.T


def _ratio(cells: Array, subject: NDArray[np.int64], name: NDArray[np.str_], n: int) -> Array:
    above, below = (
        _added(cells[:, name == part], subject[name == part], name, n) for part in ("sum", "weight")
    )
    ratio: Array = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return ratio


def _effective(cells: Array, subject: NDArray[np.int64], name: NDArray[np.str_], n: int) -> Array:
    total = _added(cells, subject, name, n)
    logs = _added(cells * np.log(np.where(cells > 0, cells, 1)), subject, name, n)
    some = total > 0
    entropy = np.log(np.where(some, total, 1)) - np.divide(logs, total, out=np.zeros_like(logs), where=some)
    return np.where(some, np.exp(entropy), 0.0)


def _h_index(cells: Array, subject: NDArray[np.int64], _: NDArray[np.str_], n: int) -> Array:
    found = np.zeros((len(cells), n))
    for one in np.unique(subject):
        ordered = -np.sort(-cells[:, subject == one], axis=1)
        found[:, one] = (ordered >= np.arange(1, ordered.shape[1] + 1)).sum(axis=1)
    return found


SUM = Combine("the amounts, added up", _by_subject, _added)
DISTINCT = Combine("distinct keys", _once, _added)
SHARE = Combine("sum of amount / weight, the weight being the whole", _parts, _added)
MEAN = Combine("mean of the amounts, weighted", _weighted, _ratio)
EFFECTIVE = Combine(
    "effective number of keys: exp(-sum p ln p), p the share of each key", _by_key, _effective
)
LARGEST = Combine("the largest amount", _apart, _greatest)
H_INDEX = Combine("largest h with h keys of at least h distinct units each", _keyed_accounts, _h_index)
