"""The checks of RDF: every shape on the right nodes, named graphs too, and nothing checked is no pass."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph, URIRef
from tests.cli import begat
from tests.unit.store_sample import in_memory
from tests.unit.validation_sample import altered, sound

from begat.errors import UnreadableFile
from begat.files import package_path
from begat.registry import open_registry
from begat.snapshot import Snapshot
from begat.store import rdf_file
from begat.store.coverage import lines
from begat.validation import ERROR, Finding, check_file, check_store
from begat.validation import shapes as module
from begat.validation.graphs import CHECKS
from begat.validation.neighbourhood import around, term
from begat.validation.shapes import SH, findings, shapes
from begat.vocab import BEGAT, FAIR4ML, PREFIXES, PROV, QB

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "tests" / "golden" / "ontology_example.trig"
HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
META = "https://w3id.org/begat/g/meta"
BASE = "<https://huggingface.co/Qwen/Qwen2.5-7B>"
TAGS = "https://w3id.org/begat/g/hf/tags/current"


def example(*updates: str) -> ox.Store:
    """Return the worked example with the ontology, changed by SPARQL updates."""
    store = ox.Store()
    store.load(path=EXAMPLE, format=ox.RdfFormat.TRIG)
    ontology = ox.NamedNode("https://w3id.org/begat/g/begat/ontology/current")
    store.load(path=package_path("ontology", "begat.ttl"), format=ox.RdfFormat.TURTLE, to_graph=ontology)
    for text in updates:
        store.update(HEAD + text)
    return store


def broken(found: list[Finding]) -> dict[tuple[str, str], Finding]:
    """Return what is broken and no warning, by place and check."""
    return {(item.where, item.check): item for item in found if item.count and item.severity == ERROR}


def test_the_example_holds() -> None:
    """The worked example breaks nothing, and every class in it was looked at."""
    found = check_store(example())
    assert broken(found) == {}
    looked = {item.check for item in found if item.checked}
    assert looked >= {
        "Model",
        "Derivation",
        "Tenure",
        "Evaluation",
        "LicenseConflict",
        "Observation",
        "Delta",
    } - {"Delta"}
    assert looked >= {check.name for check in CHECKS}


FAULTS = {
    "graph-described": f"DELETE WHERE {{ GRAPH <{META}> {{ <{TAGS}> begat:confidence ?c }} }}",
    "evidence-holds-edge": f"DELETE {{ GRAPH <{TAGS}> {{ ?c prov:wasDerivedFrom ?p }} }}"
    f" WHERE {{ GRAPH <{TAGS}> {{ ?c begat:quantizedFrom ?p ; prov:wasDerivedFrom ?p }} }}",
    "ends-differ": f"INSERT DATA {{ GRAPH <{TAGS}> {{ <https://huggingface.co/QWEN/Qwen2.5-7B>"
    " prov:wasDerivedFrom <https://huggingface.co/Qwen/Qwen2.5-7B> } }",
}


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_broken_graphs_are_seen(name: str) -> None:
    """Each check of named graphs sees what breaks it, and names the graph, node or edge."""
    found = broken(check_store(example(FAULTS[name])))
    item = found["named graphs", name]
    assert 0 < item.count <= item.checked
    assert item.examples[0].startswith("https://")


@pytest.mark.parametrize("value", ["1.5", '"high"', "0.9 , 0.8", "-0.1"])
def test_a_confidence_is_one_number_from_0_to_1(value: str) -> None:
    """A graph with a confidence out of range, no number or two of them is not described."""
    change = (
        FAULTS["graph-described"],
        f"INSERT DATA {{ GRAPH <{META}> {{ <{TAGS}> begat:confidence {value} }} }}",
    )
    item = broken(check_store(example(*change)))["named graphs", "graph-described"]
    assert item.examples == (f"{TAGS}: confidence",)


@pytest.mark.parametrize(
    ("update", "where", "check", "value"),
    [
        (
            f"INSERT DATA {{ {BASE} begat:parameterCount 0 }}",
            "fair4ml:MLModel",
            "Model/begat:parameterCount",
            ' "0"^^<http://www.w3.org/2001/XMLSchema#integer>',
        ),
        (
            f"INSERT DATA {{ {BASE} begat:account <https://example.org/nobody> }}",
            "fair4ml:MLModel",
            "Model/begat:account",
            "",
        ),
        (
            f"INSERT DATA {{ <https://example.org/new> begat:adapterOf {BASE} }}",
            "subjects of begat:adapterOf",
            "TypedEdge/sh:ClassConstraintComponent",
            "",
        ),
        (
            f"INSERT DATA {{ {BASE} begat:modelLicense <https://example.org/mit> }}",
            "dct:LicenseDocument",
            "Licence/sh:PatternConstraintComponent",
            "",
        ),
    ],
)
def test_a_broken_node_is_named(update: str, where: str, check: str, value: str) -> None:
    """A fault has the shape and property, the node, what stands there, and what to do."""
    item = broken(check_store(example(update)))[where, check]
    assert item.count == 1
    assert item.examples[0].endswith(value)
    assert item.message
    assert item.fix.endswith(".")


def test_it_is_what_pyshacl_says_of_everything() -> None:
    """Batches of neighbourhoods give the faults that one run over the whole graph gives, node by node."""
    changes = (
        "DELETE WHERE { GRAPH ?g { ?s skos:prefLabel ?o } }",
        "DELETE WHERE { GRAPH ?g { ?s begat:refPeriod ?o } }",
        "DELETE WHERE { GRAPH ?g { ?s prov:qualifiedDerivation ?o } }",
        "DELETE WHERE { GRAPH ?g { ?s a foaf:OnlineAccount } }",
        f"INSERT DATA {{ {BASE} begat:modelLicense <https://example.org/mit> }}",
    )
    store = example(*changes)
    whole = Graph()
    for quad in store:
        whole.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    _, report, _ = pyshacl.validate(whole, shacl_graph=shapes().graph)
    assert isinstance(report, Graph)
    wanted = {
        (
            str(report.value(result, URIRef(SH + "focusNode"))),
            str(report.value(result, URIRef(SH + "resultMessage"))),
        )
        for result in report.objects(None, URIRef(SH + "result"))
    }
    found = {
        (text.split()[0], f"{item.message}: {item.fix}")
        for item in findings(store, sample=None, examples=1_000)
        for text in item.examples
    }
    assert found == wanted
    assert len(wanted) > 20


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One node at a time gives the same findings as all at once."""
    store = example("DELETE WHERE { GRAPH ?g { ?s skos:prefLabel ?o } }")
    whole = list(findings(store, sample=None, examples=100))
    monkeypatch.setattr(module, "BATCH", 1)
    single = list(findings(store, sample=None, examples=100))
    assert [(item.check, item.count, set(item.examples)) for item in single] == [
        (item.check, item.count, set(item.examples)) for item in whole
    ]


