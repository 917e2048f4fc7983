"""Rows by key: the same as a scan of the table gives, also where the copy is missing or damaged."""

import random
from pathlib import Path
from typing import Any

import pytest

from begat.snapshot import Keyed, Snapshot, embedded
from begat.snapshot.keyed import KEYS

CHANCE = random.Random(11)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Keyed:
    """Return the embedded snapshot with every table prepared."""
    keyed = Keyed(embedded().path, tmp_path_factory.mktemp("keyed"))
    keyed.write(large=-1)
    return keyed


def some_values(snapshot: Snapshot, table: str, column: str, count: int) -> list[str]:
    """Return values of a column at random, and one that is not there."""
    known = snapshot.frame(table, [column])[column].drop_nulls().unique(maintain_order=True).to_list()
    return [*CHANCE.sample(known, min(count, len(known))), "not/there"]


@pytest.mark.parametrize(("table", "column"), [(table, key) for table in KEYS for key in KEYS[table]])
def test_rows_by_key_are_those_of_a_scan(prepared: Keyed, table: str, column: str) -> None:
    """One value or many, all columns or some, with further filters: rows and order are the table's."""
    snapshot = embedded()
    values = some_values(snapshot, table, column, 25)
    last = snapshot.table(table).column_names[-2:]
    questions: list[tuple[list[str] | None, Any]] = [
        (None, [(column, "in", values)]),
        (last, [(column, "in", values)]),
        ([column], [(column, "=", values[0])]),
        *[(None, [(column, "=", value)]) for value in [values[0], values[-1]]],
        (last, [(column, "in", values), (column, "!=", values[0])]),
    ]
    for columns, where in questions:
        found = prepared.table(table, columns, where=where)
        assert found.equals(snapshot.table(table, columns, where=where)), (columns, where)


def test_other_filters_read_the_table(prepared: Keyed) -> None:
    """What does not ask by a key is answered as the snapshot answers."""
    where = [("relation", "=", "merge")]
    assert prepared.table("derivations", where=where).equals(embedded().table("derivations", where=where))
    assert prepared.table("systems").equals(embedded().table("systems"))


def test_many_values_read_the_table(prepared: Keyed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the values are spread over too many pieces, the table itself is read, with the same result."""
    monkeypatch.setattr("begat.snapshot.keyed.MOST", 3)
    where = [("id", "in", some_values(embedded(), "models", "id", 60))]
    assert prepared.table("models", where=where).equals(embedded().table("models", where=where))


@pytest.mark.parametrize("damage", ["truncate", "inside", "remove"])
def test_damaged_copy_is_not_believed(tmp_path: Path, damage: str) -> None:
    """A copy of other bytes than were written is noticed, and the table is read."""
    keyed = Keyed(embedded().path, tmp_path)
    keyed.write(large=50_000)
    path = tmp_path / "models-id.parquet"
    content = bytearray(path.read_bytes())
    if damage == "inside":
        content[2_000:200_000] = bytes(198_000)
    path.write_bytes(content[:-50] if damage == "truncate" else content)
    if damage == "remove":
        path.unlink()
    again = Keyed(embedded().path, tmp_path)
    first = str(embedded().frame("models", ["id"])["id"][20])
    where = [("id", "=", first)]
    assert again.table("models", where=where).equals(embedded().table("models", where=where))


def test_small_tables_are_not_copied(tmp_path: Path) -> None:
    """What is read whole in no time has no copy, and writing again changes nothing."""
    keyed = Keyed(embedded().path, tmp_path)
    keyed.write(large=50_000)
    files = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    large = {name for name in KEYS if embedded().rows(name) > 50_000}
    assert {name.partition("-")[0] for name in files} == large
    keyed.write(large=50_000)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == files


def test_only_what_is_asked_by_is_opened(prepared: Keyed) -> None:
    """Asking by one column opens that copy alone: the directories of all cost more than most questions."""
    opened = Keyed(prepared.path, prepared.folder)
    opened.table("derivations", where=[("child", "=", "not/there"), ("status", "=", "unresolved")])
    assert list(opened._opened) == [("derivations", "child")]
