"""What rests on a base with 150,000 descendants in a Hub of 3 million models (synthetic): a whole process.

python benchmarks/bench_impact.py HOME

HOME is one that `begat synth --models 3000000` wrote and `begat build` prepared; it is left as it is. No base
of it has so many descendants, so in a copy, by hard links, the largest bases are said to be fine-tuned from
one of them until it has. What is hit is compared with a walk that knows no evidence before anything is timed.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from begat.consequence.impact import impact
from begat.consequence.supply import Supply, _save
from begat.graph import reachable
from begat.registry import open_registry

DESCENDANTS = 150_000
RUNS = 5
ASKED = {
    "summary": (),
    "summary as JSON": ("--summary", "--format", "json"),
    "accounts to tell": ("--notify", "--format", "csv"),
    "page": ("-o", "impact.html"),
    "all rows as CSV": ("--format", "csv"),
    "as of a day": ("--on", "2025-06-01"),
}

write = sys.stdout.write


def grafted(supply: Supply) -> tuple[Supply, int]:
    """Return the supply with links from its largest bases to one of them, and that one."""
    graph = supply.graph
    bases = np.argsort(-np.bincount(graph.parent[graph.parent < supply.models], minlength=supply.models))
    base = int(bases[0])
    for last in range(1, len(bases)):
        found = reachable(graph, bases[:last], up=False)
        if len(found) >= DESCENDANTS:
            break
    below = np.setdiff1d(bases[1:last], reachable(graph, np.array([base]), up=False))
    child = np.concatenate((graph.child, below)).astype(np.int32)
    order = np.argsort(child, kind="stable")
    parent = np.concatenate((graph.parent, np.full(len(below), base))).astype(np.int32)
    added = np.zeros(len(below), dtype=np.int8)
    graph = replace(
        graph,
        child=child[order],
        parent=parent[order],
        relation=np.concatenate((graph.relation, added))[order],
        share=np.ones(len(child)),
    )
    evidence = np.concatenate((supply.evidence, added))[order]
    stated_on = np.concatenate((supply.stated_on, np.full(len(below), -1, dtype=np.int32)))[order]
    return replace(supply, graph=graph, evidence=evidence, stated_on=stated_on), base


def ran(words: list[str], folder: Path) -> tuple[float, float, int]:
    """Run a command; return seconds, those of all CPUs, and peak memory in bytes."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "begat.cli", *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder) as done:
        _, status, usage = os.wait4(done.pid, 0)
        done.returncode = os.waitstatus_to_exitcode(status)
    if done.returncode:
        raise SystemExit(f"{words} ended with {done.returncode}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def main() -> None:
    """Graft, compare, time."""
    with tempfile.TemporaryDirectory(dir=Path(sys.argv[1]).parent) as temporary:
        home = Path(temporary) / "home"
        shutil.copytree(
            sys.argv[1], home, copy_function=os.link, ignore=shutil.ignore_patterns("store*", ".store*")
        )
        registry = open_registry(home)
        supply, base = grafted(registry.supply)
        folder = registry.home.derived(registry.snapshot) / "supply"
        shutil.rmtree(folder)
        _save(supply, folder)
        whole = reachable(supply.graph, np.array([base]), up=False)
        hit = impact(supply, np.array([base]))
        if not np.array_equal(np.sort(hit.node), whole[whole != base]):
            raise SystemExit("what is hit is not what a walk reaches")
        name = supply.graph.ids[base]
        write(f"{supply.n:,} nodes, {supply.graph.m:,} links; {len(hit):,} rest on {name}\n")
        for what, words in ASKED.items():
            runs = [ran(["impact", name, "--home", str(home), *words], home) for _ in range(RUNS)]
            seconds, cpu, memory = (statistics.median(part) for part in zip(*runs, strict=True))
            found = {"seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "MiB": round(memory / 2**20)}
            write(json.dumps({"what": what, **found}) + "\n")


if __name__ == "__main__":
    main()
