"""The supervisor's end of one worker: start it, ask it, end it."""

import asyncio
import contextlib
import importlib.util
import marshal
import os
import signal
import sys
from pathlib import Path
from typing import Any, NamedTuple, Self

from begat.errors import StoreError
from begat.server import worker

__all__ = ["Lost", "Reply", "Worker"]

START_SECONDS = 30.0
PROGRAM = """
import sys
sys.path[:0] = sys.argv[1:3]
from begat.server.worker import run
run(sys.argv[3], int(sys.argv[4]))
"""


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

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, most: int) -> None:
        self._process = process
        self._most = most
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
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-X", "utf8", "-c", PROGRAM),
            *(_home("begat"), _home("pyoxigraph"), str(folder), str(memory)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        self = cls(process, folder, most)
        try:
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
        return self._process.returncode is None

    async def ask(self, task: dict[str, Any]) -> Reply:
        """Give it a task and wait for the reply.

        Raises
        ------
        Lost
            If it ends before it replies, or announces more than an answer may have.
        """
        text = marshal.dumps(task)
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(worker.LENGTH.pack(len(text)) + text)
            await stdin.drain()
        except ConnectionError:
            raise await self._lost() from None
        return await self._hear()

    def kill(self) -> None:
        """End it now, whatever it does."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)  # `Process.kill` would take the exit code from the loop

    async def end(self) -> None:
        """End it and wait until it is gone."""
        self.kill()
        await self._process.wait()

    async def _hear(self) -> Reply:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            head = await stdout.readexactly(worker.HEADER.size)
            outcome, form, rows, truncated, size = worker.HEADER.unpack(head)
            if size > self._most:
                raise await self._lost()
            return Reply(outcome, form, rows, truncated, await stdout.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._lost() from None

    async def _lost(self) -> Lost:
        self.kill()  # nothing more is heard of it, whatever it does
        code = await self._process.wait()
        return Lost(-code if code < 0 else 0)


def _home(package: str) -> str:
    """Return the folder that a package lies in, for an interpreter that looks nowhere by itself."""
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent.parent)


def name_of(number: int) -> str:
    """Return the name of a signal, or what is known instead."""
    return signal.Signals(number).name if number else "it ended by itself"
