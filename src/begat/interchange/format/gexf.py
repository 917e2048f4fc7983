"""GEXF, for Gephi."""

from pathlib import Path

from begat.graph import write_graph
from begat.interchange.format.base import Content, Format
from begat.interchange.part import lineage_graph

__all__ = ["FORMAT"]


def write(content: Content, path: Path) -> None:
    """Write the derivations, child -> parent."""
    write_graph(lineage_graph(content), path, form="gexf")


FORMAT = Format("gexf", "GEXF 1.2", "application/gexf+xml", ".gexf", write)
