"""N-Quads in canonical form."""

from pathlib import Path

from begat.interchange.format.base import Content, Format
from begat.interchange.sorting import write_sorted
from begat.interchange.statements import statements

__all__ = ["FORMAT"]


def write(content: Content, path: Path) -> None:
    """Write sorted lines, each once: the same content gives the same bytes."""
    write_sorted(statements(content), path)


FORMAT = Format("nquads", "RDF 1.1 N-Quads, sorted", "application/n-quads", ".nq", write)
