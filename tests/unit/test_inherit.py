"""Inherited terms: against a walk over all paths, and the laws that they keep."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.lineage_sample import (
    Edge,
    Sample,
    only_inferred,
    supply_of,
    untold,
    without_label,
)

from begat.consequence.inherit import CHANNELS, STATES, Inherited, channel, inherit, needed
from begat.consequence.labels import MISSING
from begat.consequence.supply import EVIDENCE, KINDS
from begat.consequence.verdict import conflicts
from begat.licences import CLAUSES, clauses

GRAPHS = 500

samples = st.integers(min_value=0).map(Sample.of)


def terms(sample: Sample, node: int = 0, evidence: str = "reported") -> Inherited:
    """Return what a node of a sample inherits."""
    return inherit(sample.supply, sample.labels, node, evidence=evidence)


def paths(
    sample: Sample, evidence: str, path: tuple[Edge, ...] = (), seen: tuple[tuple[int, int], ...] = ((0, 0),)
) -> Iterator[tuple[int, tuple[Edge, ...]]]:
    """Yield every path upwards that continues one and passes nothing twice by a channel, with its end.

    `seen` has what was passed, the last at the end; those that lead back to the start are passed over.
    """
    at, via = seen[-1]
    if at or not path:
        yield at, path
    for edge in sample.edges:
        after = edge.parent, max(via, CHANNELS.index(channel(edge.kind)))
        known = EVIDENCE.index(edge.evidence) <= EVIDENCE.index(evidence)
        if edge.child == at and known and after not in seen:
            yield from paths(sample, evidence, (*path, edge), (*seen, after))


def weakest(path: tuple[Edge, ...]) -> tuple[int, int]:
    """Return the weakest channel and evidence of a path."""
    sure = max((EVIDENCE.index(step.evidence) for step in path), default=0)
    return max((CHANNELS.index(channel(step.kind)) for step in path), default=0), sure


def walked_state(sample: Sample, clause: str, evidence: str) -> str:
    """Return how a clause stands by looking at every path by itself."""
    found = {"absent"}
    for end, path in paths(sample, evidence):
        label = sample.licences[end]
        asked = clauses(label if isinstance(label, str) else None)
        with_weights = weakest(path)[0] == 0
        if clause in asked.binding:
            found.add("binds" if with_weights else "contested")
        if clause in asked.unknown or end in sample.bases:
            found.add("unknown" if with_weights else "contested-unknown")
        if end in sample.others:
            found.add("contested-unknown")
    return min(found, key=STATES.index)


def walked_ways(sample: Sample, evidence: str) -> dict[int, set[tuple[int, int, int]]]:
    """Return of each source, by channel, the surest evidence, and of this the shortest length."""
    every: dict[int, dict[int, tuple[int, int]]] = {}
    for end, path in paths(sample, evidence):
        via, sure = weakest(path)
        known = every.setdefault(end, {})
        known[via] = min(known.get(via, (sure, len(path))), (sure, len(path)))
    return {end: {(via, *way) for via, way in ways.items()} for end, ways in every.items()}


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_terms_are_those_of_all_paths(evidence: str) -> None:
    """On graphs with cycles and merges, states and ways are those of a walk over every path."""
    for seed in range(GRAPHS):
        sample = Sample.of(seed)
        found = terms(sample, evidence=evidence)
        states = {state.clause: state.state for state in found.states}
        assert states == {clause: walked_state(sample, clause, evidence) for clause in CLAUSES}, seed
        ways = {
            source.node: {
                (CHANNELS.index(way.channel), EVIDENCE.index(way.evidence), len(way.edges))
                for way in source.ways
            }
            for source in found.sources
        }
        assert ways == walked_ways(sample, evidence), seed


def test_sample_holds_what_matters() -> None:
    """The graphs by chance have cycles, merges, every kind of link and every state."""
    some = [Sample.of(seed) for seed in range(GRAPHS)]
    assert {edge.kind for sample in some for edge in sample.edges} == set(KINDS)
    assert {state.state for sample in some for state in terms(sample).states} == set(STATES)
    assert any(
        (edge.parent, edge.child) in {(e.child, e.parent) for e in s.edges} for s in some for edge in s.edges
    )
    assert any(len(source.ways) > 1 for sample in some for source in terms(sample).sources)


@given(samples)
def test_a_free_ancestor_adds_nothing(sample: Sample) -> None:
    """One more base under a licence that asks for nothing changes no clause."""
    more = sample._replace(
        n=sample.n + 1,
        edges=[*sample.edges, Edge(0, sample.n, "finetune")],
        licences=[*sample.licences, "CC0-1.0"],
    )
    new = {state.clause: state.state for state in terms(more).states}
    free = clauses("CC0-1.0")
    for state in terms(sample).states:
        if state.clause not in {*free.binding, *free.unknown}:
            assert new[state.clause] == state.state


def held(found: Inherited) -> set[tuple[str, int]]:
    """Return each clause that binds with the weights, with whose it is."""
    return {(state.clause, source.node) for state in found.states for source in state.binding}


@given(samples, st.integers(0, 6))
def test_a_label_less_leaves_a_clause_unknown(sample: Sample, node: int) -> None:
    """What bound under a licence that nobody states any more is not known from the same source."""
    node %= sample.n
    after = terms(without_label(sample, node))
    for clause, source in held(terms(sample)):
        state = after.state(clause)
        kept = state.unknown if source == node else state.binding
        assert source in {other.node for other in kept}


@given(samples, st.integers(0, 11))
def test_an_untold_base_leaves_a_clause_unknown(sample: Sample, at: int) -> None:
    """Where it can't be told any more what went in, all that came that way still binds or is not known."""
    if not sample.edges:
        return
    lost = untold(sample, sample.edges[at % len(sample.edges)])
    before, after = terms(sample), terms(lost)
    for old, new in zip(before.states, after.states, strict=True):
        if old.state in ("binds", "unknown"):
            assert new.binding or new.unknown
        elif old.state != "absent":
            assert new.state != "absent"


