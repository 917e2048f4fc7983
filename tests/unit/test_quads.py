"""The projection of tables to N-Quads: nothing breaks a line, and every fact is in its graph."""

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pyshacl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph
from tests.conftest import MakeSnapshot, examples
from tests.unit.store_sample import HUB, ODD, TAGS, in_memory, world

from begat.ids import account_iri, graph_iri, minted_iri, model_iri
from begat.records import Derivation, Institution, Model, System
from begat.snapshot import Snapshot
from begat.store import catalogue, quads
from begat.store.quads import META, ONTOLOGY, nquads
from begat.store.terms import account_keys, address, decimal, iris, literal, statements
from begat.store.things import IRIS
from begat.vocab import BEGAT, CC, DCT, FAIR4ML, ODRL, ORG, PROV, RDF, RDFS, RELATIONS, SCHEMA, SKOS

ROOT = Path(__file__).resolve().parents[2]
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LAB, QUANTS = f"{HUB}example-lab/", f"{HUB}example-quants/"


@pytest.fixture
def snapshot(make_snapshot: MakeSnapshot) -> Snapshot:
    """Return the example world as a snapshot."""
    return make_snapshot(world())


@pytest.fixture
def store(snapshot: Snapshot) -> ox.Store:
    """Return the example world as quads."""
    return in_memory(snapshot)


def text_of(snapshot: Snapshot) -> str:
    """Return the whole text of a projection."""
    return b"".join(text for text, _ in nquads(snapshot)).decode()


def objects(store: ox.Store, subject: str, predicate: str, graph: str | None = None) -> list[str]:
    """Return the values of a predicate in one graph, the default one if none is named."""
    place = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    found = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None, place)
    return sorted(quad.object.value for quad in found if not isinstance(quad.object, ox.Triple))


def graphs_of(store: ox.Store, subject: str, predicate: str, value: str) -> list[str]:
    """Return the named graphs that hold a triple."""
    found = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))
    return sorted(quad.graph_name.value for quad in found if isinstance(quad.graph_name, ox.NamedNode))


# ----- terms -----------------------------------------------------------------------------------


@given(st.lists(TEXT, min_size=1))
def test_no_text_breaks_a_literal(texts: list[str]) -> None:
    """Any text, control characters and quotes included, is read back as it was."""
    frame = pl.DataFrame({"subject": ["<https://example.org/s>"] * len(texts), "text": texts})
    lines = [
        *next(statements(frame, {DCT.TITLE: literal("text")})),
        *next(statements(frame, {DCT.TITLE: literal("text", "en")}, META)),
    ]
    read = [quad.object for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS)]
    assert [term.value for term in read if isinstance(term, ox.Literal)] == texts * 2


@given(st.lists(st.one_of(st.none(), TEXT, st.from_regex(r"[A-Za-z0-9._/:-]*", fullmatch=True)), min_size=1))
def test_columns_of_iris_are_those_of_ids(keys: list[str | None]) -> None:
    """The fast way by whole columns gives what `begat.ids` gives for each id, and it is a valid IRI."""
    for kind, make in IRIS.items():
        made = iris(kind, pl.Series("key", keys, dtype=pl.String)).to_list()
        assert made == [None if key is None else f"<{make(key)}>" for key in keys]
        for term in filter(None, made):
            ox.NamedNode(term[1:-1])


@given(st.sampled_from(["huggingface", "modelscope", "github", "epoch"]), TEXT.filter(bool))
def test_accounts_keep_their_platform(platform: str, account: str) -> None:
    """An account's id, whatever its name, leads to the IRI of that account on that platform."""
    frame = pl.DataFrame({"platform": [platform], "account": [account]})
    assert iris("account", account_keys(frame)).to_list() == [f"<{account_iri(platform, account)}>"]


@given(TEXT)
def test_an_address_is_a_valid_iri_or_none(text: str) -> None:
    """A web address becomes an IRI only if it is a valid one."""
    for candidate in (text, f"https://example.org/{text}"):
        (term,) = pl.DataFrame({"at": [candidate]}).select(address("at")).to_series()
        if term is not None:
            assert ox.NamedNode(term[1:-1]).value == candidate


