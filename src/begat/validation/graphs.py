"""What SHACL can't see: whether graphs with edges are described, whether evidence holds its edge."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from begat import ids
from begat.store import sparql
from begat.validation.finding import ERROR, Finding
from begat.vocab import BEGAT, PROV, XSD

__all__ = ["CHECKS", "Check", "findings"]

META = ox.NamedNode(f"{ids.GRAPHS}/meta")
NUMBERS = (XSD.DECIMAL, XSD.INTEGER)


class Check(NamedTuple):
    """A check of named graphs: `problems` returns how many things it looked at, and those that break it."""

    name: str
    problems: Callable[[ox.Store], tuple[int, list[str]]]
    message: str
    fix: str


def findings(store: ox.Store, examples: int) -> Iterator[Finding]:
    """Yield the outcome of each check of named graphs."""
    for check in CHECKS:
        looked, problems = check.problems(store)
        some = tuple(problems[:examples])
        yield Finding(
            check.name, ERROR, "named graphs", len(problems), looked, some, check.message, check.fix
        )


def _described(store: ox.Store) -> tuple[int, list[str]]:
    """Find graphs that hold derivations and of which g/meta does not say method, time and confidence."""
    graphs = [graph for graph in store.named_graphs() if _has_edge(store, graph)]
    lost = [
        (graph, [name for name, test in NEEDED.items() if not test(_values(store, graph, name))])
        for graph in graphs
    ]
    return len(graphs), [f"{graph.value}: {', '.join(names)}" for graph, names in lost if names]


def _has_edge(store: ox.Store, graph: ox.NamedNode | ox.BlankNode) -> bool:
    edges = store.quads_for_pattern(None, ox.NamedNode(PROV.WAS_DERIVED_FROM), None, graph)
    return next(iter(edges), None) is not None


def _values(store: ox.Store, graph: ox.NamedNode | ox.BlankNode, name: str) -> list[ox.Literal]:
    quads = store.quads_for_pattern(graph, ox.NamedNode(TERMS[name]), None, META)
    return [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]


def _one(values: list[ox.Literal]) -> bool:
    return len(values) == 1 and bool(values[0].value)


def _sure(values: list[ox.Literal]) -> bool:
    return _one(values) and values[0].datatype.value in NUMBERS and 0 <= float(values[0].value) <= 1


TERMS = {
    "method": BEGAT.EXTRACTION_METHOD,
    "time": PROV.GENERATED_AT_TIME,
    "confidence": BEGAT.CONFIDENCE,
}
NEEDED: dict[str, Callable[[list[ox.Literal]], bool]] = {"method": _one, "time": _one, "confidence": _sure}


def _evidence(store: ox.Store) -> tuple[int, list[str]]:
    """Find derivation nodes that name as evidence a graph without their edge."""
    rows = sparql(store, "SELECT DISTINCT ?node ?graph { ?node begat:evidence ?graph }").rows
    lost = sparql(store, UNSUPPORTED).rows
    return len(rows), [f"{row['node']} in {row['graph']}" for row in lost]


UNSUPPORTED = """SELECT DISTINCT ?node ?graph {
    ?child prov:qualifiedDerivation ?node . ?node prov:entity ?parent ; begat:evidence ?graph .
    FILTER NOT EXISTS { GRAPH ?graph { ?child prov:wasDerivedFrom ?parent } }
} ORDER BY ?node ?graph"""


def _ends(store: ox.Store) -> tuple[int, list[str]]:
    """Find edges whose ends are the same but for letter case."""
    edges = store.quads_for_pattern(None, ox.NamedNode(PROV.WAS_DERIVED_FROM), None, None)
    count, same = 0, set()
    for quad in edges:
        count += 1
        child, parent = str(quad.subject).strip("<>"), str(quad.object).strip("<>")
        if len(child) == len(parent) and child.casefold() == parent.casefold():
            same.add(f"{child} from {parent}")
    return count, sorted(same)


CHECKS = (
    Check(
        "graph-described",
        _described,
        "a graph holds derivations, and g/meta does not say, once, by which method, when and how sure",
        "Describe it in https://w3id.org/begat/g/meta: begat:extractionMethod, prov:generatedAtTime, "
        "begat:confidence from 0 to 1.",
    ),
    Check(
        "evidence-holds-edge",
        _evidence,
        "a derivation names as begat:evidence a graph that does not hold its edge",
        "State the edge in that graph, or take the graph from the node.",
    ),
    Check(
        "ends-differ",
        _ends,
        "the two ends of a derivation are the same but for letter case",
        "They are one model: keep one spelling, and lead the other to it by begat:renamedTo.",
    ),
)
