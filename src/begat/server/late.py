"""Queries that were too slow for the fast lane, and who asked them, remembered for a minute."""

import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["Late"]

MOST = 1_024
SECONDS = 60.0


class Late:
    """Keys of what missed the fast lane a short while ago: queries, which need not try again, or clients."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._until: OrderedDict[bytes, float] = OrderedDict()
        self._clock = clock

    def add(self, key: bytes) -> None:
        """Remember a key."""
        self._until[key] = self._clock() + SECONDS
        while len(self._until) > MOST:
            self._until.popitem(last=False)

    def __contains__(self, key: bytes) -> bool:
        return self._until.get(key, 0.0) > self._clock()
