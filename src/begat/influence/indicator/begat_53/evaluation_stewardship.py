"""Evaluation, stewardship: how well an institution keeps its benchmarks."""

from fractions import Fraction

import polars as pl

from begat.influence.evidence import Evidence, rows
from begat.influence.indicator.base import MEAN, Indicator, SubDimension

__all__ = ["PART"]

MONTH = 365.25 / 12


def freshness(evidence: Evidence) -> pl.DataFrame:
    """exp(-months since the last change / 12) of each evaluation dataset whose last change is known."""
    table = evidence.datasets.filter(
        (pl.col("lifecycle") == "Evaluation") & pl.col("modified_at").is_not_null()
    )
    months = (pl.lit(evidence.day) - pl.col("modified_at").dt.date()).dt.total_days() / MONTH
    return rows(
        table,
        key="id",
        amount=(-months.clip(lower_bound=0) / 12).exp(),
        weight=pl.lit(1.0),
        unit="id",
        what=pl.concat_str(pl.lit("last changed "), pl.col("modified_at").dt.date().cast(pl.String)),
        id="id",
        method=pl.lit("listed"),
        date=evidence.day_of("stated_by"),
        source="stated_by",
    )


PART = SubDimension(
    dimension="evaluation",
    name="evaluation stewardship",
    name_zh="评测治理",
    weight=Fraction(1, 5),
    indicators=(
        Indicator(
            id="E10",
            name="Freshness",
            name_zh="更新度",
            unit="0 to 1",
            formula="mean over its benchmarks of exp(-months since the last change / 12)",
            origin="published rule (only maintained platforms count) made graded",
            fed_by="starscreener (last change of datasets)",
            scale="identity",
            combine=MEAN,
            rows=freshness,
        ),
        Indicator(
            id="E11",
            name="Openness and contamination control",
            name_zh="评测开放与防污染",
            unit="0 to 1",
            formula="share of benchmarks with open code, data and licence, .25 more for a held-out or "
            "dynamic split",
            origin="begat, after FMTI and OSAI",
            fed_by="not in the present data; cards of benchmarks",
            scale="identity",
            combine=MEAN,
        ),
    ),
)
