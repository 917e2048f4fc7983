"""A server that fails, lies or asks who is there: every fault is an error of ours, and no secret gets out."""

import base64
import io
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from threading import Event
from traceback import walk_tb

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli import begat
from tests.remote.pretend import EMPTY, RESULTS, Pretended, Reply, Request, pretended

from begat.crawl.exchange import Limits
from begat.errors import InputError, StoreError
from begat.query.run import run_text
from begat.store.backend.credentials import credentials
from begat.store.backend.endpoint import Endpoint
from begat.store.backend.load import FACTS, batches
from begat.store.backend.remote import Remote

YES = b'{"head": {}, "boolean": true}'
ROWS = b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "literal", "value": "x"}}]}}'
SELECT = "SELECT ?s { ?s ?p 'asked' }"
SECRET = "xyzzy-secret"


def answering(reply: Reply) -> Callable[[Request], Reply]:
    """Answer one query so, and well all that begat asks besides."""

    def answer(request: Request) -> Reply:
        if b"asked" in request.body:
            return reply
        return Reply(YES if b"ASK" in request.body else EMPTY)

    return answer


def ask(server: Pretended, query: str = SELECT, waits: list[float] | None = None, **limits: float) -> object:
    """Ask a server through begat."""
    slept = waits if waits is not None else []
    bounds = Limits(retries=2, wait=60)._replace(**limits)
    with closing(Endpoint(server.url, {}, limits=bounds, sleep=slept.append)) as endpoint:
        return run_text(Remote(endpoint), query).rows


def test_a_good_answer() -> None:
    """A server without a mark of begat is asked as it is."""
    with pretended(answering(Reply(ROWS))) as server:
        assert ask(server) == [{"s": "x"}]
        assert all(request.headers["user-agent"].startswith("begat/") for request in server.requests)


HTML = {"Content-Type": "text/html"}
TRIPLES = {"Content-Type": "application/n-triples"}
FAULTS: Mapping[str, tuple[Reply, str]] = {
    "an error after the answer": (
        Reply(ROWS + b"\nerror: time is up"),
        "breaks off, or something else is in it",
    ),
    "an answer without its end": (Reply(ROWS[:-1]), "breaks off, or something else is in it"),
    "a connection that ends": (Reply(ROWS, cut_at=40), "the transfer broke off"),
    "half a character": (Reply(ROWS.replace(b'"x"', b'"\xc3"')), "breaks off, or something else is in it"),
    "an address that is none": (
        Reply(ROWS.replace(b'"literal"', b'"uri"')),
        "breaks off, or something else is in it",
    ),
    "no results": (Reply(b"{}"), "breaks off, or something else is in it"),
    "a page": (Reply(b"<html>", headers=HTML), "its type is 'text/html'"),
    "triples": (Reply(b"", headers=TRIPLES), "its type is 'application/n-triples'"),
    "a part, as Virtuoso says it": (
        Reply(ROWS, headers={"Content-Type": RESULTS, "X-SQL-State": "S1TAT"}),
        "only a part",
    ),
    "rows up to a limit": (
        Reply(ROWS, headers={"Content-Type": RESULTS, "X-SPARQL-MaxRows": "1"}),
        "cuts answers off after 1 rows, and this one has 1",
    ),
    "an error": (Reply(b"out of memory", 500), "status 500: out of memory"),
    "its time limit": (Reply(b"", 504), "status 504"),
    "too busy": (Reply(b"", 503), "status 503"),
    "nobody there": (Reply(b"", 404), "status 404"),
    "not allowed": (Reply(b"", 403), "status 403"),
    "elsewhere": (Reply(b"", 307, {"Location": "http://127.0.0.1:9/"}), "status 307"),
    "a bomb": (Reply(b"x" * 5000), "larger than 4,000 bytes"),
}


@pytest.mark.parametrize(("reply", "what"), FAULTS.values(), ids=FAULTS)
def test_no_fault_looks_like_an_answer(reply: Reply, what: str) -> None:
    """Whatever is wrong with an answer is an error that says so, with the address."""
    with pretended(answering(reply)) as server, pytest.raises(StoreError, match=what) as caught:
        ask(server, size=4_000)
    assert server.url in str(caught.value)


