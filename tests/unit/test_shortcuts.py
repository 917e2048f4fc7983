"""Shortcuts of the lineage: what the store says as a fact is what a walk would find."""

import networkx as nx
import polars as pl
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import MakeSnapshot
from tests.unit.store_sample import HUB, in_memory, world

from begat.records import Derivation, Model
from begat.store import sparql
from begat.store.shortcuts import FARTHEST, ancestor_pairs

EDGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), unique=True, max_size=40)


@given(EDGES)
def test_pairs_are_those_of_a_walk(edges: list[tuple[int, int]]) -> None:
    """Every pair of a model and another that it can reach stands there once, cycles or not."""
    child, parent = [edge[0] for edge in edges], [edge[1] for edge in edges]
    frame = pl.DataFrame({"child": child, "parent": parent}, schema={"child": pl.Int64, "parent": pl.Int64})
    found, beyond = ancestor_pairs(frame)
    graph = nx.DiGraph(edges)
    assert sorted(found.rows()) == sorted(
        (node, end) for node in graph for end in nx.descendants(graph, node)
    )
    assert beyond.is_empty()


@given(EDGES, st.integers(1, 4))
def test_pairs_end_where_the_walk_ends(edges: list[tuple[int, int]], farthest: int) -> None:
    """Pairs are those within so many steps; beyond are exactly those one step farther."""
    child, parent = [edge[0] for edge in edges], [edge[1] for edge in edges]
    frame = pl.DataFrame({"child": child, "parent": parent}, schema={"child": pl.Int64, "parent": pl.Int64})
    steps = dict(nx.all_pairs_shortest_path_length(nx.DiGraph(edges)))
    far = {(node, end): count for node, ends in steps.items() for end, count in ends.items() if node != end}
    found, beyond = ancestor_pairs(frame, farthest)
    assert sorted(found.rows()) == sorted(pair for pair, count in far.items() if count <= farthest)
    assert sorted(beyond.rows()) == sorted(pair for pair, count in far.items() if count == farthest + 1)


def test_a_chain_of_many_thousands_is_no_burden(make_snapshot: MakeSnapshot) -> None:
    """Beyond so many steps nothing wrong is said; models near the ends have their facts."""
    count = 20_000
    models = [Model(f"lab/m{n}") for n in range(count)]
    edges = [Derivation(f"lab/m{n}", f"lab/m{n - 1}", "finetune", "tags") for n in range(1, count)]
    store = in_memory(make_snapshot([*models, *edges]))
    asked = "SELECT ?m ?n ?root { ?m begat:childCount ?c OPTIONAL { ?m begat:descendantCount ?n }"
    rows = sparql(store, asked + " OPTIONAL { ?m begat:rootModel ?root } }").rows
    counts = {row["m"]: row["n"] for row in rows}
    roots = {row["m"] for row in rows if row["root"]}
    assert counts[f"{HUB}lab/m{count - 2}"] == 1
    assert counts[f"{HUB}lab/m{count - 1 - FARTHEST}"] == FARTHEST
    assert counts[f"{HUB}lab/m{count - 2 - FARTHEST}"] is None
    assert roots == {f"{HUB}lab/m{n}" for n in range(1, FARTHEST + 1)}


@pytest.fixture
def store(make_snapshot: MakeSnapshot) -> ox.Store:
    """Return the example world as quads."""
    return in_memory(make_snapshot(world()))


def test_counts_are_those_of_a_walk(store: ox.Store) -> None:
    """Counts of children, descendants and accounts are what the edges give, of every model with children."""
    counted = """SELECT ?m ?children ?descendants ?accounts { ?m begat:childCount ?children ;
        begat:descendantCount ?descendants ; begat:derivativeAccountCount ?accounts } ORDER BY ?m"""
    walked = """SELECT ?m (COUNT(DISTINCT ?c) AS ?children) (COUNT(DISTINCT ?d) AS ?descendants)
            (COUNT(DISTINCT ?a) AS ?accounts) {
        ?c prov:wasDerivedFrom ?m . ?d prov:wasDerivedFrom+ ?m . FILTER (?d != ?m)
        OPTIONAL { ?d begat:account ?a } } GROUP BY ?m ORDER BY ?m"""
    rows = sparql(store, counted).rows
    assert rows == sparql(store, walked).rows
    assert len(rows) == 7


def test_roots_are_those_of_a_walk(store: ox.Store) -> None:
    """A model's roots are its ancestors without a parent; one that stands in a circle has none."""
    stated = "SELECT ?m ?root { ?m begat:rootModel ?root } ORDER BY ?m ?root"
    walked = """SELECT DISTINCT ?m ?root { ?m prov:wasDerivedFrom+ ?root
        FILTER NOT EXISTS { ?root prov:wasDerivedFrom ?older } } ORDER BY ?m ?root"""
    rows = sparql(store, stated).rows
    assert rows == sparql(store, walked).rows
    assert rows


def test_terms_that_are_exceeded(make_snapshot: MakeSnapshot) -> None:
    """A model whose licence allows commerce leads to each ancestor whose licence forbids it, and no other."""
    licences = {"base": "cc-by-nc-4.0", "free": "apache-2.0", "bound": "cc-by-nc-4.0", "silent": None}
    licences |= {"strange": "nobody's own", "far": "llama3.1"}
    records = [Model(f"lab/{name}", licence_raw=raw) for name, raw in licences.items()]
    steps = [("free", "base"), ("bound", "base"), ("silent", "base"), ("strange", "base"), ("far", "bound")]
    edges = [Derivation(f"lab/{child}", f"lab/{parent}", "finetune", "tags") for child, parent in steps]
    store = in_memory(make_snapshot([*records, *edges]))
    rows = sparql(store, "SELECT ?m ?a { ?m begat:exceedsTermsOf ?a } ORDER BY ?m ?a").rows
    expected = [("far", "base"), ("far", "bound"), ("free", "base")]
    assert rows == [{"m": f"{HUB}lab/{model}", "a": f"{HUB}lab/{above}"} for model, above in expected]
