"""Syncing from a Hub of 100,000 models that fails 5 % of all requests, and from one that loses its client.

Asserted before anything is printed: every model is there once, the requests stay below the allowed rate,
and after every kill the digest is that of an undisturbed run. ``--models``, ``--kills`` and ``--page`` make
it smaller or larger. Waits are counted, not waited for.
"""

import argparse
import itertools
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.loopback import Clock, Hub, hub  # noqa: E402

from begat.crawl import Page, Rate  # noqa: E402
from begat.crawl.client import Client, Limits  # noqa: E402
from begat.snapshot import Home  # noqa: E402
from begat.sources.base import source_named  # noqa: E402
from begat.sync import Synced, sync  # noqa: E402

SOURCE = source_named("huggingface")
FAULTS = (
    *("status:429,", "status:429,seconds", "status:429,date", "status:429,window", "status:408,"),
    *("status:500,", "status:502,", "status:503,seconds", "status:504,", "cut", "stall", "drip", "drip-head"),
    *(
        "type",
        "html",
        "text:utf8",
        "text:nan",
        "text:twice",
        "text:deep",
        "text:empty",
        "zipped:short",
        "again",
    ),
)
WINDOW = 300.0 - 1e-6
"""Seconds; a clock that adds up waits is that exact."""

QUICK = Limits(connect=10, read=2, page=4)
CHILD = """
import sys
from pathlib import Path
from begat.crawl import Rate
from begat.crawl.client import Client
from begat.snapshot import Home
from begat.sources.base import source_named
from begat.sync import sync
with Client(sys.argv[2], rate=Rate(10**7, 1.0)) as client:
    print(sync(source_named("huggingface"), Home(Path(sys.argv[1])), client).snapshot.digest)
"""


def main() -> None:
    """Run both parts and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=100_000)
    parser.add_argument("--page", type=int, default=100)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=53)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        faults(Path(folder), options)
        kills(Path(folder), options)


def faults(folder: Path, options: argparse.Namespace) -> None:
    """Sync from a Hub without and with faults."""
    pages = -(-options.models // options.page)
    chance = random.Random(options.seed)
    failing = chance.sample(range(1, pages), pages // 20)
    planned = {page: [fault] for page, fault in zip(failing, itertools.cycle(FAULTS), strict=False)}
    print(f"{options.models:,} models in {pages:,} pages, {len(planned):,} faults of {len(FAULTS)} kinds")
    print(f"{'Hub':<14}{'requests':>9}{'most in 300 s':>15}{'allowed':>9}{'waits, s':>10}{'CPU, s':>8}"
          f"{'RSS at 10 %':>13}{'at the end':>12}{'models':>9}")  # fmt: skip
    digests = set()
    for name, plan in (("without faults", {}), ("with faults", planned)):
        clock = Clock()
        with hub(Hub(models=options.models, page=options.page, faults=plan, clock=clock)) as this:
            memory, started = watched(pages), time.process_time()
            synced = run(folder / name.replace(" ", "-"), this, clock, memory.tell)
            spent = time.process_time() - started
            most = this.most_in_window(WINDOW)
        digests.add(synced.snapshot.digest)
        stated = synced.snapshot.frame("models", ["id", "sources"])
        rows = stated.filter(pl.col("sources").list.contains(SOURCE.name)).height
        assert rows == options.models, rows
        assert most <= 500, most
        print(f"{name:<14}{len(this.requests):>9,}{most:>15,}{500:>9,}{sum(clock.waits):>10,.0f}{spent:>8.1f}"
              f"{memory.early:>10,.0f} MB{memory.late:>9,.0f} MB{rows:>9,}")  # fmt: skip
    assert len(digests) == 1, "the faults changed the snapshot"


def run(home: Path, this: Hub, clock: Clock, tell: Callable[[Page], None]) -> Synced:
    """Sync into a home with a client that does not wait."""
    home.mkdir()
    rate = Rate(500, 300.0)
    with Client(this.origin, rate=rate, limits=QUICK, clock=clock, sleep=clock.sleep) as client:
        return sync(SOURCE, Home(home), client, tell=tell)


class watched:  # noqa: N801 - read as a verb
    """The memory of this process, the Hub's threads included, at a tenth of the pages and at the last one."""

    def __init__(self, pages: int) -> None:
        self.pages, self.seen = pages, 0
        self.early = self.late = 0.0

    def tell(self, _: Page) -> None:
        """Count a page."""
        self.seen += 1
        if self.seen == self.pages // 10:
            self.early = resident()
        self.late = resident()


def resident() -> float:
    """Return the resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / 2**20


def kills(folder: Path, options: argparse.Namespace) -> None:
    """Kill a sync again and again until it was killed often enough; let each crawl end at last."""
    chance, done, repeated, rounds = random.Random(options.seed), 0, 0, 0
    with hub(Hub(models=4_000, page=20, delay=0.002)) as this:
        clean = ended(folder / "clean", this.origin)
        while done < options.kills:
            rounds += 1
            home, here, digest = folder / f"killed-{rounds}", 0, ""
            this.requests.clear()
            while done + here < options.kills and here < 25 and not digest:
                digest = killed(home, this, chance)
                here += not digest
            this.on_request = lambda _: None
            digest = digest or ended(home, this.origin)
            assert digest == clean, f"another digest in round {rounds}"
            pages = this.pages_asked()
            repeated += len(pages) - len(set(pages))
            assert len(pages) - len(set(pages)) <= here
            done += here
    print(f"\n{done:,} kills in {rounds:,} crawls of 200 pages: every digest that of an undisturbed run, "
          f"{repeated:,} pages asked for twice")  # fmt: skip


def killed(home: Path, this: Hub, chance: random.Random) -> str:
    """Start a sync and kill it: some requests and moments later, or at any time in its first two seconds.

    Returns the digest if it came to its end first.
    """
    home.mkdir(exist_ok=True)
    stop, moment = len(this.requests) + chance.randint(1, 7), chance.random() * 0.01
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(home), this.origin], stdout=subprocess.PIPE)

    def kill(count: int) -> None:
        if count >= stop:
            time.sleep(moment)
            os.kill(child.pid, signal.SIGKILL)

    at_any_time = chance.random() < 0.25
    this.on_request = (lambda _: None) if at_any_time else kill
    timer = threading.Timer(chance.random() * 2 if at_any_time else 100, child.kill)
    timer.start()
    out = child.communicate()[0]
    timer.cancel()
    return out.decode().strip() if child.returncode == 0 else ""


def ended(home: Path, origin: str) -> str:
    """Sync to the end in a process of its own; return the digest."""
    home.mkdir(exist_ok=True)
    words = [sys.executable, "-c", CHILD, str(home), origin]
    done = subprocess.run(words, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


if __name__ == "__main__":
    main()
