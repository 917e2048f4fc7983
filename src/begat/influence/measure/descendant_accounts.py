"""Distinct accounts of descendants: how many others stand anywhere below a model."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph
from begat.influence.measure.base import Measure, Values
from begat.influence.owners import distinct_below, readable_below

__all__ = ["MEASURE", "descendant_accounts"]


def descendant_accounts(credit: CreditGraph) -> Values:
    """Count the distinct known accounts of the descendants of each model, its own house left out.

    Raises
    ------
    InputError
        If lineage is too deep to walk from every model; see `begat.graph.closure`.

    Notes
    -----
    Exact, from the closure, O(s log s). A line of descent may run through the own house.
    """
    return united(credit, np.arange(credit.graph.n), credit.graph.n)


def united(credit: CreditGraph, group: NDArray[np.integer], count: int) -> Values:
    """Count the distinct accounts of other houses below any model of a group."""
    return distinct_below(credit, credit.graph.account, group, count)


def readable(credit: CreditGraph) -> Values:
    """Walk from every model."""
    return readable_below(credit, credit.graph.account)


MEASURE = Measure(
    name="descendant_accounts",
    title="distinct accounts of descendants",
    unit="accounts",
    column=36,
    reference="begat, after indicator M10",
    compute=descendant_accounts,
    readable=readable,
    united=united,
    shown=False,
)
