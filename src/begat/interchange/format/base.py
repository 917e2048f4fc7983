"""What a format is, and how formats are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from begat.discovery import declared, named
from begat.graph import Graph
from begat.snapshot import Snapshot

__all__ = ["Content", "Format", "format_named", "formats"]


class Content(NamedTuple):
    """What is exported: a whole snapshot, or one model with all that it comes from.

    `graph` and `scores` are made when asked for; `node` is the number of the model in the graph. With
    `descendants` one model comes with all that was made from it besides; with `records` a whole snapshot
    comes with the rows of its tables, so that it can be read back (`begat.interchange.records`).
    """

    snapshot: Snapshot
    graph: Callable[[], Graph]
    scores: Callable[[], Path]
    node: int | None = None
    descendants: bool = False
    records: bool = True


@dataclass(frozen=True)
class Format:
    """A format of export.

    Attributes
    ----------
    name : str
        As ``--as`` takes it.
    title : str
        What it is and whose standard, with its version.
    media_type : str
        As HTTP names it.
    suffix : str
        Of its files, with the dot.
    whole, single : bool
        Whether a snapshot, and whether one model can be written in it.
    folder : bool
        Whether it is several files in a folder; `write` then makes the folder.
    write : function
        From the content and a path that does not exist yet; the caller moves it to its place when whole.
    """

    name: str
    title: str
    media_type: str
    suffix: str
    write: Callable[[Content, Path], None]
    whole: bool = True
    single: bool = True
    folder: bool = False


@cache
def formats() -> Mapping[str, Format]:
    """Return all formats by name."""
    return declared("begat.interchange.format", "FORMAT", Format)


def format_named(name: str) -> Format:
    """Return a format by name.

    Raises
    ------
    UnknownName
        If there is none; near names come with it.
    """
    return named("format", name, formats())
