"""Lineage by three roads: the command, a SPARQL path, and networkx on the edges of the table."""

import random
from pathlib import Path

import networkx as nx
import pytest
from tests.cli import begat
from tests.conftest import THOROUGH

import begat as package
from begat.ids import model_iri
from begat.snapshot import embedded

SAMPLE, SEED = 500 if THOROUGH else 200, 20261125
DERIVED = "<http://www.w3.org/ns/prov#wasDerivedFrom>+"


@pytest.fixture(scope="module")
def edges() -> "nx.DiGraph[str]":
    """Return the derivations of the embedded snapshot, read from its table alone."""
    rows = embedded().table("derivations", ["child", "parent", "status"]).to_pylist()
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(
        (row["child"], row["parent"]) for row in rows if row["status"] in {"resolved", "dangling"}
    )
    return graph


@pytest.fixture(scope="module")
def chosen(edges: "nx.DiGraph[str]") -> list[str]:
    """Return many models, 100 of all and the others with recorded lineage."""
    pick = random.Random(SEED)
    every = embedded().table("models", ["id"])["id"].to_pylist()
    return pick.sample(sorted(edges), SAMPLE - 100) + pick.sample(every, 100)


def test_command_path_and_networkx_agree(edges: "nx.DiGraph[str]", chosen: list[str], built: Path) -> None:
    """For many models ancestors and descendants are the same sets on all three roads."""
    registry = package.open(built)
    iris = {model_iri(key): key for key in registry.graph.ids}
    for key in chosen:
        above = nx.descendants(edges, key) if key in edges else set()
        below = nx.ancestors(edges, key) if key in edges else set()
        rows = begat("lineage", key, "--up", "--down", "--format", "json", home=built).rows
        assert {row["id"] for row in rows if row["direction"] == "up"} == above
        assert {row["id"] for row in rows if row["direction"] == "down"} == below
        node = f"<{model_iri(key)}>"
        for path, wanted in ((f"{node} {DERIVED} ?m", above), (f"?m {DERIVED} {node}", below)):
            found = registry.sparql(f"SELECT DISTINCT ?m {{ {path} FILTER (?m != {node}) }}")
            assert {iris[row["m"]] for row in found.rows} == wanted


def test_evidence_of_a_known_step(built: Path) -> None:
    """Qwen2.5-7B-Instruct is a fine-tune of Qwen2.5-7B, and the rows say who says so and when."""
    (row,) = begat("lineage", "Qwen/Qwen2.5-7B-Instruct", "--up", "--format", "json", home=built).rows
    assert (row["id"], row["relation"], row["depth"]) == ("Qwen/Qwen2.5-7B", "finetune", 1)
    assert {item["source"] for item in row["evidence"]} >= {"hub-stats", "starscreener"}
    assert all(item["stated_on"] and item["method"] for item in row["evidence"])
