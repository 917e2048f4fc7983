"""The synthetic Hub at two sizes: seconds and peak memory of `begat synth` as a process.

The acceptance table is asserted on what was written. The rival is writing the largest table, observations,
with pyarrow alone.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (300_000, 3_000_000)
SEED = 0


def synth(models: int, home: Path) -> tuple[float, float, float]:
    """Run the command; return its CPU seconds, wall seconds and largest resident size in MiB."""
    started = time.perf_counter()
    words = ["synth", "--models", str(models), "--seed", str(SEED), "-o", str(home)]
    running = subprocess.Popen(
        [sys.executable, "-m", "begat.cli", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"begat {' '.join(words)} ended with {running.returncode}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - started, used.ru_maxrss / 1024


def written(home: Path) -> tuple[int, int, float]:
    """Check what was written; return models, derivations and the CPU seconds of the rival."""
    import pyarrow.parquet as pq

    from begat.graph.build import build
    from begat.snapshot import Home
    from begat.synth.check import acceptance

    snapshot = Home(home).current()
    graph = build(snapshot)
    broken = [check for check in acceptance(snapshot, graph) if not check.holds]
    assert not broken, broken
    table = snapshot.table("observations")
    started = time.process_time()
    pq.write_table(table, home / "rival.parquet", compression="zstd", compression_level=9)
    return graph.n, graph.m, time.process_time() - started


def main() -> None:
    """Print one row a size."""
    write = sys.stdout.write
    write(f"{'models':>10}{'derivations':>13}{'CPU s':>8}{'wall s':>8}{'peak MiB':>10}{'rival CPU s':>13}\n")
    for models in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "hub"
            cpu, wall, peak = synth(models, home)
            nodes, edges, rival = written(home)
            write(f"{nodes:10,}{edges:13,}{cpu:8.1f}{wall:8.1f}{peak:10,.0f}{rival:13.1f}\n")


if __name__ == "__main__":
    main()
