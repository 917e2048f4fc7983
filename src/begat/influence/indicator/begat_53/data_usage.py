"""Data, usage: who uses an institution's datasets."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import polars as pl

from begat.influence.dataset import link_credit
from begat.influence.evidence import Evidence, balanced, rows, with_zeros
from begat.influence.indicator.base import DISTINCT, SHARE, SUM, Indicator, SubDimension
from begat.influence.measure.reach import DECAY, WEIGHT
from begat.influence.modality import LIFECYCLE, dataset_modality

__all__ = ["PART", "reached"]

WHAT = "downloads of a dataset in 30 days"


def by_modality(evidence: Evidence) -> pl.DataFrame:
    """Downloads of each dataset beside those of all datasets of its modality, unknown owners included."""
    table = evidence.dataset_downloads.with_columns(modality=dataset_modality()).drop_nulls("modality")
    return balanced(table, "modality", WHAT)


def by_stage(evidence: Evidence) -> pl.DataFrame:
    """Downloads of each dataset beside those of all listed datasets of its life-cycle stage."""
    known = evidence.listed_datasets.filter(pl.col("lifecycle").is_in(LIFECYCLE)).drop_nulls("value")
    found = balanced(known, "lifecycle", WHAT, fewest=1)
    return with_zeros(found, evidence.listed_by_osir, WHAT)


def trained_on(evidence: Evidence) -> pl.DataFrame:
    """Each account with a model trained on a dataset of somebody else."""
    others = evidence.training.filter(~pl.col("own")).drop_nulls("owner")
    found = rows(
        others,
        key="owner",
        amount=pl.lit(1.0),
        unit="owner",
        what=pl.concat_str(pl.lit("trained on "), "dataset"),
        id="model",
        method="method",
        date="date",
    )
    return with_zeros(found, _publishers(evidence), "models trained on it")


def reached(
    evidence: Evidence, decay: float = DECAY, cap: str = "log", weight: Mapping[str, float] = WEIGHT
) -> pl.DataFrame:
    """Each training link with its credit; `decay`, `cap` and `weight` are those of `reach`."""
    links = evidence.training
    number = links.select(pl.col("dataset").rank("dense") - 1).to_series().to_numpy().astype(np.int64)
    worth = link_credit(
        evidence.credit,
        links["node"].to_numpy(),
        number,
        outside=~links["own"].to_numpy(),
        decay=decay,
        cap=cap,
        weight=weight,
    )
    found = rows(
        links.with_columns(worth=pl.Series(worth)).filter(pl.col("worth") > 0),
        key="model",
        amount="worth",
        unit=pl.coalesce("owner", "model"),
        what=pl.concat_str(pl.lit("trained on "), "dataset"),
        id="model",
        method="method",
        date="date",
    )
    return with_zeros(found, _publishers(evidence), "models trained on it")


def _publishers(evidence: Evidence) -> pl.DataFrame:
    """Who has a listed dataset: for them all training links of the snapshot were read."""
    listed = evidence.datasets.filter(pl.col("listed")).drop_nulls("subject")
    return evidence.read(listed)


PART = SubDimension(
    dimension="data",
    name="data usage",
    name_zh="数据使用",
    weight=Fraction(1, 2),
    indicators=(
        Indicator(
            id="D06",
            name="Modality-balanced download share",
            name_zh="模态均衡下载份额",
            unit="share",
            formula="mean over modalities (with 20 institutions or more) of the share in all downloads of "
            "30 days",
            origin="published, modified (OSIR 6-10)",
            fed_by="starscreener (first 1,000 datasets by trend); Hub dump of datasets",
            scale="sqrt",
            combine=SHARE,
            rows=by_modality,
        ),
        Indicator(
            id="D07",
            name="Life-cycle-balanced download share",
            name_zh="生命周期均衡下载份额",
            unit="share",
            formula="mean over life-cycle stages of the share in the downloads of all crawled "
            "institutions in 30 days",
            origin="published, modified (OSIR 15-17)",
            fed_by="osir (the only source of stages; it lists no unknown owners)",
            scale="sqrt",
            combine=SHARE,
            rows=by_stage,
        ),
        Indicator(
            id="D08",
            name="Models trained on it, distinct owners",
            name_zh="被模型引用数(去重账号)",
            unit="accounts",
            formula="distinct accounts of models that declare one of its datasets, its own left out",
            origin="published, modified (OSIR 11)",
            fed_by="hub-stats, radar, starscreener (tags dataset:)",
            scale="log",
            combine=DISTINCT,
            rows=trained_on,
        ),
        Indicator(
            id="D09",
            name="Dataset reach through the derivation graph",
            name_zh="数据集图影响力",
            unit="weighted models",
            formula="sum over models trained on it of (1 / datasets of the model) (1 + discounted reach), "
            "capped",
            origin="begat, after HuggingGraph and Katz",
            fed_by="training links and derivations of all sources",
            scale="log",
            combine=SUM,
            rows=reached,
            varies=("decay", "cap", "weight"),
        ),
        Indicator(
            id="D10",
            name="Dataset derivatives",
            name_zh="数据集衍生数",
            unit="accounts",
            formula="distinct accounts of datasets made from one of its datasets, its own left out",
            origin="begat, after Croissant (isBasedOn)",
            fed_by="not in the present data; Hub cards (source_datasets)",
            scale="log",
            combine=DISTINCT,
        ),
    ),
)
