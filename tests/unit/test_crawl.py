"""The parts of a crawl: inflating, reading JSON, pace, waits, journal, and the walk itself."""

import gzip
import itertools
import json
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.loopback import NOW, Clock, Hub, Reply, hub

from begat.crawl import Crawl, Page, Rate
from begat.crawl.client import Client, Limits, origin_of
from begat.crawl.journal import Entry, Journal
from begat.crawl.pace import Pace, asked_wait
from begat.crawl.strict import TooLarge, inflated, read_json
from begat.errors import InputError, SourceError

JSON = {"Content-Type": "application/json"}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def pieces(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    """Cut bytes at some places."""
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return (data[start:end] for start, end in itertools.pairwise(places))


@given(st.binary(max_size=5000), st.lists(st.integers(min_value=0), max_size=8))
def test_inflating_in_pieces_is_inflating(content: bytes, cuts: list[int]) -> None:
    """However the bytes arrive, the content is what gzip makes of them whole."""
    packed = gzip.compress(content, mtime=0)
    assert inflated(pieces(packed, cuts), "gzip") == gzip.decompress(packed) == content
    assert inflated(pieces(content, cuts), "") == content


@given(st.binary(min_size=1, max_size=200), st.data())
def test_no_part_of_a_gzip_passes_for_it(content: bytes, data: st.DataObject) -> None:
    """A gzip that is cut short, or goes on, is refused."""
    packed = gzip.compress(content, mtime=0)
    end = data.draw(st.integers(1, len(packed) - 1))
    for bad in (packed[:end], packed + packed[:end]):
        with pytest.raises(ValueError, match="gzip"):
            inflated([bad], "gzip")


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_the_bound_is_exact(encoding: str) -> None:
    """Content of the largest size passes, a byte more does not."""
    for size in (999, 1000, 1001):
        content = gzip.compress(bytes(size)) if encoding else bytes(size)
        if size <= 1000:
            assert len(inflated([content], encoding, most=1000)) == size
        else:
            with pytest.raises(TooLarge, match="larger than 1,000 bytes"):
                inflated([content], encoding, most=1000)


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_other_encodings_are_refused(encoding: str) -> None:
    """What was not asked for is not inflated."""
    with pytest.raises(TooLarge, match="was not asked for"):
        inflated([b"x"], encoding)


@given(VALUES)
def test_strict_json_reads_what_json_writes(value: Any) -> None:
    """Whatever JSON can say is read as `json` reads it."""
    text = json.dumps(value).encode()
    assert read_json(text) == json.loads(text)


@pytest.mark.parametrize(
    "body",
    [b"NaN", b"[Infinity]", b'{"a": 1, "a": 2}', b'[{"b": {"a": 1, "c": 2, "a": 3}}]', b"\xff", b"", b"["],
)
def test_strict_json_refuses(body: bytes) -> None:
    """What JSON forbids, or leaves open, is an error."""
    with pytest.raises(ValueError):  # noqa: PT011 - each with the message of whoever found it
        read_json(body)


@given(
    st.integers(1, 40),
    st.floats(0.5, 50),
    st.lists(st.floats(0, 10), max_size=120),
    st.lists(st.floats(0, 50)),
)
def test_no_window_holds_more_than_nine_tenths(
    requests: int, seconds: float, pauses: list[float], ages: list[float]
) -> None:
    """In every window of the rate's length lie at most nine tenths of its requests, earlier ones included."""
    clock, most = Clock(), max(1, int(requests * 0.9))
    pace = Pace(Rate(requests, seconds), clock=clock, sleep=clock.sleep, longest=1e9)
    earlier = sorted(ages)[:most]
    pace.remember(earlier)
    times = sorted(clock.now - age for age in earlier)
    for pause in pauses:
        clock.now += pause
        pace.start()
        times.append(clock.now)
    for place, moment in enumerate(times[len(earlier) :], len(earlier)):
        inside = [other for other in times[: place + 1] if other > moment - seconds * (1 - 1e-9)]
        assert len(inside) <= most


def test_a_free_window_is_not_waited_for() -> None:
    """Below the rate nothing waits; the first request beyond it waits for the rest of the window."""
    clock = Clock()
    pace = Pace(Rate(10, 60.0), clock=clock, sleep=clock.sleep)
    for _ in range(9):
        pace.start()
    assert clock.waits == []
    pace.start()
    assert clock.waits == [60.0]


def test_headers_replace_the_rate() -> None:
    """A policy in the headers is obeyed in the place of the declared rate; a used-up window is waited for."""
    clock = Clock()
    pace = Pace(Rate(1000, 1.0), clock=clock, sleep=clock.sleep)
    pace.heed({"ratelimit-policy": '"fixed window";"api";q=20;w=300', "ratelimit": '"api";r=2;t=55'})
    assert pace.rate == Rate(20, 300.0)
    pace.start()
    assert clock.waits == [56.0]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "120"}, 120),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": format_datetime(NOW, usegmt=True), "date": format_datetime(NOW, usegmt=True)}, 0),
        ({"ratelimit": '"api";r=0;t=55'}, 56),
        ({"ratelimit": '"api";r=1;t=55'}, None),
        ({"ratelimit": '"api";r=0'}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}, 31),
        (
            {
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": str(int(NOW.timestamp()) + 90),
                "date": format_datetime(NOW, usegmt=True),
            },
            91,
        ),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "²"}, None),
    ],
)
def test_waits_in_every_spelling(headers: dict[str, str], wait: float | None) -> None:
    """Seconds, dates after the answer's own, and used-up windows in both families of headers."""
    assert asked_wait(headers) == wait


