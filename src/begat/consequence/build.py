"""The graph of what went into what, from the tables of a snapshot, without a step per row."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.consequence.supply import EVIDENCE, FROM_DATASET, INFERRED, KINDS, MIRROR, TRAINED_ON, Supply
from begat.graph import Graph, Ids
from begat.influence.figures import EPOCH, UNKNOWN
from begat.influence.scope import DECLARED
from begat.snapshot import Snapshot

__all__ = ["EDGES", "build", "numbered"]

EDGES = ["resolved", "dangling", "duplicate"]
"""Statuses of derivations of which it is known what they are from."""


def build(snapshot: Snapshot, graph: Graph) -> Supply:
    """Build it; O(rows log rows)."""
    models = pl.DataFrame({"id": pl.Series(graph.ids.to_arrow(), dtype=pl.String)}).with_row_index("node")
    datasets = (
        snapshot.frame("datasets", ["id", "platform", "account", "derived_from"])
        .drop_nulls("id")
        .unique("id", keep="first")
        .sort("id")
        .with_row_index("node", offset=graph.n)
    )
    links = pl.concat(
        [
            _derivations(snapshot, graph, models),
            _inferences(snapshot, models),
            _training(snapshot, models, datasets),
            _datasets(datasets),
            _mirrors(graph),
        ]
    )
    edges = (
        links.filter(pl.col("child") != pl.col("parent"))
        .sort("child", "evidence", "kind", "parent")
        .group_by("child", "parent", maintain_order=True)
        .agg(pl.col("kind", "evidence").first(), pl.col("stated_on").min())
    )
    bases, others = _open_ends(snapshot, models, graph.n + datasets.height)
    nodes = _nodes(snapshot, graph, datasets, edges)
    return Supply(
        graph=nodes,
        models=graph.n,
        evidence=edges["evidence"].to_numpy().astype(np.int8),
        stated_on=edges["stated_on"].fill_null(UNKNOWN).to_numpy().astype(np.int32),
        open_ends=bases + others,
        open_bases=bases,
        whole=_whole(snapshot, nodes.institution_ids),
    )


def _derivations(snapshot: Snapshot, graph: Graph, models: pl.DataFrame) -> pl.DataFrame:
    """Links of the graph of lineage, with the best evidence and first day of their statements."""
    columns = ["child", "parent", "method", "status", "stated_on"]
    stated = snapshot.frame("derivations", columns).filter(pl.col("status").is_in(EDGES))
    known = (
        numbered(numbered(stated, models, "child"), models, "parent")
        .group_by("child", "parent")
        .agg(pl.col("method").is_in(DECLARED).any().alias("declared"), pl.col("stated_on").min())
    )
    edges = pl.DataFrame({"child": graph.child, "parent": graph.parent, "kind": graph.relation})
    found = edges.cast({"child": pl.UInt32, "parent": pl.UInt32}).join(
        known, on=["child", "parent"], how="left"
    )
    return _links(found, "kind", _evidence("declared"))


def _inferences(snapshot: Snapshot, models: pl.DataFrame) -> pl.DataFrame:
    guessed = snapshot.frame("inferences", ["child", "parent", "relation"])
    links = numbered(numbered(guessed, models, "child"), models, "parent")
    code = {name: place for place, name in enumerate(KINDS)}
    return _links(
        links.with_columns(
            pl.col("relation").replace_strict(code, return_dtype=pl.Int8), stated_on=pl.lit(None, pl.Date)
        ),
        "relation",
        pl.lit(INFERRED),
    )


def _training(snapshot: Snapshot, models: pl.DataFrame, datasets: pl.DataFrame) -> pl.DataFrame:
    stated = snapshot.frame("trained_on", ["model", "dataset", "method", "stated_on"]).drop_nulls("dataset")
    links = numbered(
        numbered(stated.rename({"model": "child", "dataset": "parent"}), models, "child"), datasets, "parent"
    )
    kind = pl.lit(KINDS.index(TRAINED_ON)).alias("kind")
    return _links(
        links.with_columns(kind, declared=pl.col("method").is_in(DECLARED)), "kind", _evidence("declared")
    )


def _datasets(datasets: pl.DataFrame) -> pl.DataFrame:
    """Links between datasets; they are stated on their own cards."""
    stated = datasets.select(child="node", parent="derived_from").explode("parent").drop_nulls("parent")
    links = numbered(stated, datasets, "parent").with_columns(
        kind=pl.lit(KINDS.index(FROM_DATASET)), stated_on=pl.lit(None, pl.Date)
    )
    return _links(links, "kind", pl.lit(0))


def _mirrors(graph: Graph) -> pl.DataFrame:
    """Links from a model to the one that catalogues, or equal names, say it mirrors."""
    node = np.arange(graph.n)
    mirrors = node[graph.twin != node]
    links = pl.DataFrame({"child": mirrors, "parent": graph.twin[mirrors]}).with_columns(
        kind=pl.lit(KINDS.index(MIRROR)), stated_on=pl.lit(None, pl.Date)
    )
    return _links(links, "kind", pl.lit(EVIDENCE.index("reported")))


def _open_ends(
    snapshot: Snapshot, models: pl.DataFrame, n: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return how many untold models gave their weights to each node, and how much else untold went in."""
    stated = snapshot.frame("derivations", ["child", "parent_raw", "relation", "status"])
    parents = (
        stated.filter(pl.col("status") == "unresolved")
        .group_by("child", "parent_raw")
        .agg((pl.col("relation") == "distilled").all().alias("distilled"))
    )
    data = snapshot.frame("trained_on", ["model", "dataset_raw", "dataset"])
    untold = data.filter(pl.col("dataset").is_null()).unique(["model", "dataset_raw"])
    bases = parents.filter(~pl.col("distilled")).select("child")
    others = pl.concat([parents.filter("distilled").select("child"), untold.select(child="model")])
    return _counted(bases, models, n), _counted(others, models, n)


