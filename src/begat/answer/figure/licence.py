"""Licence of a model."""

from begat.answer.figure.base import Facts, Figure
from begat.errors import UnknownName

__all__ = ["FIGURE"]


def licence(facts: Facts, *, model: str) -> str:
    """Return the licence as its page tags it, else the one that the snapshot resolved."""
    found = facts.snapshot.table("models", ["licence_raw", "licence"], where=[("id", "=", model)]).to_pylist()
    stated = [row["licence_raw"] or row["licence"] for row in found]
    if not stated or not stated[0]:
        raise UnknownName("model with a licence", model)
    return str(stated[0])


FIGURE = Figure("licence", "licence of a model", licence)
