"""A family in time: its derivatives by month, who made them, and when each of their makers began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from begat.graph import RELATIONS, Graph
from begat.graph.arrays import Ints
from begat.influence.figures import EPOCH
from begat.views.tree.facts import UNKNOWN, Facts
from begat.views.tree.family import Family, Flags

__all__ = ["REST", "Axis", "Entry", "Moments", "Share"]

MOST_STEPS, STEPS = 100, (1, 3, 12, 120)
"""Most columns; beyond them a column stands for so many months."""

REST = -2
"""Code of the groups beyond the largest."""

RECENT = 183
"""Days before the newest date of the snapshot in which who published something counts as active."""


class Axis(NamedTuple):
    """Steps of one or more whole months.

    Attributes
    ----------
    start : int
        Month of the first step, in months since 1970-01.
    months : int
        Months of a step.
    steps : int
        How many there are.
    end : int
        Newest date of the snapshot, or the day as of which it is looked at, in days since 1970-01-01; the
        last step ends with it.
    """

    start: int
    months: int
    steps: int
    end: int

    def step(self, days: Ints) -> Ints:
        """Return the step of each day."""
        return (_month(days) - self.start) // self.months

    def name(self, step: int) -> str:
        """Return the month of a step, or its first month.

        Examples
        --------
        >>> Axis(start=660, months=3, steps=2, end=20200).name(1)
        '2025-04'
        """
        return str(np.datetime64(self.start + step * self.months, "M"))

    def place(self, day: int) -> float:
        """Return where a day lies on the axis, in steps."""
        step = int(self.step(np.array([day]))[0])
        first, last = (
            np.datetime64(self.start + at * self.months, "M").astype("datetime64[D]").astype(int)
            for at in (step, step + 1)
        )
        return step + float((day - first) / (last - first))

    @property
    def partial(self) -> bool:
        """Whether the last step was not over on the newest date."""
        next_month = np.datetime64(self.start + self.steps * self.months, "M").astype("datetime64[D]")
        return bool(self.end + 1 < next_month.astype(int))


def _month(days: Ints) -> Ints:
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


class Share(NamedTuple):
    """Derivatives of one group in each step; `code` may be `UNKNOWN`, or `REST` for all others."""

    code: int
    counts: list[int]


class Entry(NamedTuple):
    """When one maker's first and last derivative came, in days since 1970-01-01, and how many there are."""

    code: int
    first: int
    last: int
    models: int