def test_an_error_may_end_in_another_thread() -> None:
    """An error holds no rows of the engine: only the thread that read them may let go of them."""
    reply, what = FAULTS["an address that is none"]
    with pretended(answering(reply)) as server, pytest.raises(StoreError, match=what) as caught:
        ask(server)
    assert caught.value.__cause__ is not None
    frames = [frame for frame, _ in walk_tb(caught.value.__cause__.__traceback__)]
    assert "result_of" in {frame.f_code.co_name for frame in frames}
    held = [value for frame in frames for value in frame.f_locals.values()]
    assert not any(isinstance(value, ox.QuerySolutions) for value in held)


def test_broken_triples() -> None:
    """A graph that ends in the middle is an error."""
    with (
        pretended(answering(Reply(b"<x:a> <x:b> ", headers=TRIPLES))) as server,
        pytest.raises(StoreError, match="breaks off"),
    ):
        ask(server, "CONSTRUCT { ?s ?p 'asked' } WHERE { ?s ?p 'asked' }")


@pytest.mark.parametrize(("status", "times"), [(503, 3), (429, 3), (502, 3), (500, 1), (504, 1), (400, 1)])
def test_only_what_may_pass_is_asked_again(status: int, times: int) -> None:
    """A busy server is asked again after the wait that it wants; an error or a time limit is an answer."""
    waits: list[float] = []
    reply = Reply(b"", status, {"Retry-After": "7"})
    with pretended(answering(reply)) as server, pytest.raises((StoreError, InputError)):
        ask(server, waits=waits)
    assert sum(b"asked" in request.body for request in server.requests) == times
    assert waits == [7.0] * (times - 1)


def test_a_pause_that_is_too_long() -> None:
    """A server that wants an hour is left alone."""
    reply = Reply(b"", 503, {"Retry-After": "3600"})
    with pretended(answering(reply)) as server, pytest.raises(StoreError, match="a pause of 3,600 s"):
        ask(server)


def test_a_slow_server() -> None:
    """An answer that does not come in time is an error, and is not asked for again."""
    never = Event()

    def answer(request: Request) -> Reply:
        if b"asked" in request.body:
            never.wait(5)
        return answering(Reply(ROWS))(request)

    with pretended(answer) as server:
        with pytest.raises(StoreError, match="it takes too long"):
            ask(server, read=0.2)
        never.set()
    assert sum(b"asked" in request.body for request in server.requests) == 1


def test_a_store_that_does_not_say_what_it_is() -> None:
    """Where updates go is never guessed."""
    with pretended(answering(Reply())) as server, closing(Endpoint(server.url, {})) as endpoint:
        with pytest.raises(StoreError, match="BEGAT_STORE_UPDATE"):
            endpoint.update("CLEAR ALL")
        assert all(request.path == "/query" for request in server.requests)


# ----- credentials -----------------------------------------------------------------------------


def guarded(scheme: str) -> Callable[[Request], Reply]:
    """Answer only who says who he is."""

    def answer(request: Request) -> Reply:
        if "authorization" in request.headers:
            return Reply(ROWS)
        return Reply(b"who?", 401, {"WWW-Authenticate": f'{scheme} realm="r", nonce="n", qop="auth"'})

    return answer


PAIR = {"BEGAT_STORE_USER": "ann", "BEGAT_STORE_PASSWORD": SECRET}
TOKEN = {"BEGAT_STORE_TOKEN": SECRET}


@pytest.mark.parametrize(
    ("environ", "scheme", "sent"),
    [
        (PAIR, "Basic", "Basic " + base64.b64encode(f"ann:{SECRET}".encode()).decode()),
        (PAIR, "Digest", 'Digest username="ann"'),
        (TOKEN, "Bearer", f"Bearer {SECRET}"),
    ],
)
def test_credentials_go_to_who_asks(environ: dict[str, str], scheme: str, sent: str) -> None:
    """User and password are sent when asked for, a token always; digest never sends the password."""
    with pretended(guarded(scheme)) as server, closing(Endpoint(server.url, environ)) as endpoint:
        for _ in range(2):
            assert endpoint.query(SELECT, RESULTS).body == ROWS
        headers = [request.headers.get("authorization", "") for request in server.requests]
        assert headers[-1].startswith(sent)
        assert len(headers) == (2 if environ is TOKEN else 3)
        assert scheme != "Digest" or not any(SECRET in header for header in headers)


