"""Under which licence every model and dataset says it stands, or why that is not known."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from begat.licences import Clauses, clauses
from begat.mapped import DAMAGE, load_arrays, save_arrays
from begat.snapshot import Snapshot

__all__ = ["MISSING", "OTHER", "UNKNOWN_WHY", "UNSEEN", "Labels", "load_or_make"]

FORMAT = 2

MISSING, OTHER, UNSEEN = -1, -2, -3
UNKNOWN_WHY: Mapping[int, str] = {MISSING: "none stated", OTHER: "other", UNSEEN: "not seen"}
"""Why a licence is not known: its page states none; states one without naming it (``other``); was not read
for it, because others only name the thing or list it without looking at licences."""


@dataclass(frozen=True)
class Labels:
    """The licences of the nodes of a `Supply`.

    Attributes
    ----------
    code : array of int32, shape (n,)
        Position in `licences`, or one of `MISSING`, `OTHER`, `UNSEEN`.
    licences : sequence of str
        Ids and expressions that occur, sorted.
    gated : array of int8, shape (n,)
        1 where access must be asked for, 0 where not, -1 where no source says; datasets have -1.
    """

    code: NDArray[np.int32]
    licences: Sequence[str]
    gated: NDArray[np.int8]

    def licence(self, node: int) -> str | None:
        """Return the licence of a node, None where it is not known."""
        code = int(self.code[node])
        return self.licences[code] if code >= 0 else None

    def clauses(self, node: int) -> Clauses:
        """Return what the licence of a node asks for."""
        return clauses(self.licence(node))


def load_or_make(snapshot: Snapshot, folder: Path) -> Labels:
    """Open what is kept in `folder`; make and keep it where there is none, or a damaged one."""
    try:
        return _load(folder)
    except DAMAGE:
        labels = make(snapshot)
        _save(labels, folder)
        return labels


def make(snapshot: Snapshot) -> Labels:
    """Read them from the tables of a snapshot; O(rows).

    None is stated only where a source read the page for it; see `begat.sources.base.Source`.
    """
    import polars as pl

    from begat.sources.base import discover

    unread = [source.name for source in discover().values() if not source.reads_licences]
    columns = ["id", "licence", "licence_raw", "listed", "sources"]
    models = snapshot.frame("models", [*columns, "gated"]).sort("id")
    datasets = snapshot.frame("datasets", columns).drop_nulls("id").unique("id", keep="first").sort("id")
    both = pl.concat([models, datasets.with_columns(gated=pl.lit(None, models["gated"].dtype))])
    licences = both["licence"].drop_nulls().unique().sort().to_list()
    place = {licence: code for code, licence in enumerate(licences)}
    read = ~pl.col("sources").list.eval(pl.element().is_in(unread)).list.all()
    code = (
        pl.when(pl.col("licence").is_not_null())
        .then(pl.col("licence").replace_strict(place, default=None, return_dtype=pl.Int32))
        .when(pl.col("licence_raw").is_not_null())
        .then(OTHER)
        .when(pl.col("listed").fill_null(value=False) & read)
        .then(MISSING)
        .otherwise(UNSEEN)
    )
    asked = pl.col("gated").replace_strict({"false": 0}, default=1, return_dtype=pl.Int8)
    found = both.select(
        code=code.cast(pl.Int32), gated=pl.when(pl.col("gated").is_null()).then(-1).otherwise(asked)
    )
    return Labels(found["code"].to_numpy(), licences, found["gated"].to_numpy().astype(np.int8))


def _save(labels: Labels, folder: Path) -> None:
    texts = np.frombuffer(json.dumps(list(labels.licences)).encode(), dtype=np.uint8)
    save_arrays(folder, {"code": labels.code, "gated": labels.gated, "licences": texts}, form=FORMAT)


def _load(folder: Path) -> Labels:
    arrays: dict[str, Any] = load_arrays(folder, form=FORMAT)
    return Labels(arrays["code"], json.loads(arrays["licences"].tobytes()), arrays["gated"])
