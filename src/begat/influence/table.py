"""Values of indicators by subject, and how they change when the units behind them are drawn again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from begat.influence.indicator.base import Array, Indicator

__all__ = ["Cells", "Table", "make_table"]


@dataclass(frozen=True)
class Cells:
    """One indicator: its rows added up to cells; see `begat.influence.indicator.base.Combine`.

    Attributes
    ----------
    indicator : Indicator
        The declaration.
    observed : array of bool, shape (n,)
        Who has a value, zero included.
    subject : array of int64, shape (c,)
        Whose each cell is.
    name : array of str, shape (c,)
        What tells the cells of one subject apart.
    sure : array of float64, shape (c,)
        Amounts without a unit.
    drawn : sparse array, shape (c, units)
        Amounts by unit.
    """

    indicator: Indicator
    observed: NDArray[np.bool_]
    subject: NDArray[np.int64]
    name: NDArray[np.str_]
    sure: Array
    drawn: csr_array

    def values(self, weights: Array | None = None) -> Array:
        """Return the value of each subject under weights of the units, shape (draws, n); nan where missing.

        Parameters
        ----------
        weights : array, shape (units, draws), optional
            How often each unit is drawn; once each, in one draw, if not given.
        """
        drawn = self.drawn.sum(axis=1)[:, None] if weights is None else self.drawn @ weights
        cells = np.asarray(drawn).T + self.sure
        found = self.indicator.combine.value(cells, self.subject, self.name, len(self.observed))
        found[:, ~self.observed] = np.nan
        return found


@dataclass(frozen=True)
class Table:
    """Indicators of subjects: n subjects, k indicators.

    Attributes
    ----------
    subjects : sequence of str
        Length n, sorted.
    cells : sequence of Cells
        One an indicator that somebody has a value of, length k, in the order of the framework.
    units : int
        Accounts and items behind the values.
    variants : mapping of str to sequence of Cells
        By indicator, its cells under other values of its free parameters, v each; see `Indicator.varies`.
    """

    subjects: Sequence[str]
    cells: Sequence[Cells]
    units: int
    variants: Mapping[str, Sequence[Cells]]

    @property
    def codes(self) -> list[str]:
        """Ids of the indicators."""
        return [item.indicator.id for item in self.cells]

    @cached_property
    def values(self) -> Array:
        """Value of each indicator, shape (n, k); nan where missing."""
        if not self.cells:
            return np.zeros((len(self.subjects), 0))
        return np.stack([item.values()[0] for item in self.cells], axis=1)

    def drawn(self, weights: Array, variant: int | None = None) -> Array:
        """Return the values under weights of the units, shape (draws, n, k), in a variant of parameters."""
        chosen = [
            self.variants[item.indicator.id][variant]
            if variant is not None and item.indicator.id in self.variants
            else item
            for item in self.cells
        ]
        return np.stack([item.values(weights) for item in chosen], axis=2)

    def among(self, subjects: Iterable[str]) -> "Table":
        """Return the table of some of its subjects, and of the units behind their values."""
        wanted = set(subjects)
        keep = np.array([name in wanted for name in self.subjects], dtype=bool)
        place = np.cumsum(keep) - 1
        cells = [_among(item, keep, place) for item in self.cells]
        variants = {
            code: [_among(item, keep, place) for item in items] for code, items in self.variants.items()
        }
        everything = [*cells, *(item for items in variants.values() for item in items)]
        used = np.unique(np.concatenate([item.drawn.indices for item in everything]))
        return Table(
            [name for name in self.subjects if name in wanted],
            [replace(item, drawn=item.drawn[:, used]) for item in cells],
            len(used),
            {
                code: [replace(item, drawn=item.drawn[:, used]) for item in items]
                for code, items in variants.items()
            },
        )


def make_table(
    found: Sequence[tuple[Indicator, pl.DataFrame]],
    variants: Mapping[str, Sequence[tuple[Indicator, pl.DataFrame]]] | None = None,
) -> Table:
    """Add up the rows of each indicator.

    Parameters
    ----------
    found : sequence of (Indicator, DataFrame)
        Rows of `ROWS`; an indicator without any is left out of the table.
    variants : mapping, optional
        Of some indicators the rows under other parameters.

    Notes
    -----
    O(rows log rows); the rows themselves are not kept.
    """
    others = variants or {}
    everything = [*found, *(pair for pairs in others.values() for pair in pairs)]
    subjects = sorted(set().union(*(rows["subject"].unique() for _, rows in everything)))
    units = sorted(set().union(*(rows["unit"].drop_nulls().unique() for _, rows in everything)))
    codes = (
        pl.DataFrame({"subject": subjects}, schema={"subject": pl.String}).with_row_index("at"),
        pl.DataFrame({"unit": units}, schema={"unit": pl.String}).with_row_index("of"),
    )
    return Table(
        subjects,
        [_cells(item, rows, *codes) for item, rows in found if rows.height],
        len(units),
        {code: [_cells(item, rows, *codes) for item, rows in pairs] for code, pairs in others.items()},
    )


def _cells(item: Indicator, rows: pl.DataFrame, subjects: pl.DataFrame, units: pl.DataFrame) -> Cells:
    observed = np.isin(subjects["subject"].to_numpy(), rows["subject"].unique().to_numpy())
    made = item.combine.cells(rows).select("subject", "cell", "unit", "amount")
    summed = made.group_by("subject", "cell", "unit", maintain_order=True).agg(pl.col("amount").sum())
    cells = summed.select("subject", "cell").unique(maintain_order=True).with_row_index("c")
    placed = (
        summed.join(cells, on=["subject", "cell"], maintain_order="left")
        .join(units, on="unit", how="left", maintain_order="left")
        .select("c", "of", "amount")
    )
    sure = np.zeros(cells.height)
    certain = placed.filter(pl.col("of").is_null())
    sure[certain["c"].to_numpy()] = certain["amount"].to_numpy()
    drawn = placed.drop_nulls("of")
    matrix = csr_array(
        (drawn["amount"].to_numpy(), (drawn["c"].to_numpy(), drawn["of"].to_numpy())),
        shape=(cells.height, units.height),
    )
    subject = cells.join(subjects, on="subject", maintain_order="left")["at"].to_numpy().astype(np.int64)
    return Cells(item, observed, subject, cells["cell"].to_numpy().astype(str), sure, matrix)


def _among(item: Cells, keep: NDArray[np.bool_], place: NDArray[np.int64]) -> Cells:
    mine = keep[item.subject]
    return replace(
        item,
        observed=item.observed[keep],
        subject=place[item.subject[mine]],
        name=item.name[mine],
        sure=item.sure[mine],
        drawn=item.drawn[mine],
    )
