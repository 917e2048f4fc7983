"""The RDF store: a snapshot's tables as quads, loaded once, opened read-only, asked in SPARQL."""

from begat.store.answer import Result, sparql
from begat.store.oxigraph import build_store, open_store, rdflib_dataset
from begat.store.quads import nquads
from begat.store.terms import iri

__all__ = ["Result", "build_store", "iri", "nquads", "open_store", "rdflib_dataset", "sparql"]
