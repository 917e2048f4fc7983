"""Turtle: RDF for people, without named graphs."""

from pathlib import Path

import pyoxigraph as ox

from begat.interchange.format.base import Content, Format
from begat.interchange.sorting import without_graph
from begat.interchange.syntax import write_syntax

__all__ = ["FORMAT"]


def write(content: Content, path: Path) -> None:
    """Write thing by thing; which source said what is lost, for Turtle has no graphs."""
    write_syntax(content, path, ox.RdfFormat.TURTLE, without_graph)


FORMAT = Format("turtle", "RDF 1.1 Turtle, without graphs", "text/turtle", ".ttl", write)
