"""Disruption: whether what came after a merge or distillation builds on it alone, or on its parents too."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import RELATIONS, CreditGraph, Graph
from begat.graph.arrays import Ints, found_in, spans
from begat.influence.measure.base import Measure, Values

__all__ = ["DEFINED", "MEASURE", "disruption"]

DEFINED = ("merge", "distilled")
"""Relations of which a model has at least one: with one parent alone, nothing else can be built on."""

BLOCK = 512
"""Models whose relatives are counted at once."""


def disruption(credit: CreditGraph) -> Values:
    """Compute CD(f) = (n_i - n_j) / (n_i + n_j + n_k) for merges and distillations f.

    Of the models derived directly, by other houses: n_i from f and none of its parents, n_j from f and from
    a parent of f, n_k from a parent of f but not from f.

    Returns
    -------
    array of float64, shape (n,)
        From -1 to 1; NaN for models that are no merge or distillation, and where nothing else was derived.

    Warnings
    --------
    n_k grows with the parents: a merge of popular bases has a value near 0 whatever it is worth. Most
    models have one parent, so n_j is small, and the values tell n_i / n_k.

    Notes
    -----
    O(m + pairs of merges that share a parent), in blocks. Cycles are taken as they are.

    References
    ----------
    Funk and Owen-Smith (2017), A dynamic network measure of technological change,
    doi:10.1287/mnsc.2015.2366; on its bias Petersen et al. (2023), arXiv:2306.01949.
    """
    graph = credit.others
    focal = _focal(graph)
    children = np.bincount(graph.parent, minlength=graph.n)
    related = _children_of_parents(graph, focal, children)
    both = _from_both(graph, focal)
    alone = children[focal] - both
    values = np.full(graph.n, np.nan)
    whole = alone + related
    values[focal] = np.divide(alone - both, whole, out=np.full(len(focal), np.nan), where=whole > 0)
    return values


def _focal(graph: Graph) -> Ints:
    """The nodes with a parent by one of the relations `DEFINED`."""
    chosen = np.isin(graph.relation, [RELATIONS.index(name) for name in DEFINED])
    return np.flatnonzero(np.bincount(graph.child[chosen], minlength=graph.n))


def _children_of_parents(graph: Graph, focal: Ints, children: Ints) -> Ints:
    """n_j + n_k: number of distinct models besides f that derive from a parent of f.

    The children of its parents added up, less what models with several parents add more than once.
    """
    from scipy.sparse import csr_array

    count = np.bincount(graph.child, minlength=graph.n)
    parents = csr_array(
        (np.ones(graph.m, dtype=np.int64), (graph.child, graph.parent)), shape=(graph.n, graph.n)
    )
    several = parents[np.flatnonzero(count > 1)].T.tocsr()
    total = np.asarray(parents[focal] @ children) - 1
    for begin in range(0, len(focal), BLOCK):
        shared = parents[focal[begin : begin + BLOCK]] @ several
        rows = np.repeat(np.arange(shared.shape[0]), np.diff(shared.indptr))
        total[begin : begin + BLOCK] -= np.bincount(
            rows, weights=shared.data - 1, minlength=shared.shape[0]
        ).astype(np.int64)
    return total


def _from_both(graph: Graph, focal: Ints) -> Ints:
    """n_j: number of children of f that derive from a parent of f, too."""
    edges = graph.to_children(focal)
    of = np.repeat(np.arange(len(focal)), np.diff(graph.down[0])[focal])
    starts, rows = graph.up
    above = starts[focal[of]], starts[focal[of] + 1]
    parent = graph.parent[rows[spans(*above)]]
    pair = np.repeat(np.arange(len(edges)), above[1] - above[0])
    keys = np.sort(graph.child.astype(np.int64) * graph.n + graph.parent)
    found = found_in(graph.child[edges[pair]].astype(np.int64) * graph.n + parent, keys)
    linked = np.unique(pair[found])
    return np.bincount(of[linked], minlength=len(focal))


def readable(credit: CreditGraph) -> Values:
    """Compare sets of children."""
    graph = credit.others
    pairs = list(zip(graph.child.tolist(), graph.parent.tolist(), strict=True))
    made: list[set[int]] = [{c for c, p in pairs if p == node} for node in range(graph.n)]
    values = np.full(graph.n, np.nan)
    for edge in range(graph.m):
        f = int(graph.child[edge])
        if RELATIONS[graph.relation[edge]] in DEFINED:
            related = set().union(*(made[p] for c, p in pairs if c == f)) - {f}
            n_i, n_j, n_k = len(made[f] - related), len(made[f] & related), len(related - made[f])
            if n_i + n_j + n_k:
                values[f] = (n_i - n_j) / (n_i + n_j + n_k)
    return values


def united(credit: CreditGraph, group: NDArray[np.integer], count: int) -> Values:
    """Return the mean over the models of each group that have a value, NaN where none has."""
    values = disruption(credit)
    inside = (group >= 0) & ~np.isnan(values)
    total = np.bincount(group[inside], weights=values[inside], minlength=count)
    number = np.bincount(group[inside], minlength=count)
    mean: Values = np.divide(total, number, out=np.full(count, np.nan), where=number > 0)
    return mean


MEASURE = Measure(
    name="disruption",
    title="disruption of merges and distillations",
    unit="from -1 to 1",
    column=97,
    reference="Funk and Owen-Smith 2017, doi:10.1287/mnsc.2015.2366",
    compute=disruption,
    readable=readable,
    united=united,
    shown=False,
    upward=False,
    monotone=False,
    least=-1,
)
