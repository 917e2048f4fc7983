"""A Hub of synthetic models on loopback that misbehaves on demand, and a canary beside it.

A fault is planned for a page of the list of models, by number from 1: ``{3: ["500", "cut"]}`` answers the
first two requests for page 3 so, and the third well. A fault that begins with ``!`` stays. What each one
does is the method of `Hub` of its name.
"""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

__all__ = ["FAULTS", "Canary", "Clock", "Hub", "canary", "hub"]

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
"""The Hub's own clock: it stands still, so that two runs are of one day."""

MODELS = "/api/models"
BOMB = gzip.compress(bytes(64 * 2**20), 9)


class Clock:
    """A clock that only waiting moves, for a client that is not to wait."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass without waiting."""
        self.waits.append(seconds)
        self.now += seconds


@dataclass
class Reply:
    """An answer that is about to be sent; a fault changes it."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    pause: float = 0.0
    cut_at: int | None = None
    drip_head: bool = False


@dataclass
class Hub:
    """A Hub: its models, how it lists them, and how it will misbehave."""

    models: int = 200
    page: int = 20
    faults: dict[int, list[str]] = field(default_factory=dict)
    quota: tuple[int, float] | None = None
    clock: Callable[[], float] = time.monotonic
    delay: float = 0.0
    gone: set[int] = field(default_factory=set)
    private: set[int] = field(default_factory=set)
    renamed: dict[int, str] = field(default_factory=dict)
    touched: dict[int, datetime] = field(default_factory=dict)
    origin: str = ""
    elsewhere: str = "http://127.0.0.1:9"
    requests: list[tuple[float, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    on_request: Callable[[int], None] = lambda _: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def pages_asked(self) -> list[str]:
        """Return the requests for pages of the list of models, in order."""
        return [path for _, path in self.requests if path.startswith(f"{MODELS}?")]

    def most_in_window(self, seconds: float) -> int:
        """Return the largest number of requests in any window of this length."""
        times = [moment for moment, _ in self.requests]
        most = start = 0
        for end, moment in enumerate(times):
            while times[start] <= moment - seconds:
                start += 1
            most = max(most, end - start + 1)
        return most

    def name(self, number: int) -> str:
        """Return the id of a model."""
        return self.renamed.get(number, f"lab-{number % 97}/m{number}")

    def row(self, number: int) -> dict[str, Any]:
        """Return a model in the shape of the Hub's list."""
        base = self.name(number // 2)
        lineage = [f"base_model:{base}", f"base_model:finetune:{base}"] if number else []
        changed = self.touched.get(number, NOW - timedelta(days=30, minutes=number))
        return {
            "_id": f"{number:024x}",
            "id": self.name(number),
            "author": self.name(number).partition("/")[0],
            "createdAt": f"{NOW - timedelta(days=60, minutes=number):%Y-%m-%dT%H:%M:%S}.000Z",
            "lastModified": f"{changed:%Y-%m-%dT%H:%M:%S}.000Z",
            "downloads": number * 7,
            "downloadsAllTime": number * 70,
            "likes": number % 50,
            "gated": False,
            "private": number in self.private,
            "pipeline_tag": "text-generation",
            "library_name": "transformers",
            "tags": ["license:mit", *lineage],
            "cardData": {"license": "mit", "base_model": base},
        }

    def listed(self, *, by_change: bool) -> Sequence[int]:
        """Return the numbers of the models in the order of the list."""
        if not by_change and not self.gone:
            return range(self.models)
        numbers = [number for number in range(self.models) if number not in self.gone]
        if by_change:
            numbers.sort(key=lambda n: self.touched.get(n, NOW - timedelta(days=30, minutes=n)), reverse=True)
        return numbers

    def answer(self, path: str) -> Reply:
        """Return the answer to a request, faults included."""
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        if parts.path == MODELS:
            return self._list(query)
        if parts.path == "/api/datasets":
            return _json([dict(self.row(0), id="lab-0/data", tags=["license:mit", "modality:text"])])
        if parts.path.startswith(f"{MODELS}/"):
            return self._single(unquote(parts.path.removeprefix(f"{MODELS}/")))
        if parts.path.startswith("/loop/"):
            return Reply(302, {"Location": f"/loop/{int(parts.path[6:]) + 1}"})
        return Reply(404, {}, b"{}")

    def _single(self, name: str) -> Reply:
        original = {f"lab-{number % 97}/m{number}": number for number in (*self.gone, *self.renamed)}
        number = original.get(name)
        if number in self.gone:
            return Reply(401, {"X-Error-Code": "RepoNotFound"}, b'{"error": "Repository not found"}')
        if number in self.renamed:
            return Reply(307, {"Location": f"{MODELS}/{self.renamed[number]}"})
        return _json({"id": name})

    def _list(self, query: Mapping[str, Sequence[str]]) -> Reply:
        cursor, _, note = query.get("cursor", ["1"])[0].partition(".")
        number, sort = int(cursor), query["sort"][0]
        numbers = self.listed(by_change=sort == "lastModified")
        rows = [self.row(n) for n in numbers[(number - 1) * self.page : number * self.page]]
        reply = _json(rows)
        reply.headers["Link"] = ""
        if number * self.page < len(numbers):
            self.link(reply, f"{number + 1}", sort)
        planned = [] if note else self.faults.get(number, [])
        if planned:
            fault = planned[0] if planned[0].startswith("!") else planned.pop(0)
            name, _, argument = fault.removeprefix("!").partition(":")
            FAULTS[name](self, reply, rows, number, sort, argument)
        if not reply.headers["Link"]:
            del reply.headers["Link"]
        return reply

    def link(self, reply: Reply, cursor: str, sort: str, *, origin: str = "", path: str = MODELS) -> None:
        """Give an answer its link to the next page."""
        query = f"sort={sort}&limit=1000&cursor={quote(cursor)}"
        reply.headers["Link"] = f'<{origin or self.origin}{path}?{query}>; rel="next"'

    def rate_headers(self) -> dict[str, str]:
        """Return the headers of the rate, and whether it is used up."""
        if self.quota is None:
            return {}
        most, window = self.quota
        now = self.clock()
        start = now - now % window
        used = sum(moment >= start for moment, _ in self.requests)
        left, rest = max(0, most - used), int(start + window - now)
        return {
            "RateLimit": f'"api";r={left};t={rest}',
            "RateLimit-Policy": f'"fixed window";"api";q={most};w={window:.0f}',
        }


Rows = list[dict[str, Any]]
Fault = Callable[[Hub, Reply, Rows, int, str, str], None]


def _json(content: Any) -> Reply:
    return Reply(200, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(content).encode())


def _status(_: Hub, reply: Reply, rows: Rows, number: int, sort: str, argument: str) -> None:
    """Answer with a status, and for 429 a wait in one of its spellings."""
    status, _, wait = argument.partition(",")
    spelt = {
        "seconds": {"Retry-After": "7"},
        "date": {"Retry-After": format_datetime(NOW + timedelta(seconds=7), usegmt=True)},
        "window": {"RateLimit": '"api";r=0;t=5', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'},
        "day": {"Retry-After": "86400"},
        "": {},
    }
    reply.status, reply.body = int(status), b"<h1>no</h1>"
    reply.headers |= {"Link": "", "Content-Type": "text/html", **spelt[wait]}


def _cut(_: Hub, reply: Reply, *__: Any) -> None:
    """Close the connection in the middle of the body."""
    reply.cut_at = len(reply.body) // 2


def _drip(_: Hub, reply: Reply, *__: Any) -> None:
    """Send the body piece by piece, each in time, all together late."""
    reply.pause = 0.06


def _drip_head(_: Hub, reply: Reply, *__: Any) -> None:
    """Send the headers piece by piece, each in time, all together late."""
    reply.pause, reply.drip_head = 0.06, True


def _stall(_: Hub, reply: Reply, *__: Any) -> None:
    """Send half of the body and then nothing more."""
    reply.cut_at, reply.pause = len(reply.body) // 2, -1


def _type(_: Hub, reply: Reply, *__: Any) -> None:
    """Call the page HTML."""
    reply.headers["Content-Type"] = "text/html"


def _html(_: Hub, reply: Reply, *__: Any) -> None:
    """Send HTML that is called JSON."""
    reply.body = b"<!doctype html><title>Maintenance</title>"


def _object(_: Hub, reply: Reply, rows: Rows, *__: Any) -> None:
    """Send an object in the place of the list."""
    reply.body = json.dumps({"models": rows}).encode()


def _field(_: Hub, reply: Reply, rows: Rows, number: int, sort: str, argument: str) -> None:
    """Leave out or change a field: of all rows, of a part, or of one."""
    name, value, which = argument.split(",")
    chosen = {"all": rows, "half": rows[::2], "one": rows[:1]}[which]
    for row in chosen:
        row.pop(name)
        if value != "absent":
            row[name] = json.loads(value)
    reply.body = json.dumps(rows).encode()


def _text(_: Hub, reply: Reply, rows: Rows, number: int, sort: str, argument: str) -> None:
    """Send bytes that are no JSON of everybody."""
    texts = {
        "utf8": b'[{"id": "lab-0/\xff"}]',
        "nan": b'[{"id": "lab-0/m0", "trendingScore": NaN}]',
        "twice": b'[{"id": "lab-0/m0", "id": "lab-0/m1"}]',
        "deep": b"[" * 100_000,
        "empty": b"",
    }
    reply.body = texts[argument]


def _again(this: Hub, reply: Reply, rows: Rows, number: int, sort: str, argument: str) -> None:
    """Send the page before a second time, under another cursor, then go on."""
    numbers = this.listed(by_change=sort == "lastModified")
    before = numbers[max(0, number - 2) * this.page : max(1, number - 1) * this.page]
    reply.body = json.dumps([this.row(n) for n in before]).encode()
    this.link(reply, f"{number}.again", sort)


def _skip(this: Hub, reply: Reply, rows: Rows, number: int, sort: str, argument: str) -> None:
    """Let the cursor leave out pages."""
    this.link(reply, f"{number + int(argument) + 1}", sort)


def _circle(this: Hub, reply: Reply, rows: Rows, number: int, sort: str, argument: str) -> None:
    """Let the list go on at an earlier page, or at itself."""
    this.link(reply, argument or str(number), sort)


def _link(this: Hub, reply: Reply, rows: Rows, number: int, sort: str, argument: str) -> None:
    """Let the list go on at another host, or at another path."""
    if argument == "host":
        this.link(reply, f"{number + 1}", sort, origin=this.elsewhere)
    else:
        this.link(reply, f"{number + 1}", sort, path="/api/secrets")


def _redirect(this: Hub, reply: Reply, rows: Rows, number: int, sort: str, argument: str) -> None:
    """Redirect to another host, to another scheme, or without end."""
    targets = {"host": f"{this.elsewhere}{MODELS}", "file": "file:///etc/passwd", "loop": "/loop/1"}
    reply.status, reply.body = 302, b""
    reply.headers = {"Link": "", "Location": targets[argument]}


def _bomb(_: Hub, reply: Reply, rows: Rows, number: int, sort: str, argument: str) -> None:
    """Send little that inflates to much: once, twice with both encodings named, twice with one named."""
    reply.body = BOMB if argument == "once" else gzip.compress(BOMB, 9)
    reply.headers["Content-Encoding"] = "gzip, gzip" if argument == "named" else "gzip"


def _zipped(_: Hub, reply: Reply, rows: Rows, number: int, sort: str, argument: str) -> None:
    """Send the page as gzip: whole, cut short with the right length, or with more behind its end."""
    packed = gzip.compress(reply.body)
    reply.body = {"": packed, "short": packed[:-20], "more": packed + b"x"}[argument]
    reply.headers["Content-Encoding"] = "gzip"


def _card(_: Hub, reply: Reply, rows: Rows, *__: Any) -> None:
    """Send a card of 50 MB."""
    rows[0]["cardData"] = {"text": "x" * 50_000_000}
    reply.body = json.dumps(rows).encode()


FAULTS: dict[str, Fault] = {
    "status": _status,
    "cut": _cut,
    "drip": _drip,
    "drip-head": _drip_head,
    "stall": _stall,
    "type": _type,
    "html": _html,
    "object": _object,
    "field": _field,
    "text": _text,
    "again": _again,
    "skip": _skip,
    "circle": _circle,
    "link": _link,
    "redirect": _redirect,
    "bomb": _bomb,
    "zipped": _zipped,
    "card": _card,
}


@contextmanager
def hub(this: Hub) -> Iterator[Hub]:
    """Serve a Hub on loopback until the end of the block."""

    class Handler(_Silent):
        def do_GET(self) -> None:
            with this.lock:
                this.requests.append((this.clock(), self.path))
                this.tokens.add(self.headers.get("Authorization", ""))
                count = len(this.requests)
                reply = this.answer(self.path)
                reply.headers |= {**this.rate_headers(), **reply.headers}
            this.on_request(count)
            time.sleep(this.delay)
            with suppress(OSError):
                self.send(reply)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

    with _serving(Handler) as origin:
        this.origin = origin
        yield this


@dataclass
class Canary:
    """A server that nobody should ask: where it is, and what came all the same."""

    origin: str = ""
    seen: list[str] = field(default_factory=list)


@contextmanager
def canary() -> Iterator[Canary]:
    """Serve a canary on loopback until the end of the block."""
    this = Canary()

    class Handler(_Silent):
        def do_GET(self) -> None:
            this.seen.append(f"{self.path} {self.headers}")
            self.send(_json([]))

    with _serving(Handler) as origin:
        this.origin = origin
        yield this


class _Silent(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def log_message(self, *_: object) -> None:
        """Keep silent."""

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
        """Return the time at which the Hub's clock stands."""
        return format_datetime(NOW, usegmt=True)

    def send(self, reply: Reply) -> None:
        """Send an answer as it says."""
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
            self.send_header(name, value)
        if reply.drip_head:
            head, self._headers_buffer = b"".join(self._headers_buffer), []  # type: ignore[has-type]
            self._drip(head, reply.pause)
            reply.pause = 0
        self.end_headers()
        if reply.cut_at is not None:
            self.wfile.write(reply.body[: reply.cut_at])
            self.wfile.flush()
            if reply.pause:
                time.sleep(2)
            self.close_connection = True
        elif reply.pause:
            self._drip(reply.body, reply.pause)
        else:
            self.wfile.write(reply.body)

    def _drip(self, content: bytes, pause: float) -> None:
        """Send all, in sixty pieces."""
        step = -(-len(content) // 60)
        for place in range(0, len(content), step):
            self.wfile.write(content[place : place + step])
            self.wfile.flush()
            time.sleep(pause)


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)


class _Server(ThreadingHTTPServer):
    """A server that does not wait for connections that a fault holds, and does not print their errors."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """Say nothing: the other side closed, as it should."""