@given(samples, st.integers(0, 11))
def test_an_inferred_link_is_found_again(sample: Sample, at: int) -> None:
    """What bound by a link that is only inferred now, binds the same once inferred links are followed."""
    if not sample.edges:
        return
    weaker = only_inferred(sample, sample.edges[at % len(sample.edges)])
    assert held(terms(sample)) <= held(terms(weaker, evidence="inferred"))
    assert held(terms(weaker)) <= held(terms(sample))


def test_open_data_does_not_drown_weights() -> None:
    """A model on a dataset that can't be told has no clause that is not known with the weights."""
    sample = Sample(1, [], ["Apache-2.0"], [], [0])
    states = {state.state for state in terms(sample).states}
    assert states <= {"binds", "contested-unknown", *own_states("Apache-2.0")}


def own_states(licence: str) -> set[str]:
    """Return the states of a model alone."""
    return {state.state for state in terms(Sample(1, [], [licence], [], [])).states}


def test_a_dataset_holds_what_it_is_made_from() -> None:
    """The terms of a dataset bind what is made from it, and are contested for what learned from that."""
    sample = Sample(
        3, [Edge(0, 1, "trained-on"), Edge(1, 2, "dataset-derived")], ["MIT", MISSING, "CC-BY-NC-4.0"], [], []
    )
    assert terms(sample, 1).state("no-commercial-use").state == "binds"
    assert terms(sample, 0).state("no-commercial-use").state == "contested"


def test_a_base_that_also_taught_came_both_ways() -> None:
    """What a model was made from and learned from is both: the ban on training others isn't lost."""
    edges = [Edge(0, 1, "finetune"), Edge(0, 2, "distilled"), Edge(2, 1, "finetune")]
    sample = Sample(3, edges, ["Apache-2.0", "LicenseRef-llama2", "LicenseRef-llama2"], [], [])
    found = terms(sample)
    assert {source.node: [way.channel for way in source.ways] for source in found.sources} == {
        0: ["weights"],
        1: ["weights", "outputs"],
        2: ["outputs"],
    }
    told = {finding.kind: [cause.source.node for cause in causes] for finding, causes in conflicts(found, "")}
    assert told["training-forbidden"] == [1, 2]
    assert told["terms-dropped"] == [1]


def test_a_cycle_is_no_way_into_itself() -> None:
    """A model that learned from what was made from it is no source of its own, in any channel."""
    edges = [Edge(0, 1, "distilled"), Edge(1, 0, "finetune")]
    found = terms(Sample(2, edges, ["Apache-2.0", "LicenseRef-llama2"], [], []))
    assert [[way.channel for way in source.ways] for source in found.sources] == [["weights"], ["outputs"]]


def test_an_adapter_needs_its_bases() -> None:
    """Adapters lead to the model that they run on and no further; a cycle ends; nothing inferred counts."""
    edges = [
        *(Edge(0, 1, "adapter"), Edge(1, 2, "adapter"), Edge(2, 3, "finetune")),
        *(Edge(1, 0, "adapter"), Edge(0, 4, "adapter", "inferred"), Edge(0, 5, "merge")),
    ]
    supply = supply_of(6, edges)
    found = needed(supply, 0)
    assert {base: [int(supply.graph.parent[edge]) for edge in path] for base, path in found.items()} == {
        1: [1],
        2: [1, 2],
    }
    assert needed(supply, 2) == {}
