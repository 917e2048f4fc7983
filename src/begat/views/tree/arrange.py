"""The order of display: one order of a family in which whatever a row can stand for is contiguous.

A model is followed by all that is listed below it; siblings of one group stand together, the greatest
first. The order does not depend on a budget: which rows are shown only says where it is cut
(`begat.views.tree.fold`), and every figure is a difference of running sums (`begat.views.tree.figures`).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from begat.graph.arrays import Ints
from begat.views.tree.family import Family

__all__ = ["DIRECT", "GROUPS", "RELEASES", "ROOT", "Order", "arrange"]

HANDFUL = 3
"""A model with no more derivatives of its own than this lists them without a row for each group."""

MOST_GROUPS = 12
"""A model has rows for at most this many groups, but for relations, which are never that many."""

ROOT, RELEASES, DIRECT, GROUPS = 0, 1, 2, 3
"""Kinds of blocks: the root alone, releases, models without a group row, and from 3 on one for each group."""


class _Blocks(NamedTuple):
    """Siblings of one kind: `of` is the block of each member, the rest is of blocks."""

    of: Ints
    home: Ints
    kind: Ints
    size: Ints


@dataclass(frozen=True)
class Order:
    """A family in the order of display, and its blocks: the siblings that one group or fold can stand for.

    Attributes
    ----------
    position, end : array of int64, shape (k,)
        Where each member stands, and where what is listed below it ends.
    by_value : array of int64, shape (k,)
        The members from the greatest to the least, as they are chosen.
    siblings : array of int64, shape (k,)
        The members by block, the greatest of each first.
    block : array of int64, shape (k,)
        The block of each member.
    home, kind, size : array of int64, shape (blocks,)
        Of each block the member that it is listed under, `ROOT` ... and how many it has; by home, and the
        blocks of one home in the order of display.
    """

    position: Ints
    end: Ints
    by_value: Ints
    siblings: Ints
    block: Ints
    home: Ints
    kind: Ints
    size: Ints

    @cached_property
    def members(self) -> Ints:
        """The members in the order of display."""
        return _inverse(self.position)

    @cached_property
    def first(self) -> Ints:
        """Where each block starts in `siblings`."""
        return np.cumsum(self.size) - self.size

    @cached_property
    def cost(self) -> Ints:
        """How many models are shown with each further one of `by_value`, the earlier ones included.

        A block with all but one member shown shows that one too, so a member costs two where it leaves
        one alone and nothing where it is that one.
        """
        within = _inverse(self.siblings) - self.first[self.block]
        left = self.size[self.block] - 1 - within
        cost = 1 + (left == 1) - ((left == 0) & (within > 0))
        total: Ints = np.cumsum(cost[self.by_value])
        return total

    def blocks(self, member: int) -> range:
        """Return the blocks of the models listed directly below a member."""
        low, high = np.searchsorted(self.home, [member, member + 1]).tolist()
        return range(max(low, 1), high)


def arrange(family: Family, group: Ints, downloads: Ints, *, last: int | None = None) -> Order:
    """Lay a family out.

    Parameters
    ----------
    family : Family
        A root and its descendants.
    group : array of int64, shape (k,)
        Code of the group of each member; a group's rows come in the order of the codes.
    downloads : array of int64, shape (k,)
        What the members of equal value are sorted by.
    last : int, optional
        The groups are many: sort them by their derivatives, falling, the one of this code last. Groups
        beyond the first dozen and those of a single model have no row, their models come after the groups.

    Notes
    -----
    O(k log k); no model is looked at alone.
    """
    total = family.below(family.counted)
    by_value = np.lexsort((family.node, -downloads, family.depth, -total))
    kind = _kinds(family, group)
    if last is not None:
        kind = _without_small_groups(family, kind, total, last)
    blocks = _blocks(family, kind)
    value = np.bincount(blocks.of, weights=total).astype(np.int64)
    by = (blocks.kind,) if last is None else (-value, blocks.kind == GROUPS + last)
    blocks = _reordered(blocks, np.lexsort((*by, np.array([0, 1, 3, 2])[_class(blocks)], blocks.home)))
    siblings = np.lexsort((_inverse(by_value), blocks.of))
    position, size = _positions(family, siblings)
    return Order(position, position + size, by_value, siblings, *blocks)


def _kinds(family: Family, group: Ints) -> Ints:
    """Return the kind of the block that each member is in."""
    own = np.bincount(family.home[~family.release], minlength=len(family))
    kind = np.where(own[family.home] <= HANDFUL, DIRECT, GROUPS + group)
    kind[family.release] = RELEASES
    kind[0] = ROOT
    return kind


def _class(blocks: _Blocks) -> Ints:
    return np.minimum(blocks.kind, GROUPS)


def _without_small_groups(family: Family, kind: Ints, total: Ints, last: int) -> Ints:
    """Take the models of groups that get no row for direct ones, if a home has several such groups."""
    blocks = _blocks(family, kind)
    value = np.bincount(blocks.of, weights=total)
    group, single = blocks.kind >= GROUPS, blocks.size == 1
    order = np.lexsort((-value, blocks.kind == GROUPS + last, single, ~group, blocks.home))
    starts = np.searchsorted(blocks.home, blocks.home)
    place = _inverse(order) - starts
    small = group & (single | (place >= MOST_GROUPS))
    small &= np.bincount(blocks.home, weights=small)[blocks.home] > 1
    return np.where(small[blocks.of], DIRECT, kind)


def _blocks(family: Family, kind: Ints) -> _Blocks:
    """Put siblings of one kind together."""
    width = int(kind.max()) + 1
    pair, of, size = np.unique(family.home * width + kind, return_inverse=True, return_counts=True)
    return _Blocks(of, pair // width, pair % width, size)


def _reordered(blocks: _Blocks, order: Ints) -> _Blocks:
    """Number the blocks anew."""
    return _Blocks(_inverse(order)[blocks.of], blocks.home[order], blocks.kind[order], blocks.size[order])


def _inverse(order: Ints) -> Ints:
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def _positions(family: Family, siblings: Ints) -> tuple[Ints, Ints]:
    """Return where each member stands, and how many stand from it to the end of what is below it."""
    size = family.below(np.ones(len(family)))
    width = np.append(0, size[siblings[1:]])
    before = np.cumsum(width) - width
    first = np.searchsorted(family.home[siblings], np.arange(len(family)))
    offset = np.empty(len(family), dtype=np.int64)
    offset[siblings] = before - before[first[family.home[siblings]]]
    position = np.zeros(len(family), dtype=np.int64)
    for level in family.levels:
        position[level] = position[family.home[level]] + 1 + offset[level]
    return position, size
