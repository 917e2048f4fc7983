"""Results of models on benchmarks: a data set for what many results share, four triples a result.

Benchmark, metric, split and source stand on the data set, as with scores. Which revision of the model was
evaluated stays in Parquet.
"""

import polars as pl

from begat import ids
from begat.snapshot import Snapshot
from begat.store.figures import metrics
from begat.store.terms import Lines, constant, iris, literal, real, statements, typed
from begat.vocab import BEGAT, DCT, DQV, FAIR4ML, QB, RDF, XSD

__all__ = ["lines"]

SET = ["source", "method", "benchmark", "metric", "split"]


def lines(snapshot: Snapshot) -> Lines:
    """Yield data sets, metrics and results."""
    rows = snapshot.own("evaluations", _placed(snapshot.whole))
    if rows.is_empty():
        return
    yield from _described(rows.unique("group", keep="first", maintain_order=True))
    yield from metrics(rows["metric"])
    yield from _results(rows)


def _placed(snapshot: Snapshot) -> pl.DataFrame:
    """Return all results with ``place``, the address of their data set, and ``number``, theirs in it."""
    rows = snapshot.frame("evaluations", ["model", "value", "evaluated_on", *SET])
    rows = rows.sort(*SET, "model", "evaluated_on", "value", nulls_last=False)
    rows = rows.with_columns(group=pl.struct(SET).rle_id())
    placed = rows.join(_sets(rows).select("group", "place"), on="group", maintain_order="left")
    return placed.with_columns(number=(pl.int_range(pl.len()).over("group") + 1).cast(pl.String))


def _sets(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the data sets with ``place``, their address; a number tells the splits apart."""
    sets = rows.unique("group", keep="first", maintain_order=True)
    family = ["source", "method", "benchmark", "metric"]
    sets = sets.with_columns(number=(pl.int_range(pl.len()).over(family) + 1).cast(pl.String))
    columns = [part.fill_null("-") for part in sets.select(*family, "number")]
    parts = zip(*columns, strict=True)
    return sets.with_columns(place=pl.Series([ids.minted_iri("evaluations", *each) for each in parts]))


def _described(sets: pl.DataFrame) -> Lines:
    frame = sets.with_columns(
        subject=pl.concat_str(pl.lit("<"), "place", pl.lit(">")),
        measured=iris("metric", sets["metric"]),
        benchmark=iris("benchmark", sets["benchmark"]),
        origin=iris("source", sets["source"]),
    )
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(DQV.QUALITY_MEASUREMENT_DATASET),
            BEGAT.ON_BENCHMARK: pl.col("benchmark"),
            DQV.IS_MEASUREMENT_OF: pl.col("measured"),
            DCT.SOURCE: pl.col("origin"),
            BEGAT.EXTRACTION_METHOD: literal("method"),
            BEGAT.SPLIT: literal("split"),
        },
    )


def _results(rows: pl.DataFrame) -> Lines:
    frame = rows.with_columns(
        subject=pl.concat_str(pl.lit("<"), "place", pl.lit("/"), "number", pl.lit(">")),
        set=pl.concat_str(pl.lit("<"), "place", pl.lit(">")),
        about=iris("model", rows["model"]),
    )
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(FAIR4ML.ML_MODEL_EVALUATION),
            QB.DATA_SET: pl.col("set"),
            FAIR4ML.EVALUATED_ML_MODEL: pl.col("about"),
            DQV.VALUE: real("value"),
            DCT.ISSUED: typed("evaluated_on", XSD.DATE),
        },
    )
