"""A small world in which every check holds, and a way to break one thing in it."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from begat.files import sha256
from begat.records import (
    TABLES,
    Account,
    Alias,
    Benchmark,
    Dataset,
    Derivation,
    Evaluation,
    Institution,
    Listing,
    Model,
    Observation,
    Record,
    System,
    TrainedOn,
    schema,
)
from begat.snapshot import Snapshot

__all__ = ["altered", "sound"]

LAB, QUANTS = "example-lab", "example-quants"
MADE = datetime(2025, 3, 1, 12, 30, tzinfo=UTC)


def sound() -> Iterator[Record]:
    """Yield records of every table; all names are examples and nobody's."""
    yield Model(
        f"{LAB}/base",
        created_at=MADE,
        modified_at=MADE,
        licence_raw="apache-2.0",
        parameters=7_000_000_000,
        hub_id="0123456789abcdef01234567",
    )
    yield Model(f"{LAB}/base-math", created_at=MADE, modified_at=MADE, licence_raw="cc-by-nc-4.0")
    yield Model(f"{LAB}/selfish")
    yield Derivation(f"{LAB}/base-math", f"{LAB}/base", "finetune", "tags", 0, 0.5)
    yield Derivation(f"{LAB}/base-math", f"{LAB}/base", "finetune", "tags", 0, 0.5)
    yield Derivation(f"{LAB}/selfish", f"{LAB}/selfish", "finetune", "tags")
    yield Derivation(f"{LAB}/selfish", f"{LAB}/lost", "finetune", "tags", 1)
    yield Derivation(f"{LAB}/base", "./output", "finetune", "tags")
    yield Dataset(
        f"{LAB}/sums", created_at=MADE, modified_at=MADE, licence_raw="mit", derived_from=[f"{LAB}/numbers"]
    )
    yield TrainedOn(f"{LAB}/base-math", f"{LAB}/sums", "tags")
    yield Account("huggingface", LAB, "example-institute", date(2020, 1, 1))
    yield Account("huggingface", QUANTS, "example-group")
    yield Institution("Example Group", id="example-group", kind="company", country="FR")
    yield Institution(
        "Example Institute",
        id="example-institute",
        kind="research-institute",
        country="CN",
        parent="example-group",
        osir="Example",
        ror="05a28rw58",
        wikidata="Q42",
    )
    yield System(
        f"{LAB}/engine", maintainer="example-institute", licence_raw="mit", former=[f"{QUANTS}/engine"]
    )
    yield Benchmark("test:1", "Example Bench")
    yield Benchmark("test:2", "Example Bench hard")
    yield Evaluation(f"{LAB}/base", "test:1", "accuracy", 0.5, evaluated_on=date(2025, 12, 1))
    yield Observation(f"{LAB}/base", "model", "downloads_30d", 5.0, date(2025, 12, 1))
    yield Listing(date(2025, 12, 1), "Example", "model", LAB, "base", None, None, 1, 1, 1, 1, 1)
    yield Alias(f"{LAB}/old-base", f"{LAB}/base", "renamed", date(2025, 12, 1))


def altered(
    snapshot: Snapshot,
    folder: Path,
    frames: Mapping[str, pl.DataFrame],
    manifest: Mapping[str, Any] | None = None,
) -> Snapshot:
    """Write a snapshot anew with other tables; rows, hashes and digest are right, and so is nothing else."""
    shutil.copytree(snapshot.path, folder)
    facts = {**snapshot.manifest, **(manifest or {})}
    for name, frame in frames.items():
        path = folder / f"{name}.parquet"
        pq.write_table(_table(name, frame), path)
        facts["tables"] = facts["tables"] | {name: {"rows": frame.height, "sha256": sha256(path)}}
    lines = "".join(f"{name} {item['sha256']}\n" for name, item in sorted(facts["tables"].items()))
    facts["digest"] = hashlib.sha256(lines.encode()).hexdigest()
    (folder / "SOURCES.toml").write_text(tomli_w.dumps(facts), encoding="utf-8")
    return Snapshot(folder)


def _table(name: str, frame: pl.DataFrame) -> pa.Table:
    """Return a frame in the declared types, where anything may be missing."""
    declared = schema(TABLES[name])
    loose = pa.schema([field.with_nullable(True) for field in declared if field.name in frame.columns])
    return frame.to_arrow().cast(loose)
