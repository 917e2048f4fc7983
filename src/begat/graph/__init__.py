"""The derivation graph as integer arrays: build, order, walk, contract. Edges run child -> parent."""

from begat.graph.arrays import RELATIONS, Graph, Ids, induced, kept
from begat.graph.cache import load_or_build
from begat.graph.contract import CreditGraph, credit_graph, houses, inside_a_house, same_house
from begat.graph.exchange import from_arrow, from_networkx, to_arrow, to_networkx, to_sparse, write_graph
from begat.graph.kin import chains, nearest_common_ancestors, roots, shortest_chain
from begat.graph.walk import Made, Walk, reachable, walk

__all__ = [
    "RELATIONS",
    "CreditGraph",
    "Graph",
    "Ids",
    "Made",
    "Walk",
    "chains",
    "credit_graph",
    "from_arrow",
    "from_networkx",
    "houses",
    "induced",
    "inside_a_house",
    "kept",
    "load_or_build",
    "nearest_common_ancestors",
    "reachable",
    "roots",
    "same_house",
    "shortest_chain",
    "to_arrow",
    "to_networkx",
    "to_sparse",
    "walk",
    "write_graph",
]
