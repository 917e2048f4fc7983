"""What does not fit, for all at once: the same as what each thing by itself inherits and the rules say."""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from begat.consequence.conflict import KINDS, NAMING, SEVERITIES, clash, findings, keeps_name, naming
from begat.consequence.inherit import CHANNELS, channel, inherit
from begat.consequence.labels import MISSING, OTHER, UNKNOWN_WHY, UNSEEN, Labels
from begat.consequence.origin import Origins, same_maker
from begat.consequence.origin_sweep import traced
from begat.consequence.supply import EVIDENCE, TRAINED_ON, Supply
from begat.consequence.supply import KINDS as LINKS
from begat.consequence.sweep import Hit, Sweep, keep_name, sweep
from begat.consequence.verdict import UNLABELLED, conflicts
from begat.graph import Graph, Ids
from begat.registry import open_registry

LICENCES = (
    *("Apache-2.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-SA-4.0", "GPL-3.0-only", "LicenseRef-gemma"),
    *("LicenseRef-llama3", "LicenseRef-llama3.1", "LicenseRef-no-such", "MIT OR CC-BY-NC-4.0"),
    *(
        "LicenseRef-llama2",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "LicenseRef-gemma AND (MIT OR CC0-1.0)",
    ),
)
NAMES = ("Llama-3-a", "llama3.1_b", "meta-llama-3", "Meta Llama", "gemma", "cat")


def drawn(random: np.random.Generator, n: int, m: int) -> tuple[Supply, Labels]:
    """Draw models, datasets, links of all kinds and evidence with cycles and merges, and licences.

    Datasets are made from datasets only, as they are known to be; so what is in the weights of something
    is never in its data.
    """
    models = n - n // 4
    drawn = random.integers(0, n, (m, 2)).tolist()
    pairs = {(c, p) for c, p in drawn if c != p and (c < models or p >= models)}
    child, parent = (np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)[:, side] for side in (0, 1))
    kinds = np.where(
        child >= models,
        LINKS.index("dataset-derived"),
        np.where(parent >= models, LINKS.index(TRAINED_ON), random.integers(0, 10, len(child))),
    )
    account, institution = random.integers(-1, 3, (2, n)).astype(np.int32)
    ids = [f"{node:04}/{random.choice(NAMES)}" for node in range(n)]
    graph = Graph(
        Ids.of(ids),
        child,
        parent,
        kinds.astype(np.int8),
        np.ones(len(child)),
        *(
            account,
            institution,
            np.arange(n, dtype=np.int32),
            Ids.of(["a", "b", "c"]),
            Ids.of(["x", "y", "z"]),
        ),
    )
    evidence = random.choice(len(EVIDENCE), len(child), p=[0.6, 0.2, 0.2]).astype(np.int8)
    ends = (random.random(n) < 0.1).astype(np.int32)
    supply = Supply(
        graph,
        models,
        evidence,
        np.full(len(child), -1, dtype=np.int32),
        ends,
        ends,
        np.array([0, 1, 0], np.int32),
    )
    code = random.integers(UNSEEN, len(LICENCES), n).astype(np.int32)
    return supply, Labels(code, LICENCES, np.full(n, -1, dtype=np.int8))


def judged(supply: Supply, labels: Labels, node: int, ways: Iterable[tuple[int, str]]) -> set[Hit]:
    """Return what does not fit of one thing, source by source."""
    own, name = int(labels.code[node]), supply.graph.ids[node]
    hits, joined = set(), set()
    for source, via in ways:
        code, licence = int(labels.code[source]), labels.licence(source)
        told = findings(labels.licence(node), licence, via, why=UNKNOWN_WHY.get(own))
        hits |= {Hit(code, via, finding) for finding in told}
        asked = naming(licence, via)
        if asked and not keeps_name(name, asked[0]):
            hits.add(Hit(code, via, asked[1]))
        if licence and via == "weights":
            joined.add(code)
    for one, other in combinations(sorted(joined), 2):
        if finding := clash(labels.licences[one], labels.licences[other]):
            hits.add(Hit(one, "weights", finding, other))
    return hits


def went_in(supply: Supply, evidence: str) -> dict[int, set[tuple[int, str]]]:
    """Return what went into each thing and how, by adding until nothing is new."""
    graph = supply.within(evidence).graph
    links = list(zip(graph.child.tolist(), graph.parent.tolist(), graph.relation.tolist(), strict=True))
    found: dict[int, set[tuple[int, str]]] = {node: set() for node in range(supply.n)}
    size = -1
    while size < (size := sum(map(len, found.values()))):
        for child, parent, relation in links:
            step = channel(LINKS[relation])
            further = {(parent, "weights")} | found[parent]
            found[child] |= {(node, max(step, via, key=CHANNELS.index)) for node, via in further}
    return {node: {way for way in ways if way[0] != node} for node, ways in found.items()}


def asked(labels: Labels, node: int) -> str:
    """Return what the licence of a thing wants its name to begin with."""
    found = naming(labels.licence(node), "weights")
    return found[0] if found else ""


