"""What does not fit, for all at once: the same as what each thing by itself inherits and the rules say."""

from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from begat.consequence.conflict import KINDS, clash, findings, keeps_name, naming
from begat.consequence.inherit import CHANNELS, Inherited, inherit
from begat.consequence.labels import MISSING, OTHER, UNKNOWN_WHY, UNSEEN, Labels
from begat.consequence.supply import EVIDENCE, TRAINED_ON, Supply
from begat.consequence.supply import KINDS as LINKS
from begat.consequence.sweep import Hit, keep_name, sweep
from begat.graph import Graph, Ids
from begat.registry import open_registry

LICENCES = (
    *("Apache-2.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-SA-4.0", "GPL-3.0-only", "LicenseRef-gemma"),
    *("LicenseRef-llama3", "LicenseRef-llama3.1", "LicenseRef-no-such", "MIT OR CC-BY-NC-4.0"),
)
NAMES = ("Llama-3-a", "llama3.1_b", "meta-llama-3", "Meta Llama", "gemma", "cat")


def drawn(random: np.random.Generator, n: int, m: int) -> tuple[Supply, Labels]:
    """Draw models, datasets, links of all kinds and evidence with cycles and merges, and licences."""
    pairs = {(int(c), int(p)) for c, p in random.integers(0, n, (m, 2)) if c != p}
    child, parent = (np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)[:, side] for side in (0, 1))
    models = n - n // 4
    kinds = np.where(
        child >= models,
        LINKS.index("dataset-derived"),
        np.where(parent >= models, LINKS.index(TRAINED_ON), random.integers(0, 10, len(child))),
    )
    nobody = np.full(n, -1, dtype=np.int32)
    ids = [f"{node:04}/{random.choice(NAMES)}" for node in range(n)]
    graph = Graph(
        Ids.of(ids),
        child,
        parent,
        kinds.astype(np.int8),
        np.ones(len(child)),
        *(nobody, nobody, np.arange(n, dtype=np.int32), Ids.of([]), Ids.of([])),
    )
    evidence = random.choice(len(EVIDENCE), len(child), p=[0.6, 0.2, 0.2]).astype(np.int8)
    ends = (random.random(n) < 0.1).astype(np.int32)
    supply = Supply(graph, models, evidence, np.full(len(child), -1, dtype=np.int32), ends)
    code = random.integers(UNSEEN, len(LICENCES), n).astype(np.int32)
    return supply, Labels(code, LICENCES, np.full(n, -1, dtype=np.int8))


def judged(supply: Supply, labels: Labels, found: Inherited) -> set[Hit]:
    """Return what does not fit of one thing, source by source and way by way."""
    own, name = found.own, supply.graph.ids[found.node]
    ways = [(source, way.channel) for source in found.sources[1:] for way in source.ways]
    hits = set()
    for source, channel in ways:
        code = int(labels.code[source.node])
        told = findings(own.licence, source.licence, channel, why=own.why)
        hits |= {Hit(code, channel, finding) for finding in told}
        asked = naming(source.licence, channel)
        if asked and not keeps_name(name, asked[0]):
            hits.add(Hit(code, channel, asked[1]))
    joining = "data" if found.node >= supply.models else "weights"
    joined = sorted(
        {labels.licences.index(s.licence) for s, channel in ways if s.licence and channel == joining}
    )
    for one, other in combinations(joined, 2):
        if finding := clash(labels.licences[one], labels.licences[other]):
            hits.add(Hit(one, joining, finding, other))
    return hits


def agree(supply: Supply, labels: Labels, evidence: str, nodes: np.ndarray) -> None:
    """Assert that the sweep says of some nodes what the walk from each says."""
    found = sweep(supply, labels, evidence=evidence)
    for node in nodes.tolist():
        alone = inherit(supply, labels, node, evidence=evidence)
        hits = found.hits[found.of[node]]
        assert len(hits) == len(set(hits))
        assert set(hits) == judged(supply, labels, alone), supply.graph.ids[node]


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_the_sweep_equals_a_walk_from_each_thing_on_random_graphs(evidence: str) -> None:
    """Cycles, merges, all channels, names and kinds of evidence change nothing."""
    random = np.random.default_rng(EVIDENCE.index(evidence))
    for _ in range(60):
        n = int(random.integers(2, 14))
        supply, labels = drawn(random, n, int(random.integers(0, 2 * n)))
        agree(supply, labels, evidence, np.arange(n))


def test_the_sweep_equals_a_walk_where_levels_are_wide() -> None:
    """Levels with many links are passed as columns, and give the same."""
    random = np.random.default_rng(7)
    supply, labels = drawn(random, 800, 800)
    agree(supply, labels, "inferred", random.choice(800, 200, replace=False))


def test_the_sweep_equals_a_walk_on_the_embedded_snapshot(built: Path) -> None:
    """Of every thing that a found kind is rare for, and of every fiftieth other that something reaches."""
    registry = open_registry(built)
    found = sweep(registry.supply, registry.labels)
    rare = [np.flatnonzero(found.has(kind))[:20] for kind in KINDS]
    nodes = np.concatenate([*rare, np.flatnonzero(found.reach.of)[::50]])
    agree(registry.supply, registry.labels, "reported", np.unique(nodes))


@given(st.text(max_size=12), st.sampled_from(["Llama", "Llama 3", "glm-4"]))
@example("a/Meta-LLAMA_3", "Llama 3")
@example("a/\u212a\u0130lama", "Kilama")
@example("x\nllama/llama\n3", "Llama 3")
def test_names_are_kept_as_columns_as_one_by_one(name: str, begins: str) -> None:
    """The column way to tell kept names is that of a single name."""
    assert keep_name(pl.Series([name]), begins).tolist() == [keeps_name(name, begins)]


def test_only_unread_pages_have_no_finding_about_their_own_licence() -> None:
    """A thing without a licence, under *other* and never read, each made from the same source."""
    random = np.random.default_rng(0)
    supply, labels = drawn(random, 4, 0)
    graph = supply.graph
    star = Graph(
        graph.ids,
        np.array([0, 1, 2], dtype=np.int32),
        np.array([3, 3, 3], dtype=np.int32),
        np.zeros(3, dtype=np.int8),
        np.ones(3),
        *(graph.account, graph.institution, graph.twin, graph.account_ids, graph.institution_ids),
    )
    supply = Supply(
        star, 4, np.zeros(3, dtype=np.int8), np.full(3, -1, dtype=np.int32), np.zeros(4, np.int32)
    )
    code = np.array([MISSING, OTHER, UNSEEN, LICENCES.index("LicenseRef-gemma")], dtype=np.int32)
    found = sweep(supply, Labels(code, LICENCES, labels.gated))
    kinds = [[hit.finding.kind for hit in found.hits[place]] for place in found.of]
    assert set(UNKNOWN_WHY) == {MISSING, OTHER, UNSEEN}
    assert kinds == [["licence-missing"], ["licence-unnamed"], [], []]
    assert found.has("licence-missing", "medium").tolist() == [True, False, False, False]


def test_channels_are_those_of_one_thing() -> None:
    """The sets of a sweep stand in the order of the channels."""
    random = np.random.default_rng(3)
    supply, labels = drawn(random, 60, 80)
    found = sweep(supply, labels)
    assert all(len(sets) == len(CHANNELS) for sets in found.reach.sets)
    assert found.reach.sets[0] == (0, 0, 0)
