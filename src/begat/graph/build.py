"""From the tables of a snapshot to the arrays."""

import numpy as np
import polars as pl

from begat.graph.arrays import RELATIONS, Graph, Ids
from begat.snapshot import Snapshot

__all__ = ["build"]


def build(snapshot: Snapshot, *, inferred: bool = False) -> Graph:
    """Build the graph of a snapshot from its columns, without a step per row.

    Every model of ``models`` is a node; every pair with a status resolved or dangling is an edge, and with
    `inferred` every pair of ``inferences`` whose models are both known.
    The kind of an edge is that of its statement with the highest ``kind_confidence``.
    """
    models = snapshot.frame("models", ["id", "platform", "account"]).sort("id")
    number = models.select("id").with_row_index("node")
    edges = _edges(_stated(snapshot, inferred=inferred), number)
    accounts = _accounts(snapshot, models)
    account_ids = _codes(accounts, "account")
    institution_ids = _codes(accounts, "institution")
    return Graph(
        ids=Ids.of_arrow(models["id"].to_arrow()),
        child=edges["child"].to_numpy().astype(np.int32),
        parent=edges["parent"].to_numpy().astype(np.int32),
        relation=edges["relation"].to_numpy().astype(np.int8),
        share=edges["share"].to_numpy().astype(np.float64),
        account=_numbered(accounts, "account", account_ids),
        institution=_numbered(accounts, "institution", institution_ids),
        twin=_twins(snapshot, number),
        account_ids=Ids.of_arrow(account_ids["account"].to_arrow()),
        institution_ids=Ids.of_arrow(institution_ids["institution"].to_arrow()),
    )


def _stated(snapshot: Snapshot, *, inferred: bool) -> pl.DataFrame:
    """Pairs of child and parent, one row a statement."""
    columns = ["child", "parent", "relation", "ordinal", "share", "status", "kind_confidence"]
    edges = pl.col("status").is_in(["resolved", "dangling", "duplicate"])
    declared = snapshot.frame("derivations", columns).filter(edges).drop("status")
    if not inferred:
        return declared
    guessed = snapshot.frame("inferences", ["child", "parent", "relation", "kind_confidence"])
    return pl.concat([declared, guessed.with_columns(ordinal=pl.lit(0, pl.Int64))], how="diagonal")


def _edges(statements: pl.DataFrame, number: pl.DataFrame) -> pl.DataFrame:
    code = {name: place for place, name in enumerate(RELATIONS)}
    stated = statements.join(number, left_on="child", right_on="id").join(
        number, left_on="parent", right_on="id", suffix="_parent"
    )
    numbered = (
        stated.with_columns(pl.col("relation").replace_strict(code, return_dtype=pl.Int8))
        .sort("kind_confidence", "relation", descending=[True, False], nulls_last=True)
        .group_by("node", "node_parent", maintain_order=True)
        .agg(
            pl.col("relation").first(),
            pl.col("ordinal").min(),
            pl.col("share").drop_nulls().first(),
        )
    )
    split = 1.0 / pl.len().over("node")
    whole = pl.col("share").is_not_null().all().over("node")
    return (
        numbered.sort("node", "ordinal", "node_parent")
        .with_columns(share=pl.when(whole).then("share").otherwise(split))
        .with_columns(share=pl.col("share") / pl.col("share").sum().over("node"))
        .select("relation", "share", child="node", parent="node_parent")
    )


def _accounts(snapshot: Snapshot, models: pl.DataFrame) -> pl.DataFrame:
    """Account (``platform:name``) and institution of each model, in node order."""
    operated = snapshot.frame("accounts", ["platform", "account", "institution", "current"]).filter("current")
    return models.join(operated, on=["platform", "account"], how="left", maintain_order="left").select(
        account=pl.concat_str("platform", pl.lit(":"), "account"),
        institution="institution",
    )


def _twins(snapshot: Snapshot, number: pl.DataFrame) -> np.ndarray:
    """The node that each model mirrors, by the first statement; itself where it mirrors none."""
    mirrors = (
        snapshot.frame("aliases", ["id", "resolved", "kind"])
        .filter(pl.col("kind") == "mirror")
        .join(number, left_on="resolved", right_on="id", maintain_order="left")
        .select("id", twin="node")
        .unique("id", keep="first", maintain_order=True)
    )
    joined = number.join(mirrors, on="id", how="left", maintain_order="left")
    return joined.select(pl.coalesce("twin", "node")).to_series().to_numpy().astype(np.int32)


def _codes(accounts: pl.DataFrame, column: str) -> pl.DataFrame:
    return accounts.select(column).drop_nulls().unique().sort(column).with_row_index("code")


def _numbered(accounts: pl.DataFrame, column: str, codes: pl.DataFrame) -> np.ndarray:
    joined = accounts.select(column).join(codes, on=column, how="left", maintain_order="left")
    return joined["code"].cast(pl.Int32).fill_null(-1).to_numpy().astype(np.int32)
