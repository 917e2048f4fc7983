"""The service description, and the Graph Store HTTP Protocol as far as it reads."""

from urllib.parse import quote

import pyoxigraph as ox
import pytest
from tests.server.running import Running

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
G1 = "http://example.org/g1"
KINDS = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")


def parsed(body: bytes, kind: str) -> ox.Store:
    """Return a graph as a store."""
    store = ox.Store()
    store.extend(ox.parse(body, format=ox.RdfFormat.from_media_type(kind)))
    return store


def rows(store: ox.Store, text: str) -> set[tuple[str, ...]]:
    """Return the rows of a query, as text."""
    found = store.query(f"PREFIX sd: <{SD}> PREFIX void: <{VOID}> {text}")
    return {tuple(term.value for term in row) for row in found}


@pytest.mark.parametrize("kind", KINDS)
def test_description_in_each_format(small: Running, kind: str) -> None:
    """The description says where the endpoint is, what it speaks, and what it can't do."""
    reply = small.get("/sparql", Accept=kind)
    assert (reply.status, reply.kind) == (200, kind)
    store = parsed(reply.body, kind)
    endpoint = "SELECT ?e ?l { ?s a sd:Service ; sd:endpoint ?e ; sd:supportedLanguage ?l }"
    assert rows(store, endpoint) == {(f"{small.root}/sparql", f"{SD}SPARQL11Query")}
    features = rows(store, "SELECT ?f { ?s sd:feature ?f }")
    assert features == {(f"{SD}UnionDefaultGraph",)}  # and so no BasicFederatedQuery
    formats = {name.rpartition("/")[2] for (name,) in rows(store, "SELECT ?f { ?s sd:resultFormat ?f }")}
    assert formats >= {"SPARQL_Results_JSON", "SPARQL_Results_XML", "Turtle", "N-Triples"}


def test_description_counts_the_graphs(small: Running) -> None:
    """Each named graph is listed with its triples; the default graph has those of all."""
    store = parsed(small.get("/sparql").body, "text/turtle")
    named = "SELECT ?n ?c { ?d sd:namedGraph [ sd:name ?n ; sd:graph [ void:triples ?c ] ] }"
    assert rows(store, named) == {(G1, "2"), ("http://example.org/g2", "2")}
    default = "SELECT ?c { ?d sd:defaultGraph [ void:triples ?c ] }"
    assert rows(store, default) == {("5",)}


def test_description_is_of_what_is_there(whole: Running) -> None:
    """The counts of the description are those that queries find."""
    store = parsed(whole.get("/sparql").body, "text/turtle")
    named = "SELECT ?n ?c { ?d sd:namedGraph [ sd:name ?n ; sd:graph [ void:triples ?c ] ] }"
    counted = whole.get(
        f"/sparql?query={quote('SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g')}"
    )
    found = {(row["g"]["value"], row["n"]["value"]) for row in counted.json["results"]["bindings"]}
    assert rows(store, named) == found


def test_description_has_no_other_format(small: Running) -> None:
    """Who accepts no RDF gets no description."""
    assert small.get("/sparql", Accept="image/png").status == 406
    assert small.get("/sparql?format=ntriples").kind == "application/n-triples"


@pytest.mark.parametrize("kind", KINDS)
def test_indirect_read(small: Running, kind: str) -> None:
    """`?graph=IRI` gives a graph in each format."""
    reply = small.get(f"/graphs?graph={quote(G1, safe='')}", Accept=kind)
    assert (reply.status, reply.kind) == (200, kind)
    assert {str(quad.object) for quad in parsed(reply.body, kind)} == {'"one"', "<http://example.org/b>"}


def test_default_graph(small: Running) -> None:
    """`?default` gives the default graph: here all graphs together, as the description says."""
    store = parsed(small.get("/graphs?default", Accept="application/n-triples").body, "application/n-triples")
    assert len(store) == 5


def test_head_has_no_body(small: Running) -> None:
    """HEAD says whether a graph is there, without it."""
    reply = small.send("HEAD", f"/graphs?graph={quote(G1, safe='')}")
    assert (reply.status, reply.body, reply.kind) == (200, b"", "text/turtle")
    assert small.send("HEAD", "/graphs?graph=x:y").status == 404


@pytest.mark.parametrize(
    "target", ["/graphs", "/graphs?default&graph=x:y", "/graphs?graph=x:y&graph=x:z", "/graphs?graph=g1"]
)
def test_one_graph_is_named(small: Running, target: str) -> None:
    """Exactly one graph is asked for, by an absolute IRI."""
    assert small.get(target).status == 400


def test_unknown_graph(small: Running) -> None:
    """A graph that is not there is not found, rather than empty."""
    assert small.get("/graphs?graph=http://example.org/none").status == 404
    assert small.get("/graphs/none/at/all").status == 404


def test_direct_read(whole: Running) -> None:
    """A graph of begat is found by the path of its own name."""
    name = next(name for name in whole.service.served.graphs if name.startswith("https://w3id.org/begat/g/"))
    path = name.removeprefix("https://w3id.org/begat/g/")
    direct = whole.get(f"/graphs/{path}", Accept="application/n-triples")
    indirect = whole.get(f"/graphs?graph={quote(name, safe='')}", Accept="application/n-triples")
    assert direct.status == 200
    assert direct.body == indirect.body


def test_not_acceptable(small: Running) -> None:
    """A graph can't be had in another format."""
    assert small.get("/graphs?default", Accept="text/html").status == 406


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("target", ["/graphs?default", f"/graphs?graph={G1}", "/graphs/a"])
def test_writing_is_refused(small: Running, method: str, target: str) -> None:
    """Nothing can be written, and the answer says what can be done."""
    reply = small.send(method, target, "<x:a> <x:b> <x:c> .", {"Content-Type": "text/turtle"})
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
