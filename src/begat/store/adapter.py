"""The store behind rdflib's interface, through oxrdflib; imported only when asked for."""

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox
import rdflib
from oxrdflib import OxigraphStore
from rdflib.query import Result

__all__ = ["dataset"]


class ReadOnlyStore(OxigraphStore):
    """oxrdflib's store without what it takes a writable store for.

    ``Dataset.graph(iri)`` announces the graph to the store, and rdflib's own namespaces are no strings.
    """

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Do nothing: a graph is there or not."""

    def query(
        self,
        query: Any,
        initNs: Mapping[str, Any],  # noqa: N803 - rdflib's name
        initBindings: Mapping[str, Any],  # noqa: N803
        queryGraph: str,  # noqa: N803
        **kwargs: Any,
    ) -> Result:
        """Answer a query by the store's engine."""
        prefixes = {prefix: str(namespace) for prefix, namespace in initNs.items()}
        return super().query(query, prefixes, initBindings, queryGraph, **kwargs)


def dataset(store: ox.Store) -> rdflib.Dataset:
    """Return a dataset over an open store, its default graph the union of all graphs."""
    return rdflib.Dataset(store=ReadOnlyStore(store=store), default_union=True)
