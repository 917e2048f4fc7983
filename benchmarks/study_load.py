"""Honest and hostile clients at once, open loop: who is answered, how fast, and what it costs.

``python benchmarks/study_load.py STORE [--seconds 300] [--rate 50] [--hostile 1] [--clients 0]`` asks a pool
of its own; with ``--url http://127.0.0.1:8080/sparql --pid PID`` it asks a server over 50 connections. STORE
is the folder of the engine's files and gives the ids that are asked for. Latency counts from the moment a
query was due, so a server that stalls is not excused. ``--clients`` adds hostile ones that ask again as soon
as they are answered.

Must hold: no worker or server lost but by the limits, no honest query failed, p99 of honest ones at most
250 ms (500 ms with six hostile clients), each hostile one ended within 1.2 times its limit, no socket in a
worker, nobody at the canary, memory flat.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pyoxigraph as ox

from begat.errors import BegatError
from begat.server.pool import Pool
from begat.server.question import Question

JSON = "application/sparql-results+json"
CONNECTIONS = 50
HOSTILE_CONNECTIONS = 10
SAMPLE_SECONDS = 1.0
PROV = "PREFIX prov: <http://www.w3.org/ns/prov#> "
HONEST = (
    "SELECT DISTINCT ?a { MODEL prov:wasDerivedFrom+ ?a }",
    "SELECT DISTINCT ?c { ?c prov:wasDerivedFrom MODEL } LIMIT 100",
    "SELECT DISTINCT ?c ?id { ?c prov:wasDerivedFrom+ MODEL . ?c dct:identifier ?id } ORDER BY ?id LIMIT 100",
    "SELECT ?p ?o { MODEL ?p ?o }",
    "ASK { MODEL prov:wasDerivedFrom ?a }",
    "CONSTRUCT { MODEL prov:wasDerivedFrom ?a } { MODEL prov:wasDerivedFrom+ ?a }",
)
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?c != NUMBER) }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c # NUMBER",
    "SELECT (COUNT(*) AS ?n) { ?a (prov:wasDerivedFrom|!prov:wasDerivedFrom)* ?b } # NUMBER",
    "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER REGEX(STR(?c), '(((a+)+)+)+$NUMBER') }",
    "SELECT * { ?a ?b ?c } # NUMBER",
    "SELECT DISTINCT ?c ?f { ?a ?b ?c . ?d ?e ?f } # NUMBER",
    "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f } # NUMBER",
    "SELECT * { SERVICE <CANARY> { ?s ?p ?o } } # NUMBER",
    "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f } # NUMBER",
    "SELECT * { SELECT * {" + "{" * 60 + "?a ?b ?c . ?d ?e ?f . ?g ?h NUMBER" + "}" * 62,
)


class End(NamedTuple):
    """How a query ended: an HTTP status, and the seconds it ran as the server says, if it does."""

    status: int
    ran: float | None = None


Ask = Callable[[str, str], Awaitable[End]]
STATUS = {
    "QueryRefused": 400,
    "NotAcceptable": 406,
    "TooMany": 429,
    "QueryFailed": 500,
    "Busy": 503,
    "TimedOut": 504,
}


def models(folder: Path, count: int, seed: int = 0) -> list[str]:
    """Return random models that come from another, and as many that others come from."""
    store = ox.Store.read_only(str(folder))
    derived = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
    quads = list(itertools.islice(store.quads_for_pattern(None, derived, None), 200_000))
    ends = ({str(quad.subject) for quad in quads}, {str(quad.object) for quad in quads})
    chance = random.Random(seed)
    chosen = [chance.choices(sorted(names), k=count) for names in ends]
    return [name for pair in zip(*chosen, strict=True) for name in pair]


def of_pool(pool: Pool) -> Ask:
    """Return what asks a pool in this process."""

    async def ask(text: str, client: str) -> End:
        try:
            answer = await pool.ask(
                Question(text, {"select": JSON, "ask": JSON, "graph": "text/turtle"}), client=client
            )
        except BegatError as error:
            return End(STATUS[type(error).__name__])
        return End(200, answer.seconds)

    return ask


def of_server(url: str) -> Ask:
    """Return what asks a server over 50 kept connections, of which hostile clients have ten."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    honest, hostile = _places(CONNECTIONS - HOSTILE_CONNECTIONS), _places(HOSTILE_CONNECTIONS)

    async def ask(text: str, client: str) -> End:
        free = honest if client == "honest" else hostile
        connection, kept = await free.get(), None
        try:
            status, kept = await _asked(connection, host, port, parts.path, text.encode())
        finally:
            free.put_nowait(kept)
        return End(status)

    return ask


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def _places(count: int) -> "asyncio.LifoQueue[Connection | None]":
    free: asyncio.LifoQueue[Connection | None] = asyncio.LifoQueue()
    for _ in range(count):
        free.put_nowait(None)
    return free


