"""The graph for other libraries: networkx, SciPy, Arrow, and files for Gephi and Cytoscape."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from begat.discovery import named
from begat.errors import InputError, WrongSchema
from begat.files import atomic_write
from begat.graph.arrays import RELATIONS, Graph, Ids

if TYPE_CHECKING:
    import networkx as nx
    import pyarrow as pa
    from scipy.sparse import csr_array

__all__ = [
    "from_arrow",
    "from_networkx",
    "to_arrow",
    "to_networkx",
    "to_sparse",
    "write_graph",
]

NODES = ("id", "account", "institution")
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MADE_ON = re.compile(rb' lastmodifieddate="[^"]*"')
EDGES = ("child", "parent", "relation", "share")


def to_networkx(graph: Graph) -> "nx.DiGraph[str]":
    """Return the graph as ``networkx.DiGraph``, edges child -> parent.

    Nodes carry ``account`` and ``institution`` where known, edges ``relation`` and ``share``.
    Costs about 1 kB an edge.
    """
    import networkx as nx

    ids = list(graph.ids)
    accounts, institutions = list(graph.account_ids), list(graph.institution_ids)
    result: nx.DiGraph[str] = nx.DiGraph()
    for name, account, institution in zip(
        ids, graph.account.tolist(), graph.institution.tolist(), strict=True
    ):
        facts = {"account": accounts[account]} if account >= 0 else {}
        if institution >= 0:
            facts["institution"] = institutions[institution]
        result.add_node(name, **facts)
    columns = (graph.child, graph.parent, graph.relation, graph.share)
    for child, parent, relation, share in zip(*(c.tolist() for c in columns), strict=True):
        result.add_edge(ids[child], ids[parent], relation=RELATIONS[relation], share=share)
    return result


def from_networkx(net: "nx.DiGraph[Any]") -> Graph:
    """Return a ``networkx.DiGraph`` with edges child -> parent as a graph.

    ``relation`` is ``undetermined`` where an edge has none; parents of a child whose edges have not all a
    ``share`` get equal ones. An edge from a node to itself is left out.

    Raises
    ------
    InputError
        If a node is no string, or a relation is none of `begat.graph.RELATIONS`.
    """
    if not all(isinstance(node, str) for node in net):
        raise InputError("the nodes of the graph are not all ids of models", hint="Relabel them by strings.")
    facts = {name: [data.get(name) for _, data in net.nodes(data=True)] for name in NODES[1:]}
    edges = list(net.edges(data=True))
    return _assembled(
        {"id": list(net), **facts},
        {
            "child": [child for child, _, _ in edges],
            "parent": [parent for _, parent, _ in edges],
            "relation": [data.get("relation") for _, _, data in edges],
            "share": [data.get("share") for _, _, data in edges],
        },
    )


def to_sparse(graph: Graph, weight: NDArray[np.float64] | None = None) -> "csr_array[Any, tuple[int, int]]":
    """Return A[child, parent] as a SciPy array of compressed rows, shape (n, n), rows in node order.

    Parameters
    ----------
    graph : Graph
        The derivation graph.
    weight : array of float64, shape (m,), optional
        Of each edge; 1 if not given. `graph.share` gives what PageRank passes up.
    """
    from scipy.sparse import csr_array

    values = np.ones(graph.m) if weight is None else weight
    return csr_array((values, (graph.child, graph.parent)), shape=(graph.n, graph.n))


def to_arrow(graph: Graph) -> "tuple[pa.Table, pa.Table]":
    """Return nodes (``id, account, institution``) and edges (``child, parent, relation, share``) as tables.

    Names are dictionary-encoded, so that an edge takes 20 bytes; O(n + m), no step in Python for each row.
    """
    import pyarrow as pa

    ids = graph.ids.to_arrow()

    def chosen(codes: NDArray[np.integer], names: Any) -> Any:
        numbers = pa.array(codes, type=pa.int32(), mask=np.asarray(codes) < 0)
        return pa.DictionaryArray.from_arrays(numbers, names)

    nodes = {
        "id": ids,
        "account": chosen(graph.account, graph.account_ids.to_arrow()),
        "institution": chosen(graph.institution, graph.institution_ids.to_arrow()),
    }
    edges = {
        "child": chosen(graph.child, ids),
        "parent": chosen(graph.parent, ids),
        "relation": chosen(graph.relation, pa.array(RELATIONS, type=pa.string())),
        "share": pa.array(np.asarray(graph.share)),
    }
    return pa.table(nodes), pa.table(edges)


def from_arrow(nodes: "pa.Table", edges: "pa.Table") -> Graph:
    """Return a graph from tables as `to_arrow` gives them; further columns are left out of account.

    Missing relations, missing shares and edges from a node to itself are treated as in `from_networkx`.

    Raises
    ------
    WrongSchema
        If a column is not there.
    InputError
        If an edge names a model that is no node, a model or an edge occurs twice, or a relation is unknown.
    """
    for table, columns in ((nodes, NODES), (edges, EDGES)):
        if missing := [name for name in columns if name not in table.column_names]:
            raise WrongSchema(
                f"the table has no column {' or '.join(missing)}",
                hint=f"It takes {', '.join(columns)}; missing values may be null.",
            )
    return _assembled(
        {name: nodes[name].to_pylist() for name in NODES}, {name: edges[name].to_pylist() for name in EDGES}
    )


def _assembled(nodes: Mapping[str, Sequence[Any]], edges: Mapping[str, Sequence[Any]]) -> Graph:
    """Make a graph from columns, sorted by the bytes of the ids, the edges of a child in the order given."""
    import polars as pl

    ids = sorted(nodes["id"], key=str.encode)
    number = {name: place for place, name in enumerate(ids)}
    if len(number) < len(ids):
        raise InputError("a model occurs twice among the nodes")
    order = [number[name] for name in nodes["id"]]
    account_ids, account = _coded(nodes["account"], order)
    institution_ids, institution = _coded(nodes["institution"], order)
    code = {name: place for place, name in enumerate(RELATIONS)} | {None: RELATIONS.index("undetermined")}
    try:
        rows = pl.DataFrame(
            {
                "child": [number[name] for name in edges["child"]],
                "parent": [number[name] for name in edges["parent"]],
                "relation": [code[name] for name in edges["relation"]],
                "share": edges["share"],
            },
            schema={"child": pl.Int32, "parent": pl.Int32, "relation": pl.Int8, "share": pl.Float64},
        )
    except KeyError as missing:
        raise InputError(
            f"an edge names {missing.args[0]!r}, which is neither a node nor a relation",
            hint=f"Relations: {', '.join(RELATIONS)}.",
        ) from missing
    rows = rows.filter(pl.col("child") != pl.col("parent")).sort("child", maintain_order=True)
    if rows.select("child", "parent").is_duplicated().any():
        raise InputError("a child and its parent occur twice among the edges")
    total = pl.col("share").sum().over("child")
    whole = pl.col("share").is_not_null().all().over("child") & (total > 0)
    rows = rows.with_columns(
        share=pl.when(whole).then(pl.col("share") / total).otherwise(1.0 / pl.len().over("child"))
    )
    columns = {name: rows[name].to_numpy() for name in EDGES}
    twin = np.arange(len(ids), dtype=np.int32)
    return Graph(
        ids=Ids.of(ids),
        **columns,
        account=account,
        institution=institution,
        twin=twin,
        account_ids=account_ids,
        institution_ids=institution_ids,
    )


def _coded(names: Sequence[str | None], order: Sequence[int]) -> tuple[Ids, NDArray[np.int32]]:
    """Return the distinct names, sorted, and the place of each node's among them, -1 for none."""
    known = sorted({name for name in names if name is not None}, key=str.encode)
    place = {name: number for number, name in enumerate(known)} | {None: -1}
    codes = np.empty(len(names), dtype=np.int32)
    codes[np.array(order, dtype=np.int64)] = [place[name] for name in names]
    return Ids.of(known), codes


