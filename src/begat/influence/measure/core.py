"""Core number: how deep in the tangle of merges a model lies."""

import numpy as np

from begat.graph import CreditGraph, to_networkx
from begat.graph.peel import peel
from begat.influence.measure.base import Measure, Values

__all__ = ["MEASURE", "core"]


def core(credit: CreditGraph) -> Values:
    """Find the largest k so that a model is in the k-core: each there has k parents or children in it.

    The directions of edges are left out of account, and edges inside one house.

    Notes
    -----
    Peels the models with fewest edges, O(n + m) for each value that occurs. A model without merges above
    or below it has 1, so on this graph it says who takes part in merges of merges, not who matters.

    References
    ----------
    Seidman (1983), Network structure and minimum degree, doi:10.1016/0378-8733(83)90028-X; Batagelj and
    Zaversnik (2003), An O(m) algorithm for cores decomposition of networks, arXiv cs/0310049.
    """
    from scipy.sparse import csr_array

    graph = credit.others
    edges = csr_array(
        (np.ones(graph.m, dtype=np.int8), (graph.child, graph.parent)), shape=(graph.n, graph.n)
    )
    both = (edges + edges.T).tocsr()
    starts = both.indptr.astype(np.int64)
    count = np.diff(starts)
    number = np.full(graph.n, -1)
    while (number < 0).any():
        k = int(count[number < 0].min())
        number[peel(count, starts, both.indices, floor=k) >= 0] = k
        count[number >= 0] = np.iinfo(count.dtype).max
    return number.astype(np.float64)


def readable(credit: CreditGraph) -> Values:
    """Ask networkx."""
    import networkx as nx

    values = nx.core_number(to_networkx(credit.others).to_undirected())
    return np.array([values[name] for name in credit.others.ids], dtype=np.float64)


def united(credit: CreditGraph, group: np.ndarray, count: int) -> Values:
    """Return the core number of the deepest model of each group."""
    values = np.zeros(count)
    inside = group >= 0
    np.maximum.at(values, group[inside], core(credit)[inside])
    return values


MEASURE = Measure(
    name="core",
    title="core number",
    unit="k",
    column=96,
    reference="Seidman 1983, doi:10.1016/0378-8733(83)90028-X",
    compute=core,
    readable=readable,
    united=united,
    shown=False,
    upward=False,
)
