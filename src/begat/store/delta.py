"""Changes as graphs of their own, ``.../{moment}/added`` and ``.../removed``, kept apart from the store.

In one store the removed statements would still answer queries; a state of an earlier date is the current one
without what was added since and with what was removed.
"""

from datetime import date

import polars as pl

from begat import ids
from begat.store.changes import Changes
from begat.store.line import quad
from begat.store.terms import Lines, constant, literal, statements, typed
from begat.vocab import BEGAT, PROV, RDF, XSD

__all__ = ["delta"]

META = f"{ids.GRAPHS}/meta"
FACTS = ids.graph_iri("begat", "facts")
"""The name that a delta gives to the default graph."""


def delta(changes: Changes, since: date, until: date) -> Lines:
    """Yield the N-Quads of the changes from one snapshot to another, with a description of each graph.

    Parameters
    ----------
    changes : Changes
        From the earlier snapshot to the later.
    since, until : date
        Of the two snapshots; the graphs are named by the later one.
    """
    for change, lines in (("added", changes.added), ("removed", changes.removed)):
        found = pl.col("line").str.extract_groups(quad()).struct.rename_fields(["triple", "graph"])
        quads = lines.to_frame("line").select(found).unnest("line")
        for (graph,), part in quads.group_by("graph", maintain_order=True):
            current = str(graph) if graph is not None else FACTS
            place = _place(current, until, change)
            yield part.select(pl.concat_str("triple", pl.lit(f" <{place}> ."))).to_series().alias("line")
            yield from _description(place, current, change, since, until)


def _place(current: str, until: date, change: str) -> str:
    """Return the graph of a change: ``.../current`` becomes ``.../20261005T000000Z/added``."""
    return f"{current.removesuffix('/current')}/{until:%Y%m%d}T000000Z/{change}"


def _description(place: str, current: str, change: str, since: date, until: date) -> Lines:
    frame = pl.DataFrame(
        {
            "subject": [f"<{place}>"],
            "change": [change],
            "since": [str(since)],
            "until": [f"{until}T00:00:00Z"],
        }
    )
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(PROV.BUNDLE),
            BEGAT.DELTA_OF: constant(current),
            BEGAT.CHANGE: literal("change"),
            BEGAT.DELTA_SINCE: typed("since", XSD.DATE),
            PROV.GENERATED_AT_TIME: typed("until", XSD.DATE_TIME),
        },
        META,
    )
