"""Lineage and measures on the embedded snapshot, against networkx in the same run.

Correctness is asserted before anything is timed; houses are left out, which networkx does not know. CPU
seconds, the best of several runs; memory is the
peak of what the call allocates, as tracemalloc sees it.
"""

import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from begat.graph import credit_graph, load_or_build, to_networkx, walk
from begat.graph.build import build
from begat.influence.measure.pagerank import pagerank
from begat.snapshot import embedded

ROOT = "Qwen/Qwen2.5-7B"


def timed(call: Callable[[], Any], repeat: int = 5) -> tuple[float, float]:
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


def main() -> None:
    """Print one row a piece of work: begat, networkx, their ratio."""
    snapshot = embedded()
    graph = build(snapshot)
    houseless = replace(graph, account=np.full(graph.n, -1), institution=np.full(graph.n, -1))
    credit = credit_graph(houseless)
    oracle = to_networkx(graph)
    contracted = to_networkx(credit.dag)
    contracted.remove_nodes_from(list(nx.isolates(contracted)))
    start = graph.ids.find(ROOT)
    assert start is not None
    below = {graph.ids[node] for node in walk(graph, start, up=False).node}
    assert below == nx.ancestors(oracle, ROOT)
    exact = dict(zip(credit.dag.ids, pagerank(credit), strict=True))
    theirs = nx.pagerank(contracted, weight="share", tol=1e-15, max_iter=1000)
    assert max(abs(theirs[node] - exact[node]) for node in contracted) < 1e-9
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "graph"
        load_or_build(snapshot, cache)
        work = {
            "open the cached graph": (lambda: load_or_build(snapshot, cache), lambda: to_networkx(graph)),
            f"descendants of {ROOT}": (
                lambda: walk(graph, start, up=False),
                lambda: nx.ancestors(oracle, ROOT),
            ),
            "PageRank": (lambda: pagerank(credit), lambda: nx.pagerank(contracted, weight="share")),
        }
        write = sys.stdout.write
        write(f"{graph.n:,} models, {graph.m:,} derivations, snapshot {snapshot.name}\n")
        write(f"{'work':32}{'begat ms':>10}{'MiB':>8}{'networkx ms':>13}{'MiB':>8}{'ratio':>8}\n")
        for name, (ours, rival) in work.items():
            (mine, space), (other, room) = timed(ours), timed(rival)
            write(f"{name:32}{mine:10.2f}{space:8.2f}{other:13.2f}{room:8.2f}{other / mine:8.0f}\n")


if __name__ == "__main__":
    main()
