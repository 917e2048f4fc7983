"""The engine within this process, pyoxigraph, on disk or in memory."""

import re
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from begat.errors import InputError, StoreError
from begat.snapshot import Snapshot
from begat.store.answer import Result, Term, result_of
from begat.store.backend.base import Backend
from begat.store.guard import names_graphs
from begat.vocab import PREFIXES

__all__ = ["Embedded", "in_memory"]

PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


class Embedded(Backend):
    """An open pyoxigraph store.

    Parameters
    ----------
    store : pyoxigraph.Store
        On disk (see `begat.store.open_store`) or in memory (see `in_memory`).
    """

    name = "the embedded store"

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def answer(self, query: str, terms: Mapping[str, Term], *, limit: int | None = None) -> Result:
        """Answer a query; see `Backend.answer`."""
        try:
            answer = self.store.query(
                query,
                prefixes=PREFIXES,
                use_default_graph_as_union=not names_graphs(query),
                substitutions={ox.Variable(name): term for name, term in terms.items()},
            )
            return result_of(answer, limit)
        except SyntaxError as error:
            raise _wrong(query, str(error)) from error
        except (RuntimeError, OSError) as error:
            if "SELECT projection" in str(error):
                raise InputError(str(error), hint="SELECT must name what is bound from outside.") from error
            raise StoreError(
                f"the store can't be read ({error})",
                hint="Remove its folder: it is built anew when next opened.",
            ) from error

    def close(self) -> None:
        """Do nothing: the engine closes its files when nobody holds the store any more."""


def in_memory(snapshot: Snapshot, scores: Path | None = None) -> ox.Store:
    """Return a store in memory, loaded from the same text as one on disk.

    Notes
    -----
    About 330 bytes a quad, and 3 microseconds; nothing is kept.
    """
    from begat.store.quads import nquads

    store = ox.Store()
    for text, _ in nquads(snapshot, scores):
        store.bulk_load(text, format=ox.RdfFormat.N_QUADS)
    return store


def _wrong(query: str, message: str) -> InputError:
    match = PLACE.match(message)
    if match is None:
        return InputError(f"this is no SPARQL query ({message})")
    line, column, reason = int(match[1]), match[2], match[3].split("\n")[0][:160]
    if "Prefix not found" in reason:
        reason = "a prefix is not declared"
    text = query.split("\n")[line - 1].strip() if line <= query.count("\n") + 1 else ""
    return InputError(
        f"this is no SPARQL query: {reason}",
        where=f"line {line}, column {column} of the query",
        hint=f"The line reads: {text[:160]}" if text else None,
    )
