"""Every source keeps the contract of a source, on a small saved sample in its true schema.

``UPDATE_GOLDEN=1`` rewrites the golden files; look at the difference before it is committed.
"""

import gzip
import json
import os
import pkgutil
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from begat.errors import InputError, UnknownName, UnreadableFile, WrongSchema
from begat.influence.indicator import framework_named
from begat.records import TABLES, Derivation, Model, Observation, Record, SetAside, System, schema, to_table
from begat.sources import base
from begat.sources.base import File, Parsed, Source, discover, source_named

FOLDER = Path(base.__file__).parent
SAMPLES = Path(__file__).parents[1] / "samples"
GOLDEN = Path(__file__).parents[1] / "golden" / "sources"
LARGEST_SAMPLE = 20_000
ON = date(2026, 1, 31)
RELATIONS = {
    *("finetune", "continued-pretraining", "adapter", "quantized", "merge", "distilled"),
    *("converted", "pruned", "copy", "undetermined"),
}

SOURCES = list(discover().values())
TABLE_OF = {record: name for name, record in TABLES.items()}
FILES = [
    (source, hit.relative_to(SAMPLES / source.name), file)
    for source in SOURCES
    if (SAMPLES / source.name).is_dir()
    for hit, file in source.find(SAMPLES / source.name)
]

each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


def each_file(*suffixes: str, where: Callable[[File], object] = bool) -> pytest.MarkDecorator:
    """Make a test run over the sample files with one of these suffixes whose declaration fits."""
    chosen = [
        pytest.param(source, part, id=f"{source.name}:{part}")
        for source, part, file in FILES
        if part.suffix in suffixes and where(file)
    ]
    return pytest.mark.parametrize(("source", "part"), chosen)


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Source, Path], Path]:
    """Return a function that copies a sample, and gives the path of one file in the copy."""

    def make(source: Source, part: Path) -> Path:
        shutil.copytree(SAMPLES / source.name, tmp_path / source.name)
        return tmp_path / source.name / part

    return make


def parse(source: Source, path: Path) -> list[Any]:
    """Return the records of a path, in order."""
    return list(source.parse(path, on=ON))


def set_aside(records: list[Any]) -> list[SetAside]:
    """Return the rows that were set aside."""
    return [record for record in records if isinstance(record, SetAside)]


def without_names(records: list[Any]) -> list[Any]:
    """Return the records; those set aside no longer say in which file."""
    return [r._replace(file="") if isinstance(r, SetAside) else r for r in records]


def as_line(record: Any) -> str:
    """Return a record as a line of JSON: its type and the fields that differ from their default."""
    defaults = record._field_defaults
    values = {
        name: value
        for name, value in record._asdict().items()
        if name not in defaults or value != defaults[name]
    }
    return json.dumps({"record": type(record).__name__, **values}, ensure_ascii=False, default=str)


