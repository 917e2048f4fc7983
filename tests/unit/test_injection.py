"""No value of a parameter changes a query: it is one term, or it is refused."""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import THOROUGH

from begat.errors import InputError
from begat.ids import BASE
from begat.query.named import Query
from begat.query.parameter import KINDS, Parameter
from begat.query.run import bind, queries, written
from begat.store.guard import checked
from begat.vocab import RELATIONS

VALUES = 100_000 if THOROUGH else 20_000
WORDS = "word(company|person)"
EVERY_KIND = (*KINDS, WORDS)

HARMLESS = {
    "relation": "merge",
    "integer": "1",
    "decimal": "0.5",
    "date": "2025-01-01",
    "text": "x",
    WORDS: "person",
}
"""A value of each kind that has nothing to hide; an id for the kinds of things."""

HOSTILE = (
    *("", '"', "'", '"""', "'''", "\\", "\\\\", '\\"', "\\u0022", "\\U00000022", "%22", "`", "^", "|"),
    *("<", ">", "<x:y>", "> } #", "<>", "{", "}", "{ ?s ?p ?o }", "} UNION {", "(", ")", "[", "]", ";", "."),
    *("#", "# comment", "\n#", "//", "/**/", "--", "?value", "$value", "?x", "_:b", "@en", "^^", "^^<x:y>"),
    *("\n", "\r", "\r\n", "\t", "\x00", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\ufffe", "\uffff"),
    *(
        "\u202e",
        "\u2066",
        "\u200b",
        "\u00ad",
        "\ufeff",
        "\u0301",
        "\u00e9",
        "\uff1e",
        "\uff02",
        "模型",
        "\U0001f600",
    ),
    *("\ud800", "\udfff", "\udcff", "..", "/", "../..", " ", "%", "%2", "%00", "+", "-", "&", "=", "~"),
    *('" . ?s ?p ?o . "', '"} ; DROP ALL #', "SERVICE <http://x/> {}", "SELECT * {}", "FILTER(true)"),
    *("1 || 1=1", "1; 2", "0x1", "1e9", "١", "1_0", "9" * 19, "NaN", "INF", "-", "2025-13-01", "2025-02-30"),
    *(
        "merge|copy",
        "Merge",
        "MERGE ",
        "https://",
        "https://x.org/",
        "http://x.org/>",
        "javascript:x",
        "urn:x",
    ),
)
AROUND = st.text(st.characters() | st.sampled_from("\"'\\<>{}#?$@^%/\n\r\t\x00\u202e"), max_size=5)
BEFORE = st.sampled_from(["", "1", "2025-01-01", "merge", "person", "a/b", "https://x.org/", "epoch:"])

TOKEN = re.compile(
    r"""
      (?P<skip>  [\x20\t\r\n]+ | \#[^\r\n]* )
    | (?P<iri>   <[^<>"{}|^`\\\x00-\x20]*> )
    | (?P<text>  \"\"\"(?:(?:"|"")?(?:[^"\\]|\\[tbnrf"'\\u]))*\"\"\" | "(?:[^"\\\n\r]|\\[tbnrf"'\\uU])*"
               | '(?:[^'\\\n\r]|\\[tbnrf"'\\uU])*' )
    | (?P<var>   [?$]\w+ )
    | (?P<word>  @?\w[\w:.-]* )
    | (?P<sign>  \^\^ | . )
    """,
    re.VERBOSE | re.DOTALL,
)
"""The terminals of SPARQL 1.1 that the queries of this module have, written anew from the grammar."""


def asking(kind: str) -> Query:
    """Return a query with one parameter of a kind, in a pattern, a filter, a list and a copy."""
    text = (
        "# a comment\nSELECT ?value ?copy WHERE {\n  BIND (?value AS ?copy)\n"
        '  OPTIONAL { ?s ?p ?copy . FILTER (STR(?copy) = "}") } # ?value\n'
        "} GROUP BY ?value ?copy ORDER BY ?copy\n"
    )
    parameter = Parameter("value", kind, required=True, text="a value")
    return Query("one", "", "", "", "", "", (), "", (parameter,), "value=x", text)


ASKING = {kind: asking(kind) for kind in EVERY_KIND}
EMPTY = ox.Store()


def tokens(query: str) -> list[tuple[str, str]]:
    """Return the tokens of a query with their kinds, without space and comments."""
    found = [(str(match.lastgroup), match[0]) for match in TOKEN.finditer(query)]
    return [(kind, text) for kind, text in found if kind != "skip"]


def parts(term: ox.NamedNode | ox.Literal) -> list[tuple[str, str]]:
    """Return the tokens of a term: an address, or a quoted text and its type."""
    if isinstance(term, ox.NamedNode):
        return [("iri", f"<{term.value}>")]
    quoted = str(ox.Literal(term.value))
    typed = term.datatype.value != "http://www.w3.org/2001/XMLSchema#string"
    return [("text", quoted), *([("sign", "^^"), ("iri", f"<{term.datatype.value}>")] if typed else [])]


def only_the_term_differs(query: str, kind: str, term: ox.NamedNode | ox.Literal) -> bool:
    """Whether a query with its term in place is the harmless one with another term, token by token."""
    plain = bind(ASKING[kind], {"value": HARMLESS.get(kind, "a/b")})["value"]
    expected, harmless = [], tokens(written(ASKING[kind], {"value": plain}))
    size = len(parts(plain))
    while harmless:
        here = harmless[:size] == parts(plain)
        expected += parts(term) if here else harmless[:1]
        del harmless[: size if here else 1]
    return tokens(query) == expected


def answers(query: str, **terms: ox.NamedNode | ox.Literal) -> list[tuple[object, object]]:
    """Return what the engine says are the value and its copy."""
    bound = {ox.Variable(name): term for name, term in terms.items()}
    solutions = EMPTY.query(query, substitutions=bound)
    assert isinstance(solutions, ox.QuerySolutions)
    return [(row["value"], row["copy"]) for row in solutions]


def one_of(words: Collection[str]) -> Callable[[ox.NamedNode | ox.Literal, str], bool]:
    """Return what tells whether a text is one of a list, as written."""
    return lambda term, text: term.value == text.strip() and term.value in words


CARRIED: dict[str, Callable[[ox.NamedNode | ox.Literal, str], bool]] = {
    "text": lambda term, text: term.value == text,
    "integer": lambda term, text: term.value == str(int(text.strip())),
    "decimal": lambda term, text: Decimal(term.value) == Decimal(text.strip()),
    "date": lambda term, text: date.fromisoformat(text.strip()).isoformat() == term.value,
    "relation": one_of(RELATIONS),
    WORDS: one_of(("company", "person")),
    "iri:institution": lambda term, text: unquote(term.value) == f"{BASE}/org/{nfc(text)}",
    "iri:benchmark": lambda term, text: unquote(term.value) == f"{BASE}/benchmark/{nfc(text)}",
    "iri:measure": lambda term, text: unquote(term.value) == f"{BASE}/indicator/{nfc(text)}",
}
"""What a term must carry of the text it was made from; other ids have forms of their own, see `begat.ids`."""


def nfc(text: str) -> str:
    """Return the one form of an id."""
    return unicodedata.normalize("NFC", text.strip())


def carries(kind: str, term: ox.NamedNode | ox.Literal, text: str) -> bool:
    """Whether a term says what the text said, and, if it is made from an id, nothing that needs a reader."""
    if not kind.startswith("iri:"):
        return CARRIED[kind](term, text)
    if text.strip().startswith(("https://", "http://")) and kind != "iri:model":
        return term.value == text.strip()
    whole = text.strip().startswith(("https://", "http://"))
    clean = whole or re.fullmatch(r"https://[A-Za-z0-9._~:@/%+-]+", term.value) or kind in SLUGS
    return bool(clean) and CARRIED.get(kind, lambda _term, _text: True)(term, text)


SLUGS = {"iri:licence", "iri:family"}
"""Kinds whose ids keep letters of any script, encoded, and lose signs."""


def check(kind: str, text: str) -> bool:
    """Hold one value to all of it; return whether it was accepted."""
    query = ASKING[kind]
    try:
        term = bind(query, {"value": text})["value"]
    except InputError:
        return False
    pasted = written(query, {"value": term})
    checked(pasted)
    assert only_the_term_differs(pasted, kind, term)
    assert answers(pasted) == [(term, term)]
    assert [value for value, _ in answers(query.text, value=term)] == [term]
    assert carries(kind, term, text), (kind, text, term)
    return True


def test_many_values() -> None:
    """Whatever a value holds, it is refused, or it is one term of the query and nothing else changes."""
    tried = accepted = 0

    @settings(max_examples=VALUES // len(HOSTILE) + 1, deadline=None, suppress_health_check=list(HealthCheck))
    @given(BEFORE, AROUND, AROUND, st.integers(0, len(EVERY_KIND) - 1))
    def values(start: str, before: str, after: str, first: int) -> None:
        nonlocal tried, accepted
        for number, fragment in enumerate(HOSTILE, first):
            kind = EVERY_KIND[number % len(EVERY_KIND)]
            accepted += check(kind, f"{start}{before}{fragment}{after}")
            tried += 1

    values()
    assert tried >= VALUES
    assert VALUES / 4 < accepted < tried, (tried, accepted)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_each_hostile_text_as_each_kind(kind: str) -> None:
    """Each hostile text alone, and after a good value of the kind, is held to the same."""
    good = HARMLESS.get(kind, "a/b")
    assert check(kind, good)
    for fragment in HOSTILE:
        check(kind, fragment)
        check(kind, good + fragment)
        check(kind, fragment + good)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_too_long_is_refused(kind: str) -> None:
    """What is longer than any id is an error of ours and never reaches the engine."""
    check(kind, "x" * 4_096)
    with pytest.raises(InputError, match=r"more than 4,096 characters"):
        bind(ASKING[kind], {"value": "1" * 4_097})


def test_every_kind_of_the_library_is_tried() -> None:
    """No query of the library has a kind of parameter that this module does not try."""
    kinds = {parameter.kind for query in queries().values() for parameter in query.parameters}
    assert {kind for kind in kinds if not kind.startswith("word(")} <= set(EVERY_KIND)


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        ("integer", " +007 ", "7"),
        ("integer", "-0", "0"),
        ("integer", "7\r\x1f", "7"),
        ("decimal", "7\r\x1f", "7"),
        ("decimal", "-0", "0"),
        ("decimal", "+00.50", "0.5"),
        ("decimal", "1200", "1200"),
        ("date", " 2024-02-29 ", "2024-02-29"),
    ],
)
def test_the_one_form_of_a_value(kind: str, text: str, canonical: str) -> None:
    """A number or date is bound in the form that engines give back."""
    assert bind(ASKING[kind], {"value": text})["value"].value == canonical
    assert check(kind, text)


@pytest.mark.parametrize("fragment", ['"', "\\", '" . ?s ?p ?o . "', "\n", '"} ; DROP ALL #'])
def test_pasting_would_be_found(fragment: str) -> None:
    """The check sees a value that was pasted between quotes: it is no test that can't fail."""
    pasted = ASKING["text"].sparql.replace("?value AS", f'"{fragment}" AS')
    assert not only_the_term_differs(pasted, "text", ox.Literal(fragment))
