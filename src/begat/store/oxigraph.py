"""The RDF store on disk: built from a snapshot in one go, opened read-only, rebuilt when in doubt."""

import json
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from begat.errors import StoreError
from begat.files import atomic_folder
from begat.snapshot import Snapshot
from begat.store.bulk import Progress, load
from begat.store.onto import Earlier, bring_up, worth_a_look
from begat.store.profile import Profile
from begat.store.scores import versions
from begat.version import __version__

if TYPE_CHECKING:
    import rdflib

__all__ = [
    "build_store",
    "earlier_store",
    "open_built",
    "open_store",
    "origin",
    "rdflib_dataset",
    "store_facts",
    "verify_store",
]

FORMAT = 5
MANIFEST = "store.json"
DATA = "oxigraph"
UNCHECKED = ("LOG", "LOCK")
"""Files of the engine that hold no data."""

UNUSABLE = (OSError, RuntimeError, ValueError, KeyError, TypeError)
"""What opening a missing, outdated or damaged store raises; the engine's own is OSError or RuntimeError."""

MOST_READ = 1 << 30
"""Up to this many bytes the files are read at every opening (0.3 s a GB); their sizes are always checked."""

GRAPH_SIZES = "SELECT ?graph (COUNT(*) AS ?quads) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"


def build_store(
    snapshot: Snapshot,
    folder: Path,
    progress: Progress | None = None,
    *,
    scores: Path | None = None,
    profile: Profile = "full",
    earlier: Earlier | None = None,
) -> None:
    """Build the store of a snapshot in `folder`; what stood there is replaced once the new one is whole.

    Parameters
    ----------
    snapshot : Snapshot
        What to load.
    folder : Path
        A folder of its own: ``store.json`` and the files of the engine.
    progress : callable, optional
        Called with the number of statements loaded so far.
    scores : Path, optional
        A file of scores to load as observations; see `begat.store.scores`.
    profile : str, optional
        What of the tables to load: ``full`` or ``lineage``, see `begat.store.profile`.
    earlier : Earlier, optional
        A store of the same profile, to be brought up to date where little differs; see `begat.store.onto`.

    Raises
    ------
    StoreError
        If the folder can't be written, or holds something else than a store.

    Notes
    -----
    About 4 microseconds a quad on two cores; 1.6 GB a loader beside the columns of the largest table.
    """
    from begat.store.quads import nquads

    try:
        _refuse_others(folder)
        with atomic_folder(folder) as work:
            data = work / DATA
            facts = origin(snapshot, scores, profile) | {"onto": None}
            if earlier and (onto := _bring_up(data, snapshot, earlier, scores, profile, progress)):
                facts |= {"onto": onto, **_counts(ox.Store.read_only(str(data)))}
            else:
                facts |= _fill(data, nquads(snapshot, scores, profile=profile), progress)
            facts |= {"sizes": _sizes(data), "checksums": _checksums(data)}
            (work / MANIFEST).write_text(json.dumps(facts, indent=1))
    except OSError as error:
        raise StoreError(
            f"the store can't be written ({error.strerror or error})",
            where=str(folder),
            hint="Is there space, and may you write there?",
        ) from error


def open_store(
    snapshot: Snapshot,
    folder: Path,
    progress: Progress | None = None,
    *,
    scores: Path | None = None,
    profile: Profile = "full",
    earlier: Callable[[], Earlier | None] = lambda: None,
) -> ox.Store:
    """Open the store of a snapshot read-only; build it where there is none, an outdated or a damaged one.

    One is outdated if it is of another snapshot or program, or its scores of another version of a measure.
    `earlier` is asked for a store to start from where one must be built.

    Raises
    ------
    StoreError
        If the folder can't be used.

    Notes
    -----
    Damage means: a file of another size than was written or, where all files together are below 1 GiB, of
    another checksum. The engine's own checks are not enough: a damaged block of text makes a FILTER drop
    its rows without an error. What is damaged is never repaired. For larger stores see `verify_store`.
    """
    try:
        return _open(snapshot, folder, scores, profile)
    except UNUSABLE:
        build_store(snapshot, folder, progress, scores=scores, profile=profile, earlier=earlier())
    try:
        return _open(snapshot, folder, scores, profile)
    except UNUSABLE as error:
        raise StoreError(f"the store is damaged as soon as written ({error})", where=str(folder)) from error


def open_built(
    snapshot: Snapshot, folder: Path, *, scores: Path | None = None, profile: Profile = "full"
) -> ox.Store | None:
    """Open the store of a snapshot read-only; None where `open_store` would have to build one."""
    try:
        return _open(snapshot, folder, scores, profile)
    except UNUSABLE:
        return None


def earlier_store(
    snapshot: Snapshot, folder: Path, *, scores: Path | None = None, profile: Profile = "full"
) -> Earlier | None:
    """Return the store of a snapshot as one to start another from; None where none is built."""
    if open_built(snapshot, folder, scores=scores, profile=profile) is None:
        return None
    onto = store_facts(folder)["onto"]
    return Earlier(snapshot, folder, scores, onto["steps"] if onto else 0)


