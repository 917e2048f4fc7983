"""What is meant to harm the server: it lives, answers, and asks nobody; and the walls behind the check."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests.faults.hostile import DOUBLING, FAMILIES, FETCHES, PREFIX, SERVICES, SIZES, fill, hostile

from begat.errors import BegatError
from begat.server import worker
from begat.server.pool import Pool
from begat.server.process import Lost, Worker
from begat.server.question import Limits, QueryFailed, QueryRefused, Question, TimedOut
from begat.server.sandbox import FILES, MEMORY, NETWORK

JSON = "application/sparql-results+json"
MEDIA = {"select": JSON, "ask": JSON, "graph": "text/turtle"}
LIMITS = Limits(fast_workers=1, fast_seconds=0.1, slow_seconds=0.2, memory=1 << 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of 20,000 triples."""
    path = tmp_path_factory.mktemp("store")
    fill(path, 20_000)
    return path


@pytest.fixture
def canary() -> Iterator[socket.socket]:
    """Listen on loopback; a connection that anybody made is waiting to be accepted."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def address(canary: socket.socket) -> str:
    """Return the address of the canary."""
    return f"http://127.0.0.1:{canary.getsockname()[1]}/"


def visited(canary: socket.socket) -> bool:
    """Return whether somebody came."""
    try:
        canary.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def test_the_canary_sees_the_engine(canary: socket.socket) -> None:
    """Without check and walls the engine comes to the address: else the canary would prove nothing."""
    canary.setblocking(True)
    canary.settimeout(10)

    async def both() -> None:
        query = f"SELECT * {{ SERVICE <{address(canary)}> {{ ?s ?p ?o }} }}"
        asked = asyncio.create_task(asyncio.to_thread(lambda: list(ox.Store().query(query))))  # type: ignore[arg-type]
        connection, _ = await asyncio.to_thread(canary.accept)
        connection.close()
        with pytest.raises((OSError, RuntimeError)):
            await asked

    asyncio.run(both())


def test_each_hostile_query_is_sparql() -> None:
    """The smallest of each family parses, and so does SERVICE in each way: else they prove nothing."""
    for family, make in FAMILIES.items():
        ox.Store().query(PREFIX + make(SIZES.get(family, DOUBLING)[0]))
    for text in (*SERVICES, *FETCHES):
        if "\\u" not in text and "\\U" not in text:  # the engine does not read these; the check resolves them
            with suppress(OSError, RuntimeError):  # it never goes to port 9, and says so
                ox.Store().query(text.replace("URL", "http://127.0.0.1:9/"))


def test_the_server_outlives_them_all(folder: Path, canary: socket.socket) -> None:
    """Each of 200 hostile queries ends with an answer or a typed error, and the next question is answered."""
    ends: Counter[str] = Counter()

    async def attack(pool: Pool) -> None:
        for family, size, text, refused in hostile(address(canary)):
            try:
                await pool.ask(Question(text, MEDIA))
                end = "answered"
            except (QueryRefused, TimedOut, QueryFailed) as error:
                end = type(error).__name__
            assert not refused or end == "QueryRefused", (family, size, text[:80])
            ends[end] += 1
            assert await answers(pool), (family, size)

    with_pool(folder, attack)
    assert ends.total() >= 200
    assert ends.keys() >= {"answered", "QueryRefused", "TimedOut"}
    assert not visited(canary)


async def answers(pool: Pool) -> bool:
    """Ask for something; on a busy machine not even that is always done in the short time allowed here."""
    for _ in range(20):
        with suppress(TimedOut):
            return b"true" in (await pool.ask(Question("ASK { ?s ?p ?o }", MEDIA))).body
    return False


def test_a_client_that_leaves_frees_its_worker(folder: Path) -> None:
    """A question that is given up ends its worker, in both lanes, and another is ready."""

    async def leave(pool: Pool) -> None:
        for _ in range(10):
            asked = asyncio.create_task(pool.ask(Question(PREFIX + FAMILIES["product counted"](4), MEDIA)))
            await asyncio.sleep(0.15)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            state = pool.state()
            assert (state["fast_running"], state["slow_running"]) == (0, 0)
            await pool.ask(Question("ASK { ?s ?p ?o }", MEDIA))

    with_pool(folder, leave, replace(LIMITS, slow_seconds=60.0))


def with_pool(folder: Path, act: Any, limits: Limits = LIMITS) -> None:
    """Run an act with a pool."""

    async def whole() -> None:
        pool = Pool(folder, limits)
        await pool.start()
        try:
            await act(pool)
        finally:
            await pool.stop()

    asyncio.run(whole())


# ----- behind the check ------------------------------------------------------------------------


def task(text: str) -> dict[str, Any]:
    """Return what a worker is told."""
    graphs: dict[str, tuple[str, ...]] = {"default_graphs": (), "named_graphs": ()}
    question = {"text": text, "media_types": MEDIA, "substitutions": {}, "prefixes": {}, **graphs}
    limits = {"cpu_seconds": 5.0, "rows": 1_000, "bytes": 1 << 20}
    return {**question, **limits, "must_exist": False, "names_graphs": False}


async def told(folder: Path, texts: list[str]) -> list[int]:
    """Tell workers queries that nobody checked; return the outcomes, and a signal as a negative number."""
    outcomes = []
    one = None
    for text in texts:
        one = one or await Worker.start(folder, memory=1 << 30, most=4 << 20)
        if one.walls != MEMORY + NETWORK + FILES:
            await one.end()
            pytest.skip("this system lacks a wall")
        try:
            outcomes.append((await one.ask(task(text))).outcome)
        except Lost as lost:
            outcomes.append(-lost.signal)
            one = None
    if one:
        await one.end()
    return outcomes


def test_no_worker_reaches_the_network(folder: Path, canary: socket.socket) -> None:
    """SERVICE that the check would have let through fails in the worker, and nobody comes."""
    texts = [
        text.replace("URL", address(canary)) for text in SERVICES if "\\u" not in text and "\\U" not in text
    ]
    outcomes = asyncio.run(told(folder, texts))
    assert worker.FAILED in outcomes
    assert min(outcomes) > 0, "none ended its worker"
    assert not visited(canary)


def test_what_ends_the_engine_ends_one_worker(folder: Path) -> None:
    """Nesting and memory end the worker by a signal; its successor answers."""
    deep = "SELECT * {" + "{" * 8_000 + "}" * 8_001
    outcomes = asyncio.run(told(folder, [deep, "ASK {}", PREFIX + FAMILIES["doubling"](40), "ASK {}"]))
    assert [number > 0 for number in outcomes] == [False, True, False, True]


def test_processor_time_is_a_second_clock(folder: Path) -> None:
    """A worker that nobody ends is ended by the system."""

    async def endless() -> None:
        one = await Worker.start(folder, memory=1 << 30, most=4 << 20)
        with pytest.raises(Lost) as lost:
            await one.ask({**task(PREFIX + FAMILIES["product counted"](8)), "cpu_seconds": 0.1})
        assert lost.value.signal

    asyncio.run(endless())


def test_a_worker_without_a_store(tmp_path: Path) -> None:
    """A pool whose store can't be opened does not start, and says where."""
    with pytest.raises(BegatError, match="no query worker can be started"):
        with_pool(tmp_path / "none", lambda pool: pool.stop())
