"""A synthetic Hub in the schema of the bulk dump hub-stats: what a whole Hub looks like to an import.

Every account begins with ``synthetic-`` and the file says in its metadata that it is synthetic. Parents
are written as the Hub writes them: resolved ones as tags, their typed twins and ``baseModels``; others,
in a wrong case or by an old name or no model at all, in the card alone or in an adapter's raw tag.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from begat.files import atomic_file
from begat.sources.base import SYNTHETIC
from begat.synth import shape
from begat.synth.cards import cards, chat_templates
from begat.synth.chance import Ints, stream
from begat.synth.datasets import JUNK
from begat.synth.generate import Hub
from begat.synth.names import PLATFORM
from begat.synth.statements import statements

__all__ = ["SCHEMA", "write_dump"]

GROUP = 100_000
"""Rows of a row group: what is held at a time."""

DTYPES = ("BF16", "F32", "F8_E4M3", "U8", "I64", "F8_E8M0", "I8", "I32", "F16", "U32", "BOOL", "I16", "U16",
          "C64", "F64", "miku", "fastllm", "F8_E5M2", "U64", "F6_E2M3")  # fmt: skip
COUNTS = pa.struct([(name, pa.int64()) for name in DTYPES])
BASE = pa.struct([("_id", pa.string()), ("id", pa.string())])
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("author", pa.string()),
        ("createdAt", pa.timestamp("us")),
        ("lastModified", pa.timestamp("us")),
        ("downloads", pa.int64()),
        ("downloadsAllTime", pa.int64()),
        ("likes", pa.int64()),
        ("trendingScore", pa.float64()),
        ("tags", pa.list_(pa.string())),
        ("cardData", pa.string()),
        ("safetensors", pa.struct([("parameters", COUNTS), ("total", pa.int64())])),
        ("gguf", pa.string()),
        ("baseModels", pa.struct([("relation", pa.string()), ("models", pa.list_(BASE))])),
        ("pipeline_tag", pa.string()),
        ("library_name", pa.string()),
    ]
)
"""The columns of ``models.parquet`` as genuine rows have them."""

HUB_KINDS = {"adapter": "adapter", "quantized": "quantized", "merge": "merge"}
"""Kinds that the Hub knows beside finetune, which it also calls a copy."""
ARXIV = 0.05
"""Assumed: part of the models with a paper among their tags."""
FLAGS = {
    "en": 0.40, "pytorch": 0.35, "tensorboard": 0.20, "llama": 0.25, "lora": 0.15, "trl": 0.10,
    "conversational": 0.25, "generated_from_trainer": 0.20, "text-generation-inference": 0.30,
    "endpoints_compatible": 0.60, "autotrain_compatible": 0.40, "region:us": 1.0,
}  # fmt: skip
"""Assumed: tags that say what a model is, and the parts of the models that have them."""
PACKED = 0.60
"""Assumed: part of the quantizations that are GGUF files."""


def write_dump(hub: Hub, path: Path) -> int:
    """Write a Hub as ``models.parquet`` of hub-stats, whole or not at all; return its number of rows.

    Parameters
    ----------
    hub : Hub
        What is written: its listed models in order of creation, then a few rows that no import can use.
    path : Path
        The file.

    Notes
    -----
    O(n log n); 100,000 rows are held at a time beside the Hub itself.
    """
    label = f"{hub.models} models, seed {hub.seed}: every row is made up"
    schema = SCHEMA.with_metadata({SYNTHETIC: label})
    rows = Rows(hub)
    with atomic_file(path) as work, pq.ParquetWriter(work, schema, compression="zstd") as file:
        for start in range(0, rows.count, GROUP):
            file.write_table(rows.table(start, min(start + GROUP, rows.count)).cast(schema))
        file.write_table(unusable().cast(schema))
    return rows.count + len(UNUSABLE)


UNUSABLE = (
    {"id": None},
    {"id": "synthetic-account/no id"},
    {"id": "synthetic-account/no-tag", "tags": ["transformers", None]},
    {"id": "synthetic-account/no-figure", "trendingScore": float("inf")},
    {"id": "synthetic-account/no-parent", "baseModels": {"relation": "merge", "models": [{"id": None}]}},
)
"""What an import must set aside: no id or none of the Hub, no text, no number, no parent."""


def unusable() -> pa.Table:
    """Return the rows that no import can use."""
    return pa.Table.from_pylist(list(UNUSABLE), schema=SCHEMA)


@dataclass(frozen=True)
class Rows:
    """The listed models of a Hub in order of creation, as rows of the dump."""

    hub: Hub

    @cached_property
    def models(self) -> Ints:
        """Number of the model of each row."""
        made = self.hub.derivations
        listed = np.setdiff1d(np.arange(len(self.hub.ids)), made.unlisted)
        found: Ints = listed[np.argsort(self.hub.attributes.created[listed], kind="stable")]
        return found

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.models)

    @cached_property
    def ids(self) -> pl.Series:
        """Id of each model of the Hub, by its number."""
        return self.hub.ids.to_frame("id").select(spelled("id")).to_series()

    @cached_property
    def places(self) -> Ints:
        """Row of each model, by its number; -1 for one that is not listed."""
        found = np.full(len(self.hub.ids), -1, dtype=np.int64)
        found[self.models] = np.arange(self.count)
        return found

    @cached_property
    def bases(self) -> pl.DataFrame:
        """Parents by row: ``row, parent, relation, resolved``; one relation a row, as on the Hub."""
        numbers = pl.DataFrame({"child": self.hub.ids, "row": self.places}).filter(pl.col("row") >= 0)
        stated = statements(self.hub).filter(pl.struct("child", "parent_raw").is_first_distinct())
        raw, known = pl.col("parent_raw"), pl.col("parent").is_not_null()
        plain = known & ((raw == pl.col("parent")) | raw.str.starts_with(f"{PLATFORM}:former-"))
        kind = pl.col("relation").replace_strict(HUB_KINDS, default="finetune")
        return (
            stated.join(numbers, on="child")
            .sort("row", "ordinal", "parent_raw")
            .select(
                "row",
                parent=spelled("parent_raw"),
                relation=pl.when(pl.len().over("row") > 1)
                .then(pl.lit("merge"))
                .otherwise(kind.first().over("row")),
                resolved=plain.all().over("row"),
            )
        )

    @cached_property
    def training(self) -> pl.DataFrame:
        """Training data by row: ``row, dataset``."""
        links = self.hub.datasets
        number = pl.Series(np.maximum(links.dataset, 0)).cast(pl.String).str.zfill(6)
        junk = pl.Series(JUNK).gather(np.maximum(-1 - links.dataset, 0))
        frame = pl.DataFrame({"row": self.places[links.model], "number": number, "junk": junk})
        known = pl.lit(pl.Series(links.dataset >= 0))
        name = pl.concat_str(pl.lit("synthetic-data/data-"), "number")
        chosen = frame.select("row", dataset=pl.when(known).then(name).otherwise("junk"))
        return chosen.filter(pl.col("row") >= 0).sort("row", "dataset")

    def table(self, start: int, stop: int) -> pa.Table:
        """Return some rows."""
        facts = self._facts(start, stop)
        bases, training = (between(frame, start, stop) for frame in (self.bases, self.training))
        kind = bases.group_by("row", maintain_order=True).agg(
            pl.col("relation").first(), pl.col("resolved").first(), bases=pl.col("parent")
        )
        facts = facts.join(kind, on="row", how="left", maintain_order="left")
        packed = (pl.col("relation") == "quantized") & (pl.col("chance") < PACKED)
        facts = facts.with_columns(packed=packed.fill_null(value=False))
        columns = {name: facts[name].to_arrow() for name in SCHEMA.names if name in facts.columns} | {
            "tags": listed(stop - start, self._tags(facts, bases, training)),
            "cardData": cards(facts, self.hub.seed + start).to_arrow(),
            "safetensors": safetensors(facts),
            "gguf": gguf(facts, self.hub.seed + start).to_arrow(),
            "baseModels": base_models(facts, bases.filter("resolved")),
        }
        return pa.table({name: columns[name] for name in SCHEMA.names})

    def _facts(self, start: int, stop: int) -> pl.DataFrame:
        """What a row holds in one cell each, and its random number."""
        numbers, held = self.models[start:stop], self.hub.attributes
        rng = stream(self.hub.seed + start, "dump")
        created = held.created[numbers]
        frame = pl.DataFrame(
            {
                "row": np.arange(stop - start),
                "id": self.ids.gather(numbers),
                "createdAt": created * 1_000_000,
                "lastModified": (created + rng.integers(0, 8_640_000, len(numbers))) * 1_000_000,
                "downloads": held.downloads[numbers],
                "downloadsAllTime": held.downloads[numbers] * 9 + held.likes[numbers],
                "likes": held.likes[numbers],
                "trendingScore": np.floor(held.likes[numbers] / 50),
                "chance": rng.random(len(numbers)),
                "pipeline_tag": decoded(shape.TASKS, held.task[numbers]),
                "library_name": decoded(shape.LIBRARIES, held.library[numbers]),
                "licence": decoded(shape.LICENCES, held.licence[numbers]),
                "size": decoded(shape.SIZES, held.size[numbers]),
            }
        )
        times = pl.col("createdAt", "lastModified").cast(pl.Datetime("us"))
        return frame.with_columns(times, author=pl.col("id").str.extract("^([^/]+)/"))

    def _tags(self, facts: pl.DataFrame, bases: pl.DataFrame, training: pl.DataFrame) -> pl.DataFrame:
        """Tags as ``row, text``, those of a row in the Hub's order."""
        typed = pl.concat_str(pl.lit("base_model:"), "relation", pl.lit(":"), "parent")
        resolved, raw = bases.filter("resolved"), ~pl.col("resolved") & (pl.col("relation") == "adapter")
        chance, number = pl.col("chance"), pl.col("row").cast(pl.String).str.zfill(5)
        weights = pl.when("packed").then(pl.lit("gguf")).when(pl.col("size").is_not_null())
        parts = [
            facts.select("row", text="library_name"),
            facts.select("row", text=weights.then(pl.lit("safetensors"))),
            facts.select("row", text="pipeline_tag"),
            training.select("row", text="dataset:" + pl.col("dataset")),
            facts.select("row", text=pl.when(chance > 1 - ARXIV).then("arxiv:2401." + number.str.tail(5))),
            resolved.select("row", text="base_model:" + pl.col("parent")),
            resolved.select("row", text=typed),
            bases.filter(raw).select("row", text=typed),
            facts.select("row", text="license:" + pl.col("licence")),
            *(
                facts.filter(flag(place) < part).select("row", text=pl.lit(name))
                for place, (name, part) in enumerate(FLAGS.items())
            ),
        ]
        return pl.concat(parts).drop_nulls()