@each_source
def test_sample_is_small_and_read_whole(source: Source) -> None:
    """A sample exists, holds a file for every declared pattern, and no file of it is large."""
    folder = SAMPLES / source.name
    assert folder.is_dir(), f"save a sample of {source.name} in {folder}"
    found = {file.pattern for _, file in source.find(folder)}
    assert found == {file.pattern for file in source.files}
    sizes = {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    assert not {name: size for name, size in sizes.items() if size > LARGEST_SAMPLE}


@each_source
def test_golden_records(source: Source) -> None:
    """A sample parses to exactly the golden records."""
    lines = [as_line(record) for record in parse(source, SAMPLES / source.name)]
    golden = GOLDEN / f"{source.name}.jsonl"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    assert lines == golden.read_text(encoding="utf-8").split("\n")[:-1]


@each_source
def test_what_it_feeds_is_declared(source: Source) -> None:
    """A source declares every table that its sample fills; its tables and indicators exist."""
    records = [item for item in parse(source, SAMPLES / source.name) if not isinstance(item, SetAside)]
    found = {TABLE_OF[type(record)] for record in records}
    assert source.name == "table" or found <= set(source.tables) <= set(TABLES)
    assert set(source.indicators) <= framework_named("begat-53").indicators.keys()


@each_source
def test_parsing_is_repeatable(source: Source) -> None:
    """Parsing twice gives the same records: row functions keep no state."""
    assert parse(source, SAMPLES / source.name) == parse(source, SAMPLES / source.name)


@each_source
def test_records_fit_their_tables(source: Source) -> None:
    """Every record becomes a row of its table and comes back unchanged."""
    by_type: dict[type[Any], list[Any]] = defaultdict(list)
    for record in parse(source, SAMPLES / source.name):
        by_type[type(record)].append(record)
    for kind, records in by_type.items():
        table = to_table(kind, records)
        assert table.schema.equals(schema(kind), check_metadata=True)
        assert [kind(**row) for row in table.to_pylist()] == records


@each_source
def test_rows_seen_are_kept_or_set_aside(source: Source) -> None:
    """Every row of a file is counted; each one set aside comes as a record with its place."""
    tally: list[Parsed] = []
    aside = set_aside(list(source.parse(SAMPLES / source.name, on=ON, tally=tally)))
    files = source.find(SAMPLES / source.name)
    assert [(count.path, count.seen) for count in tally] == [
        (path, len(list(file.read(path)))) for path, file in files
    ]
    counted = Counter({count.path.name: 0 for count in tally})
    for count in tally:
        counted[count.path.name] += count.set_aside
    assert +counted == Counter(record.file for record in aside)
    assert all(record.place and record.reason for record in aside)


@each_source
def test_source_says_what_it_is(source: Source) -> None:
    """A source has a title, says what it feeds, and states its licence or that there is none."""
    assert source.title
    assert source.feeds
    assert source.licence or "licence" in source.feeds


@each_source
def test_derivations_are_declared(source: Source) -> None:
    """Relations are known ones, and how a source knows is declared with its confidence."""
    derivations = [r for r in parse(source, SAMPLES / source.name) if isinstance(r, Derivation)]
    assert {record.relation for record in derivations} <= RELATIONS
    assert {record.method for record in derivations} <= source.methods.keys()
    for method in source.methods.values():
        assert 0 < method.confidence <= 1
        assert 0 < method.kind_confidence <= 1
        assert method.basis


@each_source
def test_who_reads_licences_shows_one(source: Source) -> None:
    """What a source lists without a licence states none only if its sample has things that state one."""
    things = [record for record in parse(source, SAMPLES / source.name) if hasattr(record, "licence_raw")]
    listed = [thing for thing in things if not isinstance(thing, System)]
    assert not (source.reads_licences and listed) or any(thing.licence_raw for thing in listed)


def test_every_file_of_the_folder_is_discovered() -> None:
    """Each module of the folder is one source with a name of its own, found by that name."""
    stems = {path.stem for path in FOLDER.glob("*.py") if not path.name.startswith("_")} - {"base"}
    assert len(discover()) == len(stems)
    assert {name: source_named(name) for name in discover()} == discover()


def test_a_name_declared_twice_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second file with the name of another is an error that names it."""
    modules = [*pkgutil.iter_modules([str(FOLDER)])] * 2
    monkeypatch.setattr(pkgutil, "iter_modules", lambda _: modules)
    with pytest.raises(InputError, match=r"begat/sources/\w+\.py: .* a name of its own"):
        discover.__wrapped__()


def test_unknown_name_suggests_near_ones() -> None:
    """A misspelt source is told the names near to it."""
    with pytest.raises(UnknownName, match="Did you mean radar"):
        source_named("rader")


@each_source
def test_missing_path_and_foreign_folder(source: Source, tmp_path: Path) -> None:
    """A path that is not there and a folder without a file of the source are errors that say so."""
    with pytest.raises(UnreadableFile, match="no such file or folder"):
        parse(source, tmp_path / "absent")
    with pytest.raises(UnreadableFile, match=f"no file of source {source.name}"):
        parse(source, tmp_path)


@each_file(".jsonl", ".json", ".csv", ".txt", ".parquet", ".toml")
def test_empty_file(source: Source, part: Path, copy: Callable[[Source, Path], Path]) -> None:
    """A file without a byte is an error that names it."""
    path = copy(source, part)
    path.write_bytes(b"")
    with pytest.raises(InputError) as caught:
        parse(source, path)
    assert str(path) in str(caught.value)


@each_file(".jsonl", ".csv", ".txt", where=lambda file: file.pattern.endswith("*"))
def test_gzip_file_and_a_truncated_one(
    source: Source, part: Path, copy: Callable[[Source, Path], Path]
) -> None:
    """A gzipped file gives the records of the plain one; a truncated one is an error."""
    plain = copy(source, part)
    packed = plain.with_name(plain.name + ".gz")
    data = gzip.compress(plain.read_bytes(), mtime=0)
    packed.write_bytes(data)
    assert without_names(parse(source, packed)) == without_names(parse(source, plain))
    packed.write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableFile, match="the gzip file is damaged"):
        parse(source, packed)


@each_file(".parquet")
def test_truncated_parquet(source: Source, part: Path, copy: Callable[[Source, Path], Path]) -> None:
    """A Parquet file cut in half is an error."""
    path = copy(source, part)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UnreadableFile, match="not a whole Parquet file"):
        parse(source, path)


@each_file(".jsonl", ".json", ".csv", ".parquet", where=lambda file: file.required)
def test_wrong_schema(source: Source, part: Path, copy: Callable[[Source, Path], Path]) -> None:
    """A file of the right format without the fields of the source is an error that names them."""
    path = copy(source, part)
    if part.suffix == ".parquet":
        pq.write_table(pa.table({"other": [1, 2]}), path)
    else:
        text = {".jsonl": '{"other": 1}\n', ".json": '[{"other": 1}]', ".csv": "other\n1\n"}
        path.write_text(text[part.suffix], encoding="utf-8")
    with pytest.raises(WrongSchema, match="no row has the field"):
        parse(source, path)


@each_file(".jsonl")
def test_broken_json_line_in_the_middle(
    source: Source, part: Path, copy: Callable[[Source, Path], Path]
) -> None:
    """A broken line is set aside with its place; all that stands around it is still read."""
    path = copy(source, part)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    before = parse(source, path)
    middle = (len(lines) + 1) // 2
    path.write_text("".join([*lines[:middle], '{"id": \n', *lines[middle:]]), encoding="utf-8")
    after = parse(source, path)
    broken = [record for record in set_aside(after) if record.reason.startswith("not JSON")]
    assert [(record.file, record.place) for record in broken] == [(path.name, f"line {middle + 1}")]
    assert len(after) == len(before) + 1


@each_file(".json")
def test_broken_json_document(source: Source, part: Path, copy: Callable[[Source, Path], Path]) -> None:
    """A document that ends too early is an error."""
    path = copy(source, part)
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with pytest.raises(UnreadableFile, match="not JSON"):
        parse(source, path)


@each_file(".csv")
def test_csv_line_with_a_cell_too_many(
    source: Source, part: Path, copy: Callable[[Source, Path], Path]
) -> None:
    """A line with another number of cells than the header is set aside with its place."""
    path = copy(source, part)
    path.write_text(path.read_text(encoding="utf-8") + "," * 200 + "\n", encoding="utf-8")
    last = parse(source, path)[-1]
    assert isinstance(last, SetAside)
    assert last.reason == "another number of cells than the header"
    assert last.place == f"line {len(path.read_text(encoding='utf-8').splitlines())}"


def test_a_row_without_a_field_is_set_aside(tmp_path: Path) -> None:
    """One row of a readable file without a field is set aside by its name; the others are read."""
    file = File("*.jsonl", base.jsonl, lambda row, _: iter([Model(row["id"])]), required=("id",))
    source = Source("made", "made for a test", "CC0-1.0", (file,))
    (tmp_path / "rows.jsonl").write_text('{"id": "a"}\n\n{"ID": "b"}\n', encoding="utf-8")
    assert parse(source, tmp_path) == [
        Model("a"),
        SetAside("rows.jsonl", "line 3", "no field id", "{'ID': 'b'}"),
    ]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (Model(5), "id is 5: not str"),  # type: ignore[arg-type]
        (Model(None), "id is None: not str"),  # type: ignore[arg-type]
        (Model("a", parameters=2**63), "too large a number"),
        (Model("a", parameters=True), "parameters is True: not int"),
        (Model("a\ud800"), "not Unicode text"),
        (Observation("a", "model", "likes", float("inf")), "value is inf: not a finite number"),
        (Observation("a", "model", "likes", 1.0, datetime(2026, 1, 1, tzinfo=UTC)), "not date"),
    ],
    ids=str,
)
def test_a_value_that_no_table_can_hold_sets_its_row_aside(
    tmp_path: Path, record: Record, reason: str
) -> None:
    """A poisoned value costs its row, not the import."""
    file = File("*.jsonl", base.jsonl, lambda row, _: iter([record] if row["bad"] else [Model("b")]))
    source = Source("made", "made for a test", "CC0-1.0", (file,))
    (tmp_path / "rows.jsonl").write_text('{"bad": true}\n{"bad": false}\n', encoding="utf-8")
    aside, good = parse(source, tmp_path)
    assert isinstance(aside, SetAside)
    assert reason in aside.reason
    assert good == Model("b")
