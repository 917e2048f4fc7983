"""Influence of models and institutions, several measures beside each other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from begat.errors import UnknownName
from begat.graph import CreditGraph, Graph, credit_graph
from begat.influence.measure.base import Measure, Values, measure_named, measures
from begat.snapshot import Snapshot

__all__ = ["GROUPS", "influence"]

GROUPS = ("model", "institution")


def influence(
    snapshot: Snapshot, graph: Graph, *, by: str = "model", measure: str = "reach"
) -> list[dict[str, Any]]:
    """Rank models or institutions by one measure, the others beside it.

    Parameters
    ----------
    snapshot : Snapshot
        Where the names of institutions come from.
    graph : Graph
        The derivation graph.
    by : str
        One of `GROUPS`.
    measure : str
        The measure to order by.

    Returns
    -------
    list of dict
        ``id``, ``rank`` (equal values share the best rank) and a value for every measure, best first;
        only those with recorded derivatives.

    Raises
    ------
    UnknownName
        If there is no such measure or group.
    """
    measure_named(measure)
    if by not in GROUPS:
        raise UnknownName("group", by, hint=f"Known: {', '.join(GROUPS)}.")
    credit = credit_graph(graph)
    chosen = list(measures().values())
    values = {item.name: item.compute(credit) for item in chosen}
    if by == "model":
        rows = _by_model(graph, credit, values)
    else:
        rows = _by_institution(snapshot, graph, credit, chosen, values)
    return _ranked(rows, measure)


def _by_model(graph: Graph, credit: CreditGraph, values: dict[str, Values]) -> pl.DataFrame:
    spread = {name: credit.spread(column) for name, column in values.items()}
    some = np.flatnonzero(spread["children"] > 0)
    ids = [graph.ids[node] for node in some]
    return pl.DataFrame({"id": ids, **{name: column[some] for name, column in spread.items()}})


def _by_institution(
    snapshot: Snapshot,
    graph: Graph,
    credit: CreditGraph,
    chosen: Sequence[Measure],
    values: dict[str, Values],
) -> pl.DataFrame:
    names = dict(snapshot.frame("institutions", ["id", "name"]).iter_rows())
    rows = []
    for number, institution in enumerate(graph.institution_ids):
        own = credit.dag.institution == number
        row: dict[str, Any] = {"id": institution, "name": names.get(institution, institution)}
        for item in chosen:
            united = item.of_institution
            row[item.name] = united(credit, number) if united else float(values[item.name][own].sum())
        rows.append(row)
    return pl.DataFrame(rows).filter(pl.col("children") > 0)


def _ranked(rows: pl.DataFrame, measure: str) -> list[dict[str, Any]]:
    counts = [name for name, item in measures().items() if item.unit in {"models", "accounts"}]
    ranked = rows.with_columns(
        pl.col(counts).cast(pl.Int64),
        rank=pl.col(measure).rank("min", descending=True).cast(pl.Int64),
    ).sort("rank", "id")
    front = [name for name in ("id", "name", "rank") if name in ranked.columns]
    return ranked.select(*front, *measures()).to_dicts()
