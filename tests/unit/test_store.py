"""The store on disk: built whole, opened read-only, rebuilt when in doubt; and what a query may do."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import product
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import MakeSnapshot
from tests.unit.store_sample import HUB, TAGS, in_memory, world

from begat.errors import InputError, StoreError
from begat.files import package_path
from begat.graph.build import build
from begat.influence.measure.base import measures
from begat.influence.scores import kept_scores
from begat.snapshot import Snapshot
from begat.store import Result, build_store, open_store, oxigraph, quads, rdflib_dataset, sparql, verify_store
from begat.store.guard import Caps, checked, names_graphs
from begat.store.quads import META

BASE = f"<{HUB}example-lab/base>"
XSD = "http://www.w3.org/2001/XMLSchema#"
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def snapshot(make_snapshot: MakeSnapshot) -> Snapshot:
    """Return the example world as a snapshot."""
    return make_snapshot(world())


@pytest.fixture
def folder(snapshot: Snapshot, tmp_path: Path) -> Path:
    """Return the folder of a store that was built."""
    build_store(snapshot, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture(scope="module")
def memory() -> ox.Store:
    """Return a store of three quads in two graphs and the default graph."""
    store = ox.Store()
    for name, graph in (("a", "g1"), ("b", "g2"), ("c", None)):
        place = ox.NamedNode(f"https://example.org/{graph}") if graph else ox.DefaultGraph()
        subject, predicate = (ox.NamedNode(f"https://example.org/{part}") for part in (name, "p"))
        store.add(ox.Quad(subject, predicate, ox.Literal("x"), place))
    return store


def stamp(folder: Path) -> int:
    """Return what changes when a store is built anew."""
    return (folder / "store.json").stat().st_ino


# ----- building and opening --------------------------------------------------------------------


def test_the_manifest_counts_what_is_there(snapshot: Snapshot, folder: Path) -> None:
    """Quads and graphs in store.json are those of the opened store and of the text."""
    facts = json.loads((folder / "store.json").read_text())
    store = open_store(snapshot, folder)
    assert facts["quads"] == len(store) == len(in_memory(snapshot))
    assert facts["digest"] == snapshot.digest
    assert sum(facts["graphs"].values()) == facts["quads"]
    for graph, count in facts["graphs"].items():
        place = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        assert len(list(store.quads_for_pattern(None, None, None, place))) == count


def test_a_good_store_is_opened_as_it_is(snapshot: Snapshot, folder: Path) -> None:
    """Opening builds nothing where nothing is wrong, and what is open can't be written."""
    before = stamp(folder)
    store = open_store(snapshot, folder)
    assert stamp(folder) == before
    with pytest.raises((OSError, RuntimeError)):
        store.update("CLEAR ALL")


def test_a_store_is_built_on_first_use(snapshot: Snapshot, tmp_path: Path) -> None:
    """Where there is no store there is one after opening, and progress was told."""
    told: list[int] = []
    store = open_store(snapshot, tmp_path / "derived" / "store", told.append)
    assert told[-1] == len(store)
    assert sorted(path.name for path in (tmp_path / "derived").iterdir()) == ["store"]


