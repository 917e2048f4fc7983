"""Bills of materials: all that a model comes from, nothing else, and valid by others' validators."""

import io
import json
import os
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packageurl import PackageURL
from spdx_python_model import v3_0_1 as spdx_model
from tests.conftest import MakeSnapshot, examples
from tests.unit.bom_sample import CASES, LAB, QUANTS, content, lineage, of, written

from begat.errors import InputError
from begat.graph import RELATIONS
from begat.graph.build import build
from begat.ids import dataset_iri, model_iri
from begat.interchange.addresses import expression, package_url
from begat.interchange.format import cyclonedx, spdx
from begat.interchange.format.base import format_named
from begat.interchange.pedigree import Pedigree, pedigree
from begat.records import Dataset, Derivation, Inference, Model, TrainedOn
from begat.snapshot import Snapshot

GOLDEN = Path(__file__).parent.parent / "golden" / "boms"
VALIDATORS = {version: JsonStrictValidator(version) for version in (SchemaVersion.V1_6, SchemaVersion.V1_7)}

Json = dict[str, Any]
Pair = tuple[str, str]


@pytest.fixture
def snapshot(make_snapshot: MakeSnapshot) -> Snapshot:
    """Return the example lineage as a snapshot."""
    return make_snapshot(lineage())


def assert_valid_cyclonedx(bom: Json) -> None:
    """Assert that the strict schemas of 1.6 and 1.7 accept it, and that every reference leads somewhere."""
    for version, validator in VALIDATORS.items():
        error = validator.validate_str(json.dumps(bom | {"specVersion": version.to_version()}))
        assert error is None, str(error)
    refs = [each["bom-ref"] for each in components(bom)]
    assert len(refs) == len(set(refs))
    assert {each["ref"] for each in bom["dependencies"]} == set(refs)
    assert {ref for each in bom["dependencies"] for ref in each.get("dependsOn", ())} <= set(refs)
    assert {ref for child, ref in pedigrees(components(bom))} <= set(refs)


def read_spdx(document: Json) -> Any:
    """Read it with the classes made from SPDX's shapes, which refuse unknown fields and wrong values."""
    read = spdx_model.SHACLObjectSet()
    spdx_model.JSONLDDeserializer().read(io.BytesIO(json.dumps(document).encode()), read)
    return read


def assert_valid_spdx(document: Json) -> None:
    """Assert that it reads, that no reference leads nowhere, and that no required field is missing."""
    read = read_spdx(document)
    assert read.link() == set()
    spdx_model.JSONLDSerializer().write(read, io.BytesIO())
    names = [each["spdxId"] for each in document["@graph"] if "spdxId" in each]
    assert len(names) == len(set(names))
    head = document["@graph"][1]
    assert sorted([head["spdxId"], *head["element"]]) == sorted(names)


def components(bom: Json) -> list[Json]:
    """Return the model of the document and all other components."""
    return [bom["metadata"]["component"], *bom["components"]]


def values(thing: Json, name: str) -> list[str]:
    """Return the values of a property of a component."""
    return [each["value"] for each in thing.get("properties", ()) if each["name"] == f"begat:{name}"]


def pedigrees(things: Iterable[Json]) -> Iterator[Pair]:
    """Yield child and parent of each component's own ancestors, one level."""
    for thing in things:
        for parent in thing.get("pedigree", {}).get("ancestors", ()):
            yield thing["bom-ref"], values(parent, "ref")[0]


def nested(thing: Json, ref: str) -> Iterator[Pair]:
    """Yield child and parent of all ancestors below ancestors."""
    for parent in thing.get("pedigree", {}).get("ancestors", ()):
        (above,) = values(parent, "ref")
        yield ref, above
        yield from nested(parent, above)


def depth(thing: Json) -> int:
    """Return how many pedigrees are inside each other."""
    return max((1 + depth(each) for each in thing.get("pedigree", {}).get("ancestors", ())), default=0)


def described(document: Json, kind: str) -> dict[str, str]:
    """Return the IRI in begat's graph of each package of a kind, by its SPDX id."""
    found = [each for each in document["@graph"] if each["type"] == kind]
    return {each["spdxId"]: each["externalIdentifier"][0]["identifier"] for each in found}


def related(document: Json, kind: str) -> list[Pair]:
    """Return both ends of the relationships of a kind; what leads to no package stays as it stands."""
    names = described(document, "ai_AIPackage") | described(document, "dataset_DatasetPackage")
    found = [each for each in document["@graph"] if each.get("relationshipType") == kind]
    return [(names[each["from"]], names.get(each["to"][0], each["to"][0])) for each in found]


