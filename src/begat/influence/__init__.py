"""Influence: named measures on the derivation graph, and the ranking of institutions."""
