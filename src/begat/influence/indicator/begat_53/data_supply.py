"""Data, supply: what datasets an institution publishes."""

from fractions import Fraction

import polars as pl

from begat.influence.evidence import Evidence, rows, with_zeros
from begat.influence.indicator.base import DISTINCT, EFFECTIVE, SUM, Indicator, SubDimension
from begat.influence.modality import LIFECYCLE, dataset_modality

__all__ = ["PART"]


def _published(evidence: Evidence) -> pl.DataFrame:
    """Listed datasets of somebody; one of the same name on two platforms once."""
    listed = evidence.datasets.filter(pl.col("listed")).drop_nulls("subject")
    named = listed.with_columns(
        source="stated_by",
        modality=dataset_modality(),
        name=pl.col("id").str.split("/").list.last().str.to_lowercase(),
    )
    return named.unique(["root", "name"], keep="first", maintain_order=True)


def _rows(evidence: Evidence, table: pl.DataFrame, key: str) -> pl.DataFrame:
    found = rows(
        table,
        key=key,
        amount=pl.lit(1.0),
        unit="id",
        what=pl.lit("dataset"),
        id="id",
        method=pl.lit("listed"),
        date=evidence.day_of("source"),
    )
    return with_zeros(found, evidence.listed_by_osir, "datasets")


def datasets(evidence: Evidence) -> pl.DataFrame:
    """Each public dataset."""
    return _rows(evidence, _published(evidence), "id")


def modalities(evidence: Evidence) -> pl.DataFrame:
    """The modality of each dataset."""
    return _rows(evidence, _published(evidence).drop_nulls("modality"), "modality")


def stages(evidence: Evidence) -> pl.DataFrame:
    """The life-cycle stage of each dataset."""
    return _rows(evidence, _published(evidence).filter(pl.col("lifecycle").is_in(LIFECYCLE)), "lifecycle")


def languages(evidence: Evidence) -> pl.DataFrame:
    """The languages of each dataset; only of datasets whose card was read."""
    known = _published(evidence).drop_nulls("languages").explode("languages")
    return _rows(evidence, known, "languages").drop_nulls("key")


PART = SubDimension(
    dimension="data",
    name="data supply",
    name_zh="数据供给",
    weight=Fraction(1, 4),
    indicators=(
        Indicator(
            id="D01",
            name="Qualified datasets",
            name_zh="合格数据集数量",
            unit="datasets",
            formula="public datasets that a source lists, a name on two platforms once",
            origin="published, merged (OSIR 1-5, 12-14 into one count)",
            fed_by="osir, starscreener; Hub dump of datasets",
            scale="log",
            combine=SUM,
            rows=datasets,
        ),
        Indicator(
            id="D02",
            name="Dataset modality coverage",
            name_zh="数据集模态覆盖",
            unit="effective number",
            formula="exp(-sum p ln p) over language, speech, vision, multimodal, embodied, other",
            origin="published, modified (OSIR 1-5)",
            fed_by="osir, starscreener (tags modality:)",
            scale="/6",
            combine=EFFECTIVE,
            rows=modalities,
        ),
        Indicator(
            id="D03",
            name="Life-cycle coverage",
            name_zh="生命周期覆盖",
            unit="effective number",
            formula="exp(-sum p ln p) over pre-training, fine-tuning, preference, evaluation",
            origin="published, modified (OSIR 12-14)",
            fed_by="osir",
            scale="/4",
            combine=EFFECTIVE,
            rows=stages,
        ),
        Indicator(
            id="D04",
            name="Dataset language coverage",
            name_zh="数据集语种覆盖",
            unit="languages",
            formula="distinct languages (ISO 639) with at least one dataset",
            origin="begat, after Laufer et al. (language drift)",
            fed_by="starscreener (tags language:)",
            scale="log",
            combine=DISTINCT,
            rows=languages,
        ),
        Indicator(
            id="D05",
            name="Published data volume",
            name_zh="数据总体量",
            unit="bytes",
            formula="storage of all dataset repositories, equal files once",
            origin="begat, after FMTI and Epoch (data size)",
            fed_by="not in the present data; Hub field usedStorage",
            scale="log",
            combine=SUM,
        ),
    ),
)
