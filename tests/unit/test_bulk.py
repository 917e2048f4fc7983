"""A dump of the Hub's size: made up and labelled, and the lean ways through it beside plain ones."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli import begat
from tests.conftest import examples

from begat.errors import InputError, UnknownName
from begat.records import Derivation, Model, Observation, fields
from begat.resolve import collect, gather
from begat.resolve.merge import _kept, merge
from begat.resolve.observations import KEY, REST, Figures, coded
from begat.snapshot import Home
from begat.sources.base import SYNTHETIC, Source, source_named
from begat.synth import synthetic_dump
from begat.synth.dump import UNUSABLE

SAMPLES = Path(__file__).parent.parent / "samples"
MODELS = 5_000
ON = date(2026, 10, 1)
TEST = Source("test", "test", "CC0-1.0", ())


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small synthetic dump."""
    path = tmp_path_factory.mktemp("dump") / "models.parquet"
    assert synthetic_dump("hub-stats", path, MODELS, 0) == MODELS + len(UNUSABLE)
    return path


def test_dump_has_the_schema_of_genuine_rows(dump: Path) -> None:
    """All 15 columns, nested ones included, have the names and types of rows of the real dump."""
    genuine = pq.read_schema(SAMPLES / "hub-stats" / "models.parquet").remove_metadata()
    assert pq.read_schema(dump).remove_metadata().equals(genuine)


def test_dump_says_that_it_is_synthetic(dump: Path) -> None:
    """Every account begins with the word, and the metadata of the file say so."""
    assert b"made up" in pq.read_metadata(dump).metadata[SYNTHETIC.encode()]
    ids = pq.read_table(dump, columns=["id"])["id"].drop_null().to_pylist()
    assert len(ids) > MODELS
    assert all(key.startswith("synthetic-") for key in ids)


def test_same_numbers_same_dump(dump: Path, tmp_path: Path) -> None:
    """Size and seed decide every byte; another seed gives another dump."""
    for seed in (0, 1):
        synthetic_dump("hub-stats", tmp_path / f"{seed}.parquet", MODELS, seed)
    assert (tmp_path / "0.parquet").read_bytes() == dump.read_bytes()
    assert (tmp_path / "1.parquet").read_bytes() != dump.read_bytes()


def test_no_dump_of_an_unknown_schema(tmp_path: Path) -> None:
    """A schema that is none, and a size that is none, are refused and nothing is written."""
    with pytest.raises(UnknownName, match="hub-stats"):
        synthetic_dump("hub", tmp_path / "x", MODELS, 0)
    with pytest.raises(InputError, match="models"):
        synthetic_dump("hub-stats", tmp_path / "x", 5, 0)
    assert not list(tmp_path.iterdir())


def test_import_of_a_dump_accounts_for_every_row(dump: Path, tmp_path: Path) -> None:
    """Rows are models or set aside; parents have every status; the snapshot says that it is synthetic."""
    ran = begat("import", "hub-stats", str(dump), "--date", str(ON), "-f", "json", home=tmp_path)
    assert ran.code == 0, ran.err
    snapshot = Home(tmp_path).current()
    assert snapshot.name == f"synthetic-{ON}"
    (source,) = (row for row in snapshot.sources if row["source"] == "hub-stats")
    assert "made up" in source["synthetic"]
    assert (source["rows_seen"], source["rows_set_aside"]) == (MODELS + len(UNUSABLE), len(UNUSABLE))
    assert snapshot.frame("models").filter("listed").height == MODELS
    statuses = set(snapshot.frame("derivations")["status"])
    assert statuses == {"resolved", "dangling", "unresolved", "self"}


def test_derivations_of_a_dump_are_those_of_its_raw_column(dump: Path) -> None:
    """Parents in ``baseModels`` are all found, each with its child and kind."""
    raw = pl.read_parquet(dump).head(MODELS).select("id", "baseModels").drop_nulls().unnest("baseModels")
    stated = raw.explode("models").select(
        "id", parent=pl.col("models").struct.field("id"), relation="relation"
    )
    found = collect(source_named("hub-stats"), dump, on=ON).frames["derivations"]
    found = found.filter(pl.col("method").is_in(["tags", "tags-finetune"]))
    assert stated.height > 1_000
    assert sorted(found.select("child", "parent_raw", "relation").rows()) == sorted(stated.rows())


