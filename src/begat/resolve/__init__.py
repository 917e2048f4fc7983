"""Who is who: from what sources say to the tables of a snapshot.

`collect` gathers records into frames, `resolve` turns frames of all sources into the tables: ids are
brought to one spelling, rows about one thing become one row, parents get a status, accounts an
institution. Nothing is dropped: what can't be resolved keeps its text and says so.
"""

from begat.resolve.apart import Pieces, room, separated
from begat.resolve.collect import Statements, collect, gather, made_up, together
from begat.resolve.observations import coded, slices
from begat.resolve.tables import resolve, resolved

__all__ = [
    "Pieces",
    "Statements",
    "coded",
    "collect",
    "gather",
    "made_up",
    "resolve",
    "resolved",
    "room",
    "separated",
    "slices",
    "together",
]
