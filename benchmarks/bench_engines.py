"""The graph engine on the synthetic Hub: its own figures, and ratios to the graph libraries in one run.

Usage::

    python -m venv bench && bench/bin/pip install -e . igraph rustworkx networkit scikit-network
    bench/bin/python benchmarks/bench_engines.py [--models 3000000]

A library that is not installed is left out. Everything runs on one thread; figures are CPU seconds, the
least of several runs. Rivals run with their own default tolerances; `off by` is the largest relative
difference to the exact values, which says what the defaults are worth. Where nothing else is said both
graphs are built before the clock starts.
"""

# ruff: noqa: E402 - how many threads a library takes is read when it is imported
import argparse
import importlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = "1"

import networkx as nx
import numpy as np

from begat.graph import CreditGraph, Graph, credit_graph, load_or_build
from begat.graph.build import build
from begat.influence.figures import Figures, figures
from begat.influence.measure.base import measures
from begat.influence.measure.katz import ALPHA
from begat.snapshot import Home
from begat.synth import synthetic_graph, synthetic_home

SEED = 0
SMALL = 30_000
PATIENCE = 5.0
"""Seconds after which a piece of work is not repeated."""

Values = np.ndarray
Call = Callable[[], Any]
Work = dict[str, Callable[[], Values]]

write = sys.stdout.write


def least(call: Call, repeat: int = 5) -> tuple[float, float, Any]:
    """Return the least CPU and wall seconds of a call, and its result."""
    cpu, wall, spent = np.inf, np.inf, 0.0
    for _ in range(repeat):
        before = time.process_time(), time.perf_counter()
        result = call()
        cpu = min(cpu, time.process_time() - before[0])
        wall = min(wall, time.perf_counter() - before[1])
        spent += time.perf_counter() - before[1]
        if spent > PATIENCE:
            break
    return cpu, wall, result


