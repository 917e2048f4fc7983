"""Every hostile query, ROUNDS times: ``python benchmarks/study_hostile.py [ROUNDS] [STORE]``.

How each ends, by how much the late ones overran their limit, how soon the next question is answered, and
whether anybody came to the canary. Without a store it makes one of 200,000 random triples.
"""

import asyncio
import json
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.faults.hostile import Hostile, fill, hostile

from begat.errors import BegatError
from begat.server.pool import Pool
from begat.server.question import Limits, Question

LIMITS = Limits(slow_seconds=2.0)
MEDIA = {"select": "text/csv", "ask": "application/sparql-results+json", "graph": "text/turtle"}
EXPECTED = {"answered", "QueryRefused", "TimedOut", "QueryFailed"}


async def attack(pool: Pool, queries: list[Hostile]) -> dict[str, object]:
    """Ask them one after the other, each followed by a cheap question."""
    ends: Counter[str] = Counter()
    factors, backs = [], []
    for query in queries:
        started = time.monotonic()
        try:
            await pool.ask(Question(query.text, MEDIA))
            end = "answered"
        except BegatError as error:
            end = type(error).__name__
        taken = time.monotonic() - started
        assert end in EXPECTED, (query.family, query.size, end)
        assert not query.refused or end == "QueryRefused", query.text
        ends[end] += 1
        if end == "TimedOut":
            factors.append(taken / LIMITS.slow_seconds)
        started = time.monotonic()
        await pool.ask(Question("ASK { ?s ?p ?o }", MEDIA))
        backs.append(time.monotonic() - started)
    return {
        "queries": len(queries),
        "ends": dict(ends),
        "overrun_median_max": [round(sorted(factors)[len(factors) // 2], 3), round(max(factors), 3)],
        "next_answer_ms_median_max": [
            round(sorted(backs)[len(backs) // 2] * 1e3, 1),
            round(max(backs) * 1e3, 1),
        ],
    }


async def main() -> None:
    """Print the figures as JSON."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as canary:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name)
        if len(sys.argv) <= 2:
            fill(folder, 200_000)
        canary.setblocking(False)
        queries = list(hostile(f"http://127.0.0.1:{canary.getsockname()[1]}/")) * rounds
        random.Random(0).shuffle(queries)
        pool = Pool(folder, LIMITS)
        await pool.start()
        try:
            report = await attack(pool, queries)
            report["state"] = dict(pool.state())
        finally:
            await pool.stop()
        try:
            canary.accept()[0].close()
            report["canary"] = "visited"
        except BlockingIOError:
            report["canary"] = "untouched"
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