def properties(element: Json) -> list[Pair]:
    """Return names and values that an element of SPDX carries."""
    entries = element["extension"][0]["extension_cdxProperty"]
    return [(each["extension_cdxPropName"], each["extension_cdxPropValue"]) for each in entries]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
def test_golden(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, case: str, form: str) -> None:
    """Each kind of lineage gives its golden document; digest and version are masked."""
    module = {"cyclonedx": cyclonedx, "spdx": spdx}[form]
    for shared in ("bom", "elements"):
        monkeypatch.setattr(f"begat.interchange.{shared}.__version__", "0")
    whole = of(snapshot, CASES[case])
    document = module.document(replace(whole, edition=whole.edition._replace(digest="0" * 64)))
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    golden = GOLDEN / f"{case}{module.FORMAT.suffix}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    {"cyclonedx": assert_valid_cyclonedx, "spdx": assert_valid_spdx}[form](document)


@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
def test_the_same_facts_give_the_same_bytes(snapshot: Snapshot, tmp_path: Path, form: str) -> None:
    """A format writes a file, and writes it again byte by byte; another model gets another serial number."""
    of_blend, of_chat = (content(snapshot, f"{LAB}/{name}") for name in ("blend", "chat"))
    paths = [tmp_path / f"{number}.json" for number in range(3)]
    for path, what in zip(paths, (of_blend, of_blend, of_chat), strict=True):
        format_named(form).write(what, path)
    first, second, other = (path.read_bytes() for path in paths)
    assert first == second
    key = {"cyclonedx": lambda bom: bom["serialNumber"], "spdx": lambda bom: bom["@graph"][1]["spdxId"]}[form]
    assert key(json.loads(first)) != key(json.loads(other))


def test_only_one_model(snapshot: Snapshot) -> None:
    """A whole snapshot has no bill of materials: that is said and not written as an empty one."""
    with pytest.raises(InputError, match="one model"):
        pedigree(content(snapshot, f"{LAB}/blend")._replace(node=None))
    assert not any(format_named(name).whole for name in ("cyclonedx", "spdx"))


def test_cyclonedx_says_every_hop(snapshot: Snapshot) -> None:
    """A merge of fine-tunes: kinds, weights, sources, methods and confidences up to the root."""
    bom = cyclonedx.document(of(snapshot, f"{LAB}/blend"))
    chat, math = bom["metadata"]["component"]["pedigree"]["ancestors"]
    assert [values(each, "kind") + values(each, "weight") for each in (chat, math)] == [
        ["merge", "0.6"],
        ["merge", "0.4"],
    ]
    (base,) = chat["pedigree"]["ancestors"]
    assert base["name"] == "base"
    assert (values(base, "kind"), values(base, "confidence")) == (["finetune"], ["0.98"])
    assert values(base, "weight") == []
    said = [json.loads(text) for text in values(base, "statement")]
    assert [(each["kind"], each["source"], each["method"]) for each in said] == [
        ("finetune", "test", "tags"),
        ("undetermined", "test", "card"),
    ]
    (again,) = math["pedigree"]["ancestors"]
    assert again["purl"] == base["purl"]


def test_licences_are_as_declared(snapshot: Snapshot) -> None:
    """An id only for what SPDX lists, an expression for several, a name for the rest, nothing for none."""
    bom = cyclonedx.document(of(snapshot, f"{LAB}/blend"))
    found = {each["name"]: each.get("licenses") for each in components(bom)}
    declared = {"acknowledgement": "declared"}
    assert found["base"] == [{"license": {"id": "Apache-2.0", **declared}}]
    assert found["math"] == [{"license": {"name": "other", **declared}}]
    assert found["chat"][0]["license"]["name"] == "Llama 3.1 Community License Agreement"
    assert found["blend"] == [
        {"expression": "Apache-2.0 AND LicenseRef-openrailplusplus", "acknowledgement": "declared"}
    ]
    assert found["plain-text"] is None
    document = spdx.document(of(snapshot, f"{LAB}/blend"))
    licence = {each["spdxId"]: each for each in document["@graph"] if "spdxId" in each}
    ends = dict(related(document, "hasDeclaredLicense"))
    said = {name: licence.get(ends[model_iri(f"{LAB}/{name}")]) for name in ("base", "math", "chat")}
    assert said["base"]["simplelicensing_licenseExpression"] == "Apache-2.0"
    assert said["math"] is None
    assert ends[model_iri(f"{LAB}/math")] == spdx.NO_LICENCE
    (text,) = said["chat"]["simplelicensing_customIdToUri"]
    assert text["key"] == said["chat"]["simplelicensing_licenseExpression"] == "LicenseRef-llama3.1"
    assert "Llama 3.1" in licence[text["value"]]["simplelicensing_licenseText"]


