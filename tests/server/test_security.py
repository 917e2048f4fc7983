"""Walls of the HTTP side: names, origins, sizes, times, headers on every answer, what the log says."""

import http.client
import logging
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from tests.server.running import Running, running

from begat.server.app import routes
from begat.server.pages import PAGES
from begat.server.question import Limits
from begat.server.security import client
from begat.server.served import Served
from begat.server.settings import Settings

ASK = "/sparql?query=ASK%20%7B%7D"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
EVERY = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}
SHORT = Settings(
    Limits(fast_seconds=0.2, slow_seconds=0.5, rows=3, errors_per_minute=1_000),
    patience=1.0,
    call_seconds=0.001,
)
ENDLESS = "SELECT (COUNT(*) AS ?n) {" + "".join(f" ?a{i} ?b{i} ?c{i} ." for i in range(30)) + " }"


@pytest.fixture(scope="module")
def strict(file_served: Served) -> Iterator[Running]:
    """Serve the small data set with small limits."""
    with running(file_served, SHORT) as server:
        yield server


@pytest.fixture(scope="module")
def public(file_served: Served) -> Iterator[Running]:
    """Serve the small data set to pages of every origin, and to one more name."""
    settings = Settings(hosts=("localhost", "models.example"), origins=("*",), trust_proxy=True)
    with running(file_served, settings) as server:
        yield server


@pytest.fixture(scope="module")
def allowed(file_served: Served) -> Iterator[Running]:
    """Serve the small data set to pages of one other origin."""
    with running(file_served, Settings(origins=("https://pages.example",))) as server:
        yield server


def test_headers_on_every_route(whole: Running) -> None:
    """Every route, whatever it answers, carries all headers, and a Request-Id of its own."""
    seen = set()
    for route in routes(whole.service):
        target = re.sub(r"\{[^}]*\}", "x", route.path)
        slow = target.startswith("/api/") or route.path in {page.path for page in PAGES}
        target += "?limit=0" * slow  # refused, since some calls take a second
        for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE"):
            reply = whole.send(method, target)
            assert {name: reply.headers.get(name) for name in EVERY} == EVERY, (method, target)
            assert "server" not in reply.headers
            seen.add(reply.headers["request-id"])
    assert len(seen) == 5 * len(routes(whole.service))


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("GET", "/nothing", {}, 404),
        ("GET", ASK, {"Host": "evil.example"}, 421),
        ("GET", ASK, {"Accept": "image/png"}, 406),
        ("GET", "/sparql?query=nonsense", {}, 400),
        ("GET", "/" + "x" * 65_536, {}, 414),
        ("GET", ASK, {"X-Long": "x" * 16_384}, 431),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, 415),
        ("POST", "/sparql", {**FORM, "Content-Encoding": "gzip"}, 415),
        ("POST", "/sparql", {**FORM, "Origin": "https://evil.example"}, 403),
        ("PUT", "/sparql", {}, 405),
    ],
)
def test_headers_on_errors(
    small: Running, method: str, target: str, headers: dict[str, str], status: int
) -> None:
    """Errors carry the same headers, and say what is wrong in JSON or plain text."""
    reply = small.send(method, target, headers=headers)
    assert reply.status == status
    assert {name: reply.headers.get(name) for name in EVERY} == EVERY
    assert reply.kind in ("application/json", "text/plain")
    assert len(reply.body) > 20


def test_what_is_no_http(small: Running) -> None:
    """Bytes that are no HTTP are answered with 400 and the same headers, and the connection is closed."""
    answer = raw(small, b"\x16\x03\x01 nonsense\r\n\r\n").decode()
    assert answer.startswith("HTTP/1.1 400")
    for name, text in EVERY.items():
        assert f"{name}: {text}" in answer.replace(name.title(), name)


def raw(server: Running, content: bytes, *, seconds: float = 10) -> bytes:
    """Send bytes and return all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as connection:
        connection.sendall(content)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1", "[::1]:8642", "localhost."])
def test_own_names(small: Running, host: str) -> None:
    """The server answers to the names of this machine, with any port."""
    assert small.send("GET", ASK, headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "localhost:x", "[::1", "", "a, b"],
)
def test_foreign_names(small: Running, host: str) -> None:
    """A name that another made to lead here is refused, so that its pages can't read anything."""
    assert small.send("GET", ASK, headers={"Host": host}).status == 421


def test_two_hosts_are_refused(small: Running) -> None:
    """A request with two Host headers is refused."""
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert raw(small, request).split()[1] in (b"400", b"421")