def begun(supply: Supply, labels: Labels, node: int, ways: dict[int, set[tuple[int, str]]]) -> set[str]:
    """Return the kinds of which something came by a direct source that had no such finding."""
    graph, found = supply.graph, set()
    for edge in np.flatnonzero(graph.child == node):
        source, step = int(graph.parent[edge]), channel(LINKS[graph.relation[edge]])
        had = judged(supply, labels, source, ways[source])
        for hit in judged(supply, labels, node, ways[node]):
            codes = {hit.source} if hit.other is None else {hit.source, hit.other}
            bare = hit.finding.kind == NAMING and not keeps_name(graph.ids[source], asked(labels, source))
            itself = step == hit.channel and int(labels.code[source]) in codes and not bare
            came = {
                via
                for origin, via in ways[source]
                if int(labels.code[origin]) in codes and max(step, via, key=CHANNELS.index) == hit.channel
            }
            same = [one for one in had if one.finding.kind == hit.finding.kind]
            clean = {
                via for via in came if (hit.source, via, hit.other) not in [one[:2] + one[3:] for one in same]
            }
            if itself or clean:
                found.add(hit.finding.kind)
    return found - set(UNLABELLED)


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_what_is_inherited_and_of_one_maker_is_found_as_one_by_one(evidence: str) -> None:
    """On graphs with cycles and merges: by sets, by walks, and by adding up what went into each."""
    random = np.random.default_rng(11 + EVIDENCE.index(evidence))
    inherited = same = straight = 0
    for _ in range(60):
        n = int(random.integers(2, 14))
        supply, labels = drawn(random, n, int(random.integers(0, 2 * n)))
        swept = sweep(supply, labels, evidence=evidence)
        found = traced(swept, supply, labels, np.arange(n))
        ways, origins = went_in(supply, evidence), Origins(supply, labels, evidence=evidence)
        for node in range(n):
            told = conflicts(inherit(supply, labels, node, evidence=evidence), supply.graph.ids[node])
            kinds = {each.finding.kind for each in told} - set(UNLABELLED)
            here = {each.finding.kind for each in told if origins.since(node, each) == node}
            mine = {each.finding.kind for each in told if same_maker(supply, node, each) is None}
            if not {node, *(source for source, _ in ways[node])} & set(swept.reach.circular.tolist()):
                assert here - set(UNLABELLED) == begun(supply.within(evidence), labels, node, ways)
                straight += 1
            assert {KINDS[kind] for kind in np.flatnonzero(found.inherited[node])} == kinds - here
            assert {KINDS[kind] for kind in np.flatnonzero(found.same_maker[node])} == kinds - mine
        inherited, same = inherited + found.inherited.sum(), same + found.same_maker.sum()
    assert min(inherited, same, straight) > 0


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_the_sweep_equals_adding_up_sources_on_random_graphs(evidence: str) -> None:
    """Cycles, merges, all channels, names and kinds of evidence change nothing."""
    random = np.random.default_rng(EVIDENCE.index(evidence))
    for _ in range(60):
        n = int(random.integers(2, 14))
        supply, labels = drawn(random, n, int(random.integers(0, 2 * n)))
        found, ways = sweep(supply, labels, evidence=evidence), went_in(supply, evidence)
        for node in range(n):
            hits = found.hits[found.of[node]]
            assert len(hits) == len(set(hits))
            assert set(hits) == judged(supply, labels, node, ways[node])


Unfit = set[tuple[str, str, frozenset[str | None]]]


def said_of_one(supply: Supply, labels: Labels, node: int, evidence: str) -> Unfit:
    """Return what doesn't fit in what one thing inherits: kind, severity and the licences that cause it."""
    told = conflicts(inherit(supply, labels, node, evidence=evidence), supply.graph.ids[node])
    return {
        (finding.kind, finding.severity, frozenset(cause.source.licence for cause in causes))
        if finding.kind not in UNLABELLED
        else (finding.kind, finding.severity, frozenset())
        for finding, causes in told
    }


def said_by_sweep(found: Sweep, labels: Labels, node: int) -> Unfit:
    """Return the same of the sweep; that no licence is stated is said once, as gravely as it can be."""
    hits = found.hits[found.of[node]]
    named = [*labels.licences, *[None] * 3]
    said = {
        (
            hit.finding.kind,
            hit.finding.severity,
            frozenset((named[hit.source], named[hit.other or hit.source])),
        )
        for hit in hits
        if hit.finding.kind not in UNLABELLED
    }
    bare = [hit.finding for hit in hits if hit.finding.kind in UNLABELLED]
    gravest = sorted(bare, key=lambda finding: SEVERITIES.index(finding.severity))[:1]
    return said | {(finding.kind, finding.severity, frozenset()) for finding in gravest}


def test_the_sweep_equals_what_each_inherits_where_levels_are_wide() -> None:
    """Levels with many links are passed as columns, and give the same."""
    random = np.random.default_rng(7)
    supply, labels = drawn(random, 800, 800)
    found = sweep(supply, labels, evidence="inferred")
    for node in random.choice(800, 200, replace=False).tolist():
        assert said_by_sweep(found, labels, node) == said_of_one(supply, labels, node, "inferred")


def test_the_sweep_equals_what_each_inherits_on_the_embedded_snapshot(built: Path) -> None:
    """Of some things with each kind of finding, and of every fiftieth other that something reaches."""
    registry = open_registry(built)
    supply, labels = registry.supply, registry.labels
    found = sweep(supply, labels)
    some = [np.flatnonzero(found.has(kind))[:20] for kind in KINDS]
    for node in np.unique(np.concatenate([*some, np.flatnonzero(found.reach.of)[::50]])).tolist():
        assert said_by_sweep(found, labels, node) == said_of_one(supply, labels, node, "reported")


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
    supply = Supply(star, 4, np.zeros(3, np.int8), np.full(3, -1, np.int32), *np.zeros((3, 4), np.int32))
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
