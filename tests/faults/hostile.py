"""Queries that are meant to harm: families at doubling sizes, and ways to say SERVICE and LOAD."""

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

__all__ = ["CANARY", "FAMILIES", "Hostile", "fill", "hostile"]

CANARY = "http://127.0.0.1:{port}/"
LARGEST = 16_384
PREFIX = "PREFIX : <http://e.org/> "


class Hostile(NamedTuple):
    """A query with its family and size; `refused` if it must not reach a worker."""

    family: str
    size: int
    text: str
    refused: bool


def nested(opening: str, core: str, closing: str) -> Callable[[int], str]:
    """Return the function that nests a core so many times."""
    return lambda n: opening * n + core + closing * n


def expression(text: Callable[[int], str]) -> Callable[[int], str]:
    """Return the function that asks for the value of an expression."""
    return lambda n: f"SELECT ({text(n)} AS ?x) {{ }}"


def group(text: Callable[[int], str]) -> Callable[[int], str]:
    """Return the function that asks for a group pattern."""
    return lambda n: f"SELECT * {{ {text(n)} }}"


def joined(part: str, between: str) -> Callable[[int], str]:
    """Return the function that writes a part so many times; {} in it is its number."""
    return lambda n: between.join(part.replace("{}", str(i)) for i in range(n))


