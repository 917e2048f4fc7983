"""The library of named queries: each declares itself, runs, and gives the answer kept beside it.

``UPDATE_GOLDEN=1`` rewrites the kept answers; look at the difference before it is committed.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.conftest import TEST_SOURCE, MakeSnapshot, examples
from tests.unit.query_sample import second, wider
from tests.unit.store_sample import in_memory

from begat.errors import InputError, UnknownName
from begat.graph.build import build
from begat.ids import model_iri
from begat.influence.scores import kept_scores
from begat.query.named import ABOUT, LIBRARY, TOPICS, read
from begat.query.run import bind, bind_known, queries, query_named, run, run_text, written
from begat.records import Derivation, Model
from begat.registry import open_registry
from begat.resolve import gather
from begat.snapshot import Snapshot, compile_snapshot
from begat.store.quads import nquads
from begat.vocab import PREFIXES, RELATIONS

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "queries"
NAMES = sorted(queries())
NODES = 8

HEADER: Mapping[str, str | None] = {
    "title": "Title",
    "title-zh": "标题",
    "description": "Words.",
    "description-zh": "说明。",
    "topic": "lineage",
    "about": "models derivations",
    "profile": "lineage",
    "param": "model iri:model required - the model",
    "example": "model=a/b",
}
SELECT = "SELECT DISTINCT ?model WHERE { ?model a ?kind } ORDER BY ?model\n"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Return the example world."""
    day = date(2026, 1, 1)
    other = replace(TEST_SOURCE, name="other", authority=1)
    parts = [gather(TEST_SOURCE, wider(), on=day), gather(other, second(), on=day)]
    return compile_snapshot(parts, tmp_path_factory.mktemp("snapshots"), provenance={})


