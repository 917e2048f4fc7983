"""Parents that nobody declares, inferred from names; kept apart from what publishers say.

Two methods, each tried on the models of the Hub whose name ends in marks of quantization and that declare no
parent. The name without the marks is

- ``quantized-full-name``: the whole id of a listed model, its owner joined by ``_``, ``.`` or ``-``
  (bartowski/Qwen_Qwen3.5-0.8B-GGUF);
- ``quantized-maker-name``: the name of a listed model of one maker alone.

How often each is right was measured on models whose declared parent was hidden, and so were others that were
left out for it: ``docs/concept/resolution.md``.
"""

from collections.abc import Collection
from typing import NamedTuple

import polars as pl

from begat.ids import HUB

__all__ = ["INFERRED", "Rule", "inferred", "stripped"]


class Rule(NamedTuple):
    """How often a method is right, and what it rests on."""

    confidence: float
    title: str


INFERRED = {
    "quantized-full-name": Rule(0.93, "the name holds the id of a listed model"),
    "quantized-maker-name": Rule(0.95, "the name is that of a model of one maker alone"),
}
"""The methods in order, the first that finds a parent counts; confidence as in `begat.resolve.cascade`."""

MARKS = (
    r"gguf|ggml|gptq|awq|exl2|exl3|mlx|onnx|openvino|ov|bnb|hqq|aqlm|eetq|quip|marlin|autoround|quantized|quant|i1"
    r"|imat|imatrix|fp4|fp8|nf4|nvfp4|mxfp4|mxfp8|int2|int3|int4|int5|int6|int8|[2-8]-?bits?|bf16|fp16|f16|dwq"
    r"|w4a16|w8a8|w8a16|w4a4|dynamic|static|q[2-8](?:_[0-9a-z]+)*|[2-8](?:\.\d+)?bpw|g\d{2,3}|128g|mixed|ud"
)
"""Words at the end of a name that say how weights are packed, not what they are."""

SUFFIX = rf"(?i)(?:[-_.](?:{MARKS}))+$"
KIND_CONFIDENCE = 0.94
"""How often the declared relation of such a model is quantized."""

LEAST_NAME = 5
"""Characters that a name must have to stand for a model."""


def stripped(names: pl.Expr) -> pl.Expr:
    """Return names without the marks of quantization at their end, null where there are none.

    Examples
    --------
    >>> frame = pl.DataFrame({"name": ["Qwen3-8B-AWQ-INT4", "gemma-3-4b-it-qat-4bit", "Qwen3-8B"]})
    >>> frame.select(stripped(pl.col("name"))).to_series().to_list()
    ['Qwen3-8B', 'gemma-3-4b-it-qat', None]
    """
    bare = names.str.replace(SUFFIX, "")
    return pl.when((bare != names) & (bare.str.len_chars() >= LEAST_NAME)).then(bare)


def inferred(models: pl.DataFrame, children: pl.Series, makers: Collection[str]) -> pl.DataFrame:
    """Infer parents of models without a declared one.

    Parameters
    ----------
    models : DataFrame
        ``id``, ``platform``, ``account`` of the listed models.
    children : Series
        Models that declare a parent, whatever became of it; nothing is inferred for them.
    makers : collection of str
        Accounts of makers, in lower case.

    Returns
    -------
    DataFrame
        Columns of `begat.records.Inference`, one row a child, by child.

    Notes
    -----
    O(n log n) in the number of models, by joins on names alone.
    """
    hub = models.filter((pl.col("platform") == HUB) & pl.col("id").str.contains("/")).select(
        "id",
        owner=pl.col("account").str.to_lowercase(),
        name=pl.col("id").str.extract("/(.*)$").str.to_lowercase(),
    )
    hub = hub.with_columns(bare=stripped(pl.col("name")), made=pl.col("owner").is_in(list(makers)))
    marked = hub.drop_nulls("bare").join(children.to_frame("id"), on="id", how="anti")
    whole = hub.filter(pl.col("bare").is_null() & (pl.col("name").str.len_chars() >= LEAST_NAME))
    named = whole.with_columns(bare=pl.col("name"))
    found = {
        "quantized-full-name": marked.join(_single(_full_names(marked["bare"], whole)), on="bare"),
        "quantized-maker-name": marked.join(_single(named.filter("made")), on="bare"),
    }
    rows = pl.concat([_inference(pairs, method) for method, pairs in found.items()])
    return rows.unique("child", keep="first", maintain_order=True).sort("child")


def _full_names(texts: pl.Series, whole: pl.DataFrame) -> pl.DataFrame:
    """Models whose owner and name, joined by a mark, are one of the texts: each is tried at all its marks."""
    tried = [
        (text, text[:place], text[place + 1 :])
        for text in texts.unique()
        for place, mark in enumerate(text)
        if mark in "_.-"
    ]
    columns = dict.fromkeys(("bare", "owner", "name"), pl.String)
    pairs = pl.DataFrame(tried, schema=columns, orient="row")
    return whole.drop("bare").join(pairs, on=["owner", "name"])


def _single(named: pl.DataFrame) -> pl.DataFrame:
    """Names that one model alone has."""
    once = named.select("id", "bare").unique().filter(pl.len().over("bare") == 1)
    return once.select("bare", parent="id")


def _inference(pairs: pl.DataFrame, method: str) -> pl.DataFrame:
    rule = INFERRED[method]
    return pairs.filter(pl.col("id") != pl.col("parent")).select(
        "parent",
        child="id",
        relation=pl.lit("quantized"),
        method=pl.lit(method),
        evidence=pl.lit(rule.title),
        confidence=pl.lit(rule.confidence),
        kind_confidence=pl.lit(KIND_CONFIDENCE),
        source=pl.lit("begat"),
    )
