"""The RDF store: a snapshot's tables as quads, loaded once, opened read-only, asked in SPARQL.

`begat.store.quads` writes the text that is loaded; it is imported when a store is built.
"""

from begat.store.answer import Result
from begat.store.ask import sparql
from begat.store.oxigraph import build_store, open_store, rdflib_dataset, verify_store
from begat.store.things import iri

__all__ = ["Result", "build_store", "iri", "open_store", "rdflib_dataset", "sparql", "verify_store"]
