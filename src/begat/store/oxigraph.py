"""The RDF store on disk: built from a snapshot in one go, opened read-only, rebuilt when in doubt."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from begat.errors import StoreError
from begat.files import atomic_folder
from begat.snapshot import Snapshot
from begat.store.quads import nquads
from begat.version import __version__

if TYPE_CHECKING:
    import rdflib

__all__ = ["build_store", "open_store", "rdflib_dataset"]

FORMAT = 1
MANIFEST = "store.json"
DATA = "oxigraph"
UNCHECKED = ("LOG", "LOCK")
"""Files of the engine that hold no data."""

UNUSABLE = (OSError, RuntimeError, ValueError, KeyError, TypeError)
"""What opening a missing, outdated or damaged store raises; the engine's own is OSError or RuntimeError."""

MOST_COUNTED = 5_000_000
"""Up to this many quads they are counted at every opening (0.1 s a million); sizes are always checked."""

GRAPH_SIZES = "SELECT ?graph (COUNT(*) AS ?quads) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"

Progress = Callable[[int], None]


def build_store(snapshot: Snapshot, folder: Path, progress: Progress | None = None) -> None:
    """Build the store of a snapshot in `folder`; what stood there is replaced once the new one is whole.

    Parameters
    ----------
    snapshot : Snapshot
        What to load.
    folder : Path
        A folder of its own: ``store.json`` and the files of the engine.
    progress : callable, optional
        Called with the number of statements loaded so far.

    Raises
    ------
    StoreError
        If the folder can't be written.

    Notes
    -----
    About 4 microseconds a quad on two cores; 1.9 GB beside the columns of the largest table.
    """
    if folder.is_file():
        raise StoreError("a store is a folder, and this is a file", where=str(folder))
    try:
        with atomic_folder(folder) as work:
            _load(work / DATA, nquads(snapshot), progress)
            facts = {
                "format": FORMAT,
                "begat": __version__,
                "digest": snapshot.digest,
                **_counts(work / DATA),
            }
            (work / MANIFEST).write_text(json.dumps({**facts, "files": _sizes(work / DATA)}, indent=1))
    except OSError as error:
        raise StoreError(
            f"the store can't be written ({error.strerror or error})",
            where=str(folder),
            hint="Is there space, and may you write there?",
        ) from error


def open_store(snapshot: Snapshot, folder: Path, progress: Progress | None = None) -> ox.Store:
    """Open the store of a snapshot read-only; build it where there is none, an outdated or a damaged one.

    Raises
    ------
    StoreError
        If the folder can't be used.

    Notes
    -----
    Damage means: a file of another size than was written, or another number of quads. What is damaged is
    never repaired. A flipped bit shows when it is read, as a `StoreError` of the query.
    """
    try:
        return _open(snapshot, folder)
    except UNUSABLE:
        build_store(snapshot, folder, progress)
    try:
        return _open(snapshot, folder)
    except UNUSABLE as error:
        raise StoreError(f"the store is damaged as soon as written ({error})", where=str(folder)) from error


def rdflib_dataset(store: ox.Store) -> "rdflib.Dataset":
    """Return a store behind rdflib's interface, its default graph the union of all graphs.

    Queries are answered by the store's engine, not by rdflib; nothing can be changed. FROM has no effect.
    """
    from begat.store.adapter import dataset

    return dataset(store)


def _load(folder: Path, pieces: Iterator[tuple[bytes, int]], progress: Progress | None) -> None:
    """Load the pieces as one file: many loads would leave more files and take a third longer."""
    store = ox.Store(str(folder))
    with io.BufferedReader(_Joined(pieces, progress), buffer_size=1 << 20) as file:
        store.bulk_load(file, format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()


def _open(snapshot: Snapshot, folder: Path) -> ox.Store:
    facts = json.loads((folder / MANIFEST).read_text())
    wanted = {"format": FORMAT, "begat": __version__, "digest": snapshot.digest}
    if {name: facts[name] for name in wanted} != wanted:
        raise ValueError("built from something else")
    if facts["files"] != _sizes(folder / DATA):
        raise ValueError("a file has another size than was written")
    store = ox.Store.read_only(str(folder / DATA))
    if facts["quads"] <= MOST_COUNTED and len(store) != facts["quads"]:
        raise ValueError("another number of quads than was written")
    return store


def _counts(folder: Path) -> Mapping[str, Any]:
    """Return the number of quads as a reader sees them, in all and in each graph."""
    store = ox.Store.read_only(str(folder))
    solutions = store.query(GRAPH_SIZES)
    assert isinstance(solutions, ox.QuerySolutions)
    graphs = {str(row["graph"].value): int(row["quads"].value) for row in solutions}
    total = len(store)
    return {"quads": total, "graphs": {"": total - sum(graphs.values()), **dict(sorted(graphs.items()))}}


def _sizes(folder: Path) -> dict[str, int]:
    files = (path for path in folder.iterdir() if not path.name.startswith(UNCHECKED))
    return {path.name: path.stat().st_size for path in sorted(files)}


class _Joined(io.RawIOBase):
    """Pieces of text as one file that is read once, front to back."""

    def __init__(self, pieces: Iterator[tuple[bytes, int]], progress: Progress | None) -> None:
        self._pieces = pieces
        self._progress = progress
        self._rest = memoryview(b"")
        self._done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            text, lines = next(self._pieces, (b"", 0))
            self._rest = memoryview(text)
            self._done += lines
            if self._progress:
                self._progress(self._done)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
