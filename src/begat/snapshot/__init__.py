"""Snapshots: the tables of one date as Parquet, immutable, the truth that all else is made from.

A snapshot is a folder ``<date>/`` of one Parquet file a table and ``SOURCES.toml``: what was read, from
where, under which licence, how many rows were kept and set aside, and the hash of each file. Sources
whose licence would extend to the tables have a folder each in ``share-alike/``, built the same way:
whoever passes the snapshot on can leave them out. What each source said, before it was merged with what
the others say, is kept in ``statements/``: the next snapshot can be made onto it (`begat.snapshot.onto`).
"""

from begat.snapshot.compiled import compile_snapshot
from begat.snapshot.home import Home
from begat.snapshot.keyed import Keyed
from begat.snapshot.opened import Snapshot, embedded
from begat.snapshot.pack import curated_statements, pack_statements
from begat.snapshot.written import write_snapshot

__all__ = [
    "Home",
    "Keyed",
    "Snapshot",
    "compile_snapshot",
    "curated_statements",
    "embedded",
    "pack_statements",
    "write_snapshot",
]
