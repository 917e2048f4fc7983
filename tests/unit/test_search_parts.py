"""The parts of the search against their readable oracles: folding, sorted places, distance, words."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from begat.search.distance import Edits, edits
from begat.search.fold import END, fold, readable
from begat.search.places import Sorted, block_minima, in_order
from begat.search.words import Words, word_arrays

SHORT = st.text("abc", max_size=8).map(str.encode)


def words_of(text: str) -> list[str]:
    """Return the words into which a text is folded."""
    folded = fold(readable(text).encode())
    ends = [*folded.begins.tolist(), len(folded.text)]
    return [folded.text[a:b].tobytes().decode() for a, b in pairwise(ends)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Qwen/Qwen2.5-7B-Instruct", ["qwen", "qwen", "25", "7b", "instruct"]),
        ("DeepSeek-R1", ["deep", "seek", "r", "1"]),
        ("阿里 Cloud", ["阿", "里", "cloud"]),
        ("Télécom--Paris", ["telecom", "paris"]),
        ("v1. 5", ["v", "1", "5"]),
        ("…", ["x", "2026"]),
        ("", []),
    ],
)
def test_words_begin_where_people_see_them(text: str, words: list[str]) -> None:
    """A word begins after a separator, at digits after letters, at a capital; not inside a decimal number."""
    assert words_of(text) == words


@given(st.text(min_size=1))
def test_folding_leaves_something_of_every_text(text: str) -> None:
    """What is no blank has at least one word, and the first begins at once."""
    plain = text.encode("utf-8", "ignore").decode().replace("\0", " ").strip()
    folded = fold(readable(plain).encode())
    assert (len(folded.begins) > 0 and folded.begins[0] == 0) or not plain


def sorted_places(texts: list[bytes]) -> Sorted:
    """Return the sorted places of all bytes of some texts."""
    text = np.frombuffer(b"".join(part + b"\0" for part in texts), dtype=np.uint8)
    places = in_order(text, np.flatnonzero(text != END).astype(np.uint32))
    return Sorted(text, places, block_minima(places))


@given(st.lists(SHORT, max_size=6), SHORT.filter(bool), st.integers(1, 9))
def test_first_places_are_those_of_a_scan(texts: list[bytes], wanted: bytes, count: int) -> None:
    """Two binary searches find the same as looking at every place."""
    order = sorted_places(texts)
    block = order.text.tobytes()
    scanned = [place for place in range(len(block)) if block.startswith(wanted, place)]
    assert order.first(wanted, count).tolist() == scanned[:count]
    assert order.has(wanted) == bool(scanned)


def test_of_many_places_the_smallest_are_found() -> None:
    """Where a range is longer than what is looked at, its blocks with the smallest places are enough."""
    chance = np.random.default_rng(3)
    text = chance.integers(ord("a"), ord("c"), 200_000).astype(np.uint8)
    places = in_order(text, np.arange(len(text), dtype=np.uint32))
    order = Sorted(text, places, block_minima(places))
    block = text.tobytes()
    for wanted in (b"a", b"ab", b"abb"):
        scanned = [place for place in range(3_000) if block.startswith(wanted, place)]
        assert order.first(wanted, 60).tolist() == scanned[:60]


def test_texts_longer_than_the_key_are_told_apart() -> None:
    """Places are sorted by a bounded beginning; what is longer is compared whole."""
    order = sorted_places([b"a" * 40 + b"b", b"a" * 40 + b"c"])
    assert order.first(b"a" * 40 + b"c", 5).tolist() == [42]
    assert not order.has(b"a" * 40 + b"d")


def table_of(wanted: bytes, other: bytes) -> Edits:
    """Return the edits by the table of all beginnings."""
    rows = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(wanted) + 1)]
    for i, a in enumerate(wanted, 1):
        for j, b in enumerate(other, 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and (a, wanted[i - 2]) == (other[j - 2], b):
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return Edits(min(rows[-1]), rows[-1][-1])


@given(SHORT, SHORT)
def test_edits_are_those_of_the_table(wanted: bytes, other: bytes) -> None:
    """The numbers of bits give the distance that the table gives."""
    assert edits(wanted, other) == table_of(wanted, other)


VOCABULARY = ["qwen", "instruct", "mistral", "coder", "starcoder", "seek", "alpaca"]


@pytest.fixture(scope="module")
def words() -> Words:
    """Return the words of a few names."""
    folded = fold("".join(word + "\0" for word in VOCABULARY).encode())
    arrays = word_arrays(*folded)
    return Words(arrays["block"], arrays["deletions"])


@given(word=st.sampled_from(VOCABULARY), data=st.data())
def test_one_error_in_a_word_is_mended(words: Words, word: str, data: st.DataObject) -> None:
    """Every word with a letter added, lost or changed, or two swapped leads back to it."""
    place = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("abcxyz"))
    before, after = word[:place], word[place:]
    added, changed = before + letter + after, before + letter + after[1:]
    swapped = before + after[1] + after[0] + after[2:]
    for wrong in (added, changed, swapped, before + after[1:]):
        assert wrong in VOCABULARY or (1, word.encode()) in words.near(wrong.encode(), 9), wrong


def test_two_errors_in_a_common_word_are_mended(words: Words) -> None:
    """A word of six letters or more may have two."""
    assert words.near(b"insturtc", 3) == [(2, b"instruct")]
    assert words.near(b"qewm", 3) == []


def test_parts_of_words_are_completed(words: Words) -> None:
    """The end or middle of a word leads to it, its beginning does not: that is no part to complete."""
    assert words.containing(b"code", 5) == [b"starcoder"]
    assert words.containing(b"zzz", 5) == []
