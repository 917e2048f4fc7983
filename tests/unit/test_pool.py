"""The pool: what it answers, what it ends, and that it lives on."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from begat.errors import StoreError
from begat.server.lane import Lane
from begat.server.late import Late
from begat.server.pool import Pool
from begat.server.question import (
    Busy,
    Limits,
    NotAcceptable,
    QueryFailed,
    QueryRefused,
    Question,
    TimedOut,
    TooMany,
    UnknownGraph,
    whole_graph,
)
from begat.server.quota import Quotas

JSON = "application/sparql-results+json"
MEDIA = {"select": JSON, "ask": JSON, "graph": "application/n-triples"}
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SHORT = Limits(fast_workers=1, fast_seconds=0.2, slow_seconds=0.5, rows=100)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of a store of 1,000 triples in the graph g."""
    path = tmp_path_factory.mktemp("store")
    store = ox.Store(str(path))
    graph = ox.NamedNode("http://e.org/g")
    store.extend(
        ox.Quad(ox.NamedNode(f"http://e.org/{i}"), ox.NamedNode("http://e.org/p"), ox.Literal(i), graph)
        for i in range(1_000)
    )
    store.flush()
    return path


@asynccontextmanager
async def running(folder: Path, limits: Limits = SHORT) -> AsyncIterator[Pool]:
    """Start a pool, and stop it."""
    pool = Pool(folder, limits)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.stop()


def with_pool(folder: Path, act: Callable[[Pool], Awaitable[object]], limits: Limits = SHORT) -> None:
    """Run an act with a pool."""

    async def whole() -> None:
        async with running(folder, limits) as pool:
            await act(pool)

    asyncio.run(whole())


def test_rows_truth_and_triples_come_in_the_wanted_format(folder: Path) -> None:
    """Each form of query is answered in the media type that goes with it."""

    async def act(pool: Pool) -> None:
        rows = await pool.ask(Question("SELECT ?o { <http://e.org/7> ?p ?o }", MEDIA))
        assert json.loads(rows.body)["results"]["bindings"][0]["o"]["value"] == "7"
        assert (rows.form, rows.rows, rows.truncated, rows.lane) == ("select", 1, False, "fast")
        truth = await pool.ask(Question("ASK { ?s ?p 7 }", MEDIA))
        assert json.loads(truth.body)["boolean"] is True
        triples = await pool.ask(Question("CONSTRUCT WHERE { <http://e.org/7> ?p ?o }", MEDIA))
        assert triples.body.startswith(b"<http://e.org/7> <http://e.org/p> ")
        assert triples.media_type == "application/n-triples"

    with_pool(folder, act)


def test_an_answer_beyond_the_limit_says_so(folder: Path) -> None:
    """Exactly the first rows come, and the answer is marked; at the limit itself it is whole."""

    async def act(pool: Pool) -> None:
        for count, cut in ((100, False), (101, True), (1_000, True)):
            answer = await pool.ask(Question(f"SELECT * {{ ?s ?p ?o }} ORDER BY ?o LIMIT {count}", MEDIA))
            values = [int(row["o"]["value"]) for row in json.loads(answer.body)["results"]["bindings"]]
            assert (values, answer.rows, answer.truncated) == (list(range(100)), 100, cut)
            triples = await pool.ask(Question(f"CONSTRUCT WHERE {{ ?s ?p ?o }} LIMIT {count}", MEDIA))
            assert (triples.body.count(b"\n"), triples.truncated) == (100, cut)

    with_pool(folder, act)


@pytest.mark.parametrize("media_type", ["text/csv", "text/tab-separated-values", JSON, JSON[:-4] + "xml"])
def test_no_answer_has_more_bytes_than_allowed(folder: Path, media_type: str) -> None:
    """Rows are cut where the wanted format, not another one, would be too long; what is left is whole."""
    form = ox.QueryResultsFormat.from_media_type(media_type)
    assert form is not None
    query = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o"
    solutions = ox.Store.read_only(str(folder)).query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    whole = solutions.serialize(format=form) or b""

    async def act(pool: Pool) -> None:
        answer = await pool.ask(Question(query, {"select": media_type}))
        assert answer.truncated
        assert 0.7 * 5_000 < len(answer.body) <= 5_000
        assert whole.startswith(answer.body[:-100])
        if media_type != "text/csv":
            assert sum(1 for _ in ox.parse_query_results(answer.body, format=form)) == answer.rows

    with_pool(folder, act, Limits(answer=5_000))


def test_an_endless_query_is_ended_and_the_next_is_answered(folder: Path) -> None:
    """What misses the fast lane is ended in the slow one, and the pool goes on."""

    async def act(pool: Pool) -> None:
        with pytest.raises(TimedOut, match="slow lane"):
            await pool.ask(Question(ENDLESS, MEDIA))
        assert (await pool.ask(Question("ASK {}", MEDIA))).rows == 1
        assert pool.state()["late"] == 1

    with_pool(folder, act)


