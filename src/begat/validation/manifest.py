"""Checks of a snapshot's manifest: its sources, its hashes, and that no row of a source was lost."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl

from begat.errors import StoreError
from begat.resolve.parents import parted
from begat.snapshot import Snapshot
from begat.snapshot.opened import MANIFEST, SHARE_ALIKE, STATED, tables_of
from begat.validation.finding import ERROR, Finding
from begat.validation.rule import day
from begat.validation.words import is_licence

__all__ = ["CHECKS", "Check", "findings"]


class Check(NamedTuple):
    """A check of what the manifest says; `problems` yields a text for each fault."""

    name: str
    problems: Callable[[Snapshot], Iterator[str]]
    message: str
    fix: str


def findings(snapshot: Snapshot, sample: int) -> Iterator[Finding]:
    """Yield the outcome of each check of the manifest."""
    size = len(snapshot.manifest["sources"])
    for check in CHECKS:
        try:
            problems = list(check.problems(snapshot))
        except (StoreError, KeyError, TypeError, ValueError) as error:
            problems = [f"not checked: {error}"]
        some = tuple(problems[:sample])
        yield Finding(check.name, ERROR, MANIFEST, len(problems), size, some, check.message, check.fix)


def _sources(snapshot: Snapshot) -> Iterator[str]:
    """Yield sources without title, date or licence, or with one that is none."""
    for row in (*snapshot.sources, *snapshot.annexes):
        lost = [key for key in ("title", "licence", "date") if not str(row.get(key, "")).strip()]
        if lost:
            yield f"{row['source']}: no {', '.join(lost)}"
        elif not is_licence(row["licence"]):
            yield f"{row['source']}: licence {row['licence']!r} is no SPDX expression"
        elif day(row["date"]) is None:
            yield f"{row['source']}: date {row['date']!r}"


def _bytes(snapshot: Snapshot) -> Iterator[str]:
    """Yield the tables whose bytes are not those that were written."""
    yield from (f"{name}.parquet" for name in snapshot.verify())


def _digest(snapshot: Snapshot) -> Iterator[str]:
    """Yield the digest if it is not that of the hashes of the tables."""
    hashes = {name: item["sha256"] for name, item in snapshot.manifest["tables"].items()}
    for path in snapshot.path.glob(f"{SHARE_ALIKE}/*/{MANIFEST}"):
        folder = path.parent.relative_to(snapshot.path)
        hashes |= {f"{folder}/{name}": item["sha256"] for name, item in tables_of(path).items()}
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(hashes.items()))
    if (made := hashlib.sha256(lines.encode()).hexdigest()) != snapshot.digest:
        yield f"digest {snapshot.digest}, of its tables {made}"


def _rows(snapshot: Snapshot) -> Iterator[str]:
    """Yield the tables with other numbers of rows than the manifest says."""
    import pyarrow.parquet as pq

    for name, item in snapshot.manifest["tables"].items():
        rows = pq.read_metadata(snapshot.path / f"{name}.parquet").num_rows
        if rows != item["rows"]:
            yield f"{name}: {rows:,} rows, the manifest says {item['rows']:,}"


def _input_rows(snapshot: Snapshot) -> Iterator[str]:
    """Yield the sources whose rows set aside are not those in the table, or more than were seen."""
    kept = dict(snapshot.frame("set_aside", ["source"]).group_by("source").len().iter_rows())
    for row in snapshot.sources:
        aside, seen = row["rows_set_aside"], row["rows_seen"]
        if aside > seen:
            yield f"{row['source']}: {aside:,} set aside of {seen:,} seen"
        if kept.get(row["source"], 0) != aside:
            yield f"{row['source']}: {aside:,} set aside, {kept.get(row['source'], 0):,} of them kept"


def _statements(snapshot: Snapshot) -> Iterator[str]:
    """Yield the sources of which a derivation that they state is in no row, or in two.

    A statement that names several models is one for each of them.
    """
    models = snapshot.frame("models", ["id"])["id"]
    rows = snapshot.frame("derivations", ["source"]).group_by("source").len()
    kept = dict(rows.iter_rows())
    for path in _stated(snapshot):
        said = parted(pl.read_parquet(path, columns=["parent_raw"]), models).height
        name = path.parent.name
        if said != kept.get(name, 0):
            yield f"{name}: {said:,} derivations stated, {kept.get(name, 0):,} in the table"


def _stated(snapshot: Snapshot) -> list[Path]:
    return sorted(snapshot.path.glob(f"{STATED}/*/derivations.parquet"))


CHECKS = (
    Check(
        "sources-declared",
        _sources,
        "a source without title, date or licence",
        "Give its provenance when importing: a fact without source, date and licence is none.",
    ),
    Check(
        "bytes-as-written",
        _bytes,
        "the bytes of a file are not those that were written",
        "The disk, or somebody, changed the file: import again, a snapshot is never edited.",
    ),
    Check(
        "digest",
        _digest,
        "the digest is not that of the tables",
        "The manifest was edited: import again.",
    ),
    Check(
        "rows-as-written",
        _rows,
        "a table has more or fewer rows than were written",
        "Import again.",
    ),
    Check(
        "input-rows-conserved",
        _input_rows,
        "rows seen are not those stored and those set aside",
        "A reader lost rows in silence: report it with the name of the source.",
    ),
    Check(
        "statements-conserved",
        _statements,
        "derivations stated are not those resolved, unresolved, self and duplicate",
        "Resolving lost or doubled a statement: report it with the name of the source.",
    ),
)
