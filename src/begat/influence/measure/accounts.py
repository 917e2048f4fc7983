"""Distinct accounts: how many others made something from a model itself."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph, Graph, inside_a_house
from begat.influence.counting import distinct
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "accounts", "distinct_accounts"]


def accounts(credit: CreditGraph) -> Values:
    """Count the distinct accounts of the children of each model, its own house left out.

    The own house is its institution, and its own account. O(m log m). Mass uploads by a dozen accounts
    hardly move it; by a thousand they do.
    """
    graph = credit.graph
    return distinct_accounts(graph, graph.parent, graph.n)


def readable(credit: CreditGraph) -> Values:
    """Count by definition."""
    graph = credit.graph
    found: dict[int, set[int]] = {}
    for child, parent in zip(graph.child.tolist(), graph.parent.tolist(), strict=True):
        account, institution = graph.account[child], graph.institution[child]
        own = account == graph.account[parent] or institution == graph.institution[parent] >= 0
        if account >= 0 and not own:
            found.setdefault(parent, set()).add(int(account))
    return np.array([len(found.get(node, ())) for node in range(graph.n)], dtype=np.float64)


def united(credit: CreditGraph, group: NDArray[np.integer], count: int) -> Values:
    """Count the distinct outside accounts that made something from any model of a group."""
    return distinct_accounts(credit.graph, group[credit.graph.parent], count)


def distinct_accounts(
    graph: Graph, of: NDArray[np.integer], count: int, among: NDArray[np.bool_] | None = None
) -> Values:
    """Count the distinct outside accounts of the edges (`among` them) of each group; -1 is no group."""
    account = graph.account[graph.child]
    counted = ~inside_a_house(graph) & (account >= 0) & (of >= 0)
    if among is not None:
        counted &= among
    groups, _ = distinct(of[counted], account[counted])
    return np.bincount(groups, minlength=count).astype(np.float64)


MEASURE = Measure(
    name="accounts",
    title="distinct accounts of children",
    unit="accounts",
    column=20,
    reference="begat-53 indicator M10",
    compute=accounts,
    readable=readable,
    united=united,
)
