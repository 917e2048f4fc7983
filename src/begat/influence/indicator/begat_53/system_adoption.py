"""System, adoption: who uses an institution's open systems."""

from fractions import Fraction

import polars as pl

from begat.influence.evidence import Evidence, rows, with_zeros
from begat.influence.indicator.base import DISTINCT, SUM, Indicator, SubDimension

__all__ = ["PART"]

DEPENDENTS = {"dependent_packages": 2.0, "dependent_repositories": 1.0}
"""Figures of who depends on a system, and the weight of their logarithms."""


def _declared(evidence: Evidence, models: pl.DataFrame) -> pl.DataFrame:
    """Models with the systems whose library they declare: ``system, library, subject`` (the maintainer's)."""
    libraries = evidence.systems.drop_nulls("libraries").explode("libraries")
    known = libraries.select("system", "subject", library=pl.col("libraries").str.to_lowercase())
    named = models.drop_nulls("library").drop("subject")
    declared = named.with_columns(pl.col("library").str.to_lowercase()).join(known, on="library")
    return declared.unique(["subject", "id"], keep="first", maintain_order=True)


def _read(evidence: Evidence) -> pl.DataFrame:
    """Who maintains a system: for them the libraries of all models were read."""
    return evidence.read(evidence.systems)


def declaring(evidence: Evidence) -> pl.DataFrame:
    """Each account with a model that declares a library of the institution."""
    found = rows(
        _declared(evidence, evidence.models.drop_nulls("owner")),
        key="owner",
        amount=pl.lit(1.0),
        unit="owner",
        what=pl.concat_str(pl.lit("declares "), "library", pl.lit(" ("), "system", pl.lit(")")),
        id="id",
        method=pl.lit("listed"),
        date=evidence.day_of("stated_by"),
        source="stated_by",
    )
    return with_zeros(found, _read(evidence), "models that declare a library of it")


def downloads(evidence: Evidence) -> pl.DataFrame:
    """Downloads of each model that declares a library of the institution."""
    found = rows(
        _declared(evidence, evidence.downloads),
        key="id",
        amount="value",
        unit="id",
        what=pl.concat_str(pl.lit("downloads, declares "), "library"),
        id="id",
        method=pl.lit("observed"),
        date="date",
    )
    return with_zeros(found, _read(evidence), "models that declare a library of it")


def packages(evidence: Evidence) -> pl.DataFrame:
    """Downloads of each package of the institution's systems; separately licensed figures included."""
    columns = ["subject", "metric", "value", "observed_on", "source"]
    apart = evidence.snapshot.further("observations").select(columns)
    stated = pl.concat([evidence.snapshot.frame("observations", columns), apart])
    counted = stated.filter(
        (pl.col("metric") == "package_downloads_30d") & (pl.col("observed_on") <= evidence.day)
    )
    newest = counted.filter(pl.col("observed_on") == pl.col("observed_on").max())
    most = newest.filter(pl.col("value") > 0)["value"].quantile(0.99) or 0.0
    systems = evidence.systems.select("subject", "system", "former")
    former = systems.explode("former").drop_nulls("former").select("subject", system="former")
    known = pl.concat([systems.select("subject", "system"), former])
    return rows(
        newest.rename({"subject": "system"}).join(known, on="system"),
        key="system",
        amount=pl.col("value").clip(upper_bound=most),
        unit="system",
        what=pl.lit("package downloads in 30 days"),
        id="system",
        method=pl.lit("observed"),
        date="observed_on",
    )


def dependents(evidence: Evidence) -> pl.DataFrame:
    """Logarithms of how many packages, and how many repositories, depend on each system, newest figures."""
    found = evidence.of_systems(*DEPENDENTS)
    newest = found.filter(pl.col("date") == pl.col("date").max().over("metric"))
    return rows(
        newest,
        key="system",
        amount=pl.col("metric").replace_strict(DEPENDENTS) * (pl.col("value") + 1).log10(),
        unit="system",
        what=pl.concat_str(pl.lit("logarithm of "), "metric"),
        id="system",
        method=pl.lit("observed"),
        date="date",
    )


PART = SubDimension(
    dimension="system",
    name="system adoption",
    name_zh="系统采用",
    weight=Fraction(2, 5),
    indicators=(
        Indicator(
            id="S07",
            name="Hub models declaring the library",
            name_zh="声明该库的模型",
            unit="accounts",
            formula="distinct accounts with a model that declares a library which the institution maintains",
            origin="begat, in place of OSIR 43 (a flag)",
            fed_by="hub-stats, radar, starscreener (library_name); systems (maintainer)",
            scale="log",
            combine=DISTINCT,
            rows=declaring,
        ),
        Indicator(
            id="S08",
            name="Downloads of models served by the library",
            name_zh="经该库的下载",
            unit="downloads in 30 days",
            formula="downloads of models that declare a library which the institution maintains",
            origin="begat, after the runtime table of Hugging Face",
            fed_by="one source and date a platform, the newest full one; systems (maintainer)",
            scale="log",
            combine=SUM,
            rows=downloads,
        ),
        Indicator(
            id="S09",
            name="Package downloads",
            name_zh="包下载量",
            unit="downloads in 30 days",
            formula="downloads of the packages of its systems, each at most the 99th percentile of all "
            "that are downloaded",
            origin="begat, after SourceRank and riskmetric",
            fed_by="best-of-ml-python (CC-BY-SA-4.0, kept apart); PyPI download statistics",
            scale="log",
            combine=SUM,
            rows=packages,
        ),
        Indicator(
            id="S10",
            name="Dependents",
            name_zh="依赖者",
            unit="logarithm",
            formula="2 log10(1 + dependent packages) + log10(1 + dependent repositories)",
            origin="begat, after SourceRank",
            fed_by="not in the present data; deps-dev (packages), ecosyste.ms (repositories)",
            scale="linear",
            combine=SUM,
            rows=dependents,
        ),
    ),
)
