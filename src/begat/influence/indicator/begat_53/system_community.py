"""System, community: who works on an institution's open systems."""

from fractions import Fraction

from begat.influence.indicator.base import MEAN, SUM, Indicator, SubDimension

__all__ = ["PART"]

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
            fed_by="not in the present data; OpenDigger",
            scale="log",
            combine=SUM,
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
            fed_by="not in the present data; OpenSSF",
            scale="identity",
            combine=MEAN,
        ),
    ),
)
