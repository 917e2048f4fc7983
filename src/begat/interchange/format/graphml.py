"""GraphML, for yEd, Cytoscape and networkx."""

from pathlib import Path

from begat.graph import write_graph
from begat.interchange.format.base import Content, Format
from begat.interchange.part import lineage_graph

__all__ = ["FORMAT"]


def write(content: Content, path: Path) -> None:
    """Write the derivations, child -> parent."""
    write_graph(lineage_graph(content), path, form="graphml")


FORMAT = Format("graphml", "GraphML 1.0", "application/graphml+xml", ".graphml", write)
