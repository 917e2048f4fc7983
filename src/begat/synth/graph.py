"""The derivation graph of a Hub without the way through tables."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.graph import Graph, Ids
from begat.ids import slug
from begat.synth.chance import Ints
from begat.synth.generate import Hub
from begat.synth.names import PLATFORM
from begat.synth.statements import ordinals
from begat.synth.tables import institution_names

__all__ = ["graph"]


def graph(hub: Hub) -> Graph:
    """Return the graph that `begat.graph.build` makes from the tables of this Hub; O(n log n)."""
    made, owners, order = hub.derivations, hub.owners, hub.order
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    child, parent = place[made.child], place[made.parent]
    rows = np.lexsort((parent, ordinals(made.child), child))
    held = np.full(len(hub.accounts), -1)
    held[: len(owners.institution)] = owners.institution
    account = owners.account[order]
    accounts, account_code = _coded(f"{PLATFORM}:" + hub.accounts, account)
    names = pl.Series([slug(name) for name in institution_names(hub)])
    institutions, institution_code = _coded(names, held[account])
    share = 1.0 / np.bincount(child, minlength=len(order))[child]
    return Graph(
        ids=Ids.of(hub.ids.gather(order).to_list()),
        child=child[rows].astype(np.int32),
        parent=parent[rows].astype(np.int32),
        relation=made.relation[rows],
        share=share[rows],
        account=account_code,
        institution=institution_code,
        twin=np.arange(len(order), dtype=np.int32),
        account_ids=accounts,
        institution_ids=institutions,
    )


def _coded(names: pl.Series, number: Ints) -> tuple[Ids, NDArray[np.int32]]:
    """Return the sorted names in use and the place of each number among them, -1 for -1."""
    used = np.unique(number[number >= 0])
    ordered = used[names.gather(used).arg_sort().to_numpy()]
    code = np.full(len(names) + 1, -1, dtype=np.int32)
    code[ordered] = np.arange(len(ordered))
    return Ids.of(names.gather(ordered).to_list()), code[number]