def test_more_names(public: Running) -> None:
    """Names that are added are answered to, and only these."""
    assert public.send("GET", ASK, headers={"Host": "models.example"}).status == 200
    assert public.send("GET", ASK, headers={"Host": "127.0.0.1"}).status == 421


def test_no_cors_by_default(small: Running) -> None:
    """No page of another origin is told that it may read."""
    origin = {"Origin": "https://pages.example"}
    assert "access-control-allow-origin" not in small.send("GET", ASK, headers=origin).headers
    asked = small.send("OPTIONS", "/sparql", headers={**origin, "Access-Control-Request-Method": "POST"})
    assert "access-control-allow-origin" not in asked.headers


def test_cors_for_one_origin(allowed: Running) -> None:
    """Only the origin that is allowed is told so, and it may send queries."""
    for origin, granted in (
        ("https://pages.example", "https://pages.example"),
        ("https://evil.example", None),
    ):
        headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        assert allowed.send("GET", ASK, headers=headers).headers.get("access-control-allow-origin") == granted
        sent = allowed.send("POST", "/sparql", "query=ASK%7B%7D", {**FORM, **headers})
        assert sent.status == (200 if granted else 403)
    assert "origin" in allowed.send("GET", ASK, headers=headers).headers["vary"].lower()


def test_cors_for_all(public: Running) -> None:
    """With --public every page may read, without credentials, and see the headers that matter."""
    headers = {"Host": "localhost", "Origin": "https://pages.example", "Sec-Fetch-Site": "cross-site"}
    reply = public.send("POST", "/sparql", "query=ASK%7B%7D", {**FORM, **headers})
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, "*")
    assert "access-control-allow-credentials" not in reply.headers
    assert "Begat-Truncated" in reply.headers["access-control-expose-headers"]
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    preflight = {
        **headers,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    assert public.send("OPTIONS", "/sparql", headers=preflight).status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_foreign_pages_send_nothing(small: Running, site: str) -> None:
    """A page of another origin can't make a browser post here; what a person follows is no such thing."""
    assert small.send("POST", "/sparql", "query=ASK%7B%7D", {**FORM, "Sec-Fetch-Site": site}).status == 403
    assert small.send("GET", ASK, headers={"Sec-Fetch-Site": site}).status == 200
    own = {**FORM, "Sec-Fetch-Site": "same-origin", "Origin": small.root}
    assert small.send("POST", "/sparql", "query=ASK%7B%7D", own).status == 200


def test_large_bodies(small: Running) -> None:
    """A body of more than 64 KiB is refused, declared or in chunks, and the server goes on."""
    large = "query=" + "x" * 65_536
    assert small.send("POST", "/sparql", large, FORM).status == 413
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    answer = raw(small, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 9 + b"0\r\n\r\n")
    assert b" 413 " in answer.splitlines()[0]
    assert small.get(ASK).status == 200


def test_a_long_query_fits_in_a_body_only(small: Running) -> None:
    """A query of the largest size comes by POST, and by GET if its encoding fits."""
    text = "ASK {} #" + "x" * (15 << 10)
    assert small.send("POST", "/sparql", text, {"Content-Type": "application/sparql-query"}).status == 200
    assert small.get(f"/sparql?query={quote(text)}").status == 200
    beyond = text + "x" * 1024
    assert small.send("POST", "/sparql", beyond, {"Content-Type": "application/sparql-query"}).status == 400


@pytest.mark.parametrize("start", [b"", b"GET /sparql HT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "])
def test_slow_heads(strict: Running, start: bytes) -> None:
    """A connection that does not finish the head of a request is closed."""
    assert raw(strict, start) == b""


def test_slow_heads_later(strict: Running) -> None:
    """So is one that begins a second request and does not finish it."""
    request = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert raw(strict, request + b"GET / HT").count(b"HTTP/1.1 200") == 1


def test_slow_bodies(strict: Running) -> None:
    """A body that does not come in time is answered with 408."""
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    kind = b"Content-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK"
    assert b" 408 " in raw(strict, head + kind).splitlines()[0]


def test_truncated_answers_say_so(strict: Running) -> None:
    """An answer that was cut says so in a header, and in JSON also in itself."""
    target = f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}"
    reply = strict.get(target)
    assert (reply.status, reply.headers["begat-truncated"]) == (200, "true")
    assert reply.json["truncated"] is True
    assert len(reply.json["results"]["bindings"]) == 3
    for kind in ("text/csv", "application/sparql-results+xml", "text/tab-separated-values"):
        assert strict.get(target, Accept=kind).headers["begat-truncated"] == "true"
    graph = strict.get(f"/sparql?query={quote('CONSTRUCT WHERE { ?s ?p ?o }')}")
    assert graph.headers["begat-truncated"] == "true"
    assert strict.get("/graphs?default").headers["begat-truncated"] == "true"


