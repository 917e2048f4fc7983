"""What does not fit among many things, counted: by kind, by pair of licences, by relation, with a sample."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from begat.consequence.conflict import KINDS, SEVERITIES, UNLABELLED
from begat.consequence.inherit import CHANNELS
from begat.consequence.labels import UNKNOWN_WHY, Labels
from begat.consequence.origin_sweep import Traced, traced
from begat.consequence.supply import KINDS as LINKS
from begat.consequence.supply import Supply
from begat.consequence.sweep import Hit, Sweep, licences_in
from begat.consequence.verdict import CLASH
from begat.graph.arrays import Flags, Ints, unique
from begat.influence.figures import known_total

__all__ = ["KIND_KEYS", "PAIR_KEYS", "RELATION_KEYS", "Conflicts", "Downloads"]

KIND_KEYS = (
    *("kind", "severity", "models", "datasets", "share_of_models", "accounts"),
    *("downloads_30d", "downloads_unknown", "inherited", "same_maker"),
)
PAIR_KEYS = ("own", "source", "other", "channel", "kind", "severity", "models", "datasets")
RELATION_KEYS = ("relation", "kind", "models", "datasets")

Row = dict[str, Any]


class Downloads(NamedTuple):
    """Downloads of one source and date.

    Attributes
    ----------
    figures : array of int64, shape (models,)
        In 30 days, negative where not known.
    source : str, optional
        Where from; None if none are known.
    on : date, optional
        Their day.
    """

    figures: Ints
    source: str | None
    on: date | None


@dataclass(frozen=True)
class Conflicts:
    """What does not fit among some models and datasets.

    Attributes
    ----------
    supply : Supply
        What went into what.
    labels : Labels
        The licences of its nodes.
    swept : Sweep
        What does not fit, for all.
    among : array of int64
        The nodes that are asked about, sorted.
    downloads : Downloads
        Of the models.
    """

    supply: Supply
    labels: Labels
    swept: Sweep
    among: Ints
    downloads: Downloads

    @cached_property
    def made(self) -> Ints:
        """The nodes asked about that something went into, known or not."""
        some = (self.swept.reach.of[self.among] > 0) | (self.supply.open_ends[self.among] > 0)
        return self.among[some]

    @cached_property
    def sources_unknown(self) -> tuple[Flags, Flags]:
        """Of each that was made: whether a source's licence isn't known, whether a source can't be told."""
        last = len(self.labels.licences)
        found = [set().union(*map(licences_in, sets)) for sets in self.swept.reach.sets]
        unnamed = np.array([any(code < 0 for code in codes) for codes in found])
        untold = np.array([last in codes for codes in found])
        of = self.swept.reach.of[self.made]
        return unnamed[of], untold[of] | (self.supply.open_ends[self.made] > 0)

    @cached_property
    def traced(self) -> Traced:
        """Of each that was made: which of its findings are inherited, or of one maker with their sources."""
        return traced(self.swept, self.supply, self.labels, self.made)

    def head(self) -> Row:
        """Return what was looked at, and of how much it can't be told.

        Returns
        -------
        dict
            ``models``, ``datasets``; ``made_models``, ``made_datasets``: something went into them, so that
            something could not fit. Of the made ones by their own licence ``licence_known``,
            ``licence_none_stated``, ``licence_other``, ``licence_not_seen``; by what went in
            ``sources_unknown`` (a licence isn't known), ``sources_untold`` (can't be told what it is), both
            or either; ``all_known``: nothing is missing. ``downloads_source``, ``downloads_on``.
        """
        codes = self.labels.code[self.made]
        unnamed, untold = self.sources_unknown
        why = {f"licence_{why.replace(' ', '_')}": _count(codes == code) for code, why in UNKNOWN_WHY.items()}
        return {
            **self._counted(self.among),
            **{f"made_{name}": count for name, count in self._counted(self.made).items()},
            "licence_known": _count(codes >= 0),
            **why,
            "sources_unknown": _count(unnamed),
            "sources_untold": _count(untold),
            "all_known": _count((codes >= 0) & ~unnamed & ~untold),
            "downloads_source": self.downloads.source,
            "downloads_on": self.downloads.on,
        }

    def gravest(self) -> Row:
        """Return of how many things the gravest finding has each severity: ``high_models`` and so on."""
        worst = self.swept.grade.max(axis=1, initial=0)[self.swept.of[self.made]]
        return {
            f"{severity}_{name}": count
            for place, severity in enumerate(SEVERITIES)
            for name, count in self._counted(self.made[worst == len(SEVERITIES) - place]).items()
        }

    def kinds(self) -> list[Row]:
        """Return each kind and severity that occurs, gravest first, with keys `KIND_KEYS`.

        A thing counts once for each kind, under its gravest severity. ``share_of_models``: of the models
        that something went into. ``accounts``: distinct known ones. ``downloads_30d``: of the models whose
        downloads are known; None if of none of them. ``inherited``: things all of whose findings of the kind
        begin at what went into them; ``same_maker``: things of one maker with all sources that cause them;
        None where `begat.consequence.origin` says neither.
        """
        models = _count(self.made < self.supply.models)
        return [
            {
                "kind": kind,
                "severity": severity,
                **(counts := self._counted(nodes)),
                "share_of_models": counts["models"] / models if models else None,
                **self._weight(nodes),
                **self._origin(nodes, kind),
            }
            for kind in KINDS
            for severity in SEVERITIES
            if len(nodes := self.having(kind, severity))
        ]

    def having(self, kind: str | None = None, severity: str | None = None) -> Ints:
        """Return the nodes asked about with a finding of a kind and severity; see `Sweep.has`."""
        return self.made[self.swept.has(kind, severity)[self.made]]

    def pairs(self) -> list[Row]:
        """Return which licences don't fit each other, gravest and of the most things first, keys `PAIR_KEYS`.

        ``own`` and ``source`` are licences or why they aren't known, ``other`` a second source that the first
        doesn't fit to. A thing counts once in each row, and in several where several licences reach it.
        """
        combinations = len(self.swept.hits)
        data = self.supply.is_dataset(self.made)
        counts = np.stack(
            [np.bincount(self.swept.of[self.made[some]], minlength=combinations) for some in (~data, data)]
        )
        total: Counter[tuple[int, Hit, str]] = Counter()
        for place in np.flatnonzero(counts.sum(axis=0)).tolist():
            for hit in self.swept.hits[place]:
                for name, count in zip(("models", "datasets"), counts[:, place].tolist(), strict=True):
                    total[int(self.swept.own[place]), hit, name] += count
        keys = dict.fromkeys((own, hit) for own, hit, _ in total)
        rows = [
            {
                "own": self._licence(own),
                "source": self._licence(hit.source),
                "other": None if hit.other is None else self._licence(hit.other),
                "channel": hit.channel,
                "kind": hit.finding.kind,
                "severity": hit.finding.severity,
                "models": total[own, hit, "models"],
                "datasets": total[own, hit, "datasets"],
            }
            for own, hit in keys
        ]
        return sorted(rows, key=_rank)

    def relations(self) -> list[Row]:
        """Return by which of its own links what doesn't fit came to each thing, keys `RELATION_KEYS`.

        A thing counts once for each kind and relation.
        """
        graph, given = self.swept.reach.graph, self.swept.reach.given
        mine = np.zeros(self.supply.n, dtype=bool)
        mine[self.made] = True
        edges = np.flatnonzero(mine[graph.child])
        shape = (len(self.swept.hits), len(self.swept.reach.sets))
        pairs = np.ravel_multi_index((self.swept.of[graph.child[edges]], given[edges]), shape)
        distinct, place = np.unique(pairs, return_inverse=True)
        brought = [self._brought(*np.unravel_index(pair, shape)) for pair in distinct]
        flags = np.array(brought, dtype=bool).reshape(-1, len(KINDS))[place]
        rows = []
        for relation, name in enumerate(LINKS):
            of_it = graph.relation[edges] == relation
            for kind, title in enumerate(KINDS):
                nodes = unique(graph.child[edges[of_it & flags[:, kind]]])
                if len(nodes):
                    rows.append({"relation": name, "kind": title, **self._counted(nodes)})
        return rows

    def _brought(self, combination: Any, sets: Any) -> list[bool]:
        """Return of which kinds a combination has findings that come with some sets."""
        bits = dict(zip(CHANNELS, self.swept.reach.sets[int(sets)], strict=True))
        with_it = {(channel, code) for channel, some in bits.items() for code in licences_in(some)}
        found = {
            hit.finding.kind
            for hit in self.swept.hits[int(combination)]
            if {(hit.channel, hit.source), (hit.channel, hit.other)} & with_it
        }
        return [kind in found for kind in KINDS]

    def licence(self, node: int) -> str:
        """Return the licence of a node, or why it is not known."""
        return self._licence(int(self.labels.code[node]))

    def _licence(self, code: int) -> str:
        return UNKNOWN_WHY[code] if code < 0 else self.labels.licences[code]

    def _counted(self, nodes: Ints) -> Mapping[str, int]:
        models = _count(nodes < self.supply.models)
        return {"models": models, "datasets": len(nodes) - models}

    def _weight(self, nodes: Ints) -> Row:
        accounts = self.supply.graph.account[nodes]
        figures = self.downloads.figures[nodes[nodes < self.supply.models]]
        return {
            "accounts": len(unique(accounts[accounts >= 0])),
            "downloads_30d": known_total(figures),
            "downloads_unknown": _count(figures < 0),
        }

    def _origin(self, nodes: Ints, kind: str) -> Mapping[str, int | None]:
        place = np.searchsorted(self.made, nodes), KINDS.index(kind)
        return {
            "inherited": None if kind in UNLABELLED else _count(self.traced.inherited[place]),
            "same_maker": None if kind in (*UNLABELLED, CLASH) else _count(self.traced.same_maker[place]),
        }


def _rank(row: Row) -> tuple[Any, ...]:
    gravity = SEVERITIES.index(row["severity"]), -row["models"] - row["datasets"]
    return (*gravity, *(str(row[name]) for name in PAIR_KEYS))


def _count(flags: Flags) -> int:
    return int(np.count_nonzero(flags))
