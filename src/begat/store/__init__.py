"""The RDF store: a snapshot's tables as quads, loaded once, opened read-only, asked in SPARQL.

`begat.store.quads` writes the text that is loaded; it is imported when a store is built.
"""

from begat.store.answer import Result
from begat.store.ask import sparql
from begat.store.onto import Earlier
from begat.store.oxigraph import (
    build_store,
    earlier_store,
    open_built,
    open_store,
    rdflib_dataset,
    store_facts,
    verify_store,
)
from begat.store.profile import PROFILES, Profile
from begat.store.things import iri

__all__ = [
    "PROFILES",
    "Earlier",
    "Profile",
    "Result",
    "build_store",
    "earlier_store",
    "iri",
    "open_built",
    "open_store",
    "rdflib_dataset",
    "sparql",
    "store_facts",
    "verify_store",
]
