"""Licences as the sources write them, to SPDX."""

import re
from functools import cache

import polars as pl

__all__ = ["licence_id", "licences"]

UNSTATED = {"", "unknown", "other", "unlicensed", "none", "null", "license", "not specified", "n/a"}
OWN_SPELLING = {
    "odc-by": "ODC-By-1.0",
    "odbl": "ODbL-1.0",
    "pddl": "PDDL-1.0",
    "apache license 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
}
"""Spellings of the Hub and of people that are no SPDX id in another case."""

FAMILIES = {"cc", "gpl", "lgpl", "bsd", "openrail", "openrail++"}
"""Names of the Hub that stand for several licences; SPDX has no id for them."""


def licence_id(raw: str) -> str | None:
    """Return the SPDX id of a licence as written, ``LicenseRef-...`` for one SPDX does not list.

    Examples
    --------
    >>> (
    ...     licence_id("apache-2.0"),
    ...     licence_id("Apache 2.0"),
    ...     licence_id("llama3.1"),
    ...     licence_id("other"),
    ... )
    ('Apache-2.0', 'Apache-2.0', 'LicenseRef-llama3.1', None)
    """
    low = " ".join(raw.casefold().replace(",", " ").split())
    if low in UNSTATED or not re.search(r"\w", low):
        return None
    return _listed(low) or "LicenseRef-" + re.sub(r"[^\w.+]+", "-", low).strip("-")[:80]


def _listed(low: str) -> str | None:
    """Return the SPDX id of a name in lower case, None if SPDX lists none."""
    if low in FAMILIES:
        return None
    if low in OWN_SPELLING:
        return OWN_SPELLING[low]
    bare = re.sub(r"[\s-]+licen[cs]e$", "", low)
    guesses = (re.sub(r"\s+", "-", name) for name in (low, bare))
    return next((known for guess in guesses if (known := _spdx().get(guess))), None)


def licences(raw: pl.Series) -> dict[str, str | None]:
    """Return the licence id of each distinct value of a column."""
    return {text: licence_id(text) for text in raw.drop_nulls().unique()}


@cache
def _spdx() -> dict[str, str]:
    from license_expression import get_license_index

    known: dict[str, str] = {}
    for entry in get_license_index():
        key = entry.get("spdx_license_key")
        if not key or key.startswith("LicenseRef") or entry.get("is_deprecated"):
            continue
        for name in [key, *entry.get("other_spdx_license_keys", [])]:
            if not name.startswith("LicenseRef"):
                known[name.casefold()] = key
    return known
