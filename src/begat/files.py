"""Folders and files: what ships with the package, the user's home, writes that are whole or absent."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from begat.errors import HomeError

__all__ = ["atomic_file", "atomic_folder", "atomic_write", "home_folder", "package_path", "sha256", "swap"]

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent.parent


def package_path(*parts: str) -> Path:
    """Path of a file that ships with begat, ``data/...`` or ``ontology/...``.

    In a wheel these folders lie inside the package, in a checkout beside ``src``.
    """
    inside = PACKAGE.joinpath(*parts)
    return inside if inside.exists() else CHECKOUT.joinpath(*parts)


def home_folder(home: Path | str | None = None) -> Path:
    """Return the home folder, made if needed: `home`, else ``BEGAT_HOME``, else the user's data folder.

    Raises
    ------
    HomeError
        If it can't be created or written.
    """
    default = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "begat"
    folder = Path(home or os.environ.get("BEGAT_HOME") or default).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise HomeError(
            f"the home folder can't be written ({error.strerror or error})",
            where=str(folder),
            hint="Give another one with --home DIR or BEGAT_HOME.",
        ) from error
    return folder


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex; of a folder that of its files' names and hashes."""
    if path.is_dir():
        files = sorted(item for item in path.rglob("*") if item.is_file())
        lines = "".join(f"{sha256(file)} {file.relative_to(path)}\n" for file in files)
        return hashlib.sha256(lines.encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Fill a temporary folder beside `target`; on success it becomes `target`, else nothing is left.

    Files and folders are flushed to disk before the rename. If `target` exists by then it is replaced;
    the old one stays whole until the new one is complete.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        work.chmod(0o755)
        yield work
        for path in [*work.rglob("*"), work]:
            _flush(path)
        swap(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def swap(work: Path, target: Path) -> None:
    """Put `work` in the place of `target`; one process at a time, by a lock on the folder around them."""
    parent = os.open(target.parent, os.O_RDONLY)
    try:
        fcntl.flock(parent, fcntl.LOCK_EX)
        trash = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
        if target.exists():
            target.rename(trash / target.name)
        work.rename(target)
        shutil.rmtree(trash, ignore_errors=True)
        os.fsync(parent)
    finally:
        os.close(parent)


def atomic_write(target: Path, content: str | bytes) -> None:
    """Write a file whole or not at all; text is written as UTF-8."""
    with atomic_file(target) as work:
        work.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def atomic_file(target: Path) -> Iterator[Path]:
    """Fill a temporary file beside `target`; on success it becomes `target`, else nothing is left."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    work = Path(name)
    try:
        yield work
        _flush(work)
        work.chmod(0o644)
        work.replace(target)
    finally:
        work.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
