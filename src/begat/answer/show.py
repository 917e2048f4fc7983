"""Everything a snapshot says about one thing."""

from typing import Any

import polars as pl

from begat.licences import told
from begat.snapshot import Snapshot

__all__ = ["KINDS", "show"]

KINDS = {
    "model": "models",
    "dataset": "datasets",
    "institution": "institutions",
    "system": "systems",
    "benchmark": "benchmarks",
}
"""Kinds of things with a row of their own, and their table; in the order in which an id is tried."""


def show(snapshot: Snapshot, kind: str, key: str) -> dict[str, Any]:
    """Return the row of a thing with what other tables say of it.

    Returns
    -------
    dict
        ``type``, the columns of its table (null where nothing is known), ``licence_terms`` of what has a
        licence, ``figures`` (each with date and source), ``contested`` values, and what belongs to its
        kind: parents and datasets of a model, models of a dataset, accounts of an institution.
    """
    (facts,) = snapshot.table(KINDS[kind], where=[("id", "=", key)]).to_pylist()
    further = {
        "model": _of_model,
        "dataset": _of_dataset,
        "institution": _of_institution,
    }.get(kind)
    subject = (facts["osir"] or key) if kind == "institution" else key
    return {
        "type": kind,
        **facts,
        **({"licence_terms": facts["licence"] and told(facts["licence"])} if "licence" in facts else {}),
        **(further(snapshot, key) if further else {}),
        "figures": _figures(snapshot, kind, subject),
        "contested": _rows(snapshot, "contested", kind=kind, id=key),
    }


def _of_model(snapshot: Snapshot, key: str) -> dict[str, Any]:
    columns = ["parent", "parent_raw", "relation", "status", "source", "method", "stated_on"]
    return {
        "bases": _rows(snapshot, "derivations", columns, child=key),
        "trained_on": _rows(snapshot, "trained_on", ["dataset", "stage", "source"], model=key),
        "aliases": _rows(snapshot, "aliases", ["id", "kind", "source"], resolved=key),
    }


def _of_dataset(snapshot: Snapshot, key: str) -> dict[str, Any]:
    return {"models": _rows(snapshot, "trained_on", ["model", "stage", "source"], dataset=key)}


def _of_institution(snapshot: Snapshot, key: str) -> dict[str, Any]:
    columns = ["platform", "account", "basis", "stated_on", "source"]
    return {"accounts": _rows(snapshot, "accounts", columns, institution=key)}


def _figures(snapshot: Snapshot, kind: str, subject: str) -> list[dict[str, Any]]:
    columns = ["metric", "value", "observed_on", "observed_before", "method", "source"]
    return _rows(snapshot, "observations", columns, subject_kind=kind, subject=subject)


def _rows(
    snapshot: Snapshot, table: str, columns: list[str] | None = None, **equal: str
) -> list[dict[str, Any]]:
    found = snapshot.table(table, where=[(name, "=", value) for name, value in equal.items()])
    frame = pl.DataFrame(pl.from_arrow(found))
    wanted = columns or [name for name in frame.columns if name not in equal]
    return frame.select(wanted).with_columns(pl.col(pl.Date).cast(pl.String)).to_dicts()
