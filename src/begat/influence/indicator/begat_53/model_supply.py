"""Model, supply: what models an institution publishes."""

from fractions import Fraction

import polars as pl

from begat.influence.evidence import Evidence, rows
from begat.influence.indicator.base import DISTINCT, EFFECTIVE, SUM, Indicator, SubDimension

__all__ = ["PART"]

USED = 200
"""Downloads from which a model counts."""

BANDS = (1e9, 3e9, 9e9, 40e9, 100e9)
BAND_NAMES = ("below 1 B", "1-3 B", "3-9 B", "9-40 B", "40-100 B", "above 100 B")

RUNTIMES = {
    "transformers": ("transformers", "peft", "safetensors", "pytorch"),
    "diffusers": ("diffusers", "diffusion-single-file"),
    "gguf": ("gguf", "llama.cpp", "ggml"),
    "mlx": ("mlx", "mlx-vlm", "mlx-audio", "mlx-lm"),
    "onnx": ("onnx", "onnxruntime", "transformers.js", "optimum"),
    "openvino": ("openvino",),
    "coreml": ("coreml", "coreai"),
    "litert": ("litert", "litert-lm", "tflite", "mediapipe"),
    "keras": ("keras", "keras-hub", "tf-keras"),
    "jax": ("jax", "flax"),
    "nemo": ("nemo", "tensorrt-llm", "tensorrt"),
    "exllama": ("exllamav2", "exllamav3"),
    "ctranslate2": ("ctranslate2",),
    "ascend": ("mindspore", "ascend"),
    "rockchip": ("rkllm",),
    "vllm": ("vllm",),
    "sglang": ("sglang",),
}
"""Runtimes by the library that a repository declares, as begat sorts them."""

MARKS = {
    "gguf": r"(?i)[-_.]gguf",
    "mlx": r"(?i)[-_.]mlx|^mlx-community/",
    "onnx": r"(?i)[-_.]onnx",
    "openvino": r"(?i)openvino|[-_]ov$",
    "awq": r"(?i)[-_.]awq",
    "gptq": r"(?i)[-_.]gptq",
    "ascend": r"(?i)ascend",
    "rocm": r"(?i)rocm",
}
"""Marks in the names of repositories that publish a build for a runtime."""

BUILDS = ("quantized", "converted")


def _rows(table: pl.DataFrame, evidence: Evidence, key: str, what: str) -> pl.DataFrame:
    return rows(
        table,
        key=key,
        amount=pl.lit(1.0),
        unit="id",
        what=pl.lit(what),
        id="id",
        method=pl.lit("listed"),
        date=evidence.day_of("stated_by"),
        source="stated_by",
    )


def qualified(evidence: Evidence) -> pl.DataFrame:
    """Models with 200 downloads or more that are no derivative of others and no build of an own one."""
    used = evidence.figures.filter(
        pl.col("metric").is_in(["downloads_30d", "downloads_total"]) & (pl.col("value") >= USED)
    )
    best = used.sort("value", descending=True).unique("id", keep="first", maintain_order=True)
    edges = evidence.edges
    out = edges.filter(~pl.col("own") | pl.col("relation").is_in(BUILDS)).select(id="child_id").unique()
    table = evidence.originals.join(best.select("id", "value", "date", "source"), on="id").join(
        out, on="id", how="anti"
    )
    return rows(
        table,
        key="id",
        amount=pl.lit(1.0),
        unit="id",
        what=pl.concat_str(pl.col("value").cast(pl.Int64), pl.lit(" downloads seen")),
        id="id",
        method=pl.lit("observed"),
        date="date",
    )


def modalities(evidence: Evidence) -> pl.DataFrame:
    """The modality of each model."""
    return _rows(evidence.originals.drop_nulls("modality"), evidence, "modality", "modality")


def sizes(evidence: Evidence) -> pl.DataFrame:
    """The size band of each model with known parameters."""
    known = evidence.originals.drop_nulls("parameters").filter(pl.col("parameters") > 0)
    passed = pl.sum_horizontal([(pl.col("parameters") >= least).cast(pl.Int64) for least in BANDS])
    band = passed.replace_strict(dict(enumerate(BAND_NAMES)), return_dtype=pl.String)
    return _rows(known.with_columns(band=band), evidence, "band", "size band")


def runtimes(evidence: Evidence) -> pl.DataFrame:
    """Runtimes with a build of an institution's model, by whoever published the build."""
    by_library = {library: name for name, libraries in RUNTIMES.items() for library in libraries}
    marks = [pl.when(pl.col("id").str.contains(mark)).then(pl.lit(name)) for name, mark in MARKS.items()]
    library = (
        pl.col("library").str.to_lowercase().replace_strict(by_library, default=None, return_dtype=pl.String)
    )
    named = evidence.models.with_columns(runtime=pl.coalesce(*marks, library)).drop_nulls("runtime")
    own = named.join(evidence.originals.select("node"), on="node", how="semi", maintain_order="left")
    columns = ["subject", "id", "runtime", "stated_by"]
    builds = evidence.edges.filter(pl.col("relation").is_in(BUILDS)).select("subject", id="child_id")
    built = builds.join(named.drop("subject"), on="id")
    table = pl.concat([own.select(columns), built.select(columns)])
    return _rows(table.unique(maintain_order=True), evidence, "runtime", "build")


PART = SubDimension(
    dimension="model",
    name="model supply",
    name_zh="模型供给",
    weight=Fraction(1, 5),
    indicators=(
        Indicator(
            id="M01",
            name="Qualified models",
            name_zh="合格模型数量",
            unit="models",
            formula="models of its own lineage with 200 downloads or more seen in any figure; own "
            "quantizations once",
            origin="published, merged (OSIR 27-33)",
            fed_by="hub-stats, radar, starscreener, osir, llmfit",
            scale="log",
            combine=SUM,
            rows=qualified,
        ),
        Indicator(
            id="M02",
            name="Model modality coverage",
            name_zh="模型模态覆盖",
            unit="effective number",
            formula="exp(-sum p ln p) over language, speech, vision, multimodal, 3D, protein, vector, "
            "embodied",
            origin="published, modified (OSIR 27-33)",
            fed_by="osir, hub-stats, radar, starscreener, llmfit (task)",
            scale="/8",
            combine=EFFECTIVE,
            rows=modalities,
        ),
        Indicator(
            id="M03",
            name="Size-band coverage",
            name_zh="模型规模覆盖",
            unit="effective number",
            formula="exp(-sum p ln p) over parameters below 1 B, 1-3, 3-9, 9-40, 40-100, above 100 B",
            origin="in the README of OSIR but not in its code; after ATOM size classes",
            fed_by="hub-stats, radar, llmfit, epoch (parameters)",
            scale="/6",
            combine=EFFECTIVE,
            rows=sizes,
        ),
        Indicator(
            id="M04",
            name="Runtime and chip availability",
            name_zh="运行时与芯片适配",
            unit="runtimes",
            formula="distinct runtimes or chips with a build of one of its models, by library and name",
            origin="published, modified (OSIR 36, there a constant)",
            fed_by="hub-stats, radar, starscreener (library); derivations of kind quantized and converted",
            scale="log",
            combine=DISTINCT,
            rows=runtimes,
        ),
    ),
)
