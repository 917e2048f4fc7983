"""SPARQL servers of others as child processes: oxigraph's, and Virtuoso 7 from Debian."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

__all__ = ["ENGINES", "Server", "oxigraph", "virtuoso"]

LONGEST = 900
"""Seconds after which a server ends, whatever became of the test."""

READY = 60
"""Seconds that a server has to start."""


class Server(NamedTuple):
    """Where a server takes queries, and the environment that lets begat write there."""

    url: str
    environ: Mapping[str, str]


@contextmanager
def oxigraph(folder: Path, *, union: bool = False, longest: int = LONGEST) -> Iterator[Server]:
    """Run oxigraph's own server over a new store."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        pytest.skip("the server of oxigraph is not installed (pip install oxigraph)")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = ["--union-default-graph"] if union else []
    arguments = [str(program), "serve", "-l", str(folder / "data"), "-b", f"127.0.0.1:{port}", *options]
    with running(arguments, folder, f"http://127.0.0.1:{port}/query", longest):
        yield Server(f"http://127.0.0.1:{port}/query", {})


@contextmanager
def virtuoso(folder: Path, *, most_rows: int = 10_000, longest: int = LONGEST) -> Iterator[Server]:
    """Run Virtuoso 7 over a new database, with little memory."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Virtuoso is not installed (apt-get install virtuoso-opensource-7)")
    port, sql = free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "virtuoso.ini").write_text(SETTINGS.format(port=port, sql=sql, most_rows=most_rows))
    url = f"http://127.0.0.1:{port}/sparql"
    with running([program, "-f", "-c", "virtuoso.ini"], folder, url, longest):
        yield Server(url, {"BEGAT_STORE_USER": "dba", "BEGAT_STORE_PASSWORD": "dba"})


SETTINGS = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
MaxQueryMem = 300M
DirsAllowed = .
VADInstallDir = .
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = {most_rows}
"""

ENGINES: Mapping[str, Callable[[Path], AbstractContextManager[Server]]] = {
    "oxigraph": oxigraph,
    "virtuoso": virtuoso,
}


@contextmanager
def running(arguments: Sequence[str], folder: Path, url: str, longest: int = LONGEST) -> Iterator[None]:
    """Run a program until the block ends; it also ends by itself, after `longest` seconds."""
    limits = ["timeout", "--kill-after=5", str(longest)] if shutil.which("timeout") else []
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [*limits, *arguments],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=plain(),
        )
    try:
        wait_for(url, process, folder / "output.txt")
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def plain() -> dict[str, str]:
    """Return this environment without what belongs to begat."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BEGAT_")}


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a server answers at all."""
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with closing(urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=5)):
                return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """Return a port of loopback that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
