"""What an export says in RDF: the projection, and of a whole snapshot the rows of its tables."""

from collections.abc import Iterator

import polars as pl

from begat.interchange import records
from begat.interchange.format.base import Content
from begat.interchange.part import part_of
from begat.store.quads import ONTOLOGY, lines

__all__ = ["statements"]


def statements(content: Content) -> Iterator[pl.Series]:
    """Yield the lines of N-Quads of an export, in no particular order, some perhaps twice.

    A whole snapshot comes with scores, the ontology and, if wanted, records; one model with neither.
    """
    if content.node is None:
        yield from lines(content.snapshot, content.scores())
        if content.records:
            yield from records.lines(content.snapshot)
        return
    for part in lines(part_of(content)):
        yield part.filter(~part.str.ends_with(f"<{ONTOLOGY}> ."))
