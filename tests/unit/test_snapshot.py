"""Snapshots: written whole or not at all, the same for the same input, never half-read."""

import shutil
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from begat.errors import HomeError, InputError, StoreError, UnreadableFile
from begat.files import atomic_folder, atomic_write, home_folder
from begat.records import TABLES, Model, Observation, Record, System, schema
from begat.resolve import gather
from begat.snapshot import Home, Snapshot, compile_snapshot, embedded, pack_statements
from begat.sources.base import Source

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]
PLAIN = Source("test", "test", "CC0-1.0", ())


def part(*ids: str, on: date = date(2026, 1, 1)):  # type: ignore[no-untyped-def]
    """Return the statements of a source that lists models."""
    return gather(PLAIN, [Model(key) for key in ids], on=on)


def test_tables_have_their_declared_schema(make_snapshot: MakeSnapshot) -> None:
    """What is read back has the columns, types and terms that the records declare."""
    snapshot = make_snapshot([Model("a-lab/m")])
    for name, record in TABLES.items():
        assert snapshot.table(name).schema.equals(schema(record), check_metadata=True), name


def test_same_input_same_digest(tmp_path: Path) -> None:
    """Compiled twice in two places, a snapshot has the same bytes."""
    first = compile_snapshot([part("a/b", "c/d")], tmp_path / "one", provenance={})
    second = compile_snapshot([part("c/d", "a/b")], tmp_path / "two", provenance={})
    assert first.digest == second.digest
    assert first.verify() == []


def test_same_content_again_changes_nothing(tmp_path: Path) -> None:
    """Compiling the same again gives the snapshot that is there; other content a new name."""
    first = compile_snapshot([part("a/b")], tmp_path, provenance={})
    again = compile_snapshot([part("a/b")], tmp_path, provenance={})
    other = compile_snapshot([part("a/c")], tmp_path, provenance={})
    assert (first.path, other.path.name) == (again.path, "2026-01-01-2")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-01-01", "2026-01-01-2"]


def test_changed_bytes_are_noticed(make_snapshot: MakeSnapshot) -> None:
    """`verify` names the table whose bytes changed; a truncated one can't be read."""
    snapshot = make_snapshot([Model("a-lab/m")])
    path = snapshot.path / "models.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    assert snapshot.verify() == ["models"]
    with pytest.raises(StoreError, match=r"models\.parquet.*Import|damaged"):
        snapshot.table("models")


SHARED = Source("shared", "shared", "CC-BY-SA-4.0", ())
APART = {"shared": {"share_alike": True, "attribution": "its makers"}}


def with_annex(folder: Path, *records: Record, value: float = 7.0) -> Snapshot:
    """Return a snapshot with a source that is kept apart."""
    own, further = (Observation("a/tool", "system", "stars", n, date(2026, 1, 1)) for n in (7.0, value))
    annex = gather(SHARED, [further, *records], on=date(2027, 1, 1))
    tool = gather(PLAIN, [System("a/tool"), own], on=date(2026, 1, 1))
    return compile_snapshot([tool, annex], folder, provenance=APART)


def test_a_share_alike_source_is_in_no_table(tmp_path: Path) -> None:
    """Its rows come by `further` alone, its facts by `annexes`; neither names nor dates the snapshot."""
    snapshot = with_annex(tmp_path)
    assert snapshot.name == "2026-01-01"
    assert snapshot.frame("observations")["source"].to_list() == ["test"]
    assert [row["source"] for row in snapshot.sources] == ["test"]
    assert snapshot.further("observations")["source"].to_list() == ["shared"]
    (annex,) = snapshot.annexes
    assert (annex["source"], annex["licence"], annex["attribution"]) == (
        "shared",
        "CC-BY-SA-4.0",
        "its makers",
    )
    assert "shared" not in (snapshot.path / "SOURCES.toml").read_text(encoding="utf-8")


def test_the_tables_do_not_depend_on_what_is_kept_apart(tmp_path: Path) -> None:
    """Without the annex the tables have the same bytes; the digest tells the snapshots apart."""
    snapshot = with_annex(tmp_path / "one")
    other = with_annex(tmp_path / "two", value=8.0)
    assert snapshot.manifest["tables"] == other.manifest["tables"]
    assert snapshot.digest != other.digest


def test_what_is_kept_apart_can_be_left_out(tmp_path: Path) -> None:
    """A snapshot without its annexes is whole; changed bytes in one are noticed."""
    snapshot = with_annex(tmp_path)
    path = snapshot.path / "share-alike" / "shared" / "observations.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    assert snapshot.verify() == ["share-alike/shared/observations"]
    shutil.rmtree(snapshot.path / "share-alike")
    assert snapshot.verify() == []
    assert snapshot.annexes == []
    assert snapshot.further("observations").is_empty()


def test_a_source_that_mixes_with_others_can_not_be_kept_apart(tmp_path: Path) -> None:
    """A share-alike source that states models is refused, and nothing is written."""
    with pytest.raises(InputError, match="shared can't be kept apart: it states models"):
        with_annex(tmp_path, Model("a/b"))
    assert list(tmp_path.iterdir()) == []


def test_a_share_alike_source_alone_is_an_ordinary_snapshot(tmp_path: Path) -> None:
    """Who imports it themselves gets it in the tables, under its own licence."""
    figure = Observation("a/tool", "system", "dependents", 7.0, date(2026, 1, 1))
    snapshot = compile_snapshot([gather(SHARED, [figure], on=date(2026, 1, 1))], tmp_path, provenance={})
    assert snapshot.frame("observations")["source"].to_list() == ["shared"]
    assert snapshot.further("observations").is_empty()