def write_graph(graph: Graph, path: Path, *, form: str) -> None:
    r"""Write the graph as a file for Gephi, Cytoscape or yEd, edges child -> parent.

    Parameters
    ----------
    graph : Graph
        The derivation graph, or a part of it; see `begat.graph.induced`.
    path : Path
        The file; replaced as a whole or not at all.
    form : str
        ``graphml`` or ``gexf``.

    Raises
    ------
    UnknownName
        If there is no such format.
    InputError
        If two models can't be told apart once characters that XML can't hold are written as ``\u0001``.

    Notes
    -----
    Goes through networkx, about 1 kB an edge; both formats hold an edge in some 200 bytes of XML. The same
    graph gives the same bytes: the day on which a GEXF file is written is left out.
    """
    import networkx as nx

    writers: dict[str, Any] = {"graphml": nx.write_graphml_xml, "gexf": nx.write_gexf}
    write = named("graph format", form, writers)
    write(_in_xml(to_networkx(graph)), content := BytesIO())
    atomic_write(path, MADE_ON.sub(b"", content.getvalue(), count=1))


def _in_xml(net: "nx.DiGraph[str]") -> "nx.DiGraph[str]":
    """Return the graph with names that XML can hold; nearly always it is the same graph."""
    import networkx as nx

    names = {name: NOT_IN_XML.sub(_code, name) for name in net if NOT_IN_XML.search(name)}
    for _, facts in net.nodes(data=True):
        facts.update({key: NOT_IN_XML.sub(_code, text) for key, text in facts.items()})
    if len({names.get(name, name) for name in net}) < len(net):
        raise InputError("two models have one name in XML, which can't hold control characters")
    return nx.relabel_nodes(net, names) if names else net


def _code(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
