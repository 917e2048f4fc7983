"""What people state about derivations, right and wrong, and the other names of models."""

import numpy as np
import polars as pl

from begat.graph import RELATIONS
from begat.sources.hub_stats import SOURCE as HUB_STATS
from begat.synth import shape
from begat.synth.chance import Ints
from begat.synth.generate import Hub
from begat.synth.names import PLATFORM

__all__ = ["former_ids", "legacy_ids", "ordinals", "statements"]

METHOD = np.array(["tags-finetune" if relation == "finetune" else "tags" for relation in RELATIONS])
FINETUNE, UNDETERMINED = RELATIONS.index("finetune"), RELATIONS.index("undetermined")
JUNK = {
    "./output/checkpoint-{}": "local path",
    "/cache/models/{}": "local path",
    "synthetic-account/a-name-that-was-cut-{}...": "cut off",
    "a model of ours, no. {} (100 % 合成)": "free text",
    "Removed": "no name",
}
"""Texts in the place of a base model, and why they lead nowhere."""


def statements(hub: Hub) -> pl.DataFrame:
    """Return all statements: ``child, parent, parent_raw, resolution, relation, method, ordinal``, how sure.

    An edge is stated once, by its kind's method of the Hub's tags; some of them twice, or by the card with
    another kind. `parent` is null where the text is no model.
    """
    edges, dirt = hub.derivations, hub.dirt
    rows = np.concatenate([np.arange(len(edges.child)), dirt.duplicates, dirt.contested])
    relation = edges.relation[rows].copy()
    method = METHOD[relation]
    relation[len(rows) - len(dirt.contested) :] = FINETUNE
    method[len(rows) - len(dirt.contested) :] = "card"
    stated = pl.DataFrame(
        {
            "child": hub.ids.gather(edges.child[rows]),
            "parent": hub.ids.gather(edges.parent[rows]),
            "parent_raw": _written(hub).gather(rows),
            "resolution": _resolved(hub)[rows].astype(str),
            "relation": pl.Series(RELATIONS).gather(relation),
            "method": method,
            "ordinal": ordinals(edges.child)[rows],
        }
    )
    return _sure(pl.concat([stated, _loops(hub), _junk(hub)], how="diagonal"))


def ordinals(child: Ints) -> Ints:
    """Return the place of each edge among those of its child."""
    order = np.argsort(child, kind="stable")
    ordered = child[order]
    place = np.empty_like(child)
    place[order] = np.arange(len(child)) - np.searchsorted(ordered, ordered)
    return place


def former_ids(hub: Hub, models: Ints) -> pl.Series:
    """Return the ids that renamed models had: the same name under an account that is gone."""
    number = pl.lit(pl.Series(models + 1)).cast(pl.String).str.zfill(7)
    text = pl.format(f"{PLATFORM}:former-{{}}/{{}}", number, pl.lit(hub.names.gather(models)))
    return pl.select(text).to_series()


def legacy_ids(hub: Hub, models: Ints) -> pl.Series:
    """Return ids without an owner, as the oldest models have."""
    return f"{PLATFORM}:" + hub.names.gather(models)


def _written(hub: Hub) -> pl.Series:
    """How each edge's statement writes the parent: its id, an older one, or the name in capitals."""
    parent, dirt = hub.derivations.parent, hub.dirt
    text = hub.ids.gather(parent)
    text = text.scatter(dirt.by_former, former_ids(hub, parent[dirt.by_former]))
    text = text.scatter(dirt.by_legacy, legacy_ids(hub, parent[dirt.by_legacy]))
    plain = text.gather(dirt.by_case).str.strip_prefix(f"{PLATFORM}:")
    return text.scatter(dirt.by_case, f"{PLATFORM}:" + plain.str.to_uppercase())


def _resolved(hub: Hub) -> np.ndarray:
    """How each edge's text leads to its parent."""
    edges, dirt = hub.derivations, hub.dirt
    found = np.where(np.isin(edges.parent, edges.unlisted), "unlisted", "exact")
    for places, method in ((dirt.by_former, "alias"), (dirt.by_legacy, "alias"), (dirt.by_case, "case")):
        found[places] = method
    return found


def _loops(hub: Hub) -> pl.DataFrame:
    own = hub.ids.gather(hub.dirt.loops)
    return pl.DataFrame(
        {"child": own, "parent": own, "parent_raw": own, "relation": "finetune", "method": "tags-finetune"}
    ).with_columns(resolution=pl.lit("exact"), ordinal=pl.lit(0, dtype=pl.Int64))


def _junk(hub: Hub) -> pl.DataFrame:
    models = hub.dirt.junk
    kind = np.arange(len(models)) % len(JUNK)
    form, reason = (pl.Series(list(column)).gather(kind) for column in (JUNK.keys(), JUNK.values()))
    number = pl.lit(pl.Series(models)).cast(pl.String)
    return pl.DataFrame({"child": hub.ids.gather(models)}).with_columns(
        parent_raw=pl.lit(form).str.replace("{}", number, literal=True),
        resolution=pl.lit(reason),
        relation=pl.lit("undetermined"),
        method=pl.lit("card"),
        ordinal=pl.lit(0, dtype=pl.Int64),
    )


def _sure(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill in how sure the Hub's methods are."""
    method = pl.col("method")
    sure = {name: item.confidence for name, item in HUB_STATS.methods.items()}
    kinds = {name: item.kind_confidence for name, item in HUB_STATS.methods.items()}
    return frame.with_columns(
        stated_on=pl.lit(shape.DAY),
        confidence=method.replace_strict(sure, return_dtype=pl.Float64),
        kind_confidence=method.replace_strict(kinds, return_dtype=pl.Float64),
    )