@given(st.dictionaries(st.sampled_from(["retry-after", "ratelimit", "ratelimit-policy", "date"]), st.text()))
def test_no_header_breaks_the_pace(headers: dict[str, str]) -> None:
    """Whatever stands in the headers, there is a wait or none, and a rate."""
    clock = Clock()
    pace = Pace(Rate(10, 1.0), clock=clock, sleep=clock.sleep)
    pace.heed(headers)
    assert pace.rate.requests >= 1
    assert (asked_wait(headers) or 0) >= 0


@pytest.mark.parametrize(
    "address",
    ["", "huggingface.co", "ftp://a.b", "https://", "https://user@a.b", "https://a.b:x", "//a.b", "file:///"],
)
def test_what_is_no_origin(address: str) -> None:
    """Only http and https with a host and without a user are origins."""
    with pytest.raises(InputError, match="no origin"):
        origin_of(address)


@pytest.fixture
def served() -> Iterator[Callable[[Callable[[str], Reply]], Client]]:
    """Return a function that makes a client of a server, given as a function from path to answer."""
    with hub(Hub()) as this:
        clock = Clock()
        with Client(this.origin, clock=clock, sleep=clock.sleep, limits=Limits(retries=1)) as client:

            def serve(answer: Callable[[str], Reply]) -> Client:
                this.answer = answer  # type: ignore[method-assign]
                client.asked = this.requests  # type: ignore[attr-defined]
                return client

            yield serve


def paths(client: Client) -> list[str]:
    """Return what a client's server was asked for."""
    return [path for _, path in client.asked]  # type: ignore[attr-defined]


Served = Callable[[Callable[[str], Reply]], Client]


def content(text: str, **headers: str) -> Reply:
    """Return a JSON answer."""
    return Reply(200, {**JSON, **headers}, text.encode())


def test_an_answer_is_kept_before_the_next_is_asked(served: Served, tmp_path: Path) -> None:
    """While the second page is asked for, the first lies in its file, byte for byte."""
    seen: list[bytes] = []

    def answer(path: str) -> Reply:
        seen.extend(gzip.decompress(file.read_bytes()) for file in tmp_path.glob("things/*.json.gz"))
        return content(f'{{"path": "{path}"}}')

    crawl = Crawl(tmp_path, served(answer))
    for path in ("/a", "/b"):
        crawl.page("things", path)
    assert seen == [b'{"path": "/a"}']


def test_the_same_is_not_asked_for_twice(served: Served, tmp_path: Path) -> None:
    """A second crawl over the folder gets the same pages without a request; absent things stay absent."""
    client = served(lambda path: Reply(404) if path == "/b" else content(f'"{path}"', Link="<x>", ETag="1"))

    def walk() -> list[Page | None]:
        crawl = Crawl(tmp_path, client)
        pages = [
            crawl.page("things", "/a"),
            crawl.page("things", "/b"),
            crawl.page("things", "/c", {"q": [1, 2]}),
        ]
        return [*pages, crawl.page("things", "/c", body={"b": 1, "a": 2})]

    first, second = walk(), walk()
    assert first == second
    assert first[1] is None
    assert paths(client) == ["/a", "/b", "/c?q=1&q=2", "/c"]
    files = sorted(path.name for path in (tmp_path / "things").iterdir())
    assert files == ["000001.json.gz", "000002.json.gz", "000003.json.gz"]


def test_what_failed_is_asked_for_again_and_keeps_its_place(served: Served, tmp_path: Path) -> None:
    """A page without an answer is None and noted; the next crawl asks for it alone, under its number."""
    down = {"/b"}
    client = served(lambda path: Reply(500) if path in down else content(f'"{path}"'))

    def walk() -> tuple[list[str | None], int]:
        crawl = Crawl(tmp_path, client)
        pages = [crawl.page("things", path) for path in ("/a", "/b", "/c")]
        return [page and page.json() for page in pages], len(crawl.journal.entries("failed"))

    assert walk() == (["/a", None, "/c"], 1)
    down.clear()
    assert walk() == (["/a", "/b", "/c"], 0)
    assert paths(client) == ["/a", "/b", "/b", "/c", "/b"]
    kept = [json.loads(gzip.decompress(path.read_bytes())) for path in sorted(tmp_path.glob("things/*"))]
    assert kept == ["/a", "/b", "/c"]


