"""Running queries: named ones with parameters of a declared kind, and own ones as text."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pyoxigraph as ox

from begat.errors import InputError, UnknownName
from begat.ids import hub_id
from begat.query.named import Parameter, Query, queries, query_named
from begat.store import Result, iri, sparql
from begat.store.backend import Backend
from begat.vocab import RELATIONS, XSD

__all__ = ["Parameter", "Query", "Result", "bind", "queries", "query_named", "run", "run_text"]

Term = ox.NamedNode | ox.Literal

KNOWN = """
SELECT DISTINCT ?thing ?now WHERE {
  ?thing ?property ?value .
  OPTIONAL { ?thing begat:renamedTo ?now }
} LIMIT 1"""


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
        Parameters as people type them: an id, a relation, a number, a text.
    limit : int, optional
        Most rows to read.

    Returns
    -------
    Result
        Without the columns of required parameters, whose values the caller knows.

    Raises
    ------
    UnknownName
        If there is no such query or parameter, or nothing of that id in the store.
    InputError
        If a parameter is missing or of another kind than declared.
    """
    query = query_named(name)
    terms = bind(query, params)
    for parameter in query.parameters:
        node = terms.get(parameter.name)
        if isinstance(node, ox.NamedNode):
            terms[parameter.name] = _present(store, node, parameter, params[parameter.name])
    known = {parameter.name for parameter in query.parameters if parameter.required}
    return _without(sparql(store, query.text, terms, limit=limit), known)


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
            raise _unknown("parameter", name, known)
    missing = [item.name for item in query.parameters if item.required and item.name not in params]
    if missing:
        raise InputError(
            f"the query {query.name} needs the parameter {', '.join(missing)}",
            hint=f"For example: {query.example}.",
        )
    return {name: _term(known[name], text) for name, text in params.items()}


def _term(parameter: Parameter, text: str) -> Term:
    if not text.strip():
        raise InputError(f"the parameter {parameter.name} is empty", hint=f"It is {parameter.text}.")
    if re.search("[\ud800-\udfff]", text):
        raise InputError(f"the parameter {parameter.name} is no Unicode text: {text[:40]!r}")
    kind, _, thing = parameter.kind.partition(":")
    if kind == "iri":
        return _node(thing, text.strip())
    return READERS[kind](text, parameter.name)


def _node(thing: str, text: str) -> ox.NamedNode:
    """Return the node of an id, or of an address that is given whole."""
    key = (hub_id(text) or text) if thing == "model" else text
    try:
        return ox.NamedNode(key if key.startswith(("https://", "http://")) else iri(thing, key))
    except ValueError as error:
        raise InputError(f"{text!r} is no valid address ({error})") from error


def _relation(text: str, _name: str) -> ox.Literal:
    if text not in RELATIONS:
        raise _unknown("relation", text, RELATIONS)
    return ox.Literal(text)


def _integer(text: str, name: str) -> ox.Literal:
    if not re.fullmatch("[+-]?[0-9]{1,18}", text.strip()):
        raise InputError(f"the parameter {name} is a whole number of at most 18 digits, not {text[:40]!r}")
    return ox.Literal(str(int(text)), datatype=ox.NamedNode(XSD.INTEGER))


READERS: Mapping[str, Callable[[str, str], Term]] = {
    "relation": _relation,
    "integer": _integer,
    "text": lambda text, _name: ox.Literal(text),
}


def _present(store: Backend | ox.Store, node: ox.NamedNode, parameter: Parameter, text: str) -> ox.NamedNode:
    """Return the node, or the one it was renamed to, if anything is said of it."""
    rows = sparql(store, KNOWN, {"thing": node}).rows
    if not rows:
        raise UnknownName(parameter.kind.partition(":")[2], text, hint="Try `begat search TEXT`.")
    return ox.NamedNode(str(rows[0]["now"] or rows[0]["thing"]))


def _unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    names = list(known)
    near = difflib.get_close_matches(name, names)
    hint = f"Known: {', '.join(names)}." if names else "It takes none."
    return UnknownName(kind, name, suggestions=near, hint=hint)


def _without(result: Result, names: set[str]) -> Result:
    columns = tuple(column for column in result.columns if column not in names)
    return replace(
        result, columns=columns, rows=[{name: row[name] for name in columns} for row in result.rows]
    )