def many(count: int) -> ox.Store:
    """Return a store of models that lack their identifier."""
    text = "".join(f"<https://huggingface.co/a/m{n}> a <{FAIR4ML.ML_MODEL}> .\n" for n in range(count))
    store = ox.Store()
    store.load(text, format=ox.RdfFormat.TURTLE)
    return store


def test_a_sample_is_a_sample_and_all_is_all() -> None:
    """At most 200 nodes of a shape are checked, always the same ones, or every one when asked for all."""
    store = many(300)
    some = broken(check_store(store))["fair4ml:MLModel", "Model/dct:identifier"]
    assert (some.count, some.checked) == (200, 200)
    assert some == broken(check_store(store))["fair4ml:MLModel", "Model/dct:identifier"]
    every = broken(check_store(store, full=True))["fair4ml:MLModel", "Model/dct:identifier"]
    assert (every.count, every.checked, len(every.examples)) == (300, 300, 5)


def test_a_neighbourhood_is_small() -> None:
    """Of a parent's own children nothing comes along: a batch grows with its nodes, not with the store."""
    base = "https://huggingface.co/a/base"
    text = f"<{base}> a <{FAIR4ML.ML_MODEL}> .\n" + "".join(
        f"<https://huggingface.co/a/m{n}> a <{FAIR4ML.ML_MODEL}> ; <{PROV.WAS_DERIVED_FROM}> <{base}> .\n"
        for n in range(1_000)
    )
    store = ox.Store()
    store.load(text, format=ox.RdfFormat.TURTLE)
    child = ox.NamedNode("https://huggingface.co/a/m1")
    graph = around(store, [child], backward=shapes().backward, onward=shapes().onward)
    assert len(graph) == 3


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


