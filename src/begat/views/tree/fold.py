"""Which members of a family are shown, and how the others are folded: rows as intervals.

The members are put into one order in which what a row stands for is contiguous: a model and all that
is listed below it, the members of a group, the end of a group that is folded. A row is then an
interval, and all its figures are differences of running sums (`begat.views.tree`).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from begat.graph.arrays import Ints
from begat.views.tree.family import Family, Flags

__all__ = ["NO_GROUP", "RELEASE_GROUP", "Folding", "Span", "fold"]

HANDFUL = 3
"""A model with no more derivatives of its own than this lists them without a row for each group."""

MOST_GROUPS = 12
"""Closed groups of one model beyond this many are folded together; relations are never that many."""

ROOT, RELEASES, DIRECT, GROUPS = 0, 1, 2, 3
"""Kinds of blocks of siblings: the root alone, releases, a handful, and from 3 on one for each group."""


NO_GROUP, RELEASE_GROUP = DIRECT - GROUPS, RELEASES - GROUPS


class Span(NamedTuple):
    """A row before its figures.

    Attributes
    ----------
    kind : str
        "model", "release", "group" or "folded".
    begin, end : int
        The members that its figures are of: an interval of `Folding.order`.
    depth : int
        Level below the root's row.
    members : int
        Direct children of a model; members of a group or fold.
    model : int
        The member, or the one whose children a group or fold gathers.
    group : int
        Code of the group; `NO_GROUP`, or `RELEASE_GROUP` of a fold of releases.
    """

    kind: str
    begin: int
    end: int
    depth: int
    members: int
    model: int
    group: int = NO_GROUP


class Folding(NamedTuple):
    """The members in the order of display, the interval of each, and the rows.

    Attributes
    ----------
    order : array of int64, shape (k,)
        The members, the root first.
    begin, end : array of int64, shape (k,)
        Where the models listed below each member stand in `order`, itself left out.
    spans : list of Span
        The rows from top to bottom.
    """

    order: Ints
    begin: Ints
    end: Ints
    spans: list[Span]


class _Blocks(NamedTuple):
    """Siblings of one group: a block has a home and a kind; `of` and `within` are of members."""

    of: Ints
    within: Ints
    home: Ints
    kind: Ints
    size: Ints


def fold(family: Family, group: Ints, downloads: Ints, *, budget: int, by_size: bool = False) -> Folding:
    """Choose the members to show and fold the others.

    Parameters
    ----------
    family : Family
        A root and its descendants.
    group : array of int64, shape (k,)
        Code of the group of each member; a group's rows come in the order of the codes.
    downloads : array of int64, shape (k,)
        What the members of equal value are sorted by.
    budget : int
        Most models to show.
    by_size : bool
        The groups are many: sort them by their derivatives, falling, the greatest code last, and fold
        closed groups of a single model together.

    Notes
    -----
    O(k log k). Nothing is walked model by model but the rows.
    """
    total = family.below(family.counted)
    rank = _inverse(np.lexsort((family.node, -downloads, family.depth, -total)))
    blocks = _blocks(family, group, rank)
    shown = _shown(blocks, rank, budget)
    value = np.bincount(blocks.of, weights=total).astype(np.int64)
    last = blocks.kind == GROUPS + group.max(initial=0)
    by = (blocks.kind, -value, last) if by_size else (blocks.kind,)
    blocks = _reordered(blocks, np.lexsort((*by, np.minimum(blocks.kind, GROUPS), blocks.home)))
    rest = _rest(blocks, shown, singles=by_size)
    order = np.lexsort((np.arange(len(rest)), rest, blocks.home))
    return _display(family, _reordered(blocks, order), rank, shown, rest[order])


def _blocks(family: Family, group: Ints, rank: Ints) -> _Blocks:
    """Put siblings of one group together."""
    releases = family.release
    own = np.bincount(family.home[~releases], minlength=len(family))
    kind = np.where(own[family.home] <= HANDFUL, DIRECT, GROUPS + group)
    kind[releases] = RELEASES
    kind[0] = ROOT
    width = int(kind.max()) + 1
    pair, of, size = np.unique(family.home * width + kind, return_inverse=True, return_counts=True)
    order = np.lexsort((rank, of))
    within = np.empty(len(family), dtype=np.int64)
    within[order] = np.arange(len(order)) - (np.cumsum(size) - size)[of[order]]
    return _Blocks(of, within, pair // width, pair % width, size)


def _reordered(blocks: _Blocks, order: Ints) -> _Blocks:
    """Number the blocks anew."""
    return _Blocks(
        _inverse(order)[blocks.of],
        blocks.within,
        blocks.home[order],
        blocks.kind[order],
        blocks.size[order],
    )


def _shown(blocks: _Blocks, rank: Ints, budget: int) -> Flags:
    """Take members by value while they fit; the last of an open block costs nothing more.

    A block with all but one member shown shows that one too, so a member costs two where it leaves
    one alone and nothing where it is that one.
    """
    left = blocks.size[blocks.of] - 1 - blocks.within
    cost = 1 + (left == 1) - ((left == 0) & (blocks.within > 0))
    order = _inverse(rank)
    chosen = order[: np.searchsorted(np.cumsum(cost[order]), budget, side="right")]
    shown = np.zeros(len(order), dtype=bool)
    shown[chosen] = True
    count = np.bincount(blocks.of[chosen], minlength=len(blocks.size))
    alone = (count > 0) & (count == blocks.size - 1)
    shown |= alone[blocks.of] & (left == 0)
    return shown


def _rest(blocks: _Blocks, shown: Flags, *, singles: bool) -> Flags:
    """Which blocks are folded together, if several of a home: closed groups beyond the first dozen.

    With `singles` also closed groups of one model, wherever they stand.
    """
    group: Flags = blocks.kind >= GROUPS
    before: Ints = np.cumsum(group) - group
    place: Ints = before - before[np.searchsorted(blocks.home, blocks.home)]
    closed = np.bincount(blocks.of, weights=shown) == 0
    rest: Flags = closed & group & ((place >= MOST_GROUPS) | (singles & (blocks.size == 1)))
    rest &= np.bincount(blocks.home, weights=rest)[blocks.home] > 1
    return rest


def _inverse(order: Ints) -> Ints:
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def _display(family: Family, blocks: _Blocks, rank: Ints, shown: Flags, rest: Flags) -> Folding:
    """Lay the members out by home, block and rank, and cut the layout into rows."""
    siblings = np.lexsort((rank, blocks.of))
    size = family.below(np.ones(len(family)))
    width = np.append(0, size[siblings[1:]])
    before = np.cumsum(width) - width
    first = np.searchsorted(family.home[siblings], np.arange(len(family)))
    offset = np.empty(len(family), dtype=np.int64)
    offset[siblings] = before - before[first[family.home[siblings]]]
    position = np.zeros(len(family), dtype=np.int64)
    for level in family.levels:
        position[level] = position[family.home[level]] + 1 + offset[level]
    display = _Display(family, blocks, rest, shown, siblings, position, position + size)
    return Folding(_inverse(position), position + 1, position + size, display.spans())


@dataclass(frozen=True)
class _Display:
    """The order of display and what it takes to cut it into rows."""

    family: Family
    blocks: _Blocks
    rest: Flags
    shown: Flags
    siblings: Ints
    position: Ints
    end: Ints

    @cached_property
    def first(self) -> Ints:
        """Where each block starts in `siblings`."""
        return np.cumsum(self.blocks.size) - self.blocks.size

    @cached_property
    def count(self) -> Ints:
        """How many members of each block are shown: its first ones."""
        return np.bincount(self.blocks.of[self.shown], minlength=len(self.blocks.size))

    @cached_property
    def children(self) -> Ints:
        """How many models are listed directly below each."""
        return np.bincount(self.family.home[1:], minlength=len(self.family))

    def spans(self) -> list[Span]:
        """Return all rows, each model followed by what is below it."""
        found, stack = [], [self.model(0, 0)]
        while stack:
            span = stack.pop()
            found.append(span)
            if span.kind in ("model", "release"):
                stack.extend(reversed(self.below(span)))
        return found

    def model(self, member: int, depth: int) -> Span:
        """Return the row of a model."""
        kind = "release" if self.family.release[member] else "model"
        begin, end = int(self.position[member]) + 1, int(self.end[member])
        return Span(kind, begin, end, depth, int(self.children[member]), member)

    def below(self, span: Span) -> list[Span]:
        """Return the rows of the children of a model, but for what is below these."""
        low, high = np.searchsorted(self.blocks.home, [span.model, span.model + 1]).tolist()
        rows: list[Span] = []
        for block in range(low, high):
            if self.rest[block]:
                return [*rows, self.folded(span, block, high)]
            if self.blocks.kind[block] != ROOT:
                rows += self.block(span, block)
        return rows

    def block(self, span: Span, block: int) -> list[Span]:
        """Return the rows of a block: the group's own, the members shown, the fold of the others.

        A group or fold that is all its model has would only repeat it, and a group row above a single
        model that is shown would repeat that.
        """
        count, kind = int(self.count[block]), int(self.blocks.kind[block])
        whole = self.folded(span, block, block + 1)
        repeats = kind != RELEASES and whole[1:3] == span[1:3]
        if repeats and not count:
            return []
        if kind >= GROUPS and not repeats and not count:
            return [whole._replace(kind="group")]
        grouped = kind >= GROUPS and not repeats and whole.members > 1
        rows = [whole._replace(kind="group")] if grouped else []
        depth, first = span.depth + 1 + len(rows), int(self.first[block])
        shown = self.siblings[first : first + count].tolist()
        rows += [self.model(member, depth) for member in shown]
        if count == whole.members:
            return rows
        begin = int(self.end[shown[-1]]) if shown else whole.begin
        return [*rows, whole._replace(begin=begin, depth=depth, members=whole.members - count)]

    def folded(self, span: Span, block: int, stop: int) -> Span:
        """Return one folded row for the blocks from `block` up to `stop`."""
        first = int(self.first[block])
        last = int(self.first[stop - 1] + self.blocks.size[stop - 1]) - 1
        begin = int(self.position[self.siblings[first]])
        end = int(self.end[self.siblings[last]])
        group = int(self.blocks.kind[block]) - GROUPS if stop == block + 1 else NO_GROUP
        return Span("folded", begin, end, span.depth + 1, last - first + 1, span.model, group)
