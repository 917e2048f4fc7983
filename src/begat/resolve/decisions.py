"""The decisions of a home's own review file, as statements beside those that ship with begat."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from begat.errors import InputError
from begat.resolve.collect import Statements, collect
from begat.sources.base import source_named

__all__ = ["decisions"]


def decisions(path: Path) -> list[Statements]:
    """Read a review file; no file, or one without an entry, gives nothing.

    Its entries come before those that ship with begat.

    Raises
    ------
    UnreadableFile, WrongSchema
        If it is no TOML, or has other tables than ``[[text]]``.
    InputError
        If an entry can't be used; the message says which and why.
    """
    if not path.exists() or not _text(path).strip():
        return []
    shipped = source_named("review")
    own = replace(
        shipped, name="review-home", title="Decisions of this home on base-model texts", authority=-1
    )
    read = collect(own, path, on=date.min)
    for row in read.frames["set_aside"].iter_rows(named=True):
        raise InputError(
            row["reason"],
            where=f"{path}, {row['place']}",
            hint="Put it right, or take it out; `begat review --help` shows the form.",
        )
    return [replace(read, date=max(read.frames["aliases"]["stated_on"].to_list()))]


def _text(path: Path) -> str:
    """The lines of a file that are no comments; what can't be read is left to the reader of entries."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return "unreadable"
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))
