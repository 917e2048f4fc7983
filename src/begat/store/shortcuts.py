"""Shortcuts: what would take a walk through the lineage, as facts in the default graph.

All come from one table, the pairs of a model and an ancestor. The pairs themselves are not written: they
are twice as many as the edges, and a walk from one model is fast enough.
"""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.licences import commercial_use
from begat.snapshot import Snapshot
from begat.store.terms import Lines, iris, statements, typed
from begat.vocab import BEGAT, XSD

__all__ = ["FARTHEST", "Closure", "ancestor_pairs", "lines"]

Codes = NDArray[np.int64]

FARTHEST = 64
"""Steps that are walked: real lineages have some tens, a chain of thousands would have billions of pairs."""


class Closure(NamedTuple):
    """Pairs of a model and an ancestor, ``child`` and ``ancestor``, in no order that means anything.

    `beyond` are those one step farther than was walked: of their models not all ancestors are in `pairs`, of
    their ancestors not all descendants.
    """

    pairs: pl.DataFrame
    beyond: pl.DataFrame


def lines(snapshot: Snapshot, edges: pl.DataFrame) -> Lines:
    """Yield counts, root models and exceeded terms.

    A model with an ancestor or descendant more than `FARTHEST` steps away lacks what depends on that one.

    Parameters
    ----------
    snapshot : Snapshot
        Whose accounts and licences; of a part, of which models something is said.
    edges : DataFrame
        Of the whole snapshot, columns ``child`` and ``parent``: ids; an edge may occur several times.
    """
    models = _models(snapshot.whole, edges)
    numbers = models.select("id", "n")
    pairs = _numbered(edges.select("child", "parent").unique(), numbers)
    closure, beyond = ancestor_pairs(pairs)
    whole = closure.join(beyond, on="child", how="anti")
    term = models.select(n="n", subject=iris("model", models["id"]))
    own = snapshot.own("models", models).select("n")
    counted = closure.join(beyond, on="ancestor", how="anti")
    yield from _counts(pairs, counted, models, term.join(own, on="n", how="semi"))
    for predicate, links in (
        (BEGAT.ROOT_MODEL, _roots(pairs, whole)),
        (BEGAT.EXCEEDS_TERMS_OF, _exceeded(whole, models)),
    ):
        yield from _links(predicate, links.join(own, left_on="child", right_on="n", how="semi"), term)


def ancestor_pairs(edges: pl.DataFrame, farthest: int = FARTHEST) -> Closure:
    """Return each pair of a model and an ancestor once; nobody is its own ancestor.

    Parameters
    ----------
    edges : DataFrame
        Columns ``child`` and ``parent``: whole numbers from 0 to 2^32, each pair once.
    farthest : int
        Steps to walk, from 1.

    Notes
    -----
    Semi-naive: each step leads the pairs that were new in the last one on to the parents. A pair is one
    64-bit number; each step keeps its new ones sorted, so that looking whether one was there is a binary
    search in every step's. O(pairs x steps) at worst; late steps are small. 16 bytes a pair.
    """
    child, parent = (edges[name].to_numpy().astype(np.int64) for name in ("child", "parent"))
    order = np.argsort(child, kind="stable")
    child, parent = child[order], parent[order]
    levels = [np.unique(child << 32 | parent)]
    while levels[-1].size and len(levels) <= farthest:
        levels.append(_farther(levels, child, parent))
    beyond = levels.pop() if len(levels) > farthest else np.empty(0, dtype=np.int64)
    return Closure(_frame(np.concatenate(levels)), _frame(beyond))


def _frame(codes: Codes) -> pl.DataFrame:
    found = pl.DataFrame({"child": codes >> 32, "ancestor": codes & 0xFFFFFFFF})
    return found.filter(pl.col("child") != pl.col("ancestor"))


def _farther(levels: list[Codes], child: Codes, parent: Codes) -> Codes:
    """Return the pairs one step beyond the last level's that no level has."""
    last = levels[-1]
    above = last & 0xFFFFFFFF
    begin, end = np.searchsorted(child, above), np.searchsorted(child, above, side="right")
    count = end - begin
    place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    reached = parent[np.repeat(begin, count) + place]
    found = np.unique(np.repeat(last >> 32, count) << 32 | reached)
    for level in levels:
        at = np.minimum(np.searchsorted(level, found), level.size - 1)
        found = found[level[at] != found]
    return found


def _models(snapshot: Snapshot, edges: pl.DataFrame) -> pl.DataFrame:
    """Return ``n, id, account, use`` of models with edges; ``use`` is what the licence says of commerce."""
    ids = pl.concat([edges["child"], edges["parent"]]).unique().sort().to_frame("id")
    known = snapshot.frame("models", ["id", "platform", "account", "licence"])
    rows = ids.join(known, on="id", how="left", maintain_order="left").with_row_index("n")
    licences = rows["licence"].drop_nulls().unique()
    use = pl.DataFrame(
        [(name, commercial_use(name)) for name in licences],
        schema={"licence": pl.String, "use": pl.String},
        orient="row",
    )
    whole = pl.concat_str("platform", pl.lit(":"), pl.col("account").str.to_lowercase())
    return rows.join(use, on="licence", how="left", maintain_order="left").select(
        pl.col("n").cast(pl.Int64), "id", "use", account=whole
    )


def _numbered(edges: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    child = edges.join(numbers, left_on="child", right_on="id", maintain_order="left")["n"]
    parent = edges.join(numbers, left_on="parent", right_on="id", maintain_order="left")["n"]
    return pl.DataFrame({"child": child, "parent": parent})


def _counts(pairs: pl.DataFrame, closure: pl.DataFrame, models: pl.DataFrame, term: pl.DataFrame) -> Lines:
    """Say of each model with children how many, how many descendants, and of how many accounts."""
    children = pairs.group_by(n="parent").agg(children=pl.len())
    accounts = models.select(child="n", account=pl.col("account").cast(pl.Categorical).to_physical())
    below = closure.join(accounts, on="child").group_by(n="ancestor")
    counts = below.agg(descendants=pl.len(), accounts=pl.col("account").drop_nulls().n_unique())
    frame = children.join(counts, on="n", how="left").join(term, on="n").sort("n")
    yield from statements(
        frame,
        {
            BEGAT.CHILD_COUNT: typed("children", XSD.INTEGER),
            BEGAT.DESCENDANT_COUNT: typed("descendants", XSD.INTEGER),
            BEGAT.DERIVATIVE_ACCOUNT_COUNT: typed("accounts", XSD.INTEGER),
        },
    )


def _roots(pairs: pl.DataFrame, closure: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs whose ancestor has no parent itself."""
    return closure.join(pairs.select(ancestor="child").unique(), on="ancestor", how="anti")


def _exceeded(closure: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs where the ancestor's licence forbids commercial use and the model's own allows it."""
    allow = models.filter(pl.col("use").is_in(["yes", "conditional"])).select(child="n")
    forbid = models.filter(pl.col("use") == "no").select(ancestor="n")
    return closure.join(forbid, on="ancestor", how="semi").join(allow, on="child", how="semi")


def _links(predicate: str, pairs: pl.DataFrame, term: pl.DataFrame) -> Lines:
    frame = pairs.sort("child", "ancestor").join(term, left_on="child", right_on="n", maintain_order="left")
    ancestor = term.rename({"subject": "object"})
    frame = frame.join(ancestor, left_on="ancestor", right_on="n", maintain_order="left")
    yield from statements(frame, {predicate: pl.col("object")})
