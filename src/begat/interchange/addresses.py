"""How documents for other tools name what begat knows: pages, package URLs, licence references."""

import re

from begat.ids import BASE, HUB, dataset_iri, model_iri, split_key
from begat.licences import REFERENCE, components
from begat.records import Dataset, Model

__all__ = ["expression", "iri", "package_url", "page", "references"]


HUB_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*/[A-Za-z0-9_][A-Za-z0-9._-]*")


def iri(thing: Model | Dataset) -> str:
    """Return the IRI of a model or dataset in begat's graph."""
    return model_iri(thing.id) if isinstance(thing, Model) else dataset_iri(thing.id)


def page(thing: Model | Dataset) -> str | None:
    """Return the address of its page, None where its platform has none that is known."""
    address = iri(thing)
    return None if address.startswith(BASE) else address


def package_url(thing: Model | Dataset) -> str | None:
    """Return the package URL of a model of the Hugging Face Hub; no other type of the standard fits.

    Only names that the Hub allows have one, and in these nothing is escaped. It has no version: which commit
    is meant is nowhere stated.
    """
    platform, name = split_key(thing.id)
    if isinstance(thing, Model) and platform == HUB and HUB_NAME.fullmatch(name):
        return f"pkg:huggingface/{name}"
    return None


def expression(licence: str) -> str:
    """Return a licence id or expression as SPDX writes it: references in letters, digits, ``.``, ``-``.

    Examples
    --------
    >>> expression("Apache-2.0 AND LicenseRef-openrail++")
    'Apache-2.0 AND LicenseRef-openrailplusplus'
    """
    return re.sub(rf"{REFERENCE}[^\s()]+", lambda found: _reference(found[0]), licence)


def references(licence: str) -> list[str]:
    """Return the ids in an expression that SPDX does not list."""
    return [part for part in components(licence) if part.startswith(REFERENCE)]


def _reference(licence: str) -> str:
    """Return one id as SPDX writes it; ``+`` becomes ``plus``, other characters their number."""
    plain = licence.replace("+", "plus")
    return re.sub(r"[^A-Za-z0-9.-]", lambda found: f"u{ord(found[0]):x}", plain)
