"""The arrays on disk: memory-mapped when they are whole, built when they are not."""

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from begat.files import atomic_folder
from begat.graph.arrays import Graph, Ids
from begat.snapshot import Snapshot

__all__ = ["load_or_build"]

FORMAT = 2
ARRAYS = ("child", "parent", "relation", "share", "account", "institution", "twin")
NAMES = ("ids", "account_ids", "institution_ids")


def load_or_build(snapshot: Snapshot, folder: Path, *, inferred: bool = False) -> Graph:
    """Open the cached graph in `folder`; build and cache it where there is none, or a damaged one.

    `inferred` is as in `begat.graph.build.build`; such a graph has a folder of its own.
    """
    try:
        return _load(folder)
    except (OSError, ValueError, KeyError, TypeError):
        from begat.graph.build import build

        graph = build(snapshot, inferred=inferred)
        _save(graph, folder)
        return _load(folder)


def _save(graph: Graph, folder: Path) -> None:
    with atomic_folder(folder) as work:
        for name in ARRAYS:
            np.save(work / f"{name}.npy", getattr(graph, name))
        for name in NAMES:
            np.save(work / f"{name}.npy", getattr(graph, name).block)
            np.save(work / f"{name}.ends.npy", getattr(graph, name).ends)
        sums = {path.name: _checksum(path) for path in work.glob("*.npy")}
        (work / "graph.json").write_text(json.dumps({"format": FORMAT, "checksums": sums}))


def _checksum(path: Path) -> int:
    """CRC-32 of a file: a gigabyte a second, so even the whole Hub's arrays open in a fraction of one."""
    return zlib.crc32(path.read_bytes())


def _load(folder: Path) -> Graph:
    """Map the cached arrays; a file with other bytes than were written makes the cache invalid."""
    facts = json.loads((folder / "graph.json").read_text())
    if facts["format"] != FORMAT:
        raise ValueError("another format")
    for name, checksum in facts["checksums"].items():
        if _checksum(folder / name) != checksum:
            raise ValueError(f"{name} is damaged")

    def mapped(name: str) -> Any:
        return np.load(folder / f"{name}.npy", mmap_mode="r")

    parts: dict[str, Any] = {name: mapped(name) for name in ARRAYS}
    parts |= {name: Ids(mapped(name), mapped(f"{name}.ends")) for name in NAMES}
    return Graph(**parts)
