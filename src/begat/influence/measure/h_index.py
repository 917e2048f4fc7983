"""Derivative h-index: how many models of a group have as many derivatives by distinct accounts."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph
from begat.influence.counting import hirsch
from begat.influence.measure.accounts import accounts
from begat.influence.measure.accounts import readable as readable_accounts
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "derivative_h_index"]


def derivative_h_index(credit: CreditGraph, group: NDArray[np.integer], count: int) -> Values:
    """Find the largest h so that h models of a group have at least h distinct-account derivatives each.

    Accounts of the model's own house are left out. O(m log m). An attack on k models raises it by at
    most k.

    References
    ----------
    Hirsch (2005), An index to quantify an individual's scientific research output,
    doi:10.1073/pnas.0507655102.
    """
    inside = group >= 0
    return hirsch(accounts(credit)[inside], group[inside], count)


MEASURE = Measure(
    name="h_index",
    title="derivative h-index",
    unit="h",
    column=75,
    reference="begat-53 indicator M13, after Hirsch 2005, doi:10.1073/pnas.0507655102",
    compute=accounts,
    readable=readable_accounts,
    united=derivative_h_index,
    groups_only=True,
)
