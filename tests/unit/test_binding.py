"""Terms joined to a query's text: the same answers as when the engine binds them, whatever the terms hold."""

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from begat.errors import InputError
from begat.store.backend.binding import TOKEN, Term, bound, form, prologue

E = "http://example.org/"
UP, NAME, G = f"<{E}up>", f"<{E}name>", f"<{E}g>"

TEMPLATES = [
    f"SELECT ?v ?a {{ ?v {UP} ?a }}",
    f"SELECT ?v ?a {{ ?a {UP} $v . }} ORDER BY ?a",
    f"SELECT ?v ?a {{ ?v {UP}+ ?a }}",
    f"SELECT ?v ?a {{ ?a {UP}* ?v }}",
    f"SELECT ?v ?s {{ ?s {NAME} ?v }}",
    f"SELECT ?v ?g ?s {{ GRAPH ?g {{ ?s {NAME} ?v }} }}",
    f"SELECT ?v ?s {{ GRAPH ?v {{ ?s {UP} ?o }} }}",
    "SELECT ?v ?p { ?s ?p ?o FILTER (?p = ?v) }",
    "SELECT ?v ?s ?o { ?s ?v ?o }",
    f"SELECT ?v ?s {{ ?s {UP} ?o OPTIONAL {{ ?o {NAME} ?n FILTER (?n != ?v) }} }}",
    f"SELECT ?v ?s {{ ?s {UP} ?o {{ ?o {NAME} ?n FILTER (?n != ?v) }} }}",
    f"SELECT ?v ?s {{ {{ ?s {NAME} ?v }} UNION {{ ?s {UP} ?v }} }}",
    f"SELECT ?v ?s {{ ?s {UP} ?o FILTER NOT EXISTS {{ ?s {NAME} ?v }} }}",
    f"SELECT ?v ?s {{ ?s {UP} ?o FILTER EXISTS {{ ?o {NAME} ?v }} }}",
    f"SELECT ?v ?s {{ ?s {UP} ?o MINUS {{ ?s {NAME} ?v }} }}",
    f"SELECT ?v ?s {{ ?s {NAME} ?n FILTER (COALESCE(STR(?v), \"\") != '?v') }}",
    f"SELECT ?v (COUNT(?s) AS ?n) {{ ?s {NAME} ?v }} GROUP BY ?v ORDER BY ?v",
    f"SELECT (COUNT(DISTINCT ?v) AS ?n) ?v {{ ?s {NAME} ?v }} GROUP BY ?v",
    f"SELECT ?v ?n {{ {{ SELECT ?v (COUNT(?s) AS ?n) {{ ?s {NAME} ?v }} GROUP BY ?v }} }}",
    f"SELECT ?v ?n {{ {{ SELECT * {{ ?n {NAME} ?v }} }} }}",
    f"SELECT ?v ?s {{ ?s {NAME} ?v {{ SELECT ?s {{ ?s {UP} ?v }} }} }}",
    f"SELECT ?v ?s {{ SELECT ?v ?s {{ ?s {NAME} ?v }} }}",
    f"SELECT ?v ?s {{ ?s {NAME} ?v # }} ?v\n VALUES ?x {{ 1 2 }} }}",
    f'SELECT ?v ?s ?t {{ ?s {NAME} ?v BIND ("?v }} ?v" AS ?t) }}',
    f"SELECT ?v ?s {{ ?s {NAME} '''}} ?v''' FILTER (?s != <{E}?v>) OPTIONAL {{ ?s {UP} ?v }} }}",
    f"select ?v ?s where {{ ?s {NAME} ?v . filter (1 < 2 && ?s != ?v) }} limit 100",
]
"""A variable in every place that a named query may have it in."""

texts = st.text(max_size=12) | st.sampled_from(
    [
        '"',
        "\\",
        '"} # ',
        "?v",
        "'''",
        '"""',
        "\n",
        "\r",
        "\x00",
        "a' || 1",
        "}",
        "<x>",
        "\u202e",
        "\U0001f600",
        "$v ?w",
    ]
)
literals = st.builds(
    ox.Literal, texts.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))
) | st.builds(lambda text: ox.Literal(text, language="en-GB"), st.text("ab\"'\\\n{}?", max_size=5))
nodes = st.sampled_from(
    [ox.NamedNode(f"{E}{name}") for name in ("a", "b", "c", "g", "up", "name", "?v", "x'y")]
)


def world(term: Term) -> ox.Store:
    """Return a few statements, in which the term stands wherever it may."""
    a, b, c = (ox.NamedNode(f"{E}{name}") for name in "abc")
    up, name, graph = ox.NamedNode(f"{E}up"), ox.NamedNode(f"{E}name"), ox.NamedNode(f"{E}g")
    store = ox.Store()
    store.extend(
        [ox.Quad(a, up, b, graph), ox.Quad(b, up, c), ox.Quad(c, up, a), ox.Quad(a, name, ox.Literal("} ?v"))]
    )
    store.extend(
        [ox.Quad(b, name, term, graph), ox.Quad(c, name, term), ox.Quad(c, name, ox.Literal("other"))]
    )
    return store