MODEL = (
    f'<https://huggingface.co/a/b> a <{FAIR4ML.ML_MODEL}> ; <http://purl.org/dc/terms/identifier> "a/b" .\n'
)


def test_files_of_every_format_are_read(tmp_path: Path) -> None:
    """The same model is found in each format, compressed too."""
    store = ox.Store()
    store.load(MODEL, format=ox.RdfFormat.TURTLE)
    forms = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
    sets = {"nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
    for name, form in (forms | sets).items():
        graph = ox.DefaultGraph() if name in forms else None
        data = store.dump(format=form, from_graph=graph)
        assert data is not None
        (tmp_path / f"m.{name}").write_bytes(data)
        (tmp_path / f"m.{name}.gz").write_bytes(gzip.compress(data))
        for path in (tmp_path / f"m.{name}", tmp_path / f"m.{name}.gz"):
            found = check_file(path)
            assert broken(found) == {}
            assert next(item for item in found if item.check == "Model").checked == 1


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.ttl", "<a> <b>", "no valid RDF"),
        ("a.txt", MODEL, "neither a snapshot nor an RDF file"),
        ("a.nq.gz", "no gzip", "gzip"),
        (
            "a.jsonld",
            '{"@context": "https://example.org/c.jsonld", "@id": "a:b"}',
            "nothing is fetched",
        ),
        ("a.jsonld", '{"http://a/b":' * 5_000 + "1" + "}" * 5_000, "nested too deep"),
        (
            "a.nq",
            "<a:s> <a:p> " + "<<( <a:s> <a:p> " * 20_000 + "<a:o>" + " )>>" * 20_000 + " .\n",
            "triple terms",
        ),
    ],
)
def test_what_is_no_rdf_is_refused(tmp_path: Path, name: str, text: str, words: str) -> None:
    """A file with a fault in its syntax, of another kind, too deep or with a far context is exit code 2."""
    path = write(tmp_path, name, text)
    with pytest.raises(UnreadableFile, match=words) as caught:
        check_file(path)
    assert caught.value.exit_code == 2
    assert begat("validate", str(path), home=tmp_path).code == 2


def test_a_packed_file_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that becomes too large when it is unpacked is an error that says so, not a full disk."""
    monkeypatch.setattr(rdf_file, "ALLOWANCE", 1 << 16)
    path = tmp_path / "a.nt.gz"
    path.write_bytes(gzip.compress(b" \n" * 50_000_000))
    with pytest.raises(UnreadableFile, match="too large when it is unpacked"):
        check_file(path)


def test_nothing_checked_is_not_valid(tmp_path: Path) -> None:
    """A file in which no node has a class of begat's is broken, and its classes are named."""
    path = write(tmp_path, "cats.ttl", "<https://example.org/tom> a <https://example.org/Cat> .")
    found = {item.check: item for item in check_file(path)}
    assert found["nothing-to-check"].count == 1
    assert found["class-has-shape"].examples == ("https://example.org/Cat: 1",)
    ran = begat("validate", str(path), "--format", "json", home=tmp_path)
    assert ran.code == 4
    assert ran.rows[0]["check"] == "nothing-to-check"
    assert "1 check broken" in ran.err
    assert begat("validate", str(write(tmp_path, "empty.nq", "")), home=tmp_path).code == 4


def test_unnamed_nodes_are_told(tmp_path: Path) -> None:
    """A model without an IRI is not checked, and that is said."""
    path = write(tmp_path, "m.ttl", MODEL + f"[] a <{FAIR4ML.ML_MODEL}> .")
    found = {item.check: item for item in check_file(path)}
    assert found["nodes-named"].examples == ("fair4ml:MLModel: 1",)
    assert begat("validate", str(path), home=tmp_path).code == 0
    assert begat("validate", str(path), "--strict", home=tmp_path).code == 4


