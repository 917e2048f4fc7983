"""The vocabulary is complete, its generated files current, and its shapes catch mistakes."""

import hashlib
import importlib.util
import json
import re
from dataclasses import dataclass
from pathlib import Path
from string import Template
from types import ModuleType

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from begat import vocab
from begat.vocab import BEGAT, FAIR4ML, PROV

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "tests" / "golden" / "ontology_example.trig"
CONTEXT = ROOT / "ontology" / "context.jsonld"
NAMESPACE = vocab.PREFIXES["begat"]
SLASH = NAMESPACE.replace("#", "/")
# rdflib's own JSON-LD parser still uses what rdflib has deprecated.
JSON_LD = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)


def load(path: Path) -> Graph:
    """Return the triples of a file, those of all its named graphs together."""
    triples = (quad.triple for quad in ox.parse(path=path))
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=data, format="nt")


@pytest.fixture(scope="module")
def ontology() -> Graph:
    """Return the vocabulary."""
    return load(ROOT / "ontology" / "begat.ttl")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """Return the shapes."""
    return Graph().parse(ROOT / "ontology" / "shapes.ttl")


@pytest.fixture(scope="module")
def example() -> Graph:
    """Return the worked example."""
    return load(EXAMPLE)


@pytest.fixture(scope="module")
def make_vocab() -> ModuleType:
    """Return the generator as a module."""
    spec = importlib.util.spec_from_file_location("make_vocab", ROOT / "tools" / "make_vocab.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def own_terms(ontology: Graph) -> list[URIRef]:
    """Return begat's own terms."""
    subjects = {s for s in ontology.subjects() if isinstance(s, URIRef)}
    return sorted(s for s in subjects if s.startswith(NAMESPACE))


def is_property(ontology: Graph, term: URIRef) -> bool:
    """Return whether a term is declared as a property."""
    return any((term, RDF.type, kind) in ontology for kind in PROPERTIES)


# ----- the terms -----------------------------------------------------------------------------


def test_every_own_term_is_described(ontology: Graph) -> None:
    """Own terms have labels and comments in both languages, a home, and domain and range."""
    issues = []
    for term in own_terms(ontology):
        for predicate in (RDFS.label, RDFS.comment):
            texts = [o for o in ontology.objects(term, predicate) if isinstance(o, Literal)]
            languages = sorted(str(text.language) for text in texts)
            if languages != ["en", "zh"]:
                issues.append(f"{term}: {predicate} in {languages}")
        wanted = [RDFS.isDefinedBy, RDF.type]
        wanted += [RDFS.domain, RDFS.range] if is_property(ontology, term) else []
        issues += [f"{term}: no {p}" for p in wanted if ontology.value(term, p) is None]
    assert len(own_terms(ontology)) > 80
    assert issues == []


def test_reused_terms_say_where_they_are_defined(ontology: Graph) -> None:
    """A term of another vocabulary points at that vocabulary, and begat adds no text to it."""
    reused = {s for s in ontology.subjects() if isinstance(s, URIRef) and NAMESPACE not in s}
    reused -= {URIRef(NAMESPACE.rstrip("#"))}
    homes = {term: str(ontology.value(term, RDFS.isDefinedBy)) for term in reused}
    assert [term for term, home in homes.items() if not term.startswith(home)] == []
    assert [term for term in reused if (term, RDFS.comment, None) in ontology] == []


def test_ten_relations_lie_below_was_derived_from(ontology: Graph) -> None:
    """The relations of vocab are exactly the sub-properties of prov:wasDerivedFrom."""
    below = set(ontology.subjects(RDFS.subPropertyOf, URIRef(PROV.WAS_DERIVED_FROM)))
    assert below == {URIRef(iri) for iri in vocab.RELATIONS.values()}
    assert len(below) == 10


def test_only_fine_tuning_lies_below_the_term_of_fair4ml(ontology: Graph) -> None:
    """Quantizations, copies and the rest are not declared as fine-tuning."""
    below = set(ontology.subjects(RDFS.subPropertyOf, URIRef(FAIR4ML.FINE_TUNED_FROM)))
    assert below == {URIRef(BEGAT.FINE_TUNED_FROM)}


def test_relations_keep_their_order() -> None:
    """Tables and legends rely on this order."""
    assert list(vocab.RELATIONS) == [
        "finetune",
        "continued-pretraining",
        "adapter",
        "quantized",
        "merge",
        "distilled",
        "converted",
        "pruned",
        "copy",
        "undetermined",
    ]


def test_kinds_and_properties_are_one_to_one(ontology: Graph) -> None:
    """Each kind has one notation and one property, none is shared, and none is left out."""
    kinds = set(ontology.subjects(RDF.type, URIRef(BEGAT.DERIVATION_KIND)))
    notations = [str(o) for kind in kinds for o in ontology.objects(kind, SKOS.notation)]
    stated = [str(ontology.value(kind, URIRef(BEGAT.KIND_PROPERTY))) for kind in kinds]
    assert sorted(notations) == sorted(vocab.RELATIONS)
    assert sorted(stated) == sorted(vocab.RELATIONS.values())
    assert {str(kind) for kind in kinds} == set(vocab.KINDS.values())


def test_institution_kinds_are_all_listed(ontology: Graph) -> None:
    """The ordered list of institution kinds leaves none out."""
    kinds = {str(s) for s in ontology.subjects(RDF.type, URIRef(BEGAT.INSTITUTION_KIND_CLASS))}
    assert kinds == set(vocab.INSTITUTION_KINDS.values())


# ----- generated files -----------------------------------------------------------------------


def test_generated_files_are_current(make_vocab: ModuleType) -> None:
    """vocab.py and context.jsonld are what the generator would write now."""
    assert make_vocab.main(["--check"]) == 0


def test_a_stale_file_is_named(
    make_vocab: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check fails on another text or no file, says which file, and writes nothing."""
    monkeypatch.setattr(make_vocab, "read", lambda _: None)
    before = (ROOT / "src" / "begat" / "vocab.py").read_bytes()
    assert make_vocab.main(["--check"]) == 1
    message = capsys.readouterr().err
    assert "stale: src/begat/vocab.py" in message.replace("\\", "/")
    assert "stale: ontology/context.jsonld" in message.replace("\\", "/")
    assert (ROOT / "src" / "begat" / "vocab.py").read_bytes() == before


def test_vocab_imports_nothing() -> None:
    """The constants cost no import time."""
    text = (ROOT / "src" / "begat" / "vocab.py").read_text(encoding="utf-8")
    assert re.findall(r"^\s*(?:import|from)\s.*", text, re.MULTILINE) == []


JSON_EXAMPLE = {
    "id": "https://huggingface.co/example-lab/model-awq",
    "type": "fair4ml:MLModel",
    "dct:identifier": "example-lab/model-awq",
    "dct:license": "https://spdx.org/licenses/Apache-2.0",
    "listed": True,
    "descendantCount": 3,
    "quantizedFrom": "https://huggingface.co/example-lab/model",
    "prov:qualifiedDerivation": {
        "id": "https://w3id.org/begat/id/derivation/1",
        "type": "Derivation",
        "kind": "begat:kind-quantized",
        "bits": "4.65",
        "evidence": {
            "id": "https://w3id.org/begat/g/hf/tags/current",
            "type": ["EvidenceGraph"],
            "prov:generatedAtTime": "2026-08-22T04:00:00Z",
        },
    },
}
TURTLE_EXAMPLE = """
PREFIX begat: <https://w3id.org/begat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX fair4ml: <https://w3id.org/fair4ml#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

<https://huggingface.co/example-lab/model-awq> a fair4ml:MLModel ;
    dct:identifier "example-lab/model-awq" ;
    dct:license <https://spdx.org/licenses/Apache-2.0> ;
    begat:listed true ; begat:descendantCount 3 ;
    begat:quantizedFrom <https://huggingface.co/example-lab/model> ;
    prov:qualifiedDerivation <https://w3id.org/begat/id/derivation/1> .
<https://w3id.org/begat/id/derivation/1> a begat:Derivation ;
    begat:kind begat:kind-quantized ; begat:bits 4.65 ;
    begat:evidence <https://w3id.org/begat/g/hf/tags/current> .
<https://w3id.org/begat/g/hf/tags/current> a begat:EvidenceGraph ;
    prov:generatedAtTime "2026-08-22T04:00:00Z"^^xsd:dateTime .
"""


@JSON_LD
def test_context_expands_to_the_same_triples_as_turtle() -> None:
    """JSON-LD with the context means what the Turtle says, in rdflib and in oxigraph."""
    context = json.loads(CONTEXT.read_text(encoding="utf-8"))
    data = json.dumps(context | JSON_EXAMPLE)
    expected = Graph().parse(data=TURTLE_EXAMPLE, format="turtle")
    assert isomorphic(Graph().parse(data=data, format="json-ld"), expected)
    quads = set(ox.parse(data, format=ox.RdfFormat.JSON_LD))
    assert quads == set(ox.parse(TURTLE_EXAMPLE, format=ox.RdfFormat.TURTLE))


@JSON_LD
def test_context_survives_a_round_trip(example: Graph, ontology: Graph) -> None:
    """Example and ontology written as JSON-LD with the context read back as the same graph."""
    context = json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"]
    graph = example + ontology
    data = graph.serialize(format="json-ld", context=context)
    assert '"fineTunedFrom"' in data
    assert isomorphic(Graph().parse(data=data, format="json-ld"), graph)


# ----- names ---------------------------------------------------------------------------------


def slash_slips(graph: Graph) -> set[str]:
    """Return what is used as a property or class although it lies below ``begat/``."""
    used = set(graph.predicates()) | set(graph.objects(predicate=RDF.type))
    return {str(term) for term in used if str(term).startswith(SLASH)}


def test_no_term_is_spelt_with_a_slash(ontology: Graph, shapes: Graph, example: Graph) -> None:
    """Own terms follow the hash everywhere, in the context and in vocab too."""
    assert [slash_slips(graph) for graph in (ontology, shapes, example)] == [set()] * 3
    assert SLASH not in CONTEXT.read_text(encoding="utf-8")
    assert SLASH not in (ROOT / "src" / "begat" / "vocab.py").read_text(encoding="utf-8")


def test_a_slash_slip_is_found() -> None:
    """The check above sees both a property and a class with the slip."""
    slip = "<a:x> a <https://w3id.org/begat/Tenure> ; <https://w3id.org/begat/kind> <a:y> ."
    found = slash_slips(Graph().parse(data=slip, format="turtle"))
    assert found == {"https://w3id.org/begat/Tenure", "https://w3id.org/begat/kind"}


def test_every_term_in_use_is_declared(ontology: Graph, shapes: Graph, example: Graph) -> None:
    """The example, the shapes and the questions use no term that begat.ttl does not list."""
    declared = set(ontology.subjects(RDFS.isDefinedBy))
    used = set(example.predicates()) | set(example.objects(predicate=RDF.type))
    used |= {term for term in shapes.all_nodes() if str(term).startswith(NAMESPACE)}
    for path in (ROOT / "tests" / "golden" / "competency").glob("*.rq"):
        names = re.findall(r"\bbegat:([A-Za-z][\w-]*)", path.read_text(encoding="utf-8"))
        used |= {URIRef(NAMESPACE + name) for name in names}
    assert {term for term in used if isinstance(term, URIRef)} - declared == set()


def test_derivation_nodes_are_named_by_their_edge(example: Graph) -> None:
    """The name of a node is the start of a hash over child, property and parent."""
    nodes = list(example.subject_objects(URIRef(PROV.QUALIFIED_DERIVATION)))
    for child, node in nodes:
        kind = str(example.value(node, URIRef(BEGAT.KIND)))
        relation = {iri: name for name, iri in vocab.KINDS.items()}[kind]
        parent = example.value(node, URIRef(PROV.ENTITY))
        edge = f"{child}\n{vocab.RELATIONS[relation]}\n{parent}"
        assert str(node).endswith("/" + hashlib.sha256(edge.encode()).hexdigest()[:32])
    assert len(nodes) == 4


def test_reference_page_lists_every_relation() -> None:
    """The page has a row for each relation with its property."""
    page = (ROOT / "docs" / "reference" / "ontology.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| `begat:(\w+)` \|", page, re.MULTILINE)
    assert [(name, NAMESPACE + local) for name, local in rows] == list(vocab.RELATIONS.items())


# ----- shapes --------------------------------------------------------------------------------


NAMES = {
    "account": "<https://huggingface.co/Qwen>",
    "alibaba": "<https://w3id.org/begat/id/org/alibaba-group>",
    "awq": "<https://huggingface.co/Qwen/Qwen2.5-7B-Instruct-AWQ>",
    "base": "<https://huggingface.co/Qwen/Qwen2.5-7B>",
    "benchmark": "<https://w3id.org/begat/id/benchmark/gsm8k>",
    "blend": "<https://huggingface.co/example-lab/qwen2.5-7b-blend>",
    "conflict": "<https://w3id.org/begat/id/conflict/example-1>",
    "country": "<https://w3id.org/begat/id/country/CN>",
    "dataset": "<https://huggingface.co/datasets/openai/gsm8k>",
    "delta": "<https://w3id.org/begat/g/hf/tags/20260822T040000Z/added>",
    "evaluation": "<https://w3id.org/begat/id/eval/example-1>",
    "family": "<https://w3id.org/begat/id/family/qwen2.5>",
    "instruct": "<https://huggingface.co/Qwen/Qwen2.5-7B-Instruct>",
    "lab": "<https://huggingface.co/example-lab>",
    "llama": "<https://w3id.org/begat/id/license/llama2>",
    "node": "<https://w3id.org/begat/id/derivation/9af1cabc08e20c3cc5814d5dbf5a1ca8>",
    "score": "<https://w3id.org/begat/id/scores/reach-v1/2026-08-22/1>",
    "scores": "<https://w3id.org/begat/id/scores/reach-v1/2026-08-22>",
    "tags": "<https://w3id.org/begat/g/hf/tags/current>",
    "tenure": "<https://w3id.org/begat/id/tenure/example-lab/1>",
    "vllm": "<https://w3id.org/begat/id/system/vllm>",
}
A_BUNDLE = "<https://w3id.org/begat/g/a/b/current> a prov:Bundle ;"
A_SNAPSHOT = (
    '<a:s> a begat:Snapshot ; dct:identifier "2026-01-01" ; dct:issued "2026-01-01"^^xsd:date ;'
    " begat:synthetic false ; begat:coverage <a:c> . <a:c> a begat:Coverage , dqv:QualityMeasurement ;"
    ' begat:coverageTopic "time" ; begat:covered 1 ; begat:coveredOf 2 ; dqv:value 0.5 ;'
    " dqv:computedOn <a:s> ."
)
CONTESTED = (
    "<a:v> a begat:ContestedValue ; begat:subject <a:s> ; begat:contestedProperty dct:license ;"
    ' begat:keptValue "a" ; begat:otherValue "b" ; dct:source <a:t> ; begat:keptSource <a:k> .'
)
CONTESTED_FAULTS = {
    "A contested value is of exactly one thing": ("begat:subject", "dct:title"),
    "A contested value is of one property": ("dct:license", "dct:license , dct:title"),
    "A contested value has one begat:keptValue": ('"b"', '"a"'),
    "A contested value has one begat:otherValue": ("begat:otherValue", "dct:title"),
    "A contested value is stated by": ("dct:source", "dct:title"),
    "A contested value names the source": ("begat:keptSource", "dct:title"),
}
SNAPSHOT_FAULTS = {
    "A snapshot has exactly one name": ("dct:identifier", "dct:title"),
    "A snapshot is of exactly one date": ("dct:issued", "dct:created"),
    "A snapshot is real or made up": ("false", '"no"'),
    "begat:coverage leads to a begat:Coverage": ("begat:coverage <a:c>", "begat:coverage <a:c> , <a:d>"),
    "A coverage is of exactly one topic": ("begat:coverageTopic", "dct:title"),
    "A coverage says how many are covered": ("begat:covered 1 ;", ""),
    "No more are covered than there are": ("begat:covered 1", "begat:covered 3"),
    "begat:coveredOf is at most one": ("begat:coveredOf 2", "begat:coveredOf 2 , 3"),
    "The share that is covered": ("0.5", "50.0"),
    "A coverage belongs to a snapshot": ("begat:coverage <a:c> .", "dct:source <a:c> ."),
}
"""How the messages begin, and what is replaced in a sound snapshot to cause them."""
A_DELTA = '$delta begat:deltaOf $tags ; begat:change "added" ; '
TERMS = '$llama begat:termsBasis "text" ; begat:licenseKind "model-licence" .'
CLAUSE = (
    '<a:r> begat:clause "naming" ; begat:readAt "github:a/b@1 LICENSE" ; begat:ruleBasis "name" ;'
    ' dct:date "2026-01-01"^^xsd:date .'
)
LIMIT = "<a:c> a odrl:Constraint ; odrl:leftOperand begat:monthlyUsers ; odrl:operator odrl:lteq ;"
LIMIT += " odrl:rightOperand 5 ."
A_TIME = '"2026-08-22T04:00:00Z"^^xsd:dateTime'


@dataclass(frozen=True)
class Broken:
    """A change to the example, and how the messages begin that it must cause."""

    message: str | tuple[str, ...]
    remove: str = ""
    add: str = ""

    @property
    def starts(self) -> tuple[str, ...]:
        """Return the beginnings, one or several."""
        return (self.message,) if isinstance(self.message, str) else self.message

    def update(self) -> str:
        """Return the change as SPARQL."""
        removal = f"DELETE WHERE {{ {self.remove} }} ;" if self.remove else ""
        return Template(f"{removal} INSERT DATA {{ {self.add} }}").substitute(NAMES)


BROKEN = [
    # models and datasets
    Broken("A model is named by an IRI", add='[] a fair4ml:MLModel ; dct:identifier "a/b" .'),
    Broken("A repository has exactly one dct:identifier", remove="$base dct:identifier ?x"),
    Broken("A repository has exactly one dct:identifier", add='$base dct:identifier "other" .'),
    Broken("begat:account leads to at most one", add="$base begat:account $family ."),
    Broken("begat:hubId is one string", add='$awq begat:hubId "66E6" .'),
    Broken("A repository is renamed to one IRI", add="$base begat:renamedTo $awq , $blend ."),
    Broken("begat:parameterCount is one whole", add="$base begat:parameterCount 7.6 ."),
    Broken("begat:currentRevision is one commit", add='$base begat:currentRevision "main" .'),
    Broken("begat:listed is true or false", add="$base begat:listed false ."),
    Broken("begat:rootModel leads", add="$awq begat:rootModel <https://example.org/nobody> ."),
    Broken("begat:exceedsTermsOf leads", add="$awq begat:exceedsTermsOf <https://example.org/nobody> ."),
    Broken("begat:childCount is one", add="$awq begat:childCount -1 ."),
    Broken("begat:descendantCount is one", add="$base begat:descendantCount 8 ."),
    Broken("begat:derivativeAccountCount is one", add="$awq begat:derivativeAccountCount 0.5 ."),
    Broken("begat:inFamily leads to", add="$base begat:inFamily $account ."),
    Broken("fair4ml:mlTask is an IRI", add='$base fair4ml:mlTask "text-generation" .'),
    Broken("begat:supportedBy is an IRI", add='$base begat:supportedBy "vLLM" .'),
    Broken("A model is trained on a schema:Dataset", add="$base begat:pretrainedOn $awq ."),
    Broken("begat:unresolvedBaseModel keeps", add='$base begat:unresolvedBaseModel "" .'),
    Broken("A dataset is named by an IRI", add='[] a schema:Dataset ; dct:identifier "a/b" .'),
    Broken("skos:prefLabel is missing", remove="$family skos:prefLabel ?x"),
    # lineage
    Broken(
        "Nothing is derived from itself",
        add="$base begat:copyOf $base ; prov:wasDerivedFrom $base .",
    ),
    Broken(
        "prov:wasDerivedFrom joins a model to models",
        add="$dataset prov:wasDerivedFrom $base .",
    ),
    Broken("A model's typed edges and its", add="$base prov:wasDerivedFrom $awq ."),
    Broken("A model's typed edges and its", add="$base begat:mergedFrom $awq ."),
    Broken(
        ("A parent is a known model", "prov:wasDerivedFrom joins a model to models"),
        add="$base begat:copyOf $lab ; prov:wasDerivedFrom $lab .",
    ),
    Broken(
        ("Only a model is a child", "prov:wasDerivedFrom joins a model to models"),
        add="$lab begat:copyOf $base ; prov:wasDerivedFrom $base .",
    ),
    Broken("A derivation node hangs", remove="$awq prov:qualifiedDerivation $node"),
    Broken("A derivation node has exactly one parent", remove="$node prov:entity ?x"),
    Broken("A derivation node has exactly one begat:kind", remove="$node begat:kind ?x"),
    Broken("A derivation node names its begat:evidence", remove="$node begat:evidence ?x"),
    Broken("prov:hadActivity is at most one", add="$node prov:hadActivity $tenure , $family ."),
    Broken("begat:bits is a number above 0", add="$node begat:bits 0 ."),
    Broken("begat:weight is one number", add="$node begat:weight 0.1 , 0.9 ."),
    Broken('begat:role is "base" or "donor"', add='$node begat:role "parent" .'),
    Broken("begat:adapterRank is a whole number", add="$node begat:adapterRank 0 ."),
    Broken("begat:parentRevision is one commit", add='$node begat:parentRevision "1111" .'),
    Broken(
        "A derivation node only adds to a plain edge",
        remove="$node begat:kind ?x",
        add="$node begat:kind begat:kind-copy .",
    ),
    Broken("A kind has exactly one skos:notation", add='begat:kind-copy skos:notation "x" .'),
    Broken(
        "A kind has exactly one begat:kindProperty",
        add='begat:kind-new a begat:DerivationKind ; rdfs:label "new" ; skos:notation "new" .',
    ),
    Broken(
        "Two kinds do not share a begat:kindProperty",
        add='begat:kind-new a begat:DerivationKind ; rdfs:label "new" ; skos:notation "new" ;'
        " begat:kindProperty begat:copyOf .",
    ),
    # who and where
    Broken("An account has exactly one foaf:accountName", remove="$lab foaf:accountName ?x"),
    Broken("begat:operatedBy is at most one", add="$lab begat:operatedBy $country ."),
    Broken("A tenure is of exactly one account", remove="$tenure begat:tenureOf ?x"),
    Broken("A tenure has exactly one institution", remove="$tenure begat:tenureHolder ?x"),
    Broken(
        "A tenure starts on one xsd:date",
        remove="$tenure schema:startDate ?x",
        add='$tenure schema:startDate "2026-01-01"^^xsd:date .',
    ),
    Broken(
        "A tenure ends on one xsd:date",
        add='$tenure schema:endDate "2025-01-01"^^xsd:date .',
    ),
    Broken(
        "An institution is named by an IRI",
        add='[] a org:Organization ; skos:prefLabel "Nameless"@en .',
    ),
    Broken("An institution or country has one", remove="$alibaba skos:prefLabel ?x"),
    Broken("An institution or country has one", add='$alibaba skos:prefLabel "Ali"@en .'),
    Broken("begat:institutionKind is at most one", add='$alibaba begat:institutionKind "ltd" .'),
    Broken("begat:headquarteredIn leads", add="$alibaba begat:headquarteredIn $family ."),
    Broken(
        "org:subOrganizationOf is at most one",
        add="$alibaba org:subOrganizationOf $tenure , $family .",
    ),
    Broken("A country has exactly one skos:notation", add='$country skos:notation "CHN" .'),
    Broken(
        "A country is named by its ISO 3166-1 code",
        add="<https://w3id.org/begat/id/country/france> a schema:Country ; "
        'skos:notation "FR" ; skos:prefLabel "France"@en .',
    ),
    # systems, benchmarks, evaluations
    Broken("A dcat:Dataset is a schema:Dataset", add="<a:d> a dcat:Dataset ."),
    Broken("A concept has a name", add="<a:c> a skos:Concept ."),
    Broken(
        "A kind of institution has exactly one",
        add='<a:k> a begat:InstitutionKind ; rdfs:label "k" ; skos:notation "A kind" .',
    ),
    Broken("begat:mayDeriveFrom leads to", add="$base begat:mayDeriveFrom $dataset ."),
    Broken("dct:created of a model", add='$base dct:created "2025" .'),
    Broken("dct:modified of a model", add='$base dct:modified "2025" .'),
    Broken("skos:prefLabel is missing", remove="$vllm skos:prefLabel ?x"),
    Broken("skos:prefLabel is missing", remove="$benchmark skos:prefLabel ?x"),
    Broken("schema:codeRepository is at most one IRI", add='$vllm schema:codeRepository "x" .'),
    Broken("An evaluation result is about", remove="$evaluation fair4ml:evaluatedMLModel ?x"),
    Broken("An evaluation result names its metric", remove="$evaluation dqv:isMeasurementOf ?x"),
    Broken("An evaluation result has exactly one", add="$evaluation dqv:value 0.5 ."),
    Broken("An evaluation result says where", remove="$evaluation dct:source ?x"),
    Broken("A system is attributed to", add="$vllm prov:wasAttributedTo <a:b> ."),
    Broken("A system is named by an IRI", add="[] a schema:SoftwareApplication ."),
    Broken("A measurement is of exactly one", remove="$evaluation dqv:computedOn ?x"),
    # licences
    Broken("An odrl:Set permits or forbids", add="<a:p> a odrl:Set ."),
    Broken("A rule of a policy has exactly one", add="<a:r> a odrl:Duty ."),
    Broken("A clause says where it was read", add=CLAUSE.replace("begat:readAt", "begat:ruleText")),
    Broken("A clause says when it was read", add=CLAUSE.replace("dct:date", "dct:issued")),
    Broken("begat:ruleBasis is one of", add=CLAUSE.replace('"name"', '"hearsay"')),
    Broken("A constraint measures exactly one", add=LIMIT.replace("odrl:leftOperand", "dct:type")),
    Broken("A constraint compares in exactly", add=LIMIT.replace("odrl:operator", "dct:type")),
    Broken("A constraint compares with exactly", add=LIMIT.replace("odrl:rightOperand", "begat:weight")),
    Broken("A licence is https://spdx.org", add="$lab dct:license <https://example.org/mit> ."),
    Broken("A licence is https://spdx.org", add='$base dct:license "mit" .'),
    Broken("begat:termsBasis is one of", add=TERMS.replace("text", "rumour")),
    Broken("Terms come with exactly one", add='$llama begat:termsBasis "text" .'),
    Broken("begat:commercialUse is", add=TERMS + ' $llama begat:commercialUse "perhaps" .'),
    Broken("begat:outputTraining is", add=TERMS + ' $llama begat:outputTraining "perhaps" .'),
    Broken("begat:useRestrictions is", add=TERMS + ' $llama begat:useRestrictions "many" .'),
    Broken("begat:derivativeTerms is", add=TERMS + ' $llama begat:derivativeTerms "mine" .'),
    Broken("A computed licence comes with", remove="$blend begat:effectiveLicenseSource ?x"),
    Broken("A licence conflict is about", remove="$conflict begat:conflictModel ?x"),
    Broken("A licence conflict names exactly one", remove="$conflict begat:conflictAncestor ?x"),
    Broken("A licence conflict names the ancestor", remove="$conflict begat:ancestorLicense ?x"),
    Broken(
        "A licence conflict names one licence of",
        add="$conflict begat:modelLicense <https://spdx.org/licenses/MIT> .",
    ),
    Broken("A licence conflict shows the model", remove="$conflict begat:modelLicenseSource ?x"),
    Broken(
        "A licence conflict shows the page",
        remove="$conflict begat:ancestorLicenseSource ?x",
    ),
    # evidence
    Broken(
        "An evidence graph is named",
        add=f"<a:g> a begat:EvidenceGraph ; prov:generatedAtTime {A_TIME} ; dct:source <a:b> ; "
        'begat:extractionMethod "tags" ; begat:confidence 1 .',
    ),
    Broken("An evidence graph has exactly one begat:ext", remove="$tags begat:extractionMethod ?x"),
    Broken("An evidence graph has exactly one prov:gen", remove="$tags prov:generatedAtTime ?x"),
    Broken("An evidence graph has exactly one begat:conf", remove="$tags begat:confidence ?x"),
    Broken(
        "An evidence graph has exactly one begat:conf",
        remove="$tags begat:confidence ?x",
        add="$tags begat:confidence 98 .",
    ),
    Broken("begat:kindConfidence is at most one", add="$tags begat:kindConfidence 0.5 ."),
    Broken("An evidence graph names its dct:source", remove="$tags dct:source ?x"),
    Broken("A graph was read by one method", add=f"{A_BUNDLE} begat:extractionMethod 'a' , 'b' ."),
    Broken("A graph or snapshot is named by", add="[] a prov:Bundle ."),
    Broken(
        "A source of begat's is described",
        add=f"{A_BUNDLE} dct:source <https://w3id.org/begat/id/source/rumour> .",
    ),
    *(Broken(message, add=A_SNAPSHOT.replace(*change)) for message, change in SNAPSHOT_FAULTS.items()),
    Broken(
        "A delta changes exactly one graph",
        add=f"{A_DELTA} begat:deltaOf $family ; prov:generatedAtTime {A_TIME} .",
    ),
    Broken(
        'begat:change is "added" or "removed"',
        add=f"$delta begat:deltaOf $tags ; prov:generatedAtTime {A_TIME} .",
    ),
    Broken("A delta has exactly one prov:generatedAtTime", add=f"{A_DELTA} ."),
    # scores
    Broken(
        ("A score is about exactly one", "A value of a data set is about"), remove="$score begat:subject ?x"
    ),
    Broken("A score has exactly one begat:value", add="$score begat:value 5.6 ."),
    Broken(
        "A score is not above",
        remove="$score begat:upper ?x",
        add="$score begat:upper 5.0 .",
    ),
    Broken(
        "A score is not below",
        remove="$score begat:lower ?x",
        add="$score begat:lower 6.0 .",
    ),
    Broken("begat:rank is one whole number", add="$score begat:rank 0 ."),
    Broken("A score measures exactly one", remove="$scores begat:indicator ?x"),
    Broken(("A score holds for exactly one", "A data set holds for"), remove="$scores begat:refPeriod ?x"),
    Broken("A score has exactly one begat:scoreMethod", remove="$scores begat:scoreMethod ?x"),
    Broken(
        ("A score names what it was", "A data set names where", "A set of measurements names"),
        remove="$scores dct:source ?x",
    ),
    Broken("A data set has exactly one qb:structure", remove="$scores qb:structure ?x"),
    Broken(
        "A data set is named by an IRI",
        add="[] a qb:DataSet ; qb:structure begat:ScoreStructure ; dct:source <a:s> ;"
        ' begat:refPeriod "2025-01-01"^^xsd:date .',
    ),
    Broken("A set of measurements names where", add="<a:d> a dqv:QualityMeasurementDataset ."),
    Broken("A set of measurements has one metric", add="$scores dqv:isMeasurementOf <a:m> , <a:n> ."),
    Broken("A set of measurements is of one", add="$scores begat:onBenchmark <a:m> , <a:n> ."),
    Broken("A slice has observations", add="$scores qb:slice <a:s> . <a:s> a qb:Slice ."),
    Broken("A slice is of exactly one", add="<a:s> a qb:Slice ; qb:observation $score ."),
    Broken("A paper is named by an IRI", add="[] a schema:ScholarlyArticle ."),
    Broken("A measure has a name", add="<a:m> a qb:MeasureProperty ."),
    Broken("A measure is named by", add='[] a qb:MeasureProperty ; skos:prefLabel "m" .'),
    Broken("An edition of a ranking names", add='<a:e> a dcat:Catalog ; dct:issued "2025-01-01"^^xsd:date .'),
    Broken("An edition of a ranking has one date", add="<a:e> a dcat:Catalog ; dct:source <a:s> ."),
    *(Broken(message, add=CONTESTED.replace(*change)) for message, change in CONTESTED_FAULTS.items()),
    Broken("A value of a data set is about", add="<a:v> qb:dataSet $scores ."),
    Broken(
        ("A score belongs to exactly one", "A value stands in one"),
        add="$score qb:dataSet $scores , $family .",
    ),
]


def violations(graph: Graph, shapes: Graph) -> set[str]:
    """Return the messages of all violations."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes)
    assert isinstance(report, Graph)
    results = report.objects(predicate=SH.result)
    return {str(report.value(result, SH.resultMessage)) for result in results}


def test_example_conforms(example: Graph, ontology: Graph, shapes: Graph) -> None:
    """The worked example passes every shape, and the shapes are well formed."""
    conforms, _, text = pyshacl.validate(example + ontology, shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.starts[0])
def test_broken_data_is_named(broken: Broken, example: Graph, ontology: Graph, shapes: Graph) -> None:
    """A broken fact causes the message made for it and no other."""
    graph = example + ontology
    graph.update(broken.update(), initNs=vocab.PREFIXES)
    assert unmatched(violations(graph, shapes), broken.starts) == (set(), set())


def unmatched(messages: set[str], starts: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """Return the messages that no beginning fits, and the beginnings that fit no message."""
    surplus = {message for message in messages if not message.startswith(starts)}
    missing = {start for start in starts if not any(m.startswith(start) for m in messages)}
    return surplus, missing


def test_every_message_is_provoked(shapes: Graph) -> None:
    """No shape is left that the broken data above does not reach."""
    messages = {str(message) for message in shapes.objects(predicate=SH.message)}
    expected = tuple(start for broken in BROKEN for start in broken.starts)
    assert unmatched(messages, expected) == (set(), set())


def test_messages_say_what_to_do(shapes: Graph) -> None:
    """Every message says after the last colon what to do, so that it can stand by itself."""
    for message in shapes.objects(predicate=SH.message):
        wrong, colon, fix = str(message).rpartition(": ")
        assert wrong
        assert colon
        assert fix.endswith(".")
        assert fix[0].islower()
