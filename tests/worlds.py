"""Synthetic worlds in which the true scores are known: what an interval must cover.

A world has institutions with a talent each. The true normalised value of an indicator is .5 + .15 talent and
noise; the data are drawn from it: as many accounts or items as a Poisson draw gives, downloads that differ by
orders of magnitude, classes, models. Values that the present data type in by hand are known exactly.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from begat.influence.indicator import Indicator
from begat.influence.indicator.base import (
    DISTINCT,
    EFFECTIVE,
    H_INDEX,
    MEAN,
    ROWS,
    SHARE,
    SUM,
    Array,
)
from begat.influence.method import Goalposts, Method, method_named
from begat.influence.scoring import Layout, ranks, score
from begat.influence.table import Table, make_table
from begat.influence.uncertainty import aligned, draw_ranks, intervals

__all__ = ["LAYOUT", "World", "covered", "observed_ranks", "world"]

Row = tuple[str | None, float, float | None, str | None]
"""Key, amount, weight, unit."""

METHOD = method_named("begat-53")
LAYOUT = Layout.of(METHOD)


@dataclass(frozen=True)
class World:
    """What was drawn, and what it was drawn from.

    Attributes
    ----------
    table : Table
        The data.
    truth : array, shape (n, k)
        True values in the order of the layout of begat-53, nan for indicators that are not scored.
    """

    table: Table
    truth: Array

    @property
    def true_ranks(self) -> np.ndarray:
        """Rank of each institution by the true values."""
        return ranks(score(self.truth, LAYOUT).overall[None])[0]


def world(seed: int, *, institutions: int = 32, fewest: float = 3, most: float = 270) -> World:
    """Draw a world; each institution has between `fewest` and `most` units behind a value, log-uniform.

    By default as many as four fifths of the values of the ranked institutions of the embedded snapshot.
    """
    random = np.random.default_rng(seed)
    posts = _goalposts(METHOD)
    talent = random.normal(0, 1, institutions)
    units = np.exp(random.uniform(np.log(fewest), np.log(most), institutions))
    truth = np.full((institutions, len(LAYOUT.indicators)), np.nan)
    found = []
    for column, item in enumerate(LAYOUT.indicators):
        if item.id in posts.unscored:
            continue
        aimed = np.clip(0.5 + 0.15 * talent + random.normal(0, 0.12, institutions), 0.02, 0.98)
        rows = []
        for place in range(institutions):
            drawn = _Draw(
                item, posts.values.get(item.id, 1.0), float(aimed[place]), float(units[place]), random
            )
            truth[place, column], made = drawn.value()
            prefix = f"{item.id}:{place}:"
            rows += [(f"i{place:02d}", k, a, w, u and prefix + u) for k, a, w, u in made]
        columns = ["subject", "key", "amount", "weight", "unit"]
        frame = pl.DataFrame(rows, {name: ROWS[name] for name in columns}, orient="row")
        lacking = [pl.lit(None, dtype=kind).alias(name) for name, kind in ROWS.items() if name not in columns]
        found.append((item, frame.with_columns(lacking).select(ROWS.names())))
    return World(make_table(found), truth)


def covered(drawn: World, *, draws: int, seed: int, vary: tuple[str, ...]) -> tuple[float, float]:
    """Return the part of institutions whose 90 % interval holds the true rank, and the mean width."""
    found = intervals(draw_ranks(drawn.table, LAYOUT, draws=draws, seed=seed, vary=vary))
    low, high = found["low"].to_numpy(), found["high"].to_numpy()
    held = (drawn.true_ranks >= low) & (drawn.true_ranks <= high)
    return float(held.mean()), float((high - low + 1).mean())


def observed_ranks(drawn: World) -> np.ndarray:
    """Rank of each institution by the data."""
    return ranks(score(aligned(drawn.table.values, drawn.table, LAYOUT), LAYOUT).overall[None])[0]


@dataclass(frozen=True)
class _Draw:
    """The rows of one value: its aim in [0, 1], its goalpost, and about how many units are behind it."""

    item: Indicator
    goalpost: float
    aim: float
    units: float
    random: np.random.Generator

    @property
    def size(self) -> float:
        """The value that normalises to the aim, for counts and downloads."""
        return float(np.expm1(self.aim * np.log1p(self.goalpost)))

    def value(self) -> tuple[float, list[Row]]:
        """Return the true value and the rows that were drawn."""
        if self.item.fed_by.startswith("osir (typed"):
            value = self.size if self.item.scale == "log" else round(self.aim * float(self.item.scale[1:]))
            return value, [("typed", value, None, None)]
        rule = {
            DISTINCT: self._accounts,
            EFFECTIVE: self._classes,
            H_INDEX: self._models,
            MEAN: self._judged,
            SHARE: self._share,
            SUM: self._downloads,
        }[self.item.combine]
        return rule()

    def _accounts(self) -> tuple[float, list[Row]]:
        count = self.random.poisson(self.size)
        return self.size, [(None, 0.0, None, None), *((f"k{q}", 1.0, None, f"u{q}") for q in range(count))]

    def _downloads(self) -> tuple[float, list[Row]]:
        expected = min(self.size, 2 * self.units)
        spread = 1.0 if expected < self.size else 0.0
        amounts = self._amounts(expected, spread) * self.size / expected
        return self.size, [(None, 0.0, None, None), *self._rows(amounts)]

    def _share(self) -> tuple[float, list[Row]]:
        share = 0.3 * self.aim**2
        amounts = self._amounts(2 * self.units, 1.0) * share / (2 * self.units)
        return share, [(None, 0.0, 1.0, None), *self._rows(amounts, weight=1.0)]

    def _classes(self) -> tuple[float, list[Row]]:
        classes = int(self.item.scale[1:])
        parts = self.random.dirichlet(np.full(classes, 2 * self.aim))
        drawn = self.random.choice(classes, max(1, self.random.poisson(2 * self.units)), p=parts)
        some = parts[parts > 0]
        value = float(np.exp(-(some * np.log(some)).sum()))
        return value, [(f"k{name}", 1.0, None, f"u{q}") for q, name in enumerate(drawn)]

    def _judged(self) -> tuple[float, list[Row]]:
        count = max(1, self.random.poisson(self.units))
        amounts = self.random.beta(4 * self.aim, 4 * (1 - self.aim), count)
        weights = self.random.lognormal(0, 1, count)
        return self.aim, [(f"k{q}", amounts[q], weights[q], f"u{q}") for q in range(count)]

    def _models(self) -> tuple[float, list[Row]]:
        about = max(1.0, self.size)
        expected = 2 * about * np.exp(-np.arange(int(4 * about) + 1) / (1.44 * about))
        value = float((expected >= np.arange(1, len(expected) + 1)).sum())
        return value, [(None, 0.0, None, None), *self._accounts_of(expected)]

    def _accounts_of(self, expected: Array) -> Iterator[Row]:
        for model, mean in enumerate(expected):
            for account in range(self.random.poisson(mean)):
                yield f"m{model}", 1.0, None, f"u{model}-{account}"

    def _amounts(self, expected: float, spread: float) -> Array:
        """Amounts with mean 1, lognormal."""
        return self.random.lognormal(-(spread**2) / 2, spread, self.random.poisson(expected))

    def _rows(self, amounts: Array, weight: float | None = None) -> list[Row]:
        return [(f"k{q}", float(amount), weight, f"u{q}") for q, amount in enumerate(amounts)]


def _goalposts(method: Method) -> Goalposts:
    assert method.goalposts is not None
    return method.goalposts
