"""The service description: what this endpoint is and can do, as RDF (SPARQL 1.1 Service Description)."""

import pyoxigraph as ox

from begat.server.served import Served

__all__ = ["description"]

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
DCTERMS = "http://purl.org/dc/terms/"
FORMATS = "http://www.w3.org/ns/formats/"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")

WRITTEN = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "JSON-LD", "RDF_XML"),
)
"""Formats of answers, as the W3C names them."""

PREFIXES = {"sd": SD, "void": VOID, "dcterms": DCTERMS, "format": FORMATS}


def description(served: Served, endpoint: str, media_type: str) -> bytes:
    """Return the description of an endpoint.

    Parameters
    ----------
    served : Served
        What is served: its graphs are listed with the number of their statements.
    endpoint : str
        The address of the endpoint.
    media_type : str
        A format of graphs; see `begat.server.negotiation.GRAPHS`.
    """
    triples = [*_service(served, endpoint), *_dataset(served)]
    form = ox.RdfFormat.from_media_type(media_type)
    return ox.serialize(triples, format=form, prefixes=PREFIXES) or b""


def _service(served: Served, endpoint: str) -> list[ox.Triple]:
    service, address = ox.BlankNode("service"), ox.NamedNode(endpoint)
    union = [_triple(service, "feature", ox.NamedNode(f"{SD}UnionDefaultGraph"))] if served.union else []
    return [
        ox.Triple(service, TYPE, ox.NamedNode(f"{SD}Service")),
        _triple(service, "endpoint", address),
        _triple(service, "supportedLanguage", ox.NamedNode(f"{SD}SPARQL11Query")),
        *union,
        *(_triple(service, "resultFormat", ox.NamedNode(FORMATS + name)) for name in WRITTEN),
        _triple(service, "defaultDataset", ox.BlankNode("dataset")),
    ]


def _dataset(served: Served) -> list[ox.Triple]:
    dataset, default = ox.BlankNode("dataset"), ox.BlankNode("default")
    total = sum(served.graphs.values()) if served.union else served.graphs.get("", 0)
    title = ox.Triple(dataset, ox.NamedNode(f"{DCTERMS}title"), ox.Literal(served.name))
    found = [
        ox.Triple(dataset, TYPE, ox.NamedNode(f"{SD}Dataset")),
        title,
        _triple(dataset, "defaultGraph", default),
        *_graph(default, total),
    ]
    for number, (name, size) in enumerate(_named(served)):
        entry, graph = ox.BlankNode(f"n{number}"), ox.BlankNode(f"g{number}")
        found += [
            _triple(dataset, "namedGraph", entry),
            ox.Triple(entry, TYPE, ox.NamedNode(f"{SD}NamedGraph")),
            _triple(entry, "name", ox.NamedNode(name)),
            _triple(entry, "graph", graph),
            *_graph(graph, size),
        ]
    return found


def _named(served: Served) -> list[tuple[str, int]]:
    """Named graphs with an IRI, in order: a graph named by a blank node can't be asked for by name."""
    return sorted((name, size) for name, size in served.graphs.items() if ":" in name)


def _graph(node: ox.BlankNode, size: int) -> list[ox.Triple]:
    count = ox.Literal(str(size), datatype=INTEGER)
    return [
        ox.Triple(node, TYPE, ox.NamedNode(f"{SD}Graph")),
        ox.Triple(node, ox.NamedNode(f"{VOID}triples"), count),
    ]


def _triple(subject: ox.BlankNode, name: str, value: ox.NamedNode | ox.BlankNode) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(SD + name), value)
