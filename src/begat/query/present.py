"""Finding what a parameter names: by its id, by the id it had before, or by a name that people use."""

import difflib

import pyoxigraph as ox

from begat.errors import InputError, UnknownName
from begat.query.parameter import Parameter
from begat.store import sparql
from begat.store.backend import Backend

__all__ = ["present"]

KNOWN = """
SELECT DISTINCT ?thing ?now WHERE {
  ?thing ?property ?value .
  OPTIONAL { ?thing begat:renamedTo ?now }
} LIMIT 1"""

NAMED = {
    "institution": "?thing a org:Organization",
    "country": "?thing a schema:Country",
    "licence": "?thing a dct:LicenseDocument",
    "benchmark": "?thing a begat:Benchmark",
    "system": "?thing a schema:SoftwareApplication",
    "family": "?thing a begat:ModelFamily",
    "measure": "?set begat:indicator ?thing",
}
"""Kinds of things that are few and have names, and the pattern that finds them all."""

NAMES = """
SELECT DISTINCT ?name ?thing WHERE {{
  {} .
  ?thing ?property ?name .
  FILTER (?property IN (
    dct:identifier, skos:notation, skos:prefLabel, rdfs:label, dct:title, skos:altLabel
  ))
}} ORDER BY ?name ?thing"""


def present(store: Backend | ox.Store, node: ox.NamedNode, parameter: Parameter, text: str) -> ox.NamedNode:
    """Return the node of what is named, if the store says anything of it.

    Parameters
    ----------
    node : NamedNode
        What the text means as an id.
    text : str
        The text as typed; a name in any language and case is found too, where things have names.

    Raises
    ------
    UnknownName
        If nothing has this id or name; near names come with it.
    InputError
        If it is the name of several things.

    Notes
    -----
    One lookup. Only an id that is not there costs a walk over the names of things of its kind, of which
    there are some thousands at most; models, datasets and accounts have none.
    """
    if (found := _known(store, node)) is not None:
        return found
    names = _names(store, parameter.thing)
    wanted = text.strip().casefold()
    if len(meant := names.get(wanted, {})) == 1:
        return ox.NamedNode(next(iter(meant)))
    if meant:
        raise InputError(
            f"{text!r:.100} is a name of several",
            hint=f"Give the address of one: {', '.join(sorted(meant))}.",
        )
    near = [names[name] for name in difflib.get_close_matches(wanted, names)]
    raise UnknownName(
        parameter.thing,
        text,
        suggestions=sorted({name for things in near for name in things.values()}),
        hint="Try `begat search TEXT`.",
    )


def _known(store: Backend | ox.Store, node: ox.NamedNode) -> ox.NamedNode | None:
    """Return a node or what it was renamed to; None if nothing is said of it."""
    rows = sparql(store, KNOWN, {"thing": node}).rows
    return ox.NamedNode(str(rows[0]["now"] or rows[0]["thing"])) if rows else None


def _names(store: Backend | ox.Store, thing: str) -> dict[str, dict[str, str]]:
    """Return name in small letters -> IRI -> name as written, of all things of a kind that has names."""
    if thing not in NAMED:
        return {}
    rows = sparql(store, NAMES.format(NAMED[thing])).rows
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(str(row["name"]).casefold(), {})[str(row["thing"])] = str(row["name"])
    return found
