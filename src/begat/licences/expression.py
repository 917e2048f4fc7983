"""Several licences in one SPDX expression."""

import re

from begat.licences.table import licences

__all__ = ["commercial_use", "components"]


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
