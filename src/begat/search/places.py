"""Sorted places: where in a block of texts a word begins, in the order of what follows there."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.search.fold import Bytes, Places

__all__ = ["Sorted", "block_minima", "in_order", "smallest"]

KEY = 32
"""Bytes from a place on by which it is sorted; places that share them stand in the order of the block."""
PIECE = 8
BLOCK = 256
MOST = 32_768
"""Places of a range that are looked at; of a longer one blocks with the smallest places."""


def in_order(text: Bytes, places: Places) -> Places:
    """Sort places by the `KEY` bytes that follow; O(k log k), 4 bytes and for a while 80 a place."""
    padded = np.concatenate([text, np.zeros(KEY, dtype=np.uint8)])
    pieces = np.lib.stride_tricks.sliding_window_view(padded, PIECE)
    keys = {
        str(start): pieces[places + np.uint32(start)].view(">u8").ravel().astype(np.uint64)
        for start in range(0, KEY, PIECE)
    }
    order = pl.DataFrame(keys).select(pl.arg_sort_by(list(keys), maintain_order=True)).to_series()
    ordered: Places = places[order.to_numpy()]
    return ordered


def block_minima(places: Places) -> Places:
    """Return the smallest of every `BLOCK` places."""
    starts = np.arange(0, len(places), BLOCK)
    return np.minimum.reduceat(places, starts) if len(places) else places


@dataclass(frozen=True)
class Sorted:
    """Sorted places over a block of texts, to be looked up by what follows.

    Attributes
    ----------
    text : array of uint8
        The block; the most popular text first.
    places : array of uint32, shape (k,)
        Places in the block in the order of `in_order`.
    minima : array of uint32
        Of every `BLOCK` places the smallest.
    """

    text: Bytes
    places: Places
    minima: Places

    @cached_property
    def _quick(self) -> tuple[memoryview, memoryview]:
        """The same bytes; one number costs a tenth of what it costs through numpy."""
        return self.text.data, self.places.data

    def range(self, wanted: bytes) -> tuple[int, int]:
        """Return from where to where the places stand that the first `KEY` bytes of a text follow."""
        text, places = self._quick
        wanted = wanted[:KEY]
        size = len(wanted)

        def following(place: int) -> bytes:
            return bytes(text[place : place + size])

        low = bisect_left(places, wanted, key=following)
        return low, bisect_right(places, wanted, lo=low, key=following)

    def has(self, wanted: bytes) -> bool:
        """Whether a text follows anywhere."""
        low, high = self.range(wanted)
        return low < high and (len(wanted) <= KEY or len(self.first(wanted, 1)) > 0)

    def popular(self, low: int, high: int, most: int = MOST) -> Places:
        """Return the places of a range, all or those of `most / BLOCK` blocks with the smallest, unsorted.

        The ``most / BLOCK`` smallest places of the range are among them.
        """
        if high - low <= most:
            return self.places[low:high]
        first, last = -(-low // BLOCK), high // BLOCK
        best = first + order_of_smallest(self.minima[first:last], most // BLOCK)
        inner = (best[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        edges = np.concatenate([np.arange(low, first * BLOCK), np.arange(last * BLOCK, high)])
        found: Places = self.places[np.concatenate([inner, edges])]
        return found

    def followed(self, places: Places, wanted: bytes, *, known: int = 0) -> NDArray[np.int64]:
        """Return which of some places a text follows, of which the first bytes are `known` to."""
        which = np.arange(len(places))
        for offset, byte in enumerate(wanted[known:], known):
            following = np.minimum(places[which] + np.uint32(offset), len(self.text) - 1)
            which = which[self.text[following] == byte]
        return which

    def first(self, wanted: bytes, count: int) -> Places:
        """Return the smallest places that a text follows, so of the most popular, in ascending order."""
        found = self.popular(*self.range(wanted))
        if len(wanted) > KEY:
            found = found[self.followed(found, wanted, known=KEY)]
        return smallest(found, count)


def smallest(numbers: Places, count: int) -> Places:
    """Return the smallest numbers in ascending order; O(n)."""
    return numbers[order_of_smallest(numbers, count)]


def order_of_smallest(numbers: Places, count: int) -> NDArray[np.intp]:
    """Return where the smallest numbers stand, the smallest first."""
    chosen = np.argpartition(numbers, count)[:count] if count < len(numbers) else np.arange(len(numbers))
    return chosen[np.argsort(numbers[chosen])]
