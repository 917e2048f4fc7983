"""Chains, roots, nearest common ancestors and induced graphs against networkx and plain definitions."""

from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_graph import Edge, edges, make_graph

from begat.graph import (
    Made,
    chains,
    induced,
    nearest_common_ancestors,
    reachable,
    roots,
    shortest_chain,
    to_networkx,
    walk,
)

nodes = st.integers(0, 11)
some_days = st.lists(st.integers(-1, 9), min_size=12, max_size=12)


def numbers(rows: list[Edge]) -> "nx.DiGraph[int]":
    """Return the edges as networkx has them, nodes by number."""
    graph = make_graph(rows)
    net: nx.DiGraph[int] = nx.DiGraph()
    net.add_nodes_from(range(graph.n))
    net.add_edges_from(zip(graph.child.tolist(), graph.parent.tolist(), strict=True))
    return net


@given(edges, nodes, nodes, st.none() | st.integers(0, 5), st.none() | st.integers(0, 6))
def test_chains_are_the_simple_paths(
    rows: list[Edge], start: int, end: int, length: int | None, count: int | None
) -> None:
    """All simple paths of networkx, none twice, no longer than asked; of many, as many as asked."""
    found = list(chains(make_graph(rows), start, end, length=length, count=count))
    oracle = set(map(tuple, nx.all_simple_paths(numbers(rows), start, end, cutoff=length)))
    if start == end:
        oracle = {(start,)}
    assert len({tuple(line) for line in found}) == len(found)
    assert {tuple(line) for line in found} <= oracle
    assert len(found) == (len(oracle) if count is None else min(count, len(oracle)))


def test_chains_come_lazily() -> None:
    """Of 2^30 chains the first comes at once."""
    ladder = [(2 * k + a, 2 * k + 2 + b, 0) for k in range(30) for a in (0, 1) for b in (0, 1)]
    graph = make_graph(ladder, 62)
    line = next(chains(graph, 0, 60))
    assert len(line) == 31
    assert [len(line) for line in chains(graph, 0, 60, count=1000)] == [31] * 1000


def test_a_long_chain_needs_no_recursion() -> None:
    """A line of 20,000 models is one chain."""
    n = 20_000
    graph = make_graph([(k + 1, k, 0) for k in range(n - 1)], n)
    (line,) = chains(graph, n - 1, 0)
    assert line == list(range(n - 1, -1, -1))
    assert roots(graph, n - 1).tolist() == [0]


@given(edges, nodes, nodes)
def test_shortest_chain(rows: list[Edge], start: int, end: int) -> None:
    """A chain of as few derivations as networkx finds, each of them there; empty if there is none."""
    net = numbers(rows)
    line = shortest_chain(make_graph(rows), start, end)
    if not nx.has_path(net, start, end):
        assert line == []
        return
    assert len(line) == nx.shortest_path_length(net, start, end) + 1
    assert (line[0], line[-1]) == (start, end)
    assert all(net.has_edge(child, parent) for child, parent in pairwise(line))


@given(edges, nodes)
def test_roots(rows: list[Edge], node: int) -> None:
    """A root is an ancestor, or the model, that leads to nothing that does not lead back to it."""
    net = numbers(rows)
    above = {v: nx.descendants(net, v) | {v} for v in net}
    expected = [v for v in sorted(above[node]) if all(v in above[u] for u in above[v])]
    assert roots(make_graph(rows), node).tolist() == expected


@given(edges, nodes, nodes)
def test_nearest_common_ancestors(rows: list[Edge], some: int, other: int) -> None:
    """Common ancestors that no other common ancestor leads to, unless each leads to the other."""
    net = numbers(rows)
    above = {v: nx.descendants(net, v) | {v} for v in net}
    common = above[some] & above[other]
    expected = [v for v in sorted(common) if all(u in above[v] for u in common if v in above[u])]
    assert nearest_common_ancestors(make_graph(rows), some, other).tolist() == expected


def test_nearest_common_ancestor_of_a_model_and_its_parent_is_the_parent() -> None:
    """A model counts among its own ancestors."""
    graph = make_graph([(2, 1, 0), (1, 0, 0), (3, 1, 0)])
    assert nearest_common_ancestors(graph, 2, 1).tolist() == [1]
    assert nearest_common_ancestors(graph, 2, 3).tolist() == [1]
    assert nearest_common_ancestors(graph, 2, 4).tolist() == []


@given(edges, st.sets(nodes))
def test_induced(rows: list[Edge], some: set[int]) -> None:
    """Some models with every edge among them, and what is known of both."""
    graph = make_graph(rows)
    wanted = np.array(sorted(some), dtype=np.int64)
    part = to_networkx(induced(graph, wanted))
    whole = to_networkx(graph).subgraph([graph.ids[node] for node in wanted])
    assert dict(part.nodes(data=True)) == dict(whole.nodes(data=True))
    assert {(c, p): d for c, p, d in part.edges(data=True)} == {
        (c, p): d for c, p, d in whole.edges(data=True)
    }


@given(
    edges, nodes, st.lists(st.integers(-1, 9), min_size=12, max_size=12), st.integers(0, 9), st.integers(0, 9)
)
def test_walk_within_a_time(rows: list[Edge], start: int, days: list[int], since: int, until: int) -> None:
    """A walk over derivations of some days is a walk in the graph of only these; unknown days are none."""
    graph = make_graph(rows)
    inside = [since <= days[child] <= until for child in graph.child]
    pairs = zip(graph.child[inside].tolist(), graph.parent[inside].tolist(), strict=True)
    fewer = make_graph([(child, parent, 0) for child, parent in pairs])
    for up in (True, False):
        found = walk(graph, start, up=up, made=Made(np.array(days), since, until))
        assert found.node.tolist() == walk(fewer, start, up=up).node.tolist()
    assert len(walk(graph, start, up=True, made=Made(np.array([-1] * 12))).node) == 0


@given(edges, st.sets(nodes, max_size=3))
def test_reachable(rows: list[Edge], some: set[int]) -> None:
    """What several models lead to, each once; the models themselves only where they are led to."""
    net = numbers(rows)
    expected = {v for u in some for p in net.successors(u) for v in nx.descendants(net, p) | {p}}
    starts = np.array(sorted(some), dtype=np.int64)
    assert reachable(make_graph(rows), starts, up=True).tolist() == sorted(expected)
