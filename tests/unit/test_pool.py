"""The pool: what it answers, what it ends, and that it lives on."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from begat.server.pool import Pool
from begat.server.question import (
    Limits,
    NotAcceptable,
    QueryFailed,
    QueryRefused,
    Question,
    TimedOut,
    UnknownGraph,
)

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
            await pool.graph("http://e.org/none", "text/turtle")
        with pytest.raises(QueryFailed, match="one row"):
            await pool.ask(Question("SELECT (GROUP_CONCAT(STR(?s)) AS ?t) { ?s ?p ?o }", MEDIA))

    with_pool(folder, act, Limits(answer=1_000))
