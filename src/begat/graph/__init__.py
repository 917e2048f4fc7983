"""The derivation graph as integer arrays: build, order, walk, contract. Edges run child -> parent."""

from begat.graph.arrays import RELATIONS, Graph, Ids, kept
from begat.graph.cache import load_or_build
from begat.graph.contract import CreditGraph, credit_graph, houses, inside_a_house, same_house
from begat.graph.exchange import to_networkx
from begat.graph.walk import Walk, reachable, walk

__all__ = [
    "RELATIONS",
    "CreditGraph",
    "Graph",
    "Ids",
    "Walk",
    "credit_graph",
    "houses",
    "inside_a_house",
    "kept",
    "load_or_build",
    "reachable",
    "same_house",
    "to_networkx",
    "walk",
]
