"""The figures of rows: differences of running sums over the order of display."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from begat.graph import RELATIONS, Graph
from begat.graph.arrays import Flags, Ints
from begat.views.tree.arrange import Order
from begat.views.tree.facts import UNKNOWN, Facts
from begat.views.tree.family import Family
from begat.views.tree.fold import Span
from begat.views.tree.rows import MODELS, Row

__all__ = ["Figures"]


@dataclass(frozen=True)
class Figures:
    """Running sums of a family: all figures of an interval in O(1), but accounts in O(length).

    `seen` keeps the descendants that were counted by a walk.
    """

    graph: Graph
    facts: Facts
    family: Family
    order: Order
    seen: dict[int, int] = field(default_factory=dict, repr=False)

    def rows(self, spans: Sequence[Span]) -> list[Row]:
        """Return the rows of some spans, without what is said of groups."""
        begin = np.array([span.begin for span in spans], dtype=np.int64)
        end = np.array([span.end for span in spans], dtype=np.int64)
        relations = (self._relations[:, end] - self._relations[:, begin]).T.tolist()
        sums = (self._sums[:, end] - self._sums[:, begin]).T.tolist()
        parents = self._parents([span.model for span in spans])
        return [self._row(*given) for given in zip(spans, relations, sums, parents, strict=True)]

    def _row(self, span: Span, relations: list[int], sums: list[int], parents: tuple[str, ...]) -> Row:
        here, (downloads, unknown, releases) = sum(relations), sums
        row = Row(
            id=self.graph.ids[self.family.node[span.model]],
            kind=span.kind,
            depth=span.depth,
            relation=None,
            members=span.members,
            here=here,
            descendants=None,
            elsewhere=None,
            accounts=self.accounts(span.begin, span.end),
            downloads=None,
            downloads_below=None if unknown and unknown == here else downloads,
            downloads_unknown=unknown,
            by_relation={name: count for name, count in zip(RELATIONS, relations, strict=True) if count},
            licence=None,
            licence_changed=False,
            parents=(),
            group=None,
            listed=True,
            releases=releases,
            offset=span.offset,
        )
        return self._of_model(span.model, row, parents) if span.kind in MODELS else row

    def _of_model(self, member: int, row: Row, parents: tuple[str, ...]) -> Row:
        """Fill in what only the row of a model has."""
        facts, node = self.facts, int(self.family.node[member])
        descendants = self.descendants(member, row.here)
        row = row._replace(descendants=descendants, elsewhere=descendants - row.here)
        if node in facts.gathers:
            return row._replace(kind=facts.gathers[node])
        own, licence = int(facts.downloads_30d[node]), int(facts.licence[node])
        derived = member and self.models[self.family.home[member]]
        return row._replace(
            relation=RELATIONS[self.family.relation[member]] if derived else None,
            downloads=None if own == UNKNOWN else own,
            licence=None if licence == UNKNOWN else facts.licences[licence],
            licence_changed=bool(self.licence_changed[member]),
            parents=parents,
            listed=bool(facts.listed[node]),
        )

    def _parents(self, members: Sequence[int]) -> list[tuple[str, ...]]:
        """Return the ids of all parents of each of some members."""
        nodes = self.family.node[members]
        starts = self.graph.up[0]
        counts = (starts[nodes + 1] - starts[nodes]).tolist()
        ids = iter(self.graph.ids.take(self.graph.parent[self.graph.to_parents(nodes)]))
        found = [[next(ids) for _ in range(count)] for count in counts]
        return [tuple(name for name in names if name not in self._gathering) for names in found]

    @cached_property
    def _gathering(self) -> frozenset[str]:
        """The ids of the nodes that are no models."""
        return frozenset(self.graph.ids[node] for node in self.facts.gathers)

    @cached_property
    def models(self) -> Flags:
        """Members that are models."""
        return ~np.isin(self.family.node, list(self.facts.gathers))

    @cached_property
    def releases(self) -> Flags:
        """Members that are models of the root's own house."""
        return self.family.release & self.models

    @cached_property
    def _counted(self) -> Flags:
        """Which places of the order hold a derivative."""
        return self.family.counted[self.order.members]

    @cached_property
    def _relations(self) -> Ints:
        """Derivatives by relation before each place, shape (10, k + 1)."""
        relation = self.family.relation[self.order.members]
        return _running((relation == np.arange(len(RELATIONS))[:, None]) & self._counted)

    @cached_property
    def _sums(self) -> Ints:
        """Known downloads of derivatives, how many are unknown, and releases, shape (3, k + 1)."""
        own = self.facts.downloads_30d[self.family.node[self.order.members]]
        known = self._counted & (own != UNKNOWN)
        release = self.releases[self.order.members]
        return _running(np.stack((np.where(known, own, 0), self._counted & ~known, release)))

    def accounts(self, begin: int, end: int) -> int:
        """Count the distinct accounts of an interval: those that occur in it for the first time."""
        return int(np.count_nonzero(self._same_account[begin:end] < begin))

    @cached_property
    def _same_account(self) -> Ints:
        """The place before at which a derivative has the same account; k where nothing is counted."""
        account = self.graph.account[self.family.node[self.order.members]]
        places = np.flatnonzero(self._counted & (account != UNKNOWN))
        by_account = places[np.argsort(account[places], kind="stable")]
        again = account[by_account[1:]] == account[by_account[:-1]]
        before = np.full(len(account), len(account), dtype=np.int64)
        before[by_account[:1]] = -1
        before[by_account[1:]] = np.where(again, by_account[:-1], -1)
        return before

    @cached_property
    def licence_changed(self) -> Flags:
        """Members whose licence is known to differ from that of their home."""
        own = self.facts.licence[self.family.node]
        home = own[self.family.home]
        changed: Flags = (own != home) & (own != UNKNOWN) & (home != UNKNOWN)
        return changed

    def descendants(self, member: int, here: int) -> int:
        """Count the distinct derivatives below a member, wherever they are listed."""
        if self._whole[member]:
            return here
        if member not in self.seen:
            below = self.family.reached(np.array([member]))
            self.seen[member] = int(np.count_nonzero(self.family.counted[below[below != member]]))
        return self.seen[member]

    @cached_property
    def _whole(self) -> Flags:
        """Members all of whose descendants are listed below them, so that here = descendants."""
        low = np.full(len(self.family), len(self.family), dtype=np.int64)
        high = np.full(len(self.family), -1, dtype=np.int64)
        place = self.order.position[self.family.child]
        np.minimum.at(low, self.family.parent, place)
        np.maximum.at(high, self.family.parent, place)
        for level in reversed(self.family.levels):
            np.minimum.at(low, self.family.home[level], low[level])
            np.maximum.at(high, self.family.home[level], high[level])
        inside: Flags = (low >= self.order.position) & (high < self.order.end)
        return inside


def _running(marks: np.ndarray) -> Ints:
    """Return the running sums along the last axis, with a 0 in front."""
    sums = np.zeros((*marks.shape[:-1], marks.shape[-1] + 1), dtype=np.int64)
    np.cumsum(marks, axis=-1, out=sums[..., 1:])
    return sums
