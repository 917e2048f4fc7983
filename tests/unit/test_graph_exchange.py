"""The graph to networkx, SciPy, Arrow and files, and back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from tests.unit.test_graph import Edge, edges, make_graph

from begat.errors import InputError, UnknownName, WrongSchema
from begat.graph import Graph, from_arrow, from_networkx, to_arrow, to_networkx, to_sparse, write_graph


def facts(graph: Graph) -> tuple[Any, ...]:
    """Return all that a graph says but the shares, names instead of numbers."""
    net = to_networkx(graph)
    return list(net.nodes(data=True)), list(net.edges(data="relation"))


@pytest.mark.parametrize(
    "there_and_back",
    [lambda graph: from_networkx(to_networkx(graph)), lambda graph: from_arrow(*to_arrow(graph))],
    ids=["networkx", "arrow"],
)
@given(edges)
def test_there_and_back(there_and_back: Callable[[Graph], Graph], rows: list[Edge]) -> None:
    """A graph that went through another form is the same graph."""
    graph = make_graph(rows)
    again = there_and_back(graph)
    assert facts(again) == facts(graph)
    assert again.child.dtype == np.int32
    assert again.share.tolist() == pytest.approx(graph.share.tolist())


@given(edges)
def test_sparse(rows: list[Edge]) -> None:
    """A[child, parent] is 1, or the weight given; its product with itself counts chains of two."""
    graph = make_graph(rows)
    matrix = to_sparse(graph)
    net = nx.to_numpy_array(to_networkx(graph), weight=None)
    assert (matrix.toarray() == net).all()
    assert to_sparse(graph, graph.share).sum() == pytest.approx(len(set(graph.child.tolist())))


@pytest.mark.parametrize(("form", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_files_are_read_by_networkx(form: str, read: Callable[[Path], Any], tmp_path: Path) -> None:
    """A file holds every model, derivation, relation and share."""
    graph = make_graph([(1, 0, 0), (2, 0, 3), (2, 1, 3)])
    path = tmp_path / f"graph.{form}"
    write_graph(graph, path, form=form)
    net = read(path)
    assert set(net) == set(graph.ids)
    found = {
        (child, parent): (data["relation"], data["share"]) for child, parent, data in net.edges(data=True)
    }
    assert found == {(c, p): (d["relation"], d["share"]) for c, p, d in to_networkx(graph).edges(data=True)}
    assert net.nodes["m00"]["account"] == "a0"


def test_an_unknown_format_is_an_error(tmp_path: Path) -> None:
    """A format that is not there comes with a near name, and no file is left."""
    with pytest.raises(UnknownName, match="graphml"):
        write_graph(make_graph([]), tmp_path / "graph", form="graphxml")
    assert list(tmp_path.iterdir()) == []


def test_missing_facts_have_defaults() -> None:
    """An edge without relation is undetermined, without share an equal part; a loop is left out."""
    net: nx.DiGraph[str] = nx.DiGraph([("b", "a"), ("b", "c"), ("a", "a")])
    graph = from_networkx(net)
    assert list(graph.ids) == ["a", "b", "c"]
    found = to_networkx(graph).edges(data=True)
    assert list(found) == [
        ("b", "a", {"relation": "undetermined", "share": 0.5}),
        ("b", "c", {"relation": "undetermined", "share": 0.5}),
    ]
    assert graph.account.tolist() == [-1, -1, -1]


NODES = pa.table({"id": ["a", "b"], "account": [None, "x"], "institution": [None, None]})


@pytest.mark.parametrize(
    ("child", "parent", "relation", "message"),
    [
        (["a"], ["z"], [None], "'z'"),
        (["a"], ["b"], ["cousin"], "'cousin'"),
        (["a", "a"], ["b", "b"], [None, None], "twice"),
    ],
)
def test_what_is_no_graph_is_an_error(
    child: list[str], parent: list[str], relation: list[str | None], message: str
) -> None:
    """An edge to nowhere, an unknown relation and a pair that occurs twice are named."""
    table = pa.table({"child": child, "parent": parent, "relation": relation, "share": [None] * len(child)})
    with pytest.raises(InputError, match=message):
        from_arrow(NODES, table)


def test_a_missing_column_is_an_error() -> None:
    """The message names it."""
    with pytest.raises(WrongSchema, match="relation or share"):
        from_arrow(NODES, pa.table({"child": ["a"], "parent": ["b"]}))


def test_nodes_that_are_no_ids() -> None:
    """Nodes must be strings, each once."""
    with pytest.raises(InputError, match="not all ids"):
        from_networkx(nx.DiGraph([(1, 2)]))
    twice = pa.table({"id": ["a", "a"], "account": [None, None], "institution": [None, None]})
    with pytest.raises(InputError, match="a model occurs twice"):
        from_arrow(twice, to_arrow(make_graph([]))[1])
