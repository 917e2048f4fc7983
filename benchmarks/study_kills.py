"""Kill an import of a synthetic dump at random moments, MODELS and KILLS given: what is left each time.

``python benchmarks/study_kills.py 100000 200``. After each kill the home must open, every snapshot must have
the bytes that were written, and current must be the old or the new one; at the end the repeated import must
give the digest of one that nobody disturbed. The dump has the shape of ``hub-stats`` and is drawn anew; the
snapshot before it is the first tenth of it, so that the import goes onto another one.
"""

import sys
import tempfile
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.faults.kills import imported, kill_imports

from begat.snapshot import Home
from begat.synth import synthetic_snapshot


def dump(models: int, folder: Path) -> tuple[Path, Path]:
    """Write a synthetic Hub as a dump, and its first tenth as one of before; return both."""
    hub = synthetic_snapshot(models, 0, folder)
    plain = pl.col("id").str.strip_prefix("synthetic:")
    tag = pl.format("base_model:{}:{}", "relation", pl.col("parent").str.strip_prefix("synthetic:"))
    tags = (
        hub.frame("derivations", ["child", "parent", "relation"])
        .drop_nulls()
        .group_by(id="child")
        .agg(tags=tag.unique().sort())
    )
    figures = (
        hub.frame("observations")
        .filter(subject_kind="model")
        .pivot("metric", index="subject", values="value")
        .rename({"subject": "id", "downloads_30d": "downloads"})
        .with_columns(pl.col("downloads", "likes").cast(pl.Int64))
    )
    rows = (
        hub.frame("models")
        .filter("listed")
        .select("id", createdAt="created_at", pipeline_tag="task", library_name="library")
        .join(tags, on="id", how="left")
        .join(figures, on="id", how="left")
        .with_columns(plain, pl.col("tags").fill_null([]))
    )
    paths = folder / "models.parquet", folder / "models-before.parquet"
    for path, some in zip(paths, (rows, rows.head(rows.height // 10)), strict=True):
        some.write_parquet(path)
    return paths


def main() -> None:
    """Print what happened."""
    models, kills = int(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        now, before = dump(models, folder)
        homes = [folder / "calm", folder / "home"]
        for home in homes:
            home.mkdir()
            imported(home, ("hub-stats", str(before), "--date", "2026-01-01", "--complete"))
        words = ("hub-stats", str(now), "--date", "2026-02-01", "--onto", "current", "--complete")
        seconds = imported(homes[0], words)
        sys.stdout.write(f"{models:,} models: {seconds:.1f} s undisturbed\n")
        started = time.monotonic()
        found = kill_imports(homes[1], words, kills=kills, seconds=seconds, seed=0)
        imported(homes[1], words)
        ends = [Home(home).current() for home in homes]
        assert ends[0].digest == ends[1].digest
        assert ends[1].verify() == []
        assert Home(homes[1]).leftovers() == []
        sys.stdout.write(
            f"{found.killed} killed ({found.leftovers} left temporary folders), "
            f"{found.finished} ended before; 0 lost, 0 partial; "
            f"same digest at the end ({time.monotonic() - started:.0f} s)\n"
        )


if __name__ == "__main__":
    main()
