"""How far what a page says of its licence leads: to a licence that is known, or only to a name."""

from begat.licences.expression import components
from begat.licences.table import REFERENCE, licences

__all__ = ["STANDINGS", "standing"]

STANDINGS = ("spdx", "named", "own-name", "other", "none")
"""On the SPDX list; a licence of the table that SPDX doesn't list; a name that neither knows, so that its
terms are not known; a text that names no licence (``other``); no licence stated."""


def standing(licence: str | None, raw: str | None) -> str:
    """Return which of `STANDINGS` a licence has; of several in one expression the last.

    Parameters
    ----------
    licence : str, optional
        What the text led to; see `begat.resolve.licences.licence_id`.
    raw : str, optional
        The text as it stands on the page.

    Examples
    --------
    >>> standing("MIT", "mit"), standing("LicenseRef-gemma AND MIT", "gemma, mit"), standing(None, "other")
    ('spdx', 'named', 'other')
    >>> standing("LicenseRef-nobody-s-own", "nobody's own"), standing(None, None)
    ('own-name', 'none')
    """
    if licence is None:
        return "none" if raw is None else "other"
    references = [part for part in components(licence) if part.startswith(REFERENCE)]
    if not references:
        return "spdx"
    return "named" if all(part in licences() for part in references) else "own-name"
