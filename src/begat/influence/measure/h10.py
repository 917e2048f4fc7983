"""Download h-index: how many derivatives are themselves used, each as much as there are of them."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph, inside_a_house
from begat.influence.counting import hirsch
from begat.influence.measure.base import Measure, Values
from begat.influence.measure.children import by_others

__all__ = ["MEASURE", "STEP", "h10"]

STEP = 10


def h10(credit: CreditGraph, downloads: NDArray[np.integer]) -> Values:
    """Find the largest h so that h children of a model have at least 10 h downloads in 30 days each.

    Children of the own house are left out; unknown downloads (negative) reach no h. O(m log m). Mass
    uploads that nobody downloads leave it as it is, whatever the number of accounts; few distinct values.

    References
    ----------
    After Hirsch (2005), doi:10.1073/pnas.0507655102.
    """
    return united(credit, np.arange(credit.graph.n), credit.graph.n, downloads)


def united(
    credit: CreditGraph, group: NDArray[np.integer], count: int, downloads: NDArray[np.integer]
) -> Values:
    """Find it over the distinct models that others made from any model of a group."""
    groups, children = by_others(credit, group)
    return hirsch(downloads[children].astype(np.float64), groups, count, step=STEP)


def readable(credit: CreditGraph, downloads: NDArray[np.integer]) -> Values:
    """Try every h."""
    graph = credit.graph
    outside = ~inside_a_house(graph)
    values = np.zeros(graph.n)
    for node in range(graph.n):
        used = [downloads[child] for child in graph.child[outside & (graph.parent == node)]]
        values[node] = max(h for h in range(len(used) + 1) if sum(d >= STEP * h for d in used) >= h)
    return values


MEASURE = Measure(
    name="h10",
    title="download h-index of children",
    unit="h",
    column=70,
    reference="begat, after Hirsch 2005, doi:10.1073/pnas.0507655102",
    compute=h10,
    readable=readable,
    united=united,
    needs=("downloads_30d",),
)
