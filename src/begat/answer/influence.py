"""Influence of models and institutions, several measures beside each other."""

from typing import Any

import polars as pl

from begat.errors import UnknownName
from begat.graph import Graph, credit_graph
from begat.influence.measure.base import measure_named, measures
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
    values = {name: item.compute(credit) for name, item in measures().items()}
    if by == "model":
        return _ranked(pl.DataFrame({"id": list(graph.ids), **values}), measure)
    united = {name: item.by_institution(credit, values[name]) for name, item in measures().items()}
    rows = pl.DataFrame({"id": list(graph.institution_ids), **united}, schema_overrides={"id": pl.String})
    return _ranked(rows.join(snapshot.frame("institutions", ["id", "name"]), on="id", how="left"), measure)


def _ranked(rows: pl.DataFrame, measure: str) -> list[dict[str, Any]]:
    counts = [name for name, item in measures().items() if item.unit in {"models", "accounts"}]
    ranked = (
        rows.filter(pl.col("children") > 0)
        .with_columns(
            pl.col(counts).cast(pl.Int64),
            rank=pl.col(measure).rank("min", descending=True).cast(pl.Int64),
        )
        .sort("rank", "id")
    )
    front = [name for name in ("id", "name", "rank") if name in ranked.columns]
    return ranked.select(*front, *measures()).to_dicts()
