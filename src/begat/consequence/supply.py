"""What went into what: models made from models, models trained on datasets, datasets from datasets.

The graph of lineage knows models only. What a licence binds, what a bad dataset reaches and what is lost
with an institution also runs over training data and over the same model on another platform; each link
here has a kind and the best evidence for it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from begat.graph import RELATIONS, Graph, Ids, kept
from begat.graph.arrays import Flags, Ints
from begat.graph.cache import from_arrays, to_arrays
from begat.mapped import DAMAGE, load_arrays, save_arrays
from begat.snapshot import Snapshot

__all__ = ["EVIDENCE", "KINDS", "TRAINED_ON", "Supply", "load_or_build", "there_on"]

FORMAT = 3

TRAINED_ON, FROM_DATASET, MIRROR = "trained-on", "dataset-derived", "mirror"
KINDS = (*RELATIONS, TRAINED_ON, FROM_DATASET, MIRROR)
"""How one thing went into another; a link holds its position here. A mirror is the same model elsewhere."""

EVIDENCE = ("declared", "reported", "inferred")
"""Who says so, surest first: the publisher, a catalogue of others, nobody: begat infers it."""

INFERRED = EVIDENCE.index("inferred")

OWN = ("evidence", "stated_on", "open_ends", "open_bases", "whole")
"""Its arrays beside those of its graph."""


@dataclass(frozen=True)
class Supply:
    """Models and datasets, and what went into what.

    Attributes
    ----------
    graph : Graph
        Its nodes: the models in the order of the graph of lineage, then the datasets by id. An edge runs
        from the product (`child`) to what went into it (`parent`), and a pair occurs once; `relation` is a
        position in `KINDS`. Its `ids` are sorted within models and within datasets only.
    models : int
        How many of the nodes are models.
    evidence : array of int8, shape (m,)
        Position in `EVIDENCE` of the best evidence for each edge.
    stated_on : array of int32, shape (m,)
        Day of its first dated statement, in days since 1970-01-01, `UNKNOWN` without one.
    open_ends : array of int32, shape (n,)
        How many things are said to have gone into each of which it can't be told which they are.
    open_bases : array of int32, shape (n,)
        Those of them that are models whose weights went in, not data or teachers.
    whole : array of int32, shape (institutions,)
        Of each of ``graph.institution_ids`` the first that belongs to the same whole: itself, if none does.

    Notes
    -----
    About 24 bytes a node and 18 an edge besides the ids. Edges are sorted by child.
    """

    graph: Graph
    models: int
    evidence: NDArray[np.int8]
    stated_on: NDArray[np.int32]
    open_ends: NDArray[np.int32]
    open_bases: NDArray[np.int32]
    whole: NDArray[np.int32]

    @property
    def n(self) -> int:
        """Number of nodes."""
        return self.graph.n

    @cached_property
    def _parts(self) -> tuple[Ids, Ids]:
        ids = self.graph.ids
        return Ids(ids.block, ids.ends[: self.models + 1]), Ids(ids.block, ids.ends[self.models :])

    def model(self, name: str) -> int | None:
        """Return the node of a model by its exact id, None if there is none."""
        return self._parts[0].find(name)

    def dataset(self, name: str) -> int | None:
        """Return the node of a dataset by its exact id, None if there is none."""
        place = self._parts[1].find(name)
        return None if place is None else self.models + place

    def into(self, node: int) -> range:
        """Return the edges from one node to what went into it; O(log m), without the rows of the graph."""
        ends = np.array((node, node + 1), dtype=self.graph.child.dtype)
        return range(*np.searchsorted(self.graph.child, ends).tolist())

    def is_dataset(self, nodes: Ints) -> Flags:
        """Which nodes are datasets."""
        found: Flags = np.asarray(nodes) >= self.models
        return found

    def kept(self, keep: Flags) -> "Supply":
        """Return it with some of its edges."""
        return replace(
            self,
            graph=kept(self.graph, keep),
            evidence=self.evidence[keep],
            stated_on=self.stated_on[keep],
        )

    def known_on(self, published: Ints, day: date) -> Flags:
        """Which links were known on a day; see `begat.influence.scope.known_on`."""
        from begat.influence.scope import known_on

        return known_on(self.graph, published, self.stated_on.astype(np.int64), day)

    def within(self, evidence: str) -> "Supply":
        """Return it with the edges that have this evidence or better; all of them for ``inferred``."""
        least = EVIDENCE.index(evidence)
        return self if least == INFERRED else self.kept(self.evidence <= least)

    def of_kinds(self, kinds: Collection[str]) -> Flags:
        """Which edges are of some `KINDS`, shape (m,)."""
        wanted = np.array([kind in kinds for kind in KINDS])
        return wanted[self.graph.relation]


def there_on(graph: Graph, published: Ints, day: date) -> Flags:
    """Which nodes were there on a day: published by then or, without a date, with a link in the graph.

    `published` is in days since 1970-01-01, negative where unknown.
    """
    from begat.influence.figures import EPOCH

    linked = np.zeros(graph.n, dtype=bool)
    linked[graph.child] = linked[graph.parent] = True
    there: Flags = np.where(published >= 0, published <= (day - EPOCH).days, linked)
    return there


def load_or_build(snapshot: Snapshot, graph: Callable[[], Graph], folder: Path) -> Supply:
    """Open what is kept in `folder`; build and keep it where there is none, or a damaged one.

    `graph` gives that of lineage, without what is inferred, and is called only to build.
    """
    try:
        return _load(folder)
    except DAMAGE:
        from begat.consequence.build import build

        supply = build(snapshot, graph())
        _save(supply, folder)
        return _load(folder)


def _save(supply: Supply, folder: Path) -> None:
    arrays = to_arrays(supply.graph)
    arrays.pop("share")
    arrays |= {name: getattr(supply, name) for name in OWN}
    arrays |= {"models": np.array([supply.models], dtype=np.int64)}
    save_arrays(folder, arrays, form=FORMAT)


def _load(folder: Path) -> Supply:
    arrays = load_arrays(folder, form=FORMAT)
    whole = np.broadcast_to(1.0, len(arrays["child"]))
    return Supply(
        graph=from_arrays({**arrays, "share": whole}),
        models=int(arrays["models"][0]),
        **{name: arrays[name] for name in OWN},
    )
