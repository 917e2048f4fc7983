"""Rows of hub-stats in columns: exactly what the row functions say, odd rows included."""

import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import examples

from begat.errors import BegatError, WrongSchema
from begat.records import TABLES
from begat.resolve import Statements, collect, gather
from begat.sources import _columns
from begat.sources.base import Parsed, source_named
from begat.synth.dump import SCHEMA

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "tests" / "samples" / "hub-stats"
PACK = Path(os.environ.get("BEGAT_PACK", ROOT.parent / "shared" / "data"))
GENUINE = PACK / "hub-stats-frozen" / "models.parquet"
ON = date(2026, 5, 20)
HUB_STATS = source_named("hub-stats")

pack = [
    pytest.mark.pack,
    pytest.mark.skipif(not GENUINE.is_file(), reason="the data pack is not here"),
]
each_real_file = pytest.mark.parametrize(
    "path", [SAMPLE, pytest.param(GENUINE, marks=pack)], ids=["sample", "genuine"]
)


def by_rows(path: Path) -> Statements:
    """Read with the row functions alone."""
    files: list[Parsed] = []
    said = gather(HUB_STATS, list(HUB_STATS.parse(path, on=ON, tally=files)), on=ON)
    said.files.extend(files)
    return said


def outcome(read: Any, path: Path) -> Any:
    """Return what a way of reading gives: the rows of every table and the counts, or its error."""
    try:
        said = read(path)
    except BegatError as error:
        return type(error), str(error)
    rows = {name: said.frames[name].rows() for name in TABLES if name != "contested"}
    return rows, [(count.path, count.seen, count.set_aside) for count in said.files]


def in_columns(path: Path) -> Statements:
    """Read as an import does."""
    return collect(HUB_STATS, path, on=ON)


def written(path: Path, rows: Iterable[dict[str, Any]], schema: pa.Schema = SCHEMA) -> Path:
    """Write rows as a dump."""
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)
    return path


@each_real_file
def test_columns_say_what_the_rows_say(path: Path) -> None:
    """On genuine rows both ways give the same records in the same order, and the same counts."""
    assert outcome(in_columns, path) == outcome(by_rows, path)


