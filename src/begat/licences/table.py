"""Licences and their terms, as ``data/licences.toml`` states them; its head explains every field."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from begat.files import package_path

__all__ = [
    "BASES",
    "KINDS",
    "REFERENCE",
    "TERMS",
    "Licence",
    "Statement",
    "by_link",
    "by_spelling",
    "licences",
    "spelling",
    "unstated",
]

REFERENCE = "LicenseRef-"
"""How the id of a licence begins that SPDX does not list."""

KINDS = (
    "permissive",
    "public-domain",
    "weak-copyleft",
    "strong-copyleft",
    "no-derivatives",
    "responsible-use",
    "model-licence",
    "non-commercial",
    "research-only",
    "proprietary",
    "family",
)

BASES = {
    "text": "from its text",
    "secondary": "as others describe it",
    "name": "as its name says",
    "unchecked": "general knowledge, unchecked",
}

UNCHECKED, GENERAL = "unchecked", "general knowledge"
"""Basis and source of what nobody looked up."""

TERMS = (
    "commercial",
    "condition",
    "users",
    "derivatives",
    "attribution",
    "display",
    "name_begins",
    "use_restrictions",
    "train_others",
    "territory",
    "acceptance",
)
"""Fields of `Licence` that say what it asks for."""


class Statement(NamedTuple):
    """What is known of one term of a licence, and on whose word.

    Attributes
    ----------
    term : str
        One of `TERMS`.
    value : str, int, bool, optional
        Its value; None where it is not known and where the text says nothing.
    silent : bool
        Whether the text that was read says nothing of it, so that it asks for nothing.
    basis : str, optional
        One of `BASES`: how it is known; None where it isn't.
    source : str, optional
        Where it was read.
    date : date, optional
        The day on which that was done.
    section : str, optional
        Where in its source it stands.
    """

    term: str
    value: str | int | bool | None
    silent: bool
    basis: str | None
    source: str | None
    date: date | None
    section: str | None


@dataclass(frozen=True)
class Licence:
    """A licence; a term that is None is not known.

    Attributes
    ----------
    id : str
        SPDX id, or ``LicenseRef-...``.
    kind, basis : str
        One of `KINDS`, of `BASES`.
    commercial, attribution, use_restrictions, train_others : str, optional
        ``yes``, ``no`` or ``conditional``.
    derivatives : str, optional
        ``free``, ``terms-travel``, ``same-licence`` or ``none``.
    users : int, optional
        Monthly users above which another agreement is needed.
    acceptance : bool, optional
        Whether it must be accepted before the thing may be had.
    silent : tuple of str
        Those of `TERMS` of which the text that was read says nothing.
    unchecked : tuple of str
        Those of `TERMS` that rest on general knowledge although the rest was read.
    read : mapping
        Of some of `TERMS` the ``basis``, ``source``, ``date`` and ``section`` that differ from the licence's.
    """

    id: str
    name: str
    family: str
    kind: str
    basis: str
    source: str
    date: date
    spellings: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    commercial: str | None = None
    condition: str | None = None
    derivatives: str | None = None
    attribution: str | None = None
    display: str | None = None
    name_begins: str | None = None
    use_restrictions: str | None = None
    train_others: str | None = None
    territory: str | None = None
    users: int | None = None
    acceptance: bool | None = None
    silent: tuple[str, ...] = ()
    url: str | None = None
    note: str | None = None
    unchecked: tuple[str, ...] = ()
    read: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)

    def statement(self, term: str) -> Statement:
        """Return what is known of one of `TERMS`, and on whose word.

        Examples
        --------
        >>> users = licences()["LicenseRef-llama3.1"].statement("users")
        >>> users.value, users.basis, users.section
        (700000000, 'text', '2')
        >>> licences()["LicenseRef-seallms"].statement("commercial").basis is None
        True
        """
        value, silent = getattr(self, term), term in self.silent
        if value is None and not silent:
            return Statement(term, None, False, None, None, None, None)
        if term in self.unchecked:
            return Statement(term, value, silent, UNCHECKED, GENERAL, self.date, None)
        read: dict[str, Any] = {
            "basis": self.basis,
            "source": self.source,
            "date": self.date,
            "section": None,
        }
        return Statement(term, value, silent, **(read | dict(self.read.get(term, {}))))


@cache
def licences() -> Mapping[str, Licence]:
    """Return all licences of the table by id."""
    return {entry["id"]: _licence(entry) for entry in _table()["licence"]}


def unstated() -> frozenset[str]:
    """Return the normal forms of what cards write in place of a licence."""
    return frozenset(map(spelling, _table()["unstated"]))


@cache
def by_spelling() -> Mapping[str, str]:
    """Return the id of each normal form of a spelling, that of ids and names included."""
    known = {}
    for licence in licences().values():
        for text in (licence.id.removeprefix(REFERENCE), licence.name, *licence.spellings):
            known[spelling(text)] = licence.id
    return known


def spelling(text: str) -> str:
    """Return the normal form of a licence as written: case, blanks and a final "license" don't count.

    Examples
    --------
    >>> spelling("Llama 3.1 Community License Agreement"), spelling("llama-3.1_community")
    ('llama-3.1-community', 'llama-3.1-community')
    """
    low = re.sub(r"[^\w.+]+|_+", "-", unicodedata.normalize("NFKC", text).casefold()).strip("-.")
    return re.sub(r"-licen[cs]e(-agreement)?$", "", low.removeprefix("the-"))


def by_link(address: str) -> str | None:
    """Return the licence whose text stands at an address, None if the table knows none there."""
    place = _place(address)
    if match := re.match(r"spdx\.org/licenses/([\w.+-]+?)(\.html)?$", place):
        return by_spelling().get(spelling(match[1]))
    found = [link for link in _links() if place == link or place.startswith(f"{link}/")]
    return _links()[max(found, key=len)] if found else None


@cache
def _links() -> Mapping[str, str]:
    return {_place(link): licence.id for licence in licences().values() for link in licence.links}


def _place(address: str) -> str:
    """Leave out scheme, query and closing slash; every revision of a repository's file is the newest."""
    bare = re.sub(r"^https?://|[?#].*$", "", address.strip()).rstrip("/")
    return re.sub(r"/(?:raw|resolve|blob)/[^/]+/", "/blob/main/", bare)


def _licence(entry: Mapping[str, Any]) -> Licence:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    return Licence(**values)


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(package_path("data", "licences.toml").read_text(encoding="utf-8"))
