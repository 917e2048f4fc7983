"""The walls around a worker, tried from inside by a process that wants out."""

import subprocess
import sys
from pathlib import Path

import pytest

from begat.server.sandbox import FILES, MEMORY, NETWORK

TRY = """
import ctypes, os, resource, socket, sys, threading, time
from pathlib import Path
from begat.server.sandbox import confine
folder, outside, act = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
older = threading.Event()
caught = []
def wait():
    older.wait()
    caught.append(libc.socket(2, 1, 0))
thread = threading.Thread(target=wait)
thread.start()
def call(number, *arguments):
    return libc.syscall(number, *arguments) < 0
def fails(function, *arguments):
    try:
        function(*arguments)
    except OSError:
        return True
    return False
ACTS = {
    "read inside": lambda: Path(folder, "x").read_text() == "inside",
    "list inside": lambda: os.listdir(folder) == ["x"],
    "thread": lambda: bool(threading.Thread(target=int).start() or True),
    "read outside": lambda: fails(open, outside),
    "list outside": lambda: fails(os.listdir, "/"),
    "write inside": lambda: fails(open, folder + "/y", "w"),
    "change inside": lambda: fails(open, folder + "/x", "r+"),
    "remove inside": lambda: fails(os.remove, folder + "/x"),
    "socket": lambda: fails(socket.socket),
    "socket pair": lambda: fails(socket.socketpair),
    "socket of a thread that was there before": lambda: bool(older.set() or thread.join() or caught == [-1]),
    "fork": lambda: fails(os.fork),
    "execute": lambda: fails(os.execv, sys.executable, ["x"]),
    "io_uring": lambda: call(425, 8, ctypes.create_string_buffer(200)),
    "x32": lambda: call(0x40000000 + 41, 2, 1, 0),
    "signal to the parent": lambda: fails(os.kill, os.getppid(), 0),
    "signal to a thread of the parent": lambda: call(234, os.getppid(), os.getppid(), 0),
    "limit of the parent": lambda: call(302, os.getppid(), 7, 0, ctypes.create_string_buffer(16)),
    "signal to itself": lambda: not call(234, os.getpid(), os.getpid(), 0),
    "trace": lambda: call(101, 0, 0, 0, 0),
    "new namespace": lambda: call(272, 0x10000000),
    "more memory": lambda: fails(resource.setrlimit, resource.RLIMIT_AS, (-1, -1)) if os.getuid() else True,
    "memory": lambda: fails_memory(),
}
def fails_memory():
    try:
        bytearray(2 << 30)
    except MemoryError:
        return True
    return False
walls = confine(folder, 1 << 30)
done = ACTS[act]()
older.set()
os.write(1, f"{walls} {done}".encode())
os._exit(0)
"""
ACTS = [line.split('"')[1] for line in TRY.splitlines() if line.startswith('    "')]


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are those of Linux")
@pytest.mark.parametrize("act", ACTS)
def test_what_a_confined_process_can_do(tmp_path: Path, act: str) -> None:
    """It reads its folder and starts threads; it reaches no other file, network, process or memory."""
    folder, outside = tmp_path / "store", tmp_path / "outside"
    folder.mkdir()
    (folder / "x").write_text("inside")
    outside.write_text("outside")
    said = subprocess.run(
        [sys.executable, "-c", TRY, str(folder), str(outside), act],
        capture_output=True,
        check=True,
        timeout=60,
    )
    walls, done = said.stdout.decode().split()
    if int(walls) != MEMORY + NETWORK + FILES:
        pytest.skip("this system lacks a wall")
    assert done == "True"
    assert (folder / "x").read_text() == "inside"