def shorten(path: Path) -> None:
    """Cut a file in half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def edit(**changes: object) -> Callable[[Path], None]:
    """Return what changes fields of the manifest."""

    def change(folder: Path) -> None:
        path = folder / "store.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no manifest": lambda folder: (folder / "store.json").unlink(),
    "half a manifest": lambda folder: shorten(folder / "store.json"),
    "an empty manifest": lambda folder: (folder / "store.json").write_text("{}"),
    "a manifest of another kind": lambda folder: (folder / "store.json").write_text("[]"),
    "another snapshot": edit(digest="0" * 64),
    "another format": edit(format=0),
    "another begat": edit(begat="0.0.0"),
    "another checksum": edit(checksums={}),
    "a lost folder": lambda folder: (folder / "oxigraph").rename(folder / "elsewhere"),
    "a lost file": lambda folder: next((folder / "oxigraph").glob("*.sst")).unlink(),
    "a new file": lambda folder: (folder / "oxigraph" / "000099.sst").write_bytes(b"x"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_store_is_rebuilt(
    snapshot: Snapshot, folder: Path, damage: Callable[[Path], object]
) -> None:
    """Whatever is missing, outdated or damaged, opening gives the whole store."""
    quads, before = len(open_store(snapshot, folder)), stamp(folder)
    damage(folder)
    assert len(open_store(snapshot, folder)) == quads
    assert stamp(folder) != before


def test_a_cut_file_is_noticed(snapshot: Snapshot, folder: Path) -> None:
    """No file of the engine can be cut without the store being rebuilt."""
    quads = len(open_store(snapshot, folder))
    names = [path.name for path in (folder / "oxigraph").iterdir() if path.stat().st_size > 1]
    for name in sorted(set(names) - {"LOG"}):
        path = folder / "oxigraph" / name
        if not path.exists():
            continue
        before = stamp(folder)
        shorten(path)
        assert len(open_store(snapshot, folder)) == quads
        assert stamp(folder) != before


def test_a_changed_byte_is_noticed(snapshot: Snapshot, folder: Path) -> None:
    """A byte changed inside a file that holds data leads to a new store, or is found by `verify_store`."""
    assert verify_store(folder) == []
    for path in sorted((folder / "oxigraph").glob("*.sst")):
        before = stamp(folder)
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 0xFF
        path.write_bytes(data)
        assert verify_store(folder) == [path.name]
        open_store(snapshot, folder)
        assert stamp(folder) != before
        assert verify_store(folder) == []
        if not path.exists():
            break


def test_a_large_store_is_not_read_when_opened(
    snapshot: Snapshot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above a size only the sizes of the files are checked at opening."""
    monkeypatch.setattr(oxigraph, "MOST_READ", 0)
    before = stamp(folder)
    edit(checksums={})(folder)
    assert len(open_store(snapshot, folder)) == len(in_memory(snapshot))
    assert json.loads((folder / "store.json").read_text())["checksums"] == {}
    assert stamp(folder) == before
    shorten(next((folder / "oxigraph").glob("MANIFEST-*")))
    assert len(open_store(snapshot, folder)) == len(in_memory(snapshot))
    assert stamp(folder) != before


def test_nothing_to_verify(tmp_path: Path) -> None:
    """Where there is no store, verifying is an error that says what to do."""
    with pytest.raises(StoreError, match="built when next opened"):
        verify_store(tmp_path)


@pytest.mark.parametrize("place", ["file", "file/store"])
def test_a_folder_that_can_not_be_one(snapshot: Snapshot, tmp_path: Path, place: str) -> None:
    """A file in the place of the folder, or above it, is an error that names it and stays as it was."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StoreError) as caught:
        open_store(snapshot, tmp_path / place)
    assert caught.value.where == str(tmp_path / place)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_of_others_is_left_alone(snapshot: Snapshot, tmp_path: Path) -> None:
    """A folder that holds something else is refused and keeps it; an empty one is taken."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    with pytest.raises(StoreError, match="something else than a store"):
        open_store(snapshot, tmp_path / "notes")
    assert (tmp_path / "notes" / "mine.txt").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    assert len(open_store(snapshot, tmp_path / "empty")) > 0


