"""What is served: a snapshot with its registry, or any RDF file or store folder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from begat.errors import StoreError, UnreadableFile

if TYPE_CHECKING:
    import pyoxigraph as ox

    from begat.registry import Registry

__all__ = ["Served", "of_path", "of_registry"]

MANIFEST = "store.json"
DATA = "oxigraph"
GRAPH_SIZES = "SELECT ?graph (COUNT(*) AS ?quads) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"


@dataclass(frozen=True)
class Served:
    """One generation of what is served.

    Attributes
    ----------
    name : str
        Of the snapshot, or of the file.
    files : Path
        The folder of the engine's files.
    graphs : mapping of str to int
        Named graph -> its statements; ``""`` is the unnamed one.
    union : bool
        Whether a query without a graph is about all graphs together, else about the unnamed one.
    registry : Registry or None
        What the JSON API calls; None where a file is served.
    """

    name: str
    files: Path
    graphs: Mapping[str, int] = field(repr=False)
    union: bool = True
    registry: "Registry | None" = field(default=None, repr=False)


def of_registry(registry: "Registry", *, union: bool = True) -> Served:
    """Return a snapshot as something to serve, its store built where it is missing."""
    registry.store  # noqa: B018 - opening builds it
    folder = registry.store_folder
    graphs = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["graphs"]
    return Served(registry.snapshot.name, folder / DATA, graphs, union, registry)


def of_path(path: Path, work: Path, *, union: bool = True) -> Served:
    """Return an RDF file, or a folder of a store, as something to serve.

    Parameters
    ----------
    path : Path
        A file whose suffix says its format (.nq, .trig, .ttl, .nt, .rdf, .jsonld), or a folder that begat or
        oxigraph wrote.
    work : Path
        A folder that does not exist yet, for the store that a file is loaded into.
    union : bool
        As in `Served`.

    Raises
    ------
    UnreadableFile
        If there is no such file, or it is no RDF.
    StoreError
        If the folder is no store.
    """
    files = _store_files(path) if path.is_dir() else _loaded(path, work)
    return Served(path.name, files, _sizes(files), union)


def _store_files(folder: Path) -> Path:
    inner = folder / DATA
    return inner if inner.is_dir() else folder


def _loaded(path: Path, work: Path) -> Path:
    import pyoxigraph as ox

    from begat.store.rdf_file import SYNTAXES, refuse_deep

    form = SYNTAXES.get(path.suffix)
    if form is None:
        hint = f"Known: {', '.join(SYNTAXES)}."
        raise UnreadableFile("the name does not say which RDF format it is", where=str(path), hint=hint)
    if form == ox.RdfFormat.JSON_LD:
        refuse_deep(path)
    try:
        store = ox.Store(str(work))
        store.bulk_load(path=str(path), format=form, base_iri=path.absolute().as_uri())
        store.flush()
    except (SyntaxError, ValueError) as error:
        raise UnreadableFile(f"this is no RDF ({error})", where=str(path)) from error
    except OSError as error:
        raise UnreadableFile(f"it can't be loaded ({error.strerror or error})", where=str(path)) from error
    return work


def _sizes(files: Path) -> Mapping[str, int]:
    import pyoxigraph as ox

    try:
        store = ox.Store.read_only(str(files))
    except OSError as error:
        raise StoreError(
            "this folder is no store", where=str(files), hint="Give a folder that begat or oxigraph wrote."
        ) from error
    found = {str(row["graph"].value): int(row["quads"].value) for row in _rows(store)}
    empty = {str(name.value): 0 for name in store.named_graphs()}
    return {"": len(store) - sum(found.values()), **empty, **found}


def _rows(store: "ox.Store") -> "ox.QuerySolutions":
    import pyoxigraph as ox

    rows = store.query(GRAPH_SIZES)
    assert isinstance(rows, ox.QuerySolutions)
    return rows