@pytest.mark.parametrize("status", [404, 410, 451])
def test_no_such_thing(served: Served, tmp_path: Path, status: int) -> None:
    """Statuses that say that there is no such thing give None, and nothing counts as failed."""
    crawl = Crawl(tmp_path, served(lambda _: Reply(status)))
    assert crawl.page("things", "/a") is None
    assert [entry.status for entry in crawl.journal.entries("absent")] == [status]
    assert crawl.journal.entries("failed") == []


def test_a_list_that_is_longer_than_expected(served: Served, tmp_path: Path) -> None:
    """A list ends with an error at half as many pages again as were expected."""
    crawl = Crawl(tmp_path, served(lambda path: content(f'"{path}"')))
    numbers = iter(range(100))
    with pytest.raises(SourceError, match="has no end"):
        list(crawl.pages("things", "/a", then=lambda _: {"page": next(numbers)}, expected=4))
    assert len(paths(crawl.client)) == 7


def test_a_limit_of_requests(served: Served, tmp_path: Path) -> None:
    """Beyond the limit nothing is asked, and what was left out is counted; kept answers are free."""
    client = served(lambda path: content(f'"{path}"'))
    for _ in range(2):
        crawl = Crawl(tmp_path, client, limit=2)
        pages = [crawl.page("things", f"/{number}") for number in range(5)]
    assert [page is not None for page in pages] == [True, True, True, True, False]
    assert crawl.left_out == 1


def test_html_where_it_is_asked_for(served: Served, tmp_path: Path) -> None:
    """A page of HTML is kept as such when that was asked for, and JSON is then refused."""
    crawl = Crawl(tmp_path, served(lambda _: Reply(200, {"Content-Type": "text/html"}, b"<p>")))
    page = crawl.page("things", "/a", form="html")
    assert page is not None
    assert page.body == b"<p>"
    assert (tmp_path / "things" / "000001.html.gz").is_file()
    assert crawl.page("things", "/b") is None


def test_a_redirect_on_the_same_origin_is_noted(served: Served, tmp_path: Path) -> None:
    """Where the platform sent us instead stands in the page and, read again, in the kept one."""
    client = served(lambda path: Reply(307, {"Location": "/new?x=1"}) if path == "/old" else content("1"))
    pages = [Crawl(tmp_path, client).page("things", "/old") for _ in range(2)]
    assert [page and page.moved for page in pages] == ["/new?x=1", "/new?x=1"]


def test_a_post_is_not_redirected(served: Served, tmp_path: Path) -> None:
    """What was sent to one address is not sent to another."""
    client = served(lambda path: Reply(308, {"Location": "/new"}) if path == "/old" else content("1"))
    assert Crawl(tmp_path, client).page("things", "/old", body={}) is None
    assert paths(client) == ["/old"]


def test_cookies_are_not_kept(served: Served, tmp_path: Path) -> None:
    """A cookie that a platform sets is not sent back."""
    client = served(lambda _: content("1", **{"Set-Cookie": "a=b"}))
    crawl = Crawl(tmp_path, client)
    crawl.page("things", "/a")
    assert list(client._exchange._http.cookies.jar) == []


def test_journal_writes_over_and_keeps_order(tmp_path: Path) -> None:
    """A later note on a request takes the place of the earlier one; all fields come back."""
    journal = Journal(tmp_path)
    first = Entry("k", "things", "GET /a", "failed", 500, reason="x", at=1.5, tries=6)
    journal.write(first)
    assert Journal(tmp_path).entries("failed") == [first]
    second = first._replace(outcome="kept", headers={"link": "<y>"}, moved="/b", sha256="0", file="f")
    journal.write(second)
    assert (journal.entries("failed"), journal.find("k"), journal.find("l")) == ([], second, None)


def test_requests_of_a_run_that_was_broken_off_count(served: Served, tmp_path: Path) -> None:
    """A new client over the folder of an earlier crawl waits as if it had made its requests."""
    first = served(lambda _: content("1"))
    crawl = Crawl(tmp_path, first)
    for number in range(9):
        crawl.page("things", f"/{number}")
    clock = Clock()
    with Client(first.origin, rate=Rate(10, 300.0), clock=clock, sleep=clock.sleep) as second:
        Crawl(tmp_path, second).page("things", "/9")
    assert len(clock.waits) == 1
    assert 200 < clock.waits[0] <= 300


def test_what_a_kill_left_half_written_is_removed(served: Served, tmp_path: Path) -> None:
    """A file that was being written when the crawl was killed is no answer, and does not stay among them."""
    client = served(lambda _: content("1"))
    Crawl(tmp_path, client).page("things", "/a")
    (tmp_path / "things" / ".000002.json.gz.k1ll3d").write_bytes(b"")
    Crawl(tmp_path, client)
    assert [path.name for path in (tmp_path / "things").iterdir()] == ["000001.json.gz"]
