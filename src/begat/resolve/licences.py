"""Licences as the sources write them, to SPDX."""

import re
from functools import cache

import polars as pl

__all__ = ["licence_id", "licences"]

UNSTATED = {"", "unknown", "other", "unlicensed", "none", "null", "license", "not specified"}
OWN_SPELLING = {"bsl-1.0": "BSL-1.0", "ms-pl": "MS-PL", "unlicense": "Unlicense"}
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
    text = raw.strip()
    low = text.casefold()
    if low in UNSTATED:
        return None
    if low not in FAMILIES:
        for guess in (low, re.sub(r"\s+", "-", low), re.sub(r"[\s-]+(licen[cs]e)?$", "", low)):
            if (known := _spdx().get(re.sub(r"\s+", "-", guess))) is not None:
                return known
    return "LicenseRef-" + (re.sub(r"[^a-z0-9.]+", "-", low).strip("-") or "unnamed")[:80]


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
