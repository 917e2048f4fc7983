"""Rows of tables as RDF and back: the same bytes, whatever stands in them, or a refusal that says what."""

import gzip
import json
import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import examples
from tests.unit.store_sample import world

from begat.errors import BegatError, InputError, ShapeError, UnreadableFile
from begat.interchange import records, sorting
from begat.interchange.format.base import Content, format_named
from begat.interchange.records.reread import read_rdf
from begat.records import TABLES, Observation, Record, fields, schema
from begat.resolve import gather
from begat.snapshot import Snapshot, compile_snapshot, write_snapshot
from begat.sources.base import Source
from begat.store import rdf_file

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]

SUFFIXES = {"nquads": ".nq", "trig": ".trig", "turtle": ".ttl", "jsonld": ".jsonld"}
SHARED = Source("shared", "shared", "CC-BY-SA-4.0", ())
EXACT = settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Return a snapshot with every kind of part: tables, what sources said, what is kept apart."""
    test = gather(Source("test", "test", "CC0-1.0", ()), world(), on=date(2026, 1, 1))
    apart = [Observation("a/b", "repository", "stars", 7.0, date(2026, 1, 1))]
    shared = gather(SHARED, apart, on=date(2025, 1, 1))
    return compile_snapshot(
        [test, shared],
        tmp_path_factory.mktemp("snapshots"),
        provenance={"shared": {"share_alike": True, "retrieved_at": date(2025, 1, 2)}},
    )


def exported(snapshot: Snapshot, path: Path, form: str = "nquads") -> Path:
    """Write the records of a snapshot alone, in a syntax, without its projection."""
    raw = path.with_suffix(".raw")
    arranged = sorting.without_graph if form == "turtle" else (lambda piece: piece)
    sorting.write_sorted(records.lines(snapshot), raw, arranged=arranged)
    if form == "jsonld":
        from begat.interchange.jsonld import write_graphs

        sorting.write_sorted(records.lines(snapshot), raw, arranged=sorting.by_graph)
        write_graphs(ox.parse(path=raw, format=ox.RdfFormat.N_QUADS), path)
        return path
    formats = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "turtle": ox.RdfFormat.TURTLE}
    ox.serialize(ox.parse(path=raw, format=ox.RdfFormat.N_QUADS), path, format=formats[form])
    return path


def same_bytes(first: Path, second: Path) -> bool:
    """Whether two folders hold the same files."""
    files = [
        sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())
        for root in (first, second)
    ]
    return files[0] == files[1] and all(
        (first / name).read_bytes() == (second / name).read_bytes() for name in files[0]
    )


@pytest.mark.parametrize("form", SUFFIXES)
def test_every_syntax_gives_the_same_files(snapshot: Snapshot, tmp_path: Path, form: str) -> None:
    """Tables, statements, what is kept apart and all manifests come back byte for byte."""
    path = exported(snapshot, tmp_path / f"x{SUFFIXES[form]}", form)
    with read_rdf(path) as found:
        again = found.write(tmp_path / "again")
    assert (again.digest, again.said, again.name) == (snapshot.digest, snapshot.said, snapshot.name)
    assert again.annexes == snapshot.annexes
    assert same_bytes(snapshot.path, again.path)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    [
        "",
        '\x00\x01\t\r\n"\\',
        "\\n",
        "\\u0041",
        "null",
        "[]",
        "\ufeff\ufffe\uffff",
        '" <x> .',
        "\u202e",
        "😀",
        " ",
    ]
)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats().map(lambda number: math.nan if math.isnan(number) else number),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    list[str]: st.lists(TEXT, max_size=3),
}


def rows_of(record: type[Any]) -> st.SearchStrategy[list[Any]]:
    """Return lists of rows of a table with anything in their columns that the types allow."""
    values = [
        st.none() | VALUES[column.kind] if column.optional else VALUES[column.kind]
        for column in fields(record)
    ]
    return st.lists(st.tuples(*values).map(lambda row: record(*row)), max_size=4)


@EXACT
@given(st.fixed_dictionaries({name: rows_of(record) for name, record in TABLES.items()}))
def test_any_rows_come_back(tmp_path_factory: pytest.TempPathFactory, rows: dict[str, list[Any]]) -> None:
    """Huge and odd numbers, control characters, empty texts and lists, null: each comes back as it was."""
    folder = tmp_path_factory.mktemp("any")
    tables = [
        (name, pa.Table.from_pylist([row._asdict() for row in rows[name]], schema(TABLES[name])))
        for name in TABLES
    ]
    facts = {
        "test": {
            "title": "t",
            "licence": "CC0-1.0",
            "date": "2026-01-01",
            "rows_seen": 1,
            "rows_set_aside": 0,
        }
    }
    first = write_snapshot(tables, folder / "one", name="2026-01-01", on=date(2026, 1, 1), sources=facts)
    with read_rdf(exported(first, folder / "x.nq")) as found:
        again = found.write(folder / "two")
    assert same_bytes(first.path, again.path)


def test_lines_are_those_of_the_parser(snapshot: Snapshot, tmp_path: Path) -> None:
    """The fast way to canonical lines gives what pyoxigraph writes of the same statements, sorted."""
    content = Content(snapshot, pytest.fail, lambda: None)  # type: ignore[arg-type, return-value]
    format_named("nquads").write(content, tmp_path / "x.nq")
    written = ox.serialize(ox.parse(path=tmp_path / "x.nq"), format=ox.RdfFormat.N_QUADS) or b""
    oracle = sorted(set(written.splitlines(keepends=True)))
    assert (tmp_path / "x.nq").read_bytes().splitlines(keepends=True) == oracle


def test_runs_are_merged(snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small sorted runs give the bytes of one large one; a line that comes twice is written once."""
    whole = [*records.lines(snapshot), *records.lines(snapshot)]
    count = sorting.write_sorted(whole, tmp_path / "one")
    monkeypatch.setattr(sorting, "RUN", 1000)
    assert sorting.write_sorted(whole, tmp_path / "many") == count
    assert (tmp_path / "one").read_bytes() == (tmp_path / "many").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many", "one"]


