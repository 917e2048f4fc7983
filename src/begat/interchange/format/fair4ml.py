"""A page about one model in FAIR4ML 0.1.0 and schema.org, as JSON-LD."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from begat.graph import RELATIONS
from begat.ids import BASE
from begat.interchange.format.base import Content, Format
from begat.interchange.part import Part
from begat.store.things import iri

__all__ = ["CONTEXT", "FORMAT"]

Node = dict[str, Any]

CONTEXT: Mapping[str, Any] = {
    "schema": "http://schema.org/",
    "fair4ml": "https://w3id.org/fair4ml#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "@vocab": "http://schema.org/",
    "MLModel": "fair4ml:MLModel",
    "MLModelEvaluation": "fair4ml:MLModelEvaluation",
    **{
        name: {"@id": f"fair4ml:{name}", "@type": "@id"}
        for name in (
            "fineTunedFrom", "trainedOn", "sharedBy", "hasEvaluation", "evaluatedMLModel",
            "evaluationDataset",
        )
    },
    "mlTask": "fair4ml:mlTask",
    "evaluationMetrics": "fair4ml:evaluationMetrics",
    **{name: {"@type": "@id"} for name in ("url", "license", "isBasedOn", "citation")},
    "dateCreated": {"@type": "xsd:dateTime"},
    "dateModified": {"@type": "xsd:dateTime"},
    "sdDatePublished": {"@type": "xsd:date"},
}  # fmt: skip
"""FAIR4ML speaks of ``http://schema.org/``, begat's store of ``https``: they would not join."""

FINE_TUNED = {"finetune", "adapter"}
"""Relations that FAIR4ML's one property covers; an adapter only about. The others are ``isBasedOn``."""


def write(content: Content, path: Path) -> None:
    """Write the page of a model; what is not known is left out."""
    path.write_text(json.dumps(_page(content), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _page(content: Content) -> Node:
    assert content.node is not None
    key = content.graph().ids[content.node]
    part = Part(content.snapshot.path, frozenset([key]))
    (model,) = part.frame("models").to_dicts()
    about = {
        "@context": dict(CONTEXT),
        **_model(key),
        **_dates(model),
        "license": _licence(model),
        "mlTask": model["task"],
        "sharedBy": _agent(part, model),
        "citation": [f"https://arxiv.org/abs/{paper}" for paper in model["papers"] or ()],
        **_parents(content),
        "trainedOn": [_dataset(part, row) for row in part.frame("datasets").sort("id").to_dicts()],
        "hasEvaluation": _evaluations(part, iri("model", key)),
        "sdDatePublished": str(content.snapshot.date),
    }
    return _told(about)


def _model(key: str) -> Node:
    return {
        "@id": iri("model", key),
        "@type": "MLModel",
        "identifier": key,
        "name": key,
        **_url(iri("model", key)),
    }


def _url(address: str) -> Node:
    """The page of a thing, where its IRI is one."""
    return {} if address.startswith(BASE) else {"url": address}


def _dates(row: Mapping[str, Any]) -> Node:
    days = {"dateCreated": row["created_at"], "dateModified": row["modified_at"]}
    return {name: day.isoformat().replace("+00:00", "Z") for name, day in days.items() if day is not None}


def _licence(row: Mapping[str, Any]) -> str | None:
    return None if row["licence"] is None else iri("licence", row["licence"])


def _agent(part: Part, row: Mapping[str, Any]) -> Node | None:
    """Who operates the account of a thing; the account itself where nobody knows."""
    if row["account"] is None:
        return None
    same = (pl.col("platform") == row["platform"]) & (
        pl.col("account").str.to_lowercase() == row["account"].lower()
    )
    operators = part.frame("accounts").filter(same, "current")["institution"].drop_nulls()
    known = part.frame("institutions").filter(pl.col("id").is_in(operators.implode()))
    if len(known):
        about = known.row(0, named=True)
        return {"@id": iri("institution", about["id"]), "@type": "Organization", "name": about["name"]}
    account = iri("account", f"{row['platform']}:{row['account']}")
    return {"@id": account, "@type": "Organization", "name": row["account"], **_url(account)}


def _parents(content: Content) -> Node:
    graph = content.graph()
    found: dict[str, list[Node]] = {"fineTunedFrom": [], "isBasedOn": []}
    for edge in graph.to_parents(np.array([content.node])).tolist():
        relation = RELATIONS[graph.relation[edge]]
        name = "fineTunedFrom" if relation in FINE_TUNED else "isBasedOn"
        found[name].append(_model(graph.ids[int(graph.parent[edge])]))
    return found


def _dataset(part: Part, row: Mapping[str, Any]) -> Node:
    address = iri("dataset", row["id"])
    about = {
        "@id": address,
        "@type": "Dataset",
        "identifier": row["id"],
        "name": row["id"],
        **_url(address),
        **_dates(row),
        "license": _licence(row),
        "creator": _agent(part, row),
    }
    return _told(about)


def _evaluations(part: Part, model: str) -> list[Node]:
    benchmarks = part.frame("benchmarks").select("id", "name", "dataset")
    rows = part.frame("evaluations").join(
        benchmarks, left_on="benchmark", right_on="id", how="left", maintain_order="left"
    )
    return [_evaluation(row, model) for row in rows.to_dicts()]


def _evaluation(row: Mapping[str, Any], model: str) -> Node:
    dataset = row["dataset"]
    return _told(
        {
            "@type": "MLModelEvaluation",
            "name": row["name"] or row["benchmark"],
            "evaluatedMLModel": model,
            "evaluationDataset": None if dataset is None else iri("dataset", dataset),
            "evaluationMetrics": f"{row['metric']}: {row['value']}",
            "dateCreated": None if row["evaluated_on"] is None else _day(row["evaluated_on"]),
        }
    )


def _day(day: date) -> Node:
    return {"@value": str(day), "@type": "xsd:date"}


def _told(node: Node) -> Node:
    """Return a node without what is not known."""
    return {name: value for name, value in node.items() if value not in (None, [])}


FORMAT = Format(
    "fair4ml", "FAIR4ML 0.1.0 with schema.org, a page about a model", "application/ld+json", ".jsonld", write,
    whole=False,
)  # fmt: skip
