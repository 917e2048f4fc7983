"""The running server: what it serves now, the pool for queries, the threads for calls of the registry."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from begat.errors import InputError
from begat.server.metrics import Counts
from begat.server.question import Answer, Question
from begat.server.refusal import HttpRefusal
from begat.server.served import Served
from begat.server.settings import Settings
from begat.server.written import Written

if TYPE_CHECKING:
    from pathlib import Path

    from begat.registry import Registry

__all__ = ["Answering", "Service"]

Value = TypeVar("Value")

AGAIN = {"Retry-After": "5", "Refresh": "5"}
"""Headers by which a browser asks for a page again that is not there yet."""


class Answering(Protocol):
    """What the HTTP side asks of a pool; see `begat.server.pool`."""

    async def ask(self, question: Question, *, client: str = "") -> Answer:
        """Answer a query."""

    async def switch(self, folder: "Path") -> None:
        """Go over to another store."""

    def state(self) -> Mapping[str, float | int]:
        """Return counters."""


@dataclass
class Service:
    """What all requests share."""

    served: Served
    pool: Answering
    settings: Settings = field(default_factory=Settings)
    counts: Counts = field(default_factory=Counts)
    written: Written = field(init=False, repr=False)
    _writing: "dict[str, asyncio.Future[bytes]]" = field(default_factory=dict, repr=False)
    _running: Counter[str] = field(default_factory=Counter)
    _threads: ThreadPoolExecutor = field(init=False, repr=False)
    _costly: ThreadPoolExecutor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.written = Written(self.settings.written)
        self._threads = ThreadPoolExecutor(self.settings.calls, "begat-call")
        self._costly = ThreadPoolExecutor(self.settings.costly, "begat-costly")

    async def call(
        self, function: "Callable[[Registry], Value]", client: str, *, costly: bool = False
    ) -> Value:
        """Call the registry in a thread, for a bounded time; `costly` calls wait for each other.

        Raises
        ------
        HttpRefusal
            429 if this client has as many calls as one may have; 503 if too many run or wait, or this one
            takes too long: if it has begun it then still ends in its thread.
        InputError
            If no registry is served.
        """
        work, future = self._started(function, client, costly=costly)
        try:
            done = await self._in_time(future)
        finally:
            work.cancel()  # if it still waits: nobody waits for it any more
        if done is None:
            what = f"the call took longer than {self.settings.call_seconds:g} s"
            raise HttpRefusal(503, what, hint="Ask for less.")
        return done.result()

    async def page(
        self, name: str, write: "Callable[[Registry], bytes]", client: str, *, costly: bool = False
    ) -> bytes:
        """Return what `write` writes, kept under a name; who asks meanwhile waits for the same writing.

        Raises
        ------
        HttpRefusal
            As `call` does; 503 while it is still being written, which goes on, and then it is kept.
        """
        content = self.written.get(name)
        if content is not None:
            return content
        writing = self._writing.get(name)
        if writing is None:
            _, writing = self._started(write, client, costly=costly)
            self._writing[name] = writing
            writing.add_done_callback(lambda done: self._wrote(name, done))
        done = await self._in_time(writing)
        if done is None:
            what = "this page is still being computed"
            raise HttpRefusal(503, what, hint="It opens by itself once it is there.", headers=AGAIN)
        return done.result()

    def _started(
        self, function: "Callable[[Registry], Value]", client: str, *, costly: bool
    ) -> "tuple[Future[Value], asyncio.Future[Value]]":
        """Give a call to a thread; return it as the thread has it, and as it is awaited."""
        registry = self.served.registry
        if registry is None:
            raise InputError("a file is served, which has no registry", hint="Ask in SPARQL.")
        self._admit(client)
        self._running[client] += 1
        work = (self._costly if costly else self._threads).submit(function, registry)
        future = asyncio.wrap_future(work)
        future.add_done_callback(lambda done: self._ended(done, client))
        return work, future

    async def _in_time(self, future: "asyncio.Future[Value]") -> "asyncio.Future[Value] | None":
        """Return a call once it is done; None if that takes too long, it then still ends in its thread."""
        done, _ = await asyncio.wait({future}, timeout=self.settings.call_seconds)
        return future if done else None

    def _wrote(self, name: str, writing: "asyncio.Future[bytes]") -> None:
        del self._writing[name]
        if not writing.cancelled() and writing.exception() is None:
            self.written.keep(name, writing.result())

    def _admit(self, client: str) -> None:
        limits = self.settings
        if self._running[client] >= limits.limits.running_per_client:
            raise HttpRefusal(429, f"{self._running[client]} calls of yours still run", hint="Await one.")
        if self._running.total() >= limits.calls + limits.waiting:
            raise HttpRefusal(503, "as many calls as may wait are waiting", hint="Ask again later.")

    def _ended(self, future: "asyncio.Future[Value]", client: str) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        if not future.cancelled():
            future.exception()

    async def switch(self, served: Served) -> None:
        """Serve something else from now on; queries that run end on what they began with."""
        await self.pool.switch(served.files)
        self.served = served

    def close(self) -> None:
        """Take no more calls."""
        for threads in (self._threads, self._costly):
            threads.shutdown(wait=False, cancel_futures=True)
