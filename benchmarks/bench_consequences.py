"""What follows from lineage, at the size of the whole Hub: whole commands, and the sweep against networkx.

Usage::

    python benchmarks/bench_consequences.py [--models 3000000] [--home FOLDER]

On the synthetic Hub with seed 0; --home takes one that is there. Commands are processes of their own, with
interpreter, imports and opening of what `begat build` keeps: wall and CPU seconds and the largest resident
size of each, the second of two runs. The rival walks up from each of some random things with networkx and
joins the licences that it meets; its seconds are multiplied by all things over those, its building of the
graph left out. Its sets of licences are asserted to be those of the sweep before anything is timed.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import networkx as nx
import numpy as np

from begat.consequence.labels import Labels
from begat.consequence.supply import Supply
from begat.consequence.sweep import Reach, licences_in, reach, sweep
from begat.registry import Registry, open_registry
from begat.synth import synthetic_home

SEED = 0
SAMPLE = 2_000

write = sys.stdout.write


def commands(registry: Registry) -> dict[str, tuple[str, ...]]:
    """Return the commands that are timed."""
    return {
        "licence of one model": ("licence", deepest(registry)),
        "all conflicts": ("licence", "--conflicts"),
        "all changes of licence": ("licence", "--changes"),
    }


def deepest(registry: Registry) -> str:
    """Return the model that the most things went into directly, the first of equals."""
    graph = registry.supply.graph
    return graph.ids[int(np.bincount(graph.child, minlength=graph.n).argmax())]


def timed(words: tuple[str, ...], home: Path) -> tuple[float, float, float]:
    """Return wall and CPU seconds and peak MiB of a command in a process of its own."""
    program = [sys.executable, "-m", "begat.cli", *words, "--home", str(home), "--format", "json"]
    started = time.perf_counter()
    child = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, words
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


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


@contextmanager
def opened(folder: Path | None, models: int) -> Iterator[Registry]:
    """Open a home with all that commands read, or make one of so many models."""
    with tempfile.TemporaryDirectory() as temporary:
        if folder is None:
            synthetic_home(Path(temporary), models=models, seed=SEED)
        registry = open_registry(folder or Path(temporary))
        _ = registry.graph, registry.supply, registry.labels, registry.columns
        yield registry


def main() -> None:
    """Print one row a piece of work."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--models", type=int, default=3_000_000)
    asked.add_argument("--home", type=Path)
    options = asked.parse_args()
    with opened(options.home, options.models) as registry:
        supply, labels = registry.supply, registry.labels
        write(f"{supply.models:,} models, {supply.n - supply.models:,} datasets, {supply.graph.m:,} links\n")
        write(f"{'command':34}{'wall s':>8}{'CPU s':>8}{'peak MiB':>10}\n")
        for name, words in commands(registry).items():
            timed(words, registry.home.path)
            wall, cpu, space = timed(words, registry.home.path)
            write(f"{name:34}{wall:8.2f}{cpu:8.2f}{space:10,.0f}\n")
            sys.stdout.flush()
        compared(registry, supply, labels)


def compared(registry: Registry, supply: Supply, labels: Labels) -> None:
    """Print the seconds of the sweep and of the rival."""
    graph = supply.within("reported").graph
    net = nx.DiGraph(zip(graph.child.tolist(), graph.parent.tolist(), strict=True))
    made = np.unique(graph.child)
    nodes = np.random.default_rng(SEED).choice(made, min(SAMPLE, len(made)), replace=False)
    agree(net, registry, reach(supply, labels), nodes)
    started = time.process_time()
    found = sweep(supply, labels)
    ours = time.process_time() - started
    started = time.process_time()
    for node in nodes.tolist():
        walked(net, supply, labels, node)
    theirs = (time.process_time() - started) * len(made) / len(nodes)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    write(f"{'work':34}{'CPU s':>8}{'ratio':>8}\n")
    write(f"{f'sweep, {len(found.hits):,} combinations':34}{ours:8.2f}\n")
    write(f"{f'networkx, {len(nodes):,} of {len(made):,}':34}{theirs:8.1f}{theirs / ours:8.0f}\n")
    write(f"peak with networkx's graph {peak:,.0f} MiB\n")


if __name__ == "__main__":
    main()
