"""What is read besides a source's own file: a data pack of many sources, and begat's curated tables."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.errors import InputError, UnreadableFile
from begat.files import package_path

if TYPE_CHECKING:
    from begat.resolve import Statements
    from begat.sources.base import Source

__all__ = ["curated_statements", "pack_statements"]


def pack_statements(pack: Path, provenance: Mapping[str, Mapping[str, Any]]) -> Iterator["Statements"]:
    """Read a data pack, a folder of source folders, and begat's curated tables.

    Yields
    ------
    Statements
        Of each source in turn, in the order of their names.

    Raises
    ------
    UnreadableFile
        If there is no such folder, or it holds no source's folder.
    InputError
        If ``pack.toml`` says nothing of one that it holds.
    """
    from begat.resolve import collect
    from begat.sources.base import discover

    if not pack.is_dir():
        raise UnreadableFile("no such folder", where=str(pack))
    folders = [
        (source, pack / (source.folder or name))
        for name, source in discover().items()
        if not source.curated and _is_here(source, pack)
    ]
    if not folders:
        raise UnreadableFile(
            "this folder holds no source's folder",
            where=str(pack),
            hint="A data pack has one folder a source, such as radar/ or hub-stats-frozen/.",
        )
    for source, path in folders:
        if source.name not in provenance:
            raise InputError(f"pack.toml says nothing of source {source.name}", where=str(path))
        yield collect(source, path, on=provenance[source.name]["date"])
    yield from curated_statements(provenance)


def _is_here(source: "Source", pack: Path) -> bool:
    """Whether a pack has the source's folder; of a folder that is another's too, whether it has its files."""
    from begat.sources.base import discover

    path = pack / (source.folder or source.name)
    if source.folder in discover():
        return any(True for file in source.files for _ in path.glob(file.pattern))
    return path.is_dir()


def curated_statements(provenance: Mapping[str, Mapping[str, Any]]) -> Iterator["Statements"]:
    """Read begat's own tables, which are part of every snapshot."""
    from begat.resolve import collect
    from begat.sources.base import discover

    for name, source in discover().items():
        if source.curated:
            path = package_path("data", f"{name}.toml")
            yield collect(source, path, on=provenance[name]["date"])
