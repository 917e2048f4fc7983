"""A web server on this machine whose answers a test decides; it listens on 127.0.0.1 until the test ends."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["CONTENT", "ETAG", "MODIFIED", "Handler", "Hub", "serving"]

CONTENT = bytes(range(256)) * 2000
ETAG = '"one"'
MODIFIED = 1_750_000_000


@dataclass
class Hub:
    """A server whose answers a test decides, and the requests that it saw."""

    address: str = ""
    answer: Callable[[Any], None] = print
    seen: list[dict[str, str]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """Hands every request to the hub it belongs to."""

    protocol_version = "HTTP/1.1"
    timeout = 10
    hub: Hub

    def do_GET(self) -> None:
        """Answer as the test says."""
        self.hub.seen.append(
            {"path": self.path, **{key.lower(): value for key, value in self.headers.items()}}
        )
        self.close_connection = True
        self.hub.answer(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def head(self, status: int, **headers: object) -> None:
        """Send the status line and headers; underscores in names become hyphens."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def serve(self, content: bytes = CONTENT, *, cut: int | None = None, etag: str = ETAG) -> None:
        """Answer like a server that knows ranges and ETags; `cut` breaks off after so many bytes."""
        if self.headers.get("if-none-match") == etag:
            self.head(304, etag=etag)
            return
        start, wanted = 0, self.headers.get("range", "")
        if wanted and self.headers.get("if-range") == etag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        size = len(content)
        facts = {
            "content_length": size - start,
            "etag": etag,
            "last_modified": formatdate(MODIFIED, usegmt=True),
        }
        if start:
            self.head(206, content_range=f"bytes {start}-{size - 1}/{size}", **facts)
        else:
            self.head(200, **facts)
        self.wfile.write(content[start : None if cut is None else start + cut])


def serving() -> Iterator[Hub]:
    """Run a server on 127.0.0.1 until the test ends."""
    found = Hub()
    handler = type("Bound", (Handler,), {"hub": found})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    found.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join(5)
