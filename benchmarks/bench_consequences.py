"""What follows from lineage, at the size of the whole Hub: every command whole, and the walks against rivals.

Usage::

    python benchmarks/bench_consequences.py [--models 3000000] [--home FOLDER]

On the synthetic Hub with seed 0; --home takes one that is there, and keeps in it what is missing of what
`begat build` keeps. Commands are processes of their own, with interpreter, imports and opening of all that:
wall and CPU seconds and the largest resident size, medians of three runs after a first one that does not
count, and the seconds they may take.

No base of the synthetic Hub has 150,000 descendants, so in a copy, by hard links, the largest bases are said
to be fine-tuned from one of them until it has: `impact` is asked for it there.

The rivals run on the same links, in memory, the building of their graphs left out. What is below the base:
networkx walks, DuckDB joins recursively. Which licences reach each thing: networkx walks up from some random
things and joins what it meets; its seconds are multiplied by all things over those. All answers are asserted
to be the same before anything is timed.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import duckdb
import networkx as nx
import numpy as np
import pyarrow as pa

from begat.consequence.impact import impact
from begat.consequence.labels import Labels
from begat.consequence.supply import Supply, _save
from begat.consequence.sweep import Reach, licences_in, reach, sweep
from begat.graph import reachable
from begat.registry import Registry, open_registry
from begat.synth import synthetic_home

SEED = 0
SAMPLE = 1_000
RUNS = 3
DESCENDANTS = 150_000
POLICY = Path(__file__).parents[1] / "docs" / "examples" / "policy.toml"
STARTER = """
import os, subprocess, sys, time
started = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
wall, cpu = time.perf_counter() - started, used.ru_utime + used.ru_stime
print(os.waitstatus_to_exitcode(status), wall, cpu, used.ru_maxrss / 1024)
"""
"""Starts a command from a small process: the peak of a child is at least the size of who started it."""
BELOW = """
WITH RECURSIVE below(node) AS (
    SELECT ?::INTEGER UNION SELECT child FROM links JOIN below ON parent = node
)
SELECT count(*) - 1 FROM below
"""

write = sys.stdout.write


class Asked(NamedTuple):
    """A command that is timed: its name, words and home, and how many seconds it may take."""

    what: str
    words: tuple[str, ...]
    home: Path
    seconds: float


def commands(plain: Registry, grafted: Registry, base: int) -> list[Asked]:
    """Return the commands that are timed; `base` is the large base of the second home."""
    home, thing, large = plain.home.path, deepest(plain), grafted.supply.graph.ids[base]
    rows, page = ("--format", "json"), grafted.home.path / "conflicts.html"
    return [
        Asked("licence of one model", ("licence", thing, *rows), home, 0.4),
        Asked("check of one model", ("check", thing, "--policy", str(POLICY), *rows), home, 1),
        Asked("all conflicts", ("licence", "--conflicts", *rows), home, 15),
        Asked("all conflicts, as a page", ("licence", "--conflicts", "-o", str(page)), home, 15),
        Asked("all changes of licence", ("licence", "--changes", *rows), home, 15),
        Asked("impact of the large base", ("impact", large, "--summary", *rows), grafted.home.path, 2),
        Asked("its accounts to tell", ("impact", large, "--notify", *rows), grafted.home.path, 2),
        Asked("whatif of an institution", ("whatif", "--without", largest(plain), *rows), home, 3),
        Asked("dependence of institutions", ("dependence", *rows), home, 5),
    ]


def deepest(registry: Registry) -> str:
    """Return the model that the most things went into directly, the first of equals."""
    graph = registry.supply.graph
    return graph.ids[int(np.bincount(graph.child, minlength=graph.n).argmax())]


def largest(registry: Registry) -> str:
    """Return the institution with the most models."""
    known = registry.graph.institution[registry.graph.institution >= 0]
    return f"institution:{registry.graph.institution_ids[int(np.bincount(known).argmax())]}"


def grafted(supply: Supply) -> tuple[Supply, int]:
    """Return the supply with links from its largest bases to one of them, and that one."""
    graph = supply.graph
    bases = np.argsort(-np.bincount(graph.parent[graph.parent < supply.models], minlength=supply.models))
    base, wanted = int(bases[0]), min(DESCENDANTS, supply.models // 20)
    last = 1
    while len(reachable(graph, bases[:last], up=False)) < wanted:
        last += 1
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


@contextmanager
def opened(folder: Path | None, models: int) -> Iterator[Registry]:
    """Open a home with all that commands read, or make one of so many models."""
    with tempfile.TemporaryDirectory() as temporary:
        if folder is None:
            synthetic_home(Path(temporary), models=models, seed=SEED)
        registry = open_registry(folder or Path(temporary))
        _ = registry.graph, registry.supply, registry.labels, registry.columns, registry.statements
        registry.keyed.write()
        yield registry


@contextmanager
def with_large_base(registry: Registry) -> Iterator[tuple[Registry, int]]:
    """Open a copy of a home in which one base has enough descendants, and return it too."""
    with tempfile.TemporaryDirectory(dir=registry.home.path.parent) as temporary:
        home = Path(temporary) / "home"
        stores = shutil.ignore_patterns("store*", ".store*", "supply")
        shutil.copytree(registry.home.path, home, copy_function=os.link, ignore=stores)
        copied = open_registry(home)
        supply, base = grafted(registry.supply)
        _save(supply, copied.home.derived(copied.snapshot) / "supply")
        yield copied, base


def ran(asked: Asked) -> tuple[float, float, float]:
    """Return wall and CPU seconds and peak MiB of a command in a process of its own."""
    program = [sys.executable, "-m", "begat.cli", *asked.words, "--home", str(asked.home)]
    told = subprocess.run([sys.executable, "-c", STARTER, *program], capture_output=True, check=True)
    code, wall, cpu, space = map(float, told.stdout.split())
    assert code in ((0, 1) if asked.words[0] == "check" else (0,)), asked.words
    return wall, cpu, space


def timed(every: list[Asked]) -> None:
    """Print a row a command."""
    write(f"{'command':34}{'wall s':>8}{'may take':>9}{'CPU s':>8}{'peak MiB':>10}\n")
    for asked in every:
        ran(asked)
        runs = [ran(asked) for _ in range(RUNS)]
        wall, cpu, space = (statistics.median(part) for part in zip(*runs, strict=True))
        write(f"{asked.what:34}{wall:8.2f}{asked.seconds:9.1f}{cpu:8.2f}{space:10,.0f}\n")
        sys.stdout.flush()


def clocked(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a piece of work, of all threads."""
    started = time.process_time()
    work()
    return time.process_time() - started


