"""What one client may use in a minute: time in the slow lane, and errors."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from begat.server.question import Limits, TooMany

__all__ = ["Quotas"]

WINDOW = 60.0
MOST_CLIENTS = 10_000
"""Clients remembered; beyond them, whoever was quiet longest is forgotten."""


class Window:
    """A sum over the last minute."""

    def __init__(self) -> None:
        self._entries: deque[tuple[float, float]] = deque()

    def add(self, now: float, amount: float) -> None:
        """Count an amount that was used until now."""
        self._entries.append((now, amount))

    def wait(self, now: float, most: float) -> float:
        """Return in how many seconds the sum is below `most`; 0 if it is already."""
        while self._entries and self._entries[0][0] <= now - WINDOW:
            self._entries.popleft()
        excess = sum(amount for _, amount in self._entries) - most
        for when, amount in self._entries:
            if excess < 0:
                return 0.0
            excess -= amount
            if excess < 0:
                return when + WINDOW - now
        return 0.0


class Quotas:
    """The shares of all clients; a client without a name has no limit.

    Parameters
    ----------
    limits : Limits
        How much one client may use.
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._used: OrderedDict[str, tuple[Window, Window]] = OrderedDict()

    def admit(self, client: str) -> None:
        """Let a client ask.

        Raises
        ------
        TooMany
            If it made too many errors in the last minute.
        """
        most = self._limits.errors_per_minute
        self._check(client, 0, most, f"more than {most} of your queries failed within a minute")

    def admit_slow(self, client: str) -> None:
        """Let a client use the slow lane.

        Raises
        ------
        TooMany
            If it used too much of it in the last minute.
        """
        most = self._limits.slow_seconds_per_minute
        self._check(client, 1, most, f"your slow queries ran for {most:g} s within a minute")

    def failed(self, client: str) -> None:
        """Count an error."""
        self._add(client, 0, 1.0)

    def used(self, client: str, seconds: float) -> None:
        """Count seconds of the slow lane."""
        self._add(client, 1, seconds)

    def __len__(self) -> int:
        return len(self._used)

    def _check(self, client: str, which: int, most: float, what: str) -> None:
        windows = self._used.get(client)
        wait = windows[which].wait(self._clock(), most) if windows else 0.0
        if wait > 0:
            raise TooMany(what, retry_after=math.ceil(wait))

    def _add(self, client: str, which: int, amount: float) -> None:
        if not client:
            return
        windows = self._used.setdefault(client, (Window(), Window()))
        windows[which].add(self._clock(), amount)
        self._used.move_to_end(client)
        while len(self._used) > MOST_CLIENTS:
            self._used.popitem(last=False)
