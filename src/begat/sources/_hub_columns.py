"""What the rows of hub-stats say, many at once; the twin of the row functions of `hub_stats`.

A row is plain if its records need no look into its card. Its tags and columns say all that its card
would: the licence has a tag, parents stand in ``baseModels`` or nowhere, there is no evaluation.
"""

from collections.abc import Mapping
from functools import partial

import polars as pl

from begat.records import Dataset, Derivation, Model, Observation, TrainedOn
from begat.sources._columns import Columns, Frames, compact
from begat.sources._hub import (
    CARD_FIELDS,
    METRICS,
    MOST_PARAMETERS,
    RELATIONS,
    REPOSITORY,
    shortest_codes,
    tag_method,
)
from begat.sources.base import Context

__all__ = ["DATASETS", "MODELS", "NAMED_BY_SPACES", "SPACES"]

Types = Mapping[str, pl.DataType]
TEXTS, TIME = pl.List(pl.String()), pl.Datetime("us")
REPOSITORY_TYPES: Types = {
    "id": pl.String(),
    "createdAt": TIME,
    "lastModified": TIME,
    "downloads": pl.Int64(),
    "downloadsAllTime": pl.Int64(),
    "likes": pl.Int64(),
    "trendingScore": pl.Float64(),
    "tags": TEXTS,
}
"""Types of the flat columns of anything; a missing column is empty, rows with another type are not plain."""
MODEL_TYPES: Types = {
    **REPOSITORY_TYPES,
    "cardData": pl.String(),
    "total": pl.Int64(),
    "gguf": pl.String(),
    "relation": pl.String(),
    "parents": TEXTS,
    "pipeline_tag": pl.String(),
    "library_name": pl.String(),
}
SPACE_TYPES: Types = {**REPOSITORY_TYPES, "models": TEXTS, "datasets": TEXTS}

PREFIXES = ("license:", "arxiv:", "dataset:", "base_model:")
ESCAPED = "\\u00"
"""How JSON may write an ASCII letter: a card with it may have any key."""
FIRST, LAST = -62_135_596_800_000_000, 253_402_300_799_999_999
"""Microseconds since 1970 of the first and the last moment that Python holds, of the years 1 and 9999."""
NAMED_BY_SPACES = {"models": "model", "datasets": "dataset"}
"""What a space names, and the kind of thing that it is."""


def flat(rows: pl.DataFrame, types: Types) -> pl.DataFrame | None:
    """Return the columns of `types`; None where one has another type."""
    found = []
    for name, dtype in types.items():
        column = rows[name] if name in rows.columns else pl.Series(name, [None] * rows.height)
        if column.dtype not in (dtype, pl.Null):
            return None
        found.append(column.cast(dtype))
    return pl.DataFrame(found)


def flat_models(rows: pl.DataFrame) -> pl.DataFrame | None:
    """Return the columns of `MODEL_TYPES`, structs taken apart; None where one has another type."""
    rows = rows.with_columns(
        total=_field(rows, "safetensors", "total"),
        relation=_field(rows, "baseModels", "relation"),
        models=_field(rows, "baseModels", "models"),
    )
    parents = _parents(rows["models"])
    return None if parents is None else flat(rows.with_columns(parents=parents), MODEL_TYPES)


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


def sound(tags: pl.DataFrame) -> list[pl.Expr]:
    """Return what must hold of any repository for its row to be plain."""
    times = (pl.col(name).cast(pl.Int64) for name in ("createdAt", "lastModified"))
    return [
        pl.col("id").str.contains(rf"\A(?:{REPOSITORY.pattern})\z").fill_null(value=False),
        ~pl.col("row").is_in(_rows(tags, pl.col("tag").is_null())),
        pl.col("trendingScore").is_finite().fill_null(value=True),
        *(time.is_between(FIRST, LAST).fill_null(value=True) for time in times),
    ]


