"""The command serve as a program: where it listens, what it serves, how it ends, and that it follows."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from tests.cli import begat
from tests.server.running import DATA

from begat.server.run import listening

SECONDS = 60
ROOT = Path(__file__).parent.parent.parent
COUNT = f"/sparql?query={quote('SELECT (COUNT(*) AS ?n) { ?s ?p ?o }')}"
IN = f"/sparql?query={quote('SELECT ?o { ?s <http://example.org/in> ?o }')}"


class Program:
    """A server in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", told: dict[str, str]) -> None:
        self.process = process
        self.told = told
        self.root = told["sparql"].removesuffix("/sparql")

    def get(self, target: str) -> dict[str, object]:
        """Return the JSON behind an address."""
        with urlopen(self.root + target, timeout=SECONDS) as reply:
            found: dict[str, object] = json.load(reply)
        return found

    def values(self, target: str) -> set[str]:
        """Return all values of the rows of a query."""
        results = self.get(target)["results"]
        return {term["value"] for row in results["bindings"] for term in row.values()}  # type: ignore[index]

    def children(self) -> set[int]:
        """Return the numbers of its worker processes."""
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return set(map(int, text.split()))


@contextlib.contextmanager
def program(*words: str, home: Path) -> Iterator[Program]:
    """Run the command until the end of the block, which may end it before."""
    command = [sys.executable, "-m", "begat.cli", "serve", "--port", "0", "-q", "--format", "jsonl", *words]
    env = {**os.environ, "BEGAT_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            yield Program(process, json.loads(line))
        finally:
            process.kill()


def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of the small data set."""
    path = tmp_path / "small.trig"
    path.write_text(DATA, encoding="utf-8")
    return path


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it(tmp_path: Path, file: Path, number: int) -> None:
    """SIGTERM and SIGINT end the server with code 0, its workers too, and leave no file behind."""
    with program("--store", str(file), home=tmp_path) as server:
        assert server.values(IN) == {"default", "one", "two"}
        workers = server.children()
        assert workers
        server.process.send_signal(number)
        assert server.process.wait(SECONDS) == 0
        assert server.process.stderr is not None
        assert server.process.stderr.read() == ""
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    assert not (tmp_path / "snapshots").exists()


def test_it_says_where_it_is(tmp_path: Path, file: Path) -> None:
    """What it prints names what is served and where, for people and programs."""
    with program("--store", str(file), home=tmp_path) as server:
        assert set(server.told) == {"serves", "sparql", "graphs"}
        assert server.told["serves"] == "small.trig"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/sparql", server.told["sparql"])
    reference = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    assert all(f"`{key}`" in reference for key in (*server.told, "api"))


def test_default_graph(tmp_path: Path, file: Path) -> None:
    """With --default-graph unnamed a query without a graph is about the unnamed graph alone."""
    with program("--store", str(file), "--default-graph", "unnamed", home=tmp_path) as server:
        assert server.values(IN) == {"default"}
        named = f"/sparql?query={quote('SELECT ?o { GRAPH ?g { ?s <http://example.org/in> ?o } }')}"
        assert server.values(named) == {"one", "two"}
        with urlopen(f"{server.root}/graphs?default", timeout=SECONDS) as reply:
            assert reply.read().count(b'"') == 2
        with urlopen(f"{server.root}/sparql", timeout=SECONDS) as reply:
            assert b"UnionDefaultGraph" not in reply.read()


def test_a_folder_of_a_store(tmp_path: Path, built: Path) -> None:
    """A store that begat built can be served by itself."""
    folder = next(built.glob("derived/*/store"))
    with program("--store", str(folder), home=tmp_path) as server:
        asked = f"/sparql?query={quote('ASK { ?s ?p ?o }')}"
        assert server.get(asked)["boolean"] is True


def test_a_new_snapshot_is_served(tmp_path: Path) -> None:
    """After an import the server answers from the new snapshot without a restart, on SIGHUP at once."""
    home, sample = tmp_path / "home", ROOT / "tests" / "samples"
    assert begat("import", "radar", str(sample / "radar"), "--date", "2026-08-22", home=home).code == 0
    with program(home=home) as server:
        before, counted = server.get("/api/stats"), server.values(COUNT)
        words = ("--date", "2026-09-22", "--onto", "current")
        assert begat("import", "hub-stats", str(sample / "hub-stats"), *words, home=home).code == 0
        server.process.send_signal(signal.SIGHUP)
        until(lambda: server.get("/api/stats")["snapshot"] != before["snapshot"])
        assert server.get("/ready")["serves"] == "2026-09-22"
        assert server.values(COUNT) != counted


def test_a_day_does_not_follow(tmp_path: Path) -> None:
    """With --as-of the state of that day stays."""
    home, sample = tmp_path / "home", ROOT / "tests" / "samples"
    assert begat("import", "radar", str(sample / "radar"), "--date", "2026-08-22", home=home).code == 0
    with program("--as-of", "2026-08-22", home=home) as server:
        assert begat("import", "radar", str(sample / "radar"), "--date", "2026-08-23", home=home).code == 0
        server.process.send_signal(signal.SIGHUP)
        assert server.get("/ready")["serves"] == "2026-08-22"
        assert server.get("/health")["status"] == "live"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "0.0.0.0"), "Add --public."),
        (("--host", "no-such-host.invalid"), "--public"),
        (("--store", "no-such.ttl"), "no-such.ttl"),
        (("--store", "pyproject.toml"), "which RDF format"),
        (("--store", "src"), "no store"),
    ],
)
def test_wrong_input(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """What can't be served ends with a clear message and the exit code of its kind."""
    ran = begat("serve", "--port", "0", *words, home=tmp_path)
    assert ran.code == (5 if words[1] == "src" else 2)
    assert said in " ".join(ran.err.split())
    assert ran.out == ""


def test_a_file_that_is_no_rdf(tmp_path: Path) -> None:
    """A broken file is named, with the place."""
    path = tmp_path / "broken.ttl"
    path.write_text("<x:a> <x:b> .", encoding="utf-8")
    ran = begat("serve", "--port", "0", "--store", str(path), home=tmp_path)
    assert (ran.code, "broken.ttl: this is no RDF" in " ".join(ran.err.split())) == (2, True)


def test_a_file_that_is_too_deep(tmp_path: Path) -> None:
    """JSON-LD at whose depth the parser's process would end is an error instead."""
    path = tmp_path / "deep.jsonld"
    path.write_text('{"http://a/b":' * 5_000 + "1" + "}" * 5_000, encoding="utf-8")
    ran = begat("serve", "--port", "0", "--store", str(path), home=tmp_path)
    assert (ran.code, "nested too deep" in ran.err) == (2, True)


def test_a_port_in_use(tmp_path: Path) -> None:
    """A port that another program has is named, before anything is built."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = begat("serve", "--port", str(port), home=tmp_path)
    assert ran.code == 2
    assert f"127.0.0.1:{port}: this port is in use. Choose another with --port." in " ".join(ran.err.split())
    assert not (tmp_path / "derived").exists()
    ran = begat("serve", "--host", "192.0.2.1", "--public", home=tmp_path)
    assert (ran.code, "Choose another with --host." in " ".join(ran.err.split())) == (2, True)


def test_answers_are_not_held_back() -> None:
    """The socket names its protocol: else asyncio leaves TCP_NODELAY off, and each answer waits 40 ms."""
    with listening("127.0.0.1", 0) as on:
        assert on.proto == socket.IPPROTO_TCP