def test_a_failed_build_leaves_the_old_store(
    snapshot: Snapshot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error while loading is told as it is, and what stood there still stands."""
    before = stamp(folder)

    def broken(*_: object, **__: object) -> Iterator[tuple[bytes, int]]:
        yield b"<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n", 1
        raise StoreError("the table can't be read")

    monkeypatch.setattr(quads, "nquads", broken)
    with pytest.raises(StoreError, match="the table can't be read"):
        build_store(snapshot, folder)
    assert stamp(folder) == before
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


# ----- answers ---------------------------------------------------------------------------------


def test_values_have_the_types_of_their_literals(memory: ox.Store) -> None:
    """Literals become Python values; one that is not what its type says stays text."""
    literals = {
        "whole": (f'"7"^^<{XSD}integer>', 7),
        "part": (f'"0.5"^^<{XSD}decimal>', 0.5),
        "real": (f'"1e3"^^<{XSD}double>', 1000.0),
        "truth": ("true", True),
        "day": (f'"2026-01-02"^^<{XSD}date>', date(2026, 1, 2)),
        "moment": (f'"2026-01-02T03:04:05Z"^^<{XSD}dateTime>', datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        "text": ('"x"@en', "x"),
        "odd": (f'"seven"^^<{XSD}integer>', "seven"),
        "page": ("<https://example.org/a>", "https://example.org/a"),
    }
    values = " ".join(text for text, _ in literals.values())
    names = " ".join(f"?{name}" for name in literals)
    result = sparql(memory, f"SELECT {names} ?nothing {{ VALUES ({names}) {{ ({values}) }} }}")
    assert result.columns == (*literals, "nothing")
    assert result.rows == [{name: value for name, (_, value) in literals.items()} | {"nothing": None}]


def test_ask_and_construct(memory: ox.Store) -> None:
    """ASK gives a truth, CONSTRUCT triples; both also as rows."""
    asked = sparql(memory, 'ASK { ?s ?p "x" }')
    assert (asked.truth, asked.rows) == (True, [{"answer": True}])
    made = sparql(memory, "CONSTRUCT { ?s a ?o } WHERE { ?s ?p ?o } ORDER BY ?s", limit=1)
    assert made.triples is not None
    assert [str(triple.object) for triple in made.triples] == ['"x"']
    assert made.columns == ("subject", "predicate", "object")


def test_graphs_of_a_query(memory: ox.Store) -> None:
    """A query is over all graphs together, unless it says FROM."""
    query = "SELECT DISTINCT ?s {} {{ ?s ?p ?o }} ORDER BY ?s"
    assert len(sparql(memory, query.format("")).rows) == 3
    assert len(sparql(memory, query.format(""), limit=2).rows) == 2
    rows = sparql(memory, query.format("FROM <https://example.org/g1>")).rows
    assert rows == [{"s": "https://example.org/a"}]
    named = "SELECT ?s FROM NAMED <https://example.org/g2> { GRAPH ?g { ?s ?p ?o } }"
    assert sparql(memory, named).rows == [{"s": "https://example.org/b"}]


@given(TEXT)
def test_a_bound_text_stays_a_text(memory: ox.Store, text: str) -> None:
    """A substitution is a term: no text can change the query around it."""
    query = "SELECT DISTINCT ?text ?s { ?s ?p ?o . FILTER (?o = ?text) }"
    found = sparql(memory, query, {"text": ox.Literal(text)})
    assert len(found.rows) == (3 if text == "x" else 0)


def test_prefixes_are_known(snapshot: Snapshot) -> None:
    """The prefixes of the vocabulary need no declaration, and a declaration of one's own counts."""
    store = in_memory(snapshot)
    rows = sparql(store, f"SELECT DISTINCT ?id {{ ?m prov:wasDerivedFrom {BASE} ; dct:identifier ?id }}").rows
    assert len(rows) == 4
    own = f"PREFIX dct: <http://www.w3.org/ns/prov#> ASK {{ ?m dct:wasDerivedFrom {BASE} }}"
    assert sparql(store, own).truth


@pytest.mark.parametrize(
    ("query", "where", "what"),
    [
        ("SELECT ?s {\n  ?s ?p\n}", "line 3, column 2 of the query", "no SPARQL query"),
        ("SELECT ?s {\n ?s nope:p ?o }", "line 2, column 11 of the query", "a prefix is not declared"),
        ("", "line 1, column 1 of the query", "no SPARQL query"),
        ("INSERT DATA { <a:a> <a:a> <a:a> }", "line 1 of the query", "INSERT is refused"),
        ("PREFIX a: <a:a>\nDELETE WHERE { ?s ?p ?o }", "line 2 of the query", "DELETE is refused"),
        ("LOAD <https://example.org/>", "line 1 of the query", "LOAD is refused"),
        ("# x\nclear all", "line 2 of the query", "CLEAR is refused"),
        ("SELECT * { ?s <a\\:b> <a:b> ; a\\/b 1 }", "line 1 of the query", "backslash is refused"),
        ("SELECT * {" + "{" * 3000 + "}" * 3001, "line 1 of the query", "nested more than 64"),
        ("SELECT ?s {\n ?s ?p '\ud800' }", "line 2 of the query", "no Unicode text"),
        ("SELECT (" + "1+" * 9000 + "1 AS ?x) {}", "line 1 of the query", "more than 1,000 operators"),
    ],
)
def test_a_query_that_is_refused(memory: ox.Store, query: str, where: str, what: str) -> None:
    """What is no query, changes the store or would end the process is an error with its line."""
    with pytest.raises(InputError, match=what) as caught:
        sparql(memory, query)
    assert caught.value.where == where


def test_a_variable_that_can_not_be_bound(memory: ox.Store) -> None:
    """A substitution for a variable that SELECT does not name is an error that says so."""
    with pytest.raises(InputError, match="SELECT projection"):
        sparql(memory, "SELECT ?s { ?s ?p ?o }", {"o": ox.Literal("x")})


SERVICES = (
    "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ service SILENT <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE#x\n<{0}> {{ ?s ?p ?o }} }}",
    "PREFIX : <{0}> SELECT * {{ SERVICE:{{ ?s ?p ?o }} }}",
    "PREFIX : <{0}> SELECT * {{ SERVICE:p{{ ?s ?p ?o }} }}",
    "BASE <{0}> SELECT * {{ {{}}SERVICESILENT<p>{{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?x {{UNDEF}}SERVICE<{0}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p ?o.SERVICE<{0}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p 'x'SERVICE<{0}>{{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ SELECT * {{ ?s ?p ?o }} }} SERVICE ?s {{ ?s ?p ?o }} }}",
    "ASK {{ FILTER EXISTS {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "SELECT * {{ S\\u0045RVICE <{0}> {{ ?s ?p ?o }} }}",
    "PREFIX service: <{0}> PREFIX : <{0}> SELECT * {{ ?s ?p ?o . service:p{{ ?s ?p ?o }} }}",
)


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    """Serve on loopback; yield the address and the list of requests that came."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", seen
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("query", SERVICES)
def test_no_query_reaches_the_network(memory: ox.Store, listener: tuple[str, list[str]], query: str) -> None:
    """SERVICE is refused however it is written, and no request goes out."""
    address, seen = listener
    with pytest.raises(InputError, match="SERVICE is refused"):
        sparql(memory, query.format(address))
    assert seen == []


TWO_READINGS = (
    "PREFIX : <{0}> SELECT * {{ ?s ?p ?a FILTER (?a<?b)SERVICE:p#>\n{{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p ?o FILTER ('a'<'>')SERVICE<{0}>{{ ?x ?y ?z }} }} #'",
    "SELECT * {{ ?s ?p ?o FILTER ('a'<'''>''')SERVICE<{0}>{{ ?x ?y ?z }} }} #'''",
    "SELECT * {{ ?s ?p ?o FILTER (1<2#>'''\n)SERVICE<{0}>{{ ?x ?y ?z }} }} #'''",
    "SELECT * {{ ?s ?p ?o FILTER (1<=2&&1<2#>'\n)SERVICE<{0}>{{ ?x ?y ?z }} }} #'",
)


@pytest.mark.parametrize("query", TWO_READINGS)
def test_less_than_hides_nothing(memory: ox.Store, listener: tuple[str, list[str]], query: str) -> None:
    """What is less-than for the engine and could be an address may not hide SERVICE in a text or comment."""
    address, seen = listener
    with pytest.raises(InputError, match="address or be less-than"):
        sparql(memory, query.format(address))
    assert seen == []


OPERANDS = [
    *("'>'", '">"', "'''>'''", "'x'@en", "'1'^^<x:d>", "'\\'>'", "<x:it's>", "<http://e.org/it's#b>"),
    *("2", "?a", ":x", "x:a\\'b", "x:a\\#b", "STR(?a)", "(1)", "?a#>'\n", "2#>'''\n", '2#>"\n'),
]
ENDS = ["", "#'", '#"', "#'''", '#"""', "#>", "#'>", "#>'"]


@pytest.mark.parametrize("left", OPERANDS)
def test_no_comparison_hides_a_service(left: str) -> None:
    """Whatever is compared, with or without blanks, and however the query ends, SERVICE is seen."""
    for right, blank, end in product(OPERANDS, ("", " "), ENDS):
        compared = f"{left}{blank}<{blank}{right}"
        query = f"SELECT * {{ ?s ?p ?a FILTER ({compared})SERVICE<http://127.0.0.1:9/>{{ ?x ?y ?z }} }}{end}"
        with pytest.raises(InputError, match=r"SERVICE is refused|address or be less-than"):
            checked(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s <urn:it's> ?o FILTER (?o IN (<urn:it's>, <#x>) || ?o = <#x>) } # '",
        "SELECT * { VALUES (?s ?o) { (<https://e.org/it's#1> <https://e.org/#it's>) } ?s (^<#x>|<#y>) ?o }",
        "SELECT * { ?s ?p ?o FILTER (?o < '>' && 1<2 && 'a' < 'b' && EXISTS { ?s <#x> <urn:it's> }) }",
        "SELECT * { ?s ?p ?o FILTER (STR(?o) < 'a'^^<urn:it's#x>) }",
        "SELECT * { VALUES (?s ?o) { (<urn:a> <urn:b>) } }",
    ],
)
def test_addresses_with_apostrophe_or_fragment(memory: ox.Store, query: str) -> None:
    """Where only an address can stand, it may hold every sign that an address may."""
    assert isinstance(sparql(memory, "BASE <https://e.org/> " + query), Result)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s <https://example.org/SERVICE> 'SERVICE' } # SERVICE",
        'SELECT * { ?service schema:Service "a \\" SERVICE \\\\" }',
        "SELECT * { ?s ?p '''it's a SERVICE''' . FILTER (1 < 2 && 3 > 2) }",
        "PREFIX add: <https://example.org/> SELECT * { ?s add:insert ?o }",
        "PREFIX service: <https://example.org/> SELECT * { ?s service:load ?o GRAPH service:g { ?s ?p ?o } }",
        "SELECT * { ?s <https://example.org/service#SERVICE> _:service }",
    ],
)
def test_harmless_uses_of_the_words(memory: ox.Store, query: str) -> None:
    """The words are free in strings, comments, addresses, variables and names."""
    assert isinstance(sparql(memory, query), Result)


