"""Cleaning up a home: what belongs to nothing goes, what is needed or unknown stays."""

import os
import time
from datetime import date
from pathlib import Path

import pytest
from tests.unit.test_onto import HUB, said

from begat.errors import HomeError, InputError
from begat.records import Model
from begat.snapshot import Home, embedded
from begat.snapshot.gc import collect_garbage


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a home with three snapshots of three months; the middle one is current."""
    home = Home(tmp_path)
    for month in (1, 3, 2):
        home.adopt([said(HUB, date(2020, month, 1), Model(f"a/m{month}"))], {})
    return home


def gone(home: Home, **how: object) -> list[tuple[str, str]]:
    """Return what was removed: its kind and name."""
    return [(item.what, item.path.name) for item in collect_garbage(home, **how)]  # type: ignore[arg-type]


def test_nothing_goes_without_reason(home: Home) -> None:
    """A clean home stays as it is."""
    assert gone(home) == []
    assert len(home.snapshots()) == 4


def test_keep_never_takes_the_current(home: Home) -> None:
    """Beyond the newest ones the others go, but not the current one."""
    assert gone(home, keep=1) == [("snapshot", "2020-01-01")]
    assert home.current().name == "2020-02-01"
    assert [item.name for item in home.snapshots()][:2] == ["2020-02-01", "2020-03-01"]
    assert not list(home.snapshots_path.glob(".*"))


def test_what_is_derived_from_nothing_goes(home: Home) -> None:
    """Derived folders go with their snapshot; those of others, the embedded one included, stay."""
    for snapshot in [*home.snapshots(), embedded()]:
        home.derived(snapshot).mkdir(parents=True, exist_ok=True)
    stray = home.path / "derived" / ("0" * 16)
    stray.mkdir()
    first = home.named("2020-01-01")
    assert gone(home) == [("derived", stray.name)]
    assert gone(home, keep=2) == [("snapshot", "2020-01-01"), ("derived", home.derived(first).name)]
    assert home.derived(embedded()).exists()


def test_leftovers_go(home: Home) -> None:
    """What killed writers left goes; a build that may still run keeps its folder."""
    (home.snapshots_path / ".new-x.abc").mkdir()
    (home.path / ".current.abc").touch()
    derived = home.derived(home.current())
    for name, age in ((".graph.old", 100_000), (".graph.now", 10)):
        (derived / name).mkdir(parents=True)
        os.utime(derived / name, (time.time() - age,) * 2)
    assert sorted(gone(home)) == [
        ("temporary", name) for name in (".current.abc", ".graph.old", ".new-x.abc")
    ]
    assert (derived / ".graph.now").exists()


def test_only_the_answers_of_the_newest_crawl_stay(home: Home) -> None:
    """Of each source the newest crawl stays, of the others the manifest; downloads are no crawls."""
    for run in ("hub/2026-01-01-9", "hub/2026-01-01-10", "other/2025-01-01"):
        (home.path / "raw" / run / "models").mkdir(parents=True)
        (home.path / "raw" / run / "models" / "000001.json.gz").write_bytes(b"1234")
        (home.path / "raw" / run / "run.json").write_text("{}")
    for download in ("0123456789abcdef", "fedcba9876543210"):
        (home.path / "raw" / "downloads" / download).mkdir(parents=True)
    (found,) = collect_garbage(home)
    older = home.path / "raw" / "hub" / "2026-01-01-9"
    assert (found.what, found.path, found.bytes) == ("raw", older / "models", 4)
    assert [path.name for path in older.iterdir()] == ["run.json"]


def test_unknown_things_stay(home: Home) -> None:
    """A file that begat did not make is never touched."""
    strange = [home.path / "notes.txt", home.path / "derived" / "mine", home.path / "raw" / "x.txt"]
    for path in strange:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    (home.snapshots_path / "mine").mkdir()
    assert gone(home, keep=3) == []
    assert all(path.exists() for path in strange)


def test_dry_run_removes_nothing(home: Home) -> None:
    """A dry run says the same and leaves everything."""
    said_so = gone(home, keep=1, dry_run=True)
    assert len(home.snapshots()) == 4
    assert gone(home, keep=1) == said_so


def test_bytes_are_those_that_are_freed(home: Home) -> None:
    """Files that another snapshot shares are not counted: removing one of the two frees nothing."""
    own, shared = home.named("2020-01-01").bytes
    assert shared > 0
    (found,) = collect_garbage(home, keep=2, dry_run=True)
    assert found.bytes == own


def test_refused_while_another_writes(home: Home) -> None:
    """Nothing is cleaned up while a writer is at work, and none is kept is no number."""
    with home.lock(), pytest.raises(HomeError, match="another"):
        collect_garbage(home)
    with pytest.raises(InputError, match="--keep"):
        collect_garbage(home, keep=0)


def test_bytes_of_all_are_what_the_disk_gains(home: Home) -> None:
    """A file that only snapshots share that go together counts once, so the sum is what the disk gains."""

    def used() -> int:
        stats = [path.stat() for path in home.path.rglob("*") if path.is_file()]
        return sum({item.st_ino: item.st_size for item in stats}.values())

    for day, name in ((date(2019, 1, 1), "a/x"), (date(2019, 2, 1), "a/x"), (date(2021, 1, 1), "a/y")):
        home.adopt([said(HUB, day, Model(name))], {})
    before = used()
    found = collect_garbage(home, keep=1)
    assert sum(item.bytes for item in found) == before - used() > 0
