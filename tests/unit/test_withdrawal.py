"""What rests on what goes: against a plain walk with networkx on graphs with cycles, merges and data."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from begat.consequence.inherit import CHANNELS, channel
from begat.consequence.supply import KINDS, Supply
from begat.consequence.withdrawal import Withdrawal, withdrawal
from begat.graph import Graph, Ids

KIND_NAMES = ("finetune", "merge", "distilled", "trained-on")

Link = tuple[int, int, str]


def supply_of(n: int, links: list[Link], open_ends: dict[int, int] | None = None) -> Supply:
    """Return a supply of `n` nodes, all models; a link is child, parent and kind."""
    ordered = sorted({(child, parent): kind for child, parent, kind in links}.items())
    ends = np.array([pair for pair, _ in ordered], dtype=np.int32).reshape(-1, 2)
    nobody = np.full(n, -1, dtype=np.int32)
    found = np.zeros(n, dtype=np.int32)
    for node, count in (open_ends or {}).items():
        found[node] = count
    graph = Graph(
        ids=Ids.of([f"m{node:03d}" for node in range(n)]),
        child=ends[:, 0],
        parent=ends[:, 1],
        relation=np.array([KINDS.index(kind) for _, kind in ordered], dtype=np.int8),
        share=np.ones(len(ordered)),
        account=nobody,
        institution=nobody,
        twin=np.arange(n, dtype=np.int32),
        account_ids=Ids.of([]),
        institution_ids=Ids.of([]),
    )
    zeros = np.zeros(len(ordered))
    return Supply(
        graph, n, zeros.astype(np.int8), zeros.astype(np.int32), found, found, np.empty(0, np.int32)
    )


def gone_of(n: int, nodes: set[int]) -> np.ndarray:
    """Return flags of some nodes."""
    return np.isin(np.arange(n), sorted(nodes))


def readable(supply: Supply, gone: np.ndarray, stopped: np.ndarray) -> dict[int, tuple[int, int, bool]]:
    """Return channel, depth and exclusiveness of each resting node, by definition."""
    graph, found = supply.graph, {}
    for number in range(len(CHANNELS)):
        down, stopped_pairs = nx.DiGraph(), set()
        down.add_nodes_from(range(supply.n))
        for edge in np.flatnonzero(
            [CHANNELS.index(channel(KINDS[kind])) <= number for kind in graph.relation]
        ):
            pair = (int(graph.parent[edge]), int(graph.child[edge]))
            down.add_edge(*pair)
            if stopped[edge]:
                stopped_pairs.add(pair)
        going = set(np.flatnonzero(gone).tolist())
        left = down.copy()
        left.remove_nodes_from(going)
        left.remove_edges_from(stopped_pairs)
        free: set[int] = set()
        for members in nx.strongly_connected_components(down):
            root = not any(parent not in members for node in members for parent in down.pred[node])
            touched = members & going or any(set(pair) <= members for pair in stopped_pairs)
            if root and not touched:
                for node in members:
                    free |= {node} | nx.descendants(left, node)
        first = {pair[1] for pair in stopped_pairs} | {kid for node in going for kid in down.succ[node]}
        down.remove_nodes_from(going)
        down.add_edges_from(("all that goes", node) for node in first - going)
        depths = nx.single_source_shortest_path_length(down, "all that goes") if first - going else {}
        for node, depth in list(depths.items())[1:]:
            found.setdefault(node, (number, depth, node not in free))
    return found


def laid_out(found: Withdrawal) -> dict[int, tuple[int, int, bool]]:
    """Return a result as `readable` does."""
    return {
        node: (int(found.channel[node]), int(found.depth[node]), bool(found.exclusive[node]))
        for node in np.flatnonzero(found.channel >= 0).tolist()
    }


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Supply, np.ndarray, np.ndarray]:
    """Draw a graph with cycles and merges, the nodes that go and the links that stop."""
    n = draw(st.integers(1, 12))
    node = st.integers(0, n - 1)
    links = draw(st.lists(st.tuples(node, node, st.sampled_from(KIND_NAMES)), max_size=24))
    supply = supply_of(n, [link for link in links if link[0] != link[1]])
    gone = gone_of(n, draw(st.sets(node, max_size=3)))
    count = supply.graph.m
    stopped = np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count)), dtype=bool)
    return supply, gone, stopped & draw(st.booleans())


@settings(max_examples=300)
@given(worlds())
def test_it_equals_a_walk_by_definition(world: tuple[Supply, np.ndarray, np.ndarray]) -> None:
    """Channel, depth and exclusiveness of every node are those of a plain walk over all lines."""
    supply, gone, stopped = world
    assert laid_out(withdrawal(supply, gone, stopped)) == readable(supply, gone, stopped)


@settings(max_examples=100)
@given(worlds(), st.integers(0, 11))
def test_more_that_goes_never_saves_anything(world: tuple[Supply, np.ndarray, np.ndarray], more: int) -> None:
    """What is lost without some things is lost without more of them, and what rests on them only too."""
    supply, gone, stopped = world
    wider = gone | gone_of(supply.n, {more})
    few, many = withdrawal(supply, gone, stopped), withdrawal(supply, wider, stopped)
    weights = few.resting()
    assert not (weights & ~many.resting() & ~wider).any()
    assert not (weights & few.exclusive & ~many.exclusive & ~wider).any()


def test_a_merge_rests_on_both_and_only_on_none() -> None:
    """A merge of a model that goes and another rests on what goes, but not only; its sibling only."""
    supply = supply_of(5, [(2, 0, "merge"), (2, 1, "merge"), (3, 0, "finetune"), (4, 2, "finetune")])
    found = withdrawal(supply, gone_of(5, {0}))
    assert laid_out(found) == {2: (0, 1, False), 3: (0, 1, True), 4: (0, 2, False)}


def test_data_is_kept_apart() -> None:
    """What learned from data is of that channel, and so is what was made from it."""
    supply = supply_of(4, [(1, 0, "trained-on"), (2, 1, "finetune"), (3, 0, "distilled")])
    found = withdrawal(supply, gone_of(4, {0}))
    assert [CHANNELS[channel] for channel, _, _ in laid_out(found).values()] == ["data", "data", "outputs"]


@pytest.mark.parametrize(("where", "expected"), [({1: 1}, [1, 2]), ({2: 1}, [2]), ({}, [])])
def test_a_parent_that_cannot_be_told_leaves_it_open(where: dict[int, int], expected: list[int]) -> None:
    """Whether something rests only on what goes is open where a line leads to a parent not told."""
    supply = supply_of(3, [(1, 0, "finetune"), (2, 1, "finetune")], where)
    found = withdrawal(supply, gone_of(3, {0}), unresolved=supply.open_ends)
    assert np.flatnonzero(found.open).tolist() == expected
    assert np.flatnonzero(found.exclusive).tolist() == [1, 2]


def test_links_that_stop_take_what_they_made() -> None:
    """Without one kind of link, what it made and all below rest on it; other parents save them."""
    links: list[Link] = [(1, 0, "merge"), (2, 0, "finetune"), (2, 1, "finetune")]
    supply = supply_of(3, links)
    stopped = supply.of_kinds({"merge"})
    assert laid_out(withdrawal(supply, gone_of(3, set()), stopped)) == {1: (0, 1, True), 2: (0, 2, False)}
