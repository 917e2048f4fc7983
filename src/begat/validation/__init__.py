"""Does a snapshot, or an RDF file of anybody, hold what it should? All that is wrong, and how to mend it.

Tables are checked in whole columns (`begat.validation.snapshot`, the rules in ``table/``), what is RDF
against ``ontology/shapes.ttl`` (`begat.validation.shapes`) and by what shapes can't see, the named graphs
(`begat.validation.graphs`).
"""

from begat.validation.finding import ERROR, KEYS, WARNING, Finding, refuse, wrong
from begat.validation.rdf import check_file, check_store
from begat.validation.snapshot import check_snapshot

__all__ = [
    "ERROR",
    "KEYS",
    "WARNING",
    "Finding",
    "check_file",
    "check_snapshot",
    "check_store",
    "refuse",
    "wrong",
]
