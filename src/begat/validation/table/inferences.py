"""Rules for inferences."""

import polars as pl

from begat.validation.rule import Rule, Table, known, one_of
from begat.vocab import RELATIONS

__all__ = ["TABLE"]

TABLE = Table(
    "inferences",
    ("child", "parent", "method"),
    (
        one_of("relation", RELATIONS),
        known("child", "models"),
        Rule(
            "ends-differ",
            lambda _: pl.col("child").str.to_lowercase() == pl.col("parent").str.to_lowercase(),
            "a model inferred from itself",
            "Import again: a guess that leads to the child itself is none.",
        ),
        Rule(
            "evidence-not-blank",
            lambda _: pl.col("evidence").str.len_chars() == 0,
            "an inference without its evidence",
            "Say what was read: the text, or the rule that the name fits.",
        ),
    ),
)
