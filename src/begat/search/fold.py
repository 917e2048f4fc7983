"""Texts as they are compared: caseless letters and digits, and where words begin in them."""

import unicodedata
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["END", "Bytes", "Folded", "Places", "fold", "readable"]

Bytes = NDArray[np.uint8]
Places = NDArray[np.uint32]

END = 0
"""Byte after each text."""

APART, SMALL, DIGIT, CAPITAL, WIDE, CHARACTER, REST = range(7)
"""Kinds of bytes: between words, letters, digits, other scripts, a word by itself, what follows in one."""


class Folded(NamedTuple):
    """Texts one after the other, each with `END` behind it, and the places where words begin."""

    text: Bytes
    begins: Places


def _kinds() -> Bytes:
    kinds = np.full(256, APART, dtype=np.uint8)
    kinds[ord("a") : ord("z") + 1] = SMALL
    kinds[ord("A") : ord("Z") + 1] = CAPITAL
    kinds[ord("0") : ord("9") + 1] = DIGIT
    kinds[0x80:0xC0] = REST
    kinds[0xC0:0xE3] = WIDE
    kinds[0xE3:] = CHARACTER
    return kinds


KINDS = _kinds()


def fold(block: bytes) -> Folded:
    """Fold readable texts, each ended by `END`; O(bytes)."""
    raw = np.frombuffer(block, dtype=np.uint8)
    kind = KINDS[raw]
    begins = _begins(raw, kind)
    keep = (kind != APART) | (raw == END)
    text = np.where(kind == CAPITAL, raw + 32, raw)[keep]
    return Folded(text, np.flatnonzero(begins[keep]).astype(np.uint32))


def _begins(raw: Bytes, kind: Bytes) -> NDArray[np.bool_]:
    """Where a word begins: after a separator, at digits after letters, at a capital after a small letter."""
    before = np.concatenate(([APART], kind[:-1])).astype(np.uint8)
    begins: NDArray[np.bool_] = (kind != APART) & (kind != REST) & (before == APART)
    begins |= (kind == DIGIT) & (before != DIGIT)
    begins |= (kind == CAPITAL) & (before == SMALL)
    begins |= kind == CHARACTER
    decimal = (raw[1:-1] == ord(".")) & (kind[:-2] == DIGIT) & (kind[2:] == DIGIT)
    begins[2:] &= ~decimal
    return begins


def readable(text: str) -> str:
    """Return a text of which `fold` leaves something: no accents, no signs but those of ASCII.

    A text without any letter or digit becomes one that has its code points as digits.
    """
    plain = text.replace("\0", " ")
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", plain.encode("utf-8", "ignore").decode()).casefold()
        letters = (part for part in parts if not unicodedata.combining(part))
        plain = "".join(part if part.isascii() or part.isalnum() else " " for part in letters)
    return plain if any(map(str.isalnum, plain)) else "".join(f"x{ord(part):x}" for part in text.strip("\0 "))
