"""What a change of licence binds, or frees, among all that was made from what changes."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from begat.consequence.inherit import channel
from begat.consequence.labels import Labels
from begat.consequence.supply import KINDS, Supply
from begat.graph import Graph, kept, reachable
from begat.graph.arrays import Flags
from begat.licences import CLAUSES, clauses

__all__ = ["STANDS", "Rebound", "relicence"]

STANDS = ("absent", "unknown", "binds")
"""How a clause stands for a thing by its weights, gravest last: of its own licence and of those above it."""

States = NDArray[np.int8]


class Rebound(NamedTuple):
    """A clause that comes to stand otherwise.

    Attributes
    ----------
    clause : str
        Of `CLAUSES`.
    before, after : str
        Of `STANDS`.
    changed, below : int
        For how many of the things under another licence, and for how many that were made from them.
    otherwise : int
        Of those below, how many state a licence without this clause; where it comes to bind, they promise
        what they may no longer give.
    """

    clause: str
    before: str
    after: str
    changed: int
    below: int
    otherwise: int


def relicence(supply: Supply, labels: Labels, changed: Flags, licence: str) -> list[Rebound]:
    """Return which clauses come to stand otherwise if some things change to another licence.

    Parameters
    ----------
    supply : Supply
        What went into what; only links by which weights went in carry a clause here.
    labels : Labels
        The licences of its nodes.
    changed : array of bool, shape (n,)
        What changes.
    licence : str
        To what: an id or expression.

    Returns
    -------
    list of Rebound
        In the order of `CLAUSES`; what stands as before is left out.

    Notes
    -----
    O(n + m) a clause that the licence states otherwise than one of those it replaces.
    """
    by_weights = np.array([channel(kind) == "weights" for kind in KINDS])[supply.graph.relation]
    graph = kept(supply.graph, by_weights)
    return [row for clause in CLAUSES for row in _rebound(graph, labels, changed, licence, clause)]


def _rebound(graph: Graph, labels: Labels, changed: Flags, licence: str, clause: str) -> Iterator[Rebound]:
    own = np.array([_state(each, clause) for each in (*labels.licences, None)], dtype=np.int8)
    states = own[np.where(labels.code >= 0, labels.code, len(labels.licences))]
    new = np.where(changed, np.int8(_state(licence, clause)), states)
    if (new == states).all():
        return
    before, after = _inherited(graph, states), _inherited(graph, new)
    free = (states == 0) & (labels.code >= 0) & ~changed
    pairs = before.astype(np.int64) * len(STANDS) + after
    for pair in np.unique(pairs[before != after]).tolist():
        those = pairs == pair
        was, now = divmod(pair, len(STANDS))
        counts = [int((those & some).sum()) for some in (changed, ~changed, free)]
        yield Rebound(clause, STANDS[was], STANDS[now], *counts)


def _state(licence: str | None, clause: str) -> int:
    found = clauses(licence)
    if clause in found.binding:
        return STANDS.index("binds")
    return STANDS.index("unknown" if clause in found.unknown else "absent")


def _inherited(graph: Graph, own: States) -> States:
    """Return the gravest of a node's own state and those above it."""
    found = own.copy()
    for state in (1, 2):
        starts = np.flatnonzero(own == state)
        below = reachable(graph, starts, up=False)
        found[below] = np.maximum(found[below], state)
    return found
