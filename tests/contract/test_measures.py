"""What every measure of influence must hold, over all that are found."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import begat.influence.measure as package
from begat.errors import UnknownName
from begat.graph import RELATIONS, CreditGraph, Graph, Ids, credit_graph, houses, inside_a_house, walk
from begat.graph.arrays import COPY
from begat.influence.cap import CAPS, capped
from begat.influence.dataset import link_credit
from begat.influence.figures import Figures
from begat.influence.measure.accounts import accounts
from begat.influence.measure.base import Measure, Values, measures
from begat.influence.measure.lineage_downloads import edge_downloads, lineage_downloads
from begat.influence.measure.pagerank import pagerank, readable
from begat.influence.measure.reach import WEIGHT, edge_credit, reach

ALL = list(measures().values())
ADDITIVE = [measure for measure in ALL if measure.monotone]
N = 12
DAY = 20_000
FINETUNE = RELATIONS.index("finetune")
TRANSITIVE = {
    "reach",
    "pagerank",
    "katz",
    "descendants",
    "descendant_accounts",
    "closeness",
    "lineage_downloads",
}

rows = st.lists(
    st.tuples(st.integers(0, N - 1), st.integers(0, N - 1), st.integers(0, len(RELATIONS) - 1)), max_size=40
)
every_measure = pytest.mark.parametrize("measure", ALL, ids=lambda measure: measure.name)
every_upward = pytest.mark.parametrize(
    "measure", [measure for measure in ALL if measure.upward], ids=lambda measure: measure.name
)
every_sum = pytest.mark.parametrize("measure", ADDITIVE, ids=lambda measure: measure.name)
some_downloads = st.lists(st.integers(0, 60), min_size=N + 1, max_size=N + 1)


def make_figures(n: int = N, downloads: list[int] | None = None) -> Figures:
    """Return figures of n models: the downloads given, and days of which every third is long ago."""
    known = np.array(downloads[:n] if downloads else [1000] * n)
    return Figures(known, np.array([DAY - 100 * (i % 3 == 2) for i in range(n)]), DAY)


def values_of(measure: Measure, graph: Graph, figures: Figures | None = None) -> Values:
    """Return the values of a measure on a graph."""
    return measure.values(credit_graph(graph), figures or make_figures(graph.n))


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
@given(rows, some_downloads)
def test_agrees_with_its_readable_twin(
    measure: Measure, edges: list[tuple[int, int, int]], downloads: list[int]
) -> None:
    """The fast path gives what the definition gives; a value for each model, not below the least."""
    credit = credit_graph(make_graph(edges))
    figures = make_figures(N, downloads)
    values = measure.values(credit, figures)
    assert values.shape == (N,)
    assert np.isfinite(values[~np.isnan(values)]).all()
    assert (values[~np.isnan(values)] >= measure.least).all()
    assert not (measure.least == 0 and np.isnan(values).any())
    needed = [getattr(figures, name) for name in measure.needs]
    np.testing.assert_allclose(values, measure.readable(credit, *needed), rtol=1e-9, atol=1e-12)


@every_measure
@given(rows, st.permutations(range(N)), some_downloads)
def test_relabelling_permutes(
    measure: Measure, edges: list[tuple[int, int, int]], order: list[int], downloads: list[int]
) -> None:
    """The names of models don't matter (graphs without copies and cycles, whose heads are named)."""
    dag = [(c, p, r) for c, p, r in edges if c > p and r != COPY]
    before = make_graph(dag)
    house = [0] * N
    account = [0] * N
    for old, new in enumerate(order):
        house[new], account[new] = int(before.institution[old]), int(before.account[old])
    after = make_graph([(order[c], order[p], r) for c, p, r in dag], accounts=account)
    after.institution[:] = house
    figures = make_figures(N, downloads)
    place = np.argsort(order)
    assert figures.downloads_30d is not None
    assert figures.created_on is not None
    moved = Figures(figures.downloads_30d[place], figures.created_on[place], DAY)
    values = values_of(measure, before, figures)
    np.testing.assert_allclose(values_of(measure, after, moved)[np.array(order)], values, atol=1e-9)


@every_upward
def test_credit_flows_to_the_parent(measure: Measure) -> None:
    """Of three models in a chain the root has most, the leaf least."""
    graph = make_graph([(1, 0, FINETUNE), (2, 1, FINETUNE), (3, 0, FINETUNE)], 4, [0, 1, 2, 3])
    graph.institution[:] = np.arange(graph.n)
    values = values_of(measure, graph, Figures(np.full(4, 1000), np.full(4, DAY), DAY))
    assert values[0] > values[1] >= values[2]


