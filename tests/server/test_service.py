"""Pages that are written once: for all who ask at the same time, and also where nobody can wait for them."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from begat.registry import Registry, open_registry
from begat.server.pool import Pool
from begat.server.refusal import HttpRefusal, headers
from begat.server.served import Served
from begat.server.service import Service
from begat.server.settings import Settings


class Writing:
    """A page that is written when it is let go, and how often it was begun."""

    def __init__(self) -> None:
        self.begun, self.go = 0, threading.Event()

    def __call__(self, _: Registry) -> bytes:
        """Write it."""
        self.begun += 1
        assert self.go.wait(30)
        return b"page"


@pytest.fixture
def service(built: Path) -> Callable[..., Service]:
    """Return a function that makes a service over the embedded snapshot, without workers for queries."""
    registry = open_registry(built)

    def make(**settings: Any) -> Service:
        chosen = Settings(**settings)
        served = Served(registry.snapshot.name, built, {}, registry=registry)
        return Service(served, Pool(built, chosen.limits), chosen)

    return make


def test_a_page_is_written_once_for_all(service: Callable[..., Service]) -> None:
    """Ten who ask for the same page at once get the one that is written, in one thread; then it is kept."""
    writing = Writing()

    async def ask() -> list[bytes]:
        one = service()
        asked = [asyncio.ensure_future(one.page("a", writing, "")) for _ in range(10)]
        await asyncio.sleep(0)
        writing.go.set()
        return [*await asyncio.gather(*asked), await one.page("a", writing, "")]

    assert set(asyncio.run(ask())) == {b"page"}
    assert writing.begun == 1


def test_a_page_that_takes_long_is_there_later(service: Callable[..., Service]) -> None:
    """Who can't wait is told so, and to ask again; the writing goes on, and then the page is there."""
    writing = Writing()

    async def ask() -> tuple[HttpRefusal, bytes]:
        one = service(call_seconds=0.01)
        with pytest.raises(HttpRefusal, match="still being computed") as refusal:
            await one.page("a", writing, "")
        writing.go.set()
        while not len(one.written):
            await asyncio.sleep(0.001)
        return refusal.value, await one.page("a", writing, "")

    refused, content = asyncio.run(ask())
    assert (refused.status, headers(refused)) == (503, {"Retry-After": "5", "Refresh": "5"})
    assert (content, writing.begun) == (b"page", 1)


def test_what_is_costly_waits_for_its_like_alone(service: Callable[..., Service]) -> None:
    """While one costly call runs no other does, cheap ones are answered, and who gives up is out."""
    first, late = Writing(), Writing()

    async def ask() -> bytes:
        one = service()
        running = asyncio.ensure_future(one.call(first, "a", costly=True))
        await asyncio.sleep(0)
        leaving = asyncio.ensure_future(one.call(late, "b", costly=True))
        await asyncio.sleep(0)
        leaving.cancel()
        answer = await one.call(lambda _: b"cheap, ", "a")
        first.go.set()
        return answer + await running + await one.page("c", lambda _: b", costly", "c", costly=True)

    assert asyncio.run(ask()) == b"cheap, page, costly"
    assert (first.begun, late.begun) == (1, 0)


def test_a_page_that_fails_is_not_kept(service: Callable[..., Service]) -> None:
    """An error goes to who asked, and the next one has it written anew."""

    def fail(_: Registry) -> bytes:
        raise ValueError("no page")

    async def ask() -> bytes:
        one = service()
        with pytest.raises(ValueError, match="no page"):
            await one.page("a", fail, "")
        return await one.page("a", lambda _: b"page", "")

    assert asyncio.run(ask()) == b"page"