def plain_models(rows: pl.DataFrame) -> pl.Series:
    """Say which models need no look into a JSON text and raise nothing."""
    tag, tags = pl.col("tag"), _marks(rows, PREFIXES)
    has_parents = (pl.col("parents").list.len() > 0).fill_null(value=False)
    other_paper = tag.str.starts_with("arxiv:") & ~tag.str.contains(r"^arxiv:[0-9]{4}\.[0-9]{4,5}$")
    card, licence = pl.col("cardData").fill_null(""), pl.col("licence").fill_null("")
    named_by_card = (
        pl.when(licence == "")
        .then(card.str.contains('"license"', literal=True))
        .when(licence == "other")
        .then(card.str.contains_any(['"license_name"', '"license_link"']))
        .otherwise(pl.lit(value=False))
    )
    tagged = pl.col("row").is_in(_rows(tags, tag.str.starts_with("base_model:")))
    conditions = [
        *sound(tags),
        ~pl.col("row").is_in(_rows(tags, other_paper)),
        ~pl.col("parents").list.contains(None).fill_null(value=False),
        has_parents | ~(tagged | card.str.contains('"base_model"', literal=True)),
        ~named_by_card,
        ~card.str.contains_any(['"model-index"', ESCAPED]),
        (pl.col("total").fill_null(0) != 0) | pl.col("gguf").is_null(),
    ]
    return _with(rows, _first(tags, "license:", "licence")).select(pl.all_horizontal(conditions)).to_series()


def plain_datasets(rows: pl.DataFrame) -> pl.Series:
    """Say which datasets raise nothing."""
    return rows.select(pl.all_horizontal(sound(_marks(rows, ())))).to_series()


def plain_spaces(rows: pl.DataFrame) -> pl.Series:
    """Say which spaces raise nothing."""
    gaps = (pl.col(name).list.contains(None).fill_null(value=False) for name in NAMED_BY_SPACES)
    conditions = [*sound(_marks(rows, ())), *(~gap for gap in gaps)]
    return rows.select(pl.all_horizontal(conditions)).to_series()


def models(rows: pl.DataFrame, context: Context) -> Frames:
    """Return what `hub_stats.model` says of plain rows."""
    tags = _marks(rows, PREFIXES)
    return {
        Model: _models(rows, tags),
        Derivation: _derivations(rows, context),
        TrainedOn: _training(rows, tags, context),
        Observation: _figures(rows, "model", METRICS, context),
    }


def datasets(rows: pl.DataFrame, context: Context) -> Frames:
    """Return what `hub_stats.dataset` says of plain rows."""
    tags = _marks(rows, (*CARD_FIELDS, "modality:"))
    field = pl.coalesce(
        pl.when(pl.col("tag").str.starts_with(field)).then(pl.lit(field)) for field in CARD_FIELDS
    )
    counts = tags.group_by("row").agg(filled=field.drop_nulls().n_unique())
    rows = _with(rows, counts).with_columns(pl.col("filled").fill_null(0))
    return {
        Dataset: _datasets(rows, tags),
        Observation: _figures(rows, "dataset", {"filled": "card_fields_of_6", **METRICS}, context),
    }


def spaces(rows: pl.DataFrame, context: Context) -> Frames:
    """Return what `hub_stats.space` says of plain rows."""
    named = [
        rows.select("row", subject=name)
        .explode("subject")
        .drop_nulls()
        .unique(maintain_order=True)
        .with_columns(metric=pl.lit("spaces"), value=pl.lit(1.0), subject_kind=pl.lit(kind))
        for name, kind in NAMED_BY_SPACES.items()
    ]
    figures = _figures(rows, "space", METRICS, context)
    named_on = pl.concat(named).with_columns(observed_on=pl.lit(context.date)).select(figures.columns)
    return {Observation: pl.concat([figures, named_on])}


