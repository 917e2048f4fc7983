"""begat's stores at other people's servers: loaded, asked, replaced, and honest when something is missing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
from tests.cli import begat
from tests.conftest import TEST_SOURCE
from tests.remote.engines import ENGINES, Server, oxigraph, virtuoso
from tests.unit.query_sample import wider
from tests.unit.store_sample import HUB, TAGS, world

from begat.errors import InputError, StoreError, UnknownName
from begat.graph.build import build
from begat.influence.scores import kept_scores
from begat.query.run import queries, run, run_text
from begat.records import Model, Record
from begat.resolve import gather
from begat.snapshot import Home, Snapshot, compile_snapshot
from begat.store import sparql
from begat.store.answer import Result
from begat.store.backend import in_memory, remote
from begat.store.backend.endpoint import Endpoint
from begat.store.backend.load import FACTS, load
from begat.store.backend.mark import LOAD, begin, clear, mark
from begat.store.backend.remote import Remote

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "queries"
OTHER = "http://example.org/others"


class Sample(NamedTuple):
    """The example world as a snapshot, with its scores, and in memory."""

    snapshot: Snapshot
    scores: Path
    store: ox.Store


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Return the example world."""
    folder = tmp_path_factory.mktemp("world")
    snapshot = compiled(world(), folder)
    scores = kept_scores(snapshot, lambda: build(snapshot), folder / "scores.parquet")
    return Sample(snapshot, scores, in_memory(snapshot, scores))


def compiled(records: Iterator[Record] | Sequence[Record], folder: Path) -> Snapshot:
    """Return a snapshot of records."""
    return compile_snapshot([gather(TEST_SOURCE, records, on=date(2026, 1, 1))], folder, provenance={})


@pytest.fixture(scope="module", params=sorted(ENGINES))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server in which somebody else has a graph."""
    with ENGINES[request.param](tmp_path_factory.mktemp(request.param)) as running:
        endpoint = Endpoint(*running)
        endpoint.update(f"INSERT DATA {{ GRAPH <{OTHER}> {{ <{OTHER}> <{OTHER}> 'theirs' }} }}")
        endpoint.close()
        yield running


@pytest.fixture
def endpoint(server: Server, sample: Sample) -> Iterator[Endpoint]:
    """Return the server with the example world in it."""
    endpoint = Endpoint(*server)
    load(endpoint, sample.snapshot, sample.scores)
    yield endpoint
    endpoint.close()


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Return the example world of the named queries."""
    folder = tmp_path_factory.mktemp("wide")
    snapshot = compiled(wider(), folder)
    scores = kept_scores(snapshot, lambda: build(snapshot), folder / "scores.parquet")
    return Sample(snapshot, scores, in_memory(snapshot, scores))


