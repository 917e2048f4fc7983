"""The columns that views show, on disk: memory-mapped where they are whole, made where they are not."""

import json
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from begat.files import atomic_folder
from begat.graph import Graph
from begat.influence.figures import Downloads
from begat.snapshot import Snapshot
from begat.views.tree.facts import Columns, Facts

__all__ = ["load_or_make"]

FORMAT = 1
ARRAYS = ("licence", "country", "listed", "unresolved")
FIGURES = ("node", "code", "count")
NAMES = ("licences", "countries", "institutions")
MANIFEST = "columns.json"


def load_or_make(snapshot: Snapshot, graph: Graph, folder: Path) -> Columns:
    """Open the columns kept in `folder`; make and keep them where there are none, or damaged ones.

    Making them reads three tables, seconds for the whole Hub; opening them checks 50 bytes a model.
    """
    try:
        return _load(folder, graph.n)
    except (OSError, ValueError, KeyError, TypeError):
        columns = Columns.of(snapshot, graph)
        _save(columns, folder)
        return columns


def _save(columns: Columns, folder: Path) -> None:
    with atomic_folder(folder) as work:
        parts = [(columns.plain, ARRAYS), (columns.downloads, FIGURES)]
        for part, names in parts:
            for name in names:
                np.save(work / f"{name}.npy", getattr(part, name))
        sums = {path.name: zlib.crc32(path.read_bytes()) for path in sorted(work.glob("*.npy"))}
        texts: dict[str, Any] = {name: list(getattr(columns.plain, name)) for name in NAMES}
        texts["series"] = [[source, day.isoformat()] for source, day in columns.downloads.series]
        facts = {"format": FORMAT, "checksums": sums, **texts}
        (work / MANIFEST).write_text(json.dumps(facts), encoding="utf-8")


def _load(folder: Path, n: int) -> Columns:
    """Map the arrays; a file with other bytes than were written makes them invalid."""
    facts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if facts["format"] != FORMAT:
        raise ValueError("another format")
    for name, checksum in facts["checksums"].items():
        if zlib.crc32((folder / name).read_bytes()) != checksum:
            raise ValueError(f"{name} is damaged")
    arrays: dict[str, Any] = {
        name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in (*ARRAYS, *FIGURES)
    }
    plain = Facts(
        downloads_30d=np.zeros(0, dtype=np.int64),
        downloads_source=None,
        downloads_on=None,
        **{name: arrays[name] for name in ARRAYS},
        **{name: facts[name] for name in NAMES},
    )
    series = [(source, date.fromisoformat(day)) for source, day in facts["series"]]
    return Columns(plain, Downloads(n, series, **{name: arrays[name] for name in FIGURES}))
