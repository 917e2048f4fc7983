"""Lineage and measures on the embedded snapshot, against networkx in the same run.

Correctness is asserted before anything is timed; for the comparison houses are left out, which networkx does
not know. CPU seconds, the best of several runs; memory is the peak of what the call allocates, as tracemalloc
sees it. Work without a rival has no ratio. Every measure begins with the graph of credit alone: what measures
share, such as the level order, is made anew each time.
"""

import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from begat.graph import CreditGraph, Graph, credit_graph, load_or_build, to_networkx, walk
from begat.graph.build import build
from begat.influence.burst import bursts
from begat.influence.figures import figures
from begat.influence.measure.base import measures
from begat.influence.measure.descendants import descendants
from begat.influence.measure.katz import ALPHA, katz
from begat.influence.measure.pagerank import pagerank
from begat.snapshot import Snapshot, embedded

ROOT = "Qwen/Qwen2.5-7B"

Call = Callable[[], Any]


def timed(call: Call, repeat: int = 5) -> tuple[float, float]:
    """Return best CPU milliseconds and peak mebibytes of a call."""
    best = np.inf
    for _ in range(repeat):
        started = time.process_time()
        call()
        best = min(best, time.process_time() - started)
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return best * 1000, peak / 2**20


def walks(snapshot: Snapshot, graph: Graph, cache: Path) -> dict[str, tuple[Call, Call]]:
    """Return the work on one model, ours and the rival's, once they agree."""
    oracle, start = to_networkx(graph), graph.ids.find(ROOT)
    assert start is not None
    below = {graph.ids[node] for node in walk(graph, start, up=False).node}
    assert below == nx.ancestors(oracle, ROOT)
    return {
        "open the cached graph": (lambda: load_or_build(snapshot, cache), lambda: to_networkx(graph)),
        f"descendants of {ROOT}": (lambda: walk(graph, start, up=False), lambda: nx.ancestors(oracle, ROOT)),
    }


def whole(graph: Graph) -> dict[str, tuple[Call, Call]]:
    """Return the work on all models, ours and the rival's, once they agree."""
    houseless = replace(graph, account=np.full(graph.n, -1), institution=np.full(graph.n, -1))
    credit = credit_graph(houseless)
    net = to_networkx(credit.dag)
    net.remove_nodes_from(list(nx.isolates(net)))
    size = dict(zip(credit.dag.ids, credit.size.tolist(), strict=True))

    def below() -> dict[str, int]:
        return {node: len(nx.ancestors(net, node)) for node in net}

    def counted() -> dict[str, int]:
        return {node: sum(size[v] for v in nx.ancestors(net, node)) + size[node] - 1 for node in net}

    def paths() -> dict[str, float]:
        return nx.katz_centrality(net, alpha=ALPHA, normalized=False, tol=1e-12, max_iter=1000)

    agree(credit, pagerank(credit) * credit.size, nx.pagerank(net, weight="share", tol=1e-15, max_iter=1000))
    agree(credit, katz(credit) + 1, paths())
    agree(credit, descendants(credit), counted())
    return {
        "descendants of every model": (lambda: descendants(replace(credit)), below),
        "PageRank": (lambda: pagerank(replace(credit)), lambda: nx.pagerank(net, weight="share")),
        "Katz": (lambda: katz(replace(credit)), paths),
    }


def agree(credit: CreditGraph, ours: np.ndarray, theirs: Mapping[str, float]) -> None:
    """Assert that two measures are the same on every node that the rival has."""
    exact = dict(zip(credit.dag.ids, ours.tolist(), strict=True))
    assert max(abs(value - exact[node]) for node, value in theirs.items()) < 1e-9


def alone(snapshot: Snapshot, graph: Graph) -> dict[str, Call]:
    """Return the work that has no rival: the graph of credit, its measures, bursts."""
    known, credit = figures(snapshot, graph), credit_graph(graph)
    work: dict[str, Call] = {"graph of credit": lambda: credit_graph(graph)}
    for name, measure in measures().items():
        work[name] = lambda measure=measure: measure.values(replace(credit), known)
    return work | {"bursts": lambda: bursts(graph, known)}


def main() -> None:
    """Print one row a piece of work: begat, networkx, their ratio."""
    snapshot = embedded()
    graph = build(snapshot)
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "graph"
        load_or_build(snapshot, cache)
        write = sys.stdout.write
        write(f"{graph.n:,} models, {graph.m:,} derivations, snapshot {snapshot.name}\n")
        write(f"{'work':32}{'begat ms':>10}{'MiB':>8}{'networkx ms':>13}{'MiB':>8}{'ratio':>8}\n")
        for name, (ours, rival) in (walks(snapshot, graph, cache) | whole(graph)).items():
            (mine, space), (other, room) = timed(ours), timed(rival)
            write(f"{name:32}{mine:10.2f}{space:8.2f}{other:13.2f}{room:8.2f}{other / mine:8.0f}\n")
        for name, ours in alone(snapshot, graph).items():
            mine, space = timed(ours)
            write(f"{name:32}{mine:10.2f}{space:8.2f}\n")


if __name__ == "__main__":
    main()
