"""From values of indicators to scores: normalise, average inside, aggregate across. Many variants at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np
from numpy.typing import NDArray

from begat.influence.indicator.base import DIMENSIONS, Array, Indicator
from begat.influence.method import Goalposts, Method

__all__ = [
    "EQUAL_DIGITS",
    "FLOOR",
    "Layout",
    "Scores",
    "averaged",
    "bounds",
    "normalise",
    "overall",
    "ranks",
    "score",
]

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

FLOOR = 0.01
"""Least score of a dimension in a geometric mean."""
EQUAL_DIGITS = 12
"""Scores that agree to this many decimals are tied; sums in another order differ in the 16th."""


@dataclass(frozen=True)
class Layout:
    """Where the k indicators of a method lie in its s sub-dimensions and four dimensions.

    Attributes
    ----------
    method : Method
        The method, all of whose indicators have a place: missing ones too.
    indicators : sequence of Indicator
        Length k.
    part : array of int64, shape (k,)
        Sub-dimension of each.
    dimension : array of int64, shape (s,)
        Dimension of each sub-dimension.
    """

    method: Method
    indicators: Sequence[Indicator]
    part: Ints
    dimension: Ints

    @classmethod
    def of(cls, method: Method) -> "Layout":
        """Lay out a method: indicators with weight 0 are left out."""
        framework = method.framework
        kept = [
            (item, place)
            for place, part in enumerate(framework.parts)
            for item in part.indicators
            if method.weights[part.dimension].get(item.id, 0)
        ]
        dimension = [DIMENSIONS.index(part.dimension) for part in framework.parts]
        return cls(
            method,
            [item for item, _ in kept],
            np.array([place for _, place in kept], dtype=np.int64),
            np.array(dimension, dtype=np.int64),
        )

    @cached_property
    def exact(self) -> list[Fraction]:
        """Weight of each indicator in its dimension."""
        names = [self.method.framework.part_of[item.id].dimension for item in self.indicators]
        return [self.method.weights[name][item.id] for name, item in zip(names, self.indicators, strict=True)]

    @cached_property
    def whole(self) -> Ints:
        """The same as whole numbers, so that 3 of 5 equal weights are 60 % exactly."""
        parts = lcm(*(weight.denominator for weight in self.exact)) if self.exact else 1
        return np.array([int(weight * parts) for weight in self.exact], dtype=object)

    @cached_property
    def weights(self) -> Array:
        """The same as floats, shape (k,)."""
        return np.array([float(weight) for weight in self.exact])

    @cached_property
    def part_weights(self) -> Array:
        """Weight of each sub-dimension in its dimension, shape (s,)."""
        sums = np.bincount(self.part, weights=self.weights, minlength=len(self.dimension))
        return sums.astype(np.float64)

    @cached_property
    def dimension_weights(self) -> Array:
        """Weight of each dimension, shape (4,)."""
        return np.array([float(self.method.dimensions[name]) for name in DIMENSIONS])

    def covered(self, observed: Flags) -> tuple[Flags, Flags]:
        """Tell which sub-dimensions and dimensions of each subject have a score: the coverage rule, exactly.

        Parameters
        ----------
        observed : array of bool, shape (n, k)
            Which values there are.

        Returns
        -------
        array of bool, shape (n, s), and array of bool, shape (n, 4)
        """
        least, weights = self.method.coverage, self.whole
        parts = np.zeros((len(observed), len(self.dimension)), dtype=bool)
        total = [weights[self.part == part].sum() for part in range(len(self.dimension))]
        for part, whole in enumerate(total):
            seen = observed[:, self.part == part] @ weights[self.part == part]
            parts[:, part] = [
                bool(some) and some * least.denominator >= whole * least.numerator for some in seen
            ]
        sizes = np.array(total, dtype=object)
        dimensions = np.zeros((len(observed), len(DIMENSIONS)), dtype=bool)
        for place in range(len(DIMENSIONS)):
            inside = self.dimension == place
            whole = sizes[inside].sum()
            seen = parts[:, inside] @ sizes[inside]
            dimensions[:, place] = [
                bool(some) and some * least.denominator >= whole * least.numerator for some in seen
            ]
        return parts, dimensions


@dataclass(frozen=True)
class Scores:
    """Scores of n subjects; nan where there is none.

    Attributes
    ----------
    normalised : array, shape (n, k)
        Each value in [0, 1].
    parts : array, shape (n, s)
        Score of each sub-dimension.
    dimensions : array, shape (n, 4)
        Score of each dimension.
    overall : array, shape (n,)
        Only for those that have every dimension with a weight.
    """

    normalised: Array
    parts: Array
    dimensions: Array
    overall: Array


def score(values: Array, layout: Layout) -> Scores:
    """Score subjects by a method.

    ``x' = normalise(x)``; ``s(sub) = sum w x' / sum w`` over the observed, missing below the coverage;
    ``s(dim)`` the same over sub-dimensions; ``S = (sum w max(s, 0)^p)^(1/p)`` over dimensions, or the
    rank-discounted sum of OSIR-LMTS.

    Parameters
    ----------
    values : array, shape (n, k)
        nan where missing.
    layout : Layout
        The method.
    """
    method = layout.method
    scaled = normalise(values[None], layout.indicators, method.normalisation, method.goalposts)
    observed = ~np.isnan(scaled[0])
    parts_seen, dimensions_seen = layout.covered(observed)
    parts, dimensions = averaged(scaled, layout, layout.weights[None], layout.part_weights[None], parts_seen)
    parts[:, ~parts_seen] = np.nan
    dimensions[:, ~dimensions_seen] = np.nan
    total = overall(dimensions, layout.dimension_weights[None], [(method.aggregation, method.exponent)])
    return Scores(scaled[0], parts[0], dimensions[0], total[0])


def bounds(scores: Scores, layout: Layout) -> tuple[Array, Array]:
    """Return the least and the greatest overall score if everything missing were 0, or 1; shape (n,) each.

    Inside a sub-dimension that has a score missing values are replaced; one without a score is replaced as a
    whole, so that the score lies between, and hiding a value never brings the two nearer.
    """
    method, ends = layout.method, []
    for end in (0.0, 1.0):
        filled = np.where(np.isnan(scores.normalised), end, scores.normalised)
        everywhere = np.ones(scores.parts.shape, dtype=bool)
        parts, _ = averaged(filled[None], layout, layout.weights[None], layout.part_weights[None], everywhere)
        whole = np.where(np.isnan(scores.parts), end, parts[0])
        inside = np.stack([layout.dimension == place for place in range(len(DIMENSIONS))], axis=1)
        weights = layout.part_weights[:, None] * inside
        dimensions = whole @ (weights / np.maximum(weights.sum(axis=0), 1e-300))
        rule = [(method.aggregation, method.exponent)]
        ends.append(overall(dimensions[None], layout.dimension_weights[None], rule)[0])
    return ends[0], ends[1]


def normalise(
    values: Array, indicators: Sequence[Indicator], kind: str, goalposts: Goalposts | None
) -> Array:
    """Bring values to [0, 1], shape (draws, n, k), nan where missing or not scored.

    ``goalpost`` uses the scale of each: ln(1 + x) / ln(1 + G), x / G, sqrt(x), x or x / N, at most 1.
    ``max`` divides by the largest listed (0 where that is 0), ``log`` does so with ln(1 + x), ``rank`` takes
    the part of the others below.
    """
    raised = np.log1p(np.maximum(values, 0)) if kind == "log" else np.maximum(values, 0)
    scored = np.array([not (goalposts and item.id in goalposts.unscored) for item in indicators], dtype=bool)
    if kind == "goalpost" and goalposts is not None:
        found = np.stack(
            [_scaled(raised[..., place], item, goalposts) for place, item in enumerate(indicators)], axis=2
        )
    elif kind == "rank":
        found = np.where(np.isnan(raised), np.nan, _below(raised))
    else:
        best = np.fmax.reduce(raised, axis=1, keepdims=True, initial=0)
        found = np.divide(raised, best, out=np.where(np.isnan(raised), np.nan, 0.0), where=best > 0)
    found[..., ~scored] = np.nan
    return found


def _scaled(x: Array, item: Indicator, goalposts: Goalposts) -> Array:
    if item.scale in ("log", "linear"):
        most = goalposts.values.get(item.id, np.nan)
        found = np.log1p(x) / np.log1p(most) if item.scale == "log" else x / most
    elif item.scale == "sqrt":
        found = np.sqrt(x)
    else:
        found = x / float(item.scale[1:]) if item.scale.startswith("/") else x
    clipped: Array = np.clip(found, 0, 1)
    return clipped


def _below(values: Array) -> Array:
    """Part of the others that lies below each, ties not counted; 0 where nobody else is observed."""
    seen = ~np.isnan(values)
    filled = np.where(seen, values, np.inf)
    order = np.sort(filled, axis=1)
    below = np.empty_like(values)
    for draw in range(values.shape[0]):
        for place in range(values.shape[2]):
            below[draw, :, place] = np.searchsorted(order[draw, :, place], filled[draw, :, place])
    others = np.maximum(seen.sum(axis=1, keepdims=True) - 1, 1)
    part: Array = below / others
    return part


def averaged(
    scaled: Array, layout: Layout, weights: Array, part_weights: Array, parts_seen: Flags
) -> tuple[Array, Array]:
    """Average inside sub-dimensions and dimensions, over what is observed.

    Parameters
    ----------
    scaled : array, shape (draws, n, k)
        Normalised values, nan where missing.
    layout : Layout
        Where they lie.
    weights, part_weights : array, shape (draws, k) and (draws, s)
        Weights of indicators and sub-dimensions; only their ratios inside one matter.
    parts_seen : array of bool, shape (n, s)
        Sub-dimensions that count in their dimension.

    Returns
    -------
    array, shape (draws, n, s), and array, shape (draws, n, 4)
        0 where nothing is observed.
    """
    seen = ~np.isnan(scaled)
    filled = np.where(seen, scaled, 0.0)
    draws, n, _ = scaled.shape
    parts = np.zeros((draws, n, len(layout.dimension)))
    some = np.zeros(parts.shape, dtype=bool)
    for part in range(len(layout.dimension)):
        inside = layout.part == part
        above = np.einsum("dnk,dk->dn", filled[..., inside], weights[:, inside])
        below = np.einsum("dnk,dk->dn", seen[..., inside].astype(float), weights[:, inside])
        some[..., part] = (below > 0) & parts_seen[:, part]
        np.divide(above, below, out=parts[..., part], where=below > 0)
    dimensions = np.zeros((draws, n, len(DIMENSIONS)))
    for place in range(len(DIMENSIONS)):
        inside = layout.dimension == place
        here = np.where(some[..., inside], part_weights[:, None, inside], 0.0)
        below = here.sum(axis=2)
        np.divide((parts[..., inside] * here).sum(axis=2), below, out=dimensions[..., place], where=below > 0)
    return parts, dimensions


def overall(dimensions: Array, weights: Array, rules: Sequence[tuple[str, float]]) -> Array:
    """Aggregate over dimensions, shape (draws, n), nan where one with a weight is missing.

    Parameters
    ----------
    dimensions : array, shape (draws, n, 4)
        Scores.
    weights : array, shape (draws, 4)
        Summing to 1.
    rules : sequence of (str, float)
        Of each draw the aggregation and the exponent of the power mean; 0 is the geometric mean, of scores
        of at least `FLOOR`.
    """
    total = np.empty(dimensions.shape[:2])
    for rule in set(rules):
        here = np.array([other == rule for other in rules])
        total[here] = _aggregated(dimensions[here], weights[here], *rule)
    needed = weights > 0
    missing = (np.isnan(dimensions) & needed[:, None, :]).any(axis=2)
    total[missing] = np.nan
    return total


def _aggregated(dimensions: Array, weights: Array, aggregation: str, exponent: float) -> Array:
    if aggregation == "rank-discounted":
        terms = 1 / np.log2(ranks(dimensions, dense=True) + 1)
        discounted: Array = np.einsum("dnj,dj->dn", terms, weights)
        return discounted
    filled = np.nan_to_num(dimensions)
    if exponent == 0:
        geometric: Array = np.exp(np.einsum("dnj,dj->dn", np.log(np.maximum(filled, FLOOR)), weights))
        return geometric
    powers = np.maximum(filled, 0 if exponent > 0 else FLOOR) ** exponent
    mean: Array = np.einsum("dnj,dj->dn", powers, weights) ** (1 / exponent)
    return mean


def ranks(scores: Array, *, dense: bool = False) -> Ints:
    """Rank along axis 1, 1 for the best, equal scores alike; those without a score come last.

    Parameters
    ----------
    scores : array, shape (draws, n) or (draws, n, j)
        Scores, nan where there is none.
    dense : bool
        Whether the next rank after a tie is one more, else one more than all before it.
    """
    rounded = np.round(np.where(np.isnan(scores), -np.inf, scores), EQUAL_DIGITS)
    order = np.argsort(-rounded, axis=1, kind="stable")
    ordered = np.take_along_axis(rounded, order, axis=1)
    fresh = np.ones(ordered.shape, dtype=np.int64)
    fresh[:, 1:] = ordered[:, 1:] < ordered[:, :-1]
    if dense:
        placed = np.cumsum(fresh, axis=1)
    else:
        at = np.arange(1, ordered.shape[1] + 1).reshape((1, -1) + (1,) * (ordered.ndim - 2))
        placed = np.maximum.accumulate(np.where(fresh == 1, at, 0), axis=1)
    found = np.empty_like(placed)
    np.put_along_axis(found, order, placed, axis=1)
    return found
