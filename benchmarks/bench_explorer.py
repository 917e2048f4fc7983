"""Twenty readers of the explorer at once: latency of search and pages, the server's CPU and memory.

Run ``begat build`` for the home first, then for instance::

    python benchmarks/bench_explorer.py HOME --paths '/api/search?text={name}' '/m/{id}'

``{id}`` is the id of a random model, ``{name}`` a beginning of its name as somebody types it, ``{wrong}``
its id with one random error. Each client sends another ``X-Forwarded-For`` and the server trusts it, as
behind a proxy, else the twenty would be one client with its share. Twice: *closed* asks again at once,
*thinking* every second.
"""

import argparse
import asyncio
import itertools
import os
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from study_load import response

PATHS = ("/api/search?text={name}", "/api/search?text={wrong}", "/api/show?id={id}", "/api/lineage?id={id}")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
TICKS = os.sysconf("SC_CLK_TCK")


def addresses(home: Path, paths: list[str], seed: int) -> Iterator[tuple[str, str]]:
    """Yield patterns in turn, each with an address for another random model."""
    from begat.snapshot import Home

    chance = random.Random(seed)
    ids = Home(home).current().frame("models", ["id"])["id"].sample(20_000, seed=seed).to_list()
    for path, key in zip(itertools.cycle(paths), itertools.cycle(ids), strict=False):
        place = chance.randrange(len(key))
        name = key.rpartition("/")[2]
        texts = {
            "id": key,
            "name": name[: chance.randint(2, len(name))],
            "wrong": key[:place] + chance.choice(LETTERS) + key[place + 1 :],
        }
        yield path, path.format(**{field: quote(text, safe="/") for field, text in texts.items()})


async def get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, client: int) -> int:
    """Ask once on a kept connection, read the answer to its end, return its status."""
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 10.0.0.{client}\r\n\r\n"
    writer.write(head.encode())
    return (await response(reader))[0]


class Run:
    """Some clients for some seconds, and what came of it."""

    def __init__(self, port: int, wanted: Iterator[tuple[str, str]], pause: float) -> None:
        self.port, self.wanted, self.pause = port, wanted, pause
        self.took: dict[str, list[float]] = defaultdict(list)
        self.failed: Counter[str] = Counter()

    async def client(self, number: int, until: float) -> None:
        """Ask one address after the other; with a pause every so many seconds, however long it took."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24)
        await asyncio.sleep(self.pause * number / 20)
        while (due := time.monotonic()) < until:
            path, address = next(self.wanted)
            status = await get(reader, writer, address, number)
            self.took[path].append(time.monotonic() - due)
            if status != 200:
                self.failed[f"{status} {path}"] += 1
            await asyncio.sleep(max(0.0, due + self.pause - time.monotonic()))
        writer.close()

    async def run(self, clients: int, seconds: float) -> None:
        """Let the clients ask."""
        until = time.monotonic() + seconds
        await asyncio.gather(*(self.client(number, until) for number in range(clients)))

    def rows(self) -> Iterator[str]:
        """Yield a line of a table for each pattern."""
        for path, took in self.took.items():
            times = sorted(1e3 * seconds for seconds in took)
            middle, late = times[len(times) // 2], times[int(len(times) * 0.99)]
            yield f"| `{path}` | {len(times):,} | {middle:.1f} | {late:.1f} | {times[-1]:.0f} |"


def used(pid: int) -> tuple[float, int]:
    """Return CPU seconds and resident MiB of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / TICKS, pages * os.sysconf("SC_PAGE_SIZE") >> 20


async def measure(port: int, pid: int, options: argparse.Namespace) -> None:
    """Print both tables."""
    wanted = addresses(options.home, options.paths, 1)
    warm = Run(port, wanted, 0)
    await warm.run(1, options.warm)
    for name, pause in (("closed", 0.0), ("thinking", 1.0)):
        run = Run(port, wanted, pause)
        before, started = used(pid)[0], time.monotonic()
        await run.run(options.clients, options.seconds)
        cpu, memory = used(pid)
        share = (cpu - before) / (time.monotonic() - started)
        print(f"\n{name}: server {share:.2f} cores, {memory:,} MiB; failed: {dict(run.failed) or 'none'}")
        print(
            "| | answers | p50, ms | p99, ms | most, ms |\n|---|---:|---:|---:|---:|", *run.rows(), sep="\n"
        )


async def serve(home: Path) -> None:
    """Serve a home as ``begat serve`` does, over the store that is there; print the port once ready."""
    from begat.registry import open_registry
    from begat.server.pool import Pool
    from begat.server.run import listening, run
    from begat.server.served import DATA, Served
    from begat.server.service import Service
    from begat.server.settings import Settings

    registry = open_registry(home)
    registry.keyed.write()
    print(f"{len(registry.names):,} names, {registry.graph.m:,} derivations", file=sys.stderr)
    folder = registry.home.derived(registry.snapshot)
    stores = (folder / name / DATA for name in ("store", "store-lineage"))
    files = next(path for path in stores if path.exists()).resolve()
    found = Served(registry.snapshot.name, files, {}, registry=registry)
    settings = Settings(trust_proxy=True)
    pool = Pool(found.files, settings.limits)
    with listening("127.0.0.1", 0) as on:
        port = on.getsockname()[1]
        ready = asyncio.Event()
        await run(Service(found, pool, settings), pool, on, ready, ready=lambda: print(port, flush=True))


def main() -> None:
    """Start a server over the home, measure, end it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("--paths", nargs="+", default=list(PATHS))
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--warm", type=float, default=10, help="seconds of one client before")
    parser.add_argument("--serve", action="store_true", help="only serve, as the measured process does")
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.home))
        return
    command = [sys.executable, __file__, str(options.home), "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            asyncio.run(measure(port, server.pid, options))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