def test_threads_do_not_change_a_byte(dump: Path, tmp_path: Path) -> None:
    """One thread and four give the same digest."""
    digests = set()
    for threads in ("1", "4"):
        words = ["import", "hub-stats", str(dump), "--date", str(ON), "-f", "jsonl", "-q"]
        home = {"BEGAT_HOME": str(tmp_path / threads), "POLARS_MAX_THREADS": threads}
        ran = subprocess.run(
            [sys.executable, "-m", "begat.cli", *words],
            env={**os.environ, **home},
            capture_output=True,
            check=True,
        )
        digests.add(ran.stdout.split(b'"digest": ')[1][:66])
    assert len(digests) == 1


subjects = st.sampled_from(["a-lab/x", "b-lab/y", "é", "z"])
figures = st.builds(
    Observation,
    subjects,
    st.sampled_from(["model", "dataset", "system"]),
    st.sampled_from(["likes", "downloads_30d"]),
    st.sampled_from([0.0, 1.0, 2.0]),
    st.sampled_from([None, date(2026, 1, 1), ON]),
    st.sampled_from([None, ON]),
    st.sampled_from([None, "b", "a"]),
)


@settings(max_examples=examples(60))
@given(st.lists(figures, max_size=30))
def test_observations_in_order(made: list[Observation]) -> None:
    """Sorted by one number a row, they are what sorting and comparing all columns gives."""
    frame = gather(TEST, made, on=ON).frames["observations"]
    plain = frame.with_columns(pl.col(pl.Categorical).cast(pl.String)).unique()
    plain = plain.sort(*KEY, *REST, nulls_last=True)
    found = pl.concat(list(Figures.of(coded(frame)).ordered())).select(plain.columns)
    assert found.rows() == plain.rows()


def test_renamed_subjects_take_their_figures_along() -> None:
    """Only subjects of the kind get the other name, and every figure of them."""
    made = [
        Observation("a", "model", "likes", 1.0),
        Observation("a", "model", "downloads_30d", 2.0),
        Observation("a", "dataset", "likes", 3.0),
    ]
    stated = Figures.of(coded(gather(TEST, made, on=ON).frames["observations"]))
    assert stated.subjects("model").rows() == [(2, "a")]
    found = pl.concat(list(stated.renamed("model", lambda texts: texts + "!").ordered()))
    assert sorted(found.select("subject", "value").rows()) == [("a", 3.0), ("a!", 1.0), ("a!", 2.0)]


models = st.builds(
    lambda key, task, size, papers: (key, task, size, papers),
    st.sampled_from(["a/a", "b/b", "c/c"]),
    st.sampled_from([None, "t", "u"]),
    st.sampled_from([None, 100, 200]),
    st.sampled_from([None, [], ["1", None, "1"], ["2", "1"]]),
)


@settings(max_examples=examples(60))
@given(st.lists(models, max_size=8))
def test_rows_alone_are_merged_like_all(
    made: list[tuple[str, str | None, int | None, list[str] | None]],
) -> None:
    """Ids with one row pass by the grouping, and come out as the grouping would give them."""
    rows = [Model(key, task=task, parameters=size, papers=papers) for key, task, size, papers in made]
    part = gather(TEST, rows, on=ON).frames["models"].with_columns(source=pl.lit("test"))
    columns = [column for column in fields(Model) if column.name not in {"id", "sources"}]
    whole = part.group_by("id", maintain_order=True).agg(
        *map(_kept, columns), sources=pl.col("source").unique(maintain_order=True)
    )
    lists = pl.when(pl.col("papers").list.len() > 0).then("papers")
    found, _ = merge(part, Model, "model")
    assert found.rows() == whole.with_columns(lists).sort("id").select(found.columns).rows()


def test_statements_are_used_up_by_a_snapshot_only(tmp_path: Path) -> None:
    """Resolving leaves the statements as they are."""
    from begat.resolve import resolve

    part = gather(TEST, [Model("a/b"), Derivation("a/b", "c/d", "finetune", "card")], on=ON)
    assert resolve([part])["models"].equals(resolve([part])["models"])
