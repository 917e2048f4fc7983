"""Kill an import of a synthetic dump at random moments, MODELS and KILLS given: what is left each time.

``python benchmarks/study_kills.py 100000 200``. After each kill the home must open, every snapshot must have
the bytes that were written, and current must be the old or the new one; at the end the repeated import must
give the digest of one that nobody disturbed. The dump is that of ``begat synth --schema hub-stats``; the one
before has a tenth of its size, so that the import goes onto another snapshot.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.faults.kills import imported, kill_imports

from begat.snapshot import Home
from begat.synth import synthetic_dump


def dump(models: int, folder: Path) -> tuple[Path, Path]:
    """Write a synthetic Hub as a dump, and a tenth of its size as one of before; return both."""
    paths = folder / "models.parquet", folder / "models-before.parquet"
    for path, size in zip(paths, (models, max(models // 10, 1000)), strict=True):
        synthetic_dump("hub-stats", path, size, 0)
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
