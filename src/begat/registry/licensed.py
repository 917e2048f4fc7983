"""May it be shipped: the licence terms that reach a model or dataset."""

from begat.errors import UnknownName
from begat.registry.opened import Opened, Row, plain

__all__ = ["licence", "supplied"]

DATASET = "dataset:"


def licence(reg: Opened, text: str, *, inferred: bool = False) -> Row:
    """Return the terms of a model or dataset and of all that went into it, and what doesn't fit.

    A finding aid, not legal advice.

    Parameters
    ----------
    text : str
        A model; a dataset if there is no such model, or if it begins with ``dataset:``.
    inferred : bool
        Follow links that nobody declares too.

    Raises
    ------
    UnknownName
        If there is no such thing; near ids come with it.
    """
    from begat.answer.licence import licence, untold
    from begat.views.said import said

    node = supplied(reg, text)
    found = licence(reg.supply, reg.labels, reg.statements, node, inferred=inferred)
    words = said("en", "licence")
    told = [{**row, "why": words[f"reason_{row['reason']}"]} for row in found["conflicts"]]
    missing = untold(reg.statements, reg.supply, found["sources"])
    return {"snapshot": reg.snapshot.name, **found, "conflicts": told, "untold": missing}


def supplied(reg: Opened, text: str) -> int:
    """Return the node of a model or dataset in the graph of what went into what; see `licence`."""
    key = plain(text)
    if text.startswith(DATASET):
        return _dataset(reg, plain(text.removeprefix(DATASET)))
    if (node := reg.supply.model(key)) is not None:
        return node
    if (node := reg.found(text)) is not None:
        return node
    return _dataset(reg, key)


def _dataset(reg: Opened, key: str) -> int:
    node = reg.supply.dataset(key)
    if node is not None:
        return node
    for hit in reg.names.exact(key):
        if hit["kind"] == "dataset" and (node := reg.supply.dataset(hit["id"])) is not None:
            return node
    if any(hit["kind"] == "institution" for hit in reg.names.exact(key)):
        raise UnknownName(
            "model or dataset", key, hint="Of an institution see `begat licence ID --conflicts`."
        )
    near = [hit["id"] for hit in reg.names.near(key, limit=12) if hit["kind"] in ("model", "dataset")]
    raise UnknownName("model or dataset", key, suggestions=near[:3], hint="Try `begat search TEXT`.")
