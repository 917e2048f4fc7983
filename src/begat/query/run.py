"""Running queries: named ones with parameters of a declared kind, and own ones as text."""

from collections.abc import Mapping
from dataclasses import replace

import pyoxigraph as ox

from begat.errors import InputError
from begat.query.named import Query, queries, query_named
from begat.query.parameter import Parameter, Term, term, unknown
from begat.query.present import present
from begat.store import Result, sparql
from begat.store.backend import Backend
from begat.store.backend.binding import bound

__all__ = [
    "Parameter",
    "Query",
    "Result",
    "bind",
    "bind_known",
    "hidden",
    "queries",
    "query_named",
    "run",
    "run_text",
    "written",
]


def run(
    store: Backend | ox.Store, name: str, params: Mapping[str, str], *, limit: int | None = None
) -> Result:
    """Run a named query.

    Parameters
    ----------
    store : Backend or pyoxigraph.Store
        Any store that is open.
    name : str
        One of `queries`.
    params : mapping of str to str
        Parameters as people type them: an id or a name, a relation, a number, a date, a text.
    limit : int, optional
        Most rows to read.

    Returns
    -------
    Result
        Without the columns of required parameters and of bounds, whose values the caller knows.

    Raises
    ------
    UnknownName
        If there is no such query or parameter, or nothing of that id in the store.
    InputError
        If a parameter is missing or of another kind than declared.
    """
    query = query_named(name)
    terms = bind_known(store, query, params)
    return _without(sparql(store, query.text, terms, limit=limit), hidden(query))


def run_text(store: Backend | ox.Store, text: str, *, limit: int | None = None) -> Result:
    """Run a query of one's own; see `begat.store.sparql`."""
    return sparql(store, text, limit=limit)


def bind(query: Query, params: Mapping[str, str]) -> dict[str, Term]:
    """Return the terms of parameters as typed, checked against the declaration.

    Raises
    ------
    UnknownName, InputError
        As `run` does.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in params:
        if name not in known:
            raise unknown("parameter", name, known)
    missing = [item.name for item in query.parameters if item.required and item.name not in params]
    if missing:
        raise InputError(
            f"the query {query.name} needs the parameter {', '.join(missing)}",
            hint=f"For example: {query.example}.",
        )
    return {name: term(known[name], text) for name, text in params.items()}


def bind_known(store: Backend | ox.Store, query: Query, params: Mapping[str, str]) -> dict[str, Term]:
    """Return the terms of parameters as `bind`, each thing by its present id and known to the store.

    Raises
    ------
    UnknownName, InputError
        As `run` does.
    """
    terms = bind(query, params)
    for parameter in query.parameters:
        node = terms.get(parameter.name)
        if isinstance(node, ox.NamedNode):
            terms[parameter.name] = present(store, node, parameter, params[parameter.name])
    return terms


def hidden(query: Query) -> set[str]:
    """Return the columns that are left out of an answer: those of parameters that say nothing new."""
    return {parameter.name for parameter in query.parameters if not parameter.shown}


def written(query: Query, terms: Mapping[str, Term]) -> str:
    """Return a query with its terms in place, as one would write it by hand for another program.

    Its answer has the rows of `run`, with the columns of parameters.

    Parameters
    ----------
    terms : mapping of str to term
        What `bind` or `bind_known` returned.
    """
    return bound(query.sparql, terms)


def _without(result: Result, names: set[str]) -> Result:
    columns = tuple(column for column in result.columns if column not in names)
    return replace(
        result, columns=columns, rows=[{name: row[name] for name in columns} for row in result.rows]
    )
