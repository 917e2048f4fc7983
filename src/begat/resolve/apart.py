"""Sources that are kept apart: their rows leave the tables for tables of their own."""

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from begat.errors import InputError
from begat.resolve.collect import Statements

__all__ = ["Pieces", "room", "separated"]

Pieces = Iterable[pa.Table]
"""A table, in pieces of which each becomes a row group."""
Own = dict[str, list[pa.Table]]
"""Tables of one source."""

SEPARABLE = {"observations", "set_aside"}
"""Tables of which a row comes from one source alone, and that no other table takes anything from."""


def room(part: Statements) -> Own:
    """Return room for the tables of a part that is kept apart, which `separated` fills.

    Raises
    ------
    InputError
        If it says something that would show in rows of other sources.
    """
    stated = {table for table, frame in part.frames.items() if len(frame)} - SEPARABLE
    if stated:
        raise InputError(
            f"source {part.source.name} can't be kept apart: it states {', '.join(sorted(stated))}",
            hint="Import it alone.",
        )
    return {}


def separated(tables: Iterable[tuple[str, Pieces]], apart: Mapping[str, Own]) -> Iterator[tuple[str, Pieces]]:
    """Yield the tables without the rows of some sources; these go into the tables of their own."""
    for name, pieces in tables:
        yield name, _without(name, pieces, apart) if apart and name in SEPARABLE else pieces


def _without(name: str, pieces: Pieces, apart: Mapping[str, Own]) -> Pieces:
    for piece in pieces:
        others = piece
        for source, own in apart.items():
            mine = pc.equal(others["source"], source)
            if (rows := others.filter(mine)).num_rows:
                own.setdefault(name, []).append(rows)
            others = others.filter(pc.invert(mine))
        yield others
