"""Text into a store on disk: one thread makes it, several load it."""

import io
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from queue import Empty, Full, Queue
from threading import Event
from typing import Any

import pyoxigraph as ox

__all__ = ["Progress", "load"]

Progress = Callable[[int], None]

LOADERS = max(2, min(4, os.cpu_count() or 2))
"""The engine reads a file object in one thread, a path in as many as there are cores."""

WAIT = 0.1
"""Seconds between two looks at whether the others still go on."""


def load(store: ox.Store, pieces: Iterator[tuple[bytes, int]], progress: Progress | None = None) -> None:
    """Load pieces of N-Quads, each some whole lines with their number.

    Parameters
    ----------
    store : pyoxigraph.Store
        A store on disk. Where this fails it holds some of the pieces.
    pieces : iterator of (bytes, int)
        As ``begat.store.quads.nquads`` gives them. Without blank nodes.
    progress : callable, optional
        Called with the number of lines handed on so far.

    Notes
    -----
    The pieces are taken in this thread while `LOADERS` others load, each all that it gets as one file:
    a load a piece would take a quarter more CPU and leave a file of the engine for each. IRIs are not
    checked again (``lenient``, an eighth of the CPU): `begat.store.terms` writes none that is not valid.
    Memory: 1.6 GB a loader, whatever the size, and a few pieces.
    """
    feed = _Feed(LOADERS)
    with ThreadPoolExecutor(LOADERS) as pool:
        loads = [pool.submit(_load, store, feed) for _ in range(LOADERS)]
        try:
            _hand_on(pieces, feed, progress)
        except BaseException as error:
            feed.stop(error)
            raise
        wait(loads)
    if feed.error is not None:
        raise feed.error


def _hand_on(pieces: Iterator[tuple[bytes, int]], feed: "_Feed", progress: Progress | None) -> None:
    done = 0
    for text, lines in pieces:
        if text:
            feed.put(text)
        done += lines
        if progress:
            progress(done)
    for _ in range(LOADERS):
        feed.put(b"")


def _load(store: ox.Store, feed: "_Feed") -> None:
    try:
        with io.BufferedReader(_Joined(feed), buffer_size=1 << 20) as file:
            store.bulk_load(file, format=ox.RdfFormat.N_QUADS, lenient=True)
    except BaseException as error:
        feed.stop(error)
        raise


class _Feed:
    """A short queue of pieces that ends for everyone as soon as anyone fails; b"" is the end of a file."""

    def __init__(self, size: int) -> None:
        self._queue: Queue[bytes] = Queue(size)
        self._stopped = Event()
        self.error: BaseException | None = None

    def stop(self, error: BaseException) -> None:
        """Keep the first error and end everyone's waiting."""
        self.error = self.error or error
        self._stopped.set()

    def put(self, text: bytes) -> None:
        """Wait for a place; what comes after a failure is dropped."""
        while not self._stopped.is_set():
            try:
                self._queue.put(text, timeout=WAIT)
                break
            except Full:
                continue

    def get(self) -> bytes:
        """Wait for a piece; an error once anyone failed, so that no half of a load is kept."""
        while not self._stopped.is_set():
            try:
                return self._queue.get(timeout=WAIT)
            except Empty:
                continue
        raise OSError("another part of the load failed")


class _Joined(io.RawIOBase):
    """What one loader gets of the pieces, as one file that is read once, front to back."""

    def __init__(self, feed: _Feed) -> None:
        self._feed = feed
        self._rest = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest and not self._ended:
            self._rest = memoryview(self._feed.get())
            self._ended = not self._rest
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