@pytest.mark.parametrize(
    ("query", "is_as"),
    [
        (r"PREFIX e: <https://e.org/> ASK { ?s e:Qwen\/Qwen2.5-7B ?o }", None),
        (r"PREFIX e: <https://e.org/> ASK { ?s e:x\#y ?o } # \u0020", None),
        (r"SELECT ?caf\u00e9 { ?caf\U000000E9 ?p '\u0027' }", "SELECT ?café { ?café ?p '\\u0027' }"),
        (r"S\u0045LECT * { ?s ?p <https://e.org/\u00e9> }", "SELECT * { ?s ?p <https://e.org/\\u00e9> }"),
    ],
)
def test_legal_backslashes(memory: ox.Store, query: str, is_as: str | None) -> None:
    """Escapes in local names pass as they are; code points are resolved outside texts and addresses."""
    assert checked(query) == (is_as or query)
    sparql(memory, query)


@pytest.mark.parametrize(
    "query", [r"ASK { ?x\u0020 ?p ?o }", r"ASK { \u003cx:y\u003e ?p ?o }", r"ASK { ?a\U00110000 ?p 1 }"]
)
def test_escapes_that_are_no_part_of_a_name(query: str) -> None:
    """An escape that would hide a sign or a blank is refused: the standard allows it nowhere."""
    with pytest.raises(InputError, match="no part of a name"):
        checked(query)


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("ASK { ?s " + "/".join(["<a:b>"] * 66) + " ?o }", "64 steps"),
        ("ASK { " + "?s ?p ?o . " * 257 + "}", "256 triple patterns"),
        ("ASK { ?s ?p " + ", ".join(map(str, range(258))) + "}", "256 triple patterns"),
        ("ASK { " + "OPTIONAL { ?s ?p ?o } " * 65 + "}", "64 OPTIONALs"),
        ("ASK { FILTER (" + "!" * 513 + "true) }", "512 operators"),
        ("ASK { FILTER (1<1" + "+1" * 513 + "&&2>1) }", "512 operators"),
        ("ASK { FILTER (1<" + "(" * 65 + "?x>3" + ")" * 66 + "}", "64 deep"),
    ],
)
def test_caps(query: str, what: str) -> None:
    """One thing too many of a kind is refused, and one less is not."""
    with pytest.raises(InputError, match=f"more than {what}"):
        checked(query, Caps())


