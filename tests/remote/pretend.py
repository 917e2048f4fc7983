"""A SPARQL endpoint on loopback that misbehaves on demand, for what a good server can't be made to do."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["EMPTY", "Pretended", "Reply", "Request", "pretended"]

EMPTY = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'
RESULTS = "application/sparql-results+json"


@dataclass
class Request:
    """What was asked: path, headers in small letters, body."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """An answer; `cut_at` ends the connection after so many bytes."""

    body: bytes = EMPTY
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": RESULTS})
    cut_at: int | None = None


@dataclass
class Pretended:
    """The endpoint: what it answers, and what it was asked."""

    answer: Callable[[Request], Reply]
    url: str = ""
    requests: list[Request] = field(default_factory=list)


@contextmanager
def pretended(answer: Callable[[Request], Reply]) -> Iterator[Pretended]:
    """Run an endpoint that answers as the function says."""
    state = Pretended(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(self.path, {name.lower(): text for name, text in self.headers.items()}, body)
            state.requests.append(request)
            reply = state.answer(request)
            self.send_response(reply.status)
            for name, text in reply.headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: reply.cut_at])
            self.close_connection = reply.cut_at is not None

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/query"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
