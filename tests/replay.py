"""A server on loopback that answers exactly what a file of recorded exchanges says.

``tests/exchanges/<source>.json`` is an object::

    {
        "wanted": ["Qwen/Qwen2.5-7B"],
        "since": null,
        "answers": [
            {
                "request": "GET /api/models?limit=3",
                "status": 200,
                "headers": {"Link": "..."},
                "file": "models/000001.json",
            },
            {"request": "POST /graphql", "body": {"query": "..."}, "json": {"data": {}}},
        ],
    }

An answer's content is a file of the source's sample, or stands there as ``json`` or ``text``. Status 200 and
``Content-Type: application/json`` need not be written. The order of a query's parameters does not matter.
Headers that name the platform's origin lead to this server instead.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from begat.sources.base import Source

__all__ = ["EXCHANGES", "SAMPLES", "Exchange", "Replay", "exchange_of", "replayed"]

EXCHANGES = Path(__file__).parent / "exchanges"
SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Exchange:
    """What was asked of a platform, and what it answered."""

    wanted: tuple[str, ...]
    since: datetime | None
    answers: tuple[Mapping[str, Any], ...]


@dataclass
class Replay:
    """A running server: where it is, and what it was asked."""

    origin: str
    asked: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def exchange_of(source: Source) -> Exchange:
    """Read the exchanges of a source."""
    path = EXCHANGES / f"{source.name}.json"
    assert path.exists(), f"write down in {path} what {source.name} asks and is answered"
    content = json.loads(path.read_text(encoding="utf-8"))
    since = content.get("since")
    return Exchange(
        tuple(content.get("wanted", ())),
        datetime.fromisoformat(since) if since else None,
        tuple(content["answers"]),
    )


@contextmanager
def replayed(exchange: Exchange, source: Source) -> Iterator[Replay]:
    """Run a server that gives these answers and 418 to anything else."""
    answers = {_key(one["request"], one.get("body")): one for one in exchange.answers}
    assert len(answers) == len(exchange.answers), "one request is written down twice"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Keep silent."""

        def _answer(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            key = _key(f"{self.command} {self.path}", json.loads(text) if text else None)
            replay.asked.append(key)
            if key not in answers:
                replay.unknown.append(key)
            self._send(answers.get(key, {"status": 418, "json": {"error": "not in the exchanges"}}))

        def _send(self, answer: Mapping[str, Any]) -> None:
            body = _content(answer, source)
            headers = {"Content-Type": "application/json", **answer.get("headers", {})}
            self.send_response(answer.get("status", 200))
            for name, value in headers.items():
                self.send_header(name, value.replace(platform.origin, replay.origin))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 - the names that http.server looks for

    platform = source.platform
    assert platform is not None
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        replay = Replay(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield replay
        finally:
            server.shutdown()
            thread.join(10)
    assert set(answers) <= set(replay.asked), f"never asked for: {set(answers) - set(replay.asked)}"


def _content(answer: Mapping[str, Any], source: Source) -> bytes:
    if "file" in answer:
        return (SAMPLES / source.name / answer["file"]).read_bytes()
    if "text" in answer:
        return str(answer["text"]).encode()
    return json.dumps(answer["json"]).encode() if "json" in answer else b""


def _key(request: str, body: Any) -> str:
    """Return a request in one spelling: the query sorted, nothing percent-encoded, the body sorted."""
    method, _, address = request.partition(" ")
    parts = urlsplit(address)
    query = sorted(parse_qsl(parts.query, keep_blank_values=True))
    sent = "" if body is None else json.dumps(body, sort_keys=True)
    return f"{method} {unquote(parts.path)} {query} {sent}".rstrip()
