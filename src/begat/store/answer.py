"""SPARQL on the store, and its answers as plain Python values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import pyoxigraph as ox

from begat.errors import InputError, StoreError
from begat.store.guard import names_graphs, refuse
from begat.vocab import PREFIXES, XSD

__all__ = ["Result", "Term", "Value", "sparql"]

Value = str | int | float | bool | date | datetime | None
Term = ox.NamedNode | ox.Literal

XSD_NAMES = XSD.STRING.removesuffix("string")
WHOLE = ("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedLong")
FRACTIONS = ("decimal", "double", "float")
READERS: Mapping[str, Callable[[str], Value]] = {
    **{XSD_NAMES + name: int for name in WHOLE},
    **{XSD_NAMES + name: float for name in FRACTIONS},
    XSD.BOOLEAN: lambda text: {"true": True, "1": True, "false": False, "0": False}[text],
    XSD.DATE: date.fromisoformat,
    XSD.DATE_TIME: datetime.fromisoformat,
}
PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Result:
    """The answer to a query.

    Attributes
    ----------
    columns : tuple of str
        The variables of SELECT in order; ``answer`` for ASK; subject, predicate, object for CONSTRUCT.
    rows : list of dict
        A value for each column: an IRI as str, a literal as int, float, bool, date, datetime or str,
        None where nothing is bound.
    truth : bool or None
        The answer to ASK.
    triples : list of pyoxigraph.Triple or None
        The answer to CONSTRUCT and DESCRIBE.
    """

    columns: tuple[str, ...]
    rows: list[dict[str, Value]]
    truth: bool | None = None
    triples: list[ox.Triple] | None = None


def sparql(
    store: ox.Store,
    query: str,
    substitutions: Mapping[str, Term] | None = None,
    *,
    limit: int | None = None,
) -> Result:
    """Run a query over all graphs together, or over those that it names with FROM.

    Parameters
    ----------
    store : pyoxigraph.Store
        An open store.
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
        If the store turns out to be damaged.

    Notes
    -----
    A triple that stands in two graphs gives two rows: write SELECT DISTINCT and COUNT(DISTINCT ...).
    """
    refuse(query)
    bound: dict[ox.Variable, Any] = {ox.Variable(name): term for name, term in (substitutions or {}).items()}
    try:
        answer = store.query(
            query,
            prefixes=PREFIXES,
            use_default_graph_as_union=not names_graphs(query),
            substitutions=bound,
        )
        return _result(answer, limit)
    except SyntaxError as error:
        raise _wrong(query, str(error)) from error
    except (RuntimeError, OSError) as error:
        if "SELECT projection" in str(error):
            raise InputError(str(error), hint="SELECT must name what is bound from outside.") from error
        raise StoreError(
            f"the store can't be read ({error})", hint="Remove its folder: it is built anew when next opened."
        ) from error


def _result(answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, limit: int | None) -> Result:
    if isinstance(answer, ox.QueryBoolean):
        return Result(("answer",), [{"answer": bool(answer)}], truth=bool(answer))
    if isinstance(answer, ox.QueryTriples):
        triples = list(islice(answer, limit))
        columns = ("subject", "predicate", "object")
        rows = [dict(zip(columns, map(value, triple), strict=True)) for triple in triples]
        return Result(columns, rows, triples=triples)
    names = tuple(variable.value for variable in answer.variables)
    rows = [dict(zip(names, map(value, row), strict=True)) for row in islice(answer, limit)]
    return Result(names, rows)


def value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Value:
    """Return a term as a plain value; a literal that is not what its type says stays text."""
    if isinstance(term, ox.Literal):
        reader = READERS.get(term.datatype.value)
        try:
            return reader(term.value) if reader else term.value
        except (ValueError, KeyError):
            return term.value
    if isinstance(term, ox.NamedNode):
        return term.value
    return None if term is None else str(term)


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
