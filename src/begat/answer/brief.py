"""What a brief says of a model, an institution or a country, as figures: who made what from it, and when.

A *derivative* is a model that another house made from one of the subject's, directly or through other
models; copies and what a house makes of its own models don't count. Of a country, what one of its houses
makes of another's counts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.graph import RELATIONS, Graph, houses, reachable
from begat.graph.arrays import COPY, Ints
from begat.influence.figures import UNKNOWN
from begat.influence.scores import Scores
from begat.licences import commercial_use
from begat.snapshot import Snapshot

__all__ = ["MONTHS", "Subject", "derivatives", "figures", "places"]

Row = dict[str, Any]

MONTHS = 24
"""Months of growth that are told, up to the newest derivative whose date is known."""

NAMED = 5
"""Most that a list of a brief names."""


@dataclass(frozen=True)
class Subject:
    """What a brief is about.

    Attributes
    ----------
    kind : str
        ``model``, ``institution`` or ``country``.
    id : str
        Its id; of a country ISO 3166-1 alpha-2.
    graph : Graph
        The derivation graph; of an institution or country that of `begat.graph.CreditGraph`, in which each
        house is whole and a copy is one with its original.
    copy : array of bool, shape (graph.n,)
        Models that are copies of others.
    own : array of int64
        Nodes of its models.
    """

    kind: str
    id: str
    graph: Graph
    copy: NDArray[np.bool_]
    own: Ints

    @classmethod
    def model(cls, name: str, graph: Graph, node: int) -> "Subject":
        """Return a model."""
        copy = np.zeros(graph.n, dtype=bool)
        copy[graph.child[graph.relation == COPY]] = True
        return cls("model", name, graph, copy, np.array([node]))

    @classmethod
    def group(cls, kind: str, name: str, scores: Scores) -> "Subject":
        """Return an institution or country, with the models of its group."""
        found, credit = scores.groups(kind), scores.credit
        place = {each: number for number, each in enumerate(found.names["id"])}
        own = np.flatnonzero((found.of == place.get(name, UNKNOWN - 1)) & ~credit.copy)
        return cls(kind, name, credit.graph, credit.copy, own)


def derivatives(subject: Subject) -> tuple[Ints, Ints]:
    """Return the derivatives of a subject, and the relation of each to its first parent in the family.

    Returns
    -------
    array of int64, shape (d,), and array of int64, shape (d,)
        Nodes, ascending, and positions in `RELATIONS`.

    Notes
    -----
    A walk for each house among `own`: O(h (n + m)).
    """
    graph, own, copy = subject.graph, subject.own, subject.copy
    house = houses(graph)
    found, family = np.zeros(graph.n, dtype=bool), np.zeros(graph.n, dtype=bool)
    family[own] = True
    for each in np.unique(house[own]):
        below = reachable(graph, own[house[own] == each], up=False)
        family[below] = True
        found[below[(house[below] != each) & ~copy[below]]] = True
    nodes = np.flatnonzero(found)
    edges = graph.to_parents(nodes)
    edges = edges[family[graph.parent[edges]] & (graph.parent[edges] != graph.child[edges])]
    _, first = np.unique(graph.child[edges], return_index=True)
    return nodes, graph.relation[edges[first]].astype(np.int64)


def figures(snapshot: Snapshot, subject: Subject, seats: Mapping[str, str | None]) -> Row:
    """Return the figures of a brief that follow from the graph and the table of models.

    Parameters
    ----------
    snapshot : Snapshot
        Whose models.
    subject : Subject
        What the brief is about.
    seats : mapping
        Country of each institution of the graph, None where it is unknown.

    Returns
    -------
    dict
        ``own`` (models, of which listed, with parents of others), ``derivatives``, ``direct`` (made from the
        subject itself), ``accounts, institutions, by_relation, countries, seated, licences, own_licences,
        changed, months, dated, recent, last_day, unresolved, sources``.
    """
    graph, own = subject.graph, subject.own
    nodes, relations = derivatives(subject)
    models = _models(snapshot, graph, np.concatenate([own, nodes]))
    mine, theirs = models[: len(own)], models[len(own) :]
    institutions = graph.institution[nodes]
    known = institutions[institutions != UNKNOWN]
    seated = (seats.get(graph.institution_ids[each]) for each in known.tolist())
    countries = Counter(country for country in seated if country)
    counts = np.bincount(relations, minlength=len(RELATIONS))
    return {
        "own": len(own),
        "listed": int(mine["listed"].sum()),
        **_upstream(graph, own),
        "derivatives": len(nodes),
        "direct": _direct(graph, own),
        "accounts": len(np.unique(graph.account[nodes][graph.account[nodes] != UNKNOWN])),
        "institutions": len(np.unique(known)),
        "by_relation": _ordered({RELATIONS[at]: int(count) for at, count in enumerate(counts) if count}),
        "countries": _ordered(countries),
        "seated": sum(countries.values()),
        "licences": _effects(theirs["licence"]),
        "own_licences": _effects(mine["licence"]),
        "changed": _changed(mine, theirs) if subject.kind == "model" else None,
        **_growth(theirs["created_at"]),
        **_stated(snapshot, models["id"], mine["id"]),
    }


def _models(snapshot: Snapshot, graph: Graph, nodes: Ints) -> pl.DataFrame:
    """Return the rows of some nodes, in their order."""
    names = pl.DataFrame({"id": graph.ids.take(nodes)}, schema={"id": pl.String})
    columns = ["id", "licence", "created_at", "listed"]
    return names.join(snapshot.frame("models", columns), on="id", how="left", maintain_order="left")


def _upstream(graph: Graph, own: Ints) -> Row:
    """Count the models that name a parent by another house, and the houses that they name."""
    house = houses(graph)
    edges = graph.to_parents(own)
    foreign = edges[
        (house[graph.child[edges]] != house[graph.parent[edges]]) & (graph.relation[edges] != COPY)
    ]
    pairs = {(int(graph.child[edge]), _house(graph, int(graph.parent[edge]))) for edge in foreign.tolist()}
    return {
        "built_on_others": len({child for child, _ in pairs}),
        "bases": dict(Counter(name for _, name in sorted(pairs) if name).most_common(NAMED)),
        "ancestors": len(np.setdiff1d(reachable(graph, own, up=True), own)),
    }


def _house(graph: Graph, node: int) -> str | None:
    """Return who put a model out: its institution, else its account, None where both are unknown."""
    institution, account = int(graph.institution[node]), int(graph.account[node])
    if institution != UNKNOWN:
        return str(graph.institution_ids[institution])
    return str(graph.account_ids[account]) if account != UNKNOWN else None


def _direct(graph: Graph, own: Ints) -> int:
    """Count the models of other houses that were made from one of the subject's, copies left out."""
    house, edges = houses(graph), graph.to_children(own)
    foreign = house[graph.child[edges]] != house[graph.parent[edges]]
    return len(np.unique(graph.child[edges[foreign & (graph.relation[edges] != COPY)]]))


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _effects(licences: pl.Series) -> dict[str, int]:
    """Count models by what their licence says of commercial use: yes, conditional, no, unknown, none."""
    counted = Counter({"yes": 0, "conditional": 0, "no": 0, "unknown": 0, "none": 0})
    for licence, count in licences.value_counts().iter_rows():
        counted["none" if licence is None else commercial_use(licence) or "unknown"] += count
    return dict(counted)


