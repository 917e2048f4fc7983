"""What a measure is, and how measures are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from begat.discovery import declared, named
from begat.graph import CreditGraph
from begat.influence.figures import Figures

__all__ = ["Measure", "Values", "measure_named", "measures"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """A measure of influence of a model.

    Attributes
    ----------
    name : str
        As users type it, and its key in JSON.
    title : str
        In words.
    unit : str
        What it counts.
    column : int
        Its place when measures stand beside each other.
    reference : str
        Where the formula comes from.
    compute : function
        From a `CreditGraph`, and the figures it needs, to one value a model, shape (n,), NaN where it is
        unknown or not defined; copies get 0.
    readable : function
        The same by definition, on the same graph, for tests: slow and plain.
    united : function, optional
        From a `CreditGraph`, the group of each model and their number, and the figures it needs, to one
        value a group: a count of distinct things, where the sum over its models would count some twice.
        The sum where there is none.
    needs : tuple of str
        The figures it is computed from besides the graph, by their names in `Figures`.
    groups_only : bool
        Whether only groups of models have it; then `compute` gives what a model adds to a group.
    shown : bool
        Whether tables for people have it; the machine formats have all.
    version : int
        Of the formula; a change of values takes a new one.
    upward : bool
        Whether a model has at least what those in a line below it have.
    monotone : bool
        Whether a further derivation never lowers it.
    least : float
        The least value that it can have.
    """

    name: str
    title: str
    unit: str
    column: int
    reference: str
    compute: Callable[..., Values]
    readable: Callable[..., Values]
    united: Callable[..., Values] | None = None
    needs: tuple[str, ...] = ()
    groups_only: bool = False
    shown: bool = True
    version: int = 1
    upward: bool = True
    monotone: bool = True
    least: float = 0

    @property
    def counts(self) -> bool:
        """Whether its values are whole numbers."""
        return self.unit in {"models", "accounts", "institutions", "h", "k"}

    def known(self, figures: Figures) -> bool:
        """Whether the figures that it needs are known."""
        return all(getattr(figures, name) is not None for name in self.needs)

    def values(self, credit: CreditGraph, figures: Figures) -> Values:
        """Return one value a model; the figures that it needs must be known."""
        return self.compute(credit, *self._needed(figures))

    def by_group(
        self,
        credit: CreditGraph,
        group: NDArray[np.integer],
        count: int,
        values: Values,
        figures: Figures | None = None,
    ) -> Values:
        """Return the value of every group of models.

        Parameters
        ----------
        credit : CreditGraph
            What influence is computed on. What a house makes of its own models counts nothing, whatever
            is grouped; what one house of a group makes of another's counts.
        group : array of int, shape (n,)
            Group of each model, -1 for none.
        count : int
            Number of groups.
        values : array of float64, shape (n,)
            The value of each model.
        figures : Figures, optional
            As for `values`.

        Returns
        -------
        array of float64, shape (count,)
        """
        if self.united is not None:
            return self.united(credit, group, count, *self._needed(figures or Figures()))
        inside = (group >= 0) & ~np.isnan(values)
        return np.bincount(group[inside], weights=values[inside], minlength=count).astype(np.float64)

    def _needed(self, figures: Figures) -> list[Any]:
        return [getattr(figures, name) for name in self.needs]


@cache
def measures() -> Mapping[str, Measure]:
    """Return all measures by name, from the files of this folder.

    Raises
    ------
    InputError
        If a file declares no ``MEASURE`` or a name twice; the message names the file.
    """
    found = declared("begat.influence.measure", "MEASURE", Measure)
    return dict(sorted(found.items(), key=lambda item: item[1].column))


def measure_named(name: str) -> Measure:
    """Return a measure.

    Raises
    ------
    UnknownName
        If there is none of this name.
    """
    return named("measure", name, measures())