def below_compared(supply: Supply, base: int) -> None:
    """Print the seconds of all that is below a base, ours and the rivals'."""
    graph, start = supply.graph, np.array([base])
    net = nx.DiGraph(zip(graph.parent.tolist(), graph.child.tolist(), strict=True))
    store = duckdb.connect()
    store.register("arrays", pa.table({"child": graph.child, "parent": graph.parent}))
    store.execute("CREATE TABLE links AS SELECT * FROM arrays")
    ways: dict[str, Callable[[], int]] = {
        "impact, with evidence and depth": lambda: len(impact(supply, start)),
        "networkx, descendants": lambda: len(nx.descendants(net, base)),
        "DuckDB, recursive join": lambda: store.execute(BELOW, [base]).fetchall()[0][0],
    }
    counts = {name: way() for name, way in ways.items()}
    assert len(set(counts.values())) == 1, counts
    compared(f"below the large base: {min(counts.values()):,}", {name: clocked(ways[name]) for name in ways})


def walked(net: "nx.DiGraph[int]", supply: Supply, labels: Labels, node: int) -> tuple[set[int], set[int]]:
    """Return the licences of all models and of all datasets that went into a thing."""
    above = nx.descendants(net, node)
    models = {int(labels.code[one]) for one in above if one < supply.models}
    return models, {int(labels.code[one]) for one in above if one >= supply.models}


def agree(net: "nx.DiGraph[int]", registry: Registry, found: Reach, nodes: np.ndarray) -> None:
    """Assert that the sets of the sweep are those of a walk; nothing here is distilled or a loop."""
    supply, labels = registry.supply, registry.labels
    assert not supply.of_kinds({"distilled", "dataset-derived"}).any()
    for node in nodes.tolist():
        weights, _, data = (
            {code for code in licences_in(bits) if code < len(labels.licences)}
            for bits in found.sets[found.of[node]]
        )
        assert (weights, data) == walked(net, supply, labels, node)


def licences_compared(registry: Registry) -> None:
    """Print the seconds of the licences that reach each thing, ours with the rules, and the rival's."""
    supply, labels = registry.supply, registry.labels
    graph = supply.within("reported").graph
    net = nx.DiGraph(zip(graph.child.tolist(), graph.parent.tolist(), strict=True))
    made = np.unique(graph.child)
    nodes = np.random.default_rng(SEED).choice(made, min(SAMPLE, len(made)), replace=False)
    agree(net, registry, reach(supply, labels), nodes)
    ours = clocked(lambda: sweep(supply, labels))
    some = clocked(lambda: [walked(net, supply, labels, node) for node in nodes.tolist()])
    rival = f"networkx, {len(nodes):,} walks multiplied"
    compared(
        f"into {len(made):,} things", {"sweep, with all rules": ours, rival: some * len(made) / len(nodes)}
    )


def compared(what: str, seconds: dict[str, float]) -> None:
    """Print a row a way: its CPU seconds, and how many times those of the first."""
    write(f"{what:34}{'CPU s':>8}{'ratio':>8}\n")
    first = next(iter(seconds.values()))
    for name, each in seconds.items():
        write(f"{name:34}{each:8.3f}{each / first:8.1f}\n")


def main() -> None:
    """Print a row a command, and then a row a way."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--models", type=int, default=3_000_000)
    asked.add_argument("--home", type=Path)
    options = asked.parse_args()
    with opened(options.home, options.models) as registry:
        supply = registry.supply
        write(f"{supply.models:,} models, {supply.n - supply.models:,} datasets, {supply.graph.m:,} links\n")
        with with_large_base(registry) as (copied, base):
            timed(commands(registry, copied, base))
            below_compared(copied.supply, base)
        licences_compared(registry)


if __name__ == "__main__":
    main()
