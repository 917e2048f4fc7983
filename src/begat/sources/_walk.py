"""Walks over lists whose pages have numbers, and what they read in an answer to go on."""

from collections.abc import Callable
from typing import Any

from begat.crawl import Page
from begat.errors import SourceError

__all__ = ["MOST_PAGES", "field_of", "rows_of", "walk"]

MOST_PAGES = 2_000
"""A list with more is taken for one that has no end."""


def walk(ask: Callable[[int], Page | None], *keys: str, size: int) -> None:
    """Ask for page after page, from 0, until one is not full or there is none.

    Parameters
    ----------
    ask : function
        From a page's number to the page.
    *keys : str
        Where its rows stand.
    size : int
        Rows of a full page.

    Raises
    ------
    SourceError
        If a page is the same as the one before, or there are more than `MOST_PAGES`: then the platform does
        not go by the number it is given.
    """
    before = b""
    for number in range(MOST_PAGES):
        page = ask(number)
        if page is None or len(rows_of(page, *keys)) < size:
            return
        if page.body == before:
            raise SourceError(
                f"page {number + 1} of the list is page {number} again",
                where=page.url,
                hint="The platform no longer goes by the number of a page.",
            )
        before = page.body
    raise SourceError(f"the list has more than {MOST_PAGES:,} pages", where=page.url if page else "")


def rows_of(page: Page, *keys: str) -> list[Any]:
    """Return the list at a path of keys; null is an empty one.

    Raises
    ------
    SourceError
        If the keys lead nowhere or to something else.
    """
    rows = field_of(page, *keys)
    if not isinstance(rows, list | None):
        raise _changed(page, keys)
    return rows or []


def field_of(page: Page, *keys: str) -> Any:
    """Return what stands at a path of keys.

    Raises
    ------
    SourceError
        If they lead nowhere.
    """
    found = page.json()
    for key in keys:
        if not isinstance(found, dict) or key not in found:
            raise _changed(page, keys)
        found = found[key]
    return found


def _changed(page: Page, keys: tuple[str, ...]) -> SourceError:
    return SourceError(
        f"the answer has no {'.'.join(keys) or 'list'} as it should",
        where=page.url,
        hint="The platform may have changed, or refuses programs.",
    )
