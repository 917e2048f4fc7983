"""What something reaches: the fast walk against a readable one and networkx, and its laws."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_graph import make_graph

from begat.consequence.impact import Impact, impact, readable_impact
from begat.consequence.supply import EVIDENCE, Supply
from begat.influence.figures import UNKNOWN

N = 10
LINKS = st.dictionaries(
    st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)).filter(lambda pair: pair[0] != pair[1]),
    st.integers(0, len(EVIDENCE) - 1),
    max_size=28,
)
STARTS = st.sets(st.integers(0, N - 1), min_size=1, max_size=3).map(lambda nodes: np.array(sorted(nodes)))
DEPTHS = st.none() | st.integers(1, 3)
Links = dict[tuple[int, int], int]


def made(links: Links) -> Supply:
    """Return models with links from child to parent, each with its evidence."""
    graph = make_graph([(child, parent, (child + parent) % 5) for child, parent in links], N)
    pairs = zip(graph.child.tolist(), graph.parent.tolist(), strict=True)
    return Supply(
        graph,
        models=N - 2,
        evidence=np.array([links[pair] for pair in pairs], dtype=np.int8),
        stated_on=np.full(graph.m, UNKNOWN, dtype=np.int32),
        open_ends=np.zeros(N, dtype=np.int32),
        open_bases=np.zeros(N, dtype=np.int32),
        whole=np.empty(0, dtype=np.int32),
    )


def hit(found: Impact) -> dict[int, tuple[int, int]]:
    """Return evidence and depth of what is hit, by node."""
    rows = zip(found.node.tolist(), found.evidence.tolist(), found.depth.tolist(), strict=True)
    return {node: (sure, steps) for node, sure, steps in rows}


@given(LINKS, STARTS, DEPTHS)
def test_impact_is_what_a_plain_walk_finds(links: Links, starts: np.ndarray, depth: int | None) -> None:
    """Nodes, evidence and depth are those of walks over sets, whatever cycles there are."""
    supply = made(links)
    found = impact(supply, starts, depth=depth)
    assert hit(found) == readable_impact(supply, starts, depth)
    order = list(zip(found.depth.tolist(), found.node.tolist(), strict=True))
    assert order == sorted(order)


@given(LINKS, STARTS)
def test_impact_is_the_descendants_of_networkx(links: Links, starts: np.ndarray) -> None:
    """What is hit by links of any evidence is all that networkx reaches; the surest of it by sure links."""
    found = hit(impact(made(links), starts))
    for level in range(len(EVIDENCE)):
        view = nx.DiGraph()
        view.add_nodes_from(range(N))
        view.add_edges_from((parent, child) for (child, parent), sure in links.items() if sure <= level)
        below = set().union(*(nx.descendants(view, start) for start in starts.tolist())) - set(starts)
        assert {node for node, (sure, _) in found.items() if sure <= level} == below


@given(LINKS, STARTS, DEPTHS)
def test_a_path_leads_from_a_start_and_is_as_sure_and_long(
    links: Links, starts: np.ndarray, depth: int | None
) -> None:
    """The path to each hit is a chain of links from a start; its length and weakest link are those given."""
    supply = made(links)
    found = impact(supply, starts, depth=depth)
    graph = supply.graph
    for place, node in enumerate(found.node.tolist()):
        edges = found.path(graph, place)
        ends = [int(graph.parent[edges[0]]), *(int(graph.child[edge]) for edge in edges)]
        assert ends[0] in starts
        assert ends[1:] == [*(int(graph.parent[edge]) for edge in edges[1:]), node]
        assert len(edges) == found.depth[place]
        assert max(supply.evidence[edge] for edge in edges) == found.evidence[place]
        assert edges[-1] == found.link[place]
        assert graph.relation[edges[-1]] == found.kind[place]


@given(LINKS, STARTS, st.sets(st.integers(0, 27)))
def test_fewer_links_never_hit_more(links: Links, starts: np.ndarray, dropped: set[int]) -> None:
    """Links that are left out add nothing, and make nothing surer."""
    supply = made(links)
    keep = ~np.isin(np.arange(supply.graph.m), list(dropped))
    some, whole = hit(impact(supply, starts, keep=keep)), hit(impact(supply, starts))
    assert some.keys() <= whole.keys()
    assert all(sure >= whole[node][0] for node, (sure, _) in some.items())


def test_a_surer_path_goes_before_a_shorter_one() -> None:
    """What is inferred to be made from the start, and declared to be by two steps, is hit for certain."""
    supply = made({(2, 0): 2, (1, 0): 0, (2, 1): 0, (3, 2): 1})
    assert hit(impact(supply, np.array([0]))) == {1: (0, 1), 2: (0, 2), 3: (1, 3)}
    assert hit(impact(supply, np.array([0]), depth=1)) == {1: (0, 1), 2: (2, 1)}


@pytest.mark.parametrize("starts", [[], [4]])
def test_nothing_is_hit_by_nothing(starts: list[int]) -> None:
    """Without a start, or below something nobody uses, nothing is hit."""
    assert len(impact(made({(1, 0): 0}), np.array(starts, dtype=np.int64))) == 0
