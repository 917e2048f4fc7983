"""Words that others define: codes of countries, ids of licences."""

from functools import cache

import polars as pl

from begat.licences import REFERENCE, components
from begat.validation.rule import Rule, Tables

__all__ = ["countries", "is_licence", "licence_rule"]


@cache
def countries() -> frozenset[str]:
    """Return the codes of ISO 3166-1 alpha-2."""
    import iso3166

    return frozenset(country.alpha2 for country in iso3166.countries)


@cache
def _spdx() -> frozenset[str]:
    """Return the ids of SPDX's list of licences, in lower case."""
    from license_expression import get_license_index

    return frozenset(
        str(entry["spdx_license_key"]).lower()
        for entry in get_license_index()
        if entry.get("spdx_license_key")
    )


def is_licence(text: str) -> bool:
    """Whether a text is an SPDX id, a LicenseRef-, or an expression of such.

    Examples
    --------
    >>> is_licence("Apache-2.0 AND LicenseRef-gemma"), is_licence("apache 2"), is_licence("")
    (True, False, False)
    """
    parts = components(text)
    return bool(parts) and all(
        (part.startswith(REFERENCE) and len(part) > len(REFERENCE)) or part.lower() in _spdx()
        for part in parts
    )


def licence_rule(table: str) -> Rule:
    """Return the rule that a table's licences have ids that SPDX defines."""

    def wrong(tables: Tables) -> pl.Expr:
        strange = [text for text in tables.values(table, "licence") if not is_licence(text)]
        return pl.col("licence").is_in(strange)

    return Rule(
        "licence-id",
        wrong,
        "the licence is no SPDX id, LicenseRef- or expression of such",
        "Add how it is written to data/licences.toml, and import again.",
    )
