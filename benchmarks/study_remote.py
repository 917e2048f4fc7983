"""Every named query at other people's servers: ``python benchmarks/study_remote.py [SECONDS] [NAME ...]``.

The embedded snapshot is loaded into oxigraph's server and into Virtuoso 7, which run on 127.0.0.1 as long as
the study does; then the example of each query is asked there and in the embedded store: are the rows the
same, and how long does each take, the shortest of ROUNDS. Queries that take longer than SECONDS (0.1)
anywhere are listed, and those that differ. With names, only those are asked. Fractions are compared to six
digits: Virtuoso writes no more of them into an answer.
"""

import json
import resource
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.remote import engines

from begat.errors import BegatError
from begat.query.run import Query, queries, run
from begat.registry import Registry, open_registry
from begat.store.answer import Value
from begat.store.backend import Backend, Embedded
from begat.store.backend.endpoint import Endpoint
from begat.store.backend.load import load
from begat.store.backend.remote import Remote

ROUNDS = 3
AGAIN = 2.0
"""Seconds; what takes longer is asked once."""

LONGEST = 3 * 3600
"""Seconds after which a server ends by itself, whatever becomes of the study."""

HERE = "embedded"
SERVERS: Mapping[str, Callable[[Path], AbstractContextManager[engines.Server]]] = {
    "oxigraph": lambda folder: engines.oxigraph(folder, longest=LONGEST),
    "virtuoso": lambda folder: engines.virtuoso(folder, most_rows=1_000_000, longest=LONGEST),
}


class Asked(NamedTuple):
    """The rows of an answer and how often each is there, None if there was none; and the seconds it took."""

    rows: Counter[str] | None
    seconds: float
    fault: str = ""


def ask(store: Backend, query: Query) -> Asked:
    """Ask the example of a query some times; keep the shortest."""
    taken: list[float] = []
    while len(taken) < ROUNDS and max(taken, default=0) < AGAIN:
        started = time.perf_counter()
        try:
            rows = run(store, query.name, query.example_values).rows
        except BegatError as error:
            return Asked(None, time.perf_counter() - started, str(error).split("\n")[0])
        taken.append(time.perf_counter() - started)
    return Asked(Counter(json.dumps([plain(value) for value in row.values()]) for row in rows), min(taken))


def plain(value: Value) -> Value:
    """Return a value as it is compared."""
    return f"{value:.5e}" if isinstance(value, float) else value if value is None else str(value)


def loaded(registry: Registry, server: engines.Server) -> tuple[Remote, dict[str, float]]:
    """Load the snapshot into a server; the store that it then is, and how long that took."""
    endpoint = Endpoint(*server)
    started = time.perf_counter()
    done = load(endpoint, registry.snapshot, registry.scores_file)
    seconds = time.perf_counter() - started
    return Remote(endpoint), {
        "statements": done.quads,
        "seconds": round(seconds, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


def listed(name: str, answers: Mapping[str, Asked]) -> str:
    """Return a line of the table."""
    wrong = [place for place, asked in answers.items() if asked.rows != answers[HERE].rows]
    times = "".join(f"{asked.seconds * 1e3:12,.1f}" for asked in answers.values())
    faults = " ".join(asked.fault for asked in answers.values())
    return f"{name:32}{'no: ' + ', '.join(wrong) if wrong else 'yes':24}{times}  {faults}".rstrip()


def summary(found: Mapping[str, Mapping[str, Asked]]) -> dict[str, object]:
    """Return how many answers are the same and how long they took, for each store."""
    places = {
        place: [(answers[place], answers[HERE]) for answers in found.values()] for place in (HERE, *SERVERS)
    }
    return {
        place: {
            "same": sum(asked.rows is not None and asked.rows == here.rows for asked, here in pairs),
            "of": len(pairs),
            "median_ms": round(statistics.median(asked.seconds for asked, _ in pairs) * 1e3, 1),
            "longest_s": round(max(asked.seconds for asked, _ in pairs), 2),
        }
        for place, pairs in places.items()
    }


def main() -> None:
    """Print the table, then the figures as JSON."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=0.1)
    parser.add_argument("names", nargs="*", default=list(queries()))
    wanted = parser.parse_args()
    registry = open_registry()
    stores: dict[str, Backend] = {HERE: Embedded(registry.store)}
    loads = {}
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        for name, start in SERVERS.items():
            stores[name], loads[name] = loaded(registry, stack.enter_context(start(Path(folder) / name)))
        found = {}
        print(f"{'query':32}{'equal':24}" + "".join(f"{place + ' ms':>12}" for place in stores))
        for name in wanted.names:
            answers = {place: ask(store, queries()[name]) for place, store in stores.items()}
            found[name] = answers
            same = all(asked.rows == answers[HERE].rows for asked in answers.values())
            if not same or max(asked.seconds for asked in answers.values()) > wanted.seconds:
                print(listed(name, answers), flush=True)
    print(json.dumps({"loads": loads, "queries": summary(found)}, indent=1))


if __name__ == "__main__":
    main()
