"""How licences change from parent to child: the table of pairs, and what it comes to by relation."""

from collections.abc import Mapping
from math import fsum
from typing import Any

import polars as pl

from begat.consequence.labels import MISSING, UNSEEN, Labels
from begat.consequence.supply import KINDS as LINKS
from begat.consequence.supply import Supply
from begat.graph.arrays import Flags
from begat.licences import EFFECTS, effects
from begat.vocab import RELATIONS

__all__ = ["ALL", "CHANGE_KEYS", "TOTALS", "by_relation", "changes", "derivations"]

ALL = "all but copies"
"""The relation of the row of totals: a copy should change nothing, and has a row of its own."""

TOTALS = (
    *("relation", "derivations", "known", "changed", "share", "accounts", "share_of_accounts"),
    *("parent_unknown", "child_unknown", "both_unknown"),
    *("stated", "stated_changed", "stated_share", "effects"),
)
CHANGE_KEYS = ("before", "after", "derivations", "accounts", "by_relation", "effects")

BEFORE, AFTER = pl.col("before"), pl.col("after")
KNOWN = (BEFORE >= 0) & (AFTER >= 0)
STATED = ~BEFORE.is_in([MISSING, UNSEEN]) & ~AFTER.is_in([MISSING, UNSEEN])
CHANGED = BEFORE != AFTER
COUNTED = pl.col("relation") != "copy"


def derivations(supply: Supply, labels: Labels, children: Flags | None = None) -> pl.DataFrame:
    """Return the derivations with the licences at both ends.

    Parameters
    ----------
    supply : Supply
        What went into what, of the evidence that counts; links to datasets and mirrors are left out.
    labels : Labels
        The licences of its nodes.
    children : array of bool, shape (n,), optional
        Only those of these children.

    Returns
    -------
    polars.DataFrame
        ``relation``; ``before`` and ``after``, the codes of the parent's and the child's licence as in
        `Labels`; ``account``, the child's, null where not known. O(m).
    """
    graph = supply.graph
    wanted = supply.of_kinds(RELATIONS)
    if children is not None:
        wanted &= children[graph.child]
    child = graph.child[wanted]
    named = dict(enumerate(LINKS))
    return pl.DataFrame(
        {
            "relation": graph.relation[wanted],
            "before": labels.code[graph.parent[wanted]],
            "after": labels.code[child],
            "account": graph.account[child],
        }
    ).with_columns(
        pl.col("relation").replace_strict(named, return_dtype=pl.String),
        pl.when(pl.col("account") >= 0).then("account"),
    )


def changes(found: pl.DataFrame, labels: Labels) -> list[dict[str, Any]]:
    """Return the pairs of licences that differ, copies left out, those with the most derivations first.

    Parameters
    ----------
    found : polars.DataFrame
        As `derivations` returns them.
    labels : Labels
        Names their licences.

    Returns
    -------
    list of dict
        Keys `CHANGE_KEYS`. ``before``, ``after``: ids or expressions; ``accounts``: distinct ones of the
        children, so that one who uploads much counts once; ``by_relation``: derivations of each;
        ``effects``: what changes in law, of `EFFECTS`, empty where nothing can be told.
    """
    pair = ["before", "after"]
    changed = found.filter(KNOWN & CHANGED & COUNTED)
    counted = changed.group_by(pair).agg(
        pl.len().alias("derivations"), pl.col("account").drop_nulls().n_unique().alias("accounts")
    )
    split: dict[tuple[int, int], dict[str, int]] = {}
    each = changed.group_by(*pair, "relation").len().sort("len", "relation", descending=[True, False])
    for before, after, relation, count in each.iter_rows():
        split.setdefault((before, after), {})[relation] = count
    ordered = counted.sort("derivations", "accounts", *pair, descending=[True, True, False, False])
    return [
        {
            "before": labels.licences[before],
            "after": labels.licences[after],
            "derivations": count,
            "accounts": accounts,
            "by_relation": split[before, after],
            "effects": list(effects(labels.licences[before], labels.licences[after])),
        }
        for before, after, count, accounts in ordered.iter_rows()
    ]


def by_relation(found: pl.DataFrame, labels: Labels) -> list[dict[str, Any]]:
    """Return how often licences change, by relation, `ALL` first.

    Parameters
    ----------
    found : polars.DataFrame
        As `derivations` returns them.
    labels : Labels
        Names their licences.

    Returns
    -------
    list of dict
        Keys `TOTALS`. ``known``: both ends name a licence; ``changed``: they name different ones, ``share``
        of the known. ``accounts`` of the children among the known, and ``share_of_accounts``: the mean over
        these of the share that each changes, so that each counts once. ``parent_unknown``,
        ``child_unknown``, ``both_unknown``: the other derivations. ``stated``: both ends state something,
        *other* included as one more value, as studies of raw tags count. ``effects``: of the changed the
        share with each effect of `EFFECTS`; one may have several. A share of nothing is None. The sum over
        accounts is exact before it is rounded, so their order, that of threads, makes no difference.
    """
    parts = {ALL: found.filter(COUNTED)}
    parts |= {relation: found.filter(pl.col("relation") == relation) for relation in RELATIONS}
    told = _told(found, labels)
    return [
        {"relation": name, **_totals(part, told)} for name, part in parts.items() if name == ALL or len(part)
    ]


def _told(found: pl.DataFrame, labels: Labels) -> pl.DataFrame:
    """Return of each pair of different licences which effects the change has, a column each."""
    pairs = found.filter(KNOWN & CHANGED).select("before", "after").unique()
    named = [tuple(effects(labels.licences[a], labels.licences[b])) for a, b in pairs.iter_rows()]
    return pairs.with_columns(
        pl.Series(effect, [effect in some for some in named], dtype=pl.Boolean) for effect in EFFECTS
    )


def _totals(part: pl.DataFrame, told: pl.DataFrame) -> Mapping[str, Any]:
    known, stated = part.filter(KNOWN), part.filter(STATED)
    changed, restated = known.filter(CHANGED), stated.filter(CHANGED)
    accounts = known.drop_nulls("account").group_by("account").agg(CHANGED.mean().alias("share"))
    marked = changed.join(told, on=["before", "after"])
    return {
        "derivations": len(part),
        "known": len(known),
        "changed": len(changed),
        "share": _share(len(changed), len(known)),
        "accounts": len(accounts),
        "share_of_accounts": _share(fsum(accounts["share"].to_list()), len(accounts)),
        "parent_unknown": len(part.filter((BEFORE < 0) & (AFTER >= 0))),
        "child_unknown": len(part.filter((BEFORE >= 0) & (AFTER < 0))),
        "both_unknown": len(part.filter((BEFORE < 0) & (AFTER < 0))),
        "stated": len(stated),
        "stated_changed": len(restated),
        "stated_share": _share(len(restated), len(stated)),
        "effects": {effect: _share(int(marked[effect].sum()), len(changed)) for effect in EFFECTS},
    }


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
