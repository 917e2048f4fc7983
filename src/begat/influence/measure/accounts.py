"""Distinct accounts: how many others made something from a model itself."""

import numpy as np

from begat.graph import CreditGraph, inside_a_house
from begat.graph.arrays import Edges, Graph
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "accounts"]


def accounts(credit: CreditGraph) -> Values:
    """Count the distinct accounts of the children of each model, its own house left out.

    The own house is its institution, and its own account. O(m log m). Mass uploads by a dozen accounts
    hardly move it; by a thousand they do.
    """
    graph = credit.graph
    return _distinct(graph, graph.parent, graph.n)


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


def united(credit: CreditGraph) -> Values:
    """Count the distinct outside accounts that made something from any model of an institution."""
    graph = credit.graph
    return _distinct(graph, graph.institution[graph.parent], len(graph.institution_ids))


def _distinct(graph: Graph, of: Edges, n: int) -> Values:
    """Count the distinct outside accounts of the edges of each group; edges of group -1 are left out."""
    account = graph.account[graph.child]
    counted = ~inside_a_house(graph) & (account >= 0) & (of >= 0)
    pairs = np.unique(np.column_stack((of[counted], account[counted])), axis=0)
    return np.bincount(pairs[:, 0], minlength=n).astype(np.float64)


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
