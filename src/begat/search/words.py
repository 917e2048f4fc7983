"""The words of all texts, and those that a mistyped one may mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.search.distance import edits
from begat.search.fold import END, Bytes, Places

__all__ = ["Words", "allowed", "word_arrays"]

Keys = NDArray[np.uint64]

SHORTEST, LONGEST = 3, 24
"""Letters of a word that can be corrected."""
BEGINNING = 10
"""Letters of a word of which some are left out."""
COMMON = 100_000
"""Words of which two letters are left out, not one."""
KNOWN = 1_000_000
MEASURED = 96
FACTOR = np.uint32(2_654_435_761)


def allowed(length: int) -> int:
    """Return how many edits a text of some letters may have."""
    return 0 if length < SHORTEST else 1 if length < 6 else 2 if length < 14 else 3


def word_arrays(text: Bytes, begins: Places) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of `Words`: the distinct words of letters, the most frequent first; O(bytes)."""
    words = _distinct(text, begins)
    block = "\0".join(["", *words, ""]).encode()
    return {"block": np.frombuffer(block, dtype=np.uint8), "deletions": _deletions(words)}


def _distinct(text: Bytes, begins: Places) -> list[str]:
    import pyarrow as pa

    ends = np.append(begins, len(text)).astype(np.int64)
    buffers = [None, *(pa.py_buffer(np.ascontiguousarray(part)) for part in (ends, text))]
    words = pl.Series("word", pa.Array.from_buffers(pa.large_string(), len(begins), buffers))
    plain = words.to_frame().select(pl.col("word").str.strip_chars_end("\0"))
    plain = plain.filter(pl.col("word").str.contains(rf"^[a-z]{{{SHORTEST},{LONGEST}}}$"))
    counts = plain.group_by("word").len().sort(-pl.col("len").cast(pl.Int64), "word")
    return counts["word"].head(KNOWN).to_list()


def _deletions(words: list[str]) -> Keys:
    """Return for every word and what is left of it without some letters a hash and its number, sorted."""
    beginnings = np.array([word[:BEGINNING].encode() for word in words], dtype=f"S{BEGINNING}")
    letters = beginnings.view(np.uint8).reshape(len(words), BEGINNING)
    lengths = (letters > 0).sum(axis=1)
    parts = [np.empty(0, dtype=np.uint64)]
    for length in range(SHORTEST, BEGINNING + 1):
        for lost in range(3):
            many = np.flatnonzero(lengths == length)
            many = many[many < COMMON] if lost > 1 else many
            for kept in _kept(length, lost):
                hashes = _hashes(letters[np.ix_(many, kept)])
                parts.append(hashes.astype(np.uint64) << np.uint64(32) | many.astype(np.uint64))
    return np.sort(np.concatenate(parts))


@cache
def _kept(length: int, lost: int) -> NDArray[np.intp]:
    """Return the places that stay when some are left out, one way a row."""
    return np.array(list(combinations(range(length), length - lost)), dtype=np.intp)


def _hashes(letters: Bytes) -> NDArray[np.uint32]:
    found = np.zeros(len(letters), dtype=np.uint32)
    for column in letters.T:
        found = (found ^ column) * FACTOR
        found ^= found >> np.uint32(15)
    return found


@dataclass(frozen=True)
class Words:
    """The known words, each with its number by frequency.

    Attributes
    ----------
    block : array of uint8
        The words, the most frequent first, each between two zeros.
    deletions : array of uint64, sorted
        Hash of a word without some of its letters, and its number in the lower half.
    """

    block: Bytes
    deletions: Keys

    @cached_property
    def _text(self) -> bytes:
        return self.block.tobytes()

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.block == END)

    def _word(self, number: int) -> bytes:
        return self._text[self._ends[number] + 1 : self._ends[number + 1]]

    def near(self, word: bytes, most: int) -> list[tuple[int, bytes]]:
        """Return words that a mistyped one may mean, each with its edits; fewest first, then most frequent.

        All of one edit; of two those that are `COMMON`, and others that lack or swap letters.
        """
        if not (word.isascii() and word.isalpha() and SHORTEST <= len(word) <= LONGEST):
            return []
        limit = min(allowed(len(word)), 2)
        measured = [(edits(word, other).whole, number, other) for number, other in self._similar(word, limit)]
        good = sorted(item for item in measured if 0 < item[0] <= limit)
        return [(count, other) for count, _, other in good[:most]]

    def _similar(self, word: bytes, limit: int) -> Iterator[tuple[int, bytes]]:
        """Yield words that share what is left without some letters, the most frequent ones."""
        letters = np.frombuffer(word[:BEGINNING], dtype=np.uint8)
        seen: set[int] = set()
        for lost in range(limit + 1):
            hashes = np.unique(_hashes(letters[_kept(len(letters), lost)]))
            low = np.searchsorted(self.deletions, hashes.astype(np.uint64) << np.uint64(32))
            high = np.searchsorted(self.deletions, (hashes.astype(np.uint64) + 1) << np.uint64(32))
            spans = [
                self.deletions[a : min(b, a + MEASURED)] for a, b in zip(low, high, strict=True) if b > a
            ]
            numbers = np.unique(np.concatenate([*spans, np.empty(0, np.uint64)]) & np.uint64(0xFFFFFFFF))
            new = [number for number in numbers[:MEASURED].tolist() if number not in seen]
            seen.update(new)
            yield from ((number, self._word(number)) for number in new)

    def containing(self, part: bytes, most: int) -> list[bytes]:
        """Return words that contain a part, but not at their beginning; the most frequent first."""
        found: list[bytes] = []
        place = 0
        while len(found) < most and (place := self._text.find(part, place + 1)) > 0:
            number = int(np.searchsorted(self._ends, place)) - 1
            if self._ends[number] + 1 != place:
                found.append(self._word(number))
            place = int(self._ends[number + 1])
        return found
