"""Workers of one kind, always two more than can be at work: whoever loses one takes another at once."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from begat.errors import StoreError
from begat.server.process import Worker
from begat.server.question import Limits

__all__ = ["Stock"]

SPARES = 2
RETRY_SECONDS = 1.0
SLOW_NICENESS = 10
FRAME = 1 << 20
"""Bytes by which an answer may exceed its limit: the engine ends rows and documents only at their ends."""


class Stock:
    """Workers on one store: some idle, some at work, some being started.

    Parameters
    ----------
    folder : Path
        The engine's files.
    limits : Limits
        How many workers, and how much memory each.

    Attributes
    ----------
    walls : int
        Those that stand around each worker; see `begat.server.sandbox`.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._wanted = limits.fast_workers + limits.slow_workers + SPARES
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._freed = asyncio.Condition()
        self._closed = False
        self.walls = 0

    def __len__(self) -> int:
        return len(self._idle) + len(self._busy)

    def pids(self) -> list[int]:
        """Return the numbers of the processes."""
        return [one.pid for one in (*self._idle, *self._busy)]

    async def open(self) -> None:
        """Start one worker, to see that it can be done, and then the others."""
        self._idle.append(await self._start(self._folder))
        self.walls = self._idle[0].walls
        self._replenish()

    async def close(self) -> None:
        """End all workers."""
        self._closed = True
        await asyncio.gather(*self._starting)  # none is left half started
        for one in (*self._idle, *self._busy):
            self._end(one)
        self._idle.clear()
        await asyncio.gather(*self._ending)

    async def switch(self, folder: Path) -> None:
        """Start workers on another store; end idle ones of this one now, those at work when they are done.

        Raises
        ------
        StoreError
            If it can't be opened; then nothing changes.
        """
        first = await self._start(folder)
        old, self._idle = self._idle, [first]
        self._folder = folder
        for one in old:
            self._end(one)
        await self._tell()
        self._replenish()

    @asynccontextmanager
    async def worker(self, *, nice: bool) -> AsyncIterator[Worker]:
        """Lend a worker; whoever leaves with an error, or cancelled, leaves it to be killed."""
        one = await self._take()
        try:
            if nice:
                os.setpriority(os.PRIO_PROCESS, one.pid, SLOW_NICENESS)
            yield one
        except BaseException:
            self._busy.discard(one)
            self._end(one)
            self._replenish()
            raise
        self._busy.discard(one)
        if nice or one.folder != self._folder:
            self._end(one)
            self._replenish()
        else:
            self._idle.append(one)
            await self._tell()

    async def _take(self) -> Worker:
        async with self._freed:
            while True:
                await self._freed.wait_for(lambda: self._idle)
                one = self._idle.pop()
                if one.alive:
                    self._busy.add(one)
                    return one
                self._end(one)  # ended by somebody else while it was idle
                self._replenish()

    async def _tell(self) -> None:
        async with self._freed:
            self._freed.notify()

    async def _start(self, folder: Path) -> Worker:
        most = 2 * self._limits.answer + FRAME
        return await Worker.start(folder, memory=self._limits.memory, most=most)

    def _replenish(self) -> None:
        while not self._closed and len(self) + len(self._starting) < self._wanted:
            task = asyncio.create_task(self._add())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _add(self) -> None:
        while not self._closed:
            folder = self._folder
            try:
                one = await self._start(folder)
            except StoreError:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if folder == self._folder:
                self._idle.append(one)
                await self._tell()
                return
            self._end(one)

    def _end(self, one: Worker) -> None:
        task = asyncio.create_task(one.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
