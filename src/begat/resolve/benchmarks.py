"""Benchmarks: the names of one to one row, which harnesses ship it, whose it is."""

import polars as pl

from begat.ids import slug
from begat.records import Benchmark
from begat.resolve.merge import merge

__all__ = ["benchmark_ids", "benchmark_rows"]

REPUBLISHERS = {
    *("HuggingFaceH4", "HuggingFaceM4", "PKU-Alignment", "evalscope", "iic", "lmms-lab", "mteb"),
    *("opencompass", "sentence-transformers"),
}
"""Accounts that hold benchmarks of others; as an account says who made a benchmark, these say nothing."""

OF_ACCOUNT = "dataset account"
"""Basis of an owner that is whoever operates the account of the benchmark's dataset."""


def benchmark_ids(benchmarks: pl.DataFrame) -> pl.Series:
    """Return the final ids: those whose names give one slug are taken for one, there is no shared key."""
    named = pl.col("id").str.contains(":", literal=True)
    names = benchmarks.select(pl.when(named).then(pl.coalesce("name", "id")).otherwise("id")).to_series()
    return names.replace_strict({name: slug(name) for name in names.unique()}, return_dtype=pl.String)


def benchmark_rows(stated: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Merge rows with the same id, and bring to each benchmark what is said of its other names.

    Parameters
    ----------
    stated : DataFrame
        Rows with final ids, in order of authority.
    accounts : DataFrame
        The accounts and their current operators.
    """
    rows, _ = merge(stated, Benchmark, "benchmark")
    root = pl.coalesce("same_as", "id").alias("id")
    shipped = rows.group_by(root).agg(shipped=pl.col("harnesses").list.explode().drop_nulls().unique().sort())
    held = rows.with_columns(root).join(_makers(rows, accounts), on="dataset")
    makers = held.group_by("id").agg(makers=pl.col("institution").unique().sort())
    joined = rows.join(shipped, on="id", how="left", maintain_order="left").join(
        makers, on="id", how="left", maintain_order="left"
    )
    own = pl.col("same_as").is_null()
    derived = own & pl.col("owners").is_null() & pl.col("makers").is_not_null()
    return joined.with_columns(
        harnesses=pl.when(own & (pl.col("shipped").list.len() > 0)).then("shipped").otherwise("harnesses"),
        owners=pl.when(derived).then("makers").otherwise("owners"),
        basis=pl.when(derived).then(pl.lit(OF_ACCOUNT)).otherwise("basis"),
    ).select(rows.columns)


def _makers(rows: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Who operates the account of each dataset; an account of both platforms is that of the Hub."""
    operated = (
        accounts.filter("current")
        .select("platform", "institution", low=pl.col("account").str.to_lowercase())
        .filter(~pl.col("low").is_in([name.lower() for name in REPUBLISHERS]))
        .sort("platform")
        .filter(pl.col("platform").is_in(["huggingface", "modelscope"]))
        .unique("low", keep="first", maintain_order=True)
    )
    datasets = rows.select("dataset").drop_nulls().unique()
    low = pl.col("dataset").str.extract("^([^/:]+)/[^/]+$").str.to_lowercase()
    return datasets.with_columns(low=low).join(operated, on="low").select("dataset", "institution")
