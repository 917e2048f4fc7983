"""JSON-LD with begat's own context."""

from pathlib import Path

from begat.interchange.format.base import Content, Format
from begat.interchange.jsonld import write_graphs
from begat.interchange.sorting import by_graph
from begat.interchange.syntax import sorted_quads

__all__ = ["FORMAT"]


def write(content: Content, path: Path) -> None:
    """Write graph by graph, in each thing by thing; the context stands in the file."""
    with sorted_quads(content, path, by_graph) as quads:
        write_graphs(quads, path)


FORMAT = Format("jsonld", "JSON-LD 1.1, begat's own context in it", "application/ld+json", ".jsonld", write)
