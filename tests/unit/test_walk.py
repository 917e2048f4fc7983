"""Walks over numbered pages end where the list ends, and say so where a platform plays another game."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from begat.crawl import Page
from begat.errors import SourceError
from begat.sources._walk import MOST_PAGES, rows_of, walk


def page(document: Any) -> Page:
    """Return an answer that holds a document."""
    return Page("https://example.test/list", 200, {}, json.dumps(document).encode())


def walked(rows: Sequence[int], size: int) -> list[int]:
    """Return the rows of the pages that a walk over a list asks for."""
    found: list[int] = []

    def ask(number: int) -> Page | None:
        part = list(rows[number * size : (number + 1) * size])
        found.extend(part)
        return page({"data": {"list": part or None}})

    walk(ask, "data", "list", size=size)
    return found


@given(st.integers(0, 40), st.integers(1, 10))
def test_a_walk_sees_every_row_once(count: int, size: int) -> None:
    """Whatever the size of a page, all rows are asked for, those of a full last page too."""
    assert walked(range(count), size) == list(range(count))


def test_a_walk_ends_at_a_page_that_does_not_exist() -> None:
    """A page that the platform does not have, or that failed for good, is the end."""
    asked: list[int] = []

    def ask(number: int) -> Page | None:
        asked.append(number)
        return page([number]) if number < 2 else None

    walk(ask, size=1)
    assert asked == [0, 1, 2]


def test_a_platform_that_gives_the_same_page_again() -> None:
    """The first page for every number is an error, not an endless walk."""
    with pytest.raises(SourceError, match="page 2 of the list is page 1 again"):
        walk(lambda _: page([1, 2]), size=2)


def test_a_list_without_an_end() -> None:
    """Full pages that differ for ever are an error too."""
    with pytest.raises(SourceError, match=f"more than {MOST_PAGES:,} pages"):
        walk(lambda number: page([number]), size=1)


@pytest.mark.parametrize("document", [{}, {"data": None}, {"data": {"list": {}}}, [], 3], ids=str)
def test_an_answer_of_another_shape(document: Any) -> None:
    """A missing key, and something else than a list, name the key and the address."""
    with pytest.raises(SourceError, match=r"example\.test/list: the answer has no data\.list"):
        rows_of(page(document), "data", "list")
