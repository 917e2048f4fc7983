"""Figures, evaluations, contested values, listings and details: the present, compact, with its source."""

from datetime import UTC, date, datetime

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph
from tests.conftest import MakeSnapshot
from tests.unit.store_sample import HUB, in_memory

from begat.files import package_path
from begat.records import (
    Account,
    Benchmark,
    Dataset,
    Derivation,
    Evaluation,
    Institution,
    Listing,
    Model,
    Observation,
    Record,
    System,
)
from begat.store import sparql

EARLY, LATE = date(2025, 3, 1), date(2026, 1, 1)
BASE, CHILD, DATA = "lab/base", "lab/child", "lab/data"

RECORDS: list[Record] = [
    Model(
        BASE, papers=["2403.04652", "no paper"], library="tool", created_at=datetime(2025, 1, 1, tzinfo=UTC)
    ),
    Model(CHILD, name="The child"),
    Dataset(DATA, derived_from=["lab/older", DATA], languages=["en", "zh"]),
    Derivation(CHILD, BASE, "merge", "tags", 0, 0.75),
    Institution(
        "Lab", id="lab", ror="https://ror.org/02nr0ka47", wikidata="Q42", note="a note", osir="Lab-1"
    ),
    Institution("Old", id="old"),
    Account("huggingface", "lab", "old", until=EARLY, basis="osir-lmts"),
    Account("huggingface", "lab", "lab", since=EARLY, basis="osir-lmts"),
    System("lab/tool", libraries=["tool"], former=["old/tool"], kind="inference-engine"),
    Benchmark("test:1", "Bench", dataset=DATA, paper="https://arxiv.org/abs/2206.01718", owners=["lab"]),
    Evaluation(CHILD, "bench", "acc", 0.5, "test", evaluated_on=LATE, method="run"),
    Evaluation(BASE, "bench", "acc", 1.0, "test", method="run"),
    Evaluation(BASE, "bench", "acc", 0.25, "dev", method="run"),
    Observation(BASE, "model", "likes", 5, EARLY),
    Observation(BASE, "model", "likes", 7, LATE),
    Observation(BASE, "model", "downloads_30d", 0.5, LATE),
    Observation(CHILD, "model", "likes", 2, None, LATE),
    Observation("Lab-1", "institution", "chips", 1e30, LATE, method="hand-made"),
    Observation("lab/room", "space", "likes", 3, LATE),
    Listing(EARLY, "Lab-1", "model", "lab", "base", entity=BASE),
]


@pytest.fixture
def store(make_snapshot: MakeSnapshot) -> ox.Store:
    """Return the records as quads."""
    return in_memory(make_snapshot(RECORDS))


def answers(store: ox.Store, query: str) -> list[tuple[object, ...]]:
    """Return the rows of a query as tuples."""
    return [tuple(row.values()) for row in sparql(store, query).rows]


def test_the_last_figure_of_each_source(store: ox.Store) -> None:
    """Of a figure observed twice the later is there, with its source and day; one without a day says so."""
    rows = answers(
        store,
        """SELECT ?about ?metric ?value ?day ?before {
            ?set a qb:DataSet ; qb:structure begat:FigureStructure ; dct:source ?source .
            ?o qb:dataSet ?set ; begat:subject ?about ; ?metric ?value . ?metric a qb:MeasureProperty .
            OPTIONAL { ?set begat:refPeriod ?day } OPTIONAL { ?set begat:refBefore ?before }
        } ORDER BY ?about ?metric""",
    )
    metric = "https://w3id.org/begat/id/metric/"
    assert rows == [
        (f"{HUB}{BASE}", f"{metric}downloads_30d", 0.5, LATE, None),
        (f"{HUB}{BASE}", f"{metric}likes", 7, LATE, None),
        (f"{HUB}{CHILD}", f"{metric}likes", 2, None, LATE),
        (f"{HUB}spaces/lab/room", f"{metric}likes", 3, LATE, None),
        ("https://w3id.org/begat/id/org/lab", f"{metric}chips", 1e30, LATE, None),
    ]


def test_one_observation_a_subject_and_day(store: ox.Store) -> None:
    """Figures of one subject, source and day share a node; every measure used is in the structure."""
    shared = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?o qb:dataSet/qb:structure begat:FigureStructure }"
    assert answers(store, shared) == [(4,)]
    lost = """SELECT DISTINCT ?p { ?o qb:dataSet/qb:structure begat:FigureStructure ; ?p ?v .
        ?p a qb:MeasureProperty FILTER NOT EXISTS { begat:FigureStructure qb:component/qb:measure ?p } }"""
    assert answers(store, lost) == []


def test_methods_that_take_turns(make_snapshot: MakeSnapshot) -> None:
    """Figures of one subject, day and method share a node, however the names of the figures are sorted."""
    turns = {"a": "one", "b": "two", "c": "one", "d": "two"}
    records: list[Record] = [Model(BASE)]
    records += [Observation(BASE, "model", name, 1, LATE, method=method) for name, method in turns.items()]
    records += [Observation(BASE, "model", "e", 1, None, LATE, method="one")]
    store = in_memory(make_snapshot(records))
    rows = answers(
        store,
        """SELECT ?method ?day (COUNT(DISTINCT ?o) AS ?nodes) (COUNT(?value) AS ?values) {
            ?set begat:extractionMethod ?method . OPTIONAL { ?set begat:refPeriod ?day }
            ?o qb:dataSet ?set ; ?metric ?value . ?metric a qb:MeasureProperty
        } GROUP BY ?method ?day ORDER BY ?method ?day""",
    )
    assert rows == [("one", None, 1, 1), ("one", LATE, 1, 2), ("two", LATE, 1, 2)]


