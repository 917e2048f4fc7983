"""How far a rank depends on choices and on chance: the same table under many defensible methods.

Each draw takes another normalisation, aggregation, rule for missing values and set of weights, leaves out at
most one indicator a dimension, takes other values of free parameters, and draws the accounts and items behind
the values again; the ranks over all draws give intervals.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.influence.indicator.base import DIMENSIONS, Array
from begat.influence.scoring import Layout, averaged, normalise, overall, ranks
from begat.influence.table import Table

__all__ = ["CHOICES", "TOPS", "aligned", "draw_ranks", "draw_scores", "intervals", "moved_by"]

Ranks = NDArray[np.int64]

LEVEL = 0.90
DIMENSION_SPREAD = 12.0
"""Sum of the Dirichlet parameters of the dimension weights: 12 makes a half vary by +- .14."""
TOPS = {"first": 1, "top3": 3, "top10": 10}
CHUNK = 200
"""Draws at a time: bounds the memory."""

CHOICES = {
    "data": "accounts and items drawn again",
    "normalisation": "normalisation",
    "aggregation": "aggregation over dimensions",
    "dimension weights": "weights of dimensions",
    "weights": "weights of indicators",
    "indicators": "one indicator of a dimension left out",
    "missing": "rule for missing values",
    "parameters": "decay, account cap and weights of relations",
}
"""What a draw may vary, in words."""

MISSING = ("left out", "zero", "mean")


@dataclass(frozen=True)
class _Draws:
    """What was chosen in each of d draws."""

    normalisation: Sequence[str]
    rules: Sequence[tuple[str, float]]
    missing: Sequence[str]
    dimensions: Array
    weights: Array
    variant: NDArray[np.int64]


def aligned(values: Array, table: Table, layout: Layout) -> Array:
    """Return values (..., k) of a table in the order of a layout, nan for indicators that it lacks."""
    place = {code: number for number, code in enumerate(table.codes)}
    found = np.full((*values.shape[:-1], len(layout.indicators)), np.nan)
    for number, item in enumerate(layout.indicators):
        if item.id in place:
            found[..., number] = values[..., place[item.id]]
    return found


def draw_ranks(
    table: Table,
    layout: Layout,
    *,
    draws: int = 2000,
    seed: int = 0,
    vary: Collection[str] = tuple(CHOICES),
) -> Ranks:
    """Rank the subjects `draws` times; equal scores share the best rank. See `draw_scores`.

    Returns
    -------
    array of int64, shape (draws, n)
    """
    return ranks(draw_scores(table, layout, draws=draws, seed=seed, vary=vary))


def draw_scores(
    table: Table,
    layout: Layout,
    *,
    draws: int = 2000,
    seed: int = 0,
    vary: Collection[str] = tuple(CHOICES),
) -> Array:
    """Score the subjects `draws` times, each time by another method and on data drawn again.

    Each draw varies, independently and uniformly where nothing else is said: the normalisation (three), the
    aggregation over dimensions (that of the method and two more), the weights of dimensions and of indicators
    inside them (Dirichlet around those of the method), whether one indicator of each dimension is left out
    (in half of the draws), the rule for missing values (left out, zero, the mean of the others), the free
    parameters of the graph indicators, and the data: each account and item counts as often as it is drawn
    (Poisson with mean 1). What was typed in by hand and who is listed stay as they are.

    Parameters
    ----------
    table : Table
        Everybody that is ranked, and nobody else.
    layout : Layout
        The method.
    draws : int
        How many.
    seed : int
        The same gives the same scores.
    vary : collection of str
        Which of `CHOICES` vary; the others stay as the method says.

    Returns
    -------
    array, shape (draws, n)

    Notes
    -----
    O(draws (cells + n k)), vectorised in chunks; about 20 bytes a draw, subject and indicator of one chunk.

    References
    ----------
    Saisana, Saltelli, Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools for the
    quality assessment of composite indicators, doi:10.1111/j.1467-985X.2005.00350.x.
    """
    random = np.random.default_rng(seed)
    chosen = _choose(table, layout, draws, set(vary), random)
    method, own = layout.method, aligned(table.values, table, layout)[None]
    scaled = normalise(own, layout.indicators, method.normalisation, method.goalposts)
    parts_seen, dimensions_seen = layout.covered(~np.isnan(scaled[0]))
    found = np.empty((draws, len(table.subjects)))
    for variant in np.unique(chosen.variant):
        mine = np.flatnonzero(chosen.variant == variant)
        for start in range(0, len(mine), CHUNK):
            now = mine[start : start + CHUNK]
            values = _values(table, len(now), variant, "data" in vary, random)
            scaled = _scaled(aligned(values, table, layout), layout, chosen, now)
            _, dimensions = averaged(
                scaled, layout, chosen.weights[now], _part_weights(layout, chosen, now), parts_seen
            )
            dimensions[:, ~dimensions_seen] = np.nan
            found[now] = overall(dimensions, chosen.dimensions[now], [chosen.rules[draw] for draw in now])
    return found


def intervals(drawn: Ranks, level: float = LEVEL, *, own: NDArray[np.int64] | None = None) -> pl.DataFrame:
    """Summarise ranks over draws.

    Parameters
    ----------
    drawn : array of int64, shape (draws, n)
        Ranks.
    level : float
        Part of the draws that an interval holds.
    own : array of int64, shape (n,), optional
        Ranks by the method itself: an interval is never without it.

    Returns
    -------
    DataFrame
        A row a subject: ``low``, ``high`` (interval of the rank), ``median_rank``, ``expected_rank``,
        ``p_first``, ``p_top3``, ``p_top10`` (shares of draws) and ``tier``: the first by expected rank opens
        tier 1, all whose `low` is not beyond the opener's `high` join it, the next opens tier 2.
    """
    tail = (1 - level) / 2
    low = np.quantile(drawn, tail, axis=0, method="lower")
    high = np.quantile(drawn, 1 - tail, axis=0, method="higher")
    if own is not None:
        low, high = np.minimum(low, own), np.maximum(high, own)
    return pl.DataFrame(
        {
            "low": low.astype(np.int64),
            "high": high.astype(np.int64),
            "median_rank": np.median(drawn, axis=0),
            "expected_rank": drawn.mean(axis=0),
            **{f"p_{name}": (drawn <= most).mean(axis=0) for name, most in TOPS.items()},
            "tier": _tiers(drawn.mean(axis=0), low, high),
        }
    )


def moved_by(table: Table, layout: Layout, *, draws: int = 400, seed: int = 0) -> list[dict[str, Any]]:
    """Vary one choice at a time, all others as the method says.

    Returns
    -------
    list of dict
        ``subject, choice, low, high, spread``: the 90 % interval of the rank under that choice alone, and
        the standard deviation of the rank; the choice that moves a subject most comes first.
    """
    rows = []
    for choice, words in CHOICES.items():
        drawn = draw_ranks(table, layout, draws=draws, seed=seed, vary={choice})
        found = intervals(drawn)
        for place, subject in enumerate(table.subjects):
            low, high = found["low"][place], found["high"][place]
            spread = float(drawn[:, place].std())
            rows.append({"subject": subject, "choice": words, "low": low, "high": high, "spread": spread})
    return sorted(rows, key=lambda row: (row["subject"], -row["spread"]))


def _tiers(mean: Array, low: Array, high: Array) -> NDArray[np.int64]:
    tiers = np.zeros(len(mean), dtype=np.int64)
    tier = 0
    for opener in np.argsort(mean, kind="stable"):
        if not tiers[opener]:
            tier += 1
            tiers[(tiers == 0) & (low <= high[opener])] = tier
    return tiers


def _choose(table: Table, layout: Layout, draws: int, vary: set[str], random: np.random.Generator) -> _Draws:
    method = layout.method
    kinds = ("goalpost", "max", "rank") if method.goalposts else ("max", "log", "rank")
    own = (method.aggregation, method.exponent)
    powers = [("power-mean", exponent) for exponent in (1.0, 0.5, 0.0)]
    rules = [own, *[rule for rule in powers if rule != own][:: 1 if method.goalposts else 2]][:3]
    variants = len(next(iter(table.variants.values()), ()))
    fixed = np.full(draws, -1)
    return _Draws(
        [kinds[k] for k in random.integers(3, size=draws)]
        if "normalisation" in vary
        else [method.normalisation] * draws,
        [rules[k] for k in random.integers(len(rules), size=draws)]
        if "aggregation" in vary
        else [own] * draws,
        [MISSING[k] for k in random.integers(3, size=draws)] if "missing" in vary else [MISSING[0]] * draws,
        _dimension_weights(layout, draws, vary, random),
        _weights(layout, draws, vary, random),
        random.integers(variants, size=draws) if variants and "parameters" in vary else fixed,
    )


def _dimension_weights(layout: Layout, draws: int, vary: set[str], random: np.random.Generator) -> Array:
    base = layout.dimension_weights
    found = np.repeat(base[None], draws, axis=0)
    some = base > 0
    if "dimension weights" in vary:
        found[:, some] = random.dirichlet(base[some] * DIMENSION_SPREAD, size=draws)
    return found


def _weights(layout: Layout, draws: int, vary: set[str], random: np.random.Generator) -> Array:
    """Weights of indicators inside their dimension, shape (draws, k)."""
    found = np.repeat(layout.weights[None], draws, axis=0)
    of = layout.dimension[layout.part]
    for place in range(len(DIMENSIONS)):
        inside = np.flatnonzero(of == place)
        if "weights" in vary and len(inside):
            base = layout.weights[inside]
            found[:, inside] = random.dirichlet(base / base.sum() * len(inside), size=draws)
        if "indicators" in vary and len(inside) > 1:
            dropped = random.integers(2 * len(inside), size=draws)
            some = np.flatnonzero(dropped < len(inside))
            found[some, inside[dropped[some]]] = 0
    return found


def _part_weights(layout: Layout, chosen: _Draws, now: NDArray[np.int64]) -> Array:
    belongs = layout.part[:, None] == np.arange(len(layout.dimension))
    weights: Array = chosen.weights[now] @ belongs.astype(float)
    return weights


def _values(table: Table, draws: int, variant: int, resampled: bool, random: np.random.Generator) -> Array:
    weights = random.poisson(1.0, size=(table.units, draws)) if resampled else np.ones((table.units, draws))
    return table.drawn(weights.astype(np.float64), None if variant < 0 else int(variant))


def _scaled(values: Array, layout: Layout, chosen: _Draws, now: NDArray[np.int64]) -> Array:
    """Normalise each draw as it chose, then replace what is missing as it chose."""
    found = np.empty_like(values)
    method = layout.method
    for kind in set(chosen.normalisation):
        here = np.array([chosen.normalisation[draw] == kind for draw in now])
        found[here] = normalise(values[here], layout.indicators, kind, method.goalposts)
    rule = np.array([chosen.missing[draw] for draw in now])
    lacking = np.isnan(found)
    seen = (~lacking).sum(axis=1, keepdims=True)
    mean = np.divide(np.nansum(found, axis=1, keepdims=True), seen, out=np.zeros(seen.shape), where=seen > 0)
    known = seen > 0
    filled = np.where(lacking & known & (rule == "zero")[:, None, None], 0.0, found)
    return np.where(lacking & known & (rule == "mean")[:, None, None], mean, filled)
