"""Downloads from a server on this machine that breaks off, lies about lengths, redirects and stalls."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.fileserver import CONTENT, ETAG, MODIFIED, Handler, Hub, serving

from begat.crawl.download import Download, Limits, download, following
from begat.errors import InputError, SourceError

QUICK = Limits(pause_seconds=0.01, longest_pause_seconds=0.05, seconds=20, attempts=3)
TOKEN = "not-a-real-token-0123456789"


def get(hub: Hub, folder: Path, path: str = "/a/models.parquet", **options: Any) -> Download:
    """Download from a server of this test."""
    return download(hub.address + path, folder, **{"limits": QUICK, **options})


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Return a server that runs for one test."""
    yield from serving()


@pytest.fixture
def other() -> Iterator[Hub]:
    """Return a second server, at another origin."""
    yield from serving()


def files(folder: Path) -> list[str]:
    """Return the names of all files that do not begin with a dot."""
    return sorted(item.name for item in folder.rglob("*") if item.is_file() and item.name[0] != ".")


def test_a_file_arrives_with_its_facts(hub: Hub, tmp_path: Path) -> None:
    """The bytes, their hash, the time of the file, and an address without its secrets."""
    hub.answer = lambda handler: handler.serve()
    steps: list[tuple[int, int | None]] = []
    found = get(
        hub, tmp_path, "/a/models.parquet?signature=secret", progress=lambda *step: steps.append(step)
    )
    assert found.path.read_bytes() == CONTENT
    assert found.path.name == "models.parquet"
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert found.locator == f"{hub.address}/a/models.parquet"
    assert int(found.path.stat().st_mtime) == MODIFIED
    assert steps[-1] == (len(CONTENT), len(CONTENT))
    assert "secret" not in "".join(path.read_text("latin-1") for path in tmp_path.rglob(".facts.json"))


def test_the_same_file_is_not_sent_twice(hub: Hub, tmp_path: Path) -> None:
    """A file that has not changed is asked for with its ETag and kept; a changed one replaces it."""
    hub.answer = lambda handler: handler.serve()
    first = get(hub, tmp_path)
    assert get(hub, tmp_path) == first
    assert hub.seen[-1]["if-none-match"] == ETAG
    hub.answer = lambda handler: handler.serve(b"new", etag='"two"')
    assert get(hub, tmp_path).path.read_bytes() == b"new"


def test_a_kept_file_that_was_changed_here_is_fetched_again(hub: Hub, tmp_path: Path) -> None:
    """What lies there is only kept while its hash is the recorded one."""
    hub.answer = lambda handler: handler.serve()
    get(hub, tmp_path).path.write_bytes(b"broken")
    assert get(hub, tmp_path).path.read_bytes() == CONTENT


def test_broken_connections_are_continued_where_they_broke(hub: Hub, tmp_path: Path) -> None:
    """A server that cuts every answer short delivers the file in pieces, each asked for once."""
    hub.answer = lambda handler: handler.serve(cut=100_000)
    assert get(hub, tmp_path).path.read_bytes() == CONTENT
    assert [request.get("range") for request in hub.seen] == [
        None,
        *(f"bytes={start}-" for start in range(100_000, len(CONTENT), 100_000)),
    ]


def test_a_later_run_goes_on(hub: Hub, tmp_path: Path) -> None:
    """What one run left behind is where the next begins."""

    def once(handler: Handler) -> None:
        handler.serve(cut=300_000) if len(hub.seen) == 1 else handler.head(503, content_length=0)

    hub.answer = once
    with pytest.raises(SourceError, match=r"300,000 bytes are kept.* Run it again"):
        get(hub, tmp_path)
    hub.answer = lambda handler: handler.serve()
    assert get(hub, tmp_path).path.read_bytes() == CONTENT
    assert hub.seen[-1]["range"] == "bytes=300000-"


def test_a_file_that_changed_in_between_begins_anew(hub: Hub, tmp_path: Path) -> None:
    """A part of one version is never joined to a part of another."""
    new = CONTENT[::-1]

    def changing(handler: Handler) -> None:
        handler.serve(cut=300_000) if len(hub.seen) == 1 else handler.serve(new, etag='"two"')

    hub.answer = changing
    assert get(hub, tmp_path).path.read_bytes() == new


@pytest.mark.parametrize("lie", ["other start", "other etag", "no range", "out of range"])
def test_a_part_that_was_not_asked_for_is_not_joined(hub: Hub, tmp_path: Path, lie: str) -> None:
    """A server that sends another part, of another version, or names none, is asked again from the start."""
    size = len(CONTENT)

    def lying(handler: Handler) -> None:
        if len(hub.seen) != 2:
            handler.serve(cut=300_000 if len(hub.seen) == 1 else None)
        elif lie == "out of range":
            handler.head(416, content_length=0)
        else:
            start = 0 if lie == "other start" else 300_000
            extent = {} if lie == "no range" else {"content_range": f"bytes {start}-{size - 1}/{size}"}
            etag = '"two"' if lie == "other etag" else ETAG
            handler.head(206, content_length=size - start, etag=etag, **extent)
            handler.wfile.write(CONTENT[start:])

    hub.answer = lying
    assert get(hub, tmp_path).path.read_bytes() == CONTENT
    assert "range" not in hub.seen[-1]