def test_late_queries(strict: Running) -> None:
    """A query at its time limit is answered with 504, the limit and when to ask again."""
    reply = strict.get(f"/sparql?query={quote(ENDLESS)}")
    assert reply.status == 504
    assert "0.5 s" in reply.json["error"]["what"]
    assert int(reply.headers["retry-after"]) > 0


def test_clients_that_leave(file_served: Served) -> None:
    """When a client leaves, its query is cancelled and its worker serves others at once."""
    one = Limits(fast_workers=1, fast_seconds=0.1, slow_workers=1, slow_seconds=20)
    with running(file_served, Settings(one)) as server:
        target = f"/sparql?query={quote(ENDLESS)}"
        request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(request)
                wait(lambda: server.service.pool.state()["slow_running"] == 1)
            wait(lambda: server.service.pool.state()["slow_running"] == 0)
        wait(lambda: server.service.counts.requests["/sparql", 499] == 5)
        assert server.get(ASK).status == 200


def wait(condition: object, seconds: float = 10) -> None:
    """Wait until something holds; far below the 20 s that the query would have."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_shares_of_clients(file_served: Served) -> None:
    """Who made too many errors gets 429; a trusted proxy's clients have a share each."""
    with running(file_served, Settings(Limits(errors_per_minute=3), trust_proxy=True)) as server:
        first, second = ({"X-Forwarded-For": f"203.0.113.{n}"} for n in (1, 2))
        replies = [server.send("GET", "/sparql?query=x", headers=first) for _ in range(5)]
        assert [reply.status for reply in replies] == [400, 400, 400, 429, 429]
        assert int(replies[-1].headers["retry-after"]) > 0
        assert server.send("GET", ASK, headers=second).status == 200


def test_programs_of_this_machine(file_served: Served) -> None:
    """On loopback a connection that made too many errors gets 429, and all others are answered."""
    with running(file_served, Settings(Limits(errors_per_minute=3))) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        statuses = []
        for _ in range(5):
            connection.request("GET", "/sparql?query=x")
            reply = connection.getresponse()
            reply.read()
            statuses.append(reply.status)
        assert statuses == [400, 400, 400, 429, 429]
        assert server.send("GET", ASK).status == 200
        connection.close()


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "name"),
    [
        ("203.0.113.7", "", False, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", False, "203.0.113.7"),
        ("127.0.0.1", "", False, "127.0.0.1 5000"),
        ("127.0.0.1", "", True, "127.0.0.1 5000"),
        ("::1", "", False, ":: 5000"),
        ("::ffff:127.0.0.1", "", False, "127.0.0.1 5000"),
        ("::ffff:203.0.113.7", "", False, "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::"),
        ("127.0.0.1", "10.0.0.1, 203.0.113.9", True, "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", True, "127.0.0.1"),
        ("127.0.0.1", "who knows", True, ""),
    ],
)
def test_names_of_clients(peer: str, forwarded: str, trusted: bool, name: str) -> None:
    """A share belongs to an address, on loopback to a connection; only a trusted proxy says otherwise."""
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope = {"type": "http", "client": (peer, 5000), "headers": headers}
    assert client(scope, Settings(trust_proxy=trusted)) == name


def test_calls_that_take_long(whole: Running) -> None:
    """A call of the registry that takes longer than allowed is answered with 503, and the server goes on."""
    with running(whole.service.served, replace(SHORT, call_seconds=0.01)) as server:
        reply = server.get("/api/rank")
        assert (reply.status, reply.json["error"]["code"]) == (503, "http-503")
        assert int(reply.headers["retry-after"]) > 0
        assert server.get("/health").status == 200


def test_calls_of_one_client(whole: Running) -> None:
    """Who has two calls running gets 429 for a third, and others are answered meanwhile."""
    settings = Settings(Limits(running_per_client=2), trust_proxy=True)
    with running(whole.service.served, settings) as server, ThreadPoolExecutor(8) as threads:
        slow = [
            threads.submit(
                server.send, "GET", "/api/rank?draws=200", None, {"X-Forwarded-For": "203.0.113.1"}
            )
            for _ in range(6)
        ]
        wait(lambda: server.service.counts.requests["/api/rank", 429] > 0)
        other = server.send("GET", "/api/stats", headers={"X-Forwarded-For": "203.0.113.2"})
        assert other.status == 200
        found = [future.result().status for future in slow]
    assert set(found) == {200, 429}


