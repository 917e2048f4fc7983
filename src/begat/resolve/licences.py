"""Licences as the sources write them, to SPDX ids, references and expressions."""

import re
from functools import cache

import polars as pl

from begat.licences import REFERENCE, by_link, by_spelling, spelling, unstated

__all__ = ["licence_id", "licence_ids"]

OPERATORS = (("OR", r"\s+or\s+"), ("AND", r"\s+and\s+|\s*[,;&]\s*|-and-"))
"""What joins several licences. A list means that all of them apply: the reading that allows least."""


def licence_id(raw: str) -> str | None:
    """Return the SPDX id of a licence as written, ``LicenseRef-...`` for one SPDX does not list.

    Several licences become an SPDX expression where each of them is known. A text that names no licence,
    or an address at which no known licence stands, is None.

    Examples
    --------
    >>> licence_id("Apache 2.0"), licence_id("llama3.1"), licence_id("other")
    ('Apache-2.0', 'LicenseRef-llama3.1', None)
    >>> licence_id("mit, apache-2.0"), licence_id("Example Lab License v2")
    ('Apache-2.0 AND MIT', 'LicenseRef-example-lab-license-v2')
    """
    text = " ".join(raw.split())
    if re.match(r"https?://", text):
        return by_link(text)
    if spelling(text) in unstated():
        return None
    return _known(text) or REFERENCE + _slug(text)


def licence_ids(raw: pl.Series) -> dict[str, str | None]:
    """Return the licence id of each distinct value of a column."""
    return {text: licence_id(text) for text in raw.drop_nulls().unique()}


def _known(text: str) -> str | None:
    """Return the id or expression of a text all of which is known, None otherwise."""
    known = by_spelling().get(spelling(text)) or _referred(text) or _listed(text)
    return known or _joined(text) or _expression(text)


def _referred(text: str) -> str | None:
    """Return an id of our own as it stands, so that an id leads to itself."""
    if not text.startswith(REFERENCE):
        return None
    name = text.removeprefix(REFERENCE)
    known = by_spelling().get(spelling(name), "")
    if known.startswith(REFERENCE):
        return known
    return text if name and name == _slug(name) else None


def _listed(text: str) -> str | None:
    """Return the SPDX id of a licence beyond the table, None if SPDX lists none.

    An id that is a plain word ("Fair", "AML") counts only as SPDX spells it: cards mean other things.
    """
    known = _spdx().get(spelling(text))
    return known if known and (text == known or re.search(r"\d", known)) else None


def _joined(text: str) -> str | None:
    """Return the expression of several licences, None unless each of them is known."""
    for operator, joint in OPERATORS:
        parts = re.split(joint, text, flags=re.IGNORECASE)
        found = {_known(part) for part in parts if part} if len(parts) > 1 else {None}
        known = {part for part in found if part}
        if len(known) == len(found):
            return f" {operator} ".join(sorted(known))
    return None


def _expression(text: str) -> str | None:
    """Return an SPDX expression with an exception or brackets in SPDX's spelling, None for other texts."""
    from license_expression import ExpressionError, ExpressionParseError

    if not re.search(r"[()]|\bwith\b", text, flags=re.IGNORECASE):
        return None
    try:
        return str(_licensing().parse(text, validate=True))
    except (ExpressionError, ExpressionParseError):
        return None


def _slug(text: str) -> str:
    return re.sub(r"[^\w.+]+", "-", text.casefold()).strip("-")[:80].rstrip("-")


@cache
def _licensing():  # type: ignore[no-untyped-def]  # the package ships no types
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()


@cache
def _spdx() -> dict[str, str]:
    from license_expression import get_license_index

    known: dict[str, str] = {}
    for entry in get_license_index():
        key = entry.get("spdx_license_key")
        if not key or key.startswith(REFERENCE) or entry.get("is_deprecated") or entry.get("is_exception"):
            continue
        for name in [key, *entry.get("other_spdx_license_keys", [])]:
            if not name.startswith(REFERENCE):
                known[spelling(name)] = key
    return known
