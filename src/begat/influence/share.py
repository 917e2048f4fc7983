"""Shares of a whole, and the roots that a model is shared over."""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.graph import Graph, kept
from begat.graph.arrays import Ints
from begat.graph.order import components
from begat.influence.concentration import effective_number, gini, herfindahl

__all__ = ["Roots", "root_shares", "shares"]


def shares(parts: pl.DataFrame) -> pl.DataFrame:
    """Divide an amount by its denominator, group by group.

    ``value(g) = sum of amount over g / sum of amount over all``; the unknown is part of the denominator
    and a group of its own, never left out.

    Parameters
    ----------
    parts : DataFrame
        ``group`` (null where it is unknown) and ``amount`` >= 0.

    Returns
    -------
    DataFrame
        ``group, amount, value, denominator, unknown, hhi, gini, effective_groups``, the largest first, the
        unknown (group null) last; the values sum to 1. `unknown` is the value of the unknown. The
        three measures of concentration are over the known groups.

    Notes
    -----
    O(k log k) for k parts: they are sorted, so that sums are the same to the last bit on every run.
    """
    ordered = parts.select("group", pl.col("amount").cast(pl.Float64)).sort("group", "amount")
    groups = ordered.group_by("group", maintain_order=True).agg(pl.col("amount").sum())
    known = groups.drop_nulls("group")["amount"].to_numpy()
    total = float(groups["amount"].sum())
    lost = float(groups.filter(pl.col("group").is_null())["amount"].sum())
    return groups.select(
        "group",
        "amount",
        value=pl.col("amount") / total if total else pl.lit(0.0),
        denominator=pl.lit(total),
        unknown=pl.lit(lost / total if total else 0.0),
        hhi=pl.lit(herfindahl(known)),
        gini=pl.lit(gini(known)),
        effective_groups=pl.lit(effective_number(known)),
    ).sort(pl.col("group").is_null(), -pl.col("amount"), "group")


class Roots(NamedTuple):
    """How models are shared over their roots: `part` of model `node` (a position) belongs to `root`."""

    place: Ints
    root: Ints
    part: NDArray[np.float64]


def root_shares(graph: Graph, nodes: Ints) -> Roots:
    """Share each model over the roots that it leads back to.

    ``r(v) = sum over parents p of s(v, p) r(p)``, and all of a model without parents belongs to itself.

    Parameters
    ----------
    graph : Graph
        The derivations, with the share of each parent.
    nodes : array of int64, shape (k,)
        The models to share.

    Returns
    -------
    Roots
        `place` is a position in `nodes`; the parts of each place sum to 1.

    Notes
    -----
    O(levels * edges above the nodes). Derivations inside a cycle are left out; a cycle that leads
    nowhere else is its own root.
    """
    from scipy.sparse import csr_array, diags_array

    least = components(graph)
    acyclic = kept(graph, least[graph.child] != least[graph.parent])
    total = np.bincount(acyclic.child, weights=acyclic.share, minlength=graph.n)
    root = total == 0
    weight = acyclic.share / total[acyclic.child]
    step = csr_array((weight, (acyclic.child, acyclic.parent)), shape=(graph.n, graph.n))
    step = csr_array(step + diags_array(root.astype(np.float64)))
    places = np.arange(len(nodes))
    spread = csr_array((np.ones(len(nodes)), (places, nodes)), shape=(len(nodes), graph.n))
    while not root[spread.indices].all():
        spread = csr_array(spread @ step)
    found = spread.tocoo()
    place, end = found.coords
    return Roots(place.astype(np.int64), end.astype(np.int64), found.data)
