"""What answers rest on, in sentences: the data that a snapshot has, of what it could have."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.files import atomic_write
from begat.snapshot import Snapshot
from begat.version import __version__

if TYPE_CHECKING:
    from begat.store.coverage import Figure

__all__ = ["KEYS", "MADE_UP", "kept", "notes", "rows", "sentences"]

Row = dict[str, Any]

KEYS = ("topic", "what", "value", "of", "share", "note")
MADE_UP = "Everything here is made up: this is a synthetic Hub, and says nothing about the world."


def rows(snapshot: Snapshot, topics: Iterable[str] = ()) -> list[Row]:
    """Return what a snapshot covers, one row a figure; see `begat.store.coverage.figures`."""
    from begat.store.coverage import figures

    return [_row(figure) for figure in figures(snapshot, topics)]


def notes(snapshot: Snapshot, topics: Iterable[str]) -> list[str]:
    """Return one sentence for each topic on how much of it the snapshot covers.

    Parameters
    ----------
    snapshot : Snapshot
        What an answer was read from.
    topics : iterable of str
        What the answer rests on, of `begat.store.coverage.TOPICS`.

    Returns
    -------
    list of str
        For people, to be printed beside the answer. Of a synthetic Hub the first says so.

    Raises
    ------
    UnknownName
        If there is no such topic.
    """
    wanted = list(dict.fromkeys(topics))
    return sentences({topic: rows(snapshot, [topic]) for topic in wanted}, synthetic=snapshot.synthetic)


def sentences(found: Mapping[str, Sequence[Row]], *, synthetic: bool) -> list[str]:
    """Return the first note of each topic, from its rows."""
    return [MADE_UP] * synthetic + [of[0]["note"] for of in found.values()]


def kept(snapshot: Snapshot, path: Path, topics: Iterable[str]) -> dict[str, list[Row]]:
    """Return the rows of some topics from a file; what it lacks is counted and added.

    A file of another snapshot or program, or one that is damaged, is written anew.
    """
    known = _read(snapshot, path)
    wanted = list(dict.fromkeys(topics))
    made = {topic: rows(snapshot, [topic]) for topic in wanted if topic not in known}
    if made:
        known |= made
        atomic_write(path, json.dumps({**_origin(snapshot), "topics": known}))
    return {topic: known[topic] for topic in wanted}


def _read(snapshot: Snapshot, path: Path) -> dict[str, list[Row]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return dict(found["topics"]) if found.items() >= _origin(snapshot).items() else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _origin(snapshot: Snapshot) -> Row:
    return {"begat": __version__, "digest": snapshot.digest}


def _row(figure: "Figure") -> Row:
    share = None if figure.share is None else round(figure.share, 6)
    return {**figure._asdict(), "share": share, "note": figure.note}
