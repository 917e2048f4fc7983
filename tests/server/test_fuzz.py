"""Thousands of requests that nobody would send: each is answered, and never with a fault of the server."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_from_bytes

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.running import Running

from begat.server.api import endpoints

EXAMPLES, BATCH = 50, 20
"""Requests in all: examples x batch for each test."""

TYPED = (503, 504)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "X"])
KINDS = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
    "text/plain",
)
QUERIES = st.sampled_from(
    [
        "ASK {}",
        "SELECT * { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "DESCRIBE <x:y>",
        "SELECT",
        "CLEAR ALL",
    ]
)
VALUES = st.one_of(
    QUERIES,
    st.text(max_size=40),
    st.binary(max_size=20).map(quote_from_bytes),
    st.sampled_from(
        [
            "http://example.org/g1",
            "x:y",
            "-1",
            "0",
            "1",
            "true",
            "10000",
            "9" * 30,
            "2026-01-01",
            "Qwen/Qwen2.5-7B",
        ]
    ),
)
KNOWN = (
    "query update default-graph-uri named-graph-uri format output graph default id text limit offset "
    "model relation depth up by of measure method edition only"
)
NAMES = st.sampled_from(KNOWN.split())
PAIRS = st.lists(st.tuples(st.one_of(NAMES, st.text(max_size=8)), VALUES), max_size=4)
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
FIELDS = (
    "Accept Accept-Charset Accept-Encoding Content-Encoding Content-Language Content-Type Cookie Expect "
    "If-None-Match Origin Range Sec-Fetch-Site Upgrade X-Forwarded-For"
)
HEADERS = st.dictionaries(
    st.sampled_from(FIELDS.split()),
    st.one_of(
        TEXTS, st.sampled_from([*KINDS, "*/*", "text/csv;q=0.1, */*", "gzip", "bytes=0-1", "cross-site"])
    ),
    max_size=4,
)


def encoded(pairs: list[tuple[str, str]]) -> str:
    """Return a query string."""
    return "&".join(
        f"{quote(name, errors='replace')}={quote(text, errors='replace')}" for name, text in pairs
    )


@contextmanager
def connected(server: Running) -> Iterator[http.client.HTTPConnection]:
    """Open one connection for a batch of requests."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def send(
    connection: http.client.HTTPConnection, method: str, target: str, body: bytes, headers: dict[str, str]
) -> int:
    """Send a request and return its status; each answer has the headers of every answer."""
    connection.request(method, target, body or None, {name: text.strip() for name, text in headers.items()})
    reply = connection.getresponse()
    content = reply.read()
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.status < 500 or (reply.status in TYPED and content and reply.headers["retry-after"])
    return reply.status


DEAR = ("/api/rank", "/api/explain", "/api/claims")
CHEAP = [
    ("GET", "/api/query/{name}"),
    *((item.methods[0], item.path) for item in endpoints() if item.path not in DEAR and not item.costly),
]
POLICIES = st.one_of(
    st.binary(max_size=60),
    st.lists(
        st.sampled_from(
            ["[licence]", "[terms]", "allow", "forbid", "covers", "=", "['MIT']", "1", "'all'", "\n"]
        )
    ).map(lambda words: " ".join(words).encode()),
)
"""Bodies of posts: bytes, and the words of a policy in any order."""

CALM = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@CALM
@given(
    st.lists(
        st.tuples(METHODS, PAIRS, HEADERS, st.one_of(st.binary(max_size=60), PAIRS)),
        min_size=BATCH,
        max_size=BATCH,
    )
)
def test_protocol(
    small: Running, batch: list[tuple[str, list[tuple[str, str]], dict[str, str], object]]
) -> None:
    """Whatever is sent to the endpoint and the graph store is answered, and the server lives."""
    with connected(small) as connection:
        for number, (method, pairs, headers, body) in enumerate(batch):
            target = ("/sparql", "/graphs", "/graphs/a")[number % 3]
            content = body if isinstance(body, bytes) else encoded(body).encode()  # type: ignore[arg-type]
            send(connection, method, f"{target}?{encoded(pairs)}", content, headers)
        assert send(connection, "GET", "/health", b"", {}) == 200


@CALM
@given(st.data())
def test_api(whole: Running, data: st.DataObject) -> None:
    """Whatever parameters the calls and named queries get, they answer, and the server lives."""
    with connected(whole) as connection:
        for _ in range(BATCH):
            (method, path), pairs = data.draw(st.sampled_from(CHEAP)), data.draw(PAIRS)
            body = data.draw(POLICIES) if method == "POST" else b""
            send(connection, method, f"{path}?{encoded(pairs)}", body, {"Content-Type": "application/toml"})
        assert send(connection, "GET", "/health", b"", {}) == 200


@CALM
@given(
    st.lists(
        st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=50),
        min_size=BATCH,
        max_size=BATCH,
    )
)
def test_paths(small: Running, batch: list[str]) -> None:
    """Whatever path is asked for, nothing but the declared addresses is there."""
    with connected(small) as connection:
        for path in batch:
            send(connection, "GET", f"/{path}", b"", {})