@dataclass(frozen=True)
class Moments:
    """The dated derivatives of a family.

    Attributes
    ----------
    graph, facts, family
        What is looked at.
    day : array of int64, shape (n,)
        When each model of the graph was published, in days since 1970-01-01; negative where unknown.
    every : array of int64
        The same of all models of the snapshot, of which the graph may hold only a part.
    """

    graph: Graph
    facts: Facts
    family: Family
    day: Ints
    every: Ints

    @cached_property
    def dated(self) -> Flags:
        """Which members are derivatives with a date."""
        known: Flags = self.family.counted & (self.day[self.family.node] >= 0)
        return known

    @cached_property
    def nodes(self) -> Ints:
        """Nodes of the derivatives with a date."""
        return self.family.node[self.dated]

    @property
    def undated(self) -> int:
        """How many derivatives have none."""
        return int(np.count_nonzero(self.family.counted)) - len(self.nodes)

    @cached_property
    def axis(self) -> Axis:
        """From the first derivative, or the root if that is earlier, to the newest date of the snapshot.

        Of a view as of a day, to that day.
        """
        newest = int(self.every.max(initial=0))
        end = newest if self.facts.on is None else min(newest, (self.facts.on - EPOCH).days)
        days = self.day[np.append(self.nodes, self.family.node[0])]
        last = int(_month(np.array([end]))[0])
        first = int(_month(days[days >= 0]).min(initial=last))
        months = next(step for step in STEPS if last - first < step * MOST_STEPS or step == STEPS[-1])
        start = first - first % months
        return Axis(start, months, (last - start) // months + 1, end)

    @cached_property
    def steps(self) -> Ints:
        """Step of each derivative with a date."""
        return self.axis.step(self.day[self.nodes])

    @cached_property
    def all_models(self) -> list[int]:
        """Models of the whole snapshot with a date, in each step; 0 is a gap of the data."""
        steps = self.axis.step(self.every[(self.every >= 0) & (self.every <= self.axis.end)])
        return self._per_step(steps[steps >= 0])

    def codes(self, by: str) -> tuple[Ints, Sequence[str]]:
        """Return the group of each derivative with a date, -1 where unknown, and the names of the groups."""
        if by == "relation":
            return self.family.relation[self.dated].astype(np.int64), RELATIONS
        columns: Mapping[str, tuple[np.ndarray, Sequence[str]]] = {
            "account": (self.graph.account, self.graph.account_ids),
            "institution": (self.graph.institution, self.facts.institutions),
            "country": (self.facts.country, self.facts.countries),
            "licence": (self.facts.licence, self.facts.licences),
        }
        column, names = columns[by]
        return column[self.nodes].astype(np.int64), names

    def shares(self, by: str, most: int = 8) -> list[Share]:
        """Return the derivatives of each step by group: the largest groups, the other ones, the unknown.

        They add up to all derivatives with a date. Relations keep their fixed order.
        """
        codes, _ = self.codes(by)
        groups, sizes = np.unique(codes[codes >= 0], return_counts=True)
        largest = groups[np.lexsort((groups, -sizes))][:most]
        if by == "relation":
            largest = np.sort(largest)
        shares = [Share(int(code), self._counted(codes == code)) for code in largest]
        rest = (codes >= 0) & ~np.isin(codes, largest)
        shares += [Share(REST, self._counted(rest))] if rest.any() else []
        return shares + ([Share(UNKNOWN, self._counted(codes < 0))] if (codes < 0).any() else [])

    def _counted(self, chosen: Flags) -> list[int]:
        return self._per_step(self.steps[chosen])

    def _per_step(self, steps: Ints) -> list[int]:
        counts: list[int] = np.bincount(steps, minlength=self.axis.steps).tolist()
        return counts

    def entries(self, by: str) -> list[Entry]:
        """Return when each maker's derivatives began and ended, by the first; O(derivatives log of them)."""
        codes, _ = self.codes(by)
        known = codes >= 0
        days = self.day[self.nodes][known]
        groups, place, sizes = np.unique(codes[known], return_inverse=True, return_counts=True)
        first, last = np.full(len(groups), np.iinfo(np.int64).max), np.zeros(len(groups), dtype=np.int64)
        np.minimum.at(first, place, days)
        np.maximum.at(last, place, days)
        order = np.lexsort((groups, first))
        columns = (column[order].tolist() for column in (groups, first, last, sizes))
        return [Entry(*values) for values in zip(*columns, strict=True)]

    def active(self, entry: Entry) -> bool:
        """Tell whether a maker published a derivative in the last half year before the newest date."""
        return entry.last > self.axis.end - RECENT

    def half(self) -> tuple[int, int]:
        """Return the first and last step of the shortest time in which half of the derivatives came."""
        counts = self._counted(np.ones(len(self.steps), dtype=bool))
        found, total, low = (0, len(counts) - 1), 0, 0
        for high, count in enumerate(counts):
            total += count
            while 2 * (total - counts[low]) >= len(self.steps) and low < high:
                total -= counts[low]
                low += 1
            if 2 * total >= len(self.steps) and high - low < found[1] - found[0]:
                found = (low, high)
        return found

    def releases(self) -> list[tuple[int, int]]:
        """Return day and node of the root and of the house's own releases with a date on the axis, by day."""
        own = self.family.node[self.family.release | (np.arange(len(self.family)) == 0)]
        dated = [(int(self.day[node]), int(node)) for node in own if self.day[node] >= 0]
        return sorted(item for item in dated if self.axis.place(item[0]) >= 0)