@every_upward
def test_reversed_edges_turn_a_chain_round(measure: Measure) -> None:
    """In c2 -> c1 -> p, child to parent, p is first and c2 last; with the edges reversed c2 is first."""
    p, c1, c2 = 0, 1, 2
    figures = Figures(np.full(3, 1000), np.full(3, DAY), DAY)
    chain = make_graph([(c2, c1, FINETUNE), (c1, p, FINETUNE)], 3, [0, 1, 2])
    turned = make_graph([(c1, c2, FINETUNE), (p, c1, FINETUNE)], 3, [0, 1, 2])
    for graph, first, last in ((chain, p, c2), (turned, c2, p)):
        graph.institution[:] = np.arange(graph.n)
        values = values_of(measure, graph, figures)
        assert values[first] >= values[c1] >= values[last]
        assert values[first] > values[last]
        if measure.name in TRANSITIVE:
            assert values[first] > values[c1]


@every_measure
def test_a_graph_without_edges_has_no_influence(measure: Measure) -> None:
    """No recorded lineage gives 0 everywhere; downloads are a model's own."""
    values = values_of(measure, make_graph([]), make_figures(N, [0] * N))
    assert (np.nan_to_num(values) == 0).all()


@every_sum
@given(rows, st.integers(0, N - 1), some_downloads)
def test_a_leaf_raises_ancestors_only(
    measure: Measure, edges: list[tuple[int, int, int]], parent: int, downloads: list[int]
) -> None:
    """One more derivative lowers nobody and changes none but its ancestors."""
    plain = [(c, p, r) for c, p, r in edges if c > p and r != COPY]
    account = [i % 4 for i in range(N + 1)]
    figures = make_figures(N + 1, downloads)
    grown = make_graph([*plain, (N, parent, FINETUNE)], N + 1, account)
    before = values_of(measure, make_graph(plain, N + 1, account), figures)
    after = values_of(measure, grown, figures)
    assert (after >= before - 1e-9).all()
    others = np.setdiff1d(np.arange(N), walk(grown, N, up=True).node)
    np.testing.assert_allclose(after[others], before[others], atol=1e-9)


@every_sum
@given(rows, st.integers(0, 3), some_downloads)
def test_splitting_an_account_lowers_nobody(
    measure: Measure, edges: list[tuple[int, int, int]], split: int, downloads: list[int]
) -> None:
    """Models of one account, given an account each, count at least as much for everybody."""
    plain = [(c, p, r) for c, p, r in edges if c > p and r != COPY]
    figures = make_figures(N, downloads)
    one = [i % 4 for i in range(N)]
    many = [4 + i if account == split else account for i, account in enumerate(one)]
    before = values_of(measure, make_graph(plain, N, one), figures)
    after = values_of(measure, make_graph(plain, N, many), figures)
    assert (after >= before - 1e-9).all()


@given(rows, st.sets(st.integers(0, N - 1), max_size=4), st.integers(1, 8))
def test_an_attack_on_k_models_raises_h_by_at_most_k(
    edges: list[tuple[int, int, int]], targets: set[int], accounts: int
) -> None:
    """However many accounts derive from k models, an institution's h-index gains no more than k."""
    n = N + accounts
    plain = [(c, p, r) for c, p, r in edges if r != COPY]
    account = [i % 4 for i in range(N)] + [4 + i for i in range(accounts)]
    attack = [(N + i, target, FINETUNE) for target in targets for i in range(accounts)]
    graphs = (make_graph(plain, n, account), make_graph([*plain, *attack], n, account))
    for graph in graphs:
        graph.institution[:N], graph.institution[N:] = 0, -1
    (before,), (after,) = (grouped("h_index", graph, graph.institution, 1) for graph in graphs)
    assert before <= after <= before + len(targets)


def grouped(
    name: str, graph: Graph, group: np.ndarray, count: int, downloads: list[int] | None = None
) -> Values:
    """Return the values of groups of models."""
    credit, figures = credit_graph(graph), make_figures(graph.n, downloads)
    measure = measures()[name]
    return measure.by_group(credit, group, count, measure.values(credit, figures), figures)


