"""The import of a dump of the whole Hub: seconds and peak memory of `begat import` as a process.

The dump is synthetic, in the schema of hub-stats; sizes are arguments, 100,000 models if none is given.
What was imported is checked against the raw columns first. The rivals read the same columns of the same file
and do nothing with them but count: a plain DuckDB scan, a plain Polars scan.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COLUMNS = ("id", "createdAt", "lastModified", "downloads", "downloadsAllTime", "likes", "trendingScore",
           "pipeline_tag", "library_name")  # fmt: skip
SEED = 0

DUCKDB = """
import duckdb, sys
cells = ", ".join(f"count({name}), max({name})" for name in sys.argv[2].split(","))
cells += ", sum(len(tags)), sum(len(array_to_string(tags, ''))), sum(strlen(cardData)), sum(strlen(gguf))"
cells += ", sum(safetensors.total::double), sum(len(baseModels.models)), count(baseModels.relation)"
duckdb.sql(f"select {cells} from read_parquet('{sys.argv[1]}')").fetchall()
"""
POLARS = """
import polars as pl, sys
names = sys.argv[2].split(",")
rows = pl.scan_parquet(sys.argv[1])
rows.select(
    pl.col(names).count().name.suffix(" n"), pl.col(names).max(),
    pl.col("tags").list.len().sum(), pl.col("tags").list.join("").str.len_bytes().sum().alias("bytes"),
    pl.col("cardData", "gguf").str.len_bytes().sum(),
    pl.col("safetensors").struct.field("total").cast(pl.Float64).sum(),
    pl.col("baseModels").struct.field("models").list.len().sum(),
    pl.col("baseModels").struct.field("relation").count(),
).collect(engine="streaming")
"""


def process(*words: str) -> tuple[float, float, float]:
    """Run Python; return CPU seconds, wall seconds and the largest resident size in MiB."""
    started = time.perf_counter()
    running = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"{' '.join(words[:4])} ended with {running.returncode}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - started, used.ru_maxrss / 1024


def check(dump: Path, home: Path) -> None:
    """Assert that every row is in or set aside, and that parents are those of the raw column."""
    import polars as pl

    from begat.snapshot import Home

    snapshot = Home(home).current()
    raw = pl.scan_parquet(dump).select(pl.len(), pl.col("baseModels").struct.field("models").list.len().sum())
    rows, parents = raw.collect().row(0)
    listed = snapshot.frame("models", ["listed"])["listed"].sum()
    assert listed + snapshot.rows("set_aside") == rows
    methods = snapshot.frame("derivations", ["method"])["method"]
    assert methods.is_in(["tags", "tags-finetune"]).sum() == parents - UNUSABLE_PARENTS


UNUSABLE_PARENTS = 1
"""Parents in the rows that no import can use."""


def main() -> None:
    """Print one row a size."""
    write = sys.stdout.write
    sizes = [int(text) for text in sys.argv[1:]] or [100_000]
    write(f"{'models':>10}{'file MiB':>10}{'CPU s':>8}{'wall s':>8}{'peak MiB':>10}{'load':>7}")
    write(f"{'DuckDB scan s':>15}{'ratio':>7}{'Polars scan s':>15}{'ratio':>7}\n")
    for models in sizes:
        with tempfile.TemporaryDirectory() as name:
            dump, home = Path(name) / "models.parquet", Path(name) / "home"
            words = ("--models", str(models), "--seed", str(SEED), "--schema", "hub-stats", "-o", str(dump))
            process("-m", "begat.cli", "synth", *words)
            columns = ",".join(COLUMNS)
            rivals = [process("-c", code, str(dump), columns)[1] for code in (DUCKDB, POLARS)]
            words = (str(dump), "--date", "2026-10-01", "--home", str(home))
            cpu, wall, peak = process("-m", "begat.cli", "import", "hub-stats", *words)
            check(dump, home)
            size = dump.stat().st_size / 2**20
            write(f"{models:10,}{size:10,.0f}{cpu:8.1f}{wall:8.1f}{peak:10,.0f}{os.getloadavg()[0]:7.1f}")
            for rival in rivals:
                write(f"{rival:15.2f}{wall / rival:7.1f}")
            write("\n")


if __name__ == "__main__":
    main()