@pytest.fixture(scope="module", params=sorted(ENGINES))
def asked(
    request: pytest.FixtureRequest, wide: Sample, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Run a server that holds the world of the named queries."""
    with ENGINES[request.param](tmp_path_factory.mktemp(request.param)) as running:
        with closing(Endpoint(*running)) as endpoint:
            load(endpoint, wide.snapshot, wide.scores)
        yield running


@pytest.fixture
def store(endpoint: Endpoint) -> Remote:
    """Return the store that the server is."""
    return Remote(endpoint)


def as_set(result: Result) -> set[str]:
    """Return rows without their order and number."""
    return {json.dumps(row, default=str, sort_keys=True) for row in result.rows}


# ----- answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(queries()))
def test_a_named_query_answers_alike(asked: Server, wide: Sample, name: str) -> None:
    """Every named query has the rows of the embedded store."""
    params = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["params"]
    with closing(Endpoint(*asked)) as endpoint:
        here, there = run(wide.store, name, params), run(Remote(endpoint), name, params)
    assert there.columns == here.columns
    assert as_set(there) == as_set(here)
    assert len(there.rows) == len(here.rows)


def test_what_parts_of_an_institution_made_is_its_own(asked: Server, wide: Sample) -> None:
    """No child that an account of a part made counts as made by others."""
    params = {"institution": "example-group"}
    with closing(Endpoint(*asked)) as endpoint:
        there = run(Remote(endpoint), "institution-derivatives", params)
    assert there.rows == run(wide.store, "institution-derivatives", params).rows
    assert there.rows == run(wide.store, "institution-derivatives", {"institution": "example-institute"}).rows


def test_every_statement_is_there(store: Remote, sample: Sample) -> None:
    """All statements of the embedded store are there, values as they were, and nothing else of begat."""
    everything = "SELECT DISTINCT ?s ?p ?o { ?s ?p ?o FILTER (!isBlank(?s) && !isBlank(?o)) }"
    properties = "SELECT DISTINCT ?p { ?s ?p ?o FILTER (STRSTARTS(STR(?p), 'http://purl.org/dc/')) }"
    assert as_set(run_text(store, properties)) == as_set(run_text(sample.store, properties))
    for name in ("title", "created", "identifier", "description"):
        count = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s dct:{name} ?o }}"
        assert as_set(run_text(store, count)) == as_set(run_text(sample.store, count))
    within = (
        "SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } "
        f"FILTER (STRSTARTS(STR(?g), 'https://w3id.org/begat/') && ?g != <{LOAD}>) "
        "FILTER (!STRSTARTS(STR(?s), 'https://w3id.org/begat/.well-known/'))"
        "FILTER (!STRSTARTS(STR(?o), 'https://w3id.org/begat/.well-known/')) }"
    )
    assert as_set(run_text(store, within)) == as_set(run_text(sample.store, everything))


def test_forms(store: Remote, sample: Sample) -> None:
    """ASK, CONSTRUCT and DESCRIBE answer as the embedded store does, with and without an answer."""
    base = f"<{HUB}example-lab/base>"
    for query in (
        f"ASK {{ {base} ?p ?o }}",
        "ASK { <http://example.org/nothing> ?p ?o }",
        f"CONSTRUCT {{ ?c dct:source {base} }} WHERE {{ ?c prov:wasDerivedFrom {base} }}",
        f"CONSTRUCT {{ ?c dct:source {base} }} WHERE {{ {base} prov:wasDerivedFrom ?c }}",
    ):
        here, there = run_text(sample.store, query), run_text(store, query)
        assert (there.columns, there.truth) == (here.columns, here.truth)
        assert as_set(there) == as_set(here)
    described = run_text(store, f"DESCRIBE {base}")
    assert described.triples
    assert len(run_text(store, f"DESCRIBE {base}", limit=1).rows) == 1


def test_graphs(store: Remote, sample: Sample) -> None:
    """FROM and GRAPH choose graphs as they do in the embedded store."""
    for query in (
        f"SELECT DISTINCT ?s ?o FROM <{TAGS}> {{ ?s prov:wasDerivedFrom ?o }}",
        f"SELECT DISTINCT ?s ?o {{ GRAPH <{TAGS}> {{ ?s prov:wasDerivedFrom ?o }} }}",
        "SELECT DISTINCT ?g { GRAPH ?g { ?s prov:wasDerivedFrom ?o } }",
    ):
        assert as_set(run_text(store, query)) == as_set(run_text(sample.store, query))
    assert run_text(store, f"ASK {{ GRAPH <{FACTS}> {{ ?s a fair4ml:MLModel }} }}").truth


def test_names(store: Remote) -> None:
    """A former name leads to the model; a name that nothing has is an error."""
    former = run(store, "descendants", {"model": "example-lab/old-base"})
    assert former.rows == run(store, "descendants", {"model": "example-lab/base"}).rows
    with pytest.raises(UnknownName, match="no model named 'example-lab/nothing'"):
        run(store, "ancestors", {"model": "example-lab/nothing"})


def test_limit(store: Remote) -> None:
    """No more rows are returned than asked for."""
    assert len(run(store, "descendants", {"model": "example-lab/base"}, limit=2).rows) == 2


@pytest.mark.parametrize(
    "text", ['" } #', "'''", "\\", "\n\tx", "模型 \u202e", "a\u0000b", "?licence", "$x <y>"]
)
def test_hostile_values(store: Remote, text: str) -> None:
    """A text as parameter finds nothing and breaks nothing."""
    with pytest.raises(UnknownName, match="no licence named"):
        run(store, "models-under-licence", {"licence": text})
    query = "SELECT ?label ?thing WHERE { ?thing rdfs:label ?label }"
    assert sparql(store, query, {"label": ox.Literal(text)}).rows == []


# ----- loading ---------------------------------------------------------------------------------


def theirs(endpoint: Endpoint) -> Any:
    """Return what stands in the graph of somebody else."""
    text = endpoint.query(
        f"SELECT ?o {{ GRAPH <{OTHER}> {{ ?s ?p ?o }} }}", "application/sparql-results+json"
    ).body
    return [row["o"]["value"] for row in json.loads(text)["results"]["bindings"]]


def test_what_is_loaded_is_not_loaded_again(endpoint: Endpoint, sample: Sample) -> None:
    """A second load of the same does nothing, and says the same sizes."""
    told: list[int] = []
    before = mark(endpoint)
    loaded = load(endpoint, sample.snapshot, sample.scores, told.append)
    assert not loaded.anew
    assert not told
    assert mark(endpoint) == before
    assert loaded.quads > len(sample.store) * 0.9


def test_another_snapshot_takes_the_place(endpoint: Endpoint, tmp_path: Path) -> None:
    """A load of another snapshot leaves nothing of the former one, and others' graphs as they are."""
    told: list[int] = []
    loaded = load(endpoint, compiled([Model("example-lab/only")], tmp_path), progress=told.append)
    assert loaded.anew
    assert told[-1] >= loaded.quads
    models = run_text(Remote(endpoint), "SELECT DISTINCT ?id { ?m a fair4ml:MLModel ; dct:identifier ?id }")
    assert [row["id"] for row in models.rows] == ["example-lab/only"]
    assert theirs(endpoint) == ["theirs"]


class Breaking(Endpoint):
    """An endpoint whose connection is lost after some batches."""

    left = 2

    def add(self, graph: str, triples: bytes) -> None:
        """Add triples, until it breaks."""
        self.left -= 1
        if self.left < 0:
            raise StoreError("the connection is lost")
        super().add(graph, triples)


def test_half_a_load_is_no_store(server: Server, sample: Sample) -> None:
    """After a load that broke off the store is refused, and the next load makes it whole."""
    breaking = Breaking(*server)
    clear(breaking)
    breaking.update(f"DROP SILENT GRAPH <{LOAD}>")
    with pytest.raises(StoreError, match="the connection is lost"):
        load(breaking, sample.snapshot, sample.scores)
    breaking.close()
    endpoint = Endpoint(*server)
    with pytest.raises(StoreError, match="is not finished") as caught:
        Remote(endpoint)
    assert "begat build --store URL" in str(caught.value)
    assert load(endpoint, sample.snapshot, sample.scores).anew
    assert as_set(run(Remote(endpoint), "roots", {"model": "example-lab/blend"})) == as_set(
        run(sample.store, "roots", {"model": "example-lab/blend"})
    )
    endpoint.close()


def test_a_store_that_is_replaced_gives_no_answer(endpoint: Endpoint, store: Remote, sample: Sample) -> None:
    """When a load begins, who has the store open gets an error instead of a part."""
    begin(endpoint, "next", "{}")
    with pytest.raises(StoreError, match="was replaced while it was asked"):
        run_text(store, "SELECT DISTINCT ?s { ?s a fair4ml:MLModel }")
    assert load(endpoint, sample.snapshot, sample.scores).anew


def test_two_loads_at_once(server: Server, sample: Sample) -> None:
    """Of two loads the later one wins, and the earlier one says so."""
    with closing(Endpoint(*server)) as endpoint:

        def another(_: int) -> None:
            if (found := mark(endpoint)) and found.title != "later":
                begin(endpoint, "later", "{}")

        with pytest.raises(StoreError, match="another load has begun"):
            load(endpoint, sample.snapshot, progress=another)


def test_from_the_shell(tmp_path: Path) -> None:
    """`begat build --store` loads an endpoint and `begat query --store` asks it, whatever the home holds."""
    home = tmp_path / "home"
    home.mkdir()
    Home(home).take(lambda folder: compiled(world(), folder))
    with oxigraph(tmp_path / "o") as server:
        built = begat("build", "--store", server.url, "-f", "json", home=home)
        assert (built.code, built.rows["store"], built.rows["anew"]) == (0, server.url, True)
        assert not list(home.glob("**/oxigraph"))
        assert not begat("build", "--store", server.url, "-f", "json", home=home).rows["anew"]
        words = ["query", "descendants", "-p", "model=example-lab/base", "-f", "json"]
        there = begat(*words, "--store", server.url, home=home)
        assert (there.code, there.rows) == (0, begat(*words, home=home).rows)
        assert "holds the snapshot" not in there.err
        elsewhere = begat(*words, "--store", server.url, home=tmp_path / "other")
        assert elsewhere.rows == there.rows
        assert f"{server.url} holds the snapshot 2026-01-01" in elsewhere.err


# ----- what goes wrong -------------------------------------------------------------------------


def test_a_wrong_query(store: Remote) -> None:
    """A query that the server does not understand is an error of the caller, in the server's words."""
    with pytest.raises(InputError, match="status 400"):
        run_text(store, "SELECT ?s { ?s ?p }")


def test_an_empty_store(server: Server) -> None:
    """A store without anything of begat is an error, not an empty answer."""
    endpoint = Endpoint(*server)
    clear(endpoint)
    endpoint.update(f"DROP SILENT GRAPH <{LOAD}>")
    with pytest.raises(StoreError, match="holds nothing of begat"):
        Remote(endpoint)
    endpoint.close()


def test_virtuoso_wants_a_password(tmp_path: Path, sample: Sample) -> None:
    """Without credentials, and with wrong ones, nothing is written; the password is in no message."""
    with virtuoso(tmp_path / "v") as server:
        for environ in ({}, server.environ | {"BEGAT_STORE_PASSWORD": "xyzzy"}):
            with (
                closing(Endpoint(server.url, environ)) as endpoint,
                pytest.raises(StoreError, match="status 401") as caught,
            ):
                load(endpoint, sample.snapshot)
            assert "BEGAT_STORE_USER" in str(caught.value)
            assert "xyzzy" not in f"{caught.value} {caught.value.__cause__!r}"


def test_virtuoso_cuts_answers(tmp_path: Path, sample: Sample) -> None:
    """An answer that Virtuoso cuts short is an error, unless no more was asked for."""
    with virtuoso(tmp_path / "v", most_rows=5) as server:
        endpoint = Endpoint(*server)
        load(endpoint, sample.snapshot)
        store = Remote(endpoint)
        query = "SELECT DISTINCT ?s { ?s a fair4ml:MLModel }"
        with pytest.raises(StoreError, match="cuts answers off after 5 rows"):
            run_text(store, query)
        assert len(run_text(store, query, limit=5).rows) == 5
        endpoint.close()


@pytest.mark.parametrize("way", ["plain", "union", "listed"])
def test_ways_to_the_union(tmp_path: Path, sample: Sample, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default graph is the union of begat's graphs by whatever means the server has for it."""
    if way == "listed":
        monkeypatch.setattr(remote, "UNION", {})
    with oxigraph(tmp_path / "o", union=way == "plain") as server:
        endpoint = Endpoint(*server)
        load(endpoint, sample.snapshot, sample.scores)
        store = Remote(endpoint)
        expected: Mapping[str, list[str]] = {
            "plain": [],
            "union": ["union-default-graph"],
            "listed": ["default-graph-uri", "named-graph-uri"],
        }
        assert list(store._dataset) == expected[way]
        for name in ("ancestors", "evidence", "weak-evidence"):
            params = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["params"]
            assert as_set(run(store, name, params)) == as_set(run(sample.store, name, params))
        assert sparql(store, "ASK { ?s begat:extractionMethod ?m }").truth
        endpoint.close()
