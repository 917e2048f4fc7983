"""rdflib's interface over the embedded store, and any rdflib dataset behind begat's; slow to import."""

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox
import rdflib
from oxrdflib import OxigraphStore
from pyparsing import ParseException
from rdflib.query import Result as Answer

from begat.errors import InputError
from begat.store.answer import Result, Term, result_of, stated
from begat.store.backend.base import Backend
from begat.store.backend.binding import bound, prologue

__all__ = ["Rdflib", "dataset"]


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
    ) -> Answer:
        """Answer a query by the store's engine."""
        prefixes = {prefix: str(namespace) for prefix, namespace in initNs.items()}
        return super().query(query, prefixes, initBindings, queryGraph, **kwargs)


def dataset(store: ox.Store) -> rdflib.Dataset:
    """Return a dataset over an open store, its default graph the union of all graphs."""
    return rdflib.Dataset(store=ReadOnlyStore(store=store), default_union=True)


class Rdflib(Backend):
    """An rdflib dataset whose default graph is the union of its graphs (``Dataset(default_union=True)``).

    Parameters
    ----------
    dataset : rdflib.Dataset
        What to ask; queries are answered by its store, or by rdflib's own engine.
    """

    name = "the rdflib dataset"

    def __init__(self, dataset: rdflib.Dataset) -> None:
        self.dataset = dataset

    def answer(self, query: str, terms: Mapping[str, Term], *, limit: int | None = None) -> Result:
        """Answer a query; see `Backend.answer`."""
        try:
            answer = self.dataset.query(prologue(query) + bound(query, terms))
            form = "nt" if answer.type in ("CONSTRUCT", "DESCRIBE") else "json"
            text = answer.serialize(format=form) or b""
        except ParseException as error:
            raise InputError(f"this is no SPARQL query ({error})") from error
        if form == "nt":
            triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
            return stated(triples[:limit])
        return result_of(ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON), limit)

    def close(self) -> None:
        """Close the dataset's store."""
        self.dataset.close()
