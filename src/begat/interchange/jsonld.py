"""JSON-LD with begat's own context, thing by thing as the statements stream by.

The context stands in the file, so that no processor has to fetch it. Names of the ontology are used where
it has them (``fineTunedFrom``, ``dct:license``), numbers and flags are JSON's own only where reading them
gives the same literal again.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from begat.files import package_path
from begat.interchange.records.written import COLUMN
from begat.vocab import RDF, XSD

__all__ = ["context", "write_graphs"]

Node = dict[str, Any]

PLAIN_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
"""Integers that every JSON reader holds exactly, as RDF writes them."""


@cache
def context() -> Mapping[str, Any]:
    """Return the context: that of the ontology, and a prefix for the columns of records."""
    text = package_path("ontology", "context.jsonld").read_text(encoding="utf-8")
    return {**json.loads(text)["@context"], "record": COLUMN}


def write_graphs(quads: Iterable[ox.Quad], path: Path) -> None:
    """Write statements as JSON-LD.

    Parameters
    ----------
    quads : iterable of Quad
        Those of one graph together, in it those of one subject; the default graph first.
    path : Path
        The file.

    Notes
    -----
    About 200,000 statements a second; holds the statements about one subject.
    """
    with path.open("w", encoding="utf-8", buffering=1 << 20) as file:
        file.write('{"@context": ' + _text(dict(context())) + ',\n"@graph": [')
        separator = "\n"
        for graph, inside in groupby(quads, key=lambda quad: quad.graph_name):
            nodes = (_text(node) for node in _nodes(inside))
            if isinstance(graph, ox.DefaultGraph):
                for node in nodes:
                    file.write(separator + node)
                    separator = ",\n"
                continue
            file.write(f'{separator}{{"id": {_text(_id(graph))}, "@graph": [\n')
            file.writelines(_joined(nodes))
            file.write("\n]}")
            separator = ",\n"
        file.write("\n]}\n")


def _joined(texts: Iterator[str]) -> Iterator[str]:
    yield next(texts)
    for text in texts:
        yield ",\n" + text


def _nodes(quads: Iterable[ox.Quad]) -> Iterator[Node]:
    for subject, about in groupby(quads, key=lambda quad: quad.subject):
        node: Node = {"id": _id(subject)}
        for predicate, same in groupby(about, key=lambda quad: quad.predicate.value):
            values = [_value(predicate, quad.object) for quad in same]
            node[_name(predicate)] = values[0] if len(values) == 1 else values
        yield node


def _value(predicate: str, term: Any) -> Any:
    if predicate == RDF.TYPE:
        return _name(term.value)
    coercion = _coercions().get(predicate, "")
    if not isinstance(term, ox.Literal):
        return _id(term) if coercion == "@id" else {"id": _id(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    datatype = term.datatype.value
    if datatype == coercion or (datatype == XSD.STRING and not coercion):
        return term.value
    if not coercion and (plain := _plain(term.value, datatype)) is not None:
        return plain
    return (
        {"@value": term.value} if datatype == XSD.STRING else {"@value": term.value, "@type": _name(datatype)}
    )


def _plain(text: str, datatype: str) -> bool | int | None:
    """Return a flag or number as JSON has it; None where it would not come back letter for letter."""
    if datatype == XSD.BOOLEAN and text in ("true", "false"):
        return text == "true"
    return int(text) if datatype == XSD.INTEGER and PLAIN_INTEGER.fullmatch(text) else None


def _id(term: Any) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else term.value


@cache
def _name(iri: str) -> str:
    """Return the shortest name that the context has for a property, class or datatype."""
    if iri == RDF.TYPE:
        return "type"
    if iri in _terms():
        return _terms()[iri]
    prefixes = (
        (base, prefix) for prefix, base in _prefixes().items() if iri.startswith(base) and iri != base
    )
    base, prefix = next(prefixes, ("", ""))
    return f"{prefix}:{iri.removeprefix(base)}" if prefix else iri


@cache
def _prefixes() -> dict[str, str]:
    return {name: base for name, base in context().items() if isinstance(base, str) and base[-1] in "#/"}


@cache
def _terms() -> dict[str, str]:
    """Return the IRI of each term that the context defines -> the term."""
    found = {}
    for name, about in context().items():
        compact = about["@id"] if isinstance(about, dict) else str(about)
        prefix, _, local = compact.partition(":")
        if prefix in _prefixes() and name not in _prefixes():
            found[_prefixes()[prefix] + local] = name
    return found


@cache
def _coercions() -> dict[str, str]:
    """Return what the context reads the values of a property as: ``@id`` or the IRI of a datatype."""
    found = {}
    for iri, name in _terms().items():
        about = context()[name]
        if isinstance(about, dict):
            kind = about["@type"]
            found[iri] = kind if kind == "@id" else _prefixes()["xsd"] + kind.removeprefix("xsd:")
    return found


def _text(node: Any) -> str:
    return json.dumps(node, ensure_ascii=False)
