"""Draws that the parts share: streams by name, choices by weight, values handed down along edges."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["choice", "dealt", "ends", "stream", "weighted", "zipf_weights"]

Ints = NDArray[np.int64]


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random numbers of one part: a change in one part leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def weighted(rng: np.random.Generator, weights: Any, size: int) -> Ints:
    """Return positions drawn with these weights, O(size log weights)."""
    total = np.cumsum(weights)
    found: Ints = np.searchsorted(total, rng.random(size) * total[-1], side="right").astype(np.int64)
    return np.minimum(found, len(total) - 1)


def dealt(rng: np.random.Generator, shares: Any, size: int) -> Ints:
    """Return positions in a table of shares in random order, each as often as its share says."""
    bounds = np.round(np.cumsum(shares) / np.sum(shares) * size).astype(np.int64)
    return rng.permutation(np.repeat(np.arange(len(bounds)), np.diff(bounds, prepend=0)))


def choice(rng: np.random.Generator, shares: Mapping[Any, float] | Sequence[float], size: int) -> Ints:
    """Return positions in a table of shares, drawn by them."""
    return weighted(rng, list(shares.values()) if isinstance(shares, Mapping) else shares, size)


def zipf_weights(count: int, exponent: float = 1.0) -> NDArray[np.float64]:
    """Return rank ** -exponent for ranks 1 to count."""
    return np.arange(1, count + 1, dtype=np.float64) ** -exponent


def ends(target: Ints) -> Ints:
    """Follow every pointer to its end, where an element points to itself; O(n log of the longest way)."""
    while not np.array_equal(further := target[target], target):
        target = further
    return target
