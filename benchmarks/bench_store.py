"""The RDF store on a synthetic Hub: building it, and common questions, against raw pyoxigraph and rdflib.

Raw is what pyoxigraph does alone: `bulk_load` of the same quads from a ready file, which it reads on all
cores, and `Store.query`. rdflib answers from its own memory store, on a Hub small enough for it. Each build
runs in a process of its own. CPU seconds stand beside wall time: on a shared machine only they compare.

    python benchmarks/bench_store.py [models] [profile] [home]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph as ox

from begat.graph import load_or_build, walk
from begat.ids import model_iri
from begat.snapshot import Home, Snapshot
from begat.store import Profile, sparql
from begat.store.quads import nquads

MEASURED = """
import resource, sys, time
start = time.perf_counter()
{work}
used = resource.getrusage(resource.RUSAGE_SELF)
print(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20)
"""
RAW = """
import pyoxigraph as ox
store = ox.Store(sys.argv[1])
store.bulk_load(path=sys.argv[2], format=ox.RdfFormat.N_QUADS)
store.flush()
"""
OWN = """
from pathlib import Path
from begat.snapshot import Snapshot
from begat.store import build_store
scores = Path(sys.argv[4]) if sys.argv[4] else None
build_store(Snapshot(Path(sys.argv[2])), Path(sys.argv[1]), scores=scores, profile=sys.argv[3])
"""
QUESTIONS = {
    "ancestors": "SELECT DISTINCT ?x { $m prov:wasDerivedFrom+ ?x }",
    "descendants": "SELECT DISTINCT ?x { ?x prov:wasDerivedFrom+ $m }",
    "facts": "SELECT ?p ?o { $m ?p ?o }",
    "descendant count": "SELECT ?n { $m begat:descendantCount ?n }",
}
TABLES = {
    "top 100 by reach": """SELECT ?model ?value ?rank {
        ?set begat:scoreMethod "reach-v1" ; qb:slice/qb:observation ?o .
        ?o begat:subject ?model ; begat:value ?value ; begat:rank ?rank
    } ORDER BY ?rank LIMIT 100""",
    "share by country": """SELECT ?country ?value {
        ?set begat:scoreMethod "reach-of-country-v1" ; qb:slice/qb:observation ?o .
        ?o begat:subject ?country ; begat:value ?value }""",
    "licence conflicts of one root": """SELECT ?model ?licence ?ancestor ?theirs {
        ?model begat:exceedsTermsOf ?ancestor ; dct:license ?licence . ?ancestor dct:license ?theirs
        FILTER EXISTS { ?model begat:rootModel $m } }""",
}


def measured(work: str, *arguments: str) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak GiB of work in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED.format(work=work), *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    wall, cpu, peak = (float(text) for text in ran.stdout.split()[-3:])
    return wall, cpu, peak


def builds(snapshot: Snapshot, scores: Path | None, profile: Profile, work: Path) -> Path:
    """Build raw and whole; print both, and return the folder of the whole."""
    text = work / "quads.nq"
    with text.open("wb") as file:
        lines = sum(file.write(piece) and count for piece, count in nquads(snapshot, scores, profile=profile))
    raw = measured(RAW, str(work / "raw"), str(text))
    own = measured(OWN, str(work / "own"), str(snapshot.path), profile, str(scores or ""))
    facts = json.loads((work / "own" / "store.json").read_text())
    models = snapshot.rows("models")
    size, length = sum(facts["sizes"].values()) >> 20, text.stat().st_size >> 20
    print(f"{profile}: {facts['quads']:,} quads of {lines:,} lines, {facts['quads'] / models:.1f} and")
    print(f"  {(size << 20) / models:.0f} bytes a model; text {length:,} MiB, store {size:,} MiB")
    for name, (wall, cpu, peak) in (("raw", raw), ("begat", own)):
        print(f"  {name:6} {wall:7.1f} s wall {cpu:7.1f} s CPU {peak:5.1f} GiB peak")
    print(f"  raw / begat: {raw[0] / own[0]:.2f} wall, {raw[1] / own[1]:.2f} CPU")
    text.unlink()
    return work / "own"


def spent(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return wall and CPU milliseconds of a call, and what it gave."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = call()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000, found


def questions(store: ox.Store, snapshot: Snapshot, cache: Path) -> None:
    """Ask of 1,000 random models, of the largest one and of all; ancestors and descendants are asserted."""
    graph = load_or_build(snapshot, cache)
    chosen = [graph.ids[node] for node in np.random.default_rng(0).choice(graph.n, 1000, replace=False)]
    below = np.bincount(graph.parent, minlength=graph.n)
    largest = max(np.argsort(-below)[:5], key=lambda node: len(walk(graph, int(node), up=False).node))
    for name, query in QUESTIONS.items():
        taken = []
        for key in chosen:
            text = query.replace("$m", f"<{model_iri(key)}>")
            wall, cpu, found = spent(lambda text=text: sparql(store, text))
            taken.append((wall, cpu, len(found.rows)))
            if name in ("ancestors", "descendants"):
                reached = walk(graph, graph.ids.find(key), up=name == "ancestors").node
                assert {row["x"] for row in found.rows} - {model_iri(key)} == {
                    model_iri(graph.ids[node]) for node in reached
                }
        walls, cpus = (np.array([row[i] for row in taken if row[2] < 1000]) for i in (0, 1))
        print(
            f"  {name:18} p50/p99 {np.percentile(walls, 50):.2f}/{np.percentile(walls, 99):.2f} ms wall,"
            f" {np.percentile(cpus, 50):.2f}/{np.percentile(cpus, 99):.2f} CPU"
        )
    root = f"<{model_iri(graph.ids[largest])}>"
    for name, query in {"descendants of the largest": QUESTIONS["descendants"], **TABLES}.items():
        text = query.replace("$m", root)
        raw = spent(lambda text=text: list(_raw(store, text)))
        own = min((spent(lambda text=text: sparql(store, text)) for _ in range(3)), key=lambda each: each[1])
        print(
            f"  {name:30} {len(own[2].rows):7,} rows {own[0]:8.1f} ms, {own[1]:7.1f} CPU; raw {raw[1]:7.1f}"
        )


def _raw(store: ox.Store, text: str) -> Any:
    from begat.vocab import PREFIXES

    return store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)


def rival(snapshot: Snapshot, profile: Profile) -> None:
    """Ask rdflib's own store the same of one hundred models; it holds the text of a small Hub."""
    import rdflib

    data = rdflib.Dataset(default_union=True)
    text = b"".join(piece for piece, _ in nquads(snapshot, profile=profile))
    wall, cpu, _ = spent(lambda: data.parse(data=text, format="nquads"))
    print(
        f"rdflib {version('rdflib')}: {len(data):,} quads in {wall / 1000:.0f} s wall, {cpu / 1000:.0f} s CPU"
    )
    models = snapshot.frame("derivations", ["child"])["child"].unique().sort().sample(100, seed=0)
    for name in ("ancestors", "descendants", "facts"):
        query = QUESTIONS[name]
        texts = [query.replace("$m", f"<{model_iri(key)}>") for key in models]
        taken = [spent(lambda text=text: list(data.query(text)))[1] for text in texts]
        print(f"  {name:18} p50/p99 {np.percentile(taken, 50):.2f}/{np.percentile(taken, 99):.2f} ms CPU")


def main() -> None:
    """Make or open the Hub, build, ask."""
    models, profile = int((sys.argv[1:] or ["100000"])[0]), (sys.argv[2:] or ["lineage"])[0]
    assert profile in ("full", "lineage")
    print(f"pyoxigraph {version('pyoxigraph')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print("all data are synthetic")
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        work = Path(folder)
        home = Home(Path(sys.argv[3])) if sys.argv[3:] else _made(models, work / "home")
        snapshot = home.current()
        scores = None
        if profile == "full":
            from begat.influence.scores import kept_scores

            graph = home.derived(snapshot) / "graph"
            scores = kept_scores(snapshot, lambda: load_or_build(snapshot, graph), work / "scores.parquet")
        own = builds(snapshot, scores, profile, work)
        questions(ox.Store.read_only(str(own / "oxigraph")), snapshot, work / "graph")
        if models <= 100_000:
            rival(snapshot, profile)


def _made(models: int, folder: Path) -> Home:
    from begat.synth import synthetic_home

    synthetic_home(folder, models, 0)
    return Home(folder)


if __name__ == "__main__":
    main()
