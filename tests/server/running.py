"""A server for tests: begat's own, in a thread, on a free port of 127.0.0.1, with real workers."""

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from begat.server.pool import Pool
from begat.server.run import listening, run
from begat.server.served import Served
from begat.server.service import Service
from begat.server.settings import Settings

__all__ = ["DATA", "Reply", "Running", "running"]

SECONDS = 30

DATA = """
PREFIX ex: <http://example.org/>
ex:a ex:in "default" .
GRAPH ex:g1 { ex:a ex:in "one" ; ex:next ex:b . }
GRAPH ex:g2 { ex:b ex:in "two"@en ; ex:n 2 . }
"""
"""A small data set in TriG: a default graph and two named ones."""


@dataclass(frozen=True)
class Reply:
    """What came back over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def values(self) -> set[str]:
        """The values of all variables of SPARQL's JSON."""
        return {term["value"] for row in self.json["results"]["bindings"] for term in row.values()}


@dataclass(frozen=True)
class Running:
    """A server that runs."""

    service: Service
    port: int
    loop: asyncio.AbstractEventLoop

    @property
    def root(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def send(
        self,
        method: str,
        target: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        content = body.encode() if isinstance(body, str) else body
        try:
            connection.request(method, target, content, dict(headers or {}))
            answer = connection.getresponse()
            lower = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, lower, answer.read())
        finally:
            connection.close()

    def get(self, target: str, **headers: str) -> Reply:
        """Send a GET; an underscore in the name of a header is a hyphen."""
        return self.send(
            "GET", target, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )


@contextmanager
def running(
    served: Served, settings: Settings | None = None, *, buffer: int | None = None
) -> Iterator[Running]:
    """Serve something until the end of the block; of a connection the kernel keeps at most `buffer` bytes."""
    settings = settings or Settings()
    started, box = threading.Event(), {}

    async def main() -> None:
        pool = Pool(served.files, settings.limits)
        box["service"], box["stop"] = Service(served, pool, settings), asyncio.Event()
        box["loop"] = asyncio.get_running_loop()
        await run(box["service"], pool, on, box["stop"], ready=started.set)

    with listening("127.0.0.1", 0) as on:
        if buffer is not None:  # every connection has it from the socket that listens
            on.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
        thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
        thread.start()
        assert started.wait(SECONDS)
        try:
            yield Running(box["service"], on.getsockname()[1], box["loop"])
        finally:
            box["loop"].call_soon_threadsafe(box["stop"].set)
            thread.join(SECONDS)
            assert not thread.is_alive()