def test_figures_of_what_the_store_does_not_name(make_snapshot: MakeSnapshot) -> None:
    """A figure of a kind of thing that has no address is left in Parquet, and the others are there."""
    records: list[Record] = [Model(BASE), Observation(BASE, "model", "likes", 1, LATE)]
    store = in_memory(make_snapshot([*records, Observation("x", "repository", "stars", 2, LATE)]))
    values = "SELECT ?value { ?o begat:subject ?s ; ?metric ?value . ?metric a qb:MeasureProperty }"
    assert answers(store, values) == [(1,)]


def test_evaluations(store: ox.Store) -> None:
    """A result has its model, value and day; benchmark, metric and split stand on its data set."""
    rows = answers(
        store,
        """SELECT ?model ?value ?split ?day {
            ?e a fair4ml:MLModelEvaluation ; fair4ml:evaluatedMLModel ?model ; dqv:value ?value .
            ?e qb:dataSet ?set .
            ?set begat:onBenchmark/skos:prefLabel "Bench" ; begat:split ?split ;
                begat:extractionMethod "run" ;
                dqv:isMeasurementOf <https://w3id.org/begat/id/metric/acc> .
            OPTIONAL { ?e dct:issued ?day } } ORDER BY ?value""",
    )
    assert rows == [
        (f"{HUB}{BASE}", 0.25, "dev", None),
        (f"{HUB}{CHILD}", 0.5, "test", LATE),
        (f"{HUB}{BASE}", 1, "test", None),
    ]


@pytest.mark.parametrize(
    "fact",
    [
        "hf:lab/base schema:citation <https://arxiv.org/abs/2403.04652>",
        "hf:lab/base begat:supportedBy <https://w3id.org/begat/id/system/lab/tool>",
        'hf:lab/child dct:title "The child"',
        "hf:datasets/lab/data prov:wasDerivedFrom hf:datasets/lab/older",
        'hf:datasets/lab/older dct:identifier "lab/older"',
        'hf:datasets/lab/data dct:language "zh"',
        "org:lab skos:exactMatch <https://ror.org/02nr0ka47>",
        "org:lab skos:exactMatch <http://www.wikidata.org/entity/Q42>",
        'org:lab skos:note "a note"',
        "<https://w3id.org/begat/id/system/old/tool> begat:renamedTo <https://w3id.org/begat/id/system/lab/tool>",
        "?b a begat:Benchmark ; dct:requires hf:datasets/lab/data ; prov:wasAttributedTo org:lab",
        "?b a begat:Benchmark ; schema:citation <https://arxiv.org/abs/2206.01718>",
        "hf:lab/base dct:isReferencedBy <https://w3id.org/begat/id/listing/test/2025-03-01>",
        '?t begat:tenureOf hf:lab ; begat:tenureHolder org:old ; schema:endDate "2025-03-01"^^xsd:date',
        "hf:lab/child prov:qualifiedDerivation ?d . ?d begat:weight 0.75 ; prov:entity hf:lab/base",
        "?d a begat:Derivation ; begat:kind begat:kind-merge ; begat:evidence graph:test/tags/current",
    ],
)
def test_facts(store: ox.Store, fact: str) -> None:
    """What a table says is asked of the store under the term of its column."""
    pages = {"hf:": HUB, "org:": "https://w3id.org/begat/id/org/", "graph:": "https://w3id.org/begat/g/"}
    words = fact.split(" ")
    for prefix, page in pages.items():
        words = [
            f"<{page}{word.removeprefix(prefix)}>" if word.startswith(prefix) else word for word in words
        ]
    fact = " ".join(words)
    assert sparql(store, f"ASK {{ {fact} }}").truth


def test_what_is_no_paper_is_none(store: ox.Store) -> None:
    """A text that is no arXiv number gives no address, and nothing is made from itself."""
    assert answers(store, "SELECT ?p { ?p a schema:ScholarlyArticle }") == [
        ("https://arxiv.org/abs/2403.04652",)
    ]
    assert not sparql(store, "ASK { ?x prov:wasDerivedFrom ?x }").truth


def test_contested_values(make_snapshot: MakeSnapshot) -> None:
    """Where two sources disagree, the other value stands beside the kept one, with both sources."""
    snapshot = make_snapshot(RECORDS)
    kept = snapshot.frame("contested")
    rows = answers(in_memory(snapshot), "SELECT ?v { ?c a begat:ContestedValue ; begat:otherValue ?v }")
    assert len(rows) == len(kept)


def test_all_of_it_keeps_the_shapes(store: ox.Store) -> None:
    """Nothing that is written here would be refused."""
    triples = (quad.triple for quad in store)
    data = Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    shapes = Graph().parse(package_path("ontology", "shapes.ttl"))
    conforms, _, report = pyshacl.validate(data, shacl_graph=shapes)
    assert conforms, report
