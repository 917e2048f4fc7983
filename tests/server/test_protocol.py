"""SPARQL 1.1 Protocol, section 2: each rule for a service that only reads, over HTTP.

The names of the tests follow the sections of the recommendation: 2.1 query operation, 2.1.1 by GET, 2.1.2 by
POST of a form, 2.1.3 by POST of the query, 2.1.4 the data set, 2.1.5 formats, 2.1.6 success, 2.1.7 failure,
2.2 update operation.
"""

from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from tests.server.running import Running

ASK = "ASK {}"
IN = "SELECT ?o { ?s <http://example.org/in> ?o }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
XSD = "<http://www.w3.org/2001/XMLSchema#"
G1, G2 = "http://example.org/g1", "http://example.org/g2"


def sparql(**parameters: str) -> str:
    """Return a target of the endpoint with parameters; an underscore in a name is a hyphen."""
    return "/sparql?" + urlencode({name.replace("_", "-"): text for name, text in parameters.items()})


def test_2_1_1_query_by_get(small: Running) -> None:
    """A query comes percent-encoded in the parameter `query` of a GET."""
    reply = small.get(sparql(query=IN))
    assert (reply.status, reply.values) == (200, {"default", "one", "two"})


def test_2_1_1_a_plus_is_a_blank(small: Running) -> None:
    """In the query string a plus is a blank, and an encoded plus is a plus."""
    reply = small.get("/sparql?query=SELECT+(1%2B1+AS+?n)+%7B%7D")
    assert reply.values == {"2"}


def test_2_1_1_head_is_get_without_body(small: Running) -> None:
    """HEAD has the status and headers of GET, and no body."""
    get, head = small.get(sparql(query=IN)), small.send("HEAD", sparql(query=IN))
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length"):
        assert head.headers[name] == get.headers[name]


def test_2_1_2_query_by_post_of_a_form(small: Running) -> None:
    """A query comes in the form of a POST, and so do the graphs."""
    body = urlencode({"query": IN, "default-graph-uri": G1})
    reply = small.send("POST", "/sparql", body, FORM)
    assert (reply.status, reply.values) == (200, {"one"})


def test_2_1_2_the_media_type_may_have_parameters(small: Running) -> None:
    """A form that says that it is UTF-8 is a form, in any case of letters."""
    kind = {"Content-Type": "Application/X-WWW-Form-URLencoded; charset=UTF-8"}
    assert small.send("POST", "/sparql", urlencode({"query": ASK}), kind).json["boolean"] is True


def test_2_1_3_query_by_post_of_itself(small: Running) -> None:
    """A query comes unencoded as the body of a POST, the graphs in the query string."""
    reply = small.send("POST", f"/sparql?default-graph-uri={quote(G2)}", IN, DIRECT)
    assert (reply.status, reply.values) == (200, {"two"})


def test_2_1_3_the_body_is_utf8(small: Running) -> None:
    """The query itself is UTF-8, with or without saying so."""
    text = "SELECT ('通义' AS ?x) {}"
    for kind in ("application/sparql-query", "application/sparql-query; charset=utf-8"):
        assert small.send("POST", "/sparql", text, {"Content-Type": kind}).values == {"通义"}


@pytest.mark.parametrize(
    "kind", ["application/sparql-query; charset=utf-16", 'application/sparql-query;charset="latin1"']
)
def test_2_1_3_another_charset_is_refused(small: Running, kind: str) -> None:
    """A query in another encoding is refused rather than misread."""
    assert small.send("POST", "/sparql", ASK, {"Content-Type": kind}).status == 415


def test_2_1_exactly_one_query(small: Running) -> None:
    """A query that is given twice is refused, however it is given twice."""
    twice = urlencode([("query", ASK), ("query", ASK)])
    assert small.get(f"/sparql?{twice}").status == 400
    assert small.send("POST", "/sparql", twice, FORM).status == 400
    assert small.send("POST", sparql(query=ASK), urlencode({"query": ASK}), FORM).status == 400
    assert small.send("POST", sparql(query=ASK), ASK, DIRECT).status == 400


def test_2_1_without_query(small: Running) -> None:
    """A POST without a query, or an empty one, is refused; a GET gets the service description."""
    assert small.send("POST", "/sparql", "x=1", FORM).status == 400
    assert small.send("POST", "/sparql", "query=", FORM).status == 400
    assert small.send("POST", "/sparql", "", DIRECT).status == 400
    assert small.get("/sparql?query=").status == 400
    assert small.get("/sparql").kind == "text/turtle"


def test_2_1_unknown_parameters_are_passed_over(small: Running) -> None:
    """Clients may send parameters of other servers."""
    assert small.get(sparql(query=ASK, timeout="5", debug="on")).status == 200


