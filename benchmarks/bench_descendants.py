"""One model with 100,000 descendants (synthetic): a walk in SPARQL, the fact of its root, lineage rows.

python benchmarks/bench_descendants.py [descendants]
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from begat.records import Derivation, Model, Record
from begat.registry import open_registry
from begat.resolve import gather
from begat.snapshot import Home, compile_snapshot
from begat.sources.base import Method, Source

SYNTHETIC = Source(
    name="synthetic",
    title="a made-up lineage",
    licence="CC0-1.0",
    files=(),
    methods={"tags": Method(0.98, 0.95)},
    authority=0,
)
BASE = "made-up/base"
WALK = "SELECT DISTINCT ?d { ?d prov:wasDerivedFrom+ <https://huggingface.co/made-up/base> }"
ROOT = "SELECT DISTINCT ?d { ?d begat:rootModel <https://huggingface.co/made-up/base> }"
COUNT = "SELECT ?n { <https://huggingface.co/made-up/base> begat:descendantCount ?n }"


def records(descendants: int) -> Iterator[Record]:
    """Yield a tree: each model is made from an earlier one, the earliest most often."""
    parents = (np.arange(1, descendants + 1) * np.random.default_rng(0).random(descendants) ** 4).astype(int)
    names = [BASE, *(f"made-up-{n % 997}/model-{n}" for n in range(1, descendants + 1))]
    yield from (Model(name) for name in names)
    for child, parent in enumerate(parents, 1):
        yield Derivation(names[child], names[parent], "finetune", "tags")


def best(call: Callable[[], Any]) -> str:
    """Return the least wall and CPU milliseconds of three calls."""
    taken = []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall, cpu = min(taken)
    return f"{wall * 1000:8.1f} ms wall {cpu * 1000:8.1f} CPU"


def main() -> None:
    """Make the lineage, build, ask."""
    descendants = int((sys.argv[1:] or ["100000"])[0])
    print(
        f"pyoxigraph {version('pyoxigraph')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; made up"
    )
    with tempfile.TemporaryDirectory() as folder:
        parts = [gather(SYNTHETIC, records(descendants), on=date(2026, 1, 1))]
        Home(Path(folder)).take(lambda path: compile_snapshot(parts, path, provenance={}))
        registry = open_registry(folder)
        registry.build()
        assert len(registry.sparql(WALK).rows) == len(registry.sparql(ROOT).rows) == descendants
        assert registry.sparql(COUNT).rows == [{"n": descendants}]
        depth = max(row["depth"] for row in registry.lineage(BASE, down=True))
        print(f"{descendants:,} descendants in {depth} generations")
        print(f"  a walk in SPARQL   {best(lambda: registry.sparql(WALK))}")
        print(f"  by the root, SPARQL {best(lambda: registry.sparql(ROOT))}")
        print(f"  their number, SPARQL {best(lambda: registry.sparql(COUNT))}")
        print(f"  lineage rows       {best(lambda: registry.lineage(BASE, down=True))}")


if __name__ == "__main__":
    main()
