"""What the rows of hub-stats say, many at once; the twin of the row functions of `hub_stats`.

A row is plain if its records need no look into its card. Its tags and columns say all that its card
would: the licence has a tag, parents stand in ``baseModels`` or nowhere, there is no evaluation.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from begat.records import Derivation, Model, Observation, TrainedOn
from begat.sources._columns import Columns, Frames, compact
from begat.sources._hub import MOST_PARAMETERS, RELATIONS, REPOSITORY, tag_method
from begat.sources.base import Context

__all__ = ["MODELS"]

TYPES: Mapping[str, pl.DataType] = {
    "id": pl.String(),
    "createdAt": pl.Datetime("us"),
    "lastModified": pl.Datetime("us"),
    "downloads": pl.Int64(),
    "downloadsAllTime": pl.Int64(),
    "likes": pl.Int64(),
    "trendingScore": pl.Float64(),
    "tags": pl.List(pl.String()),
    "cardData": pl.String(),
    "total": pl.Int64(),
    "gguf": pl.String(),
    "relation": pl.String(),
    "parents": pl.List(pl.String()),
    "pipeline_tag": pl.String(),
    "library_name": pl.String(),
}
"""Types of the flat columns; a column that is missing is empty, one of another type is not plain."""

PREFIXES = ("license:", "arxiv:", "dataset:", "base_model:")
ESCAPED = "\\u00"
"""How JSON may write an ASCII letter: a card with it may have any key."""
FIRST, LAST = -62_135_596_800_000_000, 253_402_300_799_999_999
"""Microseconds since 1970 of the first and the last moment that Python holds, of the years 1 and 9999."""
METRICS = {
    "downloads": "downloads_30d",
    "downloadsAllTime": "downloads_total",
    "likes": "likes",
    "trendingScore": "trending",
}


def flat(rows: pl.DataFrame) -> pl.DataFrame | None:
    """Return the columns of `TYPES`, structs taken apart; None where one has another type."""
    rows = rows.with_columns(
        total=_field(rows, "safetensors", "total"),
        relation=_field(rows, "baseModels", "relation"),
        models=_field(rows, "baseModels", "models"),
    )
    parents = _parents(rows["models"])
    if parents is None:
        return None
    rows = rows.with_columns(parents=parents)
    found = []
    for name, dtype in TYPES.items():
        column = rows[name] if name in rows.columns else pl.Series(name, [None] * rows.height)
        if column.dtype not in (dtype, pl.Null):
            return None
        found.append(column.cast(dtype))
    return pl.DataFrame(found)


def _field(rows: pl.DataFrame, column: str, field: str) -> pl.Series:
    """Return a field of a struct column, empty where the struct is; an odd column stays as it is."""
    if column not in rows.columns:
        return pl.Series(field, [None] * rows.height)
    kind = rows.schema[column]
    if not isinstance(kind, pl.Struct):
        return rows[column]
    if field not in {inner.name for inner in kind.fields}:
        return pl.Series(field, [None] * rows.height)
    inner = pl.when(pl.col(column).is_not_null()).then(pl.col(column).struct.field(field))
    return rows.select(inner).to_series()


def _parents(models: pl.Series) -> pl.Series | None:
    """Return the ids of a column of lists of ``{id}``; None for a column of another type."""
    if models.dtype == pl.Null:
        return models
    item = models.dtype.inner if isinstance(models.dtype, pl.List) else None
    if not isinstance(item, pl.Struct) or pl.Field("id", pl.String) not in item.fields:
        return None
    ids = models.list.eval(pl.when(pl.element().is_not_null()).then(pl.element().struct.field("id")))
    return ids.alias("parents")


def plain(rows: pl.DataFrame) -> pl.Series:
    """Say which rows need no look into a JSON text and raise nothing."""
    tags = _marks(rows)
    licence = _first(tags, "license:")
    stated, has_parents = pl.col("row").is_in(_rows(tags, "base_model:")), pl.col("parents").list.len() > 0
    odd_paper = tags.filter(
        pl.col("tag").str.starts_with("arxiv:") & ~pl.col("tag").str.contains(r"^arxiv:[0-9]{4}\.[0-9]{4,5}$")
    )
    card = pl.col("cardData").fill_null("")
    unnamed = pl.col("licence").fill_null("")
    named = (
        pl.when(unnamed == "")
        .then(card.str.contains('"license"', literal=True))
        .when(unnamed == "other")
        .then(card.str.contains('"license_name"', literal=True))
        .otherwise(pl.lit(value=False))
    )
    trending = pl.col("trendingScore")
    conditions = [
        pl.col("id").str.contains(rf"\A(?:{REPOSITORY.pattern})\z").fill_null(value=False),
        ~pl.col("row").is_in(tags.filter(pl.col("tag").is_null())["row"].implode()),
        ~pl.col("row").is_in(odd_paper["row"].implode()),
        ~pl.col("parents").list.contains(None).fill_null(value=False),
        has_parents.fill_null(value=False) | ~(stated | card.str.contains('"base_model"', literal=True)),
        ~named,
        ~card.str.contains_any(['"model-index"', ESCAPED]),
        (pl.col("total").fill_null(0) != 0) | pl.col("gguf").is_null(),
        trending.is_finite().fill_null(value=True),
        *(
            pl.col(name).cast(pl.Int64).is_between(FIRST, LAST).fill_null(value=True)
            for name in ("createdAt", "lastModified")
        ),
    ]
    joined = rows.join(licence, on="row", how="left", maintain_order="left")
    return joined.select(pl.all_horizontal(conditions)).to_series()


def frames(rows: pl.DataFrame, context: Context) -> Frames:
    """Return what `hub_stats.model` says of plain rows."""
    tags = _marks(rows)
    return {
        Model: _models(rows, tags),
        Derivation: _derivations(rows, context),
        TrainedOn: _training(rows, tags, context),
        Observation: figures(rows, "model", context),
    }


def _models(rows: pl.DataFrame, tags: pl.DataFrame) -> pl.DataFrame:
    papers = _values(tags, "arxiv:").unique(["row", "value"], keep="first", maintain_order=True)
    joined = rows.join(_first(tags, "license:"), on="row", how="left", maintain_order="left").join(
        papers.group_by("row", maintain_order=True).agg(papers="value"),
        on="row",
        how="left",
        maintain_order="left",
    )
    return joined.select(
        "row",
        "id",
        "papers",
        created_at=pl.col("createdAt").dt.replace_time_zone("UTC"),
        modified_at=pl.col("lastModified").dt.replace_time_zone("UTC"),
        task="pipeline_tag",
        library="library_name",
        licence_raw="licence",
        parameters=pl.when(pl.col("total").is_between(1, MOST_PARAMETERS)).then("total"),
    )


def _derivations(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    stated = rows.filter(pl.col("parents").list.len() > 0)
    known = pl.when(pl.col("relation").is_in(RELATIONS)).then("relation")
    methods = {relation: tag_method(relation) for relation in (*RELATIONS, "undetermined")}
    return (
        stated.select(
            "row",
            child="id",
            relation=known.otherwise(pl.lit("undetermined")),
            parent_raw="parents",
            ordinal=pl.int_ranges(0, pl.col("parents").list.len()),
        )
        .explode("parent_raw", "ordinal")
        .with_columns(method=pl.col("relation").replace_strict(methods), stated_on=pl.lit(context.date))
    )


def _training(rows: pl.DataFrame, tags: pl.DataFrame, context: Context) -> pl.DataFrame:
    named = _values(tags, "dataset:").unique(["row", "value"], keep="first", maintain_order=True)
    return named.join(rows.select("row", model="id"), on="row", how="left", maintain_order="left").select(
        "row", "model", dataset_raw="value", method=pl.lit("tags"), stated_on=pl.lit(context.date)
    )


def figures(rows: pl.DataFrame, kind: str, context: Context) -> pl.DataFrame:
    """Return an observation for each figure that is known, those of a row in the order of `METRICS`."""
    parts = [
        rows.select("row", subject="id", metric=pl.lit(metric), value=pl.col(name).cast(pl.Float64))
        for name, metric in METRICS.items()
    ]
    return (
        pl.concat(parts)
        .drop_nulls("value")
        .sort("row", maintain_order=True)
        .with_columns(subject_kind=pl.lit(kind), observed_on=pl.lit(context.date))
    )


def _marks(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the tags that say something, ``row, tag``, and those that are none."""
    tags = rows.filter(pl.col("tags").list.len() > 0).select("row", tag="tags").explode("tag")
    said = pl.col("tag").str.contains("^(?:" + "|".join(PREFIXES) + ")")
    found = tags.filter(said | pl.col("tag").is_null())
    return found.with_columns(compact(found["tag"]))


def _values(tags: pl.DataFrame, prefix: str) -> pl.DataFrame:
    """Return what follows a prefix, ``row, value``."""
    chosen = tags.filter(pl.col("tag").str.starts_with(prefix))
    return chosen.select("row", value=pl.col("tag").str.strip_prefix(prefix))


def _first(tags: pl.DataFrame, prefix: str) -> pl.DataFrame:
    values = _values(tags, prefix).rename({"value": "licence"})
    return values.unique("row", keep="first", maintain_order=True)


def _rows(tags: pl.DataFrame, prefix: str) -> Any:
    return tags.filter(pl.col("tag").str.starts_with(prefix))["row"].implode()


MODELS = Columns(flat, plain, frames)
"""Columns of ``models.parquet``."""
