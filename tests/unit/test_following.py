"""Who builds on a group of models: the fast walk against one by definition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_graph import make_graph

from begat.answer.following import following, readable_following, upstream

N = 12
NODES = st.integers(0, N - 1)
EDGES = st.lists(st.tuples(NODES, NODES).filter(lambda pair: pair[0] != pair[1]), unique=True, max_size=30)
HOUSES = st.lists(st.integers(0, 3), min_size=N, max_size=N).map(np.array)
MEMBERS = st.sets(NODES, min_size=1, max_size=6).map(lambda nodes: np.array(sorted(nodes)))


@given(EDGES, HOUSES, MEMBERS)
def test_following_is_what_walks_from_each_model_find(
    pairs: list[tuple[int, int]], house: np.ndarray, members: np.ndarray
) -> None:
    """The derivatives and the steps to them are those that a walk from every model by itself finds."""
    graph = make_graph([(child, parent, 0) for child, parent in pairs], N)
    found = following(graph, house, members)
    assert dict(zip(found.nodes.tolist(), found.steps.tolist(), strict=True)) == readable_following(
        graph, house, members
    )


@given(EDGES, HOUSES, MEMBERS)
def test_relation_is_that_of_a_parent_that_leads_back(
    pairs: list[tuple[int, int]], house: np.ndarray, members: np.ndarray
) -> None:
    """Each derivative has the relation of the first of its parents that is of the group or below it."""
    kinds = [(3 * child + parent) % 4 for child, parent in pairs]
    rows = sorted((child, parent, kind) for (child, parent), kind in zip(pairs, kinds, strict=True))
    graph = make_graph(rows, N)
    below = set(members.tolist())
    while more := {child for child, parent in pairs if parent in below} - below:
        below |= more
    found = following(graph, house, members)
    for node, relation in zip(found.nodes.tolist(), found.relation.tolist(), strict=True):
        edges = graph.to_parents(np.array([node]))
        parents = [(int(graph.parent[edge]), int(graph.relation[edge])) for edge in edges]
        assert relation == next(kind for parent, kind in parents if parent in below)


@given(EDGES, HOUSES, MEMBERS)
def test_upstream_is_every_edge_that_leaves_the_house(
    pairs: list[tuple[int, int]], house: np.ndarray, members: np.ndarray
) -> None:
    """Upstream are the edges of the group whose parent is of another house than the child."""
    graph = make_graph([(child, parent, 0) for child, parent in pairs], N)
    children, parents = upstream(graph, house, members)
    wanted = {(c, p) for c, p in pairs if c in members and house[c] != house[p]}
    assert set(zip(children.tolist(), parents.tolist(), strict=True)) == wanted


def test_nobody_follows_a_group_without_models() -> None:
    """A group without models has no derivatives."""
    found = following(make_graph([(1, 0, 0)], N), np.arange(N), np.zeros(0, dtype=np.int64))
    assert [len(part) for part in found] == [0, 0, 0]
