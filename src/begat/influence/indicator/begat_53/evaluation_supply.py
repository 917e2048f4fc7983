"""Evaluation, supply: what an institution offers to evaluate models with."""

from fractions import Fraction

import polars as pl

from begat.influence.evidence import Evidence, rows, typed_in, with_zeros
from begat.influence.indicator.base import DISTINCT, LARGEST, SUM, Indicator, SubDimension

__all__ = ["PART"]


def evaluation_sets(evidence: Evidence) -> pl.DataFrame:
    """Each listed dataset of the life-cycle stage Evaluation."""
    table = evidence.datasets.filter(pl.col("listed") & (pl.col("lifecycle") == "Evaluation"))
    found = rows(
        table,
        key="id",
        amount=pl.lit(1.0),
        unit="id",
        what=pl.lit("evaluation dataset"),
        id="id",
        method=pl.lit("listed"),
        date=evidence.day_of("stated_by"),
        source="stated_by",
    )
    return with_zeros(found, evidence.listed_by_osir, "evaluation datasets")


PART = SubDimension(
    dimension="evaluation",
    name="evaluation supply",
    name_zh="评测供给",
    weight=Fraction(7, 20),
    indicators=(
        Indicator(
            id="E01",
            name="Leaderboards maintained",
            name_zh="维护中的榜单",
            unit="leaderboards",
            formula="leaderboards that it maintains",
            origin="published (OSIR 49)",
            fed_by="osir (typed in by hand, no source for each)",
            scale="log",
            combine=SUM,
            rows=typed_in("evaluation", "num_leaderboards"),
        ),
        Indicator(
            id="E02",
            name="Models evaluated",
            name_zh="参评模型数",
            unit="models",
            formula="models on these leaderboards",
            origin="published (OSIR 50)",
            fed_by="osir (typed in by hand, no source for each)",
            scale="log",
            combine=SUM,
            rows=typed_in("evaluation", "num_evaluated_models"),
        ),
        Indicator(
            id="E03",
            name="Open evaluation datasets",
            name_zh="开源评测集",
            unit="datasets",
            formula="public datasets of the life-cycle stage evaluation",
            origin="published (OSIR 51)",
            fed_by="osir (stages)",
            scale="log",
            combine=DISTINCT,
            rows=evaluation_sets,
        ),
        Indicator(
            id="E04",
            name="Evaluation method classes",
            name_zh="评测方法类别",
            unit="0 to 4",
            formula="of objective, judged by models, by people, red-team or dynamic, how many",
            origin="published (OSIR 52)",
            fed_by="osir (typed in by hand, no source for each)",
            scale="/4",
            combine=LARGEST,
            rows=typed_in("evaluation", "num_evaluation_methods"),
        ),
        Indicator(
            id="E05",
            name="Evaluation tools",
            name_zh="评测工具",
            unit="tools",
            formula="open evaluation tools",
            origin="published (OSIR 53)",
            fed_by="osir (typed in by hand, no source for each)",
            scale="log",
            combine=SUM,
            rows=typed_in("evaluation", "num_evaluation_tools"),
        ),
    ),
)
