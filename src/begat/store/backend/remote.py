"""A store that is asked over HTTP by SPARQL 1.1 Protocol."""

import json
from collections.abc import Mapping, Sequence
from traceback import clear_frames

import pyoxigraph as ox

from begat.errors import InputError, StoreError
from begat.store.answer import Result, Term, result_of, stated, truth
from begat.store.backend.base import Backend
from begat.store.backend.binding import bound, form, prologue
from begat.store.backend.endpoint import Endpoint, Refused, Reply
from begat.store.backend.mark import LOAD, Mark, graphs, mark, stands
from begat.store.guard import names_graphs
from begat.vocab import FAIR4ML, RDF

__all__ = ["Remote"]

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples, text/turtle;q=0.5"
READABLE = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/turtle": ox.RdfFormat.TURTLE}

ASKED = "__ASK_RETVAL"
"""The column in which Virtuoso answers ASK."""

UNION: Mapping[str, Sequence[str]] = {"union-default-graph": ["true"]}
"""Parameter of oxigraph's server: the default graph is the union of all graphs."""


class Remote(Backend):
    """A remote endpoint that begat's graphs were loaded into.

    Parameters
    ----------
    endpoint : Endpoint
        Where it is.

    Raises
    ------
    StoreError
        If it can't be asked, holds nothing of begat, or a load that is not finished.

    Notes
    -----
    Every answer costs one more short request, which asks whether the load that it is about is still there:
    one that is being replaced would answer with a part.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.name = endpoint.url
        self._endpoint = endpoint
        self._mark = _whole(mark(endpoint), self.name)
        self.holds = self._mark.title if self._mark else None
        self._dataset = _dataset(endpoint, self._mark)

    def answer(self, query: str, terms: Mapping[str, Term], *, limit: int | None = None) -> Result:
        """Answer a query; see `Backend.answer`.

        Raises
        ------
        InputError
            If the store says that the query is wrong.
        StoreError
            If no answer came, only a part, or one about a load that is being replaced.
        """
        text = prologue(query) + bound(query, terms)
        asked = form(query)
        rows = asked in ("SELECT", "ASK")
        try:
            reply = self._endpoint.query(
                text, RESULTS if rows else TRIPLES, {} if names_graphs(query) else self._dataset
            )
        except Refused as error:
            raise InputError(error.what, where=error.where, hint=error.hint) from error
        result = _solutions(reply, limit, self.name) if rows else _triples(reply, limit, self.name)
        self._check()
        return result

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    def _check(self) -> None:
        if self._mark and not stands(self._endpoint, self._mark.load):
            raise StoreError(
                "what the store holds was replaced while it was asked", where=self.name, hint="Ask again."
            )


def _whole(found: Mark | None, where: str) -> Mark | None:
    """Return the mark of a whole load; one made by other means than begat has none."""
    if found is not None and found.whole is None:
        raise StoreError(
            f"the load of the snapshot {found.title}, begun at {found.begun}, is not finished",
            where=where,
            hint="Wait, or run `begat build --store URL` again if nothing is loading.",
        )
    return found


def _dataset(endpoint: Endpoint, loaded: Mark | None) -> Mapping[str, Sequence[str]]:
    """Return the parameters that make all graphs of begat one default graph; found by trying.

    First none, for engines whose default graph is the union anyway; then oxigraph's parameter; then the list
    of graphs by the protocol's own parameters, which every engine must take and which is slower.
    """
    ways: list[Mapping[str, Sequence[str]]] = [{}, UNION]
    probe = f"ASK {{ ?model <{RDF.TYPE}> <{FAIR4ML.ML_MODEL}> }}"
    if loaded:
        listed = graphs(endpoint)
        ways.append({"default-graph-uri": [*listed, LOAD], "named-graph-uri": listed})
        probe = f"ASK {{ ?any <{LOAD}#load> {ox.Literal(loaded.load)} }}"
    for way in ways:
        if _solutions(endpoint.query(probe, RESULTS, way), None, endpoint.url).truth:
            return way
    raise StoreError(
        "the store holds nothing of begat, or not where queries look",
        where=endpoint.url,
        hint="Run `begat build --store URL`, or make its default graph the union of all graphs.",
    )


def _solutions(reply: Reply, limit: int | None, where: str) -> Result:
    """Read rows, or true or false."""
    if reply.media_type != RESULTS:
        raise _unreadable(f"its type is {reply.media_type!r:.60}", where)
    try:
        json.loads(reply.body)  # the parser of results does not look at what follows them
        result = result_of(ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON))
    except (SyntaxError, ValueError) as error:
        clear_frames(error.__traceback__)  # rows of the engine may only be let go of in this thread
        raise _unreadable(f"it breaks off, or something else is in it ({error!s:.100})", where) from error
    _refuse_part(reply, limit, len(result.rows), where)
    if result.columns == (ASKED,):
        return truth(bool(result.rows and result.rows[0][ASKED]))
    return Result(result.columns, result.rows[:limit], truth=result.truth)


def _triples(reply: Reply, limit: int | None, where: str) -> Result:
    """Read the answer to CONSTRUCT or DESCRIBE."""
    if reply.media_type not in READABLE:
        raise _unreadable(f"its type is {reply.media_type!r:.60}", where)
    try:
        quads = list(ox.parse(reply.body, format=READABLE[reply.media_type]))
    except SyntaxError as error:
        raise _unreadable(f"it breaks off, or something else is in it ({error!s:.100})", where) from error
    _refuse_part(reply, limit, len(quads), where)
    return stated(quad.triple for quad in quads[:limit])


def _refuse_part(reply: Reply, limit: int | None, rows: int, where: str) -> None:
    """Refuse an answer that the store cut short; Virtuoso says so in its headers."""
    most = reply.headers.get("x-sparql-maxrows", "")
    if most and (limit is None or limit > rows):
        raise StoreError(
            f"the store cuts answers off after {most} rows, and this one has {rows:,}",
            where=where,
            hint="Ask for less, or have its ResultSetMaxRows raised.",
        )
    if state := reply.headers.get("x-sql-state", ""):
        raise StoreError(
            f"the store gives only a part of the answer ({state})", where=where, hint="Ask for less."
        )


def _unreadable(what: str, where: str) -> StoreError:
    return StoreError(f"the answer can't be read: {what}", where=where)
