"""The columns that views show, on disk: memory-mapped where they are whole, made where they are not."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from begat.graph import Graph
from begat.influence.figures import Downloads
from begat.mapped import DAMAGE, load_arrays, save_arrays
from begat.snapshot import Snapshot
from begat.views.tree.facts import Columns, Facts

__all__ = ["load_or_make"]

FORMAT = 2
ARRAYS = ("licence", "country", "listed", "unresolved")
FIGURES = ("node", "code", "count")
NAMES = ("licences", "countries", "institutions")


def load_or_make(snapshot: Snapshot, graph: Graph, folder: Path) -> Columns:
    """Open the columns kept in `folder`; make and keep them where there are none, or damaged ones.

    Making them reads three tables, seconds for the whole Hub; opening them checks 50 bytes a model.
    """
    try:
        return _load(folder, graph.n)
    except DAMAGE:
        columns = Columns.of(snapshot, graph)
        _save(columns, folder)
        return columns


def _save(columns: Columns, folder: Path) -> None:
    texts: dict[str, Any] = {name: list(getattr(columns.plain, name)) for name in NAMES}
    texts["series"] = [[source, day.isoformat()] for source, day in columns.downloads.series]
    arrays = {name: getattr(columns.plain, name) for name in ARRAYS}
    arrays |= {name: getattr(columns.downloads, name) for name in FIGURES}
    arrays["texts"] = np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)
    save_arrays(folder, arrays, form=FORMAT)


def _load(folder: Path, n: int) -> Columns:
    arrays: dict[str, Any] = load_arrays(folder, form=FORMAT)
    texts = json.loads(arrays["texts"].tobytes())
    plain = Facts(
        downloads_30d=np.zeros(0, dtype=np.int64),
        downloads_source=None,
        downloads_on=None,
        **{name: arrays[name] for name in ARRAYS},
        **{name: texts[name] for name in NAMES},
    )
    series = [(source, date.fromisoformat(day)) for source, day in texts["series"]]
    return Columns(plain, Downloads(n, series, **{name: arrays[name] for name in FIGURES}))
