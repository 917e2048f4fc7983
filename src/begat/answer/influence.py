"""Influence of models and of groups of models, several measures beside each other."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.errors import InputError, UnknownName
from begat.graph import Graph, credit_graph
from begat.influence.burst import bursts, without
from begat.influence.figures import Figures, figures
from begat.influence.measure.base import Measure, measure_named, measures
from begat.snapshot import Snapshot

__all__ = ["GROUPS", "influence"]

GROUPS = ("model", "institution", "country", "kind")


def influence(
    snapshot: Snapshot,
    graph: Graph,
    *,
    by: str = "model",
    measure: str = "reach",
    without_bursts: bool = False,
) -> list[dict[str, Any]]:
    """Rank models or groups of them by one measure, the others beside it.

    Parameters
    ----------
    snapshot : Snapshot
        Where names, downloads and dates come from.
    graph : Graph
        The derivation graph.
    by : str
        One of `GROUPS`. An institution has the models of those that it is the parent of, too.
    measure : str
        The measure to order by.
    without_bursts : bool
        Leave out the derivations that `begat.influence.burst` finds to be mass uploads.

    Returns
    -------
    list of dict
        ``id``, ``rank`` (equal values share the best rank) and a value for every measure, None where
        the snapshot has not the figures for it, best first; only those with recorded derivatives, and
        those without a value of this measure last, without rank.

    Raises
    ------
    UnknownName
        If there is no such measure or group.
    InputError
        If the measure is none of models, or the snapshot has not the figures for it.
    """
    if by not in GROUPS:
        raise UnknownName("group", by, hint=f"Known: {', '.join(GROUPS)}.")
    known = figures(snapshot, graph)
    _check(measure_named(measure), by, known)
    if without_bursts:
        graph = without(graph, bursts(graph, known).edges)
    credit = credit_graph(graph)
    able = {name: item for name, item in measures().items() if item.known(known)}
    values = {name: item.values(credit, known) for name, item in able.items()}
    if by == "model":
        return _ranked(pl.DataFrame({"id": list(graph.ids), **values}), measure, by)
    names, group = _groups(snapshot, graph, by)
    united = {
        name: item.by_group(credit, group, len(names), values[name], known) for name, item in able.items()
    }
    return _ranked(names.with_columns(**united), measure, by)


def _check(measure: Measure, by: str, known: Figures) -> None:
    """Raise if models or groups can't be ordered by a measure."""
    if by == "model" and measure.groups_only:
        raise InputError(
            f"{measure.name} is a measure of groups of models, not of one", hint="Add --by institution."
        )
    if not measure.known(known):
        raise InputError(
            f"{measure.name} needs {' and '.join(measure.needs)}, and this snapshot has none",
            hint="Import a source that has them.",
        )


def _groups(snapshot: Snapshot, graph: Graph, by: str) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    """Return id and name of each group, and the group of each node, -1 for none."""
    columns = ["id", "name", "kind", "country", "parent"]
    table = snapshot.frame("institutions", columns).drop_nulls("id").unique("id", keep="first")
    known = {row["id"]: row for row in table.iter_rows(named=True)}
    label = {
        institution: _eldest(institution, known)
        if by == "institution"
        else known.get(institution, {}).get(by)
        for institution in graph.institution_ids
    }
    ids = sorted({each for each in label.values() if each is not None})
    code = {each: place for place, each in enumerate(ids)}
    codes = [code.get(label[institution], -1) for institution in graph.institution_ids]
    names = pl.DataFrame({"id": ids}, schema={"id": pl.String})
    if by == "institution":
        names = names.join(table.select("id", "name"), on="id", how="left", maintain_order="left")
    return names, np.array([*codes, -1], dtype=np.int64)[graph.institution]


def _eldest(institution: str, known: Mapping[str, Mapping[str, Any]]) -> str:
    """Follow the parents of an institution to the last; a circle ends with its first name in the alphabet."""
    line = [institution]
    while (parent := known.get(line[-1], {}).get("parent")) is not None:
        if parent in line:
            return min(line[line.index(parent) :])
        line.append(parent)
    return line[-1]


def _ranked(rows: pl.DataFrame, measure: str, by: str) -> list[dict[str, Any]]:
    asked = {name: item for name, item in measures().items() if not (by == "model" and item.groups_only)}
    missing = [name for name in asked if name not in rows.columns]
    counts = [name for name, item in asked.items() if item.counts]
    ranked = (
        rows.filter(pl.col("children") > 0)
        .fill_nan(None)
        .with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in missing)
        .with_columns(
            pl.col(counts).cast(pl.Int64),
            rank=pl.col(measure).rank("min", descending=True).cast(pl.Int64),
        )
        .sort("rank", "id", nulls_last=True)
    )
    front = [name for name in ("id", "name", "rank") if name in ranked.columns]
    return ranked.select(*front, *asked).to_dicts()
