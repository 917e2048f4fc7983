"""A mass upload in a synthetic Hub: how many places it lifts the owner of its base, caps against raw counts.

100,000 adapters by three accounts on the base of an institution. Ranked is the dimension model of begat-53 on
the 12 indicators that a synthetic Hub feeds, goalposts of the Hub before; see `tests/flooded.py`. Asserted:
raw counts of children put the base and its owner first, and without the flagged derivations the owner does
not move. Give the number of models, else that of the whole Hub of July 2025.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.flooded import Places, Target, method_file, places, target

from begat.graph.build import build
from begat.influence.burst import bursts
from begat.influence.figures import figures
from begat.synth import Burst, synthetic_snapshot

MODELS = 1_860_411
ADAPTERS = 100_000
ACCOUNTS = 3
SEED = 0
RANKS = (300, 1000, 3000)
"""Ranks of the bases in the whole Hub, by weight; in a smaller one as much smaller, so is the upload."""


def attacked(models: int, of: Target, method: Path, folder: Path) -> tuple[Places, int, float]:
    """Return the places after the upload, that without what is flagged, and seconds of one ranking."""
    burst = Burst(round(ADAPTERS * models / MODELS), ACCOUNTS, of.rank)
    snapshot = synthetic_snapshot(models, SEED, folder / f"burst-{of.rank}", burst=burst)
    graph = build(snapshot)
    started = time.perf_counter()
    after = places(snapshot, graph, method, of)
    seconds = time.perf_counter() - started
    flagged = bursts(graph, figures(snapshot, graph)).edges
    without = places(snapshot, graph, method, of, left_out=flagged)
    assert after.owner["children"] == after.base["children"] == after.base["descendants"] == 1
    return after, without.begat_53, seconds


def main() -> None:
    """Print a row a base: places before and after."""
    models = int(sys.argv[1]) if len(sys.argv) > 1 else MODELS
    write = sys.stdout.write
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        snapshot = synthetic_snapshot(models, SEED, folder / "before")
        graph = build(snapshot)
        method = method_file(snapshot, graph, folder)
        write(f"{graph.n:,} models and {graph.m:,} derivations before\n")
        for rank in RANKS:
            of = target(snapshot, models, SEED, max(round(rank * models / MODELS), 2))
            before = places(snapshot, graph, method, of)
            after, without, seconds = attacked(models, of, method, folder)
            assert without == before.begat_53
            write(f"{of.base}, base {of.rank}, of {of.owner}\n")
            write(f"  begat-53: {before.begat_53} -> {after.begat_53} of {before.ranked}, ")
            write(f"{without} without flagged; {seconds:.1f} s\n")
            for count, place in before.owner.items():
                write(f"  {count}: owner {place} -> {after.owner[count]}, ")
                write(f"base {before.base[count]} -> {after.base[count]}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    write(f"peak {peak:,.0f} MiB\n")


if __name__ == "__main__":
    main()
