"""Listening: a socket, connections that must be quick, a pool that starts before and stops after them."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from begat.errors import InputError
from begat.server.app import application
from begat.server.security import fixed_headers
from begat.server.service import Service
from begat.server.settings import Settings

if TYPE_CHECKING:
    from begat.server.pool import Pool

__all__ = ["listening", "run"]

GRACE_SECONDS = 5
"""How long requests that run may still take once the server is to stop."""


class Quick(H11Protocol):
    """uvicorn's connection, ended also where a head does not come, or an answer is not taken, in time."""

    _late: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        super().data_received(data)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        self._go_on()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait until the client takes what was sent; to close would wait for that for ever."""
        super().pause_writing()
        self._go_on()
        self._stuck = self.loop.call_later(self.timeout_keep_alive, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on with the answer."""
        self._go_on()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that asks nothing more, also where the client left its last answer lying."""
        super().timeout_keep_alive_handler()
        self.loop.call_later(self.timeout_keep_alive, self.transport.abort)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, with the headers of every answer."""
        headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
        headers += fixed_headers(Settings()).items()
        self.transport.write(self.conn.send(h11.Response(status_code=400, headers=headers)) or b"")
        self.transport.write(self.conn.send(h11.Data(data=msg.encode("ascii"))) or b"")
        self.transport.write(self.conn.send(h11.EndOfMessage()) or b"")
        self.transport.close()

    def _await_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._late is None:
            self._late = self.loop.call_later(self.timeout_keep_alive, self.transport.close)

    def _go_on(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class Server(uvicorn.Server):
    """uvicorn's server, which leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address; port 0 takes a free one.

    Raises
    ------
    InputError
        If the port is in use or not allowed, or there is no such address here.
    """
    found = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)  # without the protocol asyncio leaves TCP_NODELAY off
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(128)
    except OSError as error:
        if found is not None:
            found.close()
        taken = error.errno == errno.EADDRINUSE
        what = "this port is in use" if taken else f"it can't listen there ({error.strerror or error})"
        named = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        hint = f"Choose another with {'--host' if named else '--port'}."
        raise InputError(what, where=f"{host}:{port}", hint=hint) from error
    return found


async def run(
    service: Service,
    pool: "Pool",
    on: socket.socket,
    stop: asyncio.Event,
    *,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve on a socket until `stop` is set; requests that run then may end, new ones are not taken.

    `ready` is called once queries are answered.

    Raises
    ------
    StoreError
        If the workers can't open the store.
    """
    server = Server(_config(service))
    try:
        await pool.start()
        serving = asyncio.ensure_future(server.serve(sockets=[on]))
        waiting = asyncio.ensure_future(stop.wait())
        ready()
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        server.should_exit = True
        await serving
    finally:
        await pool.stop()
        service.close()


def _config(service: Service) -> uvicorn.Config:
    settings = service.settings
    return uvicorn.Config(
        application(service),
        http=Quick,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=int(settings.patience) or 1,
        timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=settings.target + 2 * settings.head,
    )
