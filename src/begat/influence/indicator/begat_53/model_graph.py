"""Model, graph: what others make from an institution's models."""

from collections.abc import Mapping
from fractions import Fraction

import polars as pl

from begat.influence.evidence import Evidence, rows, with_zeros
from begat.influence.indicator.base import DISTINCT, H_INDEX, SHARE, SUM, Indicator, SubDimension
from begat.influence.measure.pagerank import pagerank
from begat.influence.measure.reach import DECAY, WEIGHT, edge_credit

__all__ = ["PART", "reached"]


def _foreign(evidence: Evidence) -> pl.DataFrame:
    return evidence.edges.filter(~pl.col("own")).drop_nulls("owner")


def _read(evidence: Evidence) -> pl.DataFrame:
    """Who has a listed model: for them all derivations of the snapshot were read."""
    listed = evidence.models.filter(pl.col("listed")).drop_nulls("subject")
    return evidence.read(listed)


def _derivation(table: pl.DataFrame, **columns: str | pl.Expr) -> pl.DataFrame:
    given: dict[str, str | pl.Expr] = {
        "key": "owner",
        "amount": pl.lit(1.0),
        "unit": "owner",
        "what": pl.concat_str("relation", pl.lit(" of "), "parent_id"),
        "id": "child_id",
        "method": "method",
        "date": "date",
    }
    return rows(table, **(given | columns))


def accounts(evidence: Evidence) -> pl.DataFrame:
    """Each derivation by an account of somebody else."""
    return with_zeros(_derivation(_foreign(evidence)), _read(evidence), "derivatives by others")


def reached(
    evidence: Evidence, decay: float = DECAY, cap: str = "log", weight: Mapping[str, float] = WEIGHT
) -> pl.DataFrame:
    """Each derivation by others with what it adds to the reach of its parent; parameters as of `reach`."""
    graph = evidence.credit.outside
    worth = edge_credit(evidence.credit, decay, cap, weight)
    nodes = evidence.node_subject
    table = (
        pl.DataFrame({"child": graph.child, "parent": graph.parent, "worth": worth})
        .cast({"child": pl.UInt32, "parent": pl.UInt32})
        .filter(pl.col("worth") > 0)
        .join(
            evidence.edges.select("child", "parent", "relation", "method", "date", "source"),
            on=["child", "parent"],
            how="left",
            maintain_order="left",
        )
        .join(nodes.select(child="node", child_id="id", owner="owner"), on="child")
        .join(nodes.select(parent="node", parent_id="id", subject="subject"), on="parent")
        .with_columns(
            owner=pl.coalesce("owner", "child_id"), source=pl.coalesce("source", pl.lit("snapshot"))
        )
    )
    found = _derivation(table, amount="worth", key="child_id")
    return with_zeros(found, _read(evidence), "derivatives by others")


def mass(evidence: Evidence, cap: str = "log") -> pl.DataFrame:
    """The PageRank of each model, with an account cap."""
    values = pagerank(evidence.credit, cap=cap)
    nodes = evidence.node_subject.filter(pl.Series(values[evidence.node_subject["node"].to_numpy()]) > 0)
    table = nodes.with_columns(mass=pl.Series(values[nodes["node"].to_numpy()]))
    found = rows(
        table,
        key="id",
        amount="mass",
        weight=pl.lit(1.0),
        unit="id",
        what=pl.lit("PageRank"),
        id="id",
        method=pl.lit("computed"),
        date=pl.lit(evidence.day),
        source=pl.lit(f"snapshot {evidence.snapshot.name}"),
    )
    return with_zeros(found, _read(evidence), "lineage")


def by_model(evidence: Evidence) -> pl.DataFrame:
    """Each derivation by others, the model derived from as its key."""
    found = _derivation(_foreign(evidence), key="parent_id")
    return with_zeros(found, _read(evidence), "derivatives by others")


def recent(evidence: Evidence) -> pl.DataFrame:
    """Each account of others that published a derivation in the last 90 days, beside all such."""
    fresh = _foreign(evidence).filter(
        pl.col("created_on").is_between(evidence.since, evidence.day, closed="right")
    )
    owner = pl.coalesce("subject", "parent_owner", "parent_id")
    pairs = fresh.with_columns(of=owner).unique(["of", "owner"], keep="first", maintain_order=True)
    found = _derivation(pairs, weight=pl.lit(float(max(pairs.height, 1))), date="created_on")
    return with_zeros(found, _read(evidence), "derivatives in 90 days")


PART = SubDimension(
    dimension="model",
    name="model graph",
    name_zh="模型衍生图",
    weight=Fraction(7, 20),
    indicators=(
        Indicator(
            id="M10",
            name="Direct derivatives, distinct accounts",
            name_zh="直接衍生(去重账号)",
            unit="accounts",
            formula="distinct accounts of direct derivatives of any kind, its own left out",
            origin="published, corrected (OSIR 26)",
            fed_by="derivations of all sources",
            scale="log",
            combine=DISTINCT,
            rows=accounts,
        ),
        Indicator(
            id="M11",
            name="Discounted reach",
            name_zh="折减可达影响",
            unit="weighted models",
            formula="R(p) = sum over children of tau share g_i (1 + b R(child)), b = 1/2, capped an account",
            origin="begat, after Katz",
            fed_by="derivations of all sources",
            scale="log",
            combine=SUM,
            rows=reached,
            varies=("decay", "cap", "weight"),
        ),
        Indicator(
            id="M12",
            name="PageRank mass",
            name_zh="网页排名影响",
            unit="share",
            formula="sum of PageRank of its models, edges child to parent, d = .85, restart on models "
            "with lineage, capped an account",
            origin="begat, after Brin and Page, OpenRank",
            fed_by="derivations of all sources",
            scale="sqrt",
            combine=SHARE,
            rows=mass,
            varies=("cap",),
        ),
        Indicator(
            id="M13",
            name="Derivative h-index",
            name_zh="衍生h指数",
            unit="h",
            formula="largest h with h models of at least h distinct accounts of others each",
            origin="begat, after Hirsch",
            fed_by="derivations of all sources",
            scale="log",
            combine=H_INDEX,
            rows=by_model,
        ),
        Indicator(
            id="M14",
            name="Derivation momentum",
            name_zh="衍生动能",
            unit="share",
            formula="distinct accounts with a derivation in the last 90 days, over the sum of this number "
            "over all owners of parents, unknown ones included",
            origin="begat, after Bhandari et al. and Hugging Face (derivatives a day)",
            fed_by="derivations with the creation date of the child",
            scale="sqrt",
            combine=SHARE,
            rows=recent,
        ),
    ),
)
