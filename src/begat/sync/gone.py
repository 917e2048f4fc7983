"""What became of models that a complete listing no longer has: gone, or under another name."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from urllib.parse import quote, unquote

from begat.crawl import Crawl, Platform
from begat.ids import split_key
from begat.records import Alias, Model, Record

__all__ = ["MOST_ASKED", "ask_for", "fates"]

MOST_ASKED = 200
"""Of the models that are no longer listed, so many are asked for one by one."""

KIND = "single"


def ask_for(crawl: Crawl, platform: Platform, missing: Iterable[str]) -> None:
    """Ask for models one by one, the first 200 of them."""
    for key in islice(missing, MOST_ASKED):
        crawl.page(KIND, platform.single.format(quote(split_key(key)[1], safe="/")))


def fates(crawl: Crawl, platform: Platform, on: date, missing: Mapping[str, date | None]) -> Iterator[Record]:
    """Yield what the answers to `ask_for` say: gone or private, renamed; nothing of any other.

    `missing` gives the day on which each model was listed last.
    """
    for entry in crawl.journal.entries("absent"):
        if entry.kind == KIND:
            key = _key(entry.request.removeprefix("GET "), platform)
            yield Model(key, removed=True, last_listed=missing.get(key))
    for entry in crawl.journal.entries("kept"):
        if entry.kind == KIND and entry.moved:
            old, new = (_key(text, platform) for text in (entry.request.removeprefix("GET "), entry.moved))
            if old != new:
                yield Alias(old, new, "renamed", stated_on=on)


def _key(path: str, platform: Platform) -> str:
    """Return the id of the model at a path of `Platform.single`."""
    before, _, after = platform.single.partition("{}")
    return unquote(path.partition("?")[0].removeprefix(before).removesuffix(after))
