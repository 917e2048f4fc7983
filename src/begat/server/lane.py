"""A lane: a few places at which queries run, and a queue before them in which clients take turns."""

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from begat.server.question import Busy

__all__ = ["Lane"]

Ticket = asyncio.Future[None]


class Lane:
    """Places for queries that run at most `seconds`.

    Parameters
    ----------
    name : str
        As answers and counters call it.
    places : int
        Queries that run at once.
    seconds : float
        Most seconds that one runs.
    patience : float
        How many times as long one may take that got so little of the processor that it did not run so long.
    queue : int
        Most queries that wait.
    per_client : int
        Most queries of one client that run at once; its others wait without holding up anybody.
    late : function, optional
        Whether a client asked a short while ago what took too long here: all those together leave one place
        free for the others.

    Notes
    -----
    Whose turn it is goes round the clients, so one that asks a thousand times waits for itself. Where the
    queue is full, a client that waits for less takes the last place of the one that waits for most. A client
    without a name is one client too, but without a limit of its own.
    """

    def __init__(
        self,
        name: str,
        *,
        places: int,
        seconds: float,
        queue: int,
        per_client: int,
        patience: float = 1.0,
        late: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.name = name
        self.seconds = seconds
        self._patience = patience
        self.places = places
        self._free = places
        self._most_waiting = queue
        self._per_client = per_client
        self._late = late
        self._running: dict[str, int] = {}
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()

    @property
    def running(self) -> int:
        """Queries that have a place."""
        return self.places - self._free

    @property
    def waiting(self) -> int:
        """Queries in the queue."""
        return sum(map(len, self._waiting.values()))

    @asynccontextmanager
    async def place(self, client: str) -> AsyncIterator[None]:
        """Wait for a place, and hold it.

        Raises
        ------
        Busy
            If the queue is full, or did not move for longer than it can take.
        """
        await self._enter(client)
        try:
            yield
        finally:
            self._leave(client)

    async def _enter(self, client: str) -> None:
        if self._free and client not in self._waiting and self._may_run(client):
            self._take(client)  # those who wait have as many places as they may
            return
        if self.waiting >= self._most_waiting:
            self._make_room(client)
        ticket: Ticket = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(ticket)
        self._call_next()
        try:
            async with asyncio.timeout(self._longest_wait()):
                await ticket
        except TimeoutError:
            self._give_up(client, ticket)
            raise self._busy("the queue moves too slowly") from None
        except asyncio.CancelledError:
            self._give_up(client, ticket)
            raise

    def left(self, elapsed: float, used: float) -> float:
        """Return how many seconds a query may go on that took so long and used so much of the processor."""
        return min(max(self.seconds - used, self.seconds - elapsed), self._patience * self.seconds - elapsed)

    def _make_room(self, client: str) -> None:
        """Refuse the newest question of whoever waits for most, or this one if that is no other client."""
        greedy = max(self._waiting, key=lambda name: len(self._waiting[name]), default=client)
        if len(self._waiting.get(greedy, ())) <= len(self._waiting.get(client, ())) + 1:
            raise self._busy("the queue is full")
        self._waiting[greedy].pop().set_exception(self._busy("the queue is full"))

    def _give_up(self, client: str, ticket: Ticket) -> None:
        """Leave the queue; a place that was given at the same moment goes to the next."""
        if ticket.done() and not ticket.cancelled():
            if ticket.exception() is None:
                self._leave(client)
            return
        waiting = self._waiting.get(client, deque())
        if ticket in waiting:
            waiting.remove(ticket)
        if not waiting:
            self._waiting.pop(client, None)

    def _leave(self, client: str) -> None:
        self._free += 1
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        self._call_next()

    def _call_next(self) -> None:
        """Give free places to the clients in turn."""
        for client in list(self._waiting):
            if not self._free:
                return
            if not self._may_run(client):
                continue
            tickets = self._waiting.pop(client)
            while tickets:
                ticket = tickets.popleft()
                if not ticket.done():  # else it is given up, and about to leave
                    self._take(client)
                    ticket.set_result(None)
                    break
            if tickets:
                self._waiting[client] = tickets  # at the end: the others come first

    def _may_run(self, client: str) -> bool:
        if not client:
            return True
        return self._running.get(client, 0) < self._per_client and not (
            self._late(client) and self._late_running() >= max(1, self.places - 1)
        )

    def _late_running(self) -> int:
        return sum(count for client, count in self._running.items() if self._late(client))

    def _take(self, client: str) -> None:
        self._free -= 1
        self._running[client] = self._running.get(client, 0) + 1

    def _longest_wait(self) -> float:
        """Seconds in which a full queue is through, and as much again."""
        return 2 * self.seconds * (1 + self._most_waiting / self.places) + 10

    def _busy(self, what: str) -> Busy:
        seconds = self.seconds * (self.waiting + 1) / self.places
        return Busy(f"{what} in the {self.name} lane", retry_after=max(1, math.ceil(seconds)))
