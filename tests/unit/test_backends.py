"""Stores of one interface: on disk, in memory, datasets of rdflib; and a registry opened with each."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from tests.conftest import TEST_SOURCE
from tests.unit.query_sample import wider
from tests.unit.store_sample import TAGS

import begat
from begat.errors import InputError, UnknownName
from begat.graph.build import build
from begat.influence.scores import kept_scores
from begat.query.run import queries, run, run_text
from begat.registry import Registry
from begat.resolve import gather
from begat.snapshot import Home, Snapshot, compile_snapshot
from begat.store import rdflib_dataset, sparql
from begat.store.answer import Result
from begat.store.backend import Embedded, in_memory
from begat.store.backend.rdflib import Rdflib

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "queries"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose snapshot is the example world."""

    def write(folder: Path) -> Snapshot:
        return compile_snapshot([gather(TEST_SOURCE, wider(), on=date(2026, 1, 1))], folder, provenance={})

    folder = tmp_path_factory.mktemp("home")
    Home(folder).take(write)
    return folder


@pytest.fixture(scope="module")
def store(home: Path) -> ox.Store:
    """Return the example world in memory."""
    snapshot = Home(home).current()
    scores = kept_scores(snapshot, lambda: build(snapshot), home / "scores.parquet")
    return in_memory(snapshot, scores)


def as_set(result: Result) -> set[str]:
    """Return rows without their order and number."""
    return {json.dumps(row, default=str, sort_keys=True) for row in result.rows}


def params(name: str) -> Any:
    """Return the kept parameters of a query."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["params"]


@pytest.mark.parametrize("name", sorted(queries()))
def test_a_named_query_through_rdflib(store: ox.Store, name: str) -> None:
    """Every named query has the same rows through rdflib's interface."""
    backend = Rdflib(rdflib_dataset(store))
    here, there = run(store, name, params(name)), run(backend, name, params(name))
    assert there.columns == here.columns
    assert as_set(there) == as_set(here)


def test_rdflibs_own_engine(store: ox.Store) -> None:
    """A dataset that rdflib keeps and asks by itself answers too."""
    dataset = rdflib.Dataset(default_union=True)
    quads = (ox.serialize(store, format=ox.RdfFormat.N_QUADS) or b"").decode()
    dataset.parse(data=quads, format="nquads")
    backend = Rdflib(dataset)
    for name in ("ancestors", "children", "evidence"):
        assert as_set(run(backend, name, params(name))) == as_set(run(store, name, params(name)))
    with pytest.raises(UnknownName):
        run(backend, "ancestors", {"model": "example-lab/nothing"})
    with pytest.raises(InputError, match="no SPARQL query"):
        run_text(backend, "SELECT ?s { ?s ?p }")
    backend.close()


def test_forms_through_rdflib(store: ox.Store) -> None:
    """ASK and CONSTRUCT answer through rdflib as they do without it."""
    backend = Rdflib(rdflib_dataset(store))
    for query in (
        "ASK { ?s a fair4ml:MLModel }",
        "ASK { ?s a <http://example.org/nothing> }",
        "CONSTRUCT { ?s dct:source ?o } WHERE { ?s prov:wasDerivedFrom ?o }",
    ):
        here, there = run_text(store, query), run_text(backend, query)
        assert (there.columns, there.truth) == (here.columns, here.truth)
        assert as_set(there) == as_set(here)
    assert len(run_text(backend, "CONSTRUCT WHERE { ?s prov:wasDerivedFrom ?o }", limit=2).rows) == 2


def test_what_is_refused_is_refused_everywhere(store: ox.Store) -> None:
    """SERVICE and updates reach no store."""
    for backend in (store, Embedded(store), Rdflib(rdflib_dataset(store))):
        for query in ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "DROP ALL"):
            with pytest.raises(InputError, match="is refused"):
                sparql(backend, query)


def test_a_registry_in_memory(home: Path) -> None:
    """A registry opened in memory answers as one on disk, and writes no store."""
    memory = begat.open(home, store="memory")
    assert isinstance(memory, Registry)
    ask = f"SELECT DISTINCT ?s ?o FROM <{TAGS}> {{ ?s prov:wasDerivedFrom ?o }} ORDER BY ?s ?o"
    rows = memory.query("descendants", model="example-lab/base").rows, memory.sparql(ask).rows
    assert not list(home.glob("**/oxigraph"))
    disk = begat.open(home)
    assert rows == (disk.query("descendants", model="example-lab/base").rows, disk.sparql(ask).rows)
    assert len(memory.rdflib()) == len(disk.rdflib()) > 0
    assert disk.backend.holds is None


def test_a_registry_of_an_endpoint_is_no_dataset(home: Path) -> None:
    """What rdflib has its own client for is an error that says so; a word that is no address is one too."""
    with pytest.raises(InputError, match="SPARQLStore"):
        begat.open(home, store="http://127.0.0.1:9/query").rdflib()
    with pytest.raises(InputError, match="no address of a store"):
        begat.open(home, store="dsk").sparql("ASK {}")
