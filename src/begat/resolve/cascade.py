"""From any text to the model it names, or to the reason why it names none.

The methods are tried from the surest to the weakest; each has a name, how often it is right, and whether
what it finds is taken for a fact. What a weaker one finds is a guess: it is shown, and no derivation rests on
it. Measured on hand-labelled texts: ``docs/concept/resolution.md``.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import polars as pl

from begat.ids import HUB, split_key
from begat.resolve.forms import Form, forms, is_local, is_whole, undressed, why_not

__all__ = ["METHODS", "NOWHERE", "REPUBLISHERS", "Found", "Known", "Way"]


class Way(NamedTuple):
    """How often a method is right, whether what it finds is taken for a fact, and what it does."""

    confidence: float
    taken: bool
    title: str


METHODS = {
    "review": Way(1.0, True, "a decision in a review file"),
    "exact": Way(0.99, True, "a listed id as it stands"),
    "alias": Way(0.80, True, "a former or other spelling that a table leads on"),
    "case": Way(0.98, True, "a listed id in another case"),
    "legacy": Way(0.91, True, "a name without owner from before accounts, as its present keeper lists it"),
    "url": Way(0.98, True, "the address of a repository, or of a file or revision in it"),
    "markup": Way(0.98, True, "an id in quotes, in a link or behind a list marker"),
    "cache-folder": Way(0.75, True, "a folder of the Hub's cache"),
    "path": Way(0.83, True, "a local path whose end is a listed id"),
    "unlisted": Way(0.98, True, "a well-formed id that no source lists"),
    "unvouched": Way(0.87, False, "a well-formed id of a card that the Hub made no tag of"),
    "maker-name": Way(0.97, False, "a name without owner that one maker alone has listed"),
    "cut": Way(0.5, False, "a beginning that one listed id alone has"),
}
"""All methods; the confidence is (right + 1) / (n + 2) on the labelled texts, so low where few were seen."""

NOWHERE = "none"
"""The method of a text that leads nowhere."""

KEEPERS = {
    *("albert", "distilbert", "facebookai", "google-bert", "google-t5", "openai-community", "transfo-xl"),
    "xlnet",
}
"""Accounts that keep the models which had no owner before accounts existed, under the same names.

Source: the checkpoint lists of huggingface/transformers, ``models/deprecated/_archive_maps.py``, commit
03f646e8 (2024), and the eight renames seen in hf-id-resolution (2026-08-21).
"""

REPUBLISHERS = {
    *("bartowski", "comfy-org", "kerasformers", "lmstudio-community", "mainbrains", "mlx-community"),
    *("mradermacher", "redhatai", "thebloke", "unsloth"),
}
"""Accounts that pass on models of others under their names, so that they tell nothing of a maker.

