"""Values that are kept: made once, and dropped where they are too many."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from begat.registry.kept import Kept


def test_threads_that_ask_at_once_make_a_value_once() -> None:
    """Of eight threads that ask for a new value together one makes it, and all have it."""
    kept, made, together = Kept[list[int]](most=5), [], Barrier(8)

    def make() -> list[int]:
        made.append(1)
        return made

    def ask(_: int) -> list[int]:
        together.wait(10)
        return kept.get("a", make)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(8)))
    assert made == [1]
    assert all(each is made for each in found)


def test_a_value_that_fails_is_made_again() -> None:
    """An error keeps nothing, and holds nobody up."""
    kept = Kept[str](most=5)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: str(1 // 0))
    assert kept.get("a", lambda: "b") == "b"
    assert kept.keys() == ["a"]
