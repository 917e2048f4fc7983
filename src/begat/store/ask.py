"""SPARQL on any store."""

from collections.abc import Mapping

import pyoxigraph as ox

from begat.store.answer import Result, Term
from begat.store.backend import Backend, Embedded
from begat.store.guard import checked

__all__ = ["sparql"]


def sparql(
    store: Backend | ox.Store,
    query: str,
    substitutions: Mapping[str, Term] | None = None,
    *,
    limit: int | None = None,
) -> Result:
    """Run a query over all graphs together, or over those that it names with FROM.

    Parameters
    ----------
    store : Backend or pyoxigraph.Store
        Any store that is open.
    query : str
        SELECT, ASK, CONSTRUCT or DESCRIBE. The prefixes of ``begat.vocab`` need no declaration.
    substitutions : mapping of str to term, optional
        Values of variables, bound as terms and never pasted into the text; SELECT must name them.
    limit : int, optional
        Most rows or triples to read.

    Raises
    ------
    InputError
        If the query has an error, with its line, or asks for something that is refused: see
        `begat.store.guard`.
    StoreError
        If the store can't be read, or does not hold a whole snapshot.

    Notes
    -----
    A triple that stands in two graphs gives two rows: write SELECT DISTINCT and COUNT(DISTINCT ...).
    """
    query = checked(query)
    backend = store if isinstance(store, Backend) else Embedded(store)
    return backend.answer(query, substitutions or {}, limit=limit)