def store_facts(folder: Path) -> Mapping[str, Any]:
    """Return what the manifest says: ``profile, quads, graphs, digest, scores, begat`` and of the files.

    Raises
    ------
    StoreError
        If there is no store with a readable manifest in the folder.
    """
    try:
        facts: Mapping[str, Any] = json.loads((folder / MANIFEST).read_text())
        return {name: facts[name] for name in ("profile", *facts)}
    except UNUSABLE as error:
        raise StoreError(
            f"there is no whole store ({error})", where=str(folder), hint="It is built when next opened."
        ) from error


def verify_store(folder: Path) -> list[str]:
    """Return the names of the files whose bytes are not those that were written; reads all of them.

    Raises
    ------
    StoreError
        If there is no store with a readable manifest in the folder.
    """
    try:
        written: Mapping[str, int] = store_facts(folder)["checksums"]
        found = _checksums(folder / DATA)
    except UNUSABLE as error:
        raise StoreError(
            f"there is no whole store ({error})", where=str(folder), hint="It is built when next opened."
        ) from error
    return sorted(name for name in written.keys() | found.keys() if written.get(name) != found.get(name))


def rdflib_dataset(store: ox.Store) -> "rdflib.Dataset":
    """Return a store behind rdflib's interface, its default graph the union of all graphs.

    Queries are answered by the store's engine, not by rdflib; nothing can be changed. FROM has no effect.
    """
    from begat.store.backend.rdflib import dataset

    return dataset(store)


def _refuse_others(folder: Path) -> None:
    """Refuse to replace what begat did not make: a file, or a folder that holds no part of a store."""
    if folder.is_file():
        raise StoreError("a store is a folder, and this is a file", where=str(folder))
    own = (folder / MANIFEST).exists() or (folder / DATA).exists()
    if folder.is_dir() and not own and any(folder.iterdir()):
        raise StoreError(
            "this folder holds something else than a store", where=str(folder), hint="Give a new folder."
        )


def _bring_up(
    folder: Path,
    snapshot: Snapshot,
    earlier: Earlier,
    scores: Path | None,
    profile: Profile,
    progress: Progress | None,
) -> Mapping[str, Any] | None:
    """Make the engine's files from an earlier store; what was done, or None where a full load is better."""
    from begat.store.quads import lines

    if not worth_a_look(earlier, snapshot):
        return None
    before = partial(lines, earlier.snapshot, earlier.scores, profile)
    after = partial(lines, snapshot, scores, profile)
    try:
        whole = not verify_store(earlier.folder)  # opening does not read all of a large one
        found = bring_up(earlier.folder / DATA, folder, before, after, progress) if whole else None
    except (OSError, RuntimeError, StoreError):  # the earlier store went meanwhile; a full load needs none
        found = None
    if found is None:
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return {
        "snapshot": earlier.snapshot.name,
        "added": len(found.added),
        "removed": len(found.removed),
        "steps": earlier.steps + 1,
    }


def _fill(folder: Path, pieces: Iterator[tuple[bytes, int]], progress: Progress | None) -> Mapping[str, Any]:
    """Load the pieces, put the files in order, and count meanwhile: the engine orders in one thread."""
    store = ox.Store(str(folder))
    load(store, pieces, progress)
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(_counts, store)
        store.optimize()
        store.flush()
        return counting.result()


def origin(snapshot: Snapshot, scores: Path | None, profile: Profile = "full") -> dict[str, Any]:
    """Return what a store is built from: profile, format, program, digest of the snapshot, scores."""
    return {
        "profile": profile,
        "format": FORMAT,
        "begat": __version__,
        "digest": snapshot.digest,
        "scores": versions(scores),
    }


def _open(snapshot: Snapshot, folder: Path, scores: Path | None, profile: Profile) -> ox.Store:
    facts = json.loads((folder / MANIFEST).read_text())
    wanted = origin(snapshot, scores, profile)
    if {name: facts[name] for name in wanted} != wanted:
        raise ValueError("built from something else")
    if facts["sizes"] != _sizes(folder / DATA):
        raise ValueError("a file has another size than was written")
    if sum(facts["sizes"].values()) <= MOST_READ and facts["checksums"] != _checksums(folder / DATA):
        raise ValueError("a file has other bytes than were written")
    return ox.Store.read_only(str(folder / DATA))


def _counts(store: ox.Store) -> Mapping[str, Any]:
    """Return the number of quads, in all and in each graph."""
    solutions = store.query(GRAPH_SIZES)
    assert isinstance(solutions, ox.QuerySolutions)
    graphs = {str(row["graph"].value): int(row["quads"].value) for row in solutions}
    total = len(store)
    return {"quads": total, "graphs": {"": total - sum(graphs.values()), **dict(sorted(graphs.items()))}}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith(UNCHECKED))


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in _files(folder)}


def _checksums(folder: Path) -> dict[str, int]:
    """Return the CRC-32 of each file: made for damage, four times as fast as SHA-256."""
    files = _files(folder)
    with ThreadPoolExecutor(2) as pool:
        return dict(zip([path.name for path in files], pool.map(_checksum, files), strict=True))


def _checksum(path: Path) -> int:
    total = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total = zlib.crc32(block, total)
    return total
