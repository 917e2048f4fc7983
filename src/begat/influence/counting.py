"""Counting by group: distinct pairs, places, and the h of Hirsch."""

import numpy as np
from numpy.typing import NDArray

from begat.graph.arrays import unique

__all__ = ["distinct", "hirsch", "places"]

Values = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.integer]


def distinct(group: Codes, thing: Codes) -> tuple[Ints, Ints]:
    """Return the distinct pairs of a group and a thing, both numbered from 0, sorted; O(k log k)."""
    width = int(thing.max(initial=0)) + 1
    groups, things = np.divmod(unique(group.astype(np.int64) * width + thing), width)
    return groups, things


def places(worth: Values, *groups: Codes) -> Ints:
    """Return the place of each value among those of equal `groups`, the largest first, from 1."""
    order = np.lexsort((-worth, *groups))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = np.any([part[order][1:] != part[order][:-1] for part in groups], axis=0)
    position = np.arange(len(order))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = position - np.maximum.accumulate(np.where(fresh, position, 0)) + 1
    return place


def hirsch(values: Values, group: Codes, count: int, *, step: float = 1) -> Values:
    """Return for each group the largest h so that h of its values are at least `step` h, shape (count,).

    >>> hirsch(np.array([9.0, 3.0, 2.0, 50.0]), np.array([0, 0, 0, 1]), 2)
    array([2., 1.])
    """
    reached = values >= step * places(values, group)
    return np.bincount(group[reached], minlength=count).astype(np.float64)
