"""begat's way to an answer (check, worker, bindings, formats) against the engine asked in this process."""

import asyncio
import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests import corpus

from begat.query.run import bind, queries
from begat.registry import open_registry
from begat.server.pool import Pool
from begat.server.question import Answer, Limits, Question
from begat.vocab import PREFIXES

ROWS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "text/csv": ox.QueryResultsFormat.CSV,
}
TRUTHS = dict(list(ROWS.items())[:2])
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
LIMITS = Limits(fast_workers=1, fast_seconds=20, rows=1_000_000, answer=100 << 20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the data of the corpus."""
    path = tmp_path_factory.mktemp("corpus")
    corpus.load(path)
    return path


def ask_all(folder: Path, questions: list[Question]) -> list[Answer]:
    """Return the answers of a pool; an error of one of them is raised."""

    async def whole() -> list[Answer]:
        pool = Pool(folder, LIMITS)
        await pool.start()
        try:
            return [await pool.ask(question) for question in questions]
        finally:
            await pool.stop()

    return asyncio.run(whole())


def formats(raw: Any) -> dict[str, Any]:
    """Return the formats in which an answer of the engine is compared."""
    if isinstance(raw, ox.QueryBoolean):
        return dict(TRUTHS)
    return dict(ROWS) if isinstance(raw, ox.QuerySolutions) else dict(GRAPHS)


def rows(body: bytes, form: Any) -> Counter[Any]:
    """Return what a body says, whatever the order of its rows and the names of its blank nodes."""
    if form == ox.QueryResultsFormat.CSV:
        return Counter(tuple(row) for row in csv.reader(io.StringIO(body.decode())))
    parsed = ox.parse_query_results(body, format=form)
    if isinstance(parsed, ox.QueryBoolean):
        return Counter([bool(parsed)])
    names = tuple(variable.value for variable in parsed.variables)
    return Counter([names, *(tuple(map(str, row)) for row in parsed)])


def graph(body: bytes, form: ox.RdfFormat) -> ox.Dataset:
    """Return the triples of a body with canonical names of its blank nodes."""
    dataset = ox.Dataset(ox.parse(body, format=form))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def same(answer: Answer, raw: Any, form: Any, *, ordered: bool) -> bool:
    """Return whether an answer says what the engine says, byte by byte where its order is determined."""
    if isinstance(raw, ox.QueryTriples):
        text = ox.serialize(raw, format=ox.RdfFormat.N_TRIPLES)
        return graph(answer.body, form) == graph(text or b"", ox.RdfFormat.N_TRIPLES)
    text = raw.serialize(format=form)
    return answer.body == text if ordered else rows(answer.body, form) == rows(text, form)


def differing(
    folder: Path, texts: dict[str, str], ask: Callable[[ox.Store, str], Any], **asked: tuple[str, ...]
) -> list[str]:
    """Return the queries and formats in which the two ways differ."""
    store = ox.Store.read_only(str(folder))
    cases = [
        (title, text, media) for title, text in texts.items() for media in formats(ask(store, text)).items()
    ]
    types = [(media_type, form) for _, _, (media_type, form) in cases]
    questions = [
        Question(text, dict.fromkeys(("select", "ask", "graph"), media_type), **asked)
        for (_, text, _), (media_type, _) in zip(cases, types, strict=True)
    ]
    answers = ask_all(folder, questions)
    return [
        f"{title} as {media_type}"
        for (title, text, (media_type, form)), answer in zip(cases, answers, strict=True)
        if answer.truncated
        or not same(answer, ask(store, text), form, ordered=bool(re.search("ORDER BY[^{}]*$", text)))
    ]


@pytest.mark.parametrize("group", corpus.groups())
def test_the_engine_answers_alike(folder: Path, group: str) -> None:
    """No query is refused, and each is answered in each format as the engine itself does."""
    together = group != "dataset"  # these say themselves which graphs they are about

    def ask(store: ox.Store, text: str) -> Any:
        return store.query(_resolved(text), use_default_graph_as_union=together)

    assert differing(folder, corpus.queries(group), ask) == []


def _resolved(text: str) -> str:
    """Resolve the escapes outside of texts and addresses, which the engine itself does not read."""
    for escaped, letter in (
        ("caf\\u00e9", "café"),
        ("caf\\u00E9", "café"),
        ("SEL\\u0045", "SELE"),
        (":l\\u0061", ":la"),
    ):
        text = text.replace(escaped, letter)
    return text


@pytest.mark.parametrize(
    "asked",
    [
        {"default_graphs": ("http://e.org/graph/tags",)},
        {"default_graphs": ("http://e.org/graph/tags", "http://e.org/graph/cards")},
        {"named_graphs": ("http://e.org/graph/tags",)},
        {"default_graphs": ("http://e.org/graph/meta",), "named_graphs": ("http://e.org/graph/cards",)},
        {"default_graphs": ("http://e.org/none",)},
    ],
)
def test_the_graphs_of_the_protocol(folder: Path, asked: dict[str, tuple[str, ...]]) -> None:
    """Graphs that the protocol names count, and those that the query names then don't."""

    def ask(store: ox.Store, text: str) -> Any:
        nodes = {
            name: [*map(ox.NamedNode, asked.get(name, ()))] for name in ("default_graphs", "named_graphs")
        }
        return store.query(text, default_graph=nodes["default_graphs"], named_graphs=nodes["named_graphs"])

    texts = {**corpus.queries("graphs"), **corpus.queries("dataset")}
    assert differing(folder, texts, ask, **asked) == []


def test_bound_values_are_terms(folder: Path) -> None:
    """Values given beside the query are bound as terms of their kind, whatever they hold."""
    terms = [
        "<http://e.org/model/root>",
        '"many"',
        '"根"@zh',
        '"7.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    ]
    terms += ['"} UNION { ?s ?p ?o"', '"\\" ?x \\n"', '"mix \\"of\\" two\\n\\\\ lines"']
    text = "SELECT ?x ?s { { ?s ?p ?x } UNION { ?x ?p ?s } UNION { BIND (1 AS ?s) } }"
    questions = [Question(text, {"select": "text/csv"}, substitutions={"x": term}) for term in terms]
    store = ox.Store.read_only(str(folder))
    for term, answer in zip(terms, ask_all(folder, questions), strict=True):
        value = next(iter(ox.parse(f"<a:a> <a:a> {term} .", format=ox.RdfFormat.N_TRIPLES))).object
        raw = store.query(text, use_default_graph_as_union=True, substitutions={ox.Variable("x"): value})
        assert isinstance(raw, ox.QuerySolutions)
        assert rows(answer.body, ox.QueryResultsFormat.CSV) == rows(
            raw.serialize(format=ox.QueryResultsFormat.CSV) or b"", ox.QueryResultsFormat.CSV
        )


def test_the_corpus_is_large_and_not_empty(folder: Path) -> None:
    """There are at least 300 queries, and nearly all find something; the others are about nothing."""
    store = ox.Store.read_only(str(folder))
    found = []
    for group in corpus.groups():
        for text in corpus.queries(group).values():
            raw = store.query(_resolved(text), use_default_graph_as_union=group != "dataset")
            found.append(bool(raw) if isinstance(raw, ox.QueryBoolean) else next(iter(raw), None) is not None)
    assert len(found) >= 300
    assert sum(found) >= 0.85 * len(found)


def test_named_queries_over_the_embedded_snapshot(built: Path) -> None:
    """The example of each named query has the same rows in a worker as in this process."""
    folder = open_registry(built).store_folder / "oxigraph"
    store = ox.Store.read_only(str(folder))
    bound = {name: bind(query, query.example_values) for name, query in queries().items()}
    questions = [
        Question(
            queries()[name].text,
            {"select": "text/tab-separated-values"},
            substitutions={variable: str(term) for variable, term in terms.items()},
        )
        for name, terms in bound.items()
    ]
    for (name, terms), answer in zip(bound.items(), ask_all(folder, questions), strict=True):
        raw = store.query(
            queries()[name].text,
            prefixes=PREFIXES,
            use_default_graph_as_union=True,
            substitutions={ox.Variable(variable): term for variable, term in terms.items()},
        )
        assert isinstance(raw, ox.QuerySolutions)
        text = raw.serialize(format=ox.QueryResultsFormat.TSV) or b""
        assert rows(answer.body, ox.QueryResultsFormat.TSV) == rows(text, ox.QueryResultsFormat.TSV), name
