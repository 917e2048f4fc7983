"""Cards of synthetic models: JSON like the Hub's, long by filler that is prose in shape only."""

import json

import numpy as np
import polars as pl

from begat.synth.chance import stream

__all__ = ["cards", "chat_templates"]

CARDS = 0.55
"""Computed: part of the models without a parent that have a card, 67 % of all being published."""
NAMED_LICENCE = 0.60
"""Assumed: part of the licences ``other`` that have a name."""
RESULTS, EMPTY_RESULTS = 0.06, 0.04
"""Assumed: parts of the models whose card has a model-index with a result, and with none."""
PROSE = 0.35
"""Assumed: part of the models whose card has long prose."""
WORDS = 400
PIECES, LONGEST = 512, 2_000
LICENCE_NAME = ',"license_name":"synthetic-terms"'
RESULT = (
    ',"model-index":[{"name":"synthetic","results":[{"task":{"type":"text-generation"},'
    '"dataset":{"name":"Synthetic Benchmark '
)


def cards(facts: pl.DataFrame, seed: int) -> pl.Series:
    """Return the card of each model as JSON, null for one without.

    Parameters
    ----------
    facts : DataFrame
        ``row, chance, licence, library_name, pipeline_tag, bases`` of each model.
    seed : int
        Of the random numbers.
    """
    rng = stream(seed, "cards")
    drawn, kind = (pl.lit(pl.Series(rng.random(len(facts)))) for _ in range(2))
    bases = pl.col("bases").list.eval(pl.concat_str(pl.lit('"'), pl.element(), pl.lit('"'))).list.join(",")
    named = (pl.col("licence") == "other") & (pl.col("chance") < NAMED_LICENCE)
    prose = texts(len(facts), rng)
    parts = [
        keyed("license", "licence"),
        pl.when(named).then(pl.lit(LICENCE_NAME)),
        pl.when(pl.col("bases").is_not_null()).then(
            pl.concat_str(pl.lit(',"base_model":['), bases, pl.lit("]"))
        ),
        keyed("library_name", "library_name"),
        keyed("pipeline_tag", "pipeline_tag"),
        pl.when(kind < RESULTS)
        .then(_result(rng, len(facts)))
        .when(kind < RESULTS + EMPTY_RESULTS)
        .then(pl.lit(',"model-index":[{"name":"synthetic","results":[]}]')),
        pl.when(kind > 1 - PROSE).then(
            pl.concat_str(pl.lit(',"widget":[{"text":"'), pl.lit(prose), pl.lit('"}]'))
        ),
    ]
    body = pl.concat_str(parts, ignore_nulls=True).str.strip_prefix(",")
    there = pl.col("bases").is_not_null() | (drawn < CARDS)
    text = pl.concat_str(pl.lit("{"), body, pl.lit("}"))
    return facts.select(cardData=pl.when(there).then(text)).to_series()


def keyed(key: str, column: str) -> pl.Expr:
    """Return an entry of a JSON object for each value of a column, null for none."""
    return pl.concat_str(pl.lit(f',"{key}":"'), column, pl.lit('"'))


def chat_templates(count: int, seed: int) -> pl.Series:
    """Return filler in the place of chat templates."""
    return texts(count, stream(seed, "templates"))


def texts(count: int, rng: np.random.Generator) -> pl.Series:
    """Return texts of made-up words, some hundred to some thousand characters long."""
    words = ["".join(rng.choice(list("aeioubdfgklmnprst"), size)) for size in rng.integers(2, 11, WORDS)]
    sizes = np.minimum(rng.lognormal(6.0, 0.8, PIECES).astype(np.int64), LONGEST)
    drawn = rng.integers(0, WORDS, (PIECES, LONGEST // 4))
    pool = pl.Series(
        [" ".join(words[word] for word in row)[:size] for row, size in zip(drawn, sizes, strict=True)]
    )
    first, second = (pool.gather(rng.integers(0, PIECES, count)) for _ in range(2))
    return pl.select(
        pl.concat_str(pl.lit(first), pl.lit(f" {json.dumps(count)} "), pl.lit(second))
    ).to_series()


def _result(rng: np.random.Generator, count: int) -> pl.Expr:
    """A model-index with one result on one of a hundred benchmarks."""
    number = pl.lit(pl.Series(rng.integers(1, 100, count))).cast(pl.String)
    value = pl.lit(pl.Series(rng.integers(0, 1000, count) / 10)).cast(pl.String)
    return pl.concat_str(
        pl.lit(RESULT), number, pl.lit('"},"metrics":[{"type":"accuracy","value":'), value, pl.lit("}]}]}]")
    )
