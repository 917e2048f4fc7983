"""Answers to queries as plain Python values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

import pyoxigraph as ox

from begat.vocab import XSD

__all__ = ["Result", "Term", "Value", "result_of", "stated", "truth", "value"]

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


def result_of(
    answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, limit: int | None = None
) -> Result:
    """Return an answer of the engine as plain values, at most `limit` rows of it."""
    if isinstance(answer, ox.QueryBoolean):
        return truth(bool(answer))
    if isinstance(answer, ox.QueryTriples):
        return stated(islice(answer, limit))
    names = tuple(variable.value for variable in answer.variables)
    rows = [dict(zip(names, map(value, row), strict=True)) for row in islice(answer, limit)]
    return Result(names, rows)


def truth(answer: bool) -> Result:
    """Return the answer to ASK."""
    return Result(("answer",), [{"answer": answer}], truth=answer)


def stated(triples: Iterable[ox.Triple]) -> Result:
    """Return the answer to CONSTRUCT or DESCRIBE."""
    kept = list(triples)
    columns = ("subject", "predicate", "object")
    return Result(
        columns, [dict(zip(columns, map(value, triple), strict=True)) for triple in kept], triples=kept
    )


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