def test_each_failure_has_its_error(folder: Path) -> None:
    """Bad syntax, a form without a media type, an absent graph and a row too large are told apart."""

    async def act(pool: Pool) -> None:
        with pytest.raises(QueryRefused, match="no SPARQL"):
            await pool.ask(Question("SELECT nonsense", MEDIA))
        with pytest.raises(QueryRefused, match="SERVICE"):
            await pool.ask(Question("ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", MEDIA))
        with pytest.raises(NotAcceptable):
            await pool.ask(Question("ASK {}", {"select": JSON}))
        with pytest.raises(UnknownGraph, match="no such graph"):
            await pool.ask(whole_graph("http://e.org/none", "text/turtle"))
        with pytest.raises(QueryFailed, match="one row"):
            await pool.ask(Question("SELECT (GROUP_CONCAT(STR(?s)) AS ?t) { ?s ?p ?o }", MEDIA))

    with_pool(folder, act, Limits(answer=1_000))


def store_of(folder: Path, size: int) -> Path:
    """Return the files of a store of so many triples."""
    store = ox.Store(str(folder))
    edge = ox.NamedNode("http://e.org/p")
    store.extend(ox.Quad(ox.NamedNode(f"http://e.org/{i}"), edge, edge) for i in range(size))
    store.flush()
    return folder


async def size(pool: Pool) -> int:
    """Return the number of triples that a pool sees."""
    answer = await pool.ask(Question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {"select": "text/csv"}))
    return int(answer.body.split()[1])


def test_a_switch_lets_old_questions_finish(folder: Path, tmp_path: Path) -> None:
    """New questions see the new store, one that runs goes on; a bad store changes nothing."""
    new = store_of(tmp_path / "new", 7)

    async def act(pool: Pool) -> None:
        assert await size(pool) == 1_000
        running = asyncio.create_task(pool.ask(Question(ENDLESS, MEDIA)))
        await asyncio.sleep(0.05)
        await pool.switch(new)
        assert [await size(pool) for _ in range(5)] == [7] * 5
        assert not running.done()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        with pytest.raises(StoreError):
            await pool.switch(tmp_path / "none")
        assert await size(pool) == 7

    with_pool(folder, act, Limits(fast_seconds=60))


def test_a_worker_that_somebody_ended_is_replaced(folder: Path) -> None:
    """All workers are killed from outside while they are idle, and the next questions are answered."""

    async def act(pool: Pool) -> None:
        await size(pool)
        for pid in pool.pids():
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        assert [await size(pool) for _ in range(3)] == [1_000] * 3

    with_pool(folder, act)


def test_the_same_query_is_late_only_once(folder: Path) -> None:
    """A query that missed the fast lane goes to the slow one the next time."""

    async def act(pool: Pool) -> None:
        for _ in range(2):
            with pytest.raises(TimedOut):
                await pool.ask(Question(ENDLESS, MEDIA))
        assert pool.state()["late"] == 1

    with_pool(folder, act)


def test_a_client_that_only_fails_is_refused(folder: Path) -> None:
    """After its errors of a minute a client is told when to come again; others are answered."""

    async def act(pool: Pool) -> None:
        for _ in range(3):
            with pytest.raises(QueryRefused):
                await pool.ask(Question("nonsense", MEDIA), client="bad")
        with pytest.raises(TooMany) as refused:
            await pool.ask(Question("ASK {}", MEDIA), client="bad")
        assert 1 <= refused.value.retry_after <= 60
        await pool.ask(Question("ASK {}", MEDIA), client="good")
        await pool.ask(Question("ASK {}", MEDIA))

    with_pool(folder, act, Limits(errors_per_minute=3))


def test_workers_end_with_their_pool(folder: Path) -> None:
    """No process is left when a pool stops, also while a question runs."""
    pids: list[int] = []

    async def act(pool: Pool) -> None:
        asked = asyncio.create_task(pool.ask(Question(ENDLESS, MEDIA)))
        await asyncio.sleep(0.1)
        pids.extend(pool.pids())
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    with_pool(folder, act)
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


# ----- lanes and shares ------------------------------------------------------------------------


def lane(**changed: int) -> Lane:
    """Return a lane of one place."""
    return Lane("test", seconds=1.0, **{"places": 1, "queue": 4, "per_client": 1, **changed})


def order(lane: Lane, clients: str) -> str:
    """Return in which order clients that come one after the other get a place."""
    served: list[str] = []

    async def use(client: str) -> None:
        async with lane.place(client):
            served.append(client)
            await asyncio.sleep(0)

    async def whole() -> None:
        await asyncio.gather(*map(use, clients))

    asyncio.run(whole())
    assert (lane.running, lane.waiting) == (0, 0)
    return "".join(served)