def test_what_is_at_the_caps_passes() -> None:
    """Long lists of values, and as much of everything as is allowed, are no attack."""
    checked("ASK { VALUES ?x { " + "1.5 " * 5_000 + "} }", Caps())
    checked("ASK { FILTER (?x IN (" + ", ".join(["1"] * 3_000) + ")) }", Caps())
    checked("ASK { ?s " + "/".join(["<a:b>"] * 65) + " ?o . " + "?s ?p ?o . " * 255 + "}", Caps())


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("SELECT * FROM <a:a> { ?s ?p ?o }", True),
        ("SELECT * FROM NAMED <a:a> { ?s ?p ?o }", True),
        ("PREFIX : <a:a> CONSTRUCT { ?s ?p ?o } FROM:x { ?s ?p ?o }", True),
        ("PREFIX from: <a:a> DESCRIBE from:x", False),
        ("SELECT ?from { ?from <a:FROM> 'FROM' } # FROM", False),
    ],
)
def test_whether_a_query_names_graphs(query: str, named: bool) -> None:
    """FROM counts where it is the word and not a name or a text."""
    assert names_graphs(query) is named


# ----- rdflib ----------------------------------------------------------------------------------


def test_the_store_behind_rdflib(snapshot: Snapshot, folder: Path) -> None:
    """The calls of rdflib read the store: length, triples, queries, graphs; writing fails."""
    data = rdflib_dataset(open_store(snapshot, folder))
    base, derived = rdflib.URIRef(BASE[1:-1]), rdflib.PROV.wasDerivedFrom
    assert {str(child).rsplit("/", 1)[1] for child in data.subjects(derived, base)} >= {
        "base-math",
        "base-copy",
    }
    query = "SELECT DISTINCT ?m { ?m p:wasDerivedFrom ?base }"
    rows = data.query(query, initNs={"p": rdflib.PROV})
    assert base not in {row[0] for row in rows if isinstance(row, rdflib.query.ResultRow)}
    graph = data.graph(rdflib.URIRef(TAGS))
    assert (rdflib.URIRef(f"{HUB}example-lab/base-math"), derived, base) in graph
    assert rdflib.URIRef(META) in {item.identifier for item in data.graphs()}
    with pytest.raises((OSError, RuntimeError)):
        data.add((base, derived, base))


