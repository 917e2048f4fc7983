"""Edit distance: letters added, lost, changed, or two neighbours swapped."""

from typing import NamedTuple

__all__ = ["Edits", "edits"]


class Edits(NamedTuple):
    """Fewest edits from a text to the beginning of another, and to the whole of it."""

    beginning: int
    whole: int


def edits(wanted: bytes, other: bytes) -> Edits:
    """Return the optimal string alignment distance; O(len(other)) operations on numbers of len(wanted) bits.

    References
    ----------
    Hyyrö (2003), A bit-vector algorithm for computing Levenshtein and Damerau edit distances, Nordic Journal
    of Computing 10, 29-39.

    Examples
    --------
    >>> edits(b"qwne", b"qwen2")
    Edits(beginning=1, whole=2)
    """
    size = len(wanted)
    if not size:
        return Edits(0, len(other))
    ones, last = (1 << size) - 1, 1 << (size - 1)
    where: dict[int, int] = {}
    for place, byte in enumerate(wanted):
        where[byte] = where.get(byte, 0) | 1 << place
    more, fewer, diagonal, before = ones, 0, 0, 0
    count = fewest = size
    for byte in other:
        same = where.get(byte, 0)
        swapped = ((~diagonal & same) << 1) & before
        diagonal = (((same & more) + more) ^ more) | same | fewer | swapped
        right = fewer | ~(diagonal | more) & ones
        left = diagonal & more
        count += bool(right & last) - bool(left & last)
        fewest = min(fewest, count)
        right = right << 1 | 1
        more = (left << 1 | ~(diagonal | right)) & ones
        fewer = right & diagonal & ones
        before = same
    return Edits(fewest, count)
