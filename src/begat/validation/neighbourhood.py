"""Nodes of a store with what lies around them, as a small graph that SHACL can be checked on."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from begat.vocab import RDF, XSD

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Identifier

__all__ = ["around", "term"]

Node = ox.NamedNode | ox.BlankNode
Triple = tuple[
    ox.NamedNode | ox.BlankNode | ox.Triple,
    ox.NamedNode,
    ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
]
TYPE = ox.NamedNode(RDF.TYPE)


def around(
    store: ox.Store,
    nodes: Sequence[Node],
    *,
    backward: Collection[str],
    onward: Collection[str],
    leading: Collection[str] = (),
) -> "rdflib.Graph":
    """Return the statements about nodes, and as much about their neighbours as paths of two steps need.

    Parameters
    ----------
    store : pyoxigraph.Store
        Read over all graphs together.
    nodes : sequence of nodes
        Those to be checked: all that is said of them comes along.
    backward : collection of str
        Properties that are followed against their direction; all that is said of who has them comes along.
    onward : collection of str
        Properties of the objects that come along, beside their classes.
    leading : collection of str
        Properties of which one statement that leads to the node comes along, if there is one.
    """
    from rdflib import Graph

    graph = Graph()
    seen: set[tuple[Node, bool]] = set()
    for node in nodes:
        for subject, predicate, target in (
            *_leading(store, node, leading),
            *_about(store, node, backward, {TYPE.value, *onward}, seen),
        ):
            graph.add((term(subject), term(predicate), term(target)))
    return graph


def _leading(store: ox.Store, node: Node, properties: Collection[str]) -> Iterator[Triple]:
    for name in properties:
        quads = store.quads_for_pattern(None, ox.NamedNode(name), node, None)
        yield from ((quad.subject, quad.predicate, quad.object) for quad in islice(quads, 1))


def _about(
    store: ox.Store,
    node: Node,
    backward: Collection[str],
    onward: Collection[str],
    seen: set[tuple[Node, bool]],
) -> Iterator[Triple]:
    """Yield what is said of a node, of those that lead to it backward, and some of what it leads to."""
    said = list(_said(store, node))
    yield from said
    for name in backward:
        for quad in store.quads_for_pattern(None, ox.NamedNode(name), node, None):
            yield from _once(store, quad.subject, None, seen)
    for _, _, target in said:
        yield from _once(store, target, onward, seen)


def _once(
    store: ox.Store, node: object, only: Collection[str] | None, seen: set[tuple[Node, bool]]
) -> Iterator[Triple]:
    """Yield what is said of a neighbour, all or some properties, the first time that it is met."""
    if not isinstance(node, Node) or (node, only is None) in seen:
        return
    seen.add((node, only is None))
    yield from (triple for triple in _said(store, node) if only is None or triple[1].value in only)


def _said(store: ox.Store, node: Node) -> Iterator[Triple]:
    for quad in store.quads_for_pattern(node, None, None, None):
        yield quad.subject, quad.predicate, quad.object


def term(value: object) -> "Identifier":
    """Return a term of the store as one of rdflib, letter for letter."""
    from rdflib import BNode, Literal, URIRef

    if isinstance(value, ox.Literal):
        plain = value.language or value.datatype.value == XSD.STRING
        datatype = None if plain else URIRef(value.datatype.value)
        return Literal(value.value, lang=value.language, datatype=datatype, normalize=False)
    return (
        BNode(value.value) if isinstance(value, ox.BlankNode) else URIRef(str(getattr(value, "value", value)))
    )
