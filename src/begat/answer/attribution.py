"""Whose a thing is: the institution of its uploader, or that of the models it was made from."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from begat.graph import Graph
from begat.influence.share import root_shares
from begat.snapshot import Snapshot

__all__ = ["by_base", "uploaders"]


def uploaders(snapshot: Snapshot, table: str = "models") -> pl.DataFrame:
    """Return the institution that each model (or dataset) belongs to through its account.

    Returns
    -------
    DataFrame
        ``id, institution, country, assumed``; `assumed` says that the account's institution rests on
        general knowledge. Things whose account has no institution are left out.
    """
    accounts = snapshot.frame("accounts", ["platform", "account", "institution", "basis", "current"])
    countries = snapshot.frame("institutions", ["id", "country"]).rename({"id": "institution"})
    operated = (
        accounts.filter("current")
        .join(countries, on="institution", how="left")
        .with_columns(assumed=pl.col("basis") == "assumed")
    )
    things = snapshot.frame(table, ["id", "platform", "account"])
    return things.join(operated, on=["platform", "account"]).select("id", "institution", "country", "assumed")


def by_base(graph: Graph, ids: Sequence[str]) -> pl.DataFrame:
    """Return the institutions of the base models that models lead back to, with their parts.

    Returns
    -------
    DataFrame
        ``id, institution, part``; the parts of a model sum to 1. `institution` is null where that of a
        root is unknown. Models that the graph does not hold are left out.
    """
    found = [(key, node) for key in ids if (node := graph.ids.find(key)) is not None]
    roots = root_shares(graph, np.array([node for _, node in found], dtype=np.int64))
    names = [*graph.institution_ids, None]
    return pl.DataFrame(
        {
            "id": [found[place][0] for place in roots.place],
            "institution": [names[number] for number in graph.institution[roots.root]],
            "part": roots.part,
        },
        schema={"id": pl.String, "institution": pl.String, "part": pl.Float64},
    )
