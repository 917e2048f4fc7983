"""What of a home can go: snapshots beyond those to keep, what belongs to none, what killed writers left.

Only what begat itself made and knows is ever removed; anything else in a home is left alone.
"""

import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from begat.crawl.kept import MANIFEST, in_order
from begat.errors import InputError
from begat.snapshot.home import Home
from begat.snapshot.opened import Snapshot, embedded

__all__ = ["Garbage", "collect_garbage", "garbage"]

DERIVED = re.compile("[0-9a-f]{16}")
DAY = 24 * 60 * 60
"""Seconds after which a temporary folder below ``derived/`` is a leftover: builds there take no lock."""


Found = tuple[str, Path, str]
"""What it is, where, and why it can go."""


@dataclass(frozen=True)
class Garbage:
    """A file or folder that can go, and why; `bytes` are those that its removal, after the others', frees."""

    what: str
    path: Path
    reason: str
    bytes: int


def collect_garbage(home: Home, *, keep: int | None = None, dry_run: bool = False) -> list[Garbage]:
    """Remove what can go, and return it.

    Parameters
    ----------
    home : Home
        The home.
    keep : int, optional
        Keep this many of the newest snapshots, and the current one; all if not given.
    dry_run : bool
        Only say what would go.

    Raises
    ------
    HomeError
        If another process writes to this home.
    InputError
        If `keep` is less than 1.
    """
    if keep is not None and keep < 1:
        raise InputError(f"{keep} snapshots can't be kept", where="--keep", hint="Give 1 or more.")
    with home.lock():
        found = list(garbage(home, keep))
        for item in [] if dry_run else found:
            _remove(item.path)
    return found


def garbage(home: Home, keep: int | None) -> Iterator[Garbage]:
    """Yield what can go, as it is now; a file in several places is freed with the last of them."""
    links: Counter[tuple[int, int]] = Counter()
    for what, path, reason in _found(home, keep):
        files = [path] if path.is_file() else [item for item in path.rglob("*") if item.is_file()]
        yield Garbage(what, path, reason, sum(_freed(file, links) for file in files))


def _freed(file: Path, links: Counter[tuple[int, int]]) -> int:
    """Bytes that are freed once the links counted and this one are gone; the link is counted."""
    stat = file.stat()
    links[stat.st_dev, stat.st_ino] += 1
    return stat.st_size if links[stat.st_dev, stat.st_ino] == stat.st_nlink else 0


def _found(home: Home, keep: int | None) -> Iterator[Found]:
    for path in home.leftovers():
        yield ("temporary", path, "left by a writer that was killed")
    for pattern in ("derived/.gone.*", "raw/*/*/.gone.*"):
        for path in sorted(home.path.glob(pattern)):
            yield ("temporary", path, "left by a gc that was killed")
    beyond = _beyond(home, keep)
    for snapshot in beyond:
        yield ("snapshot", snapshot.path, f"older than the newest {keep}")
    yield from _derived(home, {item.path for item in beyond})
    yield from _raw(home)


def _beyond(home: Home, keep: int | None) -> list[Snapshot]:
    """Snapshots of the home that are older than the newest ones to keep; never the current one."""
    own = [item for item in home.snapshots() if item.path.parent == home.snapshots_path]
    current = home.current_path()
    return [] if keep is None else [item for item in own[:-keep] if item.path != current]


def _derived(home: Home, leaving: set[Path]) -> Iterator[Found]:
    """Folders of what is derived from no snapshot that stays, and old temporary ones in the others."""
    staying = [item for item in home.snapshots() if item.path not in leaving]
    needed = {home.derived(item) for item in [*staying, embedded()]}
    for folder in sorted((home.path / "derived").glob("*")):
        if folder.is_dir() and DERIVED.fullmatch(folder.name) and folder not in needed:
            yield ("derived", folder, "of a snapshot that is gone")
        elif folder in needed:
            for path in sorted(folder.glob(".*")):
                if time.time() - path.stat().st_mtime > DAY:
                    yield ("temporary", path, "left by a build that was killed")


def _raw(home: Home) -> Iterator[Found]:
    """Answers of crawls before the newest one of each source: snapshots keep what they said.

    Their manifests stay: the next crawl takes its number, its beginning and its expected size from them.
    """
    for source in sorted((home.path / "raw").glob("[!.]*")):
        for run in in_order(source.glob("[!.]*"))[:-1]:
            for path in sorted(run.glob("[!.]*")):
                if path.name != MANIFEST:
                    yield ("raw", path, "of a crawl before the newest")


def _remove(path: Path) -> None:
    """Remove a file or folder; a folder is first put aside, so that it is never seen in part."""
    if not path.is_dir():
        path.unlink()
        return
    aside = path.with_name(f".gone.{path.name}") if not path.name.startswith(".") else path
    shutil.rmtree(path.rename(aside))
