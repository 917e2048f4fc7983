"""A dataset, system or benchmark with the models that it belongs to."""

from typing import Any

import numpy as np
import polars as pl

from begat.answer.census import Census
from begat.answer.portrait import model_rows, spread
from begat.answer.show import show

__all__ = ["thing"]

Row = dict[str, Any]


def thing(census: Census, kind: str, key: str) -> Row:
    """Return what is known of a dataset, system or benchmark.

    Returns
    -------
    dict
        What `begat.answer.show.show` returns, and ``counts`` and ``rows``: of a dataset the models that
        state to be trained on it, of a system how many models name it as their library, of a benchmark
        its results by name, metric and source.

    Notes
    -----
    O(rows about it) where a table is in order of what it is about.
    """
    facts = show(census.snapshot, kind, key)
    further = {"dataset": _trained, "system": _library, "benchmark": _results}[kind]
    return {**{name: value for name, value in facts.items() if name != "models"}, **further(census, facts)}


def _trained(census: Census, facts: Row) -> Row:
    """Return the models trained on a dataset, by reach, each with the stages and sources that state it."""
    said: dict[str, Row] = {}
    for row in facts["models"]:
        known = said.setdefault(row["model"], {"stage": set(), "source": set()})
        for name in known:
            known[name] |= {row[name]} - {None}
    nodes = [census.graph.ids.find(name) for name in said]
    known_nodes = np.array(sorted(node for node in nodes if node is not None), dtype=np.int64)
    rows = [
        {**row, **{name: ", ".join(sorted(values)) for name, values in said[row["id"]].items()}}
        for row in model_rows(census, known_nodes, len(known_nodes))
    ]
    owners = spread(census.graph.account[known_nodes])
    return {"counts": {"models": len(said), "accounts": owners}, "rows": rows}


def _library(census: Census, facts: Row) -> Row:
    """Count the models that name a system as their library."""
    rows = [
        {"id": name, "models": census.libraries[name]}
        for name in facts["libraries"] or ()
        if name in census.libraries
    ]
    return {"counts": {"models": sum(row["models"] for row in rows)}, "rows": rows}


def _results(census: Census, facts: Row) -> Row:
    """Count the results of a benchmark under all its names."""
    names = [facts["id"], *_other_names(census, facts["id"])]
    table = census.snapshot.table("evaluations", where=[("benchmark", "in", names)])
    found = pl.DataFrame(pl.from_arrow(table))
    rows = (
        found.group_by("benchmark", "metric", "source")
        .agg(
            results=pl.len(),
            models=pl.col("model").n_unique(),
            least=pl.col("value").min(),
            most=pl.col("value").max(),
            since=pl.col("evaluated_on").min().cast(pl.String),
            until=pl.col("evaluated_on").max().cast(pl.String),
        )
        .sort(["results", "benchmark", "metric", "source"], descending=[True, False, False, False])
        .rename({"benchmark": "id"})
    )
    counts = {"results": found.height, "models": found["model"].n_unique(), "names": names}
    return {"counts": counts, "rows": rows.to_dicts()}


def _other_names(census: Census, key: str) -> list[str]:
    table = census.snapshot.table("benchmarks", ["id"], where=[("same_as", "=", key)])
    return sorted(table["id"].to_pylist())
