"""Small graphs of what went into what, with licences, made by chance or by hand."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import numpy as np

from begat.consequence.labels import MISSING, OTHER, UNSEEN, Labels
from begat.consequence.supply import EVIDENCE, KINDS, Supply
from begat.graph import Graph, Ids

LICENCES = (
    *("Apache-2.0", "CC-BY-NC-4.0", "CC-BY-SA-4.0", "CC0-1.0", "GPL-3.0-only", "LicenseRef-gemma"),
    *("LicenseRef-llama2", "LicenseRef-llama3.1", "LicenseRef-qwen-research"),
)


class Edge(NamedTuple):
    """That one thing went into another: nodes, kind and evidence by name."""

    child: int
    parent: int
    kind: str
    evidence: str = "declared"


def supply_of(n: int, edges: Sequence[Edge], bases: Sequence[int] = (), others: Sequence[int] = ()) -> Supply:
    """Return n models with these edges; `bases` and `others` list where untold things went in."""
    ordered = sorted(edges)
    names = Ids.of([f"house/model-{node:03}" for node in range(n)])
    count = lambda nodes: np.bincount(np.array(nodes, dtype=int), minlength=n).astype(np.int32)  # noqa: E731
    graph = Graph(
        ids=names,
        child=np.array([edge.child for edge in ordered], dtype=np.int32),
        parent=np.array([edge.parent for edge in ordered], dtype=np.int32),
        relation=np.array([KINDS.index(edge.kind) for edge in ordered], dtype=np.int8),
        share=np.ones(len(ordered)),
        account=np.full(n, -1, dtype=np.int32),
        institution=np.full(n, -1, dtype=np.int32),
        twin=np.arange(n, dtype=np.int32),
        account_ids=Ids.of([]),
        institution_ids=Ids.of([]),
    )
    return Supply(
        graph=graph,
        models=n,
        evidence=np.array([EVIDENCE.index(edge.evidence) for edge in ordered], dtype=np.int8),
        stated_on=np.full(len(ordered), -1, dtype=np.int32),
        open_ends=count(bases) + count(others),
        open_bases=count(bases),
        whole=np.empty(0, dtype=np.int32),
    )


def labels_of(licences: Sequence[str | int], gated: Sequence[int] = ()) -> Labels:
    """Return labels: licences by name, or the code of why one isn't known; `gated` lists gated nodes."""
    known = sorted({licence for licence in licences if isinstance(licence, str)})
    code = [known.index(each) if isinstance(each, str) else each for each in licences]
    asks = np.isin(np.arange(len(code)), np.array(gated, dtype=int)).astype(np.int8)
    return Labels(np.array(code, dtype=np.int32), known, asks)


class Sample(NamedTuple):
    """A graph by chance: cycles, merges, every kind of link, every evidence, open ends, unknown licences."""

    n: int
    edges: list[Edge]
    licences: list[str | int]
    bases: list[int]
    others: list[int]

    @classmethod
    def of(cls, seed: int) -> "Sample":
        """Make one."""
        chance = Random(seed)
        n = chance.randint(1, 7)
        pairs = [(child, parent) for child in range(n) for parent in range(n) if child != parent]
        taken = chance.sample(pairs, min(len(pairs), chance.randint(0, 12)))
        edges = [Edge(*pair, chance.choice(KINDS), chance.choice(EVIDENCE)) for pair in taken]
        licences = [chance.choice((*LICENCES, MISSING, OTHER, UNSEEN)) for _ in range(n)]
        open_ = [node for node in range(n) if chance.random() < 0.15]
        split = chance.randint(0, len(open_))
        return cls(n, edges, licences, open_[:split], open_[split:])

    @property
    def supply(self) -> Supply:
        """What went into what."""
        return supply_of(self.n, self.edges, self.bases, self.others)

    @property
    def labels(self) -> Labels:
        """The licences."""
        return labels_of(self.licences)


def without_label(sample: Sample, node: int) -> Sample:
    """Return a sample in which nobody says the licence of a node."""
    return sample._replace(
        licences=[MISSING if at == node else each for at, each in enumerate(sample.licences)]
    )


def untold(sample: Sample, edge: Edge) -> Sample:
    """Return a sample in which it can't be told what went in by an edge."""
    data = edge.kind in ("trained-on", "distilled")
    return sample._replace(
        edges=[other for other in sample.edges if other != edge],
        bases=sample.bases if data else [*sample.bases, edge.child],
        others=[*sample.others, edge.child] if data else sample.others,
    )


def only_inferred(sample: Sample, edge: Edge) -> Sample:
    """Return a sample in which nobody says that an edge is there, but begat infers it."""
    return sample._replace(
        edges=[other._replace(evidence="inferred") if other == edge else other for other in sample.edges]
    )


__all__ = ["LICENCES", "Edge", "Sample", "labels_of", "only_inferred", "supply_of", "untold", "without_label"]
