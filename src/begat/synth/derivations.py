"""Who derives from whom: the edges, drawn as a whole and still in order of creation.

A child may only derive from a root or from an earlier child. Its choice among the earlier ones is an
index into a list that is known beforehand, or a pointer to an earlier edge that is followed to its end:
so the one pass in order of creation needs no step per model.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from begat.graph import RELATIONS
from begat.synth import shape
from begat.synth.chance import Ints, dealt, ends, stream, weighted

__all__ = ["Derivations", "derivations"]

Flags = NDArray[np.bool_]

FINETUNE, MERGE = shape.KINDS.index("finetune"), shape.KINDS.index("merge")
RELATION = np.array([RELATIONS.index(kind) for kind in shape.KINDS], dtype=np.int8)
REDRAWS = 20
FIRST_POOL = 50
"""Fertile models from which on derivatives are chosen: fewer would get all that is copied later."""


@dataclass(frozen=True)
class Derivations:
    """Edges between roots, numbered 0 to `roots` by weight, and children, after them by creation.

    Attributes
    ----------
    roots : int
        Number of roots.
    kind : array of int8, shape (children,)
        Position in `shape.KINDS` of each child.
    series : array of int8, shape (children,)
        Which series of merges a child belongs to, -1 for none.
    child, parent : array of int64, shape (m,)
        Ends of each edge; the parents of a child stand together, the first one first.
    relation : array of int8, shape (m,)
        Position in `begat.graph.RELATIONS`.
    unlisted : array of int64
        Roots that no longer exist.
    """

    roots: int
    kind: NDArray[np.int8]
    series: NDArray[np.int8]
    child: Ints
    parent: Ints
    relation: NDArray[np.int8]
    unlisted: Ints

    @property
    def nodes(self) -> int:
        """Number of roots and children."""
        return self.roots + len(self.kind)

    @cached_property
    def first_parent(self) -> Ints:
        """The first parent of each root (itself) and child."""
        first = np.arange(self.nodes)
        own = self.child >= self.roots
        child, parent = self.child[own], self.parent[own]
        first[child[::-1]] = parent[::-1]
        return first

    def with_edges(self, child: Ints, parent: Ints, relation: str) -> "Derivations":
        """Return these and further edges of one relation."""
        code = np.full(len(child), RELATIONS.index(relation), dtype=np.int8)
        return replace(
            self,
            child=np.concatenate([self.child, child]),
            parent=np.concatenate([self.parent, parent]),
            relation=np.concatenate([self.relation, code]),
        )


def derivations(models: int, seed: int, noise: shape.Noise) -> Derivations:
    """Draw the derivations of a Hub of so many models; O(n log n).

    Parameters
    ----------
    models : int
        Listed models; isolated ones fill up to it.
    seed : int
        Of the random numbers.
    noise : Noise
        Rates of unlisted parents, copies and cycles.
    """
    rng = stream(seed, "derivations")
    edges = round(models * shape.EDGES / shape.MODELS)
    scale = edges / shape.EDGES
    roots = max(round(shape.ROOTS * scale), 4 * len(shape.HEAD))
    kind, arity, series = _children(rng, edges)
    owner = np.repeat(np.arange(len(kind)), arity)
    draft = _Draft(rng, roots, kind, series, owner, min(scale, 1.0))
    parent = draft.parents()
    kept = parent >= 0
    child = owner[kept] + roots
    parent = parent[kept]
    lost = _unlisted(rng, roots, parent, noise.dangling)
    made = Derivations(roots, kind, series, child, parent, RELATION[kind[owner[kept]]], lost)
    return _with_cycles(rng, _with_copies(rng, made, round(noise.copies * min(scale, 1.0))), noise)


def _children(rng: np.random.Generator, edges: int) -> tuple[NDArray[np.int8], Ints, NDArray[np.int8]]:
    """Draw the kind of each child, its number of parents, and which merges form series."""
    sizes = np.array(list(shape.ARITY))
    parts = np.array(list(shape.ARITY.values()))
    shares = np.array(shape.SHARES)
    shares[MERGE] /= (sizes * parts).sum() / parts.sum()
    count = round(edges * shares.sum() / sum(shape.SHARES))
    kind = dealt(rng, shares, count).astype(np.int8)
    arity = np.ones(count, dtype=np.int64)
    arity[kind == MERGE] = sizes[dealt(rng, parts, int((kind == MERGE).sum()))]
    series = np.full(count, -1, dtype=np.int8)
    for number, members in enumerate(_series(rng, np.flatnonzero(kind == MERGE))):
        series[members] = number
    short = int(arity[series >= 0].sum() - 2 * (series >= 0).sum())
    arity[series >= 0] = 2
    return kind, _lengthened(arity, np.flatnonzero((kind == MERGE) & (series < 0)), short), series


def _series(rng: np.random.Generator, merges: Ints) -> Iterator[Ints]:
    """Choose merges for the series, as long as they are no more than a quarter of all."""
    free = rng.permutation(merges)
    budget = len(merges) // 4
    for length in shape.SERIES:
        if length <= budget:
            yield np.sort(free[:length])
            free, budget = free[length:], budget - length


def _lengthened(arity: Ints, merges: Ints, lost: int) -> Ints:
    """Hand the parents that series gave up to other merges, one each."""
    arity[merges[:lost]] += 1
    return arity


@dataclass
class _Draft:
    """The choice of parents: one row an edge, `owner` is its child, children numbered from 0."""

    rng: np.random.Generator
    roots: int
    kind: NDArray[np.int8]
    series: NDArray[np.int8]
    owner: Ints
    head: float

    def parents(self) -> Ints:
        """Return the parent of each edge, -1 where a merge found no further one."""
        fertile = (
            self.rng.random(len(self.kind)) < (np.array(shape.FERTILITY) / shape.FERTILE_USED)[self.kind]
        )
        inner = self.rng.random(len(self.owner)) < np.array(shape.INNER)[self.kind[self.owner]]
        inner &= self.series[self.owner] < 0
        merge = self.kind[self.owner] == MERGE
        weight = self._weights(int((~inner).sum()))
        language = self.rng.random(self.roots) < shape.LANGUAGE
        language[: len(shape.HEAD)] = np.isin(np.arange(1, len(shape.HEAD) + 1), shape.LANGUAGE_HEAD)
        parent = np.full(len(self.owner), -1)
        single = np.flatnonzero(~merge)
        parent[single] = self._single(single, inner, weight, fertile)
        merged = np.flatnonzero(merge)
        pool = fertile & self._of_language(parent, language)
        parent[merged] = self._merged(merged, inner, np.where(language, weight, 0.0), pool)
        return self._in_series(parent)

    def _weights(self, wanted: int) -> NDArray[np.float64]:
        """Children that each root should have: the published head and a Zipf tail, `wanted` in all."""
        head = np.array(shape.HEAD) * self.head
        rank = np.arange(len(head) + 1, self.roots + 1)
        tail = (rank / len(head)) ** -shape.ZIPF
        return np.concatenate([head, tail * max(wanted - head.sum(), 0.0) / tail.sum()])

    def _single(self, edges: Ints, inner: Flags, weight: NDArray[np.float64], fertile: Flags) -> Ints:
        """Choose the parents of children that have one."""
        adapter = self.kind[self.owner[edges]] == shape.KINDS.index("adapter")
        parent = np.empty(len(edges), dtype=np.int64)
        flooded = np.isin(np.arange(1, self.roots + 1), shape.FLOODED)
        calm = np.where(flooded, 0.0, weight)
        parent[~adapter] = weighted(self.rng, calm, int((~adapter).sum()))
        left = max((adapter & ~inner[edges]).sum() - weight[flooded].sum(), 0.0)
        of_adapters = np.where(flooded, weight, calm * left / calm.sum())
        parent[adapter] = weighted(self.rng, of_adapters, int(adapter.sum()))
        deep, picked = self._earlier(self.owner[edges], inner[edges], fertile)
        copied = self.rng.random(len(deep)) < shape.COPIED
        before = (self.rng.random(len(deep)) * np.arange(len(deep))).astype(np.int64)
        parent[deep] = picked[ends(np.where(copied, before, np.arange(len(deep))))]
        return parent

    def _earlier(self, owner: Ints, inner: Flags, fertile: Flags) -> tuple[Ints, Ints]:
        """Choose among the fertile children made before: the edges that find one, and their choice."""
        pool = np.flatnonzero(fertile)
        before: Ints = (np.cumsum(fertile) - fertile)[owner]
        least = max(min(FIRST_POOL, len(pool) // 20), 1)
        deep = np.flatnonzero(inner & (before >= least))
        place = (self.rng.random(len(deep)) * before[deep]).astype(np.int64)
        return deep, pool[place] + self.roots

    def _of_language(self, parent: Ints, language: Flags) -> Flags:
        """Which children descend from language models only; merges always do."""
        up = np.arange(self.roots + len(self.kind))
        single = self.kind[self.owner] != MERGE
        up[self.owner[single] + self.roots] = parent[single]
        settled = np.concatenate([language, self.kind == MERGE])
        flags: Flags = settled[ends(up)][self.roots :]
        return flags

    def _merged(self, edges: Ints, inner: Flags, weight: NDArray[np.float64], pool: Flags) -> Ints:
        """Choose the parents of merges, those of one merge distinct."""
        calm = weight**shape.MERGED_WEIGHT
        calm[[rank - 1 for rank in shape.FLOODED]] = 0.0
        owner, inner = self.owner[edges], inner[edges]
        parent = np.full(len(edges), -1)
        again = np.arange(len(edges))
        for _ in range(REDRAWS):
            parent[again] = weighted(self.rng, calm, len(again))
            deep, picked = self._earlier(owner[again], inner[again], pool)
            parent[again[deep]] = picked
            again = _repeated(owner, parent)
            if not len(again):
                break
        parent[again] = -1
        return parent

    def _in_series(self, parent: Ints) -> Ints:
        """Make each merge of a series, but the first, from the one before and a root."""
        first = np.flatnonzero(np.diff(self.owner, prepend=-1))
        for number in range(int(self.series.max()) + 1):
            members = np.flatnonzero(self.series == number)
            parent[first[members[1:]]] = members[:-1] + self.roots
        return parent


def _repeated(owner: Ints, parent: Ints) -> Ints:
    """Edges that repeat an earlier pair."""
    pair = owner * (parent.max() + 1) + parent
    again = np.ones(len(pair), dtype=bool)
    again[np.unique(pair, return_index=True)[1]] = False
    return np.flatnonzero(again)


def _unlisted(rng: np.random.Generator, roots: int, parent: Ints, share: float) -> Ints:
    """Choose roots, not of the largest hundredth, that together have this share of the edges."""
    children = np.bincount(parent, minlength=roots)[:roots]
    children[: max(len(shape.HEAD), roots // 100)] = 0
    candidates = rng.permutation(np.flatnonzero(children))
    together = np.cumsum(children[candidates])
    return np.sort(candidates[: np.searchsorted(together, share * len(parent))])


def _with_copies(rng: np.random.Generator, made: Derivations, count: int) -> Derivations:
    """Make some well-used roots copies of little-used ones."""
    listed = np.setdiff1d(np.arange(len(shape.HEAD), made.roots), made.unlisted)
    used, rare = np.array_split(listed, 2)
    count = min(count, len(used) // 4)
    copies = rng.choice(used[: len(used) // 4], count, replace=False)
    return made.with_edges(copies, rng.choice(rare, count, replace=False), "copy")


def _with_cycles(rng: np.random.Generator, made: Derivations, noise: shape.Noise) -> Derivations:
    """Let some models descend from their own children, and a few from their grandchildren."""
    free = np.concatenate([np.zeros(made.roots, dtype=bool), made.kind != MERGE])
    starts = made.roots + rng.permutation(np.flatnonzero(made.kind == FINETUNE))
    triangles = list(islice(_lines(made, starts, 3, free), noise.triangles))
    lines = [*triangles, *islice(_lines(made, starts, 2, free), noise.cycles)]
    oldest, youngest = (np.array([line[end] for line in lines], dtype=np.int64) for end in (-1, 0))
    return made.with_edges(oldest, youngest, "finetune")


def _lines(made: Derivations, starts: Ints, length: int, free: Flags) -> Iterator[list[int]]:
    """Yield lines of so many models, each the parent of the one before; no model is used twice."""
    for start in starts:
        line = [int(start)]
        while len(line) < length:
            line.append(int(made.first_parent[line[-1]]))
        if free[line].all():
            free[line] = False
            yield line
