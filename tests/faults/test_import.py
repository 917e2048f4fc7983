"""Bad input to ``begat import``: a clear message, the right exit code, and nothing written."""

import gzip
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.cli import begat
from tests.faults.kills import kill_imports

from begat.snapshot import Home, embedded

SAMPLES = Path(__file__).parent.parent / "samples"
ROW = '{"id": "example-lab/m%d", "tags": [], "likes": 1}\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return an empty home."""
    return tmp_path / "home"


def untouched(home: Path) -> bool:
    """Whether no snapshot and no leftover lies in a home."""
    return not list(home.glob("snapshots/*")) and not (home / "current").exists()


def test_truncated_parquet(home: Path, tmp_path: Path) -> None:
    """A Parquet file that lost its end is refused with its path."""
    whole = (SAMPLES / "hub-stats" / "models.parquet").read_bytes()
    path = tmp_path / "models.parquet"
    path.write_bytes(whole[: len(whole) // 2])
    ran = begat("import", "hub-stats", str(path), home=home)
    assert ran.code == 2
    assert "not a whole Parquet file" in ran.err
    assert str(path) in ran.err
    assert untouched(home)


def test_parquet_of_another_schema(home: Path, tmp_path: Path) -> None:
    """A whole file without the source's fields is refused by the name of the field."""
    path = tmp_path / "models.parquet"
    pq.write_table(pa.table({"ID": ["a/b"], "x": [1]}), path)
    ran = begat("import", "hub-stats", str(path), home=home)
    assert ran.code == 2
    assert "no row has the field id" in ran.err
    assert untouched(home)


def test_file_of_another_format(home: Path, tmp_path: Path) -> None:
    """Bytes that are no JSON Lines are refused, not read as nothing."""
    path = tmp_path / "models.jsonl"
    path.write_bytes(b"\x00\xff\xfe binary")
    ran = begat("import", "radar", str(path), home=home)
    assert ran.code == 2
    assert "none of its 1 rows could be read" in ran.err
    assert untouched(home)


def test_bytes_that_are_no_text_cost_their_row(home: Path, tmp_path: Path) -> None:
    """A name with a byte that is no UTF-8 is set aside; the rows beside it are read."""
    path = tmp_path / "models.jsonl"
    path.write_bytes((ROW % 1).encode() + b'{"id": "a/b", "license": "\xff"}\n' + (ROW % 2).encode())
    ran = begat("import", "radar", str(path), "--format", "json", home=home)
    assert (ran.code, ran.rows["models"], ran.rows["rows_set_aside"]) == (0, 2, 1)


def test_nothing_readable_is_an_error(home: Path, tmp_path: Path) -> None:
    """A file of which every row is set aside makes no empty snapshot."""
    path = tmp_path / "models.jsonl"
    path.write_text('{"id": 7}\n{"id": null}\n', encoding="utf-8")
    ran = begat("import", "radar", str(path), home=home)
    assert ran.code == 2
    assert "line 1: 7 is no id of the Hub" in ran.err
    assert untouched(home)


def test_deep_nesting_costs_its_row(home: Path, tmp_path: Path) -> None:
    """Brackets without end are a row set aside, not the end of the program."""
    path = tmp_path / "models.jsonl"
    path.write_text(ROW % 1 + '{"id": "a/b", "tags": ' + "[" * 100_000 + "\n", encoding="utf-8")
    ran = begat("import", "radar", str(path), "--format", "json", home=home)
    assert (ran.code, ran.rows["rows_set_aside"]) == (0, 1)


def test_curated_table_alone(home: Path) -> None:
    """Begat's own tables are part of every snapshot and make none alone."""
    path = Path(__file__).parent.parent / "samples" / "systems"
    ran = begat("import", "systems", str(path), home=home)
    assert ran.code == 2
    assert "part of every one" in ran.err


def test_import_again_heals_a_damaged_snapshot(home: Path) -> None:
    """A snapshot that lost bytes, a table or its manifest is replaced by importing it again."""
    words = ("import", "radar", str(SAMPLES / "radar"), "--date", "2026-08-22", "-f", "json")
    first = begat(*words, home=home).rows
    folder = home / "snapshots" / "2026-08-22"
    for damage in ("models.parquet", "aliases.parquet", "SOURCES.toml"):
        (folder / damage).write_bytes(b"x")
        assert begat("snapshots", home=home).code == 0
        assert begat(*words, home=home).rows["digest"] == first["digest"]
        assert Home(home).current().verify() == []


@pytest.mark.parametrize("words", [("tree", "Qwen/Qwen2.5-7B"), ("demo",), ("rank",), ("influence",)])
def test_output_that_is_a_folder(home: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    """A folder in the place of a file is an error with its path, said before anything is built."""
    ran = begat(*words, "-o", str(tmp_path), home=home, columns=400)
    assert ran.code == 2
    assert str(tmp_path) in ran.err
    assert not home.exists()


def test_output_that_can_not_be_written(built: Path, tmp_path: Path) -> None:
    """A file in the place of the folder around is an error with its path, not a traceback."""
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "tree.html"
    ran = begat("tree", "Qwen/Qwen2.5-7B", "-o", str(path), home=built)
    assert ran.code == 2
    assert str(path.parent) in ran.err


def test_truncated_gzip(home: Path, tmp_path: Path) -> None:
    """A compressed file that lost its end is refused."""
    path = tmp_path / "models.jsonl.gz"
    path.write_bytes(gzip.compress((ROW * 500 % tuple(range(500))).encode())[:-40])
    ran = begat("import", "radar", str(path), home=home)
    assert ran.code == 2
    assert "gzip file is damaged" in ran.err
    assert untouched(home)


@pytest.mark.parametrize("name", ["models.jsonl", "models.parquet"])
def test_empty_file(home: Path, tmp_path: Path, name: str) -> None:
    """An empty file is an error, not an empty snapshot."""
    (tmp_path / name).touch()
    source = "radar" if name.endswith("jsonl") else "hub-stats"
    ran = begat("import", source, str(tmp_path / name), home=home)
    assert ran.code == 2
    assert "empty" in ran.err or "not a whole Parquet file" in ran.err
    assert untouched(home)


def test_missing_file_and_folder_without_files(home: Path, tmp_path: Path) -> None:
    """A path that is not there, or holds nothing of the source, is an error that says so."""
    ran = begat("import", "radar", str(tmp_path / "nothing"), home=home)
    assert (ran.code, "no such file" in ran.err) == (2, True)
    ran = begat("import", "radar", str(tmp_path), home=home)
    assert (ran.code, "It reads models.jsonl*" in ran.err) == (2, True)
    assert untouched(home)


def test_broken_line_is_set_aside_and_located(home: Path, tmp_path: Path) -> None:
    """A line broken in the middle of a file costs that line; it is counted and named with its place."""
    lines = [ROW % place for place in range(5)]
    lines[2] = lines[2][:20] + "\n"
    path = tmp_path / "models.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    ran = begat("import", "radar", str(path), "--date", "2026-01-01", "--format", "json", home=home)
    assert ran.code == 0
    assert "models.jsonl, line 3: not JSON" in ran.err
    assert ran.rows["models"] == 4
    assert ran.rows["rows_set_aside"] == 1
    kept = Home(home).current()
    assert kept.table("set_aside")["place"].to_pylist() == ["line 3"]
    radar = next(source for source in kept.sources if source["source"] == "radar")
    assert (radar["rows_seen"], radar["rows_set_aside"]) == (5, 1)


def test_poisoned_number_is_set_aside(home: Path, tmp_path: Path) -> None:
    """A number beyond 64 bits costs its row, not the import."""
    path = tmp_path / "models.jsonl"
    path.write_text(ROW % 1 + '{"id": "a/b", "likes": 1e999}\n' + '{"id": 7}\n', encoding="utf-8")
    ran = begat("import", "radar", str(path), "--format", "json", home=home)
    assert (ran.code, ran.rows["rows_set_aside"]) == (0, 2)


def test_unknown_source_is_suggested(home: Path, tmp_path: Path) -> None:
    """A mistyped source gets the right one."""
    ran = begat("import", "hub-stat", str(tmp_path), home=home)
    assert ran.code == 2
    assert "Did you mean hub-stats" in ran.err


def test_bad_date(home: Path) -> None:
    """A date that is none is refused before anything is read."""
    ran = begat("import", "radar", str(SAMPLES / "radar"), "--date", "yesterday", home=home)
    assert ran.code == 2
    assert "--date" in ran.err
    assert untouched(home)


def test_home_that_can_not_be_written(tmp_path: Path) -> None:
    """A home below a file is an error that names it and the option."""
    (tmp_path / "file").write_text("x")
    ran = begat("import", "radar", str(SAMPLES / "radar"), home=tmp_path / "file" / "home")
    assert ran.code == 2
    assert "--home" in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_home_without_permission(tmp_path: Path) -> None:
    """A home that the user may not write is an error that names it."""
    tmp_path.chmod(0o500)
    ran = begat("stats", home=tmp_path)
    tmp_path.chmod(0o700)
    assert (ran.code, str(tmp_path) in ran.err) == (2, True)


def test_same_import_again_changes_nothing(home: Path) -> None:
    """Importing the same input twice gives one snapshot of one digest."""
    words = ("import", "radar", str(SAMPLES / "radar"), "--date", "2026-08-22", "--format", "json")
    first, again = begat(*words, home=home), begat(*words, home=home)
    assert first.rows == again.rows
    assert [path.name for path in (home / "snapshots").iterdir()] == ["2026-08-22"]


def test_killed_import_leaves_the_last_good_snapshot(home: Path, tmp_path: Path) -> None:
    """A killed import of many models leaves a snapshot that is current and whole; the next cleans up."""
    begat("import", "radar", str(SAMPLES / "radar"), "--date", "2026-08-22", home=home)
    big = tmp_path / "models.jsonl"
    big.write_text("".join(ROW % place for place in range(100_000)), encoding="utf-8")
    words = ("radar", str(big), "--date", "2026-09-01")
    assert kill_imports(home, words, kills=3, seconds=2.0, seed=4).killed == 3
    done = begat("import", *words, "-f", "json", home=home)
    assert done.code == 0, done.err
    assert Home(home).current().digest == done.rows["digest"]
    assert not list((home / "snapshots").glob(".*"))


def test_embedded_snapshot_is_never_written(home: Path) -> None:
    """An import leaves the shipped snapshot as it is."""
    before = embedded().digest
    begat("import", "radar", str(SAMPLES / "radar"), home=home)
    assert embedded().digest == before
    assert embedded().verify() == []
