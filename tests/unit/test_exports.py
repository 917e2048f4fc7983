"""Exports: the same statements in every syntax and for every processor, pages and files others can read."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld
from tests.conftest import TEST_SOURCE
from tests.unit.store_sample import HUB, LAB, ODD, TAGS, world

from begat.errors import InputError, UnknownName
from begat.interchange.format.base import formats
from begat.records import TABLES, Account, Derivation, Evaluation, Model, Observation, Record, fields
from begat.registry import Registry
from begat.resolve import gather
from begat.snapshot import Home, Snapshot, compile_snapshot
from begat.store.quads import ONTOLOGY
from begat.vocab import BEGAT, FAIR4ML

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]

RDF = {"nquads": ".nq", "trig": ".trig", "turtle": ".ttl", "jsonld": ".jsonld"}
MODEL = f"{LAB}/blend"
SCHEMA = "http://schema.org/"


@pytest.fixture
def registry(make_snapshot: MakeSnapshot, tmp_path: Path) -> Registry:
    """Return a registry of the small world."""
    snapshot = make_snapshot([*world(), *measured(), Account("huggingface", LAB, "example-institute")])
    home = tmp_path / "home"
    home.mkdir()
    return Registry(Home(home), snapshot)


def measured() -> Iterator[Record]:
    """Yield results and figures of a model, and of strangers that come before it in every order."""
    for name in ("another-lab/alone", MODEL):
        for split in ("dev", "test")[name == MODEL :]:
            yield Evaluation(name, "test:1", "accuracy", 0.5, split=split)
        yield Observation(name, "model", "likes", 3, date(2025, 3, 2))


def quads(path: Path) -> ox.Dataset:
    """Read a file into a canonical dataset."""
    found = ox.Dataset(ox.parse(path=path))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def exported(registry: Registry, path: Path, form: str, text: str | None = MODEL, **how: Any) -> Path:
    """Export and return the path."""
    registry.export(path, form, text, **how)
    return path


@pytest.mark.parametrize("text", [MODEL, None], ids=["model", "snapshot"])
def test_the_syntaxes_say_the_same(registry: Registry, tmp_path: Path, text: str | None) -> None:
    """TriG and JSON-LD hold the quads of the N-Quads, Turtle their triples; written twice, the same bytes."""
    files = {form: exported(registry, tmp_path / f"x{end}", form, text) for form, end in RDF.items()}
    expected = quads(files["nquads"])
    for form, path in files.items():
        found = quads(path)
        if form == "turtle":
            expected_triples = {(quad.subject, quad.predicate, quad.object) for quad in expected}
            named = {item for item in expected_triples if not isinstance(item[0], ox.BlankNode)}
            assert {(quad.subject, quad.predicate, quad.object) for quad in found} >= {
                item for item in named if not isinstance(item[2], ox.BlankNode)
            }
        else:
            assert set(found) == set(expected), form
        again = exported(registry, tmp_path / f"again{RDF[form]}", form, text)
        assert again.read_bytes() == path.read_bytes(), form


def test_other_processors_of_json_ld_read_the_same(registry: Registry, tmp_path: Path) -> None:
    """PyLD and rdflib expand the JSON-LD of a whole snapshot to the quads that pyoxigraph reads."""
    path = exported(registry, tmp_path / "x.jsonld", "jsonld", None)
    expected = quads(path)
    text = jsonld.to_rdf(json.loads(path.read_text(encoding="utf-8")), {"format": "application/n-quads"})
    (tmp_path / "pyld.nq").write_text(text, encoding="utf-8")
    found = quads(tmp_path / "pyld.nq")
    assert exact(found) == exact(expected)
    assert doubles(found) == doubles(expected)
    dataset = rdflib.Dataset()
    dataset.parse(data=path.read_text(encoding="utf-8"), format="json-ld")
    assert len(list(dataset.quads())) == len(expected)


DOUBLE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#double")


def is_double(term: Any) -> bool:
    """Whether a term is a floating point number, which PyLD writes anew to 16 digits."""
    return isinstance(term, ox.Literal) and term.datatype == DOUBLE


def exact(found: ox.Dataset) -> set[ox.Quad]:
    """Return the quads whose objects every processor leaves as they are."""
    return {quad for quad in found if not is_double(quad.object)}


def doubles(found: ox.Dataset) -> set[tuple[Any, ...]]:
    """Return the others, with the value to 15 digits."""
    return {
        (quad.subject, quad.predicate, f"{float(quad.object.value):.14g}", quad.graph_name)
        for quad in found
        if is_double(quad.object)
    }


def test_names_are_readable(registry: Registry, tmp_path: Path) -> None:
    """Terms of the ontology stand by their names, and the context needs no network."""
    text = exported(registry, tmp_path / "x.jsonld", "jsonld").read_text(encoding="utf-8")
    found = json.loads(text)
    assert all(
        not isinstance(item, str) or "#" in item or item[-1] == "/" or ":" in item or item[0] == "@"
        for item in found["@context"].values()
        if isinstance(item, str)
    )
    (model,) = [node for node in found["@graph"] if node["id"] == f"{HUB}{MODEL}"]
    assert model["type"] == "fair4ml:MLModel"
    assert model["rootModel"] == f"{HUB}{LAB}/base"
    (tags,) = [node for node in found["@graph"] if node["id"] == TAGS]
    (edges,) = [node for node in tags["@graph"] if node["id"] == f"{HUB}{MODEL}"]
    assert edges["mergedFrom"] == [f"{HUB}{LAB}/base-instruct", f"{HUB}{LAB}/base-math"]


def test_a_model_comes_with_its_ancestors_only(registry: Registry, tmp_path: Path) -> None:
    """Of one model all ancestors and their facts are there, no descendant, no stranger, no ontology."""
    up = quads(exported(registry, tmp_path / "up.nq", "nquads"))
    whole = quads(exported(registry, tmp_path / "whole.nq", "nquads", None))
    names = {f"{LAB}/{name}" for name in ("blend", "base", "base-math", "base-instruct")}
    assert models(up) == {f"{HUB}{name}" for name in names}
    assert set(up) < set(whole)
    assert FAIR4ML.EVALUATED_ML_MODEL in {quad.predicate.value for quad in up}
    assert BEGAT.SUBJECT in {quad.predicate.value for quad in up}
    assert ONTOLOGY not in {graph.value for graph in graphs(up)}
    about = {quad for quad in whole if quad.subject.value in models(up)}
    derived = {quad for quad in about if "/scores/" in str(quad.graph_name)}
    assert about - derived <= set(up)
    down = quads(exported(registry, tmp_path / "down.nq", "nquads", f"{LAB}/base-math", descendants=True))
    assert f"{HUB}example-quants/blend-GGUF" in models(down)
    assert set(down) < set(whole)


def test_what_sources_dispute_comes_along(tmp_path: Path) -> None:
    """A value that two sources state differently comes as in the whole, that of a stranger does not."""
    on = date(2026, 1, 1)
    parts = [
        gather(
            replace(TEST_SOURCE, name=source),
            [Model(name, parameters=size) for name in ("another-lab/alone", MODEL)],
            on=on,
        )
        for source, size in (("one", 10**9), ("two", 7 * 10**9))
    ]
    (tmp_path / "home").mkdir()
    snapshot = compile_snapshot(parts, tmp_path / "snapshots", provenance={})
    registry = Registry(Home(tmp_path / "home"), snapshot)
    up = quads(exported(registry, tmp_path / "up.nq", "nquads"))
    assert [quad.object.value for quad in up if quad.predicate.value == BEGAT.OTHER_VALUE] == ["7000000000"]
    assert set(up) < set(quads(exported(registry, tmp_path / "whole.nq", "nquads", None)))


def models(found: ox.Dataset) -> set[str]:
    """Return the IRIs that are typed as models."""
    return {quad.subject.value for quad in found if quad.object == ox.NamedNode(FAIR4ML.ML_MODEL)}


def graphs(found: ox.Dataset) -> set[ox.NamedNode]:
    """Return the named graphs."""
    return {quad.graph_name for quad in found if isinstance(quad.graph_name, ox.NamedNode)}


def test_no_records_is_smaller(registry: Registry, tmp_path: Path) -> None:
    """Without records a whole snapshot is its projection and nothing else."""
    whole = exported(registry, tmp_path / "whole.nq", "nquads", None).read_text(encoding="utf-8").splitlines()
    small = exported(registry, tmp_path / "small.nq", "nquads", None, records=False)
    assert set(small.read_text(encoding="utf-8").splitlines()) == {
        line for line in whole if "/records/" not in line
    }


def test_packed_is_the_same(registry: Registry, tmp_path: Path) -> None:
    """A name that ends in .gz packs the file, the same every time."""
    plain = exported(registry, tmp_path / "x.nq", "nquads")
    packed = [exported(registry, tmp_path / f"{name}.nq.gz", "nquads").read_bytes() for name in "ab"]
    assert packed[0] == packed[1]
    import gzip

    assert gzip.decompress(packed[0]) == plain.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.nq.gz",
        "b.nq.gz",
        "home",
        "snapshots",
        "x.nq",
    ]


def test_what_does_not_fit_is_refused(registry: Registry, tmp_path: Path) -> None:
    """An unknown format names near ones; a format of tables takes no model; nothing is left behind."""
    with pytest.raises(UnknownName, match="Did you mean turtle"):
        registry.export(tmp_path / "x", "turtel")
    with pytest.raises(InputError, match="holds a whole snapshot, not one model"):
        registry.export(tmp_path / "x", "parquet", MODEL)
    with pytest.raises(InputError, match="holds one model, not a whole snapshot"):
        registry.export(tmp_path / "x", "fair4ml")
    assert not (tmp_path / "x").exists()


def test_a_failed_export_leaves_what_was_there(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If writing breaks off, the old file is whole and no other is left."""
    path = tmp_path / "x.nq"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(
        "begat.interchange.sorting._run", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(OSError, match="full"):
        registry.export(path, "nquads")
    assert path.read_text(encoding="utf-8") == "old"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["home", "snapshots", "x.nq"]


@pytest.mark.parametrize(("form", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_graph_files_hold_any_name(
    make_snapshot: MakeSnapshot, tmp_path: Path, form: str, read: Callable[[Path], Any]
) -> None:
    """Markup, quotes, line ends and control characters in names don't break a file; numbers stay numbers."""
    name = 'epoch:<b> & "x" \x01\x1f\uffff \n </node>'
    snapshot = make_snapshot([Model(name), Model(ODD), Derivation(name, ODD, "finetune", "tags")])
    registry = Registry(Home(tmp_path), snapshot)
    registry.export(tmp_path / "x", form)
    net = read(tmp_path / "x")
    assert len(net) == 2
    ((child, parent, facts),) = net.edges(data=True)
    assert '<b> & "x" \\u0001\\u001f\\uffff' in child
    assert '"quoted" <model>' in parent
    assert facts["share"] == 1.0
    assert facts["relation"] == "finetune"


def test_page_in_fair4ml(registry: Registry, tmp_path: Path) -> None:
    """The page uses terms of FAIR4ML by their hash IRIs, schema.org by http, and says what is known."""
    path = exported(registry, tmp_path / "x.jsonld", "fair4ml")
    found = ox.Dataset(ox.parse(path=path))
    page = json.loads(path.read_text(encoding="utf-8"))
    used = {quad.predicate.value for quad in found} | {
        quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode)
    }
    declared = {value for key, value in vars(FAIR4ML).items() if key[0] != "_"} | {
        "https://w3id.org/fair4ml#evaluationMetrics"
    }
    assert {term for term in used if "fair4ml" in term} <= declared
    assert not [term for term in used if term.startswith("https://schema.org/")]
    assert [parent["@id"] for parent in page["isBasedOn"]] == [
        f"{HUB}{LAB}/base-instruct",
        f"{HUB}{LAB}/base-math",
    ]
    assert page["sharedBy"]["name"] == "Example Institute"
    assert page["hasEvaluation"][0]["evaluationMetrics"] == "accuracy: 0.5"
    assert "license" not in page
    assert len(
        list(
            ox.parse(
                jsonld.to_rdf(page, {"format": "application/n-quads"}).encode(), format=ox.RdfFormat.N_QUADS
            )
        )
    ) == len(found)


def test_page_of_a_model_trained_on_data(registry: Registry, tmp_path: Path) -> None:
    """Fine-tunes and datasets stand under FAIR4ML's own properties; a dataset is schema.org's, no more."""
    path = exported(registry, tmp_path / "x.jsonld", "fair4ml", f"{LAB}/base-math")
    page = json.loads(path.read_text(encoding="utf-8"))
    assert [parent["name"] for parent in page["fineTunedFrom"]] == [f"{LAB}/base"]
    (data,) = page["trainedOn"]
    assert data["@type"] == "Dataset"
    assert data["license"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert "conformsTo" not in data


def test_tables_are_described(registry: Registry, tmp_path: Path) -> None:
    """The folder holds the tables as they are; the description names each file, hash, column and source."""
    folder = exported(registry, tmp_path / "tables", "parquet", None)
    about = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    for file, records in zip(about["distribution"], about["recordSet"], strict=True):
        path = folder / file["contentUrl"]
        assert file["sha256"] == sha256(path.read_bytes()).hexdigest()
        assert [field["name"] for field in records["field"]] == pq.read_schema(path).names
        assert path.read_bytes() == (registry.snapshot.path / path.name).read_bytes()
    assert [records["name"] for records in about["recordSet"]] == list(TABLES)
    assert [source["license"] for source in about["isBasedOn"]] == ["CC0-1.0"]
    assert (folder / "SOURCES.toml").exists()
    kinds = {field["dataType"] for records in about["recordSet"] for field in records["field"]}
    assert kinds == {f"sc:{kind}" for kind in ("Text", "Integer", "Float", "Boolean", "Date", "DateTime")}
    assert len(fields(TABLES["models"])) == len(about["recordSet"][0]["field"])


def test_a_folder_with_something_in_it_is_left_alone(registry: Registry, tmp_path: Path) -> None:
    """A folder of other files is not replaced."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="not empty"):
        registry.export(tmp_path / "mine", "parquet")
    assert (tmp_path / "mine" / "file").exists()


def test_every_format_is_one_file() -> None:
    """The formats are those declared by the files of the folder."""
    folder = Path(__file__).parents[2] / "src" / "begat" / "interchange" / "format"
    assert sorted(formats()) == sorted(path.stem for path in folder.glob("[!_]*.py") if path.stem != "base")
