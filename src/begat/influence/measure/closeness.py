"""Harmonic closeness: descendants, each counted by one over its distance."""

import numpy as np

from begat.graph import CreditGraph, to_networkx
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "closeness"]


def closeness(credit: CreditGraph) -> Values:
    """Compute H(p) = sum over descendants v of 1 / d(v, p), d the fewest derivations between them.

    Edges inside one house count nothing.

    Returns
    -------
    array of float64, shape (n,)
        Weighted models, not divided by n.

    Raises
    ------
    InputError
        If lineage is too deep to walk from every model; see `begat.graph.closure`.

    Notes
    -----
    Exact, from the closure, O(s log s); s is about two an edge on the Hub. Cycles are walked as they are.
    No caps; nearly the order of `reach` without them.

    References
    ----------
    Marchiori and Latora (2000), Harmony in the small-world, doi:10.1016/S0378-4371(00)00311-3.
    """
    found = credit.lineage_of_others
    part = 1 / found.distance + found.twigs[found.source] / (found.distance + 1)
    values = found.twigs + np.bincount(found.ancestor, weights=part, minlength=credit.graph.n)
    return values.astype(np.float64)


def readable(credit: CreditGraph) -> Values:
    """Ask networkx."""
    import networkx as nx

    net = to_networkx(credit.others)
    values = nx.harmonic_centrality(net)
    return np.array([values[name] for name in credit.others.ids])


MEASURE = Measure(
    name="closeness",
    title="harmonic closeness",
    unit="weighted models",
    column=92,
    reference="Marchiori and Latora 2000, doi:10.1016/S0378-4371(00)00311-3",
    compute=closeness,
    readable=readable,
    shown=False,
)
