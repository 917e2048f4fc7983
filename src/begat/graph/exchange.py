"""The graph for other libraries."""

from typing import TYPE_CHECKING

from begat.graph.arrays import RELATIONS, Graph

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["to_networkx"]


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