def test_without_an_etag_a_broken_file_begins_anew(hub: Hub, tmp_path: Path) -> None:
    """Without a name for the version nothing is continued."""

    def nameless(handler: Handler) -> None:
        handler.head(200, content_length=len(CONTENT))
        handler.wfile.write(CONTENT[: 1000 if len(hub.seen) == 1 else None])

    hub.answer = nameless
    assert get(hub, tmp_path).path.read_bytes() == CONTENT
    assert not [request for request in hub.seen if "range" in request]


def test_a_file_above_the_limit_is_refused(hub: Hub, tmp_path: Path) -> None:
    """An announced size is refused before a byte; one that is not announced as soon as it is reached."""
    small = Limits(size_bytes=100_000, attempts=1)
    hub.answer = lambda handler: handler.serve()
    with pytest.raises(SourceError, match="larger than 100,000 bytes"):
        get(hub, tmp_path, limits=small)

    def endless(handler: Handler) -> None:
        handler.head(200)
        for _ in range(1000):
            handler.wfile.write(bytes(10_000))

    hub.answer = endless
    with pytest.raises(SourceError, match="larger than 100,000 bytes"):
        get(hub, tmp_path, "/endless", limits=small)
    assert files(tmp_path) == []


def test_a_server_that_drips_meets_the_time_limit(hub: Hub, tmp_path: Path) -> None:
    """Bytes that come one by one do not keep a download alive beyond its time."""

    def dripping(handler: Handler) -> None:
        handler.head(200, etag=ETAG, content_length=10_000)
        for _ in range(100):
            handler.wfile.write(b"x")
            time.sleep(0.02)

    hub.answer = dripping
    with pytest.raises(SourceError, match="longer than 0 s"):
        get(hub, tmp_path, limits=Limits(seconds=0.3, attempts=3))


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (404, {}, "the server answered 404"),
        (401, {}, "It may need a token: set HF_TOKEN"),
        (200, {"content_encoding": "gzip"}, "the server packed the file"),
        (429, {"retry_after": 3600}, "the server answered 429"),
        (302, {"location": "file:///etc/passwd"}, "leads to no web address"),
        (302, {}, "leads to no web address"),
        (302, {"location": "/again"}, "more than 5 redirects"),
    ],
)
def test_an_answer_that_is_no_file(
    hub: Hub, tmp_path: Path, status: int, headers: dict[str, Any], message: str
) -> None:
    """Every answer that is not the file ends in an error that names the address, and no file is left."""
    hub.answer = lambda handler: handler.head(status, content_length=0, **headers)
    with pytest.raises(SourceError, match=message) as caught:
        get(hub, tmp_path, "/a?key=secret")
    assert f"{hub.address}/a" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert files(tmp_path) == []
    assert len(hub.seen) <= 6


def test_a_busy_server_is_asked_again_when_it_says(hub: Hub, tmp_path: Path) -> None:
    """429 and 503 are waited out."""

    def busy(handler: Handler) -> None:
        handler.head(429, retry_after=0, content_length=0) if len(hub.seen) < 3 else handler.serve()

    hub.answer = busy
    assert get(hub, tmp_path).path.read_bytes() == CONTENT


def test_a_token_stays_with_its_origin(hub: Hub, other: Hub, tmp_path: Path) -> None:
    """A redirect within the origin keeps the token, one to another host never has it, nor has any file."""

    def redirecting(handler: Handler) -> None:
        there = "/b" if handler.path == "/a" else f"{other.address}/models.parquet?signed=1"
        handler.head(307, location=there, content_length=0)

    hub.answer = redirecting
    other.answer = lambda handler: handler.serve()
    found = get(hub, tmp_path, "/a", token=TOKEN)
    assert found.path.read_bytes() == CONTENT
    assert found.locator == f"{hub.address}/a"
    assert [request["authorization"] for request in hub.seen] == [f"Bearer {TOKEN}"] * 2
    assert TOKEN not in json.dumps(other.seen)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert TOKEN.encode() not in kept


def test_https_is_not_left() -> None:
    """A redirect may be relative or lead to another host, but not from https to http."""
    assert following("https://a.org/x/y", "../z?k=1") == "https://a.org/z?k=1"
    assert following("https://a.org/x", "https://cdn.a.org/y") == "https://cdn.a.org/y"
    assert following("http://a.org/x", "https://a.org/x") == "https://a.org/x"
    with pytest.raises(SourceError, match="from https to http"):
        following("https://a.org/x", "http://a.org/x")


def test_nobody_listens(tmp_path: Path) -> None:
    """A host that can't be reached is a failed source, not an empty file."""
    with pytest.raises(SourceError, match="the download broke off"):
        download("http://127.0.0.1:9/a", tmp_path, limits=QUICK)


@pytest.mark.parametrize("address", ["models.parquet", "ftp://a/b", "https://", "http://a:port/b"])
def test_no_web_address(tmp_path: Path, address: str) -> None:
    """What is no web address is wrong input."""
    with pytest.raises(InputError, match="no web address"):
        download(address, tmp_path)


def test_two_at_once(hub: Hub, tmp_path: Path) -> None:
    """A second process that wants the same file is told so; it would write into the same part."""
    asked, refused = threading.Event(), threading.Event()
    hub.answer = lambda handler: (asked.set(), refused.wait(10), handler.serve())[2]
    thread = threading.Thread(target=get, args=(hub, tmp_path))
    thread.start()
    assert asked.wait(10)
    with pytest.raises(SourceError, match="another process"):
        get(hub, tmp_path)
    refused.set()
    thread.join(10)
    assert files(tmp_path) == ["models.parquet"]
