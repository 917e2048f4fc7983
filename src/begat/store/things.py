"""IRIs of all kinds of things that the store holds, from the ids that tables hold and people type."""

from collections.abc import Callable, Mapping

from begat import ids
from begat.licences import REFERENCE

__all__ = ["IRIS", "iri"]


def _licence_iri(licence: str) -> str:
    """A page of SPDX for an id of its list; begat's own for a reference or an expression."""
    name = licence.replace(REFERENCE, "")
    return ids.licence_iri(name, spdx=name == licence and " " not in licence)


IRIS: Mapping[str, Callable[[str], str]] = {
    "model": ids.model_iri,
    "dataset": ids.dataset_iri,
    "space": ids.space_iri,
    "account": lambda key: ids.account_iri(*ids.split_key(key)),
    "institution": lambda slug: ids.minted_iri("org", slug),
    "country": lambda code: ids.minted_iri("country", code),
    "family": lambda name: ids.minted_iri("family", ids.slug(name)),
    "task": lambda name: ids.minted_iri("task", ids.slug(name)),
    "system": lambda key: ids.minted_iri("system", *key.split("/")),
    "benchmark": lambda slug: ids.minted_iri("benchmark", slug),
    "tenure": lambda key: ids.minted_iri("tenure", *key.split(" ")),
    "metric": lambda name: ids.minted_iri("metric", ids.slug(name)),
    "licence": _licence_iri,
    "measure": lambda name: ids.minted_iri("indicator", name),
    "source": lambda name: ids.minted_iri("source", name),
}
"""Kind of thing -> what makes its IRI from its id."""


def iri(kind: str, key: str) -> str:
    """Return the IRI of one thing; `kind` is one of `IRIS`."""
    return IRIS[kind](key)