@each_real_file
def test_batches_make_no_difference(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read five rows at a time, a file gives what it gives at once."""
    whole = outcome(in_columns, path)
    monkeypatch.setattr(_columns, "BATCH", 5)
    assert outcome(in_columns, path) == whole


@each_real_file
def test_derivations_are_those_of_the_raw_column(path: Path) -> None:
    """As many derivations are found as ``baseModels`` names parents, and those that cards alone name."""
    file = path / "models.parquet" if path.is_dir() else path
    raw = pq.read_table(file, columns=["id", "baseModels"]).to_pylist()
    stated = sorted(
        (row["id"], base["id"], row["baseModels"]["relation"])
        for row in raw
        if row["baseModels"]
        for base in row["baseModels"]["models"]
    )
    found = in_columns(path).frames["derivations"]
    tagged = found.filter(pl.col("method") != "card").select("child", "parent_raw", "relation")
    assert sorted(tagged.rows()) == stated
    assert set(found.filter(method="card")["child"]).isdisjoint({child for child, _, _ in stated})


@each_real_file
def test_every_row_is_accounted_for(path: Path) -> None:
    """A row of a file of models is a model or set aside."""
    file = path / "models.parquet" if path.is_dir() else path
    said = in_columns(file)
    (count,) = said.files
    assert count.seen == pq.read_metadata(file).num_rows
    assert said.frames["models"].height == count.seen - count.set_aside
    assert said.frames["set_aside"].height == count.set_aside


ids = st.one_of(
    st.sampled_from(["a-lab/x", "b-lab/y.z", "gpt2", "a/b/c", "a b/c", "", "-a/b", "a/b\n", "é/x", "x" * 97]),
    st.none(),
)
tags = st.lists(
    st.sampled_from(
        [
            *(
                "transformers",
                "license:mit",
                "license:other",
                "license:",
                "arxiv:2401.00001",
                "arxiv:2401.00001 ",
            ),
            *("arxiv:٢٤٠١.00001", "arxiv:nothing", "dataset:squad", "dataset:squad", "dataset:", None),
            *("base_model:a-lab/x", "base_model:finetune:a-lab/x", "base_model:adapter:./out", "base_model:"),
            *("license:apache-2.0", "Base_model:x", "region:us"),
        ]
    ),
    max_size=5,
)
cards = st.sampled_from(
    [
        *(None, "", "{", "[]", "5", '"license"', "{}", '{"license": "mit"}', '{"license": ["mit", "x"]}'),
        *('{"license": 5}', '{"license_name": "own"}', '{"license": "other", "license_name": ["own"]}'),
        *('{"base_model": "a-lab/x, b-lab/y"}', '{"base_model": ["a", 5, null]}', '{"base_model": {}}'),
        *('{"base\\u005fmodel": "a-lab/z"}', '{"licens\\u0065": "mit"}', '{"text": "\\ud800"}'),
        *('{"model-index": null}', '{"model-index": [{"results": []}]}', '{"license": "\\ud800"}'),
        '{"model-index": [{"results": [{"dataset": {"name": "d"}, "metrics": [{"type": "", "value": 1}]}]}]}',
        '{"model-index": [{"results": [{"dataset": {"name": "d"}, "metrics": [{"value": %s}]}]}]}'
        % ("9" * 400),
        '{"model-index": [{"results": [{"dataset": {"name": "\\udfff"}, "metrics": [{"value": true}]}]}]}',
        "[" * 5000,
    ]
)
ggufs = st.sampled_from(
    [
        *(None, "", "{", "{}", '{"total": 7}', '{"total": "7"}', '{"total": 1.5}', '{"total": NaN}'),
        *('{"total": true}', '{"total": %s}' % ("9" * 40), '{"total": -1}', '{"a": {"total": 3}}'),
    ]
)
numbers = st.sampled_from([None, 0, 1, -1, 10**14, 10**14 + 1, 2**53 + 1, 2**63 - 1, -(2**63)])
floats = st.sampled_from([None, 0.0, 1.5, -1.0, float("nan"), float("inf"), 1e308])
moments = st.sampled_from(
    [None, *map(datetime.fromisoformat, ("2022-03-02T23:29:04", "0001-01-01", "9999-12-31"))]
)
base = st.one_of(st.none(), st.fixed_dictionaries({"_id": st.none(), "id": ids}))
parents = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "relation": st.sampled_from([None, "finetune", "adapter", "merge", "quantized", "distilled", ""]),
            "models": st.one_of(st.none(), st.lists(base, max_size=3)),
        }
    ),
)
texts = st.sampled_from([None, "", "text-generation", "é"])
rows = st.fixed_dictionaries(
    {
        "id": st.one_of(st.just("a-lab/x"), ids),
        "createdAt": moments,
        "lastModified": moments,
        "downloads": numbers,
        "downloadsAllTime": numbers,
        "likes": numbers,
        "trendingScore": floats,
        "tags": st.one_of(st.none(), tags),
        "cardData": cards,
        "safetensors": st.one_of(st.none(), st.fixed_dictionaries({"total": numbers})),
        "gguf": ggufs,
        "baseModels": parents,
        "pipeline_tag": texts,
        "library_name": texts,
    }
)
odd = settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])


@odd
@given(st.lists(rows, min_size=1, max_size=12))
def test_odd_rows_of_models(tmp_path: Path, made: list[dict[str, Any]]) -> None:
    """Nulls, huge numbers, broken JSON, bad ids: both ways agree, on the reasons of rows set aside too."""
    path = written(tmp_path / "models.parquet", made)
    assert outcome(in_columns, path) == outcome(by_rows, path)


@pytest.mark.parametrize("moment", [-(2**63) + 1, -62_135_596_800_000_001, 253_402_300_800_000_000, 2**62])
def test_moments_that_python_can_not_hold(tmp_path: Path, moment: int) -> None:
    """A time before the year 1 or after 9999 costs its row."""
    good = {"id": "a-lab/x", "createdAt": datetime.fromisoformat("2024-01-01")}
    table = pa.Table.from_pylist([good, {"id": "a-lab/y"}], schema=SCHEMA)
    times = pa.array([moment, 0], pa.int64()).cast(pa.timestamp("us"))
    path = tmp_path / "models.parquet"
    pq.write_table(table.set_column(2, "createdAt", times), path)
    said = in_columns(path)
    assert said.frames["models"]["id"].to_list() == ["a-lab/y"]
    assert outcome(in_columns, path) == outcome(by_rows, path)


def table_without(*names: str) -> pa.Schema:
    """Return the schema of models without some columns."""
    return pa.schema([field for field in SCHEMA if field.name not in names])


wide = pa.struct(
    [("parameters", pa.struct([("junk", pa.int64())])), ("total", pa.int64()), ("new", pa.string())]
)
OTHER_SCHEMAS = {
    "without optional columns": table_without(
        "gguf", "baseModels", "safetensors", "downloadsAllTime", "tags"
    ),
    "a struct that grew": table_without("safetensors").append(pa.field("safetensors", wide)),
    "cards as structs": table_without("cardData").append(
        pa.field("cardData", pa.struct([("license", pa.string())]))
    ),
    "downloads as text": table_without("downloads").append(pa.field("downloads", pa.string())),
    "sizes as text": table_without("safetensors").append(pa.field("safetensors", pa.string())),
    "parents as text": table_without("baseModels").append(pa.field("baseModels", pa.string())),
    "times with a zone": table_without("createdAt").append(pa.field("createdAt", pa.timestamp("ns", "UTC"))),
    "nothing but nulls": table_without("tags").append(pa.field("tags", pa.null())),
    "without ids": table_without("id"),
}


@pytest.mark.parametrize("schema", OTHER_SCHEMAS.values(), ids=OTHER_SCHEMAS.keys())
def test_other_schemas(tmp_path: Path, schema: pa.Schema) -> None:
    """Missing columns, growing structs and columns of another type are read as the row function does."""
    table = pa.Table.from_pylist(
        [{"id": "a-lab/x", "likes": 1}, {"id": "a-lab/y", "likes": 2}], schema=schema
    )
    path = tmp_path / "models.parquet"
    pq.write_table(table, path)
    assert outcome(in_columns, path) == outcome(by_rows, path)
    if "id" not in schema.names:
        with pytest.raises(WrongSchema, match="no row has the field id"):
            in_columns(path)


def test_text_that_is_no_unicode(tmp_path: Path) -> None:
    """A name with bytes that are no UTF-8 costs its row, and the rows beside it are read."""
    raw = pa.array([b"a-lab/x", b"a-lab/\xff"], pa.binary())
    ids_ = pa.StringArray.from_buffers(2, raw.buffers()[1], raw.buffers()[2])
    path = tmp_path / "models.parquet"
    pq.write_table(pa.table({"id": ids_}), path)
    said = in_columns(path)
    assert said.frames["models"]["id"].to_list() == ["a-lab/x"]
    assert outcome(in_columns, path) == outcome(by_rows, path)


DATASETS = pa.schema([field for field in SCHEMA if field.name not in {"cardData", "safetensors", "gguf"}])
SPACES = table_without("cardData", "safetensors", "gguf").append(pa.field("models", pa.list_(pa.string())))
dataset_tags = st.lists(
    st.sampled_from(
        [
            *("license:mit", "language:en", "language:eng", "language:code", "language:x-y", "modality:text"),
            *(
                "modality:",
                "size_categories:1K",
                "source_datasets:original",
                "source_datasets:original",
                None,
            ),
            *("task_categories:a", "library:mlcroissant", "library:mlcroissant2", "library:datasets"),
        ]
    ),
    max_size=6,
)
things = {
    "id": st.one_of(st.just("a-lab/x"), ids),
    "createdAt": moments,
    "likes": numbers,
    "trendingScore": floats,
}
datasets = st.fixed_dictionaries({**things, "tags": st.one_of(st.none(), dataset_tags)})
named = st.one_of(st.none(), st.lists(st.sampled_from(["a-lab/x", "b-lab/y", "", None]), max_size=4))
spaces = st.fixed_dictionaries({**things, "models": named})


@odd
@given(st.lists(datasets, min_size=1, max_size=10))
def test_odd_rows_of_datasets(tmp_path: Path, made: list[dict[str, Any]]) -> None:
    """Both ways agree on datasets."""
    path = written(tmp_path / "datasets.parquet", made, DATASETS)
    assert outcome(in_columns, path) == outcome(by_rows, path)


@odd
@given(st.lists(spaces, min_size=1, max_size=10))
def test_odd_rows_of_spaces(tmp_path: Path, made: list[dict[str, Any]]) -> None:
    """Both ways agree on spaces and on the counts over the file."""
    path = written(tmp_path / "spaces.parquet", made, SPACES)
    assert outcome(in_columns, path) == outcome(by_rows, path)


def test_spaces_that_name_a_model_are_counted_once(tmp_path: Path) -> None:
    """A model has one figure: the number of spaces that name it, however often each does."""
    made = [
        {"id": "a-lab/one", "models": ["a-lab/x", "a-lab/x", "a-lab/y"]},
        {"id": "a-lab/two", "models": ["a-lab/x"]},
    ]
    figures = in_columns(written(tmp_path / "spaces.parquet", made, SPACES)).frames["observations"]
    counted = figures.filter(pl.col("metric") == "spaces").select("subject", "subject_kind", "value")
    assert sorted(counted.rows()) == [("a-lab/x", "model", 2.0), ("a-lab/y", "model", 1.0)]


def test_progress_says_how_many_rows_of_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a dump is read, the rows so far and all rows are told."""
    monkeypatch.setattr(_columns, "BATCH", 5)
    told: list[tuple[int, int | None]] = []
    path = SAMPLE / "models.parquet"
    collect(HUB_STATS, path, on=ON, progress=lambda done, total: told.append((done, total)))
    assert told == [(5, 12), (10, 12), (12, 12)]
