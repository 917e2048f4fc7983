"""The engine on larger graphs: random ones against oracles, shapes against closed forms, extremes."""

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from begat.errors import InputError
from begat.graph import RELATIONS, CreditGraph, Graph, Ids, credit_graph, order, peel, to_networkx
from begat.graph.arrays import COPY
from begat.graph.closure import LARGEST
from begat.influence.figures import Figures
from begat.influence.measure.base import Measure, Values, measures
from begat.influence.measure.katz import katz
from begat.influence.measure.katz import readable as readable_katz
from begat.influence.measure.pagerank import pagerank
from begat.influence.measure.pagerank import readable as readable_pagerank
from begat.influence.measure.reach import WEIGHT

DAY = 20_000


def make_graph(child: np.ndarray, parent: np.ndarray, n: int, **columns: np.ndarray) -> Graph:
    """Return a graph of n models; self loops and repeated pairs are dropped, as the tables' are."""
    pairs = np.unique(np.stack((child, parent)), axis=1)
    pairs = pairs[:, pairs[0] != pairs[1]]
    names = Ids.of([f"m{i:07}" for i in range(n)])
    given_columns = {
        "relation": np.zeros(pairs.shape[1], dtype=np.int8),
        "account": np.arange(n, dtype=np.int32),
        "institution": np.full(n, -1, dtype=np.int32),
    } | columns
    return Graph(
        ids=names,
        child=pairs[0].astype(np.int32),
        parent=pairs[1].astype(np.int32),
        share=1 / np.bincount(pairs[0], minlength=n)[pairs[0]],
        twin=np.arange(n, dtype=np.int32),
        account_ids=names,
        institution_ids=Ids.of([f"i{i}" for i in range(4)]),
        relation=given_columns["relation"][: pairs.shape[1]],
        account=given_columns["account"],
        institution=given_columns["institution"],
    )


