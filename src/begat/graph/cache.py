"""The arrays on disk: memory-mapped when they are whole, built when they are not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from begat.graph.arrays import Graph, Ids
from begat.mapped import DAMAGE, load_arrays, save_arrays
from begat.snapshot import Snapshot

__all__ = ["from_arrays", "load_or_build", "to_arrays"]

FORMAT = 2
ARRAYS = ("child", "parent", "relation", "share", "account", "institution", "twin")
NAMES = ("ids", "account_ids", "institution_ids")


def load_or_build(snapshot: Snapshot, folder: Path, *, inferred: bool = False) -> Graph:
    """Open the cached graph in `folder`; build and cache it where there is none, or a damaged one.

    `inferred` is as in `begat.graph.build.build`; such a graph has a folder of its own.
    """
    try:
        return _load(folder)
    except DAMAGE:
        from begat.graph.build import build

        graph = build(snapshot, inferred=inferred)
        _save(graph, folder)
        return _load(folder)


def to_arrays(graph: Graph) -> dict[str, Any]:
    """Return the arrays of a graph by name, as they are kept; see `from_arrays`."""
    arrays: dict[str, Any] = {name: getattr(graph, name) for name in ARRAYS}
    for name in NAMES:
        ids: Ids = getattr(graph, name)
        arrays |= {name: ids.block, f"{name}.ends": ids.ends}
    return arrays


def from_arrays(arrays: Mapping[str, Any]) -> Graph:
    """Return the graph of some arrays; others among them are left out."""
    parts: dict[str, Any] = {name: arrays[name] for name in ARRAYS}
    parts |= {name: Ids(arrays[name], arrays[f"{name}.ends"]) for name in NAMES}
    return Graph(**parts)


def _save(graph: Graph, folder: Path) -> None:
    save_arrays(folder, to_arrays(graph), form=FORMAT)


def _load(folder: Path) -> Graph:
    """Map the cached arrays; a file with other bytes than were written makes the cache invalid."""
    return from_arrays(load_arrays(folder, form=FORMAT))
