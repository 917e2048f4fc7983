"""What a parameter of a named query is, and how the text that people type becomes a term of RDF.

A value is bound as a term and never pasted, so that no text can change a query. Its canonical form:

- ``iri:...``: the address of the thing, made by `begat.ids` from an id; an address that is given whole
  stays as it is; of a model also the page of a revision, of a country the code in any case;
- ``integer`` and ``decimal``: the number without needless zeros and plus sign, and no -0;
- ``date``: YYYY-MM-DD; ``relation`` and ``word(a|b)``: one of the list; ``text``: as it is.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pyoxigraph as ox

from begat.errors import InputError, UnknownName
from begat.ids import hub_id
from begat.store import iri
from begat.vocab import RELATIONS, XSD

__all__ = ["KINDS", "Parameter", "Term", "term", "unknown"]

Term = ox.NamedNode | ox.Literal

THINGS = (
    "model",
    "dataset",
    "institution",
    "country",
    "account",
    "licence",
    "benchmark",
    "system",
    "family",
    "measure",
)
KINDS = (*(f"iri:{thing}" for thing in THINGS), "relation", "integer", "decimal", "date", "text")
"""All kinds but ``word(a|b|...)``, which lists its words."""

THRESHOLDS = {"integer", "decimal", "date"}
"""Kinds that only bound what is found; they are no columns of an answer."""

MOST_CHARACTERS = 4_096


class Parameter(NamedTuple):
    """A variable of a query that a caller may bind."""

    name: str
    kind: str
    required: bool
    text: str

    @property
    def thing(self) -> str:
        """What kind of thing an ``iri:`` names; empty for the other kinds."""
        return self.kind.removeprefix("iri:") if self.kind.startswith("iri:") else ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are allowed, empty where any value of the kind is."""
        if self.kind == "relation":
            return tuple(RELATIONS)
        return tuple(self.kind[5:-1].split("|")) if self.kind.startswith("word(") else ()

    @property
    def shown(self) -> bool:
        """Whether its column stays in an answer: not where the caller knows what would stand in it."""
        return not self.required and self.kind not in THRESHOLDS


def term(parameter: Parameter, text: str) -> Term:
    """Return the term of a value as people type it.

    Raises
    ------
    UnknownName
        If it is none of the words that the parameter takes; near words come with it.
    InputError
        If it is empty, too long, no Unicode text, or not of the parameter's kind.
    """
    where = f"the parameter {parameter.name}"
    if not text.strip():
        raise InputError(f"{where} is empty", hint=f"It takes: {parameter.text}.")
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"{where} has more than {MOST_CHARACTERS:,} characters: {text[:40]!r}...")
    if re.search("[\ud800-\udfff]", text):
        raise InputError(f"{where} is no Unicode text: {text[:40]!r}")
    if parameter.thing:
        return _node(parameter.thing, text.strip())
    if parameter.words:
        return _word(parameter, text.strip())
    return READERS[parameter.kind](text, where)


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """Return the error of a name that is none of a short list."""
    names = list(known)
    near = difflib.get_close_matches(name, names)
    hint = f"Known: {', '.join(names)}." if names else "It takes none."
    return UnknownName(kind, name, suggestions=near, hint=hint)


def _node(thing: str, text: str) -> ox.NamedNode:
    """Return the node of an id, or of an address that is given whole."""
    key = CLEANED.get(thing, str)(text)
    try:
        return ox.NamedNode(key if key.startswith(("https://", "http://")) else iri(thing, key))
    except ValueError as error:
        raise InputError(f"{text[:100]!r} is no valid address ({error})") from error


CLEANED: Mapping[str, Callable[[str], str]] = {
    "model": lambda text: hub_id(text) or text,
    "country": lambda text: text.upper() if re.fullmatch("[A-Za-z]{2}", text) else text,
}
"""How ids of a thing are written in their one form."""


def _word(parameter: Parameter, text: str) -> ox.Literal:
    if text not in parameter.words:
        kind = parameter.kind if parameter.kind == "relation" else parameter.name
        raise unknown(kind, text, parameter.words)
    return ox.Literal(text)


def _integer(text: str, where: str) -> ox.Literal:
    if not re.fullmatch("[+-]?[0-9]{1,18}", text.strip()):
        raise InputError(f"{where} is a whole number of at most 18 digits, not {text[:40]!r}")
    return _typed(str(int(text.strip())), XSD.INTEGER)


def _decimal(text: str, where: str) -> ox.Literal:
    if not re.fullmatch(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?", text.strip()):
        raise InputError(
            f"{where} is a number of at most 12 digits and 6 decimal places, not {text[:40]!r}",
            hint="Write 0.8.",
        )
    return _typed(f"{Decimal(text.strip()).normalize() + 0:f}", XSD.DECIMAL)


def _date(text: str, where: str) -> ox.Literal:
    try:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
            raise ValueError("another form")
        return _typed(date.fromisoformat(text.strip()).isoformat(), XSD.DATE)
    except ValueError as error:
        raise InputError(f"{where} is a date, not {text[:40]!r}", hint="Write YYYY-MM-DD.") from error


def _typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


READERS: Mapping[str, Callable[[str, str], Term]] = {
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "text": lambda text, _where: ox.Literal(text),
}
