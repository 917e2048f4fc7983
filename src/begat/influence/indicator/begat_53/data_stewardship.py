"""Data, stewardship: how well an institution's datasets are documented and licensed."""

from fractions import Fraction

import polars as pl

from begat.influence.evidence import Evidence, rows
from begat.influence.indicator.base import MEAN, SUM, Indicator, SubDimension

__all__ = ["PART"]

CARD_FIELDS = "card_fields_of_6"
"""The figure: how many of six fields of a dataset's card are filled."""


def documented(evidence: Evidence) -> pl.DataFrame:
    """Part of the card's fields that is filled, by the downloads of the dataset."""
    cards = evidence.figures.filter(pl.col("metric") == CARD_FIELDS)
    table = cards.select("id", "date", "source", filled=pl.col("value") / 6).join(
        evidence.dataset_downloads.select("id", "subject", "value"), on="id"
    )
    return rows(
        table,
        key="id",
        amount="filled",
        weight=pl.col("value") + 1,
        unit="id",
        what=pl.lit("card fields filled, of 6"),
        id="id",
        method=pl.lit("tags"),
        date="date",
    )


def licensed(evidence: Evidence) -> pl.DataFrame:
    """Whether the licence of each dataset is known, by the logarithm of its downloads."""
    read = evidence.dataset_downloads
    return rows(
        read,
        key="id",
        amount=pl.col("licence").is_not_null().cast(pl.Float64),
        weight=(pl.col("value") + 1).log() + 1e-9,
        unit="id",
        what=pl.coalesce("licence", pl.lit("no licence that can be told")),
        id="id",
        method=pl.lit("tags"),
        date="date",
    )


def operators(evidence: Evidence) -> pl.DataFrame:
    """Operators of data tools as typed in for the published ranking; its zeros are defaults, not counts."""
    return evidence.by_hand("data", "operators", zeros=False)


PART = SubDimension(
    dimension="data",
    name="data stewardship",
    name_zh="数据治理",
    weight=Fraction(1, 4),
    indicators=(
        Indicator(
            id="D11",
            name="Dataset documentation completeness",
            name_zh="数据卡完整度",
            unit="0 to 1",
            formula="part of six card fields filled (licence, languages, size, source, task, Croissant), "
            "by downloads",
            origin="begat, after OSAI datasheets and FMTI",
            fed_by="starscreener (tags)",
            scale="identity",
            combine=MEAN,
            rows=documented,
        ),
        Indicator(
            id="D12",
            name="Dataset licence clarity",
            name_zh="数据许可证清晰度",
            unit="0 to 1",
            formula="share of datasets with a licence that resolves, by ln(1 + downloads in 30 days)",
            origin="begat, after the Data Provenance Initiative",
            fed_by="starscreener (tags)",
            scale="identity",
            combine=MEAN,
            rows=licensed,
        ),
        Indicator(
            id="D13",
            name="Data tooling",
            name_zh="数据处理算子/工具",
            unit="operators",
            formula="operators in open data-processing tools, each once",
            origin="published (OSIR 18), for everybody",
            fed_by="osir knows two institutions; a curated count with a source for each",
            scale="log",
            combine=SUM,
            rows=operators,
        ),
    ),
)