def test_decimals_have_no_exponent() -> None:
    """Numbers are written as xsd:decimal knows them, without trailing zeros."""
    frame = pl.DataFrame({"x": [0.98, 1.0, 0.0, 0.000001, 100.0, None]})
    terms = frame.select(decimal("x")).to_series().to_list()
    assert [term and re.findall(r'"(.*)"', term)[0] for term in terms] == [
        "0.98", "1", "0", "0.000001", "100", None,
    ]  # fmt: skip


# ----- the projection --------------------------------------------------------------------------


def test_every_line_is_one_quad(snapshot: Snapshot) -> None:
    """The text is valid N-Quads, says nothing twice, and its pieces count their lines."""
    pieces = list(nquads(snapshot))
    lines = text_of(snapshot).splitlines()
    assert sum(count for _, count in pieces) == len(lines) == len(in_memory(snapshot))
    assert all(line.endswith(" .") for line in lines)


def test_same_tables_same_text(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text does not change from run to run, and slices and pieces change only its order."""
    whole = text_of(snapshot)
    assert text_of(snapshot) == whole
    for module in (quads, catalogue):
        monkeypatch.setattr(module, "SLICE", 3)
    monkeypatch.setattr(quads, "TEXT", 1)
    assert len(list(nquads(snapshot))) > 20
    assert sorted(text_of(snapshot).splitlines()) == sorted(whole.splitlines())


def test_facts_of_a_model(store: ox.Store) -> None:
    """What a source lists of a model stands in the default graph."""
    base = f"{LAB}base"
    assert objects(store, base, RDF.TYPE) == [FAIR4ML.ML_MODEL]
    assert objects(store, base, DCT.IDENTIFIER) == ["example-lab/base"]
    assert objects(store, base, DCT.LICENSE) == ["https://spdx.org/licenses/Apache-2.0"]
    assert objects(store, base, DCT.CREATED) == ["2025-03-01T12:30:15Z"]
    assert objects(store, base, BEGAT.PARAMETER_COUNT) == ["7000000000"]
    assert objects(store, base, BEGAT.HUB_ID) == ["0123456789abcdef01234567"]
    assert objects(store, base, FAIR4ML.ML_TASK) == [minted_iri("task", "text-generation")]
    assert objects(store, f"{LAB}lost", BEGAT.LISTED) == ["false"]
    licence = minted_iri("license", "llama3.1")
    assert objects(store, f"{LAB}base-instruct", DCT.LICENSE) == [licence]


def test_licences_carry_their_terms(make_snapshot: MakeSnapshot) -> None:
    """A licence of the table is described with its terms; one that forbids commerce says so in ODRL."""
    stated = ["llama3.1", "cc-by-nc-4.0", "mit and cc-by-nc-4.0", "nobody's own", "mit"]
    store = in_memory(
        make_snapshot(Model(f"example-lab/m{place}", licence_raw=raw) for place, raw in enumerate(stated))
    )
    llama, both = minted_iri("license", "llama3.1"), minted_iri("license", "cc-by-nc-4.0-and-mit")
    assert objects(store, llama, DCT.TITLE) == ["Llama 3.1 Community License Agreement"]
    assert objects(store, llama, BEGAT.COMMERCIAL_USE) == ["conditional"]
    assert objects(store, llama, BEGAT.REQUIRED_NAME_PREFIX) == ["Llama"]
    assert objects(store, both, RDFS.LABEL) == ["CC-BY-NC-4.0 AND MIT"]
    assert objects(store, both, BEGAT.COMMERCIAL_USE) == ["no"]
    rule = minted_iri("rule", "cc-by-nc-4.0", "no-commercial-use")
    assert objects(store, both, ODRL.PROHIBITION) == [rule]
    assert objects(store, rule, ODRL.ACTION) == [CC.COMMERCIAL_USE]
    unknown = minted_iri("license", "nobody-s-own")
    assert objects(store, unknown, BEGAT.LICENSE_KIND) == []
    assert objects(store, unknown, RDF.TYPE) == [DCT.LICENSE_DOCUMENT]
    graph = Graph().parse(data=b"\n".join(str(quad.triple).encode() + b" ." for quad in store), format="nt")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=Graph().parse(ROOT / "ontology" / "shapes.ttl"))
    assert conforms, report


def test_an_account_has_one_spelling(store: ox.Store) -> None:
    """A model leads to the account as the accounts table spells it, which is described once."""
    (account,) = objects(store, f"{LAB}base", BEGAT.ACCOUNT)
    assert account == f"{HUB}example-lab"
    graph = graph_iri("test", "assumed")
    assert objects(store, account, BEGAT.OPERATED_BY, graph) == [minted_iri("org", "example-institute")]
    assert objects(store, f"{HUB}example-old", BEGAT.OPERATED_BY, graph_iri("test", "curated")) == []


@pytest.mark.parametrize(
    ("child", "parent", "relation", "method"),
    [
        ("example-lab/base-instruct", "example-lab/base", "finetune", "tags"),
        ("example-lab/base-instruct", "example-lab/base", "undetermined", "card"),
        ("example-lab/blend", "example-lab/base-math", "merge", "tags"),
        ("example-lab/orphan", "example-lab/lost", "adapter", "tags"),
        (ODD, "example-lab/base", "distilled", "unheard-of"),
    ],
)
def test_an_edge_stands_in_its_graph(
    store: ox.Store, child: str, parent: str, relation: str, method: str
) -> None:
    """The typed edge and prov:wasDerivedFrom stand in the graph of source and method."""
    graph = graph_iri("test", method)
    for predicate in (RELATIONS[relation], PROV.WAS_DERIVED_FROM):
        assert graph in graphs_of(store, model_iri(child), predicate, model_iri(parent))


def test_two_relations_of_one_pair(make_snapshot: MakeSnapshot) -> None:
    """Where one source and method names two relations, prov:wasDerivedFrom is said once."""
    pair = ("example-lab/child", "example-lab/parent")
    snapshot = make_snapshot([Derivation(*pair, kind, "tags") for kind in ("merge", "quantized")])
    lines = [
        line for line in text_of(snapshot).splitlines() if "example-lab/child> <" in line and TAGS in line
    ]
    predicates = sorted(re.findall("<(.*?)>", line)[1] for line in lines)
    assert predicates == sorted([PROV.WAS_DERIVED_FROM, BEGAT.MERGED_FROM, BEGAT.QUANTIZED_FROM])


def test_what_is_no_edge(store: ox.Store) -> None:
    """A base model that was not found stays text, and nothing is derived from itself."""
    text = objects(store, f"{LAB}stray", BEGAT.UNRESOLVED_BASE_MODEL)
    assert text == ['./output-32b/"merged"']
    for name in ("stray", "selfish"):
        found = store.quads_for_pattern(
            ox.NamedNode(f"{LAB}{name}"), ox.NamedNode(PROV.WAS_DERIVED_FROM), None
        )
        assert list(found) == []


def test_every_evidence_graph_is_described(store: ox.Store) -> None:
    """Each graph with an edge is described in g/meta; without a confidence it is a plain bundle."""
    meta = store.quads_for_pattern(None, None, None, ox.NamedNode(META))
    described = {quad.subject.value for quad in meta if isinstance(quad.subject, ox.NamedNode)}
    names = {graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)}
    assert names - {META, ONTOLOGY} <= described
    assert objects(store, TAGS, RDF.TYPE, META) == [BEGAT.EVIDENCE_GRAPH]
    assert objects(store, TAGS, BEGAT.CONFIDENCE, META) == ["0.98"]
    assert objects(store, TAGS, BEGAT.KIND_CONFIDENCE, META) == ["0.95"]
    assert objects(store, TAGS, PROV.GENERATED_AT_TIME, META) == ["2026-01-01T00:00:00Z"]
    (origin,) = objects(store, TAGS, DCT.SOURCE, META)
    assert objects(store, origin, DCT.IDENTIFIER, META) == ["test"]
    unheard = graph_iri("test", "unheard-of")
    assert objects(store, unheard, RDF.TYPE, META) == [PROV.BUNDLE]
    assert objects(store, unheard, BEGAT.CONFIDENCE, META) == []


def test_training_data_by_stage(store: ox.Store) -> None:
    """The stage decides the property; a dataset known by name only has an IRI of begat's own."""
    sums, bare = f"{HUB}datasets/example-lab/sums", minted_iri("dataset", "huggingface", "plain-text")
    card = graph_iri("test", "card")
    assert objects(store, f"{LAB}base-math", BEGAT.FINE_TUNED_ON, TAGS) == [sums]
    assert objects(store, f"{LAB}base", BEGAT.PRETRAINED_ON, card) == [bare]
    assert objects(store, f"{LAB}base", FAIR4ML.TRAINED_ON, card) == [sums]
    assert SCHEMA.DATASET in objects(store, bare, RDF.TYPE)


def test_catalogue(store: ox.Store) -> None:
    """Institutions, countries, systems and benchmarks have their names, kinds and links."""
    institute = minted_iri("org", "example-institute")
    assert objects(store, institute, SKOS.PREF_LABEL) == ["Example Institute", "示例研究所"]
    assert objects(store, institute, SKOS.ALT_LABEL) == ["EI", "示例所"]
    assert objects(store, institute, BEGAT.INSTITUTION_KIND) == [BEGAT.INSTITUTION_RESEARCH_INSTITUTE]
    assert objects(store, institute, ORG.SUB_ORGANIZATION_OF) == [minted_iri("org", "example-group")]
    assert objects(store, minted_iri("country", "CN"), SKOS.PREF_LABEL) == ["China", "中国"]
    engine = minted_iri("system", "example-lab", "engine")
    assert objects(store, engine, RDF.TYPE) == [SCHEMA.SOFTWARE_APPLICATION, BEGAT.INFERENCE_ENGINE]
    assert objects(store, engine, SCHEMA.CODE_REPOSITORY) == ["https://github.com/example-lab/engine"]
    assert objects(store, engine, PROV.WAS_ATTRIBUTED_TO) == [institute]
    tool = minted_iri("system", "example-quants", "tool")
    assert objects(store, tool, SKOS.PREF_LABEL) == ["example-quants/tool"]
    assert objects(store, tool, SCHEMA.CODE_REPOSITORY) == []
    assert objects(store, minted_iri("benchmark", "example-bench"), SKOS.PREF_LABEL) == ["Example Bench"]


def test_former_names_and_twins(store: ox.Store) -> None:
    """A well-formed former id leads on; a one-part id, which would name an account, does not."""
    assert objects(store, f"{LAB}old-base", BEGAT.RENAMED_TO) == [f"{LAB}base"]
    twin = "https://modelscope.cn/models/example-lab/base"
    assert objects(store, twin, PROV.ALTERNATE_OF) == [f"{LAB}base"]
    renamed = store.quads_for_pattern(None, ox.NamedNode(BEGAT.RENAMED_TO), None)
    assert [quad.subject.value for quad in renamed if not isinstance(quad.subject, ox.Triple)] == [
        f"{LAB}old-base"
    ]


def test_the_ontology_is_there(store: ox.Store) -> None:
    """Each relation's kind leads to its property, in the ontology's own graph."""
    rows = store.quads_for_pattern(None, ox.NamedNode(BEGAT.KIND_PROPERTY), None, ox.NamedNode(ONTOLOGY))
    found = {quad.object.value for quad in rows if not isinstance(quad.object, ox.Triple)}
    assert found == set(RELATIONS.values())


def hostile_records(texts: list[str]) -> Iterator[Model | Derivation | Institution | System]:
    """Yield records that carry texts in every place that a projection writes text to."""
    for number, text in enumerate(texts):
        yield Model(f"example-lab/m{number}", task=text, family=text, licence_raw=text)
        yield Model(f"epoch:{text}")
        yield Derivation(f"example-lab/m{number}", text, "finetune", text or "tags")
        yield Institution(text, id=f"example-{number}", name_zh=text, country=text, kind=text, aliases=[text])
        yield System(f"example-lab/s{number}", name=text, repository=text, maintainer=text, kind=text)


@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXT, min_size=1, max_size=30))
def test_no_text_breaks_the_projection(make_snapshot: MakeSnapshot, texts: list[str]) -> None:
    """Tables full of any text become valid N-Quads that keep the text of unresolved base models."""
    snapshot = make_snapshot(hostile_records(texts))
    store = in_memory(snapshot)
    lost = snapshot.frame("derivations").filter(pl.col("status") == "unresolved", pl.col("parent_raw") != "")
    for child, text in lost.select("child", "parent_raw").iter_rows():
        assert text in objects(store, model_iri(child), BEGAT.UNRESOLVED_BASE_MODEL)


def test_the_example_world_keeps_the_shapes(store: ox.Store) -> None:
    """The union of all graphs conforms to ontology/shapes.ttl."""
    triples = (quad.triple for quad in store)
    data = Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    shapes = Graph().parse(ROOT / "ontology" / "shapes.ttl")
    conforms, _, report = pyshacl.validate(data, shacl_graph=shapes)
    assert conforms, report
