"""System, community: who works on an institution's open systems."""

from fractions import Fraction

import polars as pl

from begat.influence.evidence import Evidence, rows
from begat.influence.indicator.base import MEAN, SUM, Indicator, SubDimension

__all__ = ["PART"]

BEST = 3
"""Repositories of an institution that its criticality is the mean of."""


def openrank(evidence: Evidence) -> pl.DataFrame:
    """OpenRank of each system in each of the newest twelve months."""
    found = evidence.of_systems("openrank")
    month = pl.col("date").dt.truncate("1mo")
    return rows(
        found.filter(month > month.max().dt.offset_by("-12mo")),
        key="system",
        amount="value",
        unit="system",
        what=pl.concat_str(pl.lit("OpenRank of "), pl.col("date").dt.strftime("%Y-%m")),
        id="system",
        method=pl.lit("observed"),
        date="date",
    )


def criticality(evidence: Evidence) -> pl.DataFrame:
    """Newest criticality of the three most critical systems."""
    found = evidence.of_systems("criticality")
    newest = found.filter(pl.col("date") == pl.col("date").max())
    best = newest.sort("value", "system", descending=[True, False]).group_by("subject").head(BEST)
    return rows(
        best.sort("subject", "system"),
        key="system",
        amount="value",
        weight=pl.lit(1.0),
        unit="system",
        what=pl.lit("criticality"),
        id="system",
        method=pl.lit("observed"),
        date="date",
    )


PART = SubDimension(
    dimension="system",
    name="system community",
    name_zh="系统社区",
    weight=Fraction(1, 4),
    indicators=(
        Indicator(
            id="S11",
            name="OpenRank, 12 months",
            name_zh="OpenRank影响力",
            unit="OpenRank",
            formula="sum over 12 months of the monthly OpenRank of its AI repositories",
            origin="begat, after X-lab and the Ant Group landscape",
            fed_by="not in the present data; opendigger",
            scale="log",
            combine=SUM,
            rows=openrank,
        ),
        Indicator(
            id="S12",
            name="Contributor absence and elephant factor",
            name_zh="贡献者集中度",
            unit="number",
            formula="sqrt(fewest people x fewest organisations that cover half of the commits)",
            origin="begat, after CHAOSS; the README of OSIR names contributor activity",
            fed_by="not in the present data; GitHub, Gitee (commits)",
            scale="log",
            combine=MEAN,
        ),
        Indicator(
            id="S13",
            name="Criticality score",
            name_zh="关键性评分",
            unit="0 to 1",
            formula="OpenSSF criticality, mean of the best three repositories",
            origin="begat, after OpenSSF",
            fed_by="not in the present data; openssf (table of criticality scores)",
            scale="identity",
            combine=MEAN,
            rows=criticality,
        ),
    ),
)