def doubled(n: int) -> str:
    """Return a query in which a text doubles so many times."""
    steps = " ".join(f"BIND (CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(n))
    return f'SELECT (STRLEN(?x{n}) AS ?n) {{ BIND ("aaaaaaaaaaaaaaaa" AS ?x0) {steps} }}'


def product(head: str, tail: str = "") -> Callable[[int], str]:
    """Return the function that asks for all pairs, triples ... of triples."""
    return lambda n: f"{head} {{ " + " . ".join(f"?s{i} ?p{i} ?o{i}" for i in range(n)) + f" }} {tail}"


PAIRS = "?s ?p ?o . ?a ?b ?c"
REPEATED = "'.', '$0$0$0$0'"

FAMILIES: Mapping[str, Callable[[int], str]] = {
    # nesting ends the engine's process
    "groups": group(nested("{", "?s ?p ?o", "}")),
    "calls": expression(nested("STR(", "1", ")")),
    "parentheses": expression(nested("(", "1", ")")),
    "not": expression(nested("!", "true", "")),
    "plus": expression(joined("1", "+")),
    "minus signs": expression(nested("-(", "1", ")")),
    "or": lambda n: f"ASK {{ FILTER ({joined('(1 = {})', '||')(n)}) }}",
    "exists": group(nested("FILTER EXISTS { ?s ?p ?o ", "", "}")),
    "optional": group(nested("OPTIONAL { ?s ?p ?o ", "", "}")),
    "sub-selects": group(nested("{ SELECT * { ", "?s ?p ?o", "} }")),
    "unions": group(joined("{ ?s ?p {} }", " UNION ")),
    "minus": group(nested("?s ?p ?o MINUS { ", "?s ?p 1", "}")),
    "if": expression(nested("IF(true, ", "1", ", 2)")),
    "graph": group(nested("GRAPH ?g { ", "?s ?p ?o", "}")),
    "path brackets": lambda n: f"SELECT * {{ ?s {nested('(', ':p', ')')(n)} ?o }}",
    "path stars": lambda n: f"SELECT * {{ ?s {nested('(', ':p', ')*')(n)} ?o }}",
    "inverse": lambda n: f"SELECT * {{ ?s {nested('^(', ':p', ')')(n)} ?o }}",
    # what the planner takes too long for
    "path steps": lambda n: f"SELECT * {{ ?s {joined(':p', '/')(n)} ?o }}",
    "path bars": lambda n: f"SELECT * {{ ?s {joined(':p{}', '|')(n)} ?o }}",
    "nested lists": lambda n: f"SELECT * {{ ?s ?p {nested('(', '1', ')')(n)} }}",
    "nested blank nodes": lambda n: f"SELECT * {{ {nested('[ :p ', '1', ' ]')(n)} :q 1 }}",
    "long list": lambda n: f"SELECT * {{ ?s ?p ( {joined('{}', ' ')(n)} ) }}",
    "patterns": group(joined("?s{} :p ?o{} ", ". ")),
    "chain": lambda n: "SELECT * { " + " . ".join(f"?x{i} :p ?x{i + 1}" for i in range(n)) + " }",
    "optionals": group(joined("OPTIONAL { ?s{} ?p ?o }", " ")),
    "objects": lambda n: f"SELECT * {{ ?s ?p {joined('?o{}', ', ')(n)} }}",
    # what has no end
    "product counted": product("SELECT (COUNT(*) AS ?n)"),
    "product ordered": product("SELECT *", "ORDER BY ?o0"),
    "product distinct": product("SELECT DISTINCT *"),
    "product of a filter": product("SELECT *", "HAVING (false)"),
    "product built": product("CONSTRUCT { ?s0 ?p1 ?o0 }"),
    "any path": lambda n: "SELECT (COUNT(*) AS ?n) { ?a " + "/".join(["(:p|!:p)*"] * n) + " ?b }",
    "both ends free": lambda n: "SELECT (COUNT(*) AS ?n) { ?a " + "/".join(["(:p|^:p)*"] * n) + " ?b }",
    "correlated": group(
        joined("?a{} ?b{} ?c{} FILTER NOT EXISTS { ?x{} ?y{} ?z{} FILTER (?z{} != ?c{}) }", " ")
    ),
    "doubling": doubled,
    "concatenation": lambda n: (
        f"SELECT (GROUP_CONCAT(CONCAT({', '.join(['STR(?s)'] * n)})) AS ?x) {{ {PAIRS} }}"
    ),
    "regex repeated": group(nested("?s ?p ?o FILTER REGEX(STR(?o), '(a+)+$') ", "", "")),
    "regex nested": lambda n: f"SELECT * {{ {PAIRS} FILTER REGEX(STR(?o), '{'(' * n}a{'+)' * n}+$') }}",
    "regex counted": lambda n: f"SELECT * {{ {PAIRS} FILTER REGEX(STR(?o), '(a{{1,{n}}}){{1,{n}}}b') }}",
    "replaced": lambda n: (
        f"SELECT ({nested('REPLACE(', 'STR(?o)', ', ' + REPEATED + ')')(n)} AS ?x) {{ {PAIRS} }}"
    ),
}  # fmt: skip
SIZES: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(("any path", "both ends free", "correlated"), (1, 2)),
    **dict.fromkeys(("product counted", "product ordered", "product distinct", "product built"), (3, 4, 8)),
    "product of a filter": (3, 8),
    "doubling": (4, 8, 16, 32, 64),
    "concatenation": (1, 8),
    "replaced": (2, 8, 16),
    "regex counted": (16, 64, 1024),
}
DOUBLING = (4, 16, 64, 128, 512, 1024, 2048, 4096, 8192)

