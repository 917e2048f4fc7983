"""What a measure is, and how measures are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from begat.discovery import declared, named
from begat.graph import CreditGraph

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
        From a `CreditGraph` to one value a model, shape (n,), >= 0; copies get 0.
    readable : function
        The same by definition, on the same graph, for tests: slow and plain.
    united : function, optional
        From a `CreditGraph` to one value an institution, shape (institutions,): a count of distinct
        things, where the sum over its models would count some twice. The sum where there is none.
    """

    name: str
    title: str
    unit: str
    column: int
    reference: str
    compute: Callable[[CreditGraph], Values]
    readable: Callable[[CreditGraph], Values]
    united: Callable[[CreditGraph], Values] | None = None

    def by_institution(self, credit: CreditGraph, values: Values) -> Values:
        """Return the value of every institution; `values` are those of `compute`."""
        if self.united is not None:
            return self.united(credit)
        known = credit.graph.institution >= 0
        count = len(credit.graph.institution_ids)
        of = credit.graph.institution[known]
        return np.bincount(of, weights=values[known], minlength=count).astype(np.float64)


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
