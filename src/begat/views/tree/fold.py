"""Where the order of display is cut into rows: within a budget, or below one model."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from begat.graph.arrays import Ints
from begat.views.tree.arrange import DIRECT, GROUPS, RELEASES, Order
from begat.views.tree.family import Family
from begat.views.tree.rows import MODELS

__all__ = ["NO_GROUP", "RELEASE_GROUP", "Folding", "Span"]

NO_GROUP, RELEASE_GROUP = DIRECT - GROUPS, RELEASES - GROUPS


class Span(NamedTuple):
    """A row before its figures.

    Attributes
    ----------
    kind : str
        "model", "release", "group" or "folded".
    begin, end : int
        The members that its figures are of: an interval of the order of display.
    depth : int
        Level below the first row.
    members : int
        Direct children of a model; members of a group or fold.
    model : int
        The member, or the one whose children a group or fold gathers.
    group : int
        Code of the group; `NO_GROUP`, or `RELEASE_GROUP` of releases.
    offset : int
        Members of the group before those of a fold.
    """

    kind: str
    begin: int
    end: int
    depth: int
    members: int
    model: int
    group: int = NO_GROUP
    offset: int = 0


@dataclass(frozen=True)
class Folding:
    """A family and its order of display, to be cut into rows."""

    family: Family
    order: Order

    @cached_property
    def children(self) -> Ints:
        """How many models are listed directly below each."""
        return np.bincount(self.family.home[1:], minlength=len(self.family))

    def within(self, budget: int) -> list[Span]:
        """Return all rows of a tree, each model followed by what is below it; O(budget log k).

        Members are taken by value while they fit; the last one that a block would fold alone is too.
        """
        chosen = self.order.by_value[: np.searchsorted(self.order.cost, budget, side="right")]
        blocks, counts = np.unique(self.order.block[chosen], return_counts=True)
        shown = dict(zip(blocks.tolist(), counts.tolist(), strict=True))
        found, stack = [], [self.model(0, 0)]
        while stack:
            span = stack.pop()
            found.append(span)
            if span.kind in MODELS:
                blocks_below = self.order.blocks(span.model)
                rows = [row for block in blocks_below for row in self.block(span, block, shown.get(block, 0))]
                stack.extend(reversed(rows))
        return found

    def below(self, member: int, limit: int) -> list[Span]:
        """Return the rows below a member, its groups closed, at most `limit` models of each block."""
        span, blocks = self.model(member, 0), self.order.blocks(member)
        closed = len(blocks) > 1
        return [
            row
            for block in blocks
            for row in self.block(span, block, 0 if closed and self._has_row(block) else limit)
        ]

    def _has_row(self, block: int) -> bool:
        """Whether a block beside others has a row of its own."""
        return bool(self.order.kind[block] >= GROUPS and self.order.size[block] > 1)

    def model(self, member: int, depth: int) -> Span:
        """Return the row of a model."""
        kind = "release" if self.family.release[member] else "model"
        begin, end = int(self.order.position[member]) + 1, int(self.order.end[member])
        return Span(kind, begin, end, depth, int(self.children[member]), member)

    def block(self, span: Span, block: int, shown: int) -> list[Span]:
        """Return the rows of a block of a model: the group's own, its first members, the fold of the others.

        A group or fold that is all its model has would only repeat it, and a group row above a single
        model that is shown would repeat that.
        """
        kind, whole = int(self.order.kind[block]), self._whole(span, block)
        repeats = kind != RELEASES and whole[1:3] == span[1:3]
        if repeats and not shown:
            return []
        if kind >= GROUPS and not repeats and not shown:
            return [whole._replace(kind="group")]
        if kind < GROUPS or repeats or whole.members == 1:
            return self.members(whole, block, 0, shown)
        below = whole._replace(depth=whole.depth + 1)
        return [whole._replace(kind="group"), *self.members(below, block, 0, shown)]

    def page(self, member: int, block: int, offset: int, limit: int) -> list[Span]:
        """Return the rows of some members of a block, and the fold of those after them."""
        whole = self._whole(self.model(member, 0), block)
        return self.members(whole, block, min(offset, whole.members), limit)

    def members(self, whole: Span, block: int, offset: int, limit: int) -> list[Span]:
        """Return rows of members of a block, and the fold of those after them, unless that is one model."""
        first, size = int(self.order.first[block]), whole.members
        stop = min(offset + limit, size)
        if stop == size - 1 and limit:
            stop = size
        members = self.order.siblings[first + offset : first + stop].tolist()
        rows = [self.model(member, whole.depth) for member in members]
        if stop == size:
            return rows
        begin = rows[-1].end if rows else whole.begin
        return [*rows, whole._replace(begin=begin, members=size - stop, offset=stop)]

    def _whole(self, span: Span, block: int) -> Span:
        """Return one folded row for a block of a model."""
        first, size = int(self.order.first[block]), int(self.order.size[block])
        begin = int(self.order.position[self.order.siblings[first]])
        end = int(self.order.end[self.order.siblings[first + size - 1]])
        group = int(self.order.kind[block]) - GROUPS
        return Span("folded", begin, end, span.depth + 1, size, span.model, group)