SERVICES = (
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { sErViCe <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE # <x>\n <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE\t\r\n<URL>{ } }",
    "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "PREFIX x: <URL> SELECT * { SERVICE x:path { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <p> { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { BIND (<URL> AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { OPTIONAL { SERVICE SILENT <URL> { } } }",
    "SELECT * { { } UNION { SERVICE <URL> { } } }",
    "SELECT * { MINUS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { GRAPH ?g { SERVICE <URL> { ?s ?p ?o } } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * {SERVICE<URL>{?s ?p ?o}}",
    "SELECT * {SERVICESILENT<URL>{?s ?p ?o}}",
    "SELECT * { ?s ?p 1SERVICE<URL>{} }",
    "SELECT * { ?s ?p 1e0SERVICE<URL>{} }",
    "SELECT * { ?s ?p trueSERVICE<URL>{} }",
    "SELECT * { ?s ?p 'x'SERVICE<URL>{} }",
    "SELECT * { ?s ?p <a:b>SERVICE<URL>{} }",
    "SELECT * { ?s ?p '''it's'''SERVICE<URL>{} }",
    "SELECT * { ?s ?p '\\\\'SERVICE<URL>{} } # '",
    "SELECT * { ?s ?p '\\'' SERVICE <URL> {} } # '",
    "SELECT * { FILTER (?a<?b)SERVICE<URL>{} FILTER (?c>?d) }",
    "PREFIX : <URL> SELECT * { FILTER (?a<?b)SERVICE:x#>\n{ } }",
    "PREFIX : <URL> SELECT * { ?s ?p ?o.SERVICE:{ } }",
    "PREFIX : <URL> PREFIX service: <URL> SELECT * { service:x{ } }",
    "PREFIX : <URL> SELECT * { SERVICE:x #\n { } }",
    "SELECT * { SERV\\u0049CE <URL> { } }",
    "SELECT * { \\U00000053ERVICE <URL> { } }",
    "# '\nSELECT * { SERVICE <URL> { } } # '",
    "SELECT * { ?s ?p \"\"\"\\\"\"\"\"SERVICE<URL>{} }",
    "SELECT ?service { ?service ?p 'SERVICE' . SERVICE <URL> { } }",
)  # fmt: skip
"""All must be refused; URL stands for the address that counts who comes."""

UPDATES = (
    "LOAD <URL>",
    "LOAD SILENT <URL> INTO GRAPH <a:b>",
    "load # x\n <URL>",
    "PREFIX x: <URL> LOAD x:y",
    "BASE <URL> LOAD <y>",
    "LOAD <file:///etc/passwd>",
    "INSERT DATA { <a:a> <a:a> <a:a> }",
    "DELETE WHERE { ?s ?p ?o }",
    "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP SILENT ALL",
    "COPY <a:a> TO <a:b>",
    "ASK { } ; LOAD <URL>",
    "SELECT * { } LOAD <URL>",
    "SELECT * FROM <URL> { ?s ?p ?o } ; CLEAR ALL",
)
FETCHES = (
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    "DESCRIBE <URL>",
    "SELECT * { <URL> ?p ?o }",
    "SELECT (IRI('URL') AS ?x) (<URL>('x') AS ?y) { }",
)
"""They parse, and still nobody may be asked."""

GARBAGE = (
    *("", "\0", "SELECT", "SELECT * {", "\\", "\ufeffASK {}", "\ud800", "SELECT * { ?s ?p '\ud83d' }"),
    *("'" * 99, '"""' * 5, "<" * 9_999, "{" * 9_000, "}" * 9_000, "(" * 4_000 + ")" * 4_000),
    *("PREFIX " * 2_000, "?x " * 5_000, "ASK { " + "?s ?p ?o " * 2_000),
)


def hostile(url: str) -> Iterator[Hostile]:
    """Yield all hostile queries; `url` is where nobody may come."""
    for family, make in FAMILIES.items():
        for size in SIZES.get(family, DOUBLING):
            text = PREFIX + make(size)
            if len(text) <= LARGEST:
                yield Hostile(family, size, text, refused=False)
    for family, texts in (("service", SERVICES), ("update", UPDATES), ("fetch", FETCHES)):
        for number, text in enumerate(texts):
            yield Hostile(family, number, text.replace("URL", url), refused=family != "fetch")
    for number, text in enumerate(GARBAGE):
        yield Hostile("garbage", number, text, refused=True)


def fill(folder: Path, triples: int, seed: int = 0) -> None:
    """Write a store of a random graph with labels into a folder."""
    chance = random.Random(seed)
    store = ox.Store(str(folder))

    def node() -> ox.NamedNode:
        return ox.NamedNode(f"http://e.org/{chance.randrange(triples // 3)}")

    edge, label = ox.NamedNode("http://e.org/p"), ox.NamedNode("http://e.org/label")
    quads = (ox.Quad(node(), edge, node(), ox.NamedNode("http://e.org/g")) for _ in range(triples // 2))
    store.bulk_extend(quads)
    store.bulk_extend(
        ox.Quad(node(), label, ox.Literal("a" * chance.randrange(60)), ox.DefaultGraph())
        for _ in range(triples // 2)
    )
    store.flush()
