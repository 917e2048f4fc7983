"""What every measure of influence must hold, over all that are found."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import begat.influence.measure as package
from begat.graph import RELATIONS, Graph, Ids, credit_graph
from begat.graph.arrays import COPY
from begat.influence.measure.accounts import accounts
from begat.influence.measure.base import Measure, measures
from begat.influence.measure.pagerank import pagerank
from begat.influence.measure.reach import reach

ALL = list(measures().values())
N = 12

rows = st.lists(
    st.tuples(st.integers(0, N - 1), st.integers(0, N - 1), st.integers(0, len(RELATIONS) - 1)), max_size=40
)
every_measure = pytest.mark.parametrize("measure", ALL, ids=lambda measure: measure.name)


def make_graph(edges: list[tuple[int, int, int]], n: int = N, accounts: list[int] | None = None) -> Graph:
    """Return a graph of n models from (child, parent, relation), accounts and institutions given."""
    pairs = {(c, p): r for c, p, r in edges if c != p}
    ordered = sorted(pairs)
    child = np.array([c for c, _ in ordered], dtype=np.int32)
    return Graph(
        ids=Ids.of([f"m{i:03}" for i in range(n)]),
        child=child,
        parent=np.array([p for _, p in ordered], dtype=np.int32),
        relation=np.array([pairs[pair] for pair in ordered], dtype=np.int8),
        share=1.0 / np.bincount(child, minlength=n)[child],
        account=np.array(accounts or [i % 4 for i in range(n)], dtype=np.int32),
        institution=np.array([0 if i % 5 == 0 else -1 for i in range(n)], dtype=np.int32),
        twin=np.arange(n, dtype=np.int32),
        account_ids=Ids.of([f"a{i:03}" for i in range(n)]),
        institution_ids=Ids.of(["i0"]),
    )


def test_every_file_is_found() -> None:
    """The measures are the files of the folder, none is lost."""
    files = {path.stem for path in Path(package.__path__[0]).glob("*.py")} - {"__init__", "base"}
    assert {measure.name for measure in ALL} == files


@every_measure
def test_declares_itself(measure: Measure) -> None:
    """A measure says what it is, in what unit, after whom."""
    assert measure.title
    assert measure.unit
    assert measure.reference


@every_measure
@given(rows)
def test_agrees_with_its_readable_twin(measure: Measure, edges: list[tuple[int, int, int]]) -> None:
    """The fast path gives what the definition gives; finite, not negative, one value a model."""
    credit = credit_graph(make_graph(edges))
    values = measure.compute(credit)
    assert values.shape == (N,)
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    np.testing.assert_allclose(values, measure.readable(credit), atol=1e-9)


@every_measure
@given(rows, st.permutations(range(N)))
def test_relabelling_permutes(measure: Measure, edges: list[tuple[int, int, int]], order: list[int]) -> None:
    """The names of models don't matter (graphs without copies and cycles, whose heads are named)."""
    finetune = RELATIONS.index("finetune")
    dag = [(c, p, finetune) for c, p, _ in edges if c > p]
    before = make_graph(dag)
    house = [0] * N
    account = [0] * N
    for old, new in enumerate(order):
        house[new], account[new] = int(before.institution[old]), int(before.account[old])
    after = make_graph([(order[c], order[p], finetune) for c, p, _ in dag], accounts=account)
    after.institution[:] = house
    values = measure.compute(credit_graph(before))
    moved = measure.compute(credit_graph(after))
    np.testing.assert_allclose(moved[np.array(order)], values, atol=1e-12)


@every_measure
def test_credit_flows_to_the_parent(measure: Measure) -> None:
    """Of three models in a chain the root has most, the leaf least."""
    finetune = RELATIONS.index("finetune")
    graph = make_graph([(1, 0, finetune), (2, 1, finetune), (3, 0, finetune)], 4, [0, 1, 2, 3])
    graph.institution[:] = -1
    values = measure.compute(credit_graph(graph))
    assert values[0] > values[1] >= values[2]


@every_measure
def test_a_graph_without_edges_has_no_influence(measure: Measure) -> None:
    """No recorded lineage gives 0 everywhere."""
    assert (measure.compute(credit_graph(make_graph([]))) == 0).all()