@given(rows, some_downloads)
def test_lineage_downloads_are_conserved(edges: list[tuple[int, int, int]], downloads: list[int]) -> None:
    """Without decay, caps and houses every download ends at the roots, once."""
    graph = make_graph(edges, N, [-1] * N)
    graph.institution[:] = -1
    credit = credit_graph(graph)
    values = lineage_downloads(credit, np.array(downloads[:N]), decay=1, cap="none")
    roots = ~np.isin(credit.of, credit.dag.child)
    assert values[roots].sum() == pytest.approx(sum(downloads[:N]))


def test_unknown_downloads_are_no_zero() -> None:
    """A model without known downloads has no value, and adds nothing to its parent."""
    graph = make_graph([(1, 0, FINETUNE), (2, 1, FINETUNE)], 3, [0, 1, 2])
    graph.institution[:] = -1
    values = lineage_downloads(credit_graph(graph), np.array([8, -1, 4]))
    np.testing.assert_array_equal(values, [8 + 0.25 * 4, np.nan, 4])


@pytest.mark.parametrize("cap", CAPS)
@given(rows, some_downloads)
def test_edges_sum_to_the_value_of_their_parent(
    cap: str, edges: list[tuple[int, int, int]], downloads: list[int]
) -> None:
    """Reach is the sum over the derivations of a model; downloads are its own and that sum."""
    credit = credit_graph(make_graph([(c, p, r) for c, p, r in edges if c > p and r != COPY]))
    used = np.array(downloads[:N])
    outside = credit.outside
    for edge, own, values in (
        (edge_credit(credit, cap=cap), 0, reach(credit, cap=cap)),
        (edge_downloads(credit, used, cap=cap), used, lineage_downloads(credit, used, cap=cap)),
    ):
        assert edge.shape == (outside.m,)
        total = np.bincount(outside.parent, weights=edge, minlength=N)
        np.testing.assert_allclose(own + total, values, atol=1e-9)


FACTOR = {"log": lambda i: np.log2((1 + i) / i), "sqrt": lambda i: i**0.5 - (i - 1) ** 0.5}


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(0, 9)), max_size=30))
def test_caps_count_the_largest_first(children: list[tuple[int, int, float]]) -> None:
    """The i-th largest child of an account on a parent counts with the i-th factor."""
    parent, owner, worth = (np.array(column) for column in zip(*children, strict=True)) if children else (
        np.zeros(0, int), np.zeros(0, int), np.zeros(0)
    )  # fmt: skip
    for cap, factor in {**FACTOR, "hard": lambda i: float(i == 1), "none": lambda _: 1.0}.items():
        counted = capped(worth, parent, owner, cap=cap)
        for pair in set(zip(parent.tolist(), owner.tolist(), strict=True)):
            inside = (parent == pair[0]) & (owner == pair[1])
            largest = sorted(worth[inside], reverse=True)
            expected = sum(value * factor(i) for i, value in enumerate(largest, 1))
            assert counted[inside].sum() == pytest.approx(expected)


@pytest.mark.parametrize(("cap", "total"), [("log", np.log2(8)), ("sqrt", 7**0.5), ("hard", 1), ("none", 7)])
def test_equal_children_of_one_account(cap: str, total: float) -> None:
    """Seven equal children of one account count log2(8), sqrt(7), 1 or 7."""
    one = np.zeros(7, dtype=int)
    assert capped(np.ones(7), one, one, cap=cap).sum() == pytest.approx(total)


def test_an_unknown_cap_is_an_error() -> None:
    """A cap that is not there comes with a near name."""
    with pytest.raises(UnknownName, match="sqrt"):
        reach(credit_graph(make_graph([])), cap="sqr")


def test_reach_takes_other_weights_and_decays() -> None:
    """Without decay a grandchild counts nothing; a relation of weight 0 counts nothing."""
    graph = make_graph([(1, 0, FINETUNE), (2, 1, FINETUNE)], 3, [0, 1, 2])
    graph.institution[:] = -1
    credit = credit_graph(graph)
    assert reach(credit, decay=0)[0] == 1
    assert reach(credit, decay=0.25)[0] == 1.25
    assert reach(credit, weight={**WEIGHT, "finetune": 0})[0] == 0


