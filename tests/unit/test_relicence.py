"""What a change of licence binds: against the inherited terms of every node, one by one."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import examples
from tests.unit.test_withdrawal import gone_of, supply_of

from begat.consequence.inherit import inherit
from begat.consequence.labels import MISSING, Labels
from begat.consequence.relicence import relicence
from begat.consequence.supply import Supply
from begat.licences import CLAUSES

LICENCES = ("Apache-2.0", "CC-BY-NC-4.0", "GPL-3.0-only", "MIT")


def labels_of(codes: list[int]) -> Labels:
    """Return labels of some licences; `MISSING` for none."""
    return Labels(np.array(codes, dtype=np.int32), LICENCES, np.zeros(len(codes), dtype=np.int8))


def by_weights(supply: Supply, labels: Labels, node: int) -> dict[str, str]:
    """Return how each clause stands by the walk of one node over its sources."""
    sources = [
        source for source in inherit(supply, labels, node).sources if source.ways[0].channel == "weights"
    ]
    found = {}
    for clause in CLAUSES:
        binds = any(clause in source.clauses.binding for source in sources)
        unknown = any(clause in source.clauses.unknown for source in sources)
        found[clause] = "binds" if binds else "unknown" if unknown else "absent"
    return found


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Supply, Labels, np.ndarray, int]:
    """Draw a graph with cycles, its licences, what changes, and to what."""
    n = draw(st.integers(1, 8))
    node = st.integers(0, n - 1)
    kinds = st.sampled_from(("finetune", "distilled"))
    links = draw(st.lists(st.tuples(node, node, kinds), max_size=14))
    supply = supply_of(n, [link for link in links if link[0] != link[1]])
    code = st.integers(MISSING, len(LICENCES) - 1)
    labels = labels_of(draw(st.lists(code, min_size=n, max_size=n)))
    return supply, labels, gone_of(n, draw(st.sets(node))), draw(st.integers(0, len(LICENCES) - 1))


@settings(max_examples=examples(60))
@given(worlds())
def test_it_equals_the_inherited_terms_before_and_after(
    world: tuple[Supply, Labels, np.ndarray, int],
) -> None:
    """Every change of a clause is that between the terms inherited under the old and the new labels."""
    supply, labels, changed, to = world
    later = labels_of(np.where(changed, to, labels.code).tolist())
    expected: Counter[tuple[str, str, str, bool]] = Counter()
    for node in range(supply.n):
        old, new = by_weights(supply, labels, node), by_weights(supply, later, node)
        for clause in CLAUSES:
            if old[clause] != new[clause]:
                expected[clause, old[clause], new[clause], bool(changed[node])] += 1
    rows = relicence(supply, labels, changed, LICENCES[to])
    found = Counter({(row.clause, row.before, row.after, True): row.changed for row in rows})
    found.update({(row.clause, row.before, row.after, False): row.below for row in rows})
    assert +found == expected


def test_who_promises_otherwise() -> None:
    """Of those that come to be bound, the ones that state a licence without the clause are counted."""
    supply = supply_of(4, [(1, 0, "finetune"), (2, 0, "finetune"), (3, 0, "finetune")])
    labels = labels_of([0, 3, 1, MISSING])
    rows = relicence(supply, labels, gone_of(4, {0}), "CC-BY-NC-4.0")
    (new,) = [row for row in rows if (row.clause, row.before) == ("no-commercial-use", "absent")]
    assert (new.changed, new.below, new.otherwise) == (1, 1, 1)