# ----- scores ----------------------------------------------------------------------------------


@pytest.fixture
def scores(snapshot: Snapshot, tmp_path: Path) -> Path:
    """Return the file of scores of the example world."""
    return kept_scores(snapshot, lambda: build(snapshot), tmp_path / "scores.parquet")


def test_scores_are_observations(snapshot: Snapshot, scores: Path) -> None:
    """Everyone with derivatives has one observation of each known measure, its rank among its level."""
    store = in_memory(snapshot, scores)
    question = """SELECT ?method ?subject ?value ?rank {
        ?score a qb:Observation ; qb:dataSet/begat:scoreMethod ?method ;
            begat:subject ?subject ; begat:value ?value ; begat:rank ?rank }"""
    found = {
        (row["method"], row["subject"]): (row["value"], row["rank"]) for row in sparql(store, question).rows
    }
    table = pl.read_parquet(scores).filter(pl.col("children") > 0)
    models = table.filter(pl.col("by") == "model")
    shown = [name for name, item in measures().items() if item.shown]
    known = [name for name in shown if models[name].null_count() < len(models)]
    assert {method for method, subject in found if subject == f"{HUB}example-lab/base"} == {
        f"{name}-v1" for name in known
    }
    for row in models.iter_rows(named=True):
        value, rank = found["reach-v1", f"{HUB}{row['id']}"]
        assert value == pytest.approx(row["reach"], abs=1e-15)
        assert rank == 1 + (models["reach"] > row["reach"]).sum()
    (account,) = sparql(store, f"SELECT ?account {{ {BASE} begat:account ?account }}").rows
    for level, subject in (
        ("account", account["account"]),
        ("institution", "https://w3id.org/begat/id/org/example-group"),
        ("country", "https://w3id.org/begat/id/country/CN"),
        ("family", "https://w3id.org/begat/id/family/example-base"),
    ):
        assert found[f"reach-of-{level}-v1", subject][1] == 1
    named = sparql(store, "SELECT DISTINCT ?s { ?o begat:subject ?s FILTER NOT EXISTS { ?s a ?class } }")
    assert named.rows == []