def test_dataset_reach_by_hand() -> None:
    """Models trained on a dataset count with their reach, by their number of datasets, capped an account."""
    graph = make_graph([(1, 0, FINETUNE)], 4, [0, 1, 0, 2])
    graph.institution[:] = -1
    credit = credit_graph(graph)
    model, dataset = np.array([0, 2, 3, 3, 0]), np.array([0, 0, 0, 1, 0])
    expected = 2 + np.log2(3 / 2) + 1 / 2

    def reached(**how: object) -> list[float]:
        worth = link_credit(credit, model, dataset, **how)  # type: ignore[arg-type]
        return np.bincount(dataset, weights=worth, minlength=3).tolist()

    assert reached() == pytest.approx([expected, 0.5, 0])
    assert reached(cap="hard") == pytest.approx([2.5, 0.5, 0])
    outside = np.array([False, True, True, True, False])
    assert reached(outside=outside) == pytest.approx([1.5, 0.5, 0])


def by_hand(name: str, credit: CreditGraph, group: list[int], downloads: list[int]) -> list[float]:
    """Count what groups have by definition, with sets."""
    graph = credit.graph
    house = houses(graph)
    outside = np.flatnonzero(~inside_a_house(graph))
    pairs = [(int(graph.child[e]), int(graph.parent[e])) for e in outside]
    result: list[float] = []
    for wanted in range(3):
        models = [m for m in range(graph.n) if group[m] == wanted]
        children = {c for c, p in pairs if p in models}
        if name == "children":
            result.append(len(children))
        elif name == "accounts":
            result.append(len({graph.account[c] for c in children}))
        elif name == "descendants":
            below = {int(v) for m in models for v in walk(graph, m, up=False).node if house[v] != house[m]}
            result.append(len(below))
        elif name == "h10":
            used = [downloads[c] for c in children]
            result.append(max(h for h in range(len(used) + 1) if sum(d >= 10 * h for d in used) >= h))
        else:
            made = [len({graph.account[c] for c, p in pairs if p == m}) for m in models]
            result.append(max(h for h in range(len(made) + 1) if sum(k >= h for k in made) >= h))
    return result


@pytest.mark.parametrize("name", ["children", "accounts", "descendants", "h10", "h_index"])
@given(rows, st.lists(st.integers(-1, 2), min_size=N, max_size=N), some_downloads)
def test_groups_count_distinct_things(
    name: str, edges: list[tuple[int, int, int]], group: list[int], downloads: list[int]
) -> None:
    """Groups of any kind count what others made once; a house is no other to itself."""
    graph = make_graph([(c, p, r) for c, p, r in edges if c > p and r != COPY])
    graph.institution[:] = [0 if a == 0 else -1 for a in graph.account]
    values = grouped(name, graph, np.array(group), 3, downloads)
    assert values.tolist() == by_hand(name, credit_graph(graph), group, downloads)


@given(rows, st.lists(st.integers(-1, 2), min_size=N, max_size=N))
def test_momentum_of_groups_is_a_share_of_all(edges: list[tuple[int, int, int]], group: list[int]) -> None:
    """If all models are in groups their shares sum to 1; otherwise what is left belongs to the others."""
    graph = make_graph(edges)
    recent = grouped("momentum", graph, np.array(group), 3)
    everywhere = grouped("momentum", graph, np.maximum(group, 0), 3).sum()
    assert everywhere == pytest.approx(0) or everywhere == pytest.approx(1)
    assert recent.sum() <= everywhere + 1e-9


def test_momentum_counts_unknown_owners_in_the_whole() -> None:
    """Of four accounts that derived lately two took a model of the institution: it has one half."""
    made = [(2, 0), (3, 0), (4, 1), (5, 1), (6, 0)]
    graph = make_graph([(c, p, FINETUNE) for c, p in made], 7, [0, 1, 2, 3, 4, 5, 6])
    graph.institution[:] = [0, -1, -1, -1, -1, -1, -1]
    measure, credit = measures()["momentum"], credit_graph(graph)
    figures = Figures(None, np.array([DAY, DAY, DAY, DAY - 89, DAY, DAY, DAY - 90]), DAY)
    values = measure.values(credit, figures)
    assert values.tolist() == [0.5, 0.5, 0, 0, 0, 0, 0]
    assert measure.by_group(credit, graph.institution, 1, values, figures).tolist() == [0.5]


def test_a_measure_says_what_it_needs() -> None:
    """Without dates there is no momentum, without downloads none of their measures."""
    nothing = Figures(day=DAY)
    unknown = {name for name, measure in measures().items() if not measure.known(nothing)}
    assert unknown == {"lineage_downloads", "h10", "momentum", "pagerank_downloads"}


@given(rows)
def test_pagerank_sums_to_one(edges: list[tuple[int, int, int]]) -> None:
    """PageRank is a distribution over the models that have a derivation."""
    credit = credit_graph(make_graph(edges))
    total = pagerank(credit).sum()
    assert total == pytest.approx(1 if credit.graph.m else 0)