def test_datasets_of_ancestors_and_their_origins(snapshot: Snapshot) -> None:
    """A quantization carries what its ancestors were trained on, and what that was made from."""
    whole = of(snapshot, f"{QUANTS}/chat-GGUF")
    assert {each.id for each in whole.datasets} == {
        *(f"{LAB}/{name}" for name in ("talk", "sums", "gone")),
        "plain-text",
    }
    document = spdx.document(whole)
    taught = [pair for pair in related(document, "trainedOn") if pair[1] != spdx.NO_ELEMENT]
    talk = dataset_iri(f"{LAB}/talk")
    assert sorted(taught) == sorted(
        [(model_iri(f"{LAB}/chat"), talk), (model_iri(f"{LAB}/base"), dataset_iri("plain-text"))]
    )
    assert (talk, dataset_iri(f"{LAB}/sums")) in related(document, "descendantOf")
    chat = next(each for each in components(cyclonedx.document(whole)) if each["name"] == "chat")
    assert chat["modelCard"]["modelParameters"]["datasets"] == [
        {"ref": talk},
        {"type": "dataset", "name": "custom"},
    ]
    assert len(values(chat, "trainedOn")) == 2
    assert json.loads(values(chat, "unresolvedDataset")[0])["text"] == "custom"


def test_kinds_in_the_words_of_spdx(snapshot: Snapshot) -> None:
    """A quantization is a variant, a copy is copied to, an adapter needs its parent, a fine-tune neither."""
    chat, gguf = (model_iri(f"{owner}/{name}") for owner, name in ((LAB, "chat"), (QUANTS, "chat-GGUF")))
    document = spdx.document(of(snapshot, f"{QUANTS}/chat-GGUF"))
    assert related(document, "hasVariant") == [(chat, gguf)]
    assert related(document, "copiedTo") == related(document, "dependsOn") == []
    needs = related(spdx.document(of(snapshot, f"{LAB}/chat-lora")), "dependsOn")
    assert needs == [(model_iri(f"{LAB}/chat-lora"), chat)]
    base, copy = model_iri(f"{LAB}/base"), model_iri(f"modelscope:{LAB}/base")
    document = spdx.document(of(snapshot, f"modelscope:{LAB}/base"))
    assert related(document, "copiedTo") == related(document, "hasVariant") == [(base, copy)]


def test_what_is_inferred_is_marked(tmp_path: Path) -> None:
    """Nothing inferred by default; with inferred edges it comes and says so, where nobody declares."""
    child, parent, root = "a/c-GGUF", "a/c", "a/r"
    declared = Derivation(parent, root, "finetune", "tags", parent=root, status="resolved", source="test")
    guessed = Inference(child, parent, "quantized", "name-suffix", "c-GGUF", 0.6, source="begat")
    needless = Inference(parent, root, "adapter", "name-suffix", "c", 0.6, source="begat")
    models = [Model(key) for key in (parent, child, root)]
    rows = {"models": models, "derivations": [declared], "inferences": [guessed, needless]}
    snapshot = written(rows, tmp_path)
    assert len(of(snapshot, child).models) == 1
    whole = of(snapshot, child, inferred=True)
    assert [step.inferred for step in whole.steps] == [True, False]
    (parent,) = cyclonedx.document(whole)["metadata"]["component"]["pedigree"]["ancestors"]
    assert values(parent, "inferred") == ["true"]
    assert values(parent["pedigree"]["ancestors"][0], "inferred") == []
    related = [each for each in spdx.document(whole)["@graph"] if each["type"] == "Relationship"]
    marked = [("begat:inferred", "true") in properties(each) for each in related if "extension" in each]
    assert marked == [True, False]


def test_what_leads_nowhere_is_said(snapshot: Snapshot) -> None:
    """A base that leads to no model stands as it was written; a root has no assertion of parents."""
    whole = of(snapshot, f"{LAB}/chat-lora")
    (text,) = values(cyclonedx.document(whole)["metadata"]["component"], "unresolvedBaseModel")
    assert json.loads(text)["text"] == './output-32b/"merged"'
    document = spdx.document(whole)
    base = model_iri(f"{LAB}/base")
    assert [pair for pair in related(document, "descendantOf") if pair[1] == spdx.NO_ELEMENT] == [
        (base, spdx.NO_ELEMENT)
    ]


