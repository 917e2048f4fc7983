"""The supervisor's end of one worker: start it, ask it, end it."""

import asyncio
import importlib.util
import marshal
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple, Self

from begat.errors import StoreError
from begat.server import worker

__all__ = ["Lost", "Reply", "Worker", "name_of"]

START_SECONDS = 30.0
PROGRAM = """
import sys
sys.path[:0] = sys.argv[1:3]
from begat.server.worker import run
run(sys.argv[3], int(sys.argv[4]))
"""
PROCESS_CLOCK = 2
"""Low bits of the number of the clock of another process, see clock_getcpuclockid(3)."""

INTERPRETER = (sys.executable, "-I", "-S", "-X", "utf8", "-c", PROGRAM)

ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}
"""All that a worker inherits; without it, threads that wait for each other take 64 MiB of its bound each."""


class Reply(NamedTuple):
    """What a worker said: its outcome is one of the numbers of `begat.server.worker`."""

    outcome: int
    form: int
    rows: int
    truncated: bool
    body: bytes


class Lost(Exception):
    """The worker ended, or said what no worker says; `signal` is what ended it, 0 if unknown."""

    def __init__(self, signal: int) -> None:
        self.signal = signal
        super().__init__(signal)


class Worker:
    """A process that holds a store open.

    Attributes
    ----------
    folder : Path
        The engine's files.
    walls : int
        Those that stand around it; see `begat.server.sandbox`.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path, most: int) -> None:
        self._process = process
        self._most = most
        self._reader = asyncio.StreamReader()
        self._writer: asyncio.StreamWriter | None = None
        self._pipes: list[asyncio.BaseTransport] = []
        self.folder = folder
        self.walls = 0

    @classmethod
    async def start(cls, folder: Path, *, memory: int, most: int) -> Self:
        """Start a worker and wait until its store is open.

        Parameters
        ----------
        folder : Path
            The engine's files.
        memory : int
            Bytes of address space it may use.
        most : int
            Bytes of an answer above which it is taken for broken.

        Raises
        ------
        StoreError
            If it does not come up: there is no store, or it is damaged.
        """
        process = subprocess.Popen(  # asyncio's own can't be cancelled while it starts: Python 3.11 hangs
            [*INTERPRETER, _home("begat"), _home("pyoxigraph"), str(folder), str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            bufsize=0,
        )
        self = cls(process, folder, most)
        try:
            await self._connect()
            async with asyncio.timeout(START_SECONDS):
                reply = await self._hear()
            self.walls = reply.rows
        except (Lost, TimeoutError) as error:
            await self.end()
            raise StoreError(
                "no query worker can be started", where=str(folder), hint="Is the store whole?"
            ) from error
        except asyncio.CancelledError:
            await self.end()
            raise
        return self

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def cpu_seconds(self) -> float:
        """Return the processor time it has used; the clock's where the system does not tell."""
        clock = (~self.pid << 3) | PROCESS_CLOCK
        try:
            return time.clock_gettime(clock)
        except OSError:
            return time.monotonic()

    async def ask(self, task: dict[str, Any]) -> Reply:
        """Give it a task and wait for the reply.

        Raises
        ------
        Lost
            If it ends before it replies, or announces more than an answer may have.
        """
        text = marshal.dumps(task)
        assert self._writer is not None
        try:
            self._writer.write(worker.LENGTH.pack(len(text)) + text)
            await self._writer.drain()
        except ConnectionError:
            raise await self._lost() from None
        return await self._hear()

    def kill(self) -> None:
        """End it now, whatever it does."""
        self._process.kill()

    async def end(self) -> None:
        """End it and wait until it is gone."""
        self.kill()
        for pipe in self._pipes:
            pipe.close()
        await asyncio.to_thread(self._process.wait)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        reading, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self._reader), self._process.stdout
        )
        self._pipes.append(reading)
        writing, protocol = await loop.connect_write_pipe(
            asyncio.streams.FlowControlMixin, self._process.stdin
        )
        self._pipes.append(writing)
        self._writer = asyncio.StreamWriter(writing, protocol, None, loop)

    async def _hear(self) -> Reply:
        try:
            head = await self._reader.readexactly(worker.HEADER.size)
            outcome, form, rows, truncated, size = worker.HEADER.unpack(head)
            if size > self._most:
                raise await self._lost()
            return Reply(outcome, form, rows, truncated, await self._reader.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._lost() from None

    async def _lost(self) -> Lost:
        await self.end()  # nothing more is heard of it, whatever it does
        code = self._process.returncode
        return Lost(-code if code and code < 0 else 0)


def _home(package: str) -> str:
    """Return the folder that a package lies in, for an interpreter that looks nowhere by itself."""
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent.parent)


def name_of(number: int) -> str:
    """Return the name of a signal, or what is known instead."""
    return signal.Signals(number).name if number else "it ended by itself"