def rows(store: ox.Store, query: str, substitutions: dict[ox.Variable, Term]) -> list[str]:
    """Return the rows of an answer as text, sorted."""
    found = store.query(query, substitutions=substitutions, use_default_graph_as_union=True)
    names = sorted(variable.value for variable in found.variables)
    return sorted(str([str(row[name]) for name in names]) for row in found)


def writable(query: str, term: Term) -> bool:
    """Whether a literal can stand where the query has its variable: no subject, no graph, no predicate."""
    try:
        ox.Store().query(bound(query, {"v": ox.Literal("x") if isinstance(term, ox.Literal) else term}))
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("query", TEMPLATES)
@given(term=nodes | literals)
@example(term=ox.Literal('"} # ?v \\'))
@example(term=ox.Literal("80", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")))
def test_answers_as_if_the_engine_had_bound_it(query: str, term: Term) -> None:
    """A query with the term in its text has the rows that the engine's own binding gives."""
    if writable(query, term):
        store = world(term)
        assert rows(store, bound(query, {"v": term}), {}) == rows(store, query, {ox.Variable("v"): term})


def shape(query: str) -> list[str]:
    """Return the kinds of the tokens of a query, and the signs themselves."""
    return [
        match[0] if match.lastgroup == "other" else str(match.lastgroup)
        for match in TOKEN.finditer(query)
        if not match[0].isspace()
    ]


@given(query=st.sampled_from(TEMPLATES), text=texts)
def test_no_text_changes_the_structure(query: str, text: str) -> None:
    """Two literals give the same sequence of tokens, whatever is in them."""
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        harmless = bound(query, {"v": ox.Literal("x")})
        assert shape(bound(query, {"v": ox.Literal(text)})) == shape(harmless)


def test_a_bound_variable_is_bound() -> None:
    """BOUND of the variable is true; oxigraph itself takes one that no pattern binds for never bound."""
    query = bound("SELECT ?v { ?s ?p ?o FILTER (bound( ?v ) || BOUND(?s)) }", {"v": ox.Literal("x")})
    assert query == 'SELECT ?v { ?s ?p ?o FILTER (true || BOUND(?s))  BIND ("x" AS ?v) }'


def test_sub_selects_keep_their_own_variables() -> None:
    """What a sub-select does not hand on stays; what it hands on gets a name that is free."""
    query = "SELECT ?v ?v_1 { { SELECT ?v (1 AS ?n) { ?v ?p ?o } GROUP BY ?v } { SELECT ?o { ?v ?p ?o } } }"
    assert bound(query, {"v": ox.NamedNode("x:1")}) == (
        "SELECT ?v ?v_1 { { SELECT ?v_2 (1 AS ?n) { <x:1> ?p ?o  BIND (<x:1> AS ?v_2) } GROUP BY ?v_2 }"
        " { SELECT ?o { ?v ?p ?o } }  BIND (<x:1> AS ?v) }"
    )


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("SELECT ?a { ?v ?p ?a }", "no SELECT names it"),
        ("ASK { ?v ?p ?a }", "no SELECT names it"),
        ("CONSTRUCT { ?v ?p ?a } WHERE { ?v ?p ?a }", "no SELECT names it"),
        ("SELECT ?v { ?a ?p ?o BIND (?o AS ?v) }", "is given a value in the query and from outside"),
        ("SELECT ?v { VALUES ?v { 1 2 } }", "is given a value in the query and from outside"),
        ("SELECT ?v { VALUES (?o ?v) { (1 2) } }", "is given a value in the query and from outside"),
        ("SELECT ?v ?o { ?v ?p ?o MINUS { ?v <x:p> ?q } }", "MINUS shares only [?]v with the rest"),
    ],
)
def test_what_can_not_be_bound(query: str, what: str) -> None:
    """A variable that SELECT does not name, that the query gives a value, or that alone joins a MINUS."""
    with pytest.raises(InputError, match=what):
        bound(query, {"v": ox.NamedNode("x:1")})


def test_prefixes_are_declared_once_and_on_no_line_of_their_own() -> None:
    """Prefixes that are used and not declared are put in front; lines of the query keep their numbers."""
    query = "prefix dct: <x:>\nSELECT * { ?s dct:title ?t ; begat:rank ?r }"
    assert prologue(query) == "PREFIX begat: <https://w3id.org/begat#> "


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("# SELECT\nPREFIX ask: <x:ASK> ask { }", "ASK"),
        ("BASE <x:> CONSTRUCT WHERE { ?s ?p 'SELECT' }", "CONSTRUCT"),
        ("DESCRIBE <x:SELECT>", "DESCRIBE"),
        ("nothing", ""),
    ],
)
def test_form(query: str, expected: str) -> None:
    """The form is the first word that is one, outside of comments, strings and addresses."""
    assert form(query) == expected