def large() -> str:
    """Return a query whose answer has about 5 MB."""
    numbers = " ".join(map(str, range(72)))
    values = f'VALUES ?text {{ "{"x" * 1_000}" }} VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }}'
    return f"/sparql?{urlencode({'query': f'SELECT ?text {{ {values} }}', 'format': 'csv'})}"


def test_who_takes_nothing_is_left(file_served: Served) -> None:
    """An answer that nobody takes is thrown away and its connection closed; one that is taken is whole."""
    with running(file_served, Settings(patience=1), buffer=65_536) as server:
        assert server.get(large()).body.count(b"x" * 1_000) == 72 * 72
        wait(lambda: server.service.counts.sending == 0)
        with socket.socket() as idle:
            idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            idle.connect(("127.0.0.1", server.port))
            idle.sendall(f"GET {large()} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            wait(lambda: server.service.counts.sending > 0)
            wait(lambda: server.service.counts.sending == 0)
            taken = 0
            while part := idle.recv(65_536):
                taken += len(part)
            assert taken < 1_000_000
        assert server.get(ASK).status == 200


def test_large_answers_have_a_bound_together(file_served: Served) -> None:
    """Beyond the bytes kept for answers on their way a large one is postponed, and a small one is sent."""
    with running(file_served, Settings(sending=4 << 20)) as server:
        reply = server.get(large())
        assert (reply.status, reply.json["error"]["code"]) == (503, "busy")
        assert int(reply.headers["retry-after"]) > 0
        assert server.get(ASK).status == 200


def test_a_fault_of_the_server(file_served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """A fault that nobody foresaw is answered with all headers and nothing of what it was; the log has it."""
    with running(file_served) as server:
        server.service.served = replace(file_served, graphs={"": "no number"})  # type: ignore[dict-item]
        reply = server.get("/sparql")
        assert (reply.status, reply.json["error"]["what"]) == (500, "the server failed")
        assert {name: reply.headers.get(name) for name in EVERY} == EVERY
        assert server.get(ASK).status == 200
    assert b"TypeError" not in reply.body
    assert any(record.exc_info and record.exc_info[0] is TypeError for record in caplog.records)
    assert server.service.counts.requests["/sparql", 500] == 1


def test_metrics(file_served: Served) -> None:
    """Requests are counted by declared route and status, never by what was asked."""
    with running(file_served) as server:
        server.get(ASK)
        server.get("/sparql?query=x")
        server.get('/secret"name')
        lines = server.get("/metrics").body.decode().splitlines()
    assert 'begat_http_requests_total{route="/sparql",status="200"} 1' in lines
    assert 'begat_http_requests_total{route="/sparql",status="400"} 1' in lines
    assert 'begat_http_requests_total{route="other",status="404"} 1' in lines
    assert "begat_pool_answers 1" in lines
    assert not any("secret" in line for line in lines)


def test_log(file_served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """A line of the log has no query, no whole address, and nothing that a terminal obeys."""
    caplog.set_level(logging.INFO, "begat.server")
    with running(file_served) as server:
        server.get(f"/sparql?query={quote('ASK { <x:secret> ?p ?o }')}")
        server.get(f"/{quote(chr(27))}[31m{quote(chr(0x202E))}")
    text = "\n".join(record.getMessage() for record in caplog.records)
    assert "GET /sparql 200" in text
    assert "127.0.0.0" in text
    assert "127.0.0.1" not in text
    assert "secret" not in text
    assert text.replace("\n", "").isprintable()


def test_nothing_is_sent_elsewhere(small: Running) -> None:
    """No address leads a browser to another one."""
    for target in (
        "//evil.example",
        "/\\evil.example",
        "/sparql/",
        "/%2f%2fevil.example",
        "/sparql//evil.example",
    ):
        reply = small.get(target)
        assert reply.status == 404
        assert "location" not in reply.headers
        assert b"evil" not in reply.body


def test_errors_quote_only_in_inert_types(small: Running) -> None:
    """What an error repeats of a request comes in a type that no browser runs, without control characters."""
    hostile = "SELECT <script>alert(1)</script>\x1b[31m\u202e"
    for accept in ("*/*", "text/html", "text/plain"):
        reply = small.get("/sparql?" + urlencode({"query": hostile, "format": "json"}), Accept=accept)
        assert reply.kind in ("application/json", "text/plain")
        assert b"\x1b" not in reply.body
        assert b"\\u001b" not in reply.body
        assert "\u202e" not in reply.body.decode()