def test_the_kind_is_that_of_the_graph(snapshot: Snapshot) -> None:
    """The kind that documents give first is the one that all other answers give."""
    graph = build(snapshot)
    for name in CASES.values():
        for step in of(snapshot, name).steps:
            child, parent = graph.ids.find(step.child), graph.ids.find(step.parent)
            (edge,) = ((graph.child == child) & (graph.parent == parent)).nonzero()[0]
            assert step.relation == RELATIONS[graph.relation[edge]]


def test_others_read_it(snapshot: Snapshot) -> None:
    """The classes of cyclonedx-python-lib read components, package URLs and dependencies back."""
    bom = cyclonedx.document(of(snapshot, f"{LAB}/blend"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = Bom.from_json(bom)
    assert {str(each.bom_ref) for each in read.components} == {each["bom-ref"] for each in bom["components"]}
    assert str(read.metadata.component.purl) == f"pkg:huggingface/{LAB}/blend"
    names = {each.name for each in read.metadata.component.pedigree.ancestors}
    assert names == {"chat", "math"}


def test_package_urls() -> None:
    """Only models of the Hub have one: the standard knows no other type that fits."""
    for key in ("Qwen/Qwen2.5-7B", "_a/b--c_d."):
        url = PackageURL.from_string(package_url(Model(key)) or "")
        assert (url.type, f"{url.namespace}/{url.name}") == ("huggingface", key)
    for thing in (Model("gpt2"), Model("modelscope:a/b"), Model("a/b/c"), Model("a/ "), Dataset("a/b")):
        assert package_url(thing) is None


@given(
    st.text(min_size=1).filter(
        lambda text: not set(text) & set(" ()\t\n\r\x0b\x0c") and text.split() == [text]
    )
)
def test_references_are_those_of_spdx(text: str) -> None:
    """Whatever a licence is called, its reference has letters, digits, ``.`` and ``-`` only."""
    found = expression(f"MIT OR LicenseRef-{text}").removeprefix("MIT OR LicenseRef-")
    assert found
    assert found.isascii()
    assert found.replace("-", "").replace(".", "").isalnum() or set(found) <= {"-", "."}


hostile = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
ids = st.lists(
    st.one_of(
        st.builds("{}/{}".format, hostile, hostile),
        st.builds("epoch:{}".format, hostile),
        st.sampled_from(["a/b", 'a/"><script>alert(1)</script>', "a/[/bold]", "a/\u202eb", "../..", "a/%00"]),
    ),
    min_size=1,
    max_size=7,
    unique_by=model_iri,
)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Draw models with hostile names, merges, cycles, datasets and what these are made from."""
    names = sorted(draw(ids), key=str.encode)
    name, any_text = st.sampled_from(names), st.none() | hostile
    models = [
        Model(key, licence=draw(any_text), licence_raw=draw(any_text), platform="x", account=draw(any_text))
        for key in names
    ]
    pairs = draw(st.lists(st.tuples(name, name), max_size=14, unique=True))
    derivations = [
        Derivation(
            child,
            parent,
            draw(st.sampled_from(RELATIONS)),
            draw(hostile),
            ordinal,
            draw(st.none() | st.floats(0.1, 1)),
            parent=parent,
            status="self" if child == parent else "resolved",
            kind_confidence=draw(st.none() | st.floats(0, 1)),
            source=draw(any_text),
        )
        for ordinal, (child, parent) in enumerate(pairs)
    ]
    data = draw(st.lists(hostile, max_size=3, unique_by=dataset_iri))
    origins = [draw(st.none() | st.lists(st.sampled_from(data), max_size=2)) for _ in data]
    datasets = [Dataset(key, derived_from=some) for key, some in zip(data, origins, strict=True)]
    uses = [
        TrainedOn(draw(name), key, "card", dataset=draw(st.sampled_from([key, None])), source="test")
        for key in data
    ]
    return {"models": models, "derivations": derivations, "datasets": datasets, "trained_on": uses}


@given(tables(), st.data())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_lineage(rows: dict[str, list[Any]], data: st.DataObject) -> None:
    """Whatever the lineage, both documents are valid and hold its models and edges, nothing else."""
    start = data.draw(st.sampled_from([model.id for model in rows["models"]]))
    with tempfile.TemporaryDirectory() as folder:
        whole = of(written(rows, Path(folder)), start)
    net: nx.DiGraph[str] = nx.DiGraph()
    net.add_node(start)
    net.add_edges_from((each.child, each.parent) for each in rows["derivations"] if each.status != "self")
    ancestors = nx.descendants(net, start) | {start}
    edges = {(model_iri(child), model_iri(parent)) for child, parent in net.edges(ancestors)}
    _assert_holds_cyclonedx(whole, {model_iri(key) for key in ancestors}, edges)
    _assert_holds_spdx(whole, {model_iri(key) for key in ancestors}, edges)


def _assert_holds_cyclonedx(whole: Pedigree, models: set[str], edges: set[Pair]) -> None:
    bom = cyclonedx.document(whole)
    assert_valid_cyclonedx(bom)
    made = [each for each in components(bom) if each["type"] == "machine-learning-model"]
    assert {each["bom-ref"] for each in made} == models
    assert sorted(pedigrees(made)) == sorted(edges)
    subject = bom["metadata"]["component"]
    assert sorted(nested(subject, subject["bom-ref"])) == sorted(edges)
    depends = {(each["ref"], other) for each in bom["dependencies"] for other in each.get("dependsOn", ())}
    assert {pair for pair in depends if pair[0] in models and pair[1] in models} == edges


def _assert_holds_spdx(whole: Pedigree, models: set[str], edges: set[Pair]) -> None:
    document = spdx.document(whole)
    assert_valid_spdx(document)
    assert set(described(document, "ai_AIPackage").values()) == models
    found = [pair for pair in related(document, "descendantOf") if pair[0] in models]
    assert sorted(pair for pair in found if pair[1] != spdx.NO_ELEMENT) == sorted(edges)
    rootless = {child for child, parent in found if parent == spdx.NO_ELEMENT}
    assert rootless == models - {child for child, _ in edges}


def _chain(pairs: Iterable[tuple[int, int]], folder: Path) -> Snapshot:
    """Write models m0000, m0001, ... and derivations among them."""
    listed = list(pairs)
    count = max(max(pair) for pair in listed) + 1
    models = [Model(f"a/m{number:04}") for number in range(count)]
    names = [(models[child].id, models[parent].id) for child, parent in sorted(listed)]
    edges = [
        Derivation(child, parent, "merge", "tags", parent=parent, status="resolved", source="test")
        for child, parent in names
    ]
    return written({"models": models, "derivations": edges}, folder)


def test_many_ways_cost_nothing(tmp_path: Path) -> None:
    """Of 2^30 ways up a ladder both documents stay as small as its 62 models and 120 derivations."""
    ladder = [(2 * k + a, 2 * k + 2 + b) for k in range(30) for a in (0, 1) for b in (0, 1)]
    whole = of(_chain(ladder, tmp_path), "a/m0000")
    assert (len(whole.models), len(whole.steps)) == (61, 118)
    bom, document = cyclonedx.document(whole), spdx.document(whole)
    assert_valid_cyclonedx(bom)
    assert_valid_spdx(document)
    subject = bom["metadata"]["component"]
    assert len(list(nested(subject, subject["bom-ref"]))) <= len(whole.steps)
    assert len(list(pedigrees(components(bom)))) == len(whole.steps)
    assert depth(subject) == cyclonedx.NESTED
    assert max(len(json.dumps(bom)), len(json.dumps(document))) < 300_000


def test_a_long_line_can_be_read(tmp_path: Path) -> None:
    """Sixty generations: the nesting ends, all derivations are there, readers get through."""
    whole = of(_chain([(k, k + 1) for k in range(60)], tmp_path), "a/m0000")
    bom = cyclonedx.document(whole)
    assert_valid_cyclonedx(bom)
    assert len(list(pedigrees(components(bom)))) == 60
    assert depth(bom["metadata"]["component"]) == cyclonedx.NESTED
    assert_valid_spdx(spdx.document(whole))


def test_synthetic_is_said(snapshot: Snapshot) -> None:
    """A document of a synthetic Hub says that it is one; a real one does not."""
    whole = of(snapshot, f"{LAB}/base")
    made_up = replace(whole, edition=whole.edition._replace(synthetic=True))
    for each, expected in ((whole, []), (made_up, ["true"])):
        assert values(cyclonedx.document(each)["metadata"], "synthetic") == expected
        said = dict(properties(spdx.document(each)["@graph"][1]))
        assert [said[name] for name in ("begat:synthetic",) if name in said] == expected