async def _asked(
    connection: Connection | None, host: str, port: int, path: str, body: bytes
) -> tuple[int, Connection | None]:
    """Ask once; a kept connection that the server has closed meanwhile is opened anew."""
    reader, writer = connection or await asyncio.open_connection(host, port)
    head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
    head += f"Content-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Accept: {JSON}, text/turtle;q=0.9\r\n\r\n".encode() + body)
    try:
        status, keep = await response(reader)
    except (OSError, EOFError):
        if connection is None:
            raise
        return await _asked(None, host, port, path, body)
    if keep:
        return status, (reader, writer)
    writer.close()
    return status, None


async def response(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Read a response to its end; return its status and whether the connection stays."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    if "chunked" in headers.get("transfer-encoding", ""):
        while size := int((await reader.readline()).split(b";")[0], 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(int(headers.get("content-length", 0)))
    return int(lines[0].split()[1]), headers.get("connection") != "close"


def children(pid: int) -> list[int]:
    """Return the child processes of a process."""
    try:
        return [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []


def rss(pid: int) -> int:
    """Return the resident MiB of a process, 0 if it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
    except (OSError, IndexError):
        return 0


def sockets(pid: int) -> int:
    """Return how many sockets a process holds."""
    count = 0
    try:
        for path in Path(f"/proc/{pid}/fd").iterdir():
            count += str(path.readlink()).startswith("socket:")
    except OSError:
        pass
    return count


class Load:
    """A run: who asks what when, and what came of it."""

    def __init__(self, ask: Ask, pid: int, ids: list[str], canary: str) -> None:
        self.ask = ask
        self.pid = pid
        self.ids = ids
        self.canary = canary
        self.honest: list[tuple[float, int]] = []
        self.hostile: list[tuple[float, int]] = []
        self.memory: list[tuple[int, int]] = []
        self.sockets = 0
        self._numbers = itertools.count()

    def texts(self, kinds: tuple[str, ...]) -> Iterator[str]:
        """Yield queries of all kinds in turn, each another."""
        for number, text in zip(self._numbers, itertools.cycle(kinds), strict=False):
            model = self.ids[number % len(self.ids)]
            yield PROV + text.replace("MODEL", model).replace("CANARY", self.canary).replace(
                "NUMBER", str(number)
            )

    async def one(self, text: str, due: float, ends: list[tuple[float, int]], client: str) -> None:
        """Ask once and note the time since it was due."""
        try:
            status = (await self.ask(text, client)).status
        except (OSError, EOFError, ValueError) as error:
            print(f"no response: {error!r}", file=sys.stderr)
            status = 0
        ends.append((time.monotonic() - due, status))

    async def open_loop(
        self, kinds: tuple[str, ...], rate: float, until: float, ends: list[tuple[float, int]], client: str
    ) -> None:
        """Ask `rate` times a second, answered or not."""
        due = time.monotonic()
        texts = self.texts(kinds)
        async with asyncio.TaskGroup() as group:
            while due < until:
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                group.create_task(self.one(next(texts), due, ends, client))
                due += 1 / rate

    async def closed_loop(self, kinds: tuple[str, ...], until: float, client: str) -> None:
        """Ask again as soon as there is an answer; only a refusal gives a short pause."""
        texts = self.texts(kinds)
        while time.monotonic() < until:
            await self.one(next(texts), time.monotonic(), self.hostile, client)
            await asyncio.sleep(0.05 if self.hostile[-1][1] in (400, 429, 503) else 0)

    async def watch(self, until: float) -> None:
        """Note memory and sockets."""
        while time.monotonic() < until:
            workers = children(self.pid)
            self.memory.append((rss(self.pid), sum(map(rss, workers))))
            self.sockets = max([self.sockets, *map(sockets, workers)])
            await asyncio.sleep(SAMPLE_SECONDS)

    async def run(self, seconds: float, rate: float, hostile: float, clients: int) -> None:
        """Load for so many seconds, and wait for the last answers."""
        until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            group.create_task(self.watch(until))
            group.create_task(self.open_loop(HONEST, rate - hostile, until, self.honest, "honest"))
            if hostile:
                group.create_task(self.open_loop(HOSTILE, hostile, until, self.hostile, ""))
            for number in range(clients):
                group.create_task(self.closed_loop(HOSTILE, until, f"hostile {number}"))

    def report(self) -> dict[str, object]:
        """Return the figures."""
        times = sorted(seconds * 1e3 for seconds, _ in self.honest)
        tenth = max(1, len(self.memory) // 10)
        server, workers = zip(*self.memory, strict=True)
        return {
            "honest": len(times),
            "honest_statuses": dict(Counter(status for _, status in self.honest)),
            "p50_ms": round(times[len(times) // 2], 1),
            "p99_ms": round(times[int(len(times) * 0.99)], 1),
            "max_ms": round(times[-1], 1),
            "hostile": len(self.hostile),
            "hostile_statuses": dict(Counter(status for _, status in self.hostile)),
            "server_mib_first_last": [max(server[:tenth]), max(server[-tenth:])],
            "workers_mib_first_last_max": [max(workers[:tenth]), max(workers[-tenth:]), max(workers)],
            "sockets_in_workers": self.sockets,
        }


async def overruns(ask: Ask, limit: float) -> list[float]:
    """Return by what factor each hostile query overran its limit when asked again, so in the slow lane."""
    factors = []
    for number, form in enumerate(HOSTILE):
        text = PROV + form.replace("NUMBER", f"{1e9 + number:.0f}").replace("CANARY", "http://127.0.0.1:9/")
        for _ in range(2):
            started = time.monotonic()
            end = await ask(text, "")
        if end.status == 504:
            factors.append((time.monotonic() - started) / limit)
    return factors


async def main() -> None:
    """Print the figures of a run as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("store", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--pid", type=int, default=os.getpid())
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--hostile", type=float, default=1)
    parser.add_argument("--clients", type=int, default=0)
    parser.add_argument("--overruns", action="store_true", help="measure them too: some minutes more")
    options = parser.parse_args()
    pool = Pool(options.store)
    if not options.url:
        await pool.start()
    ask = of_server(options.url) if options.url else of_pool(pool)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as canary:
        canary.setblocking(False)
        load = Load(
            ask, options.pid, models(options.store, 1_000), f"http://127.0.0.1:{canary.getsockname()[1]}/"
        )
        await load.run(options.seconds, options.rate, options.hostile, options.clients)
        report = load.report()
        try:
            canary.accept()[0].close()
            report["canary"] = "visited"
        except BlockingIOError:
            report["canary"] = "untouched"
    if options.overruns:
        factors = await overruns(ask, pool.limits.slow_seconds)
        report["overrun_factors"] = [round(factor, 3) for factor in factors]
    if not options.url:
        report["state"] = dict(pool.state())
        await pool.stop()
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
