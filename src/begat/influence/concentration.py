"""Concentration: how unequally an amount is spread over its holders."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["effective_number", "gini", "herfindahl"]


def herfindahl(amounts: Sequence[float] | NDArray[np.float64]) -> float:
    """Return the Herfindahl-Hirschman index, the chance that two units drawn have one holder.

    ``HHI = sum of (x_i / sum of x)^2``, from 1/n where all n hold the same to 1 where one holds all.

    Parameters
    ----------
    amounts : sequence of float, shape (n,)
        What each holder has, >= 0; scaling them changes nothing.

    Returns
    -------
    float
        Between 0 and 1; 0 where nobody has anything.

    References
    ----------
    A. O. Hirschman, The Paternity of an Index, American Economic Review 54 (1964), 761-762.

    Examples
    --------
    >>> herfindahl([1, 1, 2])
    0.375
    """
    x = np.asarray(amounts, dtype=np.float64)
    total = x.sum()
    return float(((x / total) ** 2).sum()) if total else 0.0


def effective_number(amounts: Sequence[float] | NDArray[np.float64]) -> float:
    """Return 1 / HHI: the number of equal holders that would be as concentrated; 0 where all have nothing.

    Of the eigenvalues of a correlation matrix it is the participation ratio: the number of independent
    quantities.

    References
    ----------
    M. Laakso, R. Taagepera, "Effective" Number of Parties, Comparative Political Studies 12 (1979), 3-27.

    Examples
    --------
    >>> effective_number([5, 5, 5, 5])
    4.0
    """
    index = herfindahl(amounts)
    return 1 / index if index else 0.0


def gini(amounts: Sequence[float] | NDArray[np.float64]) -> float:
    """Return the Gini coefficient, half the mean difference of two holders over their mean.

    ``G = (2 * sum of i * x_(i)) / (n * sum of x) - (n + 1) / n`` with x sorted upwards and i from 1;
    0 where all n hold the same, 1 - 1/n where one holds all.

    Parameters
    ----------
    amounts : sequence of float, shape (n,)
        What each holder has, >= 0; holders of nothing count, scaling changes nothing.

    Returns
    -------
    float
        Between 0 and 1; 0 where nobody has anything. O(n log n).

    Notes
    -----
    Misleads where the small holders are not all listed: each one left out lowers it.

    Examples
    --------
    >>> gini([0, 0, 0, 8])
    0.75
    """
    x = np.sort(np.asarray(amounts, dtype=np.float64))
    n, total = len(x), x.sum()
    if not total:
        return 0.0
    place = np.arange(1, n + 1)
    return max(0.0, float(2 * (place * x).sum() / (n * total) - (n + 1) / n))
