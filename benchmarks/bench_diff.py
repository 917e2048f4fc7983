"""Comparing two snapshots of a whole Hub: seconds and peak memory, each in a process of its own.

The first is drawn by ``begat synth`` (3 million models, or the number given), the second is made from it
with known changes: one model in 97 is gone, one in 89 new, one derivation in 83 gone, every figure a month
later. The rival is DuckDB with EXCEPT over the same Parquet files, which gives the numbers alone.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

LATER = date(2026, 2, 1)


def changed(folder: Path, models: int) -> dict[str, int]:
    """Write both snapshots; return how many changes of each kind there are."""
    import polars as pl

    from begat.records import TABLES
    from begat.resolve.tables import sorted_table
    from begat.snapshot import Snapshot, write_snapshot
    from begat.synth import synthetic_snapshot

    before = synthetic_snapshot(models, 0, folder)
    frame = before.frame("models").with_row_index("n")
    fresh = frame.filter((pl.col("n") % 89 == 1) & pl.col("listed")).with_columns(id=pl.col("id") + "-new")
    kept = frame.filter(pl.col("n") % 97 != 0)
    gone = frame.filter((pl.col("n") % 97 == 0) & pl.col("listed"))
    edges = before.frame("derivations").with_row_index("n")
    rows = {
        "models": pl.concat([kept, fresh]).drop("n"),
        "derivations": edges.filter(pl.col("n") % 83 != 0).drop("n"),
        "observations": before.frame("observations").with_columns(
            observed_on=pl.lit(LATER), value=pl.col("value") + 1
        ),
    }

    def tables() -> Any:
        for name in TABLES:
            yield name, sorted_table(name, rows[name]) if name in rows else before.table(name)

    after = write_snapshot(
        tables(), folder, name="synthetic-later", on=LATER, sources=before.manifest["sources"]
    )
    assert isinstance(after, Snapshot)
    (folder / "names").write_text(f"{before.path}\n{after.path}", encoding="utf-8")
    keys = ["child", "parent_raw", "relation", "source", "method"]
    lost = edges.select(keys).unique().height - rows["derivations"].select(keys).unique().height
    return {"added": fresh.height, "removed": gone.height, "derivations": lost}


def begat(folder: Path) -> dict[str, int]:
    """Compare with begat."""
    from begat.answer.diff import diff
    from begat.snapshot import Snapshot

    before, after = (Snapshot(Path(line)) for line in (folder / "names").read_text().splitlines())
    rows = diff(before, after)
    groups = {
        (row["what"], row["change"], row["relation"], row["before"]): row["of"]
        for row in rows
        if row["what"] in ("model", "derivation")
    }
    return {
        "added": sum(n for key, n in groups.items() if key[:2] == ("model", "added")),
        "removed": sum(n for key, n in groups.items() if key[:2] == ("model", "removed")),
        "derivations": sum(n for key, n in groups.items() if key[:2] == ("derivation", "removed")),
    }


def duckdb(folder: Path) -> dict[str, int]:
    """Compare with DuckDB: the same numbers, and the join of the figures."""
    import duckdb as db

    before, after = (folder / "names").read_text().splitlines()
    keys = "child, parent_raw, relation, source, method"

    def one(text: str) -> int:
        ((found,),) = db.sql(text.replace("BEFORE", before).replace("AFTER", after)).fetchall()
        return int(found)

    listed = "SELECT id FROM '{}/models.parquet' WHERE listed"
    old, new = listed.format("BEFORE"), listed.format("AFTER")
    one(
        "SELECT count(*) FROM 'BEFORE/observations.parquet' a JOIN 'AFTER/observations.parquet' b "
        "USING (subject, metric, source) WHERE a.subject_kind = 'model' AND a.value <> b.value"
    )
    return {
        "added": one(f"SELECT count(*) FROM ({new} EXCEPT {old})"),
        "removed": one(f"SELECT count(*) FROM ({old} EXCEPT {new})"),
        "derivations": one(
            f"SELECT count(*) FROM (SELECT {keys} FROM 'BEFORE/derivations.parquet' "
            f"EXCEPT SELECT {keys} FROM 'AFTER/derivations.parquet')"
        ),
    }


WORK = {"begat": begat, "duckdb": duckdb}


def process(*words: str) -> tuple[dict[str, int], float, float]:
    """Run one piece of work as a process; return its result, wall seconds and peak memory in MiB."""
    started = time.perf_counter()
    running = subprocess.Popen([sys.executable, __file__, *words], stdout=subprocess.PIPE)
    assert running.stdout is not None
    text = running.stdout.read()
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"{words[0]} ended with {running.returncode}")
    return json.loads(text), time.perf_counter() - started, used.ru_maxrss / 1024


def main() -> None:
    """Print one row a program."""
    if len(sys.argv) == 3:
        name, folder = sys.argv[1], Path(sys.argv[2])
        work = changed(folder, int(name)) if name.isdigit() else WORK[name](folder)
        sys.stdout.write(json.dumps(work))
        return
    models = int(sys.argv[1]) if sys.argv[1:] else 3_000_000
    with tempfile.TemporaryDirectory() as folder:
        expected, seconds, peak = process(str(models), folder)
        sys.stdout.write(f"{models:,} models: {expected}; made in {seconds:.0f} s, {peak:,.0f} MiB\n")
        for name in WORK:
            found, seconds, peak = process(name, folder)
            assert found == expected, (name, found)
            sys.stdout.write(f"{name:8}{seconds:8.1f} s wall{peak:10,.0f} MiB peak\n")


if __name__ == "__main__":
    main()