def _changed(mine: pl.DataFrame, theirs: pl.DataFrame) -> int | None:
    """Count derivatives with another licence than the model; None where the model has none."""
    own = mine["licence"][0]
    return None if own is None else int((theirs["licence"].drop_nulls() != own).sum())


def _growth(created: pl.Series) -> Row:
    """Count models by month, up to that of the newest whose date is known."""
    days = created.dt.date().drop_nulls()
    if days.is_empty():
        return {"months": {}, "dated": 0, "recent": 0, "first_day": None, "last_day": None}
    first, last = days.min(), days.max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    counted = Counter((day.year, day.month) for day in days.to_list())
    months = [divmod(last.year * 12 + last.month - 1 - back, 12) for back in range(MONTHS - 1, -1, -1)]
    year_ago = last - timedelta(days=365)
    return {
        "months": {f"{year}-{month + 1:02}": counted[(year, month + 1)] for year, month in months},
        "dated": len(days),
        "recent": int((days > year_ago).sum()),
        "first_day": first,
        "last_day": last,
    }


def _stated(snapshot: Snapshot, among: pl.Series, own: pl.Series) -> Row:
    """Return how many of the own models name a parent that can't be told, and who states the derivations."""
    columns = ["child", "parent_raw", "status", "source"]
    rows = snapshot.frame("derivations", columns).filter(pl.col("child").is_in(among.implode()))
    lost = rows.filter(pl.col("status") == "unresolved")
    return {
        "unresolved": lost["child"].n_unique(),
        "own_unresolved": lost.filter(pl.col("child").is_in(own.implode()))["parent_raw"].unique().to_list(),
        "sources": sorted(set(rows["source"])),
    }


def places(rows: Sequence[Row], key: str, names: Iterable[str]) -> dict[str, Row]:
    """Return of one row of a table of measures the place by each: ``value, rank, of``.

    Equal values share the best rank; measures without a value for the row are left out.
    """
    own = next((row for row in rows if row["id"] == key), None)
    found: dict[str, Row] = {}
    for name in names if own else ():
        value = own[name] if own else None
        if value is not None:
            known = [row[name] for row in rows if row[name] is not None]
            found[name] = {
                "value": value,
                "rank": 1 + sum(other > value for other in known),
                "of": len(known),
                "tied": sum(other == value for other in known),
            }
    return found
