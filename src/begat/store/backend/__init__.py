"""Stores behind one small interface: embedded on disk or in memory, an rdflib graph, a remote endpoint."""

from begat.store.backend.base import Backend
from begat.store.backend.embedded import Embedded, in_memory

__all__ = ["Backend", "Embedded", "in_memory"]
