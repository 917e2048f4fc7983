"""Groups of models side by side: who builds on each, who on several, what is more than chance."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from begat.answer.census import Census, Group
from begat.answer.following import Following
from begat.answer.portrait import countries, counts, licences, months, relations
from begat.errors import InputError
from begat.influence.resample import SAMPLED, cells, intervals

__all__ = ["FEWEST", "MOST", "compare"]

Row = dict[str, Any]

FEWEST, MOST = 2, 4
"""How many groups can stand beside each other."""


def compare(census: Census, groups: Sequence[Group], *, draws: int = 200, seed: int = 0) -> list[Row]:
    """Return a row for each of two to four groups of one kind, in the order given.

    Parameters
    ----------
    census : Census
        The models of the snapshot.
    groups : sequence of Group
        Of one kind, and different.
    draws, seed : int
        Of the intervals of those measures that are sums over accounts; none with 0 draws.

    Returns
    -------
    list of dict
        ``kind, id, name``, what `begat.answer.portrait.counts` counts, ``by_relation``, ``by_licence``,
        ``by_country`` (derivatives, "" for unknown), ``months`` (the same by month), ``measures`` (by name
        ``value, rank, of, low, high``; the bounds are of the value and None where there are none) and
        ``shared``: by the id of each other group, the ``derivatives`` that build on both and the
        ``accounts`` that made something from each.

    Raises
    ------
    InputError
        If there are fewer or more, or two have models in common.
    """
    if not FEWEST <= len(groups) <= MOST:
        raise InputError(f"{len(groups)} can't be compared", hint=f"Name {FEWEST} to {MOST} of one kind.")
    if len({group.id for group in groups}) < len(groups):
        raise InputError("one of these is named twice", hint="Name different ones.")
    for one, two in combinations(groups, 2):
        if len(np.intersect1d(one.members, two.members)):
            raise InputError(f"{one.name} and {two.name} have models in common", hint="Name others.")
    found = [census.following(group) for group in groups]
    shared = _shared(census, groups, found)
    return [
        {
            "kind": group.kind,
            "id": group.id,
            "name": group.name,
            **counts(census, group, of),
            "by_relation": {row["relation"]: row["derivatives"] for row in relations(of)},
            "by_licence": {row["licence"] or "": row["derivatives"] for row in licences(census, of.nodes)},
            "by_country": {row["id"] or "": row["derivatives"] for row in countries(census, of.nodes)},
            "months": {row["month"]: row["derivatives"] for row in months(census, of.nodes)},
            "measures": measures,
            "shared": shared[group.id],
        }
        for group, of, measures in zip(groups, found, _measures(census, groups, draws, seed), strict=True)
    ]


def _shared(census: Census, groups: Sequence[Group], found: Sequence[Following]) -> Mapping[str, Row]:
    """Count for each pair what was made from both, and who made something from each."""
    owners = [census.graph.account[of.nodes] for of in found]
    accounts = [np.unique(codes[codes >= 0]) for codes in owners]
    shared: dict[str, Row] = {group.id: {} for group in groups}
    for one, two in combinations(range(len(groups)), 2):
        both = {
            "derivatives": len(np.intersect1d(found[one].nodes, found[two].nodes, assume_unique=True)),
            "accounts": len(np.intersect1d(accounts[one], accounts[two], assume_unique=True)),
        }
        shared[groups[one].id][groups[two].id] = shared[groups[two].id][groups[one].id] = both
    return shared


def _measures(census: Census, groups: Sequence[Group], draws: int, seed: int) -> list[dict[str, Row]]:
    """Return all measures of each group, with an interval where they are sums over accounts."""
    found = [
        {row.pop("measure"): {**row, "low": None, "high": None} for row in census.measured(group)}
        for group in groups
    ]
    of = np.full(census.graph.n, -1, dtype=np.int64)
    for place, group in enumerate(groups):
        of[group.members] = place
    for name in SAMPLED if draws else ():
        if name in census.scores.able:
            bounds = intervals(cells(census.scores, of, len(groups), name), draws=draws, seed=seed)
            for rows, low, high in zip(found, bounds["value_low"], bounds["value_high"], strict=True):
                if name in rows:
                    rows[name] |= {"low": low, "high": high}
    return found