def test_2_1_4_no_graphs_given(small: Running) -> None:
    """Without graphs the data set is the service's own: here all graphs together, and each by name."""
    assert small.get(sparql(query=IN)).values == {"default", "one", "two"}
    named = "SELECT ?g { GRAPH ?g { ?s <http://example.org/in> ?o } }"
    assert small.get(sparql(query=named)).values == {G1, G2}


def test_2_1_4_default_graphs(small: Running) -> None:
    """`default-graph-uri`, also repeated, makes up the default graph, and there are no named graphs."""
    both = urlencode([("query", IN), ("default-graph-uri", G1), ("default-graph-uri", G2)])
    assert small.get(f"/sparql?{both}").values == {"one", "two"}
    named = sparql(query="SELECT ?g { GRAPH ?g { ?s ?p ?o } }", default_graph_uri=G1)
    assert small.get(named).values == set()


def test_2_1_4_named_graphs(small: Running) -> None:
    """`named-graph-uri`, also repeated, makes up the named graphs, and the default graph is empty."""
    named = "SELECT ?o { GRAPH ?g { ?s <http://example.org/in> ?o } }"
    assert small.get(sparql(query=named, named_graph_uri=G2)).values == {"two"}
    both = urlencode([("query", named), ("named-graph-uri", G1), ("named-graph-uri", G2)])
    assert small.get(f"/sparql?{both}").values == {"one", "two"}
    assert small.get(sparql(query=IN, named_graph_uri=G2)).values == set()


def test_2_1_4_both_kinds_of_graph(small: Running) -> None:
    """Default and named graphs can be given together."""
    text = "SELECT ?o ?n { ?s <http://example.org/in> ?o . GRAPH ?g { ?t <http://example.org/n> ?n } }"
    asked = sparql(query=text, default_graph_uri=G1, named_graph_uri=G2)
    assert small.get(asked).values == {"one", "2"}


def test_2_1_4_the_protocol_goes_before_from(small: Running) -> None:
    """Graphs of the protocol replace those that the query names with FROM."""
    text = f"SELECT ?o FROM <{G1}> {{ ?s <http://example.org/in> ?o }}"
    assert small.get(sparql(query=text)).values == {"one"}
    assert small.get(sparql(query=text, default_graph_uri=G2)).values == {"two"}
    body = urlencode({"query": text, "default-graph-uri": G2})
    assert small.send("POST", "/sparql", body, FORM).values == {"two"}


def test_2_1_4_a_graph_is_an_iri(small: Running) -> None:
    """What is no absolute IRI names no graph."""
    for wrong in ("g1", "", "http://example.org/a b", "http://example.org/>"):
        assert small.get(sparql(query=ASK, default_graph_uri=wrong)).status == 400


RESULTS = {
    "application/sparql-results+json": b'{"head"',
    "application/sparql-results+xml": b"<?xml",
    "text/csv": b"o\r\n",
    "text/tab-separated-values": b"?o\n",
    "application/json": b'{"head"',
    "application/xml": b"<?xml",
}
GRAPHS = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")
CONSTRUCT = "CONSTRUCT WHERE { ?s <http://example.org/in> ?o }"
TRIPLES = {
    CONSTRUCT: {("a", "in", '"default"'), ("a", "in", '"one"'), ("b", "in", '"two"@en')},
    "DESCRIBE <http://example.org/b>": {("b", "in", '"two"@en'), ("b", "n", '"2"^^xsd:integer')},
}


def short(term: object) -> str:
    """Return a term as this page writes it."""
    return str(term).replace("<http://example.org/", "").replace(XSD, "xsd:").removesuffix(">")


@pytest.mark.parametrize("kind", GRAPHS)
@pytest.mark.parametrize("text", TRIPLES, ids=lambda text: text[:8])
def test_2_1_5_formats_of_graphs(small: Running, kind: str, text: str) -> None:
    """Graphs come in each format of the W3C, as Accept asks, and hold the triples asked for."""
    reply = small.get(sparql(query=text), Accept=kind)
    assert (reply.status, reply.kind) == (200, kind)
    found = ox.parse(reply.body, format=ox.RdfFormat.from_media_type(kind))
    assert {tuple(map(short, quad.triple)) for quad in found} == TRIPLES[text]


def test_2_1_5_defaults(small: Running) -> None:
    """Who accepts everything gets JSON for rows and Turtle for graphs."""
    for headers in ({}, {"Accept": "*/*"}):
        assert small.get(sparql(query=IN), **headers).kind == "application/sparql-results+json"
        assert small.get(sparql(query="CONSTRUCT WHERE {?s ?p ?o}"), **headers).kind == "text/turtle"


