"""Groups of models: families, accounts, institutions, countries and kinds of institution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.discovery import named
from begat.graph import CreditGraph, Graph, houses
from begat.ids import slug
from begat.influence.figures import UNKNOWN
from begat.influence.house import roots
from begat.snapshot import Snapshot

__all__ = ["GROUPS", "Groups", "groups", "stated_families"]

Ints = NDArray[np.int64]

GROUPS = ("model", "family", "account", "institution", "country", "kind")
"""What influence is added up to."""


@dataclass(frozen=True)
class Groups:
    """The group of each model.

    Attributes
    ----------
    names : DataFrame
        One row a group: ``id``, ``name`` (of institutions) and ``country`` (ISO 3166-1 alpha-2), null where
        there is none.
    of : array of int64, shape (n,)
        Row in `names` of each node; -1 for a model of no group.
    """

    names: pl.DataFrame
    of: Ints

    def __len__(self) -> int:
        return self.names.height


def groups(snapshot: Snapshot, graph: Graph, credit: CreditGraph, by: str) -> Groups:
    """Put the models of a graph into groups.

    Parameters
    ----------
    snapshot : Snapshot
        Where names, countries and families come from.
    graph : Graph
        The derivation graph, with the institution that operates each account.
    credit : CreditGraph
        The same, its houses being whole companies; see `begat.influence.house`.
    by : str
        ``model``: each its own. ``family``: see `_families`. ``account``. ``institution``: the last parent.
        ``country`` and ``kind``: of the institution itself, so that a subsidiary counts for its own seat.

    Raises
    ------
    UnknownName
        If there is no such group.
    """
    named("group", by, dict.fromkeys(GROUPS))
    if by == "model":
        return _models(snapshot, graph)
    if by == "family":
        return _families(snapshot, graph, credit)
    if by == "account":
        return _accounts(snapshot, graph)
    if by == "institution":
        return _whole_institutions(snapshot, graph)
    return _by_fact(snapshot, graph, by)


def _models(snapshot: Snapshot, graph: Graph) -> Groups:
    names = _table(graph.ids).with_columns(country=_seats(snapshot, graph, graph.institution))
    return Groups(names, np.arange(graph.n))


def _families(snapshot: Snapshot, graph: Graph, credit: CreditGraph) -> Groups:
    """A family is what a source says it is, else what one house made of one base.

    A model without a stated family belongs to that of the first model in its line of parents inside its own
    house that has one, else to one named by the id of the base that the line ends with. Derivatives by
    others are no members: they are what the family is measured by. Nor are models without recorded lineage.
    """
    labels, own = stated_families(snapshot)
    base = _bases(credit, own >= 0)[credit.of]
    family = np.where(own >= 0, own, np.where(own[base] >= 0, own[base], len(labels) + base))
    touched = np.zeros(graph.n, dtype=bool)
    touched[credit.graph.child] = touched[credit.graph.parent] = True
    known, of = np.unique(family[touched], return_inverse=True)
    names = [labels[each] if each < len(labels) else graph.ids[each - len(labels)] for each in known.tolist()]
    codes = np.full(graph.n, UNKNOWN, dtype=np.int64)
    codes[touched] = of
    return Groups(_table(names), codes)


def stated_families(snapshot: Snapshot) -> tuple[list[str], Ints]:
    """Return the families that sources name, and which of them each model has, `UNKNOWN` for none.

    Spellings that make one slug are one family, under the first in the alphabet.
    """
    stated = snapshot.frame("models", ["id", "family"]).sort("id")["family"]
    spellings = sorted(set(stated.drop_nulls()), reverse=True)
    first = {slug(text): text for text in spellings}
    labels = sorted(first.values())
    place = {text: number for number, text in enumerate(labels)}
    code = {text: place[first[slug(text)]] for text in spellings}
    own = stated.replace_strict(code or {"": UNKNOWN}, default=UNKNOWN, return_dtype=pl.Int64)
    return labels, own.to_numpy()


def _bases(credit: CreditGraph, known: NDArray[np.bool_]) -> Ints:
    """Follow the first parent inside the house from each node of `credit.dag` to the last one, or a known."""
    dag = credit.dag
    house = houses(dag)
    inside = np.flatnonzero((house[dag.child] == house[dag.parent]) & ~known[dag.child])[::-1]
    base = np.arange(dag.n)
    base[dag.child[inside]] = dag.parent[inside]
    while not np.array_equal(further := base[base], base):
        base = further
    return base


def _accounts(snapshot: Snapshot, graph: Graph) -> Groups:
    operator = np.full(len(graph.account_ids) + 1, -1, dtype=np.int32)
    operator[graph.account] = graph.institution
    names = _table(graph.account_ids).with_columns(country=_seats(snapshot, graph, operator[:-1]))
    return Groups(names, graph.account.astype(np.int64))


def _whole_institutions(snapshot: Snapshot, graph: Graph) -> Groups:
    facts, root = _institutions(snapshot), roots(snapshot)
    found = _coded([root.get(name, name) for name in graph.institution_ids], graph.institution)
    columns = {
        name: pl.Series([facts.get(each, {}).get(name) for each in found.names["id"]], dtype=pl.String)
        for name in ("name", "country")
    }
    return Groups(found.names.with_columns(**columns), found.of)


def _by_fact(snapshot: Snapshot, graph: Graph, fact: str) -> Groups:
    facts = _institutions(snapshot)
    labels = [facts.get(name, {}).get(fact) for name in graph.institution_ids]
    found = _coded(labels, graph.institution)
    if fact != "country":
        return found
    return Groups(found.names.with_columns(country="id"), found.of)


def _institutions(snapshot: Snapshot) -> Mapping[str, Mapping[str, str | None]]:
    table = snapshot.frame("institutions", ["id", "name", "kind", "country"]).drop_nulls("id")
    return {row["id"]: row for row in table.unique("id", keep="first").iter_rows(named=True)}


def _seats(snapshot: Snapshot, graph: Graph, institution: NDArray[np.int32]) -> pl.Series:
    """Return the country of each institution, given by its place in the graph's, or -1."""
    facts = _institutions(snapshot)
    codes = [facts.get(name, {}).get("country") for name in graph.institution_ids]
    return pl.Series([*codes, None], dtype=pl.String).gather(institution % (len(codes) + 1))


def _coded(labels: Sequence[str | None], of: NDArray[np.integer]) -> Groups:
    """Number labels in the order of the alphabet; `of` is the place in `labels` of each node, or -1."""
    ids = sorted({label for label in labels if label is not None})
    place = {label: number for number, label in enumerate(ids)}
    codes = np.array([-1 if label is None else place[label] for label in [*labels, None]], dtype=np.int64)
    return Groups(_table(ids), codes[of])


def _table(ids: Sequence[str]) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.String)
    return pl.DataFrame({"id": list(ids)}, schema={"id": pl.String}).with_columns(
        name=nothing, country=nothing
    )
