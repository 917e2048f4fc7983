"""Killing an import at random moments, and what must hold after each kill."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from begat.snapshot import Home

__all__ = ["Kills", "imported", "kill_imports"]

RUN = (sys.executable, "-m", "begat.cli", "import")


class Kills(NamedTuple):
    """How often an import was killed, ended before the kill, and left something behind."""

    killed: int
    finished: int
    leftovers: int


def imported(home: Path, words: Sequence[str]) -> float:
    """Run an import to its end; return its seconds."""
    started = time.monotonic()
    subprocess.run([*RUN, *words, "-q"], env=_environment(home), check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def kill_imports(home: Path, words: Sequence[str], *, kills: int, seconds: float, seed: int) -> Kills:
    """Start an import again and again and kill it at a random moment; check the home after each.

    Parameters
    ----------
    home : Path
        A home with a current snapshot.
    words : sequence of str
        What to import.
    kills : int
        How often; runs that end before they are killed do not count, and there are at most twice as many.
    seconds : float
        How long the import takes if nobody kills it; measured again whenever one ends by itself.
    seed : int
        Of the random moments.

    Raises
    ------
    AssertionError
        If after a kill a snapshot is not whole, or current is neither the old nor the new one.
    """
    chance = random.Random(seed)
    before = {item.digest for item in Home(home).snapshots()}
    killed = finished = leftovers = 0
    while killed < kills and finished < 2 * kills:
        started = time.monotonic()
        running = subprocess.Popen([*RUN, *words, "-q"], env=_environment(home), stdout=subprocess.DEVNULL)
        try:
            running.wait(chance.uniform(0, seconds))
            finished += 1
            seconds = time.monotonic() - started
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
            killed += 1
        leftovers += bool(Home(home).leftovers())
        _check(Home(home), before)
    return Kills(killed, finished, leftovers)


def _check(home: Home, before: set[str]) -> None:
    """All snapshots are whole, the old ones are there, the current one can be read."""
    assert home.damaged() == []
    found = home.snapshots()
    assert before <= {item.digest for item in found}
    for snapshot in found:
        assert snapshot.verify() == [], snapshot.path
    assert home.current().frame("models").height == home.current().rows("models")


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "BEGAT_HOME": str(home)}
