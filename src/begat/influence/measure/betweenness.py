"""Betweenness: how many lines of descent run through a model."""

import numpy as np

from begat.graph import CreditGraph, to_networkx
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "betweenness"]


def betweenness(credit: CreditGraph) -> Values:
    """Compute B(v) = sum over pairs s, t other than v of the share of shortest chains s -> t through v.

    Edges inside one house count nothing.

    Returns
    -------
    array of float64, shape (n,)
        Pairs, not divided by their number. Only a model with both a parent and a child is above 0: a root
        has none, however large.

    Raises
    ------
    InputError
        If lineage is too deep to walk from every model; see `begat.graph.closure`.

    Notes
    -----
    Exact, for all sources at once: pairs of the closure forward, their dependencies backward, O(s log s).
    The chains of a twig are those of its only parent, and each runs through that.
    A further derivation can lower it, where it makes a shorter chain. Says who is a link, not who is a
    source.

    References
    ----------
    Brandes (2001), A faster algorithm for betweenness centrality, doi:10.1080/0022250X.2001.9990249.
    """
    found = credit.lineage_of_others
    dependency = np.zeros(len(found.source))
    for nearer, farther in reversed(found.steps):
        flow = found.chains[nearer] / found.chains[farther] * (1 + dependency[farther])
        begin, end = nearer.min(), nearer.max() + 1
        dependency[begin:end] += np.bincount(nearer - begin, weights=flow)
    n, twigs = credit.graph.n, found.twigs
    through = np.bincount(found.ancestor, weights=dependency * (1 + twigs[found.source]), minlength=n)
    return through + twigs * np.bincount(found.source, minlength=n)


def readable(credit: CreditGraph) -> Values:
    """Ask networkx."""
    import networkx as nx

    values = nx.betweenness_centrality(to_networkx(credit.others), normalized=False)
    return np.array([values[name] for name in credit.others.ids])


MEASURE = Measure(
    name="betweenness",
    title="betweenness",
    unit="pairs of models",
    column=94,
    reference="Brandes 2001, doi:10.1080/0022250X.2001.9990249",
    compute=betweenness,
    readable=readable,
    shown=False,
    upward=False,
    monotone=False,
)