def test_a_folder_without_all_tables_is_no_snapshot(make_snapshot: MakeSnapshot) -> None:
    """A lost table is an error that names it."""
    snapshot = make_snapshot([Model("a-lab/m")])
    (snapshot.path / "aliases.parquet").unlink()
    with pytest.raises(StoreError, match="aliases"):
        Snapshot(snapshot.path)


def test_home_keeps_current_and_lists_the_damaged(tmp_path: Path) -> None:
    """The snapshot imported last is current; a damaged one is reported, the others stay usable."""
    home = Home(tmp_path)
    assert home.current().digest == embedded().digest
    first = home.adopt([part("a/b", on=date(2026, 1, 1))], {})
    second = home.adopt([part("a/c", on=date(2026, 2, 1))], {})
    assert home.current().digest == second.digest
    (first.path / "SOURCES.toml").write_text("not = [toml", encoding="utf-8")
    assert first.digest not in {item.digest for item in home.snapshots()}
    assert len(home.damaged()) == 1
    assert home.named(second.name).digest == second.digest


def test_as_of_is_the_newest_not_younger(tmp_path: Path) -> None:
    """A day between two snapshots gives the older one; before the first there is none."""
    home = Home(tmp_path)
    home.adopt([part("a/b", on=date(2020, 1, 1))], {})
    home.adopt([part("a/c", on=date(2020, 3, 1))], {})
    assert home.as_of(date(2020, 2, 1)).date == date(2020, 1, 1)
    with pytest.raises(InputError, match=r"no snapshot is as old as 2019-01-01.*2020-01-01"):
        home.as_of(date(2019, 1, 1))


def test_one_writer(tmp_path: Path) -> None:
    """A home that is being written refuses a second writer."""
    home = Home(tmp_path)
    with home.lock(), pytest.raises(HomeError, match="another"), home.lock():
        pass


def test_home_that_is_a_file(tmp_path: Path) -> None:
    """A home that can't be a folder is an error that says what to do."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeError, match="--home"):
        home_folder(tmp_path / "file" / "home")


def test_failed_folder_leaves_nothing(tmp_path: Path) -> None:
    """An error while filling a folder leaves the old one and no temporary one."""
    target = tmp_path / "folder"
    with atomic_folder(target) as work:
        (work / "a").write_text("old")
    with pytest.raises(FileExistsError), atomic_folder(target) as work:  # noqa: PT012 - the body fails
        (work / "a").write_text("new")
        (work / "a").touch(exist_ok=False)
    assert (target / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_atomic_write_replaces(tmp_path: Path) -> None:
    """A file is replaced as a whole, as UTF-8."""
    atomic_write(tmp_path / "f", "模型\n")
    atomic_write(tmp_path / "f", "x\n")
    assert (tmp_path / "f").read_bytes() == b"x\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_folder_without_sources_is_no_pack(tmp_path: Path) -> None:
    """A pack without a source's folder is an error, not an empty snapshot."""
    with pytest.raises(UnreadableFile, match="data pack"):
        list(pack_statements(tmp_path, {}))


def test_pack_source_without_provenance(tmp_path: Path) -> None:
    """A source that pack.toml says nothing of is refused."""
    (tmp_path / "radar").mkdir()
    with pytest.raises(InputError, match="radar"):
        list(pack_statements(tmp_path, {}))


def test_embedded_snapshot_is_whole() -> None:
    """The shipped snapshot has the bytes that its manifest names and stays below 10 MB."""
    snapshot = embedded()
    assert snapshot.verify() == []
    assert sum(path.stat().st_size for path in snapshot.path.iterdir()) < 10_000_000


def test_equal_tables_are_links(tmp_path: Path) -> None:
    """A table that another snapshot has already lies on the disk once; both are whole, also alone."""
    system = gather(PLAIN, [System("a/tool"), Model("a/b")], on=date(2026, 1, 1))
    other = gather(PLAIN, [System("a/tool"), Model("a/c")], on=date(2026, 2, 1))
    first = compile_snapshot([system], tmp_path, provenance={})
    second = compile_snapshot([other], tmp_path, provenance={})
    files = [item.path / "systems.parquet" for item in (first, second)]
    assert files[0].samefile(files[1])
    assert not (first.path / "models.parquet").samefile(second.path / "models.parquet")
    assert first.bytes[1] == second.bytes[1] > 0
    shutil.rmtree(first.path)
    assert (second.verify(), second.bytes[1]) == ([], 0)


def test_damage_is_not_linked(tmp_path: Path) -> None:
    """A table whose bytes changed on the disk is not shared with a new snapshot."""
    first = compile_snapshot([part("a/b")], tmp_path, provenance={})
    path = first.path / "systems.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    second = compile_snapshot([part("a/c")], tmp_path, provenance={})
    assert second.verify() == []


def test_without_links_files_are_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk that knows no links the same snapshot is written as files of its own."""

    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr("os.link", refuse)
    first = compile_snapshot([part("a/b")], tmp_path, provenance={})
    second = compile_snapshot([part("a/c")], tmp_path, provenance={})
    assert (second.verify(), second.bytes[1]) == ([], 0)
    assert first.manifest["tables"]["systems"] == second.manifest["tables"]["systems"]