def test_shapes_in_the_data_are_not_used(tmp_path: Path) -> None:
    """A file that brings its own, laxer or stricter, shapes is checked against begat's alone."""
    shape = (
        f"<a:s> a <{SH}NodeShape> ; <{SH}targetClass> <{FAIR4ML.ML_MODEL}> ; <{SH}nodeKind> <{SH}Literal> ."
        f"<https://w3id.org/begat/shapes#Model> <{SH}deactivated> true ."
    )
    assert broken(check_file(write(tmp_path, "a.ttl", MODEL + shape))) == {}
    bare = f"<https://huggingface.co/a/c> a <{FAIR4ML.ML_MODEL}> ."
    assert broken(check_file(write(tmp_path, "b.ttl", bare + shape)))


@pytest.fixture
def snapshot(make_snapshot: Callable[..., Snapshot]) -> Snapshot:
    """Return the small sound world as a snapshot."""
    return make_snapshot(sound())


def test_a_projected_world_holds(snapshot: Snapshot) -> None:
    """The store of a sound world, coverage included, breaks nothing, and each of its classes has a shape."""
    store = in_memory(snapshot)
    for part in lines(snapshot):
        store.load("\n".join(part), format=ox.RdfFormat.N_QUADS)
    found = check_store(store, full=True)
    assert [item for item in found if item.count] == []
    looked = {item.check for item in found if item.checked}
    assert {
        "Snapshot",
        "Coverage",
        "Model",
        "Account",
        "Institution",
        "Country",
        "Software",
        "Source",
    } <= looked


def test_the_embedded_store_holds(built: Path) -> None:
    """What ships with begat breaks no shape, in the sample, and no class of its store is without one."""
    found = open_registry(built).validate()
    assert broken(found) == {}
    assert next(item for item in found if item.check == "class-has-shape").examples == ()


def test_tables_that_are_not_as_written_stop_the_rdf(snapshot: Snapshot, tmp_path: Path) -> None:
    """If a file is not what was written the store could be of other tables: that is said."""
    made = altered(snapshot, tmp_path / "s", {})
    (made.path / "systems.parquet").write_bytes((snapshot.path / "models.parquet").read_bytes())
    ran = begat("validate", str(made.path), "--format", "json", home=tmp_path / "home")
    assert ran.code == 4
    assert {"bytes-as-written", "columns", "rdf-checked"} <= {row["check"] for row in ran.rows}


def test_a_snapshot_is_found_by_folder_and_name(snapshot: Snapshot, tmp_path: Path) -> None:
    """A folder, a name and a name that there is not: checked, checked, refused."""
    ran = begat("validate", str(snapshot.path), "--all", "--format", "json", home=tmp_path / "home")
    assert ran.code == 0
    assert {"id-once", "Model", "graph-described"} <= {row["check"] for row in ran.rows}
    assert begat("validate", "embedded", "--tables", home=tmp_path / "home").code == 0
    assert begat("validate", "1999-01-01", home=tmp_path / "home").code == 2
    (tmp_path / "bare").mkdir()
    assert begat("validate", str(tmp_path / "bare"), home=tmp_path / "home").code == 5


def test_a_table_shows_what_is_wrong(tmp_path: Path) -> None:
    """For people: one row a check, then message, example and what to do; the sum on stderr."""
    path = write(tmp_path, "m.ttl", f"<https://huggingface.co/a/c> a <{FAIR4ML.ML_MODEL}> .")
    ran = begat("validate", str(path), home=tmp_path)
    assert ran.code == 4
    assert "Model/dct:identifier: A repository has exactly one dct:identifier" in " ".join(ran.out.split())
    assert "https://huggingface.co/a/c" in ran.out
    assert "To do: add it, or keep one." in ran.out
    assert "1 broken, 0 warnings" in ran.err


def test_subclasses_are_nodes_of_a_shape() -> None:
    """A node typed by a subclass in the ontology is one of the shape's, though nothing infers the class."""
    store = example("INSERT DATA { <https://w3id.org/begat/id/org/x> a org:FormalOrganization }")
    item = broken(check_store(store))["org:Organization", "Institution/skos:prefLabel"]
    assert item.examples == ("https://w3id.org/begat/id/org/x",)
    assert BEGAT.DERIVATION_KIND in next(s for s in shapes().all if s.name == "Concept").classes
    assert QB.OBSERVATION_CLASS in next(s for s in shapes().all if s.name == "Observation").classes
