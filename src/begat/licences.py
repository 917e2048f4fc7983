"""Licences and their terms, as ``data/licences.toml`` states them; its head explains every field."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from begat.files import package_path

__all__ = [
    "BASES",
    "EFFECTS",
    "KINDS",
    "REFERENCE",
    "Licence",
    "by_link",
    "by_spelling",
    "commercial_use",
    "components",
    "effects",
    "licences",
    "spelling",
    "terms",
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
    url: str | None = None
    note: str | None = None
    unchecked: tuple[str, ...] = ()


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


def components(licence: str) -> list[str]:
    """Return the ids in an expression, in order.

    Examples
    --------
    >>> components("Apache-2.0 OR (MIT AND LicenseRef-gemma)"), components("MIT")
    (['Apache-2.0', 'MIT', 'LicenseRef-gemma'], ['MIT'])
    """
    return [word for word in re.split(r"[\s()]+", licence) if word not in ("", "AND", "OR", "WITH")]


def commercial_use(licence: str) -> str | None:
    """Return whether an id or expression allows commercial use: yes, no, conditional, None if not known.

    Of licences joined by OR the best counts, of those joined by AND the worst. A choice with an unknown
    licence forbids nothing that is known.
    """
    if "(" in licence:
        return None
    alternatives = [_worst(part.split(" AND ")) for part in licence.split(" OR ")]
    return next((word for word in ("yes", "conditional", None) if word in alternatives), "no")


def _worst(parts: list[str]) -> str | None:
    known = licences()
    words = [known[part].commercial if part in known else None for part in parts]
    return next((word for word in ("no", None, "conditional") if word in words), "yes")


def terms(licence: Licence) -> str:
    """Return the main terms in one line; what is not known is left out."""
    said = [
        licence.kind.replace("-", " "),
        _commercial(licence),
        _worded(DERIVATIVES, licence.derivatives),
        f'show "{licence.display}"' if licence.display else "",
        f'names of derived models begin with "{licence.name_begins}"' if licence.name_begins else "",
        _worded(RESTRICTIONS, licence.use_restrictions),
        _worded(TRAINING, licence.train_others),
        licence.territory or "",
    ]
    return "; ".join(part for part in said if part) + f" ({BASES[licence.basis]}, {licence.date})"


DERIVATIVES = {
    "terms-travel": "derivatives take its terms along",
    "same-licence": "derivatives under the same licence",
    "none": "no derivatives",
}
RESTRICTIONS = {"yes": "some uses forbidden"}
TRAINING = {
    "no": "outputs may not train other models",
    "conditional": "outputs may train other models on conditions",
}


def _commercial(licence: Licence) -> str:
    if licence.condition:
        return f"commercial use: {licence.condition}"
    words = {
        "yes": "commercial use",
        "no": "no commercial use",
        "conditional": "commercial use on conditions",
    }
    return _worded(words, licence.commercial)


def _worded(words: Mapping[str, str], value: str | None) -> str:
    return words.get(value or "", "")


def _licence(entry: Mapping[str, Any]) -> Licence:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    return Licence(**values)


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(package_path("data", "licences.toml").read_text(encoding="utf-8"))


EFFECTS = (
    "commercial-claimed",
    "terms-dropped",
    "commercial-lost",
    "commercial-conditional",
    "share-alike-added",
    "uses-forbidden",
    "training-forbidden",
)
"""What changes in law from one licence to another, gravest first; the first two take what was not given."""


def effects(before: str | None, after: str | None) -> tuple[str, ...]:
    """Return what the licence of a derived model changes in law against that of what it was made from.

    Terms that are not known, or stand in an expression of several licences, change nothing that can be
    told; only commercial use is told of expressions too.

    Parameters
    ----------
    before, after : str, optional
        Id or expression of both; nothing is told if either is not known.

    Returns
    -------
    tuple of str
        Of `EFFECTS`, in their order: commercial use claimed although forbidden, terms not taken along that
        must travel; commercial use lost or put under a condition, share-alike, a list of forbidden uses or
        a ban on training others added.

    Examples
    --------
    >>> effects("Apache-2.0", "CC-BY-NC-4.0"), effects("CC-BY-NC-4.0", "MIT"), effects("MIT", "Apache-2.0")
    (('commercial-lost',), ('commercial-claimed',), ())
    >>> effects("LicenseRef-gemma", "Apache-2.0")
    ('terms-dropped',)
    """
    if before is None or after is None or before == after:
        return ()
    use, now = commercial_use(before), commercial_use(after)
    old, new = licences().get(before), licences().get(after)
    holds = {
        "commercial-claimed": use == "no" and now in ("yes", "conditional"),
        "commercial-lost": use in ("yes", "conditional") and now == "no",
        "commercial-conditional": use == "yes" and now == "conditional",
    }
    if old and new:
        bound = old.derivatives in ("terms-travel", "same-licence", "none")
        share_alike = "same-licence"
        holds |= {
            "terms-dropped": bound and old.family != new.family,
            "share-alike-added": new.derivatives == share_alike
            and old.derivatives not in (None, share_alike),
            "uses-forbidden": new.use_restrictions == "yes" and old.use_restrictions == "no",
            "training-forbidden": new.train_others == "no" and old.train_others in ("yes", "conditional"),
        }
    return tuple(effect for effect in EFFECTS if holds.get(effect))
