"""Model, openness and community: how open the models are, and who takes part."""

from fractions import Fraction

import polars as pl

from begat.influence.evidence import Evidence, rows
from begat.influence.indicator.base import MEAN, SUM, Indicator, SubDimension

__all__ = ["PART"]


def openness(evidence: Evidence) -> pl.DataFrame:
    """Each judgement of the European Open Source AI Index: closed 0, partial .5, open 1."""
    judged = evidence.figures.filter(pl.col("metric").str.starts_with("osai:"))
    table = judged.join(evidence.models.select("id", "subject"), on="id")
    return rows(
        table,
        key="id",
        amount="value",
        weight=pl.lit(1.0),
        unit="id",
        what=pl.col("metric").str.strip_prefix("osai:"),
        id="id",
        method=pl.lit("judged"),
        date="date",
    )


def engagement(evidence: Evidence) -> pl.DataFrame:
    """Likes and discussions of each model, of the source and date that its downloads are of."""
    chosen = evidence.downloads.select("id", "subject", "date", "source")
    counted = evidence.figures.filter(pl.col("metric").is_in(["likes", "discussions"]))
    return rows(
        counted.join(chosen, on=["id", "date", "source"]),
        key="id",
        amount="value",
        unit="id",
        what="metric",
        id="id",
        method=pl.lit("observed"),
        date="date",
    )


PART = SubDimension(
    dimension="model",
    name="openness and community",
    name_zh="开放与社区",
    weight=Fraction(3, 20),
    indicators=(
        Indicator(
            id="M15",
            name="Openness",
            name_zh="开放度",
            unit="0 to 1",
            formula="mean of the judged components (weights, data, code, papers, cards, licences), 0 to 1; "
            "not by downloads, for an entry stands for a family",
            origin="in the README of OSIR but not in its code; after MOF and OSAI",
            fed_by="osai-index",
            scale="identity",
            combine=MEAN,
            rows=openness,
        ),
        Indicator(
            id="M16",
            name="Community engagement",
            name_zh="社区互动",
            unit="likes and discussions",
            formula="likes and, where the source knows them, discussions",
            origin="published, merged (OSIR 34-35)",
            fed_by="one source and date a platform, the newest full one",
            scale="log",
            combine=SUM,
            rows=engagement,
        ),
    ),
)
