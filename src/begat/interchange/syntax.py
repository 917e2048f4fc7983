"""The same statements in each syntax of RDF: sorted first, then written as they stream by."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from begat.interchange.format.base import Content
from begat.interchange.records.written import COLUMN
from begat.interchange.sorting import write_sorted
from begat.interchange.statements import statements
from begat.vocab import PREFIXES

__all__ = ["sorted_quads", "write_syntax"]

USED = {**PREFIXES, "record": COLUMN}

Arranged = Callable[[pl.Series], pl.Series]


@contextmanager
def sorted_quads(content: Content, path: Path, arranged: Arranged) -> Iterator[Iterator[ox.Quad]]:
    """Give the statements of an export in order, `by_graph` or `without_graph`.

    The sorted lines lie beside `path` meanwhile; memory is bounded.
    """
    lines = path.with_name(f".{path.name}.lines")
    try:
        write_sorted(statements(content), lines, arranged=arranged)
        yield ox.parse(path=lines, format=ox.RdfFormat.N_QUADS)
    finally:
        lines.unlink(missing_ok=True)


def write_syntax(content: Content, path: Path, syntax: ox.RdfFormat, arranged: Arranged) -> None:
    """Write an export in a syntax that pyoxigraph writes, about 300,000 statements a second."""
    with sorted_quads(content, path, arranged) as quads:
        ox.serialize(quads, path, format=syntax, prefixes=USED)
    _order_prefixes(path)


def _order_prefixes(path: Path) -> None:
    """Sort the lines of prefixes, which pyoxigraph writes in another order every time."""
    with path.open("r+b") as file:
        lines = [file.readline() for _ in USED]
        file.seek(0)
        file.writelines(sorted(lines))
