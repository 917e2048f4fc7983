"""RDF against begat's SHACL shapes: which nodes a shape is for, some or all of them, what they break."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from begat.files import package_path
from begat.validation.finding import ERROR, Finding
from begat.validation.neighbourhood import Node, around
from begat.vocab import PREFIXES, RDF

if TYPE_CHECKING:
    import rdflib

__all__ = ["BATCH", "Shape", "curie", "findings", "shapes"]

BATCH = 500
"""Nodes checked at a time."""
SPREAD = 20
"""Of so many times the sample one in so many is taken, where nodes are found by a property."""
SH = "http://www.w3.org/ns/shacl#"
NAMES = "https://w3id.org/begat/shapes#"


@dataclass(frozen=True)
class Shape:
    """A shape with targets.

    Attributes
    ----------
    iri : str
        Its name.
    classes : tuple of str
        Classes whose nodes it is for, their subclasses in the ontology included.
    subjects, objects : tuple of str
        Properties whose subjects or objects it is for.
    """

    iri: str
    classes: tuple[str, ...]
    subjects: tuple[str, ...]
    objects: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name without the namespace."""
        return self.iri.removeprefix(NAMES)

    @property
    def where(self) -> str:
        """What it is for, in words."""
        if self.classes:
            return curie(self.classes[0])
        side, names = ("subjects", self.subjects) if self.subjects else ("objects", self.objects)
        return f"{side} of {curie(names[0])}"

    def nodes(self, store: ox.Store, sample: int | None) -> Sequence[Node]:
        """Return the nodes to check, each once: all, or about `sample` spread over the store."""
        found = _distinct(self._targets(store))
        if sample is None:
            return list(found)
        spread = SPREAD if not self.classes else 1
        some = list(islice(found, sample * spread))
        return some[:: max(1, len(some) // sample)][:sample]

    def _targets(self, store: ox.Store) -> Iterator[Any]:
        for name in self.classes:
            pattern = (None, ox.NamedNode(RDF.TYPE), ox.NamedNode(name), None)
            yield from (quad.subject for quad in store.quads_for_pattern(*pattern))
        for name in self.subjects:
            pattern_of = (None, ox.NamedNode(name), None, None)
            yield from (quad.subject for quad in store.quads_for_pattern(*pattern_of))
        for name in self.objects:
            pattern_of = (None, ox.NamedNode(name), None, None)
            yield from (quad.object for quad in store.quads_for_pattern(*pattern_of))


def _distinct(nodes: Iterable[Any]) -> Iterator[Node]:
    seen: set[str] = set()
    for node in nodes:
        if isinstance(node, ox.NamedNode) and node.value not in seen:
            seen.add(node.value)
            yield node


@dataclass(frozen=True)
class Shapes:
    """The shapes graph with what is read from it once."""

    graph: "rdflib.Graph"
    ontology: "rdflib.Graph"

    @cached_property
    def all(self) -> tuple[Shape, ...]:
        """Shapes with a target, by name."""
        from rdflib import URIRef

        kinds = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
        named = {node for kind in kinds for node in self.graph.subjects(URIRef(SH + kind))}
        return tuple(self._shape(node, kinds) for node in sorted(named, key=str))

    def _shape(self, node: Any, kinds: Sequence[str]) -> Shape:
        from rdflib import RDFS, URIRef

        targets = [sorted(map(str, self.graph.objects(node, URIRef(SH + kind)))) for kind in kinds]
        below = [
            str(sub)
            for name in targets[0]
            for sub in self.ontology.transitive_subjects(RDFS.subClassOf, URIRef(name))
        ]
        return Shape(str(node), tuple(dict.fromkeys(below)), tuple(targets[1]), tuple(targets[2]))

    @cached_property
    def background(self) -> "rdflib.Graph":
        """What of the ontology a check may need beside the data: classes, and kinds with their properties."""
        from rdflib import RDF as R
        from rdflib import RDFS, Graph

        wanted = {str(R.type), str(RDFS.subClassOf), *self.onward, *self.backward}
        part = Graph()
        part += (triple for triple in self.ontology if str(triple[1]) in wanted)
        return part

    @cached_property
    def backward(self) -> frozenset[str]:
        """Properties that some path follows against their direction."""
        from rdflib import URIRef

        return frozenset(map(str, self.graph.objects(None, URIRef(SH + "inversePath"))))

    @cached_property
    def onward(self) -> frozenset[str]:
        """Properties that a path of several steps may follow from a neighbour."""
        from rdflib import RDF as R
        from rdflib import URIRef

        return frozenset(str(node) for node in self.graph.objects(None, R.first) if isinstance(node, URIRef))


@cache
def shapes() -> Shapes:
    """Return begat's shapes, ``ontology/shapes.ttl``; those inside the data are never used."""
    from rdflib import Graph

    files = [package_path("ontology", name) for name in ("shapes.ttl", "begat.ttl")]
    return Shapes(*(Graph().parse(file) for file in files))


@cache
def _alone(shape: Shape) -> "rdflib.Graph":
    """Return the part of the shapes graph that a shape needs: itself, and all that it leads to."""
    from rdflib import Graph, URIRef

    part, seen = Graph(), set()
    waiting: list[Any] = [URIRef(shape.iri)]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            said = list(shapes().graph.triples((node, None, None)))
            part += said
            waiting += [target for _, _, target in said]
    return part


def findings(store: ox.Store, *, sample: int | None, examples: int) -> Iterator[Finding]:
    """Check nodes of a store against every shape.

    Parameters
    ----------
    store : pyoxigraph.Store
        The data; all graphs together.
    sample : int, optional
        About so many nodes of each shape; all if None.
    examples : int
        Of each fault at most so many nodes are named.

    Yields
    ------
    Finding
        One a fault of a shape; one with a count of 0 for a shape that holds, or of which there is no node
        (`checked` is 0 then).
    """
    for shape in shapes().all:
        nodes = shape.nodes(store, sample)
        faults: dict[tuple[str, str], dict[str, str]] = {}
        for start in range(0, len(nodes), BATCH):
            _add(faults, _results(store, shape, nodes[start : start + BATCH]))
        for (check, text), broken in faults.items():
            message, _, fix = text.rpartition(": ")
            shown = tuple(islice(broken.values(), examples))
            yield Finding(check, ERROR, shape.where, len(broken), len(nodes), shown, message, fix)
        if not faults:
            yield Finding(shape.name, ERROR, shape.where, 0, len(nodes), (), "", "")


def _add(faults: dict[tuple[str, str], dict[str, str]], results: Iterable[tuple[str, str, str, str]]) -> None:
    """Collect faults by what is broken: of each node the first value."""
    for check, message, node, value in results:
        faults.setdefault((check, message), {}).setdefault(node, f"{node}{value}")


def _results(store: ox.Store, shape: Shape, nodes: Sequence[Node]) -> Iterator[tuple[str, str, str, str]]:
    """Yield check, message, node and value of each fault of some nodes."""
    import pyshacl
    from rdflib import URIRef

    known = shapes()
    data = around(store, nodes, backward=known.backward, onward=known.onward, leading=shape.objects)
    data += known.background
    conforms, report, text = pyshacl.validate(
        data,
        shacl_graph=_alone(shape),
        inplace=True,
        focus_nodes=[node.value for node in nodes],
    )
    if conforms:
        return
    assert hasattr(report, "objects"), text
    for result in report.objects(None, URIRef(SH + "result")):
        yield _result(report, result, shape)


def _result(report: Any, result: Any, shape: Shape) -> tuple[str, str, str, str]:
    from rdflib import BNode, URIRef

    def said(name: str) -> Any:
        return report.value(result, URIRef(SH + name))

    path, value = said("resultPath"), said("value")
    rule = said("sourceConstraintComponent") if path is None or isinstance(path, BNode) else path
    shown = "" if value is None or value == said("focusNode") else f" {value.n3()[:120]}"
    return f"{shape.name}/{curie(str(rule))}", str(said("resultMessage")), str(said("focusNode")), shown


def curie(iri: str, prefixes: Mapping[str, str] = {**PREFIXES, "sh": SH}) -> str:
    """Return an IRI with the prefix that begat uses for its namespace; as it is where there is none."""
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