def peak() -> float:
    """Return the largest resident size of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def row(name: str, call: Call, repeat: int = 5) -> Any:
    """Print the seconds of a piece of work; return its result."""
    cpu, wall, result = least(call, repeat)
    write(f"{name:44}{cpu:8.3f}{wall:8.3f}{peak():10,.0f}\n")
    sys.stdout.flush()
    return result


def own(models: int) -> Graph:
    """Print what begat takes from a snapshot to every measure; return the graph."""
    write(f"{'work':44}{'CPU s':>8}{'wall s':>8}{'peak MiB':>10}\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "hub"
        synthetic_home(home, models, SEED)
        snapshot, cache = Home(home).current(), Path(folder) / "graph"
        graph = row("snapshot to graph", lambda: build(snapshot), 2)
        load_or_build(snapshot, cache)
        row("open the cached graph", lambda: load_or_build(snapshot, cache))
        known = row("figures of the snapshot", lambda: figures(snapshot, graph), 2)
    write(f"{graph.n:,} models, {graph.m:,} derivations\n")
    credit = row("graph of credit", lambda: credit_graph(graph))
    shared = ("height", "order", "others", "below", "lineage", "lineage_of_others")
    for name in shared:
        row(f"shared by measures: {name}", lambda name=name: getattr(without(credit, name), name), 2)
        getattr(credit, name)
    for name, measure in measures().items():
        row(name, lambda measure=measure: measure.values(credit, known))

    def together() -> None:
        fresh = credit_graph(graph)
        for name, measure in measures().items():
            if name != "hits":
                measure.values(fresh, known)

    row("every measure but hits, nothing prepared", together, 2)
    return graph


def without(credit: CreditGraph, name: str) -> CreditGraph:
    """Return the graph of credit with all that it has prepared but one thing, which is then made again."""
    fresh = replace(credit)
    fresh.__dict__.update({key: value for key, value in vars(credit).items() if key != name})
    return fresh


def plain(graph: Graph) -> Graph:
    """Return the models that have a derivation, without cycles, copies and houses, which no rival knows."""
    dag = credit_graph(graph).dag
    nodes = np.union1d(dag.child, dag.parent)
    child, parent = (np.searchsorted(nodes, ends).astype(np.int32) for ends in (dag.child, dag.parent))
    n = len(nodes)
    return replace(
        dag,
        ids=type(dag.ids).of([f"m{i:08}" for i in range(n)]),
        child=child,
        parent=parent,
        share=1 / np.bincount(child, minlength=n)[child],
        account=np.full(n, -1, dtype=np.int32),
        institution=np.full(n, -1, dtype=np.int32),
        twin=np.arange(n, dtype=np.int32),
    )


def begat_work(graph: Graph) -> Work:
    """Return what begat computes; levels, descendants and pairs anew each time."""
    ready = credit_graph(graph)
    ready.order  # noqa: B018 - prepared once for all measures, as the rivals' graphs are
    nothing = Figures()
    work: Work = {
        name: lambda name=name: measures()[name].values(ready, nothing)
        for name in ("pagerank", "katz", "hits")
    }
    anew = ("descendants", "closeness", "betweenness", "core")
    return work | {name: lambda name=name: measures()[name].values(replace(ready), nothing) for name in anew}


def networkx_work(graph: Graph) -> Work:
    """Return what networkx computes; betweenness and closeness only on a small graph."""
    net = nx.DiGraph()
    net.add_nodes_from(range(graph.n))
    net.add_edges_from(zip(graph.child.tolist(), graph.parent.tolist(), strict=True))

    def listed(values: Mapping[int, float]) -> Values:
        return np.array([values[node] for node in range(graph.n)])

    work: Work = {
        "pagerank": lambda: listed(nx.pagerank(net)),
        "katz": lambda: listed(nx.katz_centrality(net, alpha=ALPHA, normalized=False, max_iter=1000)) - 1,
        "descendants": lambda: np.array(
            [len(nx.ancestors(net, node)) for node in range(graph.n)], dtype=float
        ),
        "core": lambda: listed(nx.core_number(net.to_undirected(as_view=True))),
        "hits": lambda: listed(nx.hits(net)[1]),
    }
    if graph.n <= SMALL:
        work["closeness"] = lambda: listed(nx.harmonic_centrality(net))
        work["betweenness"] = lambda: listed(nx.betweenness_centrality(net, normalized=False))
    return work


def igraph_work(graph: Graph) -> Work:
    """Return what igraph computes."""
    ig = importlib.import_module("igraph")
    net = ig.Graph(n=graph.n, edges=np.stack((graph.child, graph.parent), axis=1), directed=True)
    return {
        "pagerank": lambda: np.array(net.pagerank()),
        "descendants": lambda: np.array(
            net.neighborhood_size(order=graph.n, mode="in", mindist=1), dtype=float
        ),
        "closeness": lambda: np.nan_to_num(net.harmonic_centrality(mode="in")) * (graph.n - 1),
        "betweenness": lambda: np.array(net.betweenness()),
        "core": lambda: np.array(net.coreness(), dtype=float),
        "hits": lambda: np.array(net.authority_score(scale=False)),
    }


def rustworkx_work(graph: Graph) -> Work:
    """Return what rustworkx computes; betweenness only on a small graph."""
    rx = importlib.import_module("rustworkx")
    net = rx.PyDiGraph(multigraph=False)
    net.add_nodes_from(range(graph.n))
    net.add_edges_from_no_data(list(zip(graph.child.tolist(), graph.parent.tolist(), strict=True)))

    def listed(values: Mapping[int, float]) -> Values:
        return np.array([values[node] for node in range(graph.n)])

    work: Work = {
        "pagerank": lambda: listed(rx.pagerank(net)),
        "katz": lambda: unscaled(listed(rx.digraph_katz_centrality(net, alpha=ALPHA, max_iter=1000))),
        "descendants": lambda: np.array(
            [len(rx.ancestors(net, node)) for node in range(graph.n)], dtype=float
        ),
        "core": lambda: listed(rx.core_number(net)),
        "hits": lambda: listed(rx.hits(net)[1]),
    }
    if graph.n <= SMALL:
        work["betweenness"] = lambda: listed(rx.digraph_betweenness_centrality(net, normalized=False))
    return work


def networkit_work(graph: Graph) -> Work:
    """Return what networkit computes; shortest chains only on a small graph."""
    nk = importlib.import_module("networkit")
    nk.setNumberOfThreads(1)
    net = nk.GraphFromCoo((graph.child, graph.parent), n=graph.n, directed=True)
    turned = nk.GraphFromCoo((graph.parent, graph.child), n=graph.n, directed=True)
    both = nk.graphtools.toUndirected(net)
    sinks = nk.centrality.SinkHandling.DistributeSinks

    def scores(measure: Any) -> Values:
        return np.array(measure.run().scores())

    work: Work = {
        "pagerank": lambda: scores(nk.centrality.PageRank(net, 0.85, distributeSinks=sinks)),
        "katz": lambda: ALPHA * unscaled(scores(nk.centrality.KatzCentrality(net, ALPHA, 1.0))),
        "core": lambda: scores(nk.centrality.CoreDecomposition(both)),
    }
    if graph.n <= SMALL:
        work["closeness"] = lambda: scores(nk.centrality.HarmonicCloseness(turned, False))
        work["betweenness"] = lambda: scores(nk.centrality.Betweenness(net, False))
    return work


def scikit_network_work(graph: Graph) -> Work:
    """Return what scikit-network computes; its Katz is cut at paths of four."""
    sparse, ranking = (importlib.import_module(name) for name in ("scipy.sparse", "sknetwork.ranking"))
    topology = importlib.import_module("sknetwork.topology")
    ones = np.ones(graph.m)
    net = sparse.csr_matrix((ones, (graph.child, graph.parent)), shape=(graph.n, graph.n))
    both = net + net.T
    return {
        "pagerank": lambda: ranking.PageRank().fit_predict(net),
        "katz": lambda: ranking.Katz(ALPHA, path_length=100).fit_predict(net),
        "core": lambda: topology.get_core_decomposition(both).astype(float),
        "hits": lambda: ranking.HITS().fit(net).scores_col_,
    }


RIVALS: Mapping[str, Callable[[Graph], Work]] = {
    "networkx": networkx_work,
    "igraph": igraph_work,
    "rustworkx": rustworkx_work,
    "networkit": networkit_work,
    "sknetwork": scikit_network_work,
}


def unscaled(values: Values) -> Values:
    """Return Katz values that were divided by their norm as the number of weighted paths: a leaf has 0."""
    return values / values.min() - 1


def compare(graph: Graph, names: tuple[str, ...]) -> None:
    """Print CPU seconds of begat and of each rival, the ratio, and how far the rival is off."""
    write(f"\n{graph.n:,} models with {graph.m:,} derivations, houses, copies and cycles left out\n")
    write(f"{'measure':14}{'library':12}{'CPU s':>10}{'begat s':>10}{'ratio':>8}{'off by':>10}\n")
    exact = {name: least(call) for name, call in begat_work(graph).items()}
    for library, make in RIVALS.items():
        try:
            work = make(graph)
        except ImportError:
            write(f"{'':14}{library:12}is not installed: pip install {library}\n")
            continue
        for name in names:
            if name in work:
                mine, _, values = exact[name]
                try:
                    cpu, _, theirs = least(work[name], 3)
                except Exception as error:  # noqa: BLE001 - a rival may fail as it likes
                    write(f"{name:14}{library:12}{error}\n")
                    continue
                large = values > 0
                off = np.abs(theirs[large] / values[large] - 1).max() if name != "hits" else np.nan
                write(f"{name:14}{library:12}{cpu:10.3f}{mine:10.3f}{cpu / mine:8.1f}{off:10.0e}\n")
                sys.stdout.flush()


def bandwidth(graph: Graph) -> None:
    """Print PageRank and reach against one plain pass of numpy over the same arrays."""
    credit, x = credit_graph(graph), np.ones(graph.n)
    credit.order  # noqa: B018 - prepared once

    def gather() -> Values:
        return np.bincount(graph.parent, weights=graph.share * x[graph.child], minlength=graph.n)

    once, _, _ = least(gather, 9)
    write(f"\none pass of numpy over the edges (gather, multiply, bincount): {once * 1000:.1f} ms\n")
    for name in ("katz", "pagerank", "reach"):
        cpu, _, _ = least(lambda name=name: measures()[name].values(credit, Figures()), 9)
        write(f"{name}: {cpu * 1000:.1f} ms, {cpu / once:.1f} times that\n")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Benchmark of the graph engine.")
    parser.add_argument("--models", type=int, default=3_000_000)
    parser.add_argument("--without-rivals", action="store_true")
    asked = parser.parse_args()
    graph = plain(own(asked.models))
    bandwidth(graph)
    if not asked.without_rivals:
        every = ("pagerank", "katz", "descendants", "closeness", "betweenness", "core", "hits")
        compare(graph, every)
        compare(plain(synthetic_graph(SMALL, SEED)), ("closeness", "betweenness"))


if __name__ == "__main__":
    main()