def random_hub(n: int, seed: int) -> tuple[Graph, Figures]:
    """Return a graph with isolated models, merges of up to five, cycles, and what a generator may repeat."""
    random = np.random.default_rng(seed)
    arity = random.choice([0, 1, 1, 1, 2, 5], n)
    child = np.repeat(np.arange(n), arity)
    above = np.floor(random.random(len(child)) ** 2 * np.maximum(child, 1)).astype(int)
    anywhere = random.random(len(child)) < 0.02
    parent = np.where(anywhere, random.integers(0, n, len(child)), above)
    relation = random.choice(len(RELATIONS), len(child) + 1).astype(np.int8)
    relation[(relation == COPY) & (random.random(len(relation)) < 0.8)] = 0
    graph = make_graph(
        child,
        parent,
        n,
        relation=relation,
        account=random.integers(-1, max(n // 3, 1), n).astype(np.int32),
        institution=random.integers(-8, 4, n).clip(-1).astype(np.int32),
    )
    downloads = random.integers(0, 80, n) * (random.random(n) < 0.5)
    return graph, Figures(downloads, DAY - random.integers(-1, 200, n), DAY)


def oracle(measure: Measure, credit: CreditGraph, figures: Figures) -> Values:
    """Return the values of a measure by its definition."""
    return measure.readable(credit, *(getattr(figures, name) for name in measure.needs))


@settings(max_examples=300)
@given(st.integers(1, 200), st.integers(0, 2**32), st.sampled_from([1, 8, 64]))
def test_every_measure_is_its_readable_oracle(n: int, seed: int, thin: int) -> None:
    """On 300 graphs of up to 200 models each measure equals its definition to 1e-9, edge by edge or not."""
    graph, figures = random_hub(n, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "THIN", thin)
        patch.setattr(peel, "THIN", thin)
        credit = credit_graph(graph)
        for name, measure in measures().items():
            np.testing.assert_allclose(
                measure.values(credit, figures),
                oracle(measure, credit, figures),
                rtol=1e-9,
                atol=1e-15,
                err_msg=name,
            )


@given(st.integers(1, 120), st.integers(0, 2**32), st.sampled_from([1, 64]))
def test_level_order_is_a_recursion(n: int, seed: int, thin: int) -> None:
    """Heights are longest lines below; a pass gives each model its own and what its children have."""
    dag = credit_graph(random_hub(n, seed)[0]).dag
    weight = np.linspace(0.1, 1, dag.m)
    net = to_networkx(dag)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "THIN", thin)
        patch.setattr(peel, "THIN", thin)
        height = order.heights(dag)
        total = order.LevelOrder.of(dag, height).pull(np.ones(n), weight)
    high, expected = dict.fromkeys(net, 0), dict.fromkeys(net, 1.0)
    place = {(dag.ids[c], dag.ids[p]): e for e, (c, p) in enumerate(zip(dag.child, dag.parent, strict=True))}
    for node in nx.topological_sort(net):
        for parent in net.successors(node):
            high[parent] = max(high[parent], high[node] + 1)
            expected[parent] += weight[place[node, parent]] * expected[node]
    assert height.tolist() == list(high.values())
    np.testing.assert_allclose(total, list(expected.values()), rtol=1e-12)


@given(st.integers(1, 60), st.integers(0, 2**32))
def test_weights_of_relations(n: int, seed: int) -> None:
    """Katz and PageRank take weights of relations and a restart of one's own, and mean what they say."""
    graph, figures = random_hub(n, seed)
    credit, start = credit_graph(graph), np.asarray(figures.downloads_30d)
    weighted = katz(credit, weight=WEIGHT)
    np.testing.assert_allclose(weighted, readable_katz(credit, WEIGHT), rtol=1e-9)
    assert (weighted <= katz(credit) + 1e-12).all()
    np.testing.assert_allclose(
        pagerank(credit, start=start, weight=WEIGHT),
        readable_pagerank(credit, start, WEIGHT),
        rtol=1e-9,
        atol=1e-15,
    )


def test_pagerank_of_a_family_finds_its_bases() -> None:
    """Restarted at one model, only the lines above it have a part, and nearer ones have more."""
    graph = make_graph(np.array([1, 2, 4]), np.array([0, 1, 3]), 5)
    values = pagerank(credit_graph(graph), start=np.array([0, 0, 1, 0, 0]))
    assert values[2] > values[1] > values[0] > 0
    assert values[[3, 4]].tolist() == [0, 0]


def chain(n: int) -> CreditGraph:
    """Return a line of n models, each derived from the one before."""
    return credit_graph(make_graph(np.arange(1, n), np.arange(n - 1), n))


CHAIN: dict[str, Callable[[Values], Values]] = {
    "children": lambda below: np.minimum(below, 1),
    "accounts": lambda below: np.minimum(below, 1),
    "descendants": lambda below: below,
    "katz": lambda below: 1 - 0.5**below,
    "reach": lambda below: 2 * (1 - 0.5**below),
    "lineage_downloads": lambda below: 100 * (2 - 0.5**below),
    "pagerank": lambda below: (1 - 0.85 ** (below + 1)) / (1 - 0.85 ** (below + 1)).sum(),
    "core": np.ones_like,
}


@pytest.mark.parametrize("name", CHAIN)
def test_a_chain_of_ten_thousand(name: str) -> None:
    """On a line each measure is the closed form in the number of models below."""
    n = 10_000
    figures = Figures(np.full(n, 100), np.full(n, DAY), DAY)
    values = measures()[name].values(chain(n), figures)
    np.testing.assert_allclose(values, CHAIN[name](np.arange(n - 1, -1, -1.0)), rtol=1e-9)


def test_distances_in_a_chain() -> None:
    """On a line closeness is a harmonic number, betweenness the product of those above and below."""
    n = 1000
    credit, below = chain(n), np.arange(n - 1, -1, -1)
    harmonic = np.concatenate(([0], np.cumsum(1 / np.arange(1, n))))
    figures = Figures()
    np.testing.assert_allclose(measures()["closeness"].values(credit, figures), harmonic[below], rtol=1e-9)
    np.testing.assert_allclose(
        measures()["betweenness"].values(credit, figures), below * below[::-1], rtol=1e-9
    )
    assert measures()["descendant_accounts"].values(credit, figures).tolist() == below.tolist()


def test_a_star_of_a_hundred_thousand() -> None:
    """The base of n models by n accounts has n children, and what n leaves hand on; the leaves nothing."""
    n = 100_000
    credit = credit_graph(make_graph(np.arange(1, n + 1), np.zeros(n, int), n + 1))
    figures = Figures(np.full(n + 1, 10), np.full(n + 1, DAY), DAY)
    expected = dict.fromkeys(("children", "accounts", "descendants", "descendant_accounts", "closeness"), n)
    expected |= {"reach": n, "katz": n / 2, "lineage_downloads": 10 + 5 * n, "momentum": 1, "hits": 1}
    expected |= {"pagerank": (1 + 0.85 * n) / (1 + 1.85 * n), "betweenness": 0, "core": 1, "h10": 1}
    for name, value in expected.items():
        values = measures()[name].values(credit, figures)
        assert values[0] == pytest.approx(value, rel=1e-9), name
        assert len(np.unique(values[1:])) == 1, name


def test_a_merge_of_five() -> None:
    """A merge of five bases with a child of its own is a fifth of each, and the only link."""
    graph = make_graph(np.array([5, 5, 5, 5, 5, 6]), np.array([0, 1, 2, 3, 4, 5]), 7)
    graph.relation[:5] = RELATIONS.index("merge")
    credit, figures = credit_graph(graph), Figures(np.full(7, 10), np.full(7, DAY), DAY)
    part = (1 + 0.85 * 1.85 / 5), 1.85, 1.0
    whole = 5 * part[0] + part[1] + part[2]
    expected = {
        "descendants": (2, 1, 0),
        "descendant_accounts": (2, 1, 0),
        "closeness": (1.5, 1, 0),
        "betweenness": (0, 5, 0),
        "reach": (0.3, 1, 0),
        "katz": (0.75, 0.5, 0),
        "lineage_downloads": (11.5, 15, 10),
        "pagerank": tuple(each / whole for each in part),
    }
    for name, (base, merge, child) in expected.items():
        values = measures()[name].values(credit, figures)
        np.testing.assert_allclose(values, [base] * 5 + [merge, child], rtol=1e-9, err_msg=name)
    assert measures()["disruption"].values(credit, figures)[5] == 1


def clique(n: int) -> CreditGraph:
    """Return n models of which each is merged from all before it."""
    child, parent = np.tril_indices(n, -1)
    return credit_graph(make_graph(child, parent, n))


def test_a_clique_of_merges() -> None:
    """Of models that are each merged from all before, all later ones descend; no intervals are kept."""
    n = 300
    credit = clique(n)
    below = np.arange(n - 1, -1, -1)
    assert credit.below.tolist() == below.tolist()
    assert measures()["closeness"].values(credit, Figures()).tolist() == below.tolist()
    assert measures()["core"].values(credit, Figures()).tolist() == [n - 1] * n
    np.testing.assert_allclose(katz(credit), 1.5 ** (below) - 1, rtol=1e-9)


def test_a_line_of_merges_over_one_base() -> None:
    """A long line in which each model is merged from the one before and the base counts each model once."""
    n = 5000
    child = np.concatenate((np.arange(2, n), np.arange(1, n)))
    parent = np.concatenate((np.arange(1, n - 1), np.zeros(n - 1, int)))
    credit = credit_graph(make_graph(child, parent, n))
    assert credit.below.tolist() == np.arange(n - 1, -1, -1).tolist()


def test_too_deep_fails_before_it_begins() -> None:
    """Pairs of all models on a line of 20,000 are too many: an error at once, saying how many."""
    n = 20_000
    assert n * (n - 1) // 2 > LARGEST
    with pytest.raises(InputError, match="199,990,000 steps"):
        measures()["betweenness"].values(chain(n), Figures())


def test_more_paths_than_a_number_holds() -> None:
    """Katz says so where the number of lines of descent is beyond a float."""
    with pytest.raises(InputError, match="more lines of descent"):
        katz(clique(2000))