@given(rows)
def test_pagerank_sums_to_one(edges: list[tuple[int, int, int]]) -> None:
    """PageRank is a distribution over the models that have a derivation."""
    credit = credit_graph(make_graph(edges))
    total = pagerank(credit).sum()
    assert total == pytest.approx(1 if credit.graph.m else 0)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20))
def test_reach_of_equal_children_is_logarithmic(owners: list[int]) -> None:
    """N fine-tunes of one account count log2(1 + n); accounts add up."""
    n = len(owners) + 1
    finetune = RELATIONS.index("finetune")
    graph = make_graph([(i + 1, 0, finetune) for i in range(n - 1)], n, [9, *owners])
    graph.institution[:] = -1
    expected = sum(np.log2(1 + owners.count(owner)) for owner in set(owners))
    assert reach(credit_graph(graph))[0] == pytest.approx(expected)


@given(rows, st.integers(0, N - 1))
def test_reach_never_falls_when_a_leaf_is_added(edges: list[tuple[int, int, int]], parent: int) -> None:
    """The marginal cap is monotone: one more derivative lowers nobody."""
    plain = [(c, p, r) for c, p, r in edges if c > p and r != COPY]
    account = [i % 4 for i in range(N + 1)]
    before = reach(credit_graph(make_graph(plain, N + 1, account)))
    leaf = (N, parent, RELATIONS.index("finetune"))
    after = reach(credit_graph(make_graph([*plain, leaf], N + 1, account)))
    assert (after >= before - 1e-12).all()


def test_accounts_ignore_the_own_house() -> None:
    """Children of the same account or institution are no distinct accounts; others count once."""
    finetune = RELATIONS.index("finetune")
    graph = make_graph([(i, 0, finetune) for i in range(1, 6)], 6, [0, 0, 1, 2, 2, 3])
    graph.institution[:] = [0, -1, 0, -1, -1, -1]
    credit = credit_graph(graph)
    assert accounts(credit)[0] == 2
    assert reach(credit)[0] == pytest.approx(np.log2(3) + 1)


UNITED = {"children": 3, "accounts": 2, "descendants": 4}


@pytest.mark.parametrize("name", UNITED)
def test_institutions_count_distinct_models_of_others(name: str) -> None:
    """A derivative of two models of a house counts once for it, its own models not at all."""
    finetune = RELATIONS.index("finetune")
    edges = [(1, 0), (2, 0), (2, 1), (3, 1), (4, 0), (5, 4)]
    graph = make_graph([(child, parent, finetune) for child, parent in edges], 6, [0, 1, 2, 2, 3, 3])
    graph.institution[:] = [0, 0, -1, -1, -1, -1]
    credit = credit_graph(graph)
    measure = measures()[name]
    assert measure.by_institution(credit, measure.compute(credit)).tolist() == [UNITED[name]]


def test_institutions_sum_what_is_no_count() -> None:
    """Reach and PageRank of an institution are the sums over its models, members of cycles included."""
    finetune = RELATIONS.index("finetune")
    graph = make_graph([(1, 0, finetune), (0, 1, finetune), (2, 0, finetune)], 3, [0, 1, 2])
    graph.institution[:] = [0, 0, -1]
    credit = credit_graph(graph)
    for name in ("reach", "pagerank"):
        values = measures()[name].compute(credit)
        assert measures()[name].by_institution(credit, values).tolist() == [values[0] + values[1]]


def test_a_child_of_one_member_of_a_cycle_is_one_child() -> None:
    """A cycle does not multiply what hangs on it."""
    finetune = RELATIONS.index("finetune")
    graph = make_graph([(0, 1, finetune), (1, 0, finetune), (0, 2, finetune)], 3, [0, 1, 2])
    graph.institution[:] = -1
    credit = credit_graph(graph)
    assert measures()["children"].compute(credit).tolist() == [1, 1, 1]
    assert measures()["descendants"].compute(credit).tolist() == [1, 1, 2]


def test_copies_are_not_derivatives() -> None:
    """A copy is no child; what was made from it counts for the original."""
    finetune = RELATIONS.index("finetune")
    credit = credit_graph(make_graph([(1, 0, COPY), (2, 1, finetune)], 3, [0, 1, 2]))
    for name in ("children", "accounts", "descendants"):
        assert measures()[name].compute(credit).tolist() == [1, 0, 0]