def test_2_1_5_quality_decides(small: Running) -> None:
    """Of several acceptable media types the one of the highest quality is sent."""
    accept = "application/sparql-results+xml;q=0.2, text/csv;q=0.9, */*;q=0.1"
    assert small.get(sparql(query=IN), Accept=accept).kind == "text/csv"


def test_2_1_5_a_parameter_goes_before_accept(small: Running) -> None:
    """`format`, also called `output`, chooses where a header can't be set."""
    assert small.get(sparql(query=IN, format="csv"), Accept="text/turtle").kind == "text/csv"
    assert small.get(sparql(query=IN, output="xml")).kind == "application/sparql-results+xml"
    construct = "CONSTRUCT WHERE { ?s ?p ?o }"
    assert small.get(sparql(query=construct, format="application/n-triples")).kind == "application/n-triples"
    assert small.get(sparql(query=ASK, format="papyrus")).status == 400


@pytest.mark.parametrize(
    ("text", "accept"), [(IN, "text/turtle"), ("DESCRIBE <x:y>", "text/csv"), (ASK, "image/png")]
)
def test_2_1_5_not_acceptable(small: Running, text: str, accept: str) -> None:
    """If a query can't be answered in anything that is accepted, the status says so."""
    assert small.get(sparql(query=text), Accept=accept).status == 406


def test_2_1_6_the_answer_is_whole(small: Running) -> None:
    """An answer that was not cut has no mark of it."""
    reply = small.get(sparql(query=IN))
    assert "begat-truncated" not in reply.headers
    assert set(reply.json) == {"head", "results"}


@pytest.mark.parametrize(
    "text", ["SELECT", "SELECT ?x { ?x ?y }", "ASK { ?s ?p ?o", "\x00", "SELECT (1 AS ?x) (2 AS ?x) {}"]
)
def test_2_1_7_malformed_query(small: Running, text: str) -> None:
    """What is no SPARQL is answered with 400 and says what is wrong."""
    reply = small.get(sparql(query=text))
    assert reply.status == 400
    assert reply.json["error"]["what"]


def test_2_1_7_not_utf8(small: Running) -> None:
    """Bytes that are not UTF-8 are refused, in each way to send a query."""
    assert small.get("/sparql?query=%FF").status == 400
    assert small.send("POST", "/sparql", b"query=%C3%28", FORM).status == 400
    assert small.send("POST", "/sparql", b"ASK {} # \xff", DIRECT).status == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_2_1_7_wrong_media_type(small: Running, kind: str) -> None:
    """A body that is neither a form nor a query is refused, with what would do."""
    reply = small.send("POST", "/sparql", ASK, {"Content-Type": kind} if kind else {})
    assert reply.status == 415
    assert "application/sparql-query" in reply.headers["accept-post"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "QUERY"])
def test_2_1_7_wrong_method(small: Running, method: str) -> None:
    """Other methods are refused, and the allowed ones named."""
    reply = small.send(method, sparql(query=ASK))
    assert reply.status == 405
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_options(small: Running) -> None:
    """OPTIONS names the methods."""
    reply = small.send("OPTIONS", "/sparql")
    assert (reply.status, reply.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")


UPDATE = "INSERT DATA { <x:a> <x:b> <x:c> }"


@pytest.mark.parametrize(
    ("method", "target", "body", "kind"),
    [
        ("POST", "/sparql", urlencode({"update": UPDATE}), FORM),
        ("POST", "/sparql", UPDATE, {"Content-Type": "application/sparql-update"}),
        ("GET", sparql(update=UPDATE), None, {}),
        ("POST", sparql(using_graph_uri=G1), urlencode({"update": UPDATE, "query": ASK}), FORM),
    ],
)
def test_2_2_update_is_refused(
    small: Running, method: str, target: str, body: str | None, kind: dict[str, str]
) -> None:
    """An update is refused in each way to send it, and says that the endpoint is read-only."""
    reply = small.send(method, target, body, kind)
    assert reply.status == 403
    assert "read-only" in reply.json["error"]["what"]


def test_2_2_an_update_sent_as_query_is_refused(small: Running) -> None:
    """An update in the place of a query changes nothing."""
    for text in (UPDATE, "CLEAR ALL", "LOAD <file:///etc/passwd>"):
        assert small.get(sparql(query=text)).status == 400
    assert small.get(sparql(query="ASK { <x:a> <x:b> <x:c> }")).json["boolean"] is False


def test_service_is_refused(small: Running) -> None:
    """A query that would ask another server is refused."""
    reply = small.get(sparql(query="SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"))
    assert reply.status == 400
    assert "SERVICE" in reply.json["error"]["what"]