General knowledge, and seen among the listed models of the data pack (2026-08).
"""

FEWEST = 5
"""Characters that a text that is cut off must have left, owner included."""


class Found(NamedTuple):
    """What a text stands for: an id, how it was found, how surely, and why it is doubtful or none."""

    id: str | None
    method: str
    confidence: float
    reason: str = ""

    @property
    def accepted(self) -> str | None:
        """The id if the method is one whose finds are taken for facts."""
        return self.id if self.method in METHODS and METHODS[self.method].taken else None

    @property
    def resolution(self) -> str:
        """The method of an accepted id; else why there is none, with the method of a guess."""
        if self.accepted is not None or self.id is None:
            return self.method if self.id is not None else self.reason
        return f"doubtful: {self.method}"


@dataclass(frozen=True)
class Known:
    """What is known of ids, and the cascade over it.

    Parameters
    ----------
    listed : collection of str
        Ids that a source lists; membership must be O(1).
    renamed : mapping
        From other spellings to ids, chains followed to their end.
    folded : mapping
        From ids in lower case to the one id that is meant.
    makers : collection of str
        Accounts of makers, in lower case.
    reviewed : mapping
        Decisions of people: a text and its id, None for "names no model".
    """

    listed: Collection[str]
    renamed: Mapping[str, str] = field(default_factory=dict)
    folded: Mapping[str, str] = field(default_factory=dict)
    makers: Collection[str] = frozenset()
    reviewed: Mapping[str, str | None] = field(default_factory=dict)

    def resolve(self, text: str) -> Found:
        """Return what a text stands for; total, and the same again for the id that it returns.

        O(length of the text + log of the number of listed ids); the indices that the last methods need are
        made when a first text gets there, in O(n log n).
        """
        if text in self.reviewed:
            end = self.reviewed[text]
            return self._found("review", end) if end else Found(None, "review", 1.0, "reviewed: none")
        for method, key in self._ways(text):
            return self._found(method, key)
        return Found(None, NOWHERE, 1.0, why_not(text))

    def _found(self, method: str, key: str) -> Found:
        reason = "" if METHODS[method].taken else METHODS[method].title
        return Found(self._settled(key), method, METHODS[method].confidence, reason)

    def _ways(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the methods that lead somewhere, with the id, surest first."""
        if (hit := self._lookup(text)) is not None:
            yield hit
            return
        read = list(forms(text))
        yield from self._known_forms(read)
        yield from self._unlisted(read)
        for form in read:
            if "/" not in form.name:
                yield from self._named(form.name)
        yield from self._completed(undressed(text))

    def _lookup(self, key: str) -> tuple[str, str] | None:
        """Return method and id of a name that is known in this or another case."""
        if key in self.renamed:
            return "alias", self.renamed[key]
        if key in self.listed:
            return "exact", key
        known = self.folded.get(key.casefold())
        return None if known is None else ("case", known)

    def _known_forms(self, read: list[Form]) -> Iterator[tuple[str, str]]:
        """Forms whose name is known; a name without owner is known only by its keeper."""
        for form in read:
            hit = self._lookup(form.name) or self._kept(form.name)
            if hit is not None and form.way != "name":
                yield (hit[0] if form.way == "plain" else form.way), hit[1]

    def _kept(self, name: str) -> tuple[str, str] | None:
        if "/" in name:
            return None
        hits = [hit for keeper in KEEPERS if (hit := self.folded.get(f"{keeper}/{name.casefold()}"))]
        return ("legacy", hits[0]) if len(hits) == 1 else None

    def _unlisted(self, read: list[Form]) -> Iterator[tuple[str, str]]:
        """A well-formed id of the Hub or of ModelScope; the parts of a path are none."""
        for form in read:
            if form.way != "path" and is_whole(form.name) and not is_local(form.name):
                yield ("unlisted" if form.way == "plain" else form.way), form.name

    def _named(self, name: str) -> Iterator[tuple[str, str]]:
        """The one model of makers with this name; not for a word without a version or size in it."""
        if any(letter.isdigit() for letter in name):
            hits = self._names.of(name.casefold())
            made = [key for key in hits if key.partition("/")[0].casefold() in self.makers]
            if len(made) == 1:
                yield "maker-name", made[0]

    def _completed(self, text: str) -> Iterator[tuple[str, str]]:
        """The one listed id that begins as a text that is cut off does."""
        beginning = text.removesuffix("\u2026").rstrip(".").casefold()
        cut = text.endswith(("...", "\u2026")) and "/" in beginning and len(beginning) >= FEWEST
        hits = self._ids.beginning(beginning) if cut else []
        if len(hits) == 1:
            yield "cut", hits[0]

    def _settled(self, key: str) -> str:
        """Follow an id to the one that leads to itself; of a circle, to its first in order."""
        seen = [key]
        while (hit := self._lookup(seen[-1])) is not None and hit[1] not in seen:
            seen.append(hit[1])
        return seen[-1] if hit is None else min(seen[seen.index(hit[1]) :])

    @cached_property
    def _hub(self) -> list[str]:
        """Listed ids of the Hub that are still in use."""
        return [key for key in self.listed if key not in self.renamed and split_key(key)[0] == HUB]

    @cached_property
    def _names(self) -> "_Index":
        return _Index.by(self._hub, pl.col("id").str.to_lowercase().str.extract("([^/]*)$"))

    @cached_property
    def _ids(self) -> "_Index":
        return _Index.by(self._hub, pl.col("id").str.to_lowercase())


@dataclass(frozen=True)
class _Index:
    """Ids sorted by a key; a search is O(log n)."""

    keys: pl.Series
    ids: pl.Series

    @classmethod
    def by(cls, ids: list[str], key: pl.Expr) -> "_Index":
        frame = pl.DataFrame({"id": pl.Series(ids, dtype=pl.String)}).with_columns(key=key).sort("key", "id")
        return cls(frame["key"], frame["id"])

    def of(self, key: str) -> list[str]:
        """Return the ids with this key."""
        start, end = (self.keys.search_sorted(key, side=side) for side in ("left", "right"))
        return self.ids[start:end].to_list()

    def beginning(self, prefix: str) -> list[str]:
        """Return the first two ids whose key begins so; two are enough to be no single one."""
        start = self.keys.search_sorted(prefix, side="left")
        near = zip(self.keys[start : start + 2], self.ids[start : start + 2], strict=True)
        return [key for low, key in near if low.startswith(prefix)]