def spelled(column: str) -> pl.Expr:
    """Return ids of the synthetic platform as ids of the Hub whose account begins with the word."""
    return pl.col(column).str.replace(f"^{PLATFORM}:", f"{PLATFORM}-")


def flag(place: int) -> pl.Expr:
    """Return a number below 1 for each row, another for each place: a random one, turned."""
    return (pl.col("chance") + place * 0.618) % 1.0


def decoded(table: Iterable[str | int | None], codes: Ints) -> pl.Series:
    """Return the values that codes stand for, null for -1."""
    values = [*table, None]
    return pl.Series(values).gather(np.where(codes < 0, len(values) - 1, codes))


def between(frame: pl.DataFrame, start: int, stop: int) -> pl.DataFrame:
    """Return the part of a frame, ordered by row, whose rows lie between two; counted from the first."""
    first, last = np.searchsorted(frame["row"].to_numpy(), [start, stop])
    return frame[int(first) : int(last)].with_columns(pl.col("row") - start)


def listed(count: int, texts: pl.DataFrame) -> pa.Array:
    """Return ``row, text`` as one list a row, in the order of the frame."""
    ordered = texts.sort("row", maintain_order=True)
    offsets = np.searchsorted(ordered["row"].to_numpy(), np.arange(count + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(offsets, ordered["text"].to_arrow().cast(pa.string()))


def safetensors(facts: pl.DataFrame) -> pa.Array:
    """Return the sizes as the dump has them, nothing where the weights are packed or unknown."""
    size = facts.select(pl.when(~pl.col("packed")).then("size")).to_series().to_arrow()
    empty = pa.nulls(len(size), pa.int64())
    counts = pa.StructArray.from_arrays(
        [size if name == "BF16" else empty for name in DTYPES], fields=list(COUNTS)
    )
    return pa.StructArray.from_arrays(
        [counts, size], fields=list(SCHEMA.field("safetensors").type), mask=size.is_null()
    )


def gguf(facts: pl.DataFrame, seed: int) -> pl.Series:
    """Return what the dump says of packed weights, a JSON text."""
    size = pl.coalesce(pl.col("size").cast(pl.String), pl.lit("7000000000"))
    text = pl.concat_str(
        pl.lit('{"total":'),
        size,
        pl.lit(',"architecture":"synthetic","context_length":4096,"chat_template":"'),
        pl.lit(chat_templates(len(facts), seed)),
        pl.lit('"}'),
    )
    return facts.select(gguf=pl.when("packed").then(text)).to_series()


def base_models(facts: pl.DataFrame, bases: pl.DataFrame) -> pa.Array:
    """Return the resolved parents as the dump has them; their stable ids are made up like all else."""
    digits = pl.col("parent").str.replace_all("[^0-9]", "")
    stable = bases.select(digits.str.zfill(24).str.tail(24))
    items = pa.StructArray.from_arrays(
        [stable.to_series().to_arrow().cast(pa.string()), bases["parent"].to_arrow().cast(pa.string())],
        fields=list(BASE),
    )
    count = len(facts)
    offsets = np.searchsorted(bases["row"].to_numpy(), np.arange(count + 1)).astype(np.int32)
    relation = facts.select(pl.when("resolved").then("relation")).to_series().to_arrow().cast(pa.string())
    return pa.StructArray.from_arrays(
        [relation, pa.ListArray.from_arrays(offsets, items)],
        fields=list(SCHEMA.field("baseModels").type),
        mask=relation.is_null(),
    )
