"""What rests on something bad, for others' tools: valid, complete, and no more than is known."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.conftest import TEST_SOURCE
from tests.unit.test_boms import VALIDATORS, assert_valid_spdx, properties, related, values

from begat.consequence.impact import readable_impact
from begat.errors import UnknownName
from begat.ids import dataset_iri, model_iri
from begat.records import Account, Dataset, Derivation, Institution, Model, Record, TrainedOn
from begat.registry import Registry
from begat.resolve import gather
from begat.snapshot import Home, compile_snapshot

Json = dict[str, Any]

HOSTILE = 'bolt/"><script>x'


def world() -> Iterator[Record]:
    """Yield a dataset, a model trained on it, what was made from that, and a name that wants to break out."""
    yield Dataset("acme/rows", licence_raw="cc-by-4.0")
    yield Dataset("bolt/rows", derived_from=["acme/rows"])
    yield Model("acme/base", licence_raw="llama3.1")
    yield Model("bolt/tune", licence_raw="apache-2.0")
    yield Model(HOSTILE)
    yield Model("solo/free", licence_raw="mit")
    yield TrainedOn("acme/base", "acme/rows", "tags")
    yield Derivation("bolt/tune", "acme/base", "finetune", "tags")
    yield Derivation(HOSTILE, "bolt/tune", "merge", "card")
    yield Account("huggingface", "acme", "acme-labs", basis="assumed")
    yield Institution("Acme Labs", id="acme-labs", kind="company", country="FR")


def opened(folder: Path) -> Registry:
    """Open the world."""
    parts = [gather(TEST_SOURCE, world(), on=date(2026, 1, 1))]
    return Registry(Home(folder / "home"), compile_snapshot(parts, folder / "snapshots", provenance={}))


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Open the world once."""
    return opened(tmp_path_factory.mktemp("world"))


def reached(registry: Registry, *starts: int) -> set[str]:
    """Return the IRIs of what rests on some nodes and of these themselves, by a readable walk."""
    supply = registry.supply
    hit = {node for node, (level, _) in readable_impact(supply, np.array(starts)).items() if level < 2}
    names = [(node, supply.graph.ids[node]) for node in {*starts, *hit}]
    return {dataset_iri(name) if node >= supply.models else model_iri(name) for node, name in names}


def test_cyclonedx_holds_all_that_is_hit(registry: Registry) -> None:
    """The strict schemas take it; what is bad and what rests on it, no more, are components in triage."""
    start = registry.supply.dataset("acme/rows")
    assert start is not None
    document = json.loads(registry.impact_document("dataset:acme/rows", reason_id="CVE-2026-12345"))
    for version, validator in VALIDATORS.items():
        error = validator.validate_str(json.dumps(document | {"specVersion": version.to_version()}))
        assert error is None, str(error)
    refs = {each["bom-ref"] for each in document["components"]}
    assert refs == reached(registry, start)
    (problem,) = document["vulnerabilities"]
    assert {each["ref"] for each in problem["affects"]} == refs
    assert (problem["id"], problem["analysis"]["state"]) == ("CVE-2026-12345", "in_triage")
    assert "4 models and datasets rest on the dataset acme/rows" in problem["analysis"]["detail"]
    depends = {(each["ref"], *each["dependsOn"]) for each in document["dependencies"]}
    assert depends == {
        (model_iri("acme/base"), dataset_iri("acme/rows")),
        (dataset_iri("bolt/rows"), dataset_iri("acme/rows")),
        (model_iri("bolt/tune"), model_iri("acme/base")),
        (model_iri(HOSTILE), model_iri("bolt/tune")),
    }


def test_each_hit_says_how_it_came_to_be_one(registry: Registry) -> None:
    """A component carries its depth, last step and evidence; the subject itself has no such step."""
    document = json.loads(registry.impact_document("acme/base"))
    by_ref = {each["bom-ref"]: each for each in document["components"]}
    tune = by_ref[model_iri("bolt/tune")]
    found = {name: values(tune, name) for name in ("depth", "relation", "via", "evidence", "country")}
    assert found == {
        "depth": ["1"],
        "relation": ["finetune"],
        "via": ["acme/base"],
        "evidence": ["declared"],
        "country": [],
    }
    assert (tune["purl"], tune["publisher"]) == ("pkg:huggingface/bolt/tune", "bolt")
    assert tune["licenses"] == [{"license": {"id": "Apache-2.0", "acknowledgement": "declared"}}]
    assert "properties" not in by_ref[model_iri("acme/base")]


def test_spdx_holds_the_same(registry: Registry) -> None:
    """The classes of SPDX take it; its packages, steps and assessment are those of the other document."""
    document = json.loads(registry.impact_document("dataset:acme/rows", form="spdx", reason="bad rows"))
    assert_valid_spdx(document)
    graph = document["@graph"]
    (assessed,) = [each for each in graph if each["type"].startswith("security_Vex")]
    (problem,) = [each for each in graph if each["type"] == "security_Vulnerability"]
    packages = {each["spdxId"] for each in graph if each["type"].endswith("Package")}
    assert (assessed["from"], set(assessed["to"])) == (problem["spdxId"], packages)
    assert (problem["name"], problem["description"]) == ("begat:dataset:acme/rows", "bad rows")
    assert len(packages) == 5
    assert related(document, "trainedOn") == [(model_iri("acme/base"), dataset_iri("acme/rows"))]
    assert set(related(document, "descendantOf")) == {
        (dataset_iri("bolt/rows"), dataset_iri("acme/rows")),
        (model_iri("bolt/tune"), model_iri("acme/base")),
        (model_iri(HOSTILE), model_iri("bolt/tune")),
    }
    steps = [each for each in graph if each.get("relationshipType") == "trainedOn"]
    assert ("begat:evidence", "declared") in properties(steps[0])


def test_of_an_account_all_that_is_its_own_is_bad(registry: Registry) -> None:
    """The things of an account are components besides what rests on them; the account is named."""
    document = json.loads(registry.impact_document("account:acme"))
    supply = registry.supply
    own = [supply.model("acme/base"), supply.dataset("acme/rows")]
    refs = {each["bom-ref"] for each in document["components"]}
    assert refs == reached(registry, *[node for node in own if node is not None])
    (subject,) = values(document["metadata"], "subject")
    assert json.loads(subject) == {"kind": "account", "id": "huggingface:acme"}


@pytest.mark.parametrize("form", ["cyclonedx-vex", "spdx"])
def test_nothing_hit_is_still_told(registry: Registry, form: str) -> None:
    """A thing on which nothing rests gives a valid document of itself alone."""
    document = json.loads(registry.impact_document("solo/free", form=form))
    if form == "spdx":
        assert_valid_spdx(document)
    else:
        assert next(iter(VALIDATORS.values())).validate_str(json.dumps(document)) is None
    assert "0 models and datasets rest on the model solo/free" in json.dumps(document)


def test_same_facts_same_bytes(registry: Registry, tmp_path: Path) -> None:
    """Another home with the same snapshot gives the same bytes; another cause gives another document."""
    other = opened(tmp_path)
    for form in ("cyclonedx-vex", "spdx"):
        first = registry.impact_document("acme/base", form=form)
        assert other.impact_document("acme/base", form=form) == first
        assert registry.impact_document("acme/base", form=form, reason_id="X-1") != first


def test_what_does_not_exist_is_refused(registry: Registry) -> None:
    """An unknown thing or form is an error with near names."""
    with pytest.raises(UnknownName):
        registry.impact_document("nobody/none")
    with pytest.raises(UnknownName, match="cyclonedx-vex"):
        registry.impact_document("acme/base", form="cyclonedx")