@given(rows, st.sampled_from(sorted(CAPS)))
def test_pagerank_with_a_cap_is_that_of_its_definition(edges: list[tuple[int, int, int]], cap: str) -> None:
    """With each account cap it is a distribution, and what the definition converges to."""
    credit = credit_graph(make_graph(edges))
    values = pagerank(credit, cap=cap)
    assert values.sum() == pytest.approx(1 if credit.graph.m else 0)
    np.testing.assert_allclose(values, readable(credit, cap=cap), atol=1e-9)


def test_a_cap_holds_pagerank_back() -> None:
    """Of 50 children by one account a base has less PageRank with a cap, of 50 accounts as much."""
    for owners, changes in (([1] * 50, True), (list(range(1, 51)), False)):
        graph = make_graph([(i + 1, 0, FINETUNE) for i in range(50)], 51, [0, *owners])
        graph.institution[:] = -1
        credit = credit_graph(graph)
        plain, capped_one = pagerank(credit)[0], pagerank(credit, cap="log")[0]
        assert (capped_one < plain / 2) == changes
        assert changes or capped_one == pytest.approx(plain)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20))
def test_reach_of_equal_children_is_logarithmic(owners: list[int]) -> None:
    """N fine-tunes of one account count log2(1 + n); accounts add up."""
    n = len(owners) + 1
    graph = make_graph([(i + 1, 0, FINETUNE) for i in range(n - 1)], n, [9, *owners])
    graph.institution[:] = -1
    expected = sum(np.log2(1 + owners.count(owner)) for owner in set(owners))
    assert reach(credit_graph(graph))[0] == pytest.approx(expected)


def test_accounts_ignore_the_own_house() -> None:
    """Children of the same account or institution are no distinct accounts; others count once."""
    graph = make_graph([(i, 0, FINETUNE) for i in range(1, 6)], 6, [0, 0, 1, 2, 2, 3])
    graph.institution[:] = [0, -1, 0, -1, -1, -1]
    credit = credit_graph(graph)
    assert accounts(credit)[0] == 2
    assert reach(credit)[0] == pytest.approx(np.log2(3) + 1)


UNITED = {"children": 3, "accounts": 2, "descendants": 4}


@pytest.mark.parametrize("name", UNITED)
def test_institutions_count_distinct_models_of_others(name: str) -> None:
    """A derivative of two models of a house counts once for it, its own models not at all."""
    edges = [(1, 0), (2, 0), (2, 1), (3, 1), (4, 0), (5, 4)]
    graph = make_graph([(child, parent, FINETUNE) for child, parent in edges], 6, [0, 1, 2, 2, 3, 3])
    graph.institution[:] = [0, 0, -1, -1, -1, -1]
    credit = credit_graph(graph)
    measure = measures()[name]
    values = measure.compute(credit)
    assert measure.by_group(credit, graph.institution, 1, values).tolist() == [UNITED[name]]


def test_institutions_sum_what_is_no_count() -> None:
    """Reach and PageRank of an institution are the sums over its models, members of cycles included."""
    graph = make_graph([(1, 0, FINETUNE), (0, 1, FINETUNE), (2, 0, FINETUNE)], 3, [0, 1, 2])
    graph.institution[:] = [0, 0, -1]
    credit = credit_graph(graph)
    for name in ("reach", "pagerank"):
        values = measures()[name].compute(credit)
        united = measures()[name].by_group(credit, graph.institution, 1, values)
        assert united.tolist() == [values[0] + values[1]]


def test_a_child_of_one_member_of_a_cycle_is_one_child() -> None:
    """A cycle does not multiply what hangs on it."""
    graph = make_graph([(0, 1, FINETUNE), (1, 0, FINETUNE), (0, 2, FINETUNE)], 3, [0, 1, 2])
    graph.institution[:] = -1
    credit = credit_graph(graph)
    assert measures()["children"].compute(credit).tolist() == [1, 1, 1]
    assert measures()["descendants"].compute(credit).tolist() == [1, 1, 2]


def test_copies_are_not_derivatives() -> None:
    """A copy is no child; what was made from it counts for the original."""
    credit = credit_graph(make_graph([(1, 0, COPY), (2, 1, FINETUNE)], 3, [0, 1, 2]))
    for name in ("children", "accounts", "descendants"):
        assert measures()[name].compute(credit).tolist() == [1, 0, 0]
