"""The supervisor: queries of others go to workers in two lanes, and a worker that is late is ended.

A query starts in the fast lane. If it is not done there in time its worker is killed and it starts again in
the slow lane, where few run at once; so those who ask cheap questions never wait for those who ask dear
ones. A query cannot be stopped inside the engine, and nesting or memory may end the process it runs in: all
that is lost then is one worker, and another stands ready.
"""

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from begat.errors import InputError
from begat.server import worker
from begat.server.lane import Lane
from begat.server.late import Late
from begat.server.process import Lost, Reply, Worker, name_of
from begat.server.question import (
    Answer,
    Limits,
    NotAcceptable,
    Postponed,
    QueryFailed,
    QueryRefused,
    Question,
    TimedOut,
    UnknownGraph,
)
from begat.server.quota import Quotas
from begat.server.sandbox import FILES, MEMORY, NETWORK
from begat.server.stock import Stock
from begat.store.guard import Caps, checked, names_graphs
from begat.vocab import PREFIXES

__all__ = ["Pool"]

CAPS = Caps()
FAST_PATIENCE = 2.0
"""On a busy machine a cheap query takes long by the clock; it is not for the slow lane because of that."""

SHORTEST_WAIT = 0.002


class Pool:
    """Workers on one store, and who may use them when.

    Parameters
    ----------
    folder : Path
        The engine's files; they are opened read-only and must not change.
    limits : Limits
        What queries may use.
    """

    def __init__(self, folder: Path, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self.limits = limits
        self._stock = Stock(folder, limits)
        self._quotas = Quotas(limits)
        self._late = Late()
        self._late_clients = Late()
        self._counts: Counter[str] = Counter()
        self._fast = Lane(
            "fast",
            places=limits.fast_workers,
            seconds=limits.fast_seconds,
            queue=limits.fast_queue,
            patience=FAST_PATIENCE,
            late=lambda client: client.encode() in self._late_clients,
            per_client=limits.running_per_client,
        )
        self._slow = Lane(
            "slow",
            places=limits.slow_workers,
            seconds=limits.slow_seconds,
            queue=limits.slow_queue,
            per_client=limits.running_per_client,
        )

    async def start(self) -> None:
        """Start the workers and wait for the first.

        Raises
        ------
        StoreError
            If there is no store in the folder that can be opened.
        """
        await self._stock.open()

    async def stop(self) -> None:
        """End all workers."""
        await self._stock.close()

    async def switch(self, folder: Path) -> None:
        """Answer from another store from now on; queries that run finish on the old one.

        Raises
        ------
        StoreError
            If it can't be opened; then the old one stays.
        """
        await self._stock.switch(folder)
        self._late = Late()
        self._counts["switches"] += 1

    async def ask(self, question: Question, *, client: str = "") -> Answer:
        """Answer a query.

        Parameters
        ----------
        question : Question
            What is asked.
        client : str
            Whose share it is taken from; nobody's without a name.

        Raises
        ------
        QueryRefused
            If it is no query, or asks for what is not allowed.
        NotAcceptable
            If the client accepts no media type for what it asks.
        UnknownGraph
            If a graph that must exist does not.
        TooMany
            If the client used up its share.
        Busy
            If the queue is full.
        TimedOut
            If it was ended at the limit of the slow lane.
        QueryFailed
            If its worker ended, or its first row alone is too large.
        """
        try:
            self._quotas.admit(client)
            answer = await self._answer(self._task(question), client)
        except (QueryRefused, NotAcceptable, TimedOut, QueryFailed, UnknownGraph) as error:
            self._quotas.failed(client)
            self._counts[type(error).__name__] += 1
            raise
        except Postponed as error:
            self._counts[type(error).__name__] += 1
            raise
        self._counts["answers"] += 1
        self._counts["truncated"] += answer.truncated
        return answer

    def state(self) -> Mapping[str, float | int]:
        """Return counters since the start, and what is so now: lanes, workers, walls around them."""
        now: dict[str, float | int] = {}
        for lane in (self._fast, self._slow):
            now |= {f"{lane.name}_running": lane.running, f"{lane.name}_waiting": lane.waiting}
        walls = self._stock.walls
        walled = {"walled_memory": MEMORY, "walled_network": NETWORK, "walled_files": FILES}
        now |= {name: int(bool(walls & wall)) for name, wall in walled.items()}
        return {**now, "workers": len(self._stock), "clients": len(self._quotas), **self._counts}

    def pids(self) -> list[int]:
        """Return the numbers of the worker processes."""
        return self._stock.pids()

    def _task(self, question: Question) -> dict[str, Any]:
        """Return what a worker is told; refuse what no worker should see."""
        size = len(question.text.encode(errors="surrogatepass"))
        if size > self.limits.query:
            raise QueryRefused(f"the query has {size:,} bytes, and at most {self.limits.query:,} are allowed")
        try:
            text = checked(question.text, CAPS)
        except InputError as error:
            raise QueryRefused(error.what, where=error.where, hint=error.hint) from error
        return {
            "text": text,
            "media_types": dict(question.media_types),
            "default_graphs": question.default_graphs,
            "named_graphs": question.named_graphs,
            "substitutions": dict(question.substitutions),
            "prefixes": dict(PREFIXES),
            "names_graphs": not question.union or names_graphs(text),
            "must_exist": question.must_exist,
            "rows": self.limits.rows,
            "bytes": self.limits.answer,
            "spent": 0.0,
        }

    async def _answer(self, task: dict[str, Any], client: str) -> Answer:
        """Try the fast lane unless this query was late there before, then the slow one."""
        key = _key(task)
        if key not in self._late:
            try:
                return await self._run(task, self._fast, client)
            except TimedOut:
                self._late.add(key)
                self._late_clients.add(client.encode())
                self._counts["late"] += 1
        self._quotas.admit_slow(client)
        return await self._run(task, self._slow, client)

    async def _run(self, task: dict[str, Any], lane: Lane, client: str) -> Answer:
        async with lane.place(client), self._stock.worker(nice=lane is self._slow) as one:
            started = time.monotonic()
            try:
                reply = await _in_time(one, {**task, "cpu_seconds": 2 * lane.seconds + 1}, lane)
            except TimeoutError:
                one.kill()
                raise TimedOut(
                    f"the query was ended after {lane.seconds:g} s, the limit of the {lane.name} lane",
                    hint="Ask for less: fewer rows, a bound end of each path, no products of patterns.",
                ) from None
            except Lost as lost:
                raise _ended(lost, self.limits) from None
            finally:
                seconds = time.monotonic() - started
                task["spent"] = seconds
                if lane is self._slow:
                    self._quotas.used(client, seconds)
        return _read(reply, task, lane, seconds)


async def _in_time(one: Worker, task: dict[str, Any], lane: Lane) -> Reply:
    """Ask a worker, as long as the lane allows; what was spent in another lane counts.

    Raises
    ------
    TimeoutError
        If it takes longer.
    """
    started, used = time.monotonic() - task["spent"], one.cpu_seconds()
    asked = asyncio.create_task(one.ask(task))
    try:
        while (left := lane.left(time.monotonic() - started, one.cpu_seconds() - used)) > 0:
            await asyncio.wait({asked}, timeout=max(left, SHORTEST_WAIT))
            if asked.done():
                return asked.result()
    finally:
        asked.cancel()
    raise TimeoutError


def _key(task: Mapping[str, Any]) -> bytes:
    names = ("text", "default_graphs", "named_graphs", "substitutions")
    return hashlib.sha256(repr([task[name] for name in names]).encode(errors="replace")).digest()


def _ended(lost: Lost, limits: Limits) -> QueryFailed:
    """Return the error of a worker that did not reply."""
    if lost.signal:
        return QueryFailed(
            f"the query ended its worker ({name_of(lost.signal)})",
            hint=f"It may have needed more than {limits.memory >> 20:,} MiB of memory. Ask for less at once.",
        )
    return QueryFailed("the query ended its worker, or its answer is too large", hint="Ask for less at once.")


def _read(reply: Reply, task: Mapping[str, Any], lane: Lane, seconds: float) -> Answer:
    """Return the answer in a worker's reply, or raise what it stands for."""
    if reply.outcome == worker.OK and reply.form < len(worker.FORMS):
        form = worker.FORMS[reply.form]
        media_type = task["media_types"][form]
        return Answer(reply.body, media_type, form, reply.rows, reply.truncated, lane.name, seconds)
    said = reply.body.decode(errors="replace")
    if reply.outcome == worker.REFUSED:
        raise QueryRefused(f"this is no SPARQL query: {said}")
    if reply.outcome == worker.UNACCEPTABLE:
        raise NotAcceptable("the query can't be answered in a format that you accept", where=said)
    if reply.outcome == worker.UNKNOWN:
        raise UnknownGraph(said, where=task["default_graphs"][0])
    if reply.outcome == worker.TOO_LARGE:
        raise QueryFailed(
            f"one row alone has more than {task['bytes']:,} bytes", hint="Ask for less at once."
        )
    raise QueryFailed(f"the engine gave up: {said}")
