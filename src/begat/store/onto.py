"""A store of a new snapshot made from that of an earlier one: a copy, less what went, with what came."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pyoxigraph as ox

from begat.snapshot import Snapshot
from begat.store.bulk import Progress, load
from begat.store.changes import Changes, changes
from begat.store.terms import Lines

__all__ = ["MOST", "STEPS", "Earlier", "bring_up", "worth_a_look"]

MOST = 0.2
"""Up to this share of changed statements a copy is brought up to date; beyond it, a new load is faster."""

STEPS = 20
"""So many updates in a row at most: what was removed still takes its place in the engine's files."""

PIECE = 200_000


class Earlier(NamedTuple):
    """A whole store, and what it was built from; `steps` is how many updates it is away from a full load."""

    snapshot: Snapshot
    folder: Path
    scores: Path | None
    steps: int


def worth_a_look(earlier: Earlier, snapshot: Snapshot) -> bool:
    """Return whether two snapshots are of about one size, so that it pays to look for the changes."""
    before, after = (item.rows("models") for item in (earlier.snapshot, snapshot))
    return earlier.steps < STEPS and abs(after - before) <= MOST * max(before, after)


def bring_up(
    source: Path,
    target: Path,
    before: Callable[[], Lines],
    after: Callable[[], Lines],
    progress: Progress | None = None,
) -> Changes | None:
    """Copy a store and bring the copy up to date; None if too much differs, or it came out wrong.

    Parameters
    ----------
    source, target : Path
        The engine's files of the earlier store, which stay as they are, and where the new ones go; does not
        exist yet. The copy shares the files that do not change.
    before, after : functions
        The lines of the earlier snapshot and of the later, as `begat.store.quads.lines` gives them.
    progress : callable, optional
        Called with the number of changes made so far.

    Notes
    -----
    Three passes over the columns (`begat.store.changes`), then 5 microseconds a removal and 7 an addition.
    """
    found = changes(before, after)
    if found.share > MOST:
        return None
    ox.Store.read_only(str(source)).backup(str(target))
    store = ox.Store(str(target))
    for text, _ in _pieces(found.removed):
        for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=True):
            store.remove(quad)
    load(store, _pieces(found.added), progress)
    store.flush()
    return found if len(store) == found.after else None


def _pieces(lines: pl.Series) -> Iterator[tuple[bytes, int]]:
    for part in lines.to_frame().iter_slices(PIECE):
        yield "\n".join([*part.to_series(), ""]).encode(), len(part)