@pytest.fixture(scope="module")
def store(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """Return the store of the example world."""
    path = tmp_path_factory.mktemp("scores") / "scores.parquet"
    return in_memory(snapshot, kept_scores(snapshot, lambda: build(snapshot), path))


@pytest.fixture(scope="module")
def lineage(snapshot: Snapshot) -> ox.Store:
    """Return the store of the example world that holds lineage only."""
    store = ox.Store()
    for text, _ in nquads(snapshot, profile="lineage"):
        store.load(text, format=ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def shipped(built: Path) -> ox.Store:
    """Return the store of the embedded snapshot."""
    store: ox.Store = open_registry(built).store
    return store


def golden(name: str) -> Any:
    """Return the kept parameters and rows of a query."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def keep(name: str, params: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the kept answer of a query, one row a line."""
    lines = ",\n".join(f"    {json.dumps(row, ensure_ascii=False, default=str)}" for row in rows)
    text = f'{{\n  "params": {json.dumps(params, ensure_ascii=False)},\n  "rows": [\n{lines}\n  ]\n}}\n'
    (GOLDEN / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")


def as_json(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return rows as they come back from JSON."""
    return json.loads(json.dumps(rows, default=str))


# ----- the library -----------------------------------------------------------------------------


def test_every_query_has_its_answer_and_no_answer_is_left_over() -> None:
    """The files of the library and those of the kept answers are the same set."""
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(NAMES)
    assert {path.stem for path in LIBRARY.iterdir()} == set(NAMES)
    assert {query.topic for query in queries().values()} == set(TOPICS)
    assert {word for query in queries().values() for word in query.about} <= set(ABOUT)


@pytest.mark.parametrize("name", NAMES)
def test_answer_on_the_example_world(store: ox.Store, name: str) -> None:
    """Each query gives the kept rows in their order, and at least one."""
    params = golden(name)["params"]
    result = run(store, name, params)
    if os.environ.get("UPDATE_GOLDEN"):
        keep(name, params, result.rows)
    kept = golden(name)
    assert as_json(result.rows) == kept["rows"]
    assert kept["rows"]
    assert all(tuple(row) == result.columns for row in result.rows)


@pytest.mark.parametrize("name", NAMES)
def test_declaration(store: ox.Store, name: str) -> None:
    """Each query speaks both languages, has a stable order, and an example that its parameters accept."""
    query = query_named(name)
    assert query.title.isascii()
    assert query.description.isascii()
    assert query.description.endswith(".")
    assert not query.title_zh.isascii()
    assert query.description_zh.endswith("。")
    assert query.topic in TOPICS
    assert query.about
    assert set(query.about) <= set(ABOUT)
    assert bind(query, query.example_values).keys() == query.example_values.keys()
    assert "ORDER BY" in query.text
    assert "DISTINCT" in query.text
    assert run_text(store, query.text).columns


ABOUT_THE_STORE = {"graphs", "sources"}
"""Queries that list what a store holds, which differs by profile."""


@pytest.mark.parametrize("name", NAMES)
def test_profile(store: ox.Store, lineage: ox.Store, name: str) -> None:
    """A store of lineage gives what the full one gives to the queries that say so, and to no other."""
    params = golden(name)["params"]
    try:
        found = run(lineage, name, params).rows
    except UnknownName:
        found = []
    same = found == run(store, name, params).rows or name in ABOUT_THE_STORE
    assert same == (query_named(name).profile == "lineage")


FAULTS_THAT_ARE_NOT_THERE = {"circles"}
"""Queries for faults of the data, of which the shipped snapshot has none."""


@pytest.mark.parametrize("name", NAMES)
def test_example_has_an_answer(shipped: ox.Store, name: str) -> None:
    """The example gives rows on the shipped snapshot, told apart by what they are ordered by: no ties."""
    keys = re.findall(r"\?(\w+)", query_named(name).sparql.rpartition("ORDER BY")[2])
    rows = run(shipped, name, query_named(name).example_values).rows
    assert bool(rows) == (name not in FAULTS_THAT_ARE_NOT_THERE)
    columns = [key for key in keys if rows and key in rows[0]]
    assert len({tuple(row[key] for key in columns) for row in rows}) == len(rows)


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_leans_on_an_engine(name: str) -> None:
    """A query is plain SPARQL 1.1 of the vocabularies that begat uses, and declares each prefix itself."""
    text = query_named(name).sparql
    declared = dict(re.findall(r"PREFIX (\w+): +<([^>]+)>", text))
    body = re.sub(r'"[^"]*"|<[^>]*>', "", text.partition("SELECT")[2])
    assert set(re.findall(r"\b([a-z][a-z0-9]*):\w", body)) == set(declared)
    assert declared.items() <= PREFIXES.items()
    assert not re.search(r"\b(SERVICE|LATERAL|ADJUST|TRIPLE)\b|<<", body)


@pytest.mark.parametrize("name", NAMES)
def test_written_out_it_has_the_same_answer(store: ox.Store, name: str) -> None:
    """A query with its parameters in place, pasted elsewhere, gives the rows of the named query."""
    query, params = query_named(name), golden(name)["params"]
    text = written(query, bind_known(store, query, params))
    named = run(store, name, params)
    pasted = run_text(store, text)
    assert [{key: row[key] for key in named.columns} for row in pasted.rows] == named.rows


@pytest.mark.parametrize("name", NAMES)
def test_required_parameters(store: ox.Store, name: str) -> None:
    """A query without a required parameter is an error that shows the example; its column is left out."""
    query = query_named(name)
    required = [parameter.name for parameter in query.parameters if parameter.required]
    assert not set(required) & set(run(store, name, golden(name)["params"]).columns)
    if required:
        with pytest.raises(InputError, match=f"needs the parameter {required[0]}") as caught:
            run(store, name, {})
        assert query.example in str(caught.value)


# ----- parameters ------------------------------------------------------------------------------


def test_near_names() -> None:
    """A query that does not exist is an error with near names."""
    with pytest.raises(UnknownName) as caught:
        query_named("ancestor")
    assert caught.value.suggestions[0] == "ancestors"


@pytest.mark.parametrize(
    ("name", "params", "what"),
    [
        ("ancestors", {"modell": "a/b"}, "no parameter named 'modell'"),
        ("unresolved-bases", {"model": "a/b"}, "It takes none"),
        ("ancestors", {"model": "example-lab/nothing"}, "no model named 'example-lab/nothing'"),
        ("ancestors", {"model": " "}, "the parameter model is empty"),
        ("ancestors", {"model": "https://exa mple.org/"}, "no valid address"),
        ("children", {"model": "example-lab/base", "relation": "quantised"}, "Did you mean quantized"),
        ("weak-evidence", {"percent": "many"}, "whole number of at most 18 digits, not 'many'"),
        ("weak-evidence", {"percent": "1" * 50}, "at most 18 digits"),
        ("weak-evidence", {"percent": "1" * 5000}, "more than 4,096 characters"),
        ("models-under-licence", {"licence": "\udcff"}, "licence is no Unicode text"),
        ("models-under-licence", {"licence": "apache-2"}, "Did you mean Apache-2.0"),
        ("models-of-country", {"country": "Chima"}, "Did you mean China"),
        ("models-of-country", {"country": "FR", "since": "2025-02-30"}, "since is a date, not '2025-02-30'"),
        ("models-of-country", {"country": "FR", "since": "yesterday"}, "Write YYYY-MM-DD"),
        ("institutions-of-kind", {"kind": "compny"}, "no kind named 'compny'. Did you mean company"),
        ("builds-on", {"institution": "Example Twin"}, "a name of several. Give the address of one: https"),
        ("scores-of-institution", {"institution": "Example Institut"}, "Did you mean Example Institute"),
        ("top-institutions", {"measure": "reech"}, "no measure named 'reech'. Did you mean reach"),
        ("ancestors", {"model": "a/\ud800"}, "model is no Unicode text"),
        ("accounts-of-institution", {"institution": "nobody known"}, "no institution named"),
    ],
)
def test_a_wrong_parameter(store: ox.Store, name: str, params: dict[str, str], what: str) -> None:
    """A parameter of another name, kind or thing is an error that says so."""
    with pytest.raises(InputError, match=what):
        run(store, name, params)


@pytest.mark.parametrize(
    "text",
    [
        "example-lab/base",
        " example-lab/base ",
        "https://huggingface.co/example-lab/base/tree/main",
        "example-lab/old-base",
    ],
)
def test_ways_to_name_a_model(store: ox.Store, text: str) -> None:
    """An id, its page and its former name lead to the same model."""
    expected = run(store, "descendants", {"model": "example-lab/base"})
    assert run(store, "descendants", {"model": text}) == expected


@pytest.mark.parametrize(
    ("name", "parameter", "texts"),
    [
        ("builds-on", "institution", ["example-other", "Example Other", "example other "]),
        ("institution-names", "institution", ["example-institute", "EI", "示例研究所", "示例所"]),
        ("models-of-country", "country", ["DE", "de", "Germany", "germany", "德国"]),
        ("licences-after", "licence", ["Apache-2.0", "apache-2.0", "Apache License 2.0"]),
        ("models-of-family", "family", ["Example Base", "example-base"]),
    ],
)
def test_ways_to_name_a_thing(store: ox.Store, name: str, parameter: str, texts: list[str]) -> None:
    """Ids and names in any language and case lead to the same thing."""
    first, *others = [run(store, name, {parameter: text}) for text in texts]
    assert first.rows
    assert all(other == first for other in others)


def test_bounds_are_open_where_they_are_absent(store: ox.Store) -> None:
    """Without a first or last day all dates count; each day given is part of the period."""
    model = {"model": "example-lab/base"}
    every = run(store, "descendants-between", model)
    assert every.columns == ("created", "id", "descendant")
    days = [str(row["created"])[:10] for row in every.rows]
    assert days == sorted(days)
    for since in (None, *days, "2025-02-02"):
        for until in (None, *days, "2025-02-02"):
            period = {name: day for name, day in (("since", since), ("until", until)) if day}
            found = run(store, "descendants-between", model | period).rows
            inside = [day for day in days if (since or "") <= day <= (until or "9999")]
            assert [str(row["created"])[:10] for row in found] == inside


def test_relations_filter(store: ox.Store) -> None:
    """An optional parameter narrows the rows and keeps its column."""
    every = run(store, "children", {"model": "example-lab/base-instruct"})
    some = run(store, "children", {"model": "example-lab/base-instruct", "relation": "merge"})
    assert some.columns == every.columns
    assert some.rows == [row for row in every.rows if row["relation"] == "merge"]
    assert [row["id"] for row in some.rows] == ["example-lab/blend", "example-other/other-merge"]
    assert len(run(store, "descendants", {"model": "example-lab/base"}, limit=2).rows) == 2


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_hostile_parameters_only_name(store: ox.Store, text: str) -> None:
    """No text changes the query that it is a parameter of: it names something, or it is an error of ours."""
    for name, parameter in (
        ("ancestors", "model"),
        ("models-of-account", "account"),
        ("models-under-licence", "licence"),
        ("institution-names", "institution"),
    ):
        with pytest.raises(InputError):
            run(store, name, {parameter: text})


# ----- headers ---------------------------------------------------------------------------------


def file_with(folder: Path, header: Mapping[str, str | None], text: str = SELECT) -> Path:
    """Write a query file with a changed header."""
    lines = [f"# {key}: {value}\n" for key, value in {**HEADER, **header}.items() if value is not None]
    path = folder / "one.rq"
    path.write_text("".join(lines) + text, encoding="utf-8")
    return path


def test_a_header_is_read(tmp_path: Path) -> None:
    """The declaration is what the header says."""
    query = read(file_with(tmp_path, {"example": 'model="a/b c"'}))
    assert (query.name, query.title, query.title_zh) == ("one", "Title", "标题")
    assert query.parameters[0] == ("model", "iri:model", True, "the model")
    assert query.example_values == {"model": "a/b c"}


@pytest.mark.parametrize(
    ("header", "text", "where", "what"),
    [
        ({"title": None}, SELECT, "one.rq", "# title:"),
        ({"title-zh": ""}, SELECT, "one.rq", "# title-zh:"),
        ({"description-zh": None}, SELECT, "one.rq", "# description-zh:"),
        ({"topic": "lineages"}, SELECT, "one.rq", "no topic is named 'lineages'"),
        ({"topic": "lineage time"}, SELECT, "one.rq", "a query has one topic"),
        ({"about": "models pages"}, SELECT, "one.rq", "no about is named 'pages'"),
        ({"profile": "small"}, SELECT, "one.rq", "no profile is named 'small'"),
        ({"param": "model word(one) required - x"}, SELECT, "one.rq, line 8", "declares no parameter"),
        ({"titel": "x"}, SELECT, "one.rq, line 10", "no header is named 'titel'"),
        ({"param": "model iri:thing required - x"}, SELECT, "one.rq, line 8", "declares no parameter"),
        (
            {"param": "other iri:model required - x"},
            SELECT,
            "one.rq, line 8",
            r"SELECT does not name \?other",
        ),
        ({"example": None}, SELECT, "one.rq", "# example:"),
        ({"example": "other=a/b"}, SELECT, "one.rq", "the example gives other for model"),
        (
            {"param": "model iri:model required - x\n# param: kind text required - y"},
            SELECT.replace("?model", "?model ?kind", 1),
            "one.rq",
            "the example gives model for kind, model",
        ),
        ({}, "ASK { ?model a ?kind }", "one.rq, line 8", r"SELECT does not name \?model"),
    ],
)
def test_a_wrong_header(
    tmp_path: Path, header: dict[str, str | None], text: str, where: str, what: str
) -> None:
    """A header that is missing, unknown or wrong is an error that names the file and the line."""
    with pytest.raises(InputError, match=what) as caught:
        read(file_with(tmp_path, header, text))
    assert caught.value.where == where


# ----- paths against a plain search ------------------------------------------------------------


def reached(edges: set[tuple[int, int]], start: int) -> set[int]:
    """Return what can be reached from a node by any number of edges, itself left out."""
    found, front = {start}, {start}
    while front:
        front = {end for begin, end in edges if begin in front} - found
        found |= front
    return found - {start}


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.sampled_from(sorted(RELATIONS))),
        max_size=20,
    )
)
@example([(0, 1, "finetune"), (1, 0, "finetune"), (2, 0, "merge"), (2, 3, "merge"), (4, 4, "copy")])
def test_lineage_is_that_of_a_plain_search(
    make_snapshot: MakeSnapshot, rows: list[tuple[int, int, str]]
) -> None:
    """Ancestors, descendants and roots by SPARQL are those of a search in the derivations table."""
    keys = [f"example-lab/m{node}" for node in range(NODES)]
    models = [Model(key) for key in keys]
    stated = [Derivation(keys[child], keys[parent], kind, "tags") for child, parent, kind in rows]
    snapshot = make_snapshot([*models, *stated])
    table = snapshot.frame("derivations").select("child", "parent", "status")
    edges = {
        (keys.index(child), keys.index(parent))
        for child, parent, how in table.iter_rows()
        if how == "resolved"
    }
    store = in_memory(snapshot)
    for node, key in enumerate(keys):
        above = reached(edges, node)
        below = reached({(end, begin) for begin, end in edges}, node)
        tops = {top for top in above if not reached(edges, top)}
        for name, column, expected in (
            ("ancestors", "ancestor", above),
            ("descendants", "descendant", below),
            ("roots", "root", tops),
        ):
            rows_found = run(store, name, {"model": key}).rows
            assert [row["id"] for row in rows_found] == sorted(keys[number] for number in expected)
            assert [row[column] for row in rows_found] == [model_iri(str(row["id"])) for row in rows_found]