def _datasets(rows: pl.DataFrame, tags: pl.DataFrame) -> pl.DataFrame:
    codes = _values(tags, "language:").filter(pl.col("value").str.contains(r"\A[a-z]{2,3}\z"))
    shortest = codes.with_columns(pl.col("value").replace(shortest_codes()))
    parts = (
        _first(tags, "license:", "licence_raw"),
        _listed(_values(tags, "source_datasets:"), "derived_from"),
        _listed(shortest.unique().sort("row", "value"), "languages"),
        _listed(_values(tags, "modality:"), "modality"),
    )
    for part in parts:
        rows = _with(rows, part)
    joined = pl.col("modality").list.join(",")
    return rows.select(
        "row",
        "id",
        "derived_from",
        "languages",
        "licence_raw",
        modality=pl.when(joined != "").then(joined),
        created_at=pl.col("createdAt").dt.replace_time_zone("UTC"),
        modified_at=pl.col("lastModified").dt.replace_time_zone("UTC"),
    )


def _models(rows: pl.DataFrame, tags: pl.DataFrame) -> pl.DataFrame:
    papers = _values(tags, "arxiv:").unique(["row", "value"], keep="first", maintain_order=True)
    joined = _with(_with(rows, _first(tags, "license:", "licence_raw")), _listed(papers, "papers"))
    return joined.select(
        "row",
        "id",
        "papers",
        "licence_raw",
        created_at=pl.col("createdAt").dt.replace_time_zone("UTC"),
        modified_at=pl.col("lastModified").dt.replace_time_zone("UTC"),
        task="pipeline_tag",
        library="library_name",
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


def _figures(rows: pl.DataFrame, kind: str, metrics: Mapping[str, str], context: Context) -> pl.DataFrame:
    """Return an observation for each figure that is known, those of a row in the order of `metrics`."""
    parts = [
        rows.select("row", subject="id", metric=pl.lit(metric), value=pl.col(name).cast(pl.Float64))
        for name, metric in metrics.items()
    ]
    return (
        pl.concat(parts)
        .drop_nulls("value")
        .sort("row", maintain_order=True)
        .with_columns(subject_kind=pl.lit(kind), observed_on=pl.lit(context.date))
    )


def _marks(rows: pl.DataFrame, prefixes: tuple[str, ...]) -> pl.DataFrame:
    """Return the tags that begin with one of these, ``row, tag``, and those that are none."""
    tags = rows.filter(pl.col("tags").list.len() > 0).select("row", tag="tags").explode("tag")
    said = pl.col("tag").str.contains("^(?:" + "|".join(prefixes) + ")") if prefixes else pl.lit(value=False)
    found = tags.filter(said | pl.col("tag").is_null())
    return found.with_columns(compact(found["tag"]))


def _values(tags: pl.DataFrame, prefix: str) -> pl.DataFrame:
    """Return what follows a prefix, ``row, value``."""
    chosen = tags.filter(pl.col("tag").str.starts_with(prefix))
    return chosen.select("row", value=pl.col("tag").str.strip_prefix(prefix))


def _first(tags: pl.DataFrame, prefix: str, name: str) -> pl.DataFrame:
    """Return what follows the first tag with a prefix, for each row with one."""
    values = _values(tags, prefix).rename({"value": name})
    return values.unique("row", keep="first", maintain_order=True)


def _listed(values: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return all values of each row as a list."""
    return values.group_by("row", maintain_order=True).agg(pl.col("value").alias(name))


def _with(rows: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    return rows.join(facts, on="row", how="left", maintain_order="left")


def _rows(tags: pl.DataFrame, which: pl.Expr) -> pl.Series:
    return tags.filter(which)["row"].implode()


MODELS = Columns(flat_models, plain_models, models)
DATASETS = Columns(partial(flat, types=REPOSITORY_TYPES), plain_datasets, datasets)
SPACES = Columns(partial(flat, types=SPACE_TYPES), plain_spaces, spaces)
"""Twins of the row functions of ``models.parquet``, ``datasets.parquet`` and ``spaces.parquet``."""
