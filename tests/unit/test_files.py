"""Atomic writes: what is moved into its place was flushed to the disk before."""

import os
from pathlib import Path

import pytest

from begat.files import atomic_folder, atomic_write


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    """Return a list that gets the inode of what is flushed, and whether `target` was in its place by then."""
    calls: list[tuple[int, bool]] = []

    def note(handle: int) -> None:
        calls.append((os.fstat(handle).st_ino, Path("target").exists()))

    monkeypatch.setattr(os, "fsync", note)
    return calls


def test_a_folder_is_flushed_before_it_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flushed: list[tuple[int, bool]]
) -> None:
    """Every file and folder is flushed while the target is not there, and the folder around it afterwards."""
    monkeypatch.chdir(tmp_path)
    with atomic_folder(tmp_path / "target") as work:
        (work / "inner").mkdir()
        for name in ("one", "inner/two"):
            (work / name).write_text(name, encoding="utf-8")
    target = tmp_path / "target"
    whole = {path.stat().st_ino for path in [target, *target.rglob("*")]}
    assert len(whole) == 4
    assert {inode for inode, there in flushed if not there} == whole
    assert flushed[-1] == (tmp_path.stat().st_ino, True)


def test_a_file_is_flushed_before_it_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flushed: list[tuple[int, bool]]
) -> None:
    """A file is flushed once, before it stands in its place."""
    monkeypatch.chdir(tmp_path)
    atomic_write(tmp_path / "target", "text")
    assert flushed == [((tmp_path / "target").stat().st_ino, False)]
