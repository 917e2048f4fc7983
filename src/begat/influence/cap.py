"""The cap on accounts: of the children that one account has on one parent, each further one counts less.

A cap is marginal: the i-th child, sorted by worth, counts with a factor of its own, so that a further
child never lowers a total. n equal children of one account count log2(1 + n), sqrt(n), 1 or n.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from begat.discovery import named
from begat.graph import CreditGraph, Graph
from begat.influence.counting import places

__all__ = ["CAPS", "capped", "owners", "passed_up"]

Values = NDArray[np.float64]
Ints = NDArray[np.int64]

CAPS: Mapping[str, Callable[[Values], Values]] = {
    "log": lambda i: np.log2((1 + i) / i),
    "sqrt": lambda i: np.sqrt(i) - np.sqrt(i - 1),
    "hard": lambda i: np.where(i == 1, 1.0, 0.0),
    "none": np.ones_like,
}
"""Factor g_i of the i-th child of one account on one parent, i from 1; one child counts 1 in each."""


def passed_up(credit: CreditGraph, own: Values, weight: Values, *, decay: float, cap: str) -> Values:
    """Return what each edge of `credit.outside` hands to its parent, leaves first.

    An edge e = (c -> p) hands on w_e g_i T(c), where T(p) = own(p) + b sum of what is handed to p.

    Parameters
    ----------
    credit : CreditGraph
        Edges inside a house hand on nothing: they are not in `credit.outside`.
    own : array of float64, shape (n,)
        What a node of `credit.dag` holds itself, >= 0.
    weight : array of float64, shape (m of credit.outside,)
        w of each edge, >= 0.
    decay : float
        b, the part that goes on to the next generation.
    cap : str
        One of `CAPS`.

    Returns
    -------
    array of float64, shape (m of credit.outside,)

    Raises
    ------
    UnknownName
        If there is no such cap.

    Notes
    -----
    Exact, one pass in level order; O(n + m log m) for the sorting.
    """
    named("cap", cap, CAPS)
    order, owner = credit.order, owners(credit.outside)
    total = np.array(own, dtype=np.float64)
    ordered, child = weight[order.edge], order.child
    passed = np.zeros(len(ordered))

    def hand_on(begin: int, end: int) -> None:
        a, z = order.first[begin], order.first[end]
        worth = ordered[a:z] * total[child[a:z]]
        passed[a:z] = capped(worth, order.parent[a:z], owner[child[a:z]], cap=cap) if z - a > 1 else worth
        total[order.node[begin:end]] += decay * np.add.reduceat(passed[a:z], order.first[begin:end] - a)

    for begin, end, thin in order.runs():
        for at in range(begin, end) if thin else ():
            hand_on(at, at + 1)
        if not thin:
            hand_on(begin, end)
    handed = np.zeros_like(passed)
    handed[order.edge] = passed
    return handed


def capped(worth: Values, parent: NDArray[np.integer], owner: NDArray[np.integer], *, cap: str) -> Values:
    """Return the worth of each child times its factor, in the order given."""
    factor = named("cap", cap, CAPS)
    if cap == "none":
        return worth
    product: Values = worth * factor(places(worth, parent, owner).astype(np.float64))
    return product


def owners(graph: Graph) -> Ints:
    """Return the account of each node; a node of an unknown one counts as an account of its own."""
    own: Ints = np.where(graph.account >= 0, graph.account, -1 - np.arange(graph.n))
    return own
