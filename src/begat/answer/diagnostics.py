"""What influence rests on: corrections, agreement of measures, own houses, accounts that quantize."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from begat.graph import RELATIONS, CreditGraph, Graph, credit_graph, houses, kept
from begat.graph.arrays import COPY
from begat.influence.counting import distinct
from begat.influence.measure.base import Values, measure_named, measures
from begat.influence.measure.reach import WEIGHT, reach
from begat.influence.scope import Scope
from begat.influence.scores import Scores

__all__ = ["CORRECTIONS", "DIAGNOSTICS", "corrections", "correlations", "own_house", "quantizers"]

Row = dict[str, Any]

FEWEST = 10
"""Models that a share is taken of."""

REMADE = ("quantized", "converted", "copy")
"""Relations of a model that has the weights of another."""


def corrections(scores: Scores, *, by: str = "model") -> list[Row]:
    """Return the rank by discounted reach, and what it would be without each correction.

    Returns
    -------
    list of dict
        ``id``, ``name`` (institutions), ``rank`` as `begat influence` has it, and the rank under each of
        `CORRECTIONS`, among the same subjects.
    """
    found = scores.groups(by)
    item = measure_named("reach")
    listed = pl.Series(scores.values("children", by, found) > 0)
    columns = {}
    for name, correction in CORRECTIONS.items():
        credit, values = correction(scores)
        columns[name] = item.by_group(credit, found.of, len(found), values)
    ranks = pl.col(*columns).rank("min", descending=True).cast(pl.Int64)
    rows = found.names.with_columns(**columns).filter(listed).with_columns(ranks).sort("rank", "id")
    front = ("id", "name") if by == "institution" else ("id",)
    return rows.select(*front, *columns).to_dicts()


def correlations(scores: Scores, *, by: str = "model") -> list[Row]:
    """Return how far measures order those with derivatives alike.

    Returns
    -------
    list of dict
        A row for each coefficient (``spearman``; ``kendall``, tau-b) and measure, with one column a measure;
        None where a measure is not known or the same for all. Each pair is taken over those that have both.
    """
    from scipy.stats import kendalltau, spearmanr

    table = scores.table(by).filter(pl.col("children") > 0)
    names = [name for name, item in measures().items() if not (by == "model" and item.groups_only)]
    columns = {name: table[name].to_numpy() for name in names}
    rows = []
    for coefficient, statistic in (("spearman", spearmanr), ("kendall", kendalltau)):
        matrix = _matrix(columns, statistic)
        rows += [{"coefficient": coefficient, "measure": name, **matrix[name]} for name in names]
    return rows


def _matrix(
    columns: Mapping[str, Values], statistic: Callable[[Values, Values], Any]
) -> dict[str, dict[str, float | None]]:
    names = list(columns)
    found: dict[str, dict[str, float | None]] = {name: {} for name in names}
    for place, name in enumerate(names):
        for other in names[place:]:
            one, two = columns[name], columns[other]
            both = ~(np.isnan(one) | np.isnan(two))
            varied = both.any() and np.ptp(one[both]) > 0 and np.ptp(two[both]) > 0
            value = float(statistic(one[both], two[both]).statistic) if varied else None
            found[name][other] = found[other][name] = value
    return {name: {other: found[name][other] for other in names} for name in names}


def own_house(scores: Scores, *, by: str = "institution") -> list[Row]:
    """Return which part of the direct derivatives of each subject its own house made.

    Returns
    -------
    list of dict
        ``id``, ``name`` (institutions), ``children`` (distinct models made from its models), ``own`` (those
        by the house of the model itself) and ``own_share``, the largest first; with at least `FEWEST`
        children.
    """
    found, graph = scores.groups(by), scores.credit.graph
    house = houses(graph)
    of = found.of[graph.parent]
    inside = (of >= 0) & (house[graph.child] == house[graph.parent])
    counts = {
        name: np.bincount(distinct(of[edges], graph.child[edges])[0], minlength=len(found))
        for name, edges in (("children", of >= 0), ("own", inside))
    }
    rows = (
        found.names.with_columns(**counts)
        .filter(pl.col("children") >= FEWEST)
        .with_columns(own_share=pl.col("own") / pl.col("children"))
        .sort("own_share", "children", "id", descending=[True, True, False])
    )
    front = ("id", "name") if by == "institution" else ("id",)
    return rows.select(*front, "children", "own", "own_share").to_dicts()


def quantizers(scores: Scores, *, by: str = "account") -> list[Row]:
    """Return the accounts most of whose models are other houses' models in other numbers or files.

    Returns
    -------
    list of dict
        ``id`` (an account, or what `by` names), ``models``, ``remade`` (quantized, converted or copied from
        another house's model), ``remade_share`` (more than a half) and ``bases`` (distinct models they were
        made from), the most remade first; with at least `FEWEST` models.
    """
    found = scores.groups(by)
    graph = scores.by_house
    house = houses(graph)
    remade = np.array([name in REMADE for name in RELATIONS])[graph.relation]
    edges = np.flatnonzero(remade & scores.counted & (house[graph.child] != house[graph.parent]))
    edges = edges[found.of[graph.child[edges]] >= 0]
    of = found.of[graph.child[edges]]
    counts = {
        "models": np.bincount(found.of[found.of >= 0], minlength=len(found)),
        "remade": np.bincount(distinct(of, graph.child[edges])[0], minlength=len(found)),
        "bases": np.bincount(distinct(of, graph.parent[edges])[0], minlength=len(found)),
    }
    rows = (
        found.names.with_columns(**counts)
        .with_columns(remade_share=pl.col("remade") / pl.col("models"))
        .filter(pl.col("models") >= FEWEST, pl.col("remade_share") > 0.5)
        .sort("remade", "id", descending=[True, False])
    )
    return rows.select("id", "models", "remade", "remade_share", "bases").to_dicts()


@dataclass(frozen=True)
class _OwnHouse(CreditGraph):
    """A graph of credit in which a house earns credit from itself."""

    @cached_property
    def outside(self) -> Graph:
        """All of `dag`."""
        return self.dag


Scored = tuple[CreditGraph, Values]


def _with_own_house(scores: Scores) -> Scored:
    credit = scores.credit
    whole = _OwnHouse(credit.graph, credit.copy, credit.dag, credit.of, credit.size)
    return whole, reach(whole)


def _within(scores: Scores, scope: Scope) -> Scored:
    credit = replace(scores, scope=scope).credit
    return credit, reach(credit)


def _copies_apart(scores: Scores) -> Scored:
    """Take copies and mirrors for derivatives of their own, a copy for a fine-tune, as the Hub does."""
    whole = scores.by_house
    relation = np.where(whole.relation == COPY, RELATIONS.index("finetune"), whole.relation)
    apart = replace(whole, relation=relation.astype(np.int8), twin=np.arange(whole.n, dtype=np.int32))
    credit = credit_graph(kept(apart, scores.counted))
    return credit, reach(credit)


CORRECTIONS: Mapping[str, Callable[[Scores], Scored]] = {
    "rank": lambda scores: (scores.credit, reach(scores.credit)),
    "own_house": _with_own_house,
    "no_cap": lambda scores: (scores.credit, reach(scores.credit, cap="none")),
    "no_bursts": lambda scores: _within(scores, replace(scores.scope, without_bursts=True)),
    "full_quants": lambda scores: (
        scores.credit,
        reach(scores.credit, weight={**WEIGHT, "quantized": 1.0, "converted": 1.0}),
    ),
    "copies": _copies_apart,
    "declared": lambda scores: _within(scores, replace(scores.scope, declared_only=True)),
}
"""What the rank by reach is computed with, as it is and with one choice changed at a time."""

DIAGNOSTICS: Mapping[str, Callable[..., list[Row]]] = {
    "corrections": corrections,
    "correlations": correlations,
    "own-house": own_house,
    "quantizers": quantizers,
}
"""The views behind influence, by name."""
