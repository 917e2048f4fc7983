"""Model, usage: how much an institution's models are downloaded and run."""

from datetime import timedelta
from fractions import Fraction

import numpy as np
import polars as pl

from begat.influence.evidence import Evidence, balanced, rows
from begat.influence.indicator.base import MEAN, SHARE, SUM, Indicator, SubDimension
from begat.influence.measure.lineage_downloads import edge_downloads
from begat.influence.measure.reach import DECAY

__all__ = ["PART", "family_downloads"]


def by_modality(evidence: Evidence) -> pl.DataFrame:
    """Downloads of each model beside those of all models of its modality, unknown owners included."""
    return balanced(evidence.downloads.drop_nulls("modality"), "modality", "downloads of a model in 30 days")


def family_downloads(evidence: Evidence, decay: float = DECAY, cap: str = "log") -> pl.DataFrame:
    """Own downloads, and what each derivative of others adds; `decay` and `cap` are those of the measure."""
    own = evidence.downloads
    vector = np.zeros(evidence.graph.n)
    vector[own["node"].to_numpy()] = own["value"].to_numpy()
    graph, nodes = evidence.credit.outside, evidence.node_subject
    parts = edge_downloads(evidence.credit, vector.astype(np.int64), decay, cap)
    added = (
        pl.DataFrame({"child": graph.child, "parent": graph.parent, "part": parts})
        .cast({"child": pl.UInt32, "parent": pl.UInt32})
        .filter(pl.col("part") > 0)
        .join(nodes.select(child="node", id="id", owner="owner"), on="child")
        .join(nodes.select(parent="node", subject="subject", parent_id="id"), on="parent")
    )
    facts = own.select("date", "source").head(1)
    through = rows(
        added.join(own.select("subject").unique(), on="subject", how="semi").join(facts, how="cross"),
        key="id",
        amount="part",
        unit="owner",
        what=pl.concat_str(pl.lit("part of a derivative of "), "parent_id"),
        id="id",
        method=pl.lit("lineage"),
        date="date",
    )
    direct = rows(
        own,
        key="id",
        amount="value",
        unit="id",
        what=pl.lit("downloads of a model in 30 days"),
        id="id",
        method=pl.lit("observed"),
        date="date",
    )
    return pl.concat([direct, through])


def hosted(evidence: Evidence) -> pl.DataFrame:
    """Tokens of each model on OpenRouter in 30 days, beside those of all models, closed ones included."""
    since = evidence.day - timedelta(days=30)
    of_a_day = pl.col("metric").is_in(["tokens_1d", "other_tokens_1d"]) & (pl.col("date") > since)
    used = evidence.figures.filter(of_a_day).unique(["id", "date"], keep="first", maintain_order=True)
    month = used.group_by("id", maintain_order=True).agg(
        pl.col("value").sum(), pl.col("date").max(), pl.col("source").first()
    )
    offered = month.join(evidence.models.select("id", "node"), on="id", maintain_order="left")
    original = pl.Series(evidence.credit.of[offered["node"].to_numpy()], dtype=pl.UInt32)
    made = offered.with_columns(node=original).join(
        evidence.node_subject.select("node", "subject"), on="node", maintain_order="left"
    )
    return rows(
        made,
        key="id",
        amount="value",
        weight=pl.lit(float(used["value"].sum() or 1)),
        unit="id",
        what=pl.lit("tokens on OpenRouter in 30 days"),
        id="id",
        method=pl.lit("observed"),
        date="date",
    )


PART = SubDimension(
    dimension="model",
    name="model usage",
    name_zh="模型使用",
    weight=Fraction(3, 10),
    indicators=(
        Indicator(
            id="M05",
            name="Modality-balanced download share",
            name_zh="模态均衡下载份额",
            unit="share",
            formula="mean over modalities (with 20 institutions or more) of the share in all downloads of 30 "
            "days, platforms by their totals",
            origin="published, modified (OSIR 19-25)",
            fed_by="one source and date a platform, the newest full one",
            scale="sqrt",
            combine=SHARE,
            rows=by_modality,
        ),
        Indicator(
            id="M06",
            name="Lineage-attributed downloads",
            name_zh="含衍生品家族下载",
            unit="downloads in 30 days",
            formula="F(m) = downloads(m) + b sum over children of share g_i F(child), b = 1/2, capped an "
            "account",
            origin="begat, after the family counts of ATOM and Hugging Face",
            fed_by="downloads of one source and date, derivations of all",
            scale="log",
            combine=SUM,
            rows=family_downloads,
            varies=("decay", "cap"),
        ),
        Indicator(
            id="M07",
            name="Relative adoption, best five models",
            name_zh="相对采用指标",
            unit="ratio",
            formula="downloads up to an age beside those of the tenth model of the size class at that age",
            origin="begat, after ATOM (definition of May 2026)",
            fed_by="not in the present data; a history of downloads",
            scale="log",
            combine=MEAN,
        ),
        Indicator(
            id="M08",
            name="Local-inference pulls",
            name_zh="本地推理拉取量",
            unit="pulls in 30 days",
            formula="downloads of GGUF and MLX builds of its models, and pulls from Ollama",
            origin="begat, after Hugging Face (summer 2026)",
            fed_by="not in the present data; Ollama library",
            scale="log",
            combine=SUM,
        ),
        Indicator(
            id="M09",
            name="Hosted-inference token share",
            name_zh="托管推理份额",
            unit="share",
            formula="share of tokens on OpenRouter in 30 days",
            origin="begat, after ATOM",
            fed_by="not in the present data; openrouter-tokens, openrouter (which models they are)",
            scale="sqrt",
            combine=SHARE,
            rows=hosted,
        ),
    ),
)
