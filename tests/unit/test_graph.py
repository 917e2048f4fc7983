"""The graph against networkx and against plain readings of its definitions."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from begat.graph import RELATIONS, Graph, Ids, credit_graph, load_or_build, to_networkx, walk
from begat.graph.arrays import COPY
from begat.graph.build import build
from begat.graph.order import components, cycles, levels
from begat.records import Derivation, Model, Record
from begat.snapshot import Snapshot

Edge = tuple[int, int, int]

edges = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(0, len(RELATIONS) - 1)), max_size=40
)


def make_graph(rows: Iterable[Edge], n: int = 12) -> Graph:
    """Return a graph of n models ``m00, m01, ...`` from (child, parent, relation) rows."""
    pairs = {(child, parent): relation for child, parent, relation in rows if child != parent}
    ordered = sorted(pairs)
    child = np.array([pair[0] for pair in ordered], dtype=np.int32)
    shares = np.bincount(child, minlength=n)
    return Graph(
        ids=Ids.of([f"m{i:02}" for i in range(n)]),
        child=child,
        parent=np.array([pair[1] for pair in ordered], dtype=np.int32),
        relation=np.array([pairs[pair] for pair in ordered], dtype=np.int8),
        share=1.0 / shares[child],
        account=np.arange(n, dtype=np.int32) % 5,
        institution=np.where(np.arange(n) % 3 == 0, np.arange(n) % 2, -1).astype(np.int32),
        twin=np.arange(n, dtype=np.int32),
        account_ids=Ids.of([f"a{i}" for i in range(5)]),
        institution_ids=Ids.of(["i0", "i1"]),
    )


@given(edges, st.integers(0, 11))
def test_walk_is_reachability(rows: list[Edge], start: int) -> None:
    """Ancestors and descendants are those of networkx, at the shortest distance."""
    graph = make_graph(rows)
    oracle = to_networkx(graph)
    for up, view in ((True, oracle), (False, oracle.reverse())):
        found = walk(graph, start, up=up)
        depths = nx.single_source_shortest_path_length(view, graph.ids[start])
        depths.pop(graph.ids[start])
        assert {graph.ids[n]: d for n, d in zip(found.node, found.depth.tolist(), strict=True)} == depths
        assert found.depth.tolist() == sorted(found.depth.tolist())


@given(edges, st.integers(0, 11), st.sets(st.sampled_from(RELATIONS)), st.integers(1, 4))
def test_walk_filters(rows: list[Edge], start: int, relations: set[str], depth: int) -> None:
    """A walk over some relations is a walk in the graph of only these, cut at the depth."""
    graph = make_graph(rows)
    wanted = [
        (c, p)
        for c, p, r in zip(graph.child, graph.parent, graph.relation, strict=True)
        if RELATIONS[r] in relations
    ]
    fewer = make_graph([(int(c), int(p), 0) for c, p in wanted])
    found = walk(graph, start, up=False, relations=relations, depth=depth)
    oracle = walk(fewer, start, up=False)
    assert set(found.node.tolist()) == set(oracle.node[oracle.depth <= depth].tolist())


@given(edges)
def test_walk_edges_lead_there(rows: list[Edge]) -> None:
    """The edge of each step ends at the node and starts one step nearer."""
    graph = make_graph(rows)
    found = walk(graph, 0, up=False)
    depth = dict(zip(found.node.tolist(), found.depth.tolist(), strict=True)) | {0: 0}
    for node, steps, edge in zip(found.node, found.depth, found.edge, strict=True):
        assert graph.child[edge] == node
        assert depth[int(graph.parent[edge])] == steps - 1


@given(edges)
def test_components_are_strong(rows: list[Edge]) -> None:
    """Two models share a component if and only if each leads to the other."""
    graph = make_graph(rows)
    least = components(graph)
    oracle = {
        graph.ids.find(name): min(graph.ids.find(other) for other in group)
        for group in nx.strongly_connected_components(to_networkx(graph))
        for name in group
    }
    assert dict(enumerate(least.tolist())) == oracle
    assert len(cycles(graph)) == sum(len(g) > 1 for g in nx.strongly_connected_components(to_networkx(graph)))


@given(edges)
def test_credit_graph_is_a_dag_in_level_order(rows: list[Edge]) -> None:
    """After contraction each node comes after its children, every node once, no copy edge is left."""
    credit = credit_graph(make_graph(rows))
    assert (credit.height[credit.dag.child] < credit.height[credit.dag.parent]).all()
    found = levels(credit.dag)
    assert sorted(np.concatenate(found).tolist()) == list(range(credit.dag.n))
    assert [set(credit.height[level].tolist()) for level in found] == [{k} for k in range(len(found))]
    assert (credit.dag.relation != COPY).all()
    totals = np.bincount(credit.dag.child, weights=credit.dag.share, minlength=credit.dag.n)
    assert np.allclose(totals[np.unique(credit.dag.child)], 1)
    assert credit.size.sum() == (~credit.copy).sum()


def test_levels_refuse_a_cycle() -> None:
    """Level order is not defined on a cycle."""
    with pytest.raises(ValueError, match="cycle"):
        levels(make_graph([(0, 1, 0), (1, 0, 0)]))


def test_copies_that_name_each_other_are_one() -> None:
    """Of models that call each other a copy one stands for all; a copy of them is a copy of it."""
    credit = credit_graph(make_graph([(0, 1, COPY), (1, 0, COPY), (2, 1, 0), (3, 0, COPY)]))
    assert credit.copy.nonzero()[0].tolist() == [1, 3]
    assert list(zip(credit.graph.child.tolist(), credit.graph.parent.tolist(), strict=True)) == [(2, 0)]


def test_a_mirror_is_one_with_its_original() -> None:
    """What was made from either twin counts once, for the original; so does what it derives from."""
    graph = make_graph([(2, 0, 0), (3, 1, 0), (1, 4, 0)])
    twins = graph.twin.copy()
    twins[[1, 3]] = [0, 2]
    credit = credit_graph(replace(graph, twin=twins))
    pairs = list(zip(credit.graph.child.tolist(), credit.graph.parent.tolist(), strict=True))
    assert pairs == [(0, 4), (2, 0)]
    assert credit.copy.nonzero()[0].tolist() == [1, 3]


def test_children_of_a_copy_count_for_the_original() -> None:
    """A derivative of a copy becomes a derivative of the original; the copy derives from nothing."""
    finetune = RELATIONS.index("finetune")
    credit = credit_graph(make_graph([(1, 0, COPY), (2, 1, finetune), (1, 5, finetune)]))
    pairs = list(zip(credit.dag.child.tolist(), credit.dag.parent.tolist(), strict=True))
    assert pairs == [(2, 0)]
    assert credit.copy.nonzero()[0].tolist() == [1]


def test_ids_find_every_string() -> None:
    """Binary search finds what is there, in the order of UTF-8 bytes, and nothing else."""
    texts = sorted(["Qwen/a", "qwen/a", "模型/b", "z", "a/é"], key=str.encode)
    ids = Ids.of(texts)
    assert [ids.find(text) for text in texts] == list(range(len(texts)))
    assert list(ids) == texts
    assert ids.find("Qwen/") is None
    assert ids.find("zz") is None


MODELS: list[Record] = [Model(f"example-lab/m{i}") for i in range(4)]
STATED: list[Record] = [
    Derivation("example-lab/m1", "example-lab/m0", "finetune", "tags"),
    Derivation("example-lab/m1", "example-lab/m0", "quantized", "card"),
    Derivation("example-lab/m2", "example-lab/m0", "merge", "tags", 1),
    Derivation("example-lab/m2", "example-lab/m1", "merge", "tags", 0),
    Derivation("example-lab/m3", "example-lab/m3", "finetune", "tags"),
    Derivation("example-lab/m3", "./out", "finetune", "tags"),
    Derivation("example-lab/m3", "elsewhere/unknown", "adapter", "tags"),
]


def test_build_from_tables(make_snapshot: Callable[[Iterable[Record]], Snapshot]) -> None:
    """A pair is one edge of its most reliable kind; self and unresolved parents make none."""
    graph = build(make_snapshot([*MODELS, *STATED]))
    named = {
        (graph.ids[c], graph.ids[p]): (RELATIONS[r], s)
        for c, p, r, s in zip(graph.child, graph.parent, graph.relation, graph.share, strict=True)
    }
    assert named == {
        ("example-lab/m1", "example-lab/m0"): ("finetune", 1.0),
        ("example-lab/m2", "example-lab/m0"): ("merge", 0.5),
        ("example-lab/m2", "example-lab/m1"): ("merge", 0.5),
        ("example-lab/m3", "elsewhere/unknown"): ("adapter", 1.0),
    }
    merged = graph.ids.find("example-lab/m2")
    assert merged is not None
    order = [graph.ids[graph.parent[edge]] for edge in graph.to_parents(np.array([merged]))]
    assert order == ["example-lab/m1", "example-lab/m0"]


@pytest.mark.parametrize("damage", ["truncate", "remove", "flip", "manifest", "none"])
def test_cache_is_rebuilt_when_damaged(
    make_snapshot: Callable[[Iterable[Record]], Snapshot], tmp_path: Path, damage: str
) -> None:
    """A cached graph equals a built one; a cache with lost or changed bytes is built again."""
    snapshot = make_snapshot([*MODELS, *STATED])
    folder = tmp_path / "graph"
    load_or_build(snapshot, folder)
    if damage == "truncate":
        (folder / "parent.npy").write_bytes((folder / "parent.npy").read_bytes()[:-1])
    elif damage == "flip":
        data = bytearray((folder / "parent.npy").read_bytes())
        data[-1] ^= 0xFF
        (folder / "parent.npy").write_bytes(bytes(data))
    elif damage == "manifest":
        (folder / "arrays.json").write_text("[]")
    elif damage == "remove":
        (folder / "ids.npy").unlink()
    again, fresh = load_or_build(snapshot, folder), build(snapshot)
    assert list(again.ids) == list(fresh.ids)
    assert again.parent.tolist() == fresh.parent.tolist()
    assert again.account.tolist() == fresh.account.tolist()
