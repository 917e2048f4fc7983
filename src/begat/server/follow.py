"""A new current snapshot is served as soon as it is there, without a restart."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from begat.errors import BegatError
from begat.server.served import Served
from begat.server.service import Service

__all__ = ["follow"]

LOG = logging.getLogger("begat.server")


async def follow(
    service: Service,
    newer: Callable[[], Served | None],
    *,
    now: asyncio.Event,
    every: float = 5.0,
    then: Callable[[Service], Awaitable[None]] | None = None,
) -> None:
    """Look for something newer to serve, every few seconds and whenever `now` is set, until cancelled.

    Parameters
    ----------
    service : Service
        What is to serve it.
    newer : callable
        Returns what is to be served from now on, ready to be opened, or None; it runs in a thread.
    now : asyncio.Event
        Set to look at once.
    every : float
        Seconds between two looks.
    then : callable, optional
        What is done with each that is served.
    """
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(now.wait(), every)
        now.clear()
        try:
            found = await asyncio.to_thread(newer)
            if found is not None:
                await service.switch(found)
                LOG.warning("now serves %s", found.name)
                if then is not None:
                    await then(service)
        except (BegatError, OSError) as error:
            LOG.warning("goes on serving %s: %s", service.served.name, error)