@pytest.mark.parametrize("environ", [PAIR, TOKEN])
def test_no_secret_is_in_a_message(environ: dict[str, str]) -> None:
    """A server that sends a secret back does not get it into an error."""
    reply = Reply(f"bad password {SECRET}".encode(), 500)
    with pretended(lambda _: reply) as server, closing(Endpoint(server.url, environ)) as endpoint:
        with pytest.raises(StoreError, match="bad password") as caught:
            endpoint.query(SELECT, RESULTS)
        assert SECRET not in f"{caught.value} {caught.value.__cause__!r} {credentials(environ)!r}"


@pytest.mark.parametrize(
    "environ",
    [
        PAIR | TOKEN,
        {"BEGAT_STORE_USER": "ann"},
        {"BEGAT_STORE_PASSWORD": SECRET},
        {"BEGAT_STORE_TOKEN": f"{SECRET}\n"},
        {"BEGAT_STORE_TOKEN": f"{SECRET} x"},
        {"BEGAT_STORE_USER": "a:b", "BEGAT_STORE_PASSWORD": SECRET},
    ],
)
def test_wrong_credentials(environ: dict[str, str]) -> None:
    """What can't be credentials is an error that does not repeat them."""
    with pytest.raises(InputError) as caught:
        Endpoint("http://127.0.0.1:9/query", environ)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"http://ann:{SECRET}@127.0.0.1:9/query",
        f"http://127.0.0.1:9/query?key={SECRET}",
        f"http://127.0.0.1:9/query#{SECRET}",
        f"file:///{SECRET}",
        SECRET,
    ],
)
def test_an_address_with_a_secret(url: str, tmp_path: Path) -> None:
    """An address that is none, or carries more, is an error that does not repeat it, in the shell too."""
    with pytest.raises(InputError) as caught:
        Endpoint(url, {})
    assert SECRET not in str(caught.value)
    for command in (["query", "ancestors", "-p", "model=a/b"], ["build"]):
        done = begat(*command, "--store", url, home=tmp_path)
        assert done.code == 2
        assert SECRET not in done.out + done.err


def test_credentials_stay_at_their_origin() -> None:
    """An update address of another origin is refused before anything is sent."""
    with pytest.raises(InputError, match="another origin"):
        Endpoint("http://127.0.0.1:9/query", PAIR | {"BEGAT_STORE_UPDATE": "http://127.0.0.1:10/update"})


# ----- batches ---------------------------------------------------------------------------------

names = st.text("abc/#?=&%", min_size=1, max_size=4).map(lambda text: f"<http://example.org/{text}>")
things = names | st.text("ab \\n{}.<>_:", max_size=8).map(lambda text: f'"{text.replace(chr(92), "")}"')
graphs = st.sampled_from(["", " <https://w3id.org/begat/g/a/b/current>", " <https://w3id.org/begat/g/meta>"])


@given(
    rows=st.lists(st.tuples(names, names, things, graphs), max_size=30),
    size=st.integers(1, 7),
    pieces=st.integers(1, 4),
)
def test_batches_hold_every_statement(rows: list[tuple[str, ...]], size: int, pieces: int) -> None:
    """Every line comes once, in its graph; no batch is too large."""
    lines = [f"{s} {p} {o}{g} .\n" for s, p, o, g in rows]
    text = [
        (io.BytesIO("".join(part := lines[i::pieces]).encode()).getvalue(), len(part)) for i in range(pieces)
    ]
    found = []
    for graph, triples in batches(text, size):
        assert 0 < len(triples) <= size
        found += [(graph, triple.decode()) for triple in triples]
    expected = [(g.strip(" <>") or FACTS, f"{s} {p} {o} .\n") for s, p, o, g in rows]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"<x:a> <x:b> <x:c> <http://example.org/g> .\n", "a graph that is not begat's"),
        (
            b"<x:a> <x:b> <x:c> <https://w3id.org/begat/g/begat/load/current> .\n",
            "a graph that is not begat's",
        ),
        (b"<x:a> <x:b> .\n", "1 of 1 lines are no N-Quads"),
    ],
)
def test_what_is_not_begats_is_not_sent(line: bytes, what: str) -> None:
    """A line that is no quad, or of a graph that others may have, is an error."""
    with pytest.raises(StoreError, match=what):
        list(batches([(line, 1)], 10))