def _counted(rows: pl.DataFrame, models: pl.DataFrame, n: int) -> NDArray[np.int32]:
    counted = numbered(rows, models, "child").group_by("child").len()
    found = np.zeros(n, dtype=np.int32)
    found[counted["child"].to_numpy()] = counted["len"].to_numpy()
    return found


def numbered(rows: pl.DataFrame, things: pl.DataFrame, column: str) -> pl.DataFrame:
    """Replace the ids of a column by nodes; rows without one are left out."""
    number = things.select(pl.col("id").alias(column), "node")
    return rows.join(number, on=column).drop(column).rename({"node": column})


def _evidence(declared: str) -> pl.Expr:
    return pl.when(declared).then(0).otherwise(1)


def _links(rows: pl.DataFrame, kind: str, evidence: pl.Expr) -> pl.DataFrame:
    return rows.select(
        pl.col("child", "parent").cast(pl.UInt32),
        kind=pl.col(kind).cast(pl.Int8),
        evidence=evidence.cast(pl.Int8),
        stated_on=(pl.col("stated_on") - EPOCH).dt.total_days().cast(pl.Int32),
    )


def _nodes(snapshot: Snapshot, graph: Graph, datasets: pl.DataFrame, edges: pl.DataFrame) -> Graph:
    """Return the graph of lineage with the datasets behind its models, and other edges."""
    operated = snapshot.frame("accounts", ["platform", "account", "institution", "current"]).filter("current")
    owners = datasets.join(operated, on=["platform", "account"], how="left", maintain_order="left").select(
        account=pl.concat_str("platform", pl.lit(":"), "account"), institution="institution"
    )
    account, account_ids = _owned(graph.account, graph.account_ids, owners["account"])
    institution, institution_ids = _owned(graph.institution, graph.institution_ids, owners["institution"])
    n = graph.n + datasets.height
    return Graph(
        ids=_joined(graph.ids, datasets["id"]),
        child=edges["child"].to_numpy().astype(np.int32),
        parent=edges["parent"].to_numpy().astype(np.int32),
        relation=edges["kind"].to_numpy().astype(np.int8),
        share=np.ones(edges.height),
        account=account,
        institution=institution,
        twin=np.concatenate((graph.twin, np.arange(graph.n, n, dtype=np.int32))),
        account_ids=account_ids,
        institution_ids=institution_ids,
    )


def _whole(snapshot: Snapshot, ids: Ids) -> NDArray[np.int32]:
    """Return of each institution the first of those that are part of the same, as the table has them."""
    stated = snapshot.frame("institutions", ["id", "parent"]).drop_nulls()
    parent = dict(stated.iter_rows())
    first: dict[str, int] = {}
    return np.array([first.setdefault(_top(name, parent), place) for place, name in enumerate(ids)], np.int32)


def _top(name: str, parent: Mapping[str, str]) -> str:
    seen = {name}
    while (above := parent.get(name)) is not None and above not in seen:
        seen.add(above)
        name = above
    return name


def _owned(codes: Any, ids: Ids, owners: pl.Series) -> tuple[Any, Ids]:
    """Return the codes of models and datasets among the owners of both, and these, sorted."""
    known = pl.Series(ids.to_arrow(), dtype=pl.String)
    every = pl.concat([known, owners.drop_nulls()]).unique().sort()
    place = pl.DataFrame({"id": every}).with_row_index("place")
    moved = pl.DataFrame({"id": known}).join(place, on="id", how="left", maintain_order="left")["place"]
    added = pl.DataFrame({"id": owners}).join(place, on="id", how="left", maintain_order="left")["place"]
    of_models = np.append(moved.to_numpy().astype(np.int32), np.int32(UNKNOWN))[codes]
    of_datasets = added.cast(pl.Int32).fill_null(UNKNOWN).to_numpy()
    return np.concatenate((of_models, of_datasets)).astype(np.int32), Ids.of_arrow(every.to_arrow())


def _joined(models: Ids, datasets: pl.Series) -> Ids:
    more = Ids.of_arrow(datasets.to_arrow())
    return Ids(
        np.concatenate((models.block, more.block)),
        np.concatenate((models.ends, models.ends[-1] + more.ends[1:])),
    )
