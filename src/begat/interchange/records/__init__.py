"""The tables of a snapshot as RDF, and back: the same files, the same digest.

`written` makes a statement of each value. `reread` makes the snapshot of them again: it takes the
statements apart (`apart`), reads the manifests among them (`manifest`), and puts the values together into
tables (`rows`).
"""

from begat.interchange.records.written import lines

__all__ = ["lines"]
