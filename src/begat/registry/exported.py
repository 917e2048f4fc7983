"""The snapshot for the tools of others: files of any format, what changed, NetworkX, SciPy, Arrow."""

import gzip
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.errors import InputError
from begat.files import atomic_file, atomic_folder
from begat.registry.opened import Opened

if TYPE_CHECKING:
    import networkx as nx
    import pyarrow as pa
    from scipy.sparse import csr_array

    from begat.interchange.format.base import Content, Format
    from begat.snapshot import Snapshot

__all__ = ["arrow", "export", "export_changes", "networkx", "sparse", "write_graph"]

PACKED = ".gz"
LEVEL = 6
"""Of gzip."""


def export(
    reg: Opened,
    path: Path | str,
    form: str,
    text: str | None = None,
    *,
    descendants: bool = False,
    records: bool = True,
) -> None:
    """Write this snapshot, or one model with all that it comes from, in another format.

    Parameters
    ----------
    path : path
        The file, or the folder where the format is several files; whole or absent. A file is packed if its
        name ends in ``.gz``.
    form : str
        A format; see `begat.interchange.format`.
    text : str, optional
        A model as people write it; the whole snapshot if not given.
    descendants : bool
        Of one model, also all that was made from it.
    records : bool
        Of a whole snapshot in RDF, also the rows of its tables, without which it can't be read back.

    Raises
    ------
    UnknownName
        If there is no such format or model.
    InputError
        If the format is not for that, or the folder is there and not empty.
    """
    from begat.interchange.format.base import Content, format_named

    chosen, target = format_named(form), Path(path)
    node = None if text is None else reg.node(text)
    if not (chosen.whole if node is None else chosen.single):
        whole, one = "a whole snapshot", "one model"
        fits, asked = (one, whole) if node is None else (whole, one)
        hint = "Name a model." if node is None else "Leave the model out."
        raise InputError(f"{form} holds {fits}, not {asked}", hint=hint)
    if descendants and not chosen.whole:
        hint = "Leave --down out, or take a format that holds whole snapshots, such as trig or graphml."
        raise InputError(f"{form} holds what a model comes from, not what was made from it", hint=hint)
    content = Content(
        reg.snapshot,
        lambda: reg.graph,
        lambda: reg.scores_file,
        node,
        descendants=descendants,
        records=records,
    )
    _write(chosen, content, target)


def export_changes(reg: Opened, before: "Snapshot", path: Path | str) -> int:
    """Write what this snapshot states otherwise than another as N-Quads; return the number of changes.

    Each graph's additions and removals stand in graphs of their own, described in ``g/meta`` (see
    `begat.store.delta`). Scores are left out. The file is whole or absent, packed if it ends in ``.gz``.
    """
    from begat.interchange.sorting import write_sorted
    from begat.store.changes import changes
    from begat.store.delta import delta
    from begat.store.quads import lines

    found = changes(lambda: lines(before), lambda: lines(reg.snapshot))
    target = Path(path)
    with atomic_file(target) as work:
        work.unlink()
        write_sorted(delta(found, before.date, reg.snapshot.date), work)
        if target.suffix == PACKED:
            _pack(work)
    return len(found.added) + len(found.removed)


def networkx(reg: Opened) -> "nx.DiGraph[str]":
    """Return the derivation graph as ``networkx.DiGraph``, edges child -> parent."""
    from begat.graph import to_networkx

    return to_networkx(reg.graph)


def sparse(reg: Opened) -> "csr_array[Any, tuple[int, int]]":
    """Return the derivation graph as a SciPy array, a row a child; see `begat.graph.exchange`."""
    from begat.graph import to_sparse

    return to_sparse(reg.graph)


def arrow(reg: Opened) -> "tuple[pa.Table, pa.Table]":
    """Return models and derivations as Arrow tables; see `begat.graph.exchange`."""
    from begat.graph import to_arrow

    return to_arrow(reg.graph)


def write_graph(reg: Opened, path: Path | str, *, form: str = "graphml") -> None:
    """Write the derivation graph as a file, ``graphml`` or ``gexf``; see `begat.graph.exchange`."""
    from begat.graph import write_graph

    write_graph(reg.graph, Path(path), form=form)


def _write(chosen: "Format", content: "Content", target: Path) -> None:
    if chosen.folder:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            hint = "Name one that is not there yet."
            raise InputError("the folder is there and not empty", where=str(target), hint=hint)
        with atomic_folder(target) as work:
            work.rmdir()
            chosen.write(content, work)
        return
    with atomic_file(target) as work:
        work.unlink()
        chosen.write(content, work)
        if target.suffix == PACKED:
            _pack(work)


def _pack(path: Path) -> None:
    """Pack a file in its place, without a time or name, so that the same content gives the same bytes."""
    packed = path.with_name(f"{path.name}{PACKED}")
    try:
        with (
            path.open("rb") as plain,
            packed.open("wb") as file,
            gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as out,
        ):
            shutil.copyfileobj(plain, out, 1 << 20)
        packed.replace(path)
    finally:
        packed.unlink(missing_ok=True)