def changed(text: str, old: str, new: str) -> str:
    """Replace the first of something that must be there."""
    found = re.subn(old, new, text, count=1, flags=re.MULTILINE)
    assert found[1] == 1, old
    return found[0]


VALUE = r"^(<\S+/models/1> <\S+#models\.listed>) .*$"
FAULTS = {
    "missing row": (r"^<\S+/models/1> <\S+#models\.id>.*\n", "", "id is missing in row 1"),
    "two values": (
        VALUE,
        '\\g<0>\n\\1 "false"^^<http://www.w3.org/2001/XMLSchema#boolean> .',
        "listed has two values in row 1",
    ),
    "no flag": (
        VALUE,
        '\\1 "maybe"^^<http://www.w3.org/2001/XMLSchema#boolean> .',
        "listed can't be read in row 1",
    ),
    "other type": (VALUE, '\\1 "true" .', "statement"),
    "other graph": (r"^(<\S+/models/1> .*) <\S+> \.$", "\\1 <https://example.org/g> .", "statement"),
    "unknown column": (r"#models\.listed>", "#models.liste>", "statement"),
    "other table": (r"/models/1> (<\S+#)models\.", "/models/1> \\1systems.", "statement"),
    "row 0": (r"/models/1> ", "/models/0> ", "statement"),
    "far row": (r"/models/1> ", "/models/999999999> ", "values of row 999999999"),
    "unknown place": (
        r"/models/1> (.*)/records/models> \.$",
        "/statements/other/models/1> \\1/records/statements/other/models> .",
        "no manifest names",
    ),
    "two snapshots": (r"(/id/record/)[0-9a-f]{12}(/models/1>)", "\\g<1>0123456789ab\\2", "several snapshots"),
    "name with a path": (r'snapshot = \\"2026', 'snapshot = \\\\"../2026', "snapshot is"),
    "source with a path": (
        r"(SOURCES.toml> <\S+#manifest> .*\[sources\.)test",
        '\\1\\\\"../up\\\\"',
        "is no source",
    ),
    "other format": (r"format = 4", "format = 3", "format 3"),
    "fewer rows": (r"\[tables\.models\]\\nrows = ", "[tables.models]\\\\nrows = 1", "rows|missing"),
    "billion rows": (r"\[tables\.models\]\\nrows = \d+", "[tables.models]\\\\nrows = 999999999", "and only"),
    "no toml": (r'#manifest> "', '#manifest> "= ', "SOURCES.toml"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_record_refuses_the_file(snapshot: Snapshot, tmp_path: Path, name: str) -> None:
    """What begat did not write so is named, with its place, and no snapshot is made of it."""
    old, new, message = FAULTS[name]
    path = exported(snapshot, tmp_path / "x.nq")
    path.write_text(changed(path.read_text(encoding="utf-8"), old, new), encoding="utf-8")
    with pytest.raises(ShapeError, match=message) as caught, read_rdf(path):
        pytest.fail("it was read")
    assert caught.value.exit_code == 4
    assert "x.nq" in str(caught.value)


def test_all_faults_come_at_once(snapshot: Snapshot, tmp_path: Path) -> None:
    """Two faults of different kinds are both named."""
    path = exported(snapshot, tmp_path / "x.nq")
    text = path.read_text(encoding="utf-8")
    for name in ("missing row", "no flag"):
        text = changed(text, *FAULTS[name][:2])
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ShapeError, match=r"id is missing in row 1.*listed can't be read"), read_rdf(path):
        pytest.fail("it was read")


def test_foreign_graphs_are_set_aside(snapshot: Snapshot, tmp_path: Path) -> None:
    """Statements in graphs of others are counted and shown with their place; none is unaccounted for."""
    path = exported(snapshot, tmp_path / "x.nq")
    foreign = '<https://a/b> <https://a/c> "d" <https://example.org/g> .\n'
    projected = "<https://a/b> <https://a/c> <https://a/d> .\n"
    path.write_text(foreign + projected + path.read_text(encoding="utf-8") + foreign, encoding="utf-8")
    with read_rdf(path) as found:
        taken = found.taken
        assert found.write(tmp_path / "again").digest == snapshot.digest
    assert taken.aside == 2
    assert taken.examples[0] == f"statement 1: {foreign.strip()}"
    assert taken.seen == len(path.read_text(encoding="utf-8").splitlines())
    assert taken.seen == taken.values + len(taken.manifests) + taken.other + taken.aside
    values = sum(
        pl.DataFrame(pl.from_arrow(table)).select(pl.all().is_not_null().sum()).sum_horizontal()[0]
        for table in [
            *(snapshot.table(name) for name in TABLES),
            *(
                table
                for part in (snapshot.stated(), snapshot.apart())
                for tables, _ in part.values()
                for table in tables.values()
            ),
        ]
    )
    assert taken.values == values


def written(path: Path, text: str | bytes) -> Path:
    """Write a file; packed if its name says so."""
    data = text.encode() if isinstance(text, str) else text
    path.write_bytes(data)
    return path


TRIPLE = b"<https://a/b> <https://a/c> <https://a/d> .\n"
UNREADABLE: dict[str, tuple[str, bytes, type[BegatError], str]] = {
    "cut off": ("x.nq", b'<https://a/b> <https://a/c> "d', UnreadableFile, "can't be parsed"),
    "no records": ("x.nq", b'<https://a/b> <https://a/c> "d" .\n', ShapeError, "holds no records"),
    "empty": ("x.ttl", b"", ShapeError, "holds no records"),
    "surrogate": ("x.jsonld", b'{"https://a/c": "\\ud800"}', UnreadableFile, "can't be parsed"),
    "remote context": (
        "x.jsonld",
        b'{"@context": "https://a/b", "c": "d"}',
        UnreadableFile,
        "can't be parsed",
    ),
    "deep": ("x.jsonld", b'{"https://a/b":' * 5000 + b"1" + b"}" * 5000, UnreadableFile, "nested too deep"),
    "not packed": ("x.nq.gz", b"<https://a/b>", UnreadableFile, "damaged"),
    "packing cut off": ("x.nq.gz", gzip.compress(TRIPLE * 99)[:-9], UnreadableFile, "damaged"),
    "bomb": ("x.nq.gz", gzip.compress(b"\n" * (1 << 20)), UnreadableFile, "too large"),
    "other kind": ("x.csv", b"<rdf/>", InputError, "of this kind"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_export_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Damaged, hostile and other files end in an error of begat that names the file."""
    monkeypatch.setattr(rdf_file, "ALLOWANCE", 1 << 16)
    file, data, kind, message = UNREADABLE[name]
    with pytest.raises(kind, match=message) as caught, read_rdf(written(tmp_path / file, data)):
        pytest.fail("it was read")
    assert file in str(caught.value)


@given(
    st.recursive(
        st.none() | TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    )
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_depth_is_counted_outside_of_texts(tmp_path_factory: pytest.TempPathFactory, thing: Any) -> None:
    """Brackets and quotes inside texts don't count, wherever the file is cut into chunks."""
    text = json.dumps(thing)
    path = written(tmp_path_factory.mktemp("deep") / "x.jsonld", text)

    def depth(inside: Any) -> int:
        items = inside.values() if isinstance(inside, dict) else inside if isinstance(inside, list) else None
        return 0 if items is None else 1 + max(map(depth, items), default=0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdf_file, "CHUNK", 3)
        patch.setattr(rdf_file, "DEEPEST", depth(thing))
        rdf_file.refuse_deep(path)
        patch.setattr(rdf_file, "DEEPEST", depth(thing) - 1)
        with pytest.raises(UnreadableFile):
            rdf_file.refuse_deep(path)