def test_clients_take_turns() -> None:
    """Who asks often waits for himself; who asks once comes after one of each."""
    assert order(lane(queue=9), "aaaabcb") == "aabcaba"


def test_who_was_late_leaves_a_place_to_the_others() -> None:
    """Clients that were late share all places but one; whoever was not gets that at once."""

    async def whole() -> None:
        one = Lane("test", places=2, seconds=1.0, queue=4, per_client=2, late=lambda client: client in "ab")
        async with one.place("a"):
            waiting = asyncio.create_task(one.place("b").__aenter__())
            await asyncio.sleep(0)
            assert (one.running, one.waiting) == (1, 1)
            async with one.place("c"):
                assert (one.running, one.waiting) == (2, 1)
            await asyncio.sleep(0)
            assert (one.running, one.waiting) == (1, 1)
        await waiting
        assert (one.running, one.waiting) == (1, 0)

    asyncio.run(whole())


def test_a_full_queue_says_when_to_come_again() -> None:
    """Beyond the queue a question is refused, with the seconds that the queue takes."""

    async def whole() -> None:
        one = lane(queue=1)
        async with one.place("a"):
            waiting = asyncio.create_task(one.place("b").__aenter__())
            await asyncio.sleep(0)
            with pytest.raises(Busy) as refused:
                await one.place("c").__aenter__()
            assert refused.value.retry_after == 2
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert one.waiting == 0
        assert one.running == 0

    asyncio.run(whole())


def test_who_waits_for_less_takes_the_place_of_who_waits_for_most() -> None:
    """In a full queue the newest question of the greedy client is refused for that of another."""

    async def whole() -> None:
        one = lane(queue=2)
        async with one.place("a"):
            waiting = [asyncio.create_task(one.place("a").__aenter__()) for _ in range(2)]
            await asyncio.sleep(0)
            other = asyncio.create_task(one.place("b").__aenter__())
            with pytest.raises(Busy):
                await waiting[1]
            assert one.waiting == 2
            for task in (waiting[0], other):
                task.cancel()
            await asyncio.gather(waiting[0], other, return_exceptions=True)
        assert (one.running, one.waiting) == (0, 0)

    asyncio.run(whole())


def test_a_place_does_not_go_to_who_has_just_given_up() -> None:
    """A place that is freed in the moment in which the first of the queue gives up goes to the second."""

    async def whole() -> None:
        one = lane()
        async with one.place("a"):
            first, second = (asyncio.create_task(one.place(name).__aenter__()) for name in "bc")
            await asyncio.sleep(0)
            first.cancel()
        await second
        assert (one.running, one.waiting) == (1, 0)
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(whole())


def test_what_did_not_get_the_processor_may_go_on() -> None:
    """Time that a query did not run does not count, up to a multiple of the limit by the clock."""
    patient = Lane("test", places=1, seconds=1.0, queue=1, per_client=1, patience=4.0)
    assert patient.left(0.0, 0.0) == 1.0
    assert patient.left(1.0, 0.25) == 0.75
    assert patient.left(1.5, 1.0) == 0.0
    assert patient.left(3.75, 0.0) == 0.25
    assert patient.left(0.25, float("inf")) == 0.75
    assert lane().left(1.0, 0.0) == 0.0


def test_one_client_does_not_take_all_places() -> None:
    """Its second question waits though a place is free, and another client gets that place."""

    async def whole() -> None:
        two = lane(places=2)
        async with two.place("a"):
            waiting = asyncio.create_task(two.place("a").__aenter__())
            await asyncio.sleep(0)
            async with two.place("b"):
                assert (two.running, two.waiting) == (2, 1)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    asyncio.run(whole())


def test_shares_of_a_minute() -> None:
    """Seconds of the slow lane add up, are forgotten after a minute, and the wait is told."""
    now = [0.0]
    quotas = Quotas(Limits(slow_seconds_per_minute=60), lambda: now[0])
    quotas.used("a", 40)
    quotas.admit_slow("a")
    now[0] = 10.0
    quotas.used("a", 30)
    with pytest.raises(TooMany) as refused:
        quotas.admit_slow("a")
    assert refused.value.retry_after == 50
    quotas.admit_slow("b")
    now[0] = 60.0
    quotas.admit_slow("a")


def test_late_queries_are_forgotten() -> None:
    """What was late is late for a minute."""
    now = [0.0]
    late = Late(lambda: now[0])
    late.add(b"x")
    assert b"x" in late
    assert b"y" not in late
    now[0] = 61.0
    assert b"x" not in late
