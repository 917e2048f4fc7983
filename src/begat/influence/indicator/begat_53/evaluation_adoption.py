"""Evaluation, adoption: who uses an institution's benchmarks."""

from fractions import Fraction

import polars as pl

from begat.influence.evidence import Evidence, rows, with_zeros
from begat.influence.indicator.base import DISTINCT, MEAN, SHARE, SUM, Indicator, SubDimension

__all__ = ["PART"]

CURATED = "benchmark-owners"
"""The source that says whose a benchmark is; where it is used, others say."""

CITATIONS = "field_weighted_citations"
"""The figure: citations of a paper over the mean of its field, year and kind."""

ARXIV = r"arxiv\.org/\w+/(\d{4}\.\d{4,5})"

CARDS = "model-index"
"""Method of results that stand in the card of a model."""


def _benchmarks(evidence: Evidence) -> pl.DataFrame:
    """Benchmarks by owner, joint ones by each: ``id, same_as, harnesses, paper, root, subject, source``."""
    table = evidence.snapshot.frame(
        "benchmarks", ["id", "same_as", "owners", "harnesses", "paper", "sources"]
    )
    whole = table.with_columns(main=pl.coalesce("same_as", "id"))
    owners = whole.drop_nulls("owners").select("main", "owners").explode("owners").unique(maintain_order=True)
    owned = whole.drop("owners").join(owners, on="main").rename({"owners": "institution"})
    return owned.join(
        evidence.institutions.select("institution", "root", "subject"), on="institution"
    ).with_columns(source=pl.col("sources").list.set_difference([CURATED]).list.first())


def _owners(evidence: Evidence) -> pl.DataFrame:
    """Who owns a benchmark: for them all cards and harnesses of the snapshot were read."""
    return evidence.read(_benchmarks(evidence))


def downloads(evidence: Evidence) -> pl.DataFrame:
    """Downloads of each evaluation dataset beside those of all listed ones."""
    table = evidence.listed_datasets.filter(pl.col("lifecycle") == "Evaluation").drop_nulls("value")
    found = rows(
        table,
        key="id",
        amount="value",
        weight=pl.lit(float(table["value"].sum() or 1)),
        unit="id",
        what=pl.lit("downloads of an evaluation dataset in 30 days"),
        id="id",
        method=pl.lit("listed"),
        date="date",
    )
    return with_zeros(found, evidence.listed_by_osir, "downloads of evaluation datasets")


def reported(evidence: Evidence) -> pl.DataFrame:
    """Each account of others whose card reports a benchmark of the institution."""
    results = evidence.snapshot.frame(
        "evaluations", ["model", "benchmark", "method", "evaluated_on", "source"]
    )
    cards = results.filter(pl.col("method") == CARDS).unique(["model", "benchmark"], maintain_order=True)
    made = evidence.models.select(model="id", owner="owner", model_root="root")
    table = (
        cards.join(made, on="model")
        .join(_benchmarks(evidence).drop("source"), left_on="benchmark", right_on="id")
        .filter((pl.col("root") != pl.col("model_root")).fill_null(value=True))
    )
    found = rows(
        table,
        key="owner",
        amount=pl.lit(1.0),
        unit="owner",
        what=pl.concat_str(pl.lit("reports "), "benchmark"),
        id="model",
        method="method",
        date=pl.coalesce("evaluated_on", evidence.day_of("source")),
    )
    return with_zeros(found, _owners(evidence), "cards that report a benchmark of it")


def harnesses(evidence: Evidence) -> pl.DataFrame:
    """Each harness that ships a benchmark of the institution, benchmark by benchmark."""
    known = _benchmarks(evidence).filter(evidence.existed(pl.lit(None, dtype=pl.Date)))
    table = known.drop_nulls("harnesses").explode("harnesses")
    pairs = table.unique(["subject", "main", "harnesses"], keep="first", maintain_order=True)
    found = rows(
        pairs,
        key=pl.concat_str("main", pl.lit(" in "), "harnesses"),
        amount=pl.lit(1.0),
        unit="main",
        what=pl.concat_str(pl.lit("shipped by "), "harnesses"),
        id="main",
        method=pl.lit("listed"),
        date=evidence.day_of("source"),
    )
    return with_zeros(found, _owners(evidence), "harnesses that ship a benchmark of it")


def cited(evidence: Evidence) -> pl.DataFrame:
    """Citations of the arXiv paper of each benchmark, beside the mean of its field and year."""
    weighted = evidence.figures.filter(pl.col("metric") == CITATIONS)
    newest = weighted.sort("date", descending=True).unique("id", keep="first", maintain_order=True)
    table = _benchmarks(evidence).drop("source").drop_nulls("paper")
    papers = table.with_columns(paper=pl.concat_str(pl.lit("arxiv:"), pl.col("paper").str.extract(ARXIV)))
    return rows(
        papers.unique(["subject", "paper"], keep="first", maintain_order=True).join(
            newest, left_on="paper", right_on="id"
        ),
        key="paper",
        amount="value",
        weight=pl.lit(1.0),
        unit="paper",
        what=pl.concat_str(pl.lit("citations beside the mean, paper of "), "main"),
        id="paper",
        method=pl.lit("observed"),
        date="date",
    )


PART = SubDimension(
    dimension="evaluation",
    name="evaluation adoption",
    name_zh="评测采用",
    weight=Fraction(9, 20),
    indicators=(
        Indicator(
            id="E06",
            name="Evaluation dataset downloads",
            name_zh="评测集下载",
            unit="share",
            formula="share in the downloads of the evaluation datasets of all crawled institutions in 30 "
            "days",
            origin="begat (OSIR counts no downloads of its stage evaluation)",
            fed_by="osir (the only source of stages; it lists no unknown owners)",
            scale="sqrt",
            combine=SHARE,
            rows=downloads,
        ),
        Indicator(
            id="E07",
            name="Benchmark use by third parties",
            name_zh="被第三方报告次数",
            unit="accounts",
            formula="distinct accounts whose model cards report one of its benchmarks, its own left out",
            origin="begat, after Papers with Code and every-eval-ever",
            fed_by="hub-stats, radar (model-index); benchmarks (owners)",
            scale="log",
            combine=DISTINCT,
            rows=reported,
        ),
        Indicator(
            id="E08",
            name="Inclusion in harnesses",
            name_zh="被评测框架集成",
            unit="benchmarks in harnesses",
            formula="its benchmarks, each counted once for every harness that ships it",
            origin="begat",
            fed_by="benchmarks (lm-eval, OpenCompass, evalscope), mteb",
            scale="log",
            combine=SUM,
            rows=harnesses,
        ),
        Indicator(
            id="E09",
            name="Benchmark citations",
            name_zh="基准论文引用",
            unit="ratio",
            formula="citations of its benchmark papers beside the mean of their year and topic",
            origin="begat, after the Leiden normalisation",
            fed_by="not in the present data; openalex-benchmarks",
            scale="log",
            combine=MEAN,
            rows=cited,
        ),
    ),
)