def test_scores_fit_the_shapes(snapshot: Snapshot, scores: Path) -> None:
    """Every score has its indicator, period, method and source."""
    everything = rdflib.Graph()
    for quad in in_memory(snapshot, scores):
        everything.parse(data=str(quad.triple) + " .", format="nt")
    shapes = rdflib.Graph().parse(package_path("ontology", "shapes.ttl"))
    conforms, _, report = pyshacl.validate(everything, shacl_graph=shapes)
    assert conforms, report


def test_a_store_with_other_scores_is_built_anew(snapshot: Snapshot, scores: Path, folder: Path) -> None:
    """A store without scores, or with those of another version of a measure, is not taken for this one."""
    bare = len(open_store(snapshot, folder))
    whole = len(open_store(snapshot, folder, scores=scores))
    before = stamp(folder)
    assert whole == len(in_memory(snapshot, scores)) > bare
    open_store(snapshot, folder, scores=scores)
    assert stamp(folder) == before
    table = pq.read_table(scores)
    facts = json.loads(table.schema.metadata[b"begat"])
    facts["measures"]["reach"]["version"] = 2
    pq.write_table(table.replace_schema_metadata({b"begat": json.dumps(facts).encode()}), scores)
    methods = (
        "SELECT DISTINCT ?method { ?set begat:scoreMethod ?method FILTER(STRSTARTS(?method, 'reach-v')) }"
    )
    assert sparql(open_store(snapshot, folder, scores=scores), methods).rows == [{"method": "reach-v2"}]
