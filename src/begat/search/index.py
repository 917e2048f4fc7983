"""Finding things by their names: whole, by words and beginnings of words, mistyped."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, chain, combinations, islice, pairwise, product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from begat.errors import StoreError
from begat.mapped import DAMAGE, load_arrays, save_arrays
from begat.search.built import FORMAT, ID, KINDS, NAME, built
from begat.search.distance import edits
from begat.search.fold import END, Places, fold, readable
from begat.search.places import MOST, Sorted
from begat.search.words import Words, allowed
from begat.snapshot import Snapshot

__all__ = ["Hit", "NameIndex"]

LONGEST = 200
"""Characters of a text that are looked up; no name is as long."""
MOST_WORDS = 12
FEW = 5
"""Near things follow where fewer than these are found, at half the edits where some are."""
AROUND = 64
"""Places that are measured of a part that is right."""
BACK = 3
ROOM = 8
FIRST_LOOKS = 512, 4096
"""Entries that are looked at before the rest."""
CORRECTIONS = 8
TRIED = 48
REORDERED, MOST_NEAR = 8, 2048
"""Corrected texts whose words are looked up in any order, and the places that are looked at."""
SHORTEST = 3
NAMESAKES = 6
"""Texts that are the one asked, or end with it behind an account, that go before more popular ones."""
SEVERAL = 4
"""Places of one thing at which a text may begin, as a rule."""

Hit = dict[str, str]
Found = Iterator[tuple[str, Iterable[int]]]


class Asked(NamedTuple):
    """A text as it is looked up."""

    whole: bytes
    words: list[bytes]
    written: bytes

    def without(self, place: int) -> tuple[bytes, bytes]:
        """Return what stands before and after a word."""
        return b"".join(self.words[:place]), b"".join(self.words[place + 1 :])


WHOLE, BEGINNING, END_OF, INSIDE = range(4)


class Near(NamedTuple):
    """How near an entry is: by edits, where they stand in it, ``WHOLE`` to ``INSIDE``, then by popularity."""

    edits: int
    where: int
    entry: int


class NameIndex:
    """Sorted places of words over everything that has a page; built where there is none, or a damaged one.

    Parameters
    ----------
    snapshot : Snapshot
        What is indexed.
    folder : Path
        Where the index lies.

    Raises
    ------
    StoreError
        If the folder can't be written.

    Notes
    -----
    The arrays are mapped and only read, so threads and processes share them. `docs/decisions/014-search.md`
    says what is found and what is not.
    """

    def __init__(self, snapshot: Snapshot, folder: Path) -> None:
        parts = _loaded(snapshot, folder)
        self._text = parts["text"]
        self._ends, self._first_begin = parts["ends"], parts["first_begin"]
        self._begins, self._head = parts["begins"], parts["head"]
        self._written = parts["written"], parts["written_ends"]
        self._thing, self._of, self._kind = parts["thing"], parts["of"], parts["kind"]
        self._openings, self._heads, self._all = (
            Sorted(self._text, parts[name], parts[f"{name}_minima"]) for name in ("openings", "heads", "all")
        )
        self._words = Words(parts["block"], parts["deletions"])

    def __len__(self) -> int:
        return len(self._of)

    def exact(self, text: str) -> list[Hit]:
        """Return the things whose id or name is `text`, in any case; models by their id only.

        Ids come first; models of several platforms share their names.
        """
        return list(self._hits([("whole", self._exact(text, _asked(text)))]))

    def _exact(self, text: str, asked: Asked) -> list[int]:
        low = _cut(text).casefold()
        ended = asked.whole + bytes([END])
        entries = self._entries(self._openings.places[slice(*self._openings.range(ended))])
        same = [entry for entry in np.sort(entries).tolist() if _cut(self._read(entry)).casefold() == low]
        ids = [entry for entry in same if self._of[entry] == ID]
        names = [entry for entry in same if self._of[entry] != ID and KINDS[self._kind[entry]] != "model"]
        return ids + names

    def search(self, text: str, *, limit: int = 20) -> list[Hit]:
        """Return the things that a text may mean: ``id, kind, name, match``.

        `match` is ``whole`` for an id or name, ``beginning`` of a name, ``inside`` an id or name, at the
        beginning of a word, ``words`` for all words in any order, ``near`` for what is at a few edits.
        In this order, and within each the most popular first. Separators, case and accents don't matter.
        """
        asked = _asked(text)
        if not asked.whole:
            return []
        hits = list(islice(self._hits(self._ways(text, asked, limit)), limit))
        if len(hits) >= min(limit, FEW) or (hits and hits[0]["match"] == "whole"):
            return hits
        known = {(hit["kind"], hit["id"]) for hit in hits}
        most = allowed(len(asked.whole))
        near = self._near(asked, most // 2 if hits else most)
        return [*hits, *(hit for hit in near if (hit["kind"], hit["id"]) not in known)][: min(limit, FEW)]

    def near(self, text: str, *, limit: int = 3) -> list[Hit]:
        """Return the things with the most similar ids or names, best first; for did-you-mean."""
        asked = _asked(text)
        return list(islice(self._near(asked, allowed(len(asked.whole))), limit))

    def _near(self, asked: Asked, most: int) -> Iterator[Hit]:
        """Yield the things at so many edits at most; short texts have none."""
        if len(asked.whole) < SHORTEST:
            return
        best: dict[int, Near] = {}
        for found in chain(self._corrected(asked), self._around(asked)):
            if found.edits <= most:
                thing = int(self._thing[found.entry])
                best[thing] = min(found, best.get(thing, found))
        order = sorted(best.values(), key=lambda found: (*found[:2], self._apart(asked, found), found.entry))
        yield from self._hits([("near", [found.entry for found in order])])

    def _apart(self, asked: Asked, found: Near) -> int:
        """Return the edits to a whole name as it is written, with the separators that folding leaves out."""
        if found.where != WHOLE:
            return 0
        written = self._read(found.entry).casefold()
        return min(
            edits(asked.written, part.encode()).whole for part in (written, written.rpartition("/")[2])
        )

    def _ways(self, text: str, asked: Asked, limit: int) -> Found:
        """Yield what is found, the best first, each step made when asked for."""
        count = SEVERAL * limit
        yield "whole", self._exact(text, asked)
        ended = asked.whole + bytes([END])
        yield "whole", self._first(ended, NAMESAKES, self._openings, self._heads)
        parts = [_asked(part).whole for part in _cut(text).split()]
        if len(parts) > 1:
            phrase = self._first(asked.whole, count, self._all)
            yield "words", sorted(phrase + self._with_all(parts[:MOST_WORDS], count))
        else:
            yield "beginning", self._first(asked.whole, count, self._openings, self._heads)
            yield "inside", self._first(asked.whole, count, self._all)
        if len(asked.words) > 1:
            yield "words", self._with_all(asked.words, count)

    def _first(self, wanted: bytes, count: int, *orders: Sorted) -> list[int]:
        """Return the most popular entries in which a text begins at a place of one of the orders."""
        places = np.unique(np.concatenate([order.first(wanted, count) for order in orders]))
        entries: list[int] = self._entries(places[:count]).tolist()
        return entries

    def _with_all(self, words: list[bytes], count: int, most: int = MOST) -> list[int]:
        """Return entries in which every word begins somewhere, from the places of the rarest.

        The most popular are looked at first, so what many have is found at once.
        """
        ranges = {word: self._all.range(word) for word in words if word}
        rarest = min(ranges, key=lambda word: ranges[word][1] - ranges[word][0])
        entries = np.unique(self._entries(self._all.popular(*ranges.pop(rarest), most)))
        others = sorted(ranges, key=lambda word: ranges[word][1] - ranges[word][0])
        found: list[int] = []
        for low, high in pairwise((0, *FIRST_LOOKS, len(entries))):
            found += self._that_have(entries[low:high], others).tolist()
            if len(found) >= count:
                break
        return found[:count]

    def _that_have(self, entries: Places, words: list[bytes]) -> Places:
        """Return those of some entries in which all words begin somewhere; the words from the rarest on."""
        for word in words:
            first, last = self._first_begin[entries], self._first_begin[entries + 1]
            length = (last - first).astype(np.int64)
            shift = np.repeat(first - np.concatenate(([0], np.cumsum(length)[:-1])), length)
            begins = self._begins[np.arange(int(length.sum())) + shift]
            owner = np.repeat(np.arange(len(entries)), length)
            entries = entries[np.unique(owner[self._all.followed(begins, word)])]
        return entries

    def _corrected(self, asked: Asked) -> Iterator[Near]:
        """Yield entries that have the words with one or two of them corrected, or completed to the left."""
        tries = REORDERED
        for count, words in _variants(asked.words, {word: self._meant(word) for word in asked.words}):
            whole = b"".join(words)
            if self._all.has(whole):
                ended = self._first(whole + bytes([END]), FEW, self._openings, self._heads)
                begun = self._first(whole, FEW, self._openings, self._heads)
                inner = self._first(whole, FEW, self._all)
                for where, entries in ((WHOLE, ended), (BEGINNING, begun), (INSIDE, inner)):
                    yield from (Near(count, where, entry) for entry in entries)
            elif len(words) > 1 and tries and all(map(self._all.has, words)):
                tries -= 1
                yield from (Near(count, INSIDE, entry) for entry in self._with_all(words, FEW, MOST_NEAR))

    def _meant(self, word: bytes) -> list[tuple[int, bytes]]:
        near = self._words.near(word, CORRECTIONS)
        inner = self._words.containing(word, CORRECTIONS) if len(word) >= SHORTEST else []
        return near + [(1, other) for other in inner]

    def _around(self, asked: Asked) -> Iterator[Near]:
        """Yield entries that begin or end as the text does, with the edits of the rest."""
        for cut in self._known_beginnings(asked.whole):
            known, rest = asked.whole[:cut], asked.whole[cut:]
            for entry, place in self._places(known):
                end = min(int(self._ends[entry + 1]) - 1, place + cut + 2 * len(rest) + ROOM)
                found = edits(rest, self._text[place + cut : end].tobytes())
                ended = found.whole == found.beginning
                yield Near(found.beginning, self._where(entry, place, found.beginning, ended=ended), entry)
        for cut in self._known_ends(asked):
            known, rest = asked.whole[cut:], asked.whole[:cut]
            for entry, place in self._places(known):
                start = max(int(self._ends[entry]), place - 2 * len(rest) - ROOM)
                found = edits(rest[::-1], self._text[start:place].tobytes()[::-1])
                ended = self._text[place + len(known)] == END
                yield Near(
                    found.beginning, self._where(entry, place - cut, found.beginning, ended=ended), entry
                )

    def _where(self, entry: int, start: int, count: int, *, ended: bool) -> int:
        """Say where in an entry something stands that begins at about a place."""
        begun = any(abs(start - int(opening)) <= count for opening in (self._ends[entry], self._head[entry]))
        return (WHOLE if ended else BEGINNING) if begun else END_OF if ended else INSIDE

    def _known_beginnings(self, whole: bytes) -> list[int]:
        """Return the length of the longest beginning that occurs, and some less: it may pass the error."""
        longest = bisect_left(range(len(whole)), True, key=lambda size: not self._all.has(whole[: size + 1]))
        return list(range(longest, max(SHORTEST, longest - BACK) - 1, -1))

    def _known_ends(self, asked: Asked) -> list[int]:
        """Return where the two longest ends begin that are whole words and occur."""
        cuts = list(accumulate(map(len, asked.words)))[:-1]
        long = (cut for cut in cuts if len(asked.whole) - cut >= SHORTEST)
        return list(islice((cut for cut in long if self._all.has(asked.whole[cut:])), 2))

    def _places(self, known: bytes) -> Iterator[tuple[int, int]]:
        places = self._all.first(known, AROUND)
        return zip(self._entries(places).tolist(), places.tolist(), strict=True)

    def _entries(self, places: NDArray[Any]) -> NDArray[Any]:
        return np.searchsorted(self._ends, places.astype(np.uint32), side="right") - 1

    def _read(self, entry: int) -> str:
        block, ends = self._written
        return block[ends[entry] : ends[entry + 1]].tobytes().decode()

    def _hits(self, found: Iterable[tuple[str, Iterable[int]]]) -> Iterator[Hit]:
        """Yield each thing once, with the first way in which it was found."""
        seen: set[int] = set()
        for match, entries in found:
            for entry in entries:
                thing = int(self._thing[entry])
                if thing not in seen:
                    seen.add(thing)
                    yield self._hit(thing, match)

    def _hit(self, thing: int, match: str) -> Hit:
        named = thing + 1 < len(self) and self._thing[thing + 1] == thing and self._of[thing + 1] == NAME
        return {
            "id": self._read(thing),
            "kind": KINDS[self._kind[thing]],
            "name": self._read(thing + 1) if named else "",
            "match": match,
        }


def _loaded(snapshot: Snapshot, folder: Path) -> dict[str, NDArray[Any]]:
    try:
        return load_arrays(folder, form=FORMAT)
    except DAMAGE:
        pass
    try:
        save_arrays(folder, built(snapshot), form=FORMAT)
    except OSError as error:
        raise StoreError(f"the name index can't be written ({error})", where=str(folder)) from error
    return load_arrays(folder, form=FORMAT)


def _cut(text: str) -> str:
    return text.encode("utf-8", "ignore").decode().replace("\0", " ").strip()[:LONGEST]


def _asked(text: str) -> Asked:
    """Fold a text; its words beyond `MOST_WORDS` stay one."""
    folded = fold(readable(_cut(text)).encode())
    whole = folded.text.tobytes()
    begins = [*folded.begins[:MOST_WORDS].tolist(), len(whole)]
    words = [whole[a:b] for a, b in pairwise(begins)]
    return Asked(whole, words, _cut(text).casefold().encode())


def _variants(
    words: list[bytes], meant: Mapping[bytes, list[tuple[int, bytes]]]
) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the words with one of them replaced, then with two, at most `TRIED`; each with its edits."""
    yield from islice(_replaced(words, meant), TRIED)


def _replaced(
    words: list[bytes], meant: Mapping[bytes, list[tuple[int, bytes]]]
) -> Iterator[tuple[int, list[bytes]]]:
    for many, choices in ((1, CORRECTIONS * 2), (2, 3)):
        for places in combinations(range(len(words)), many):
            for chosen in product(*(meant[words[place]][:choices] for place in places)):
                replaced = dict(zip(places, chosen, strict=True))
                new = [replaced[i][1] if i in replaced else word for i, word in enumerate(words)]
                yield sum(count for count, _ in chosen), new
