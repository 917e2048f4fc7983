"""TriG: RDF for people, with its named graphs."""

from pathlib import Path

import pyoxigraph as ox

from begat.interchange.format.base import Content, Format
from begat.interchange.sorting import by_graph
from begat.interchange.syntax import write_syntax

__all__ = ["FORMAT"]


def write(content: Content, path: Path) -> None:
    """Write graph by graph, in each thing by thing."""
    write_syntax(content, path, ox.RdfFormat.TRIG, by_graph)


FORMAT = Format(
    "trig", "RDF 1.1 TriG, with the graphs of sources and methods", "application/trig", ".trig", write
)
