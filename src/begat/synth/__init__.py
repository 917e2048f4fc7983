"""A synthetic Hub: a snapshot of any size that has the shape of the real one, and says that it is none.

Every id is of the platform ``synthetic``, every row has the source ``synthetic``, and the snapshot's name
begins with that word. What is published, computed and assumed stands in `begat.synth.shape`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from begat.synth.burst import Burst

if TYPE_CHECKING:
    from begat.graph import Graph
    from begat.snapshot import Snapshot
    from begat.synth.generate import Hub
    from begat.synth.shape import Noise

__all__ = ["Burst", "synthetic_dump", "synthetic_graph", "synthetic_home", "synthetic_snapshot"]


def synthetic_snapshot(
    models: int, seed: int, folder: Path, *, burst: Burst | None = None, noise: "Noise | None" = None
) -> "Snapshot":
    """Write a synthetic Hub as a snapshot ``synthetic-<models>-<seed>`` into a folder of snapshots.

    Parameters
    ----------
    models : int
        Number of listed models, 1,000 to 20 million.
    seed : int
        Of all random numbers: the same numbers give the same bytes.
    folder : Path
        Folder of snapshots.
    burst : Burst, optional
        Adapters of a few accounts on one base, besides these models.
    noise : Noise, optional
        Rates of dirt.

    Raises
    ------
    InputError
        If a number is out of range.

    Notes
    -----
    O(n log n); see ``benchmarks/bench_synth.py`` for seconds and memory.
    """
    from begat.snapshot import write_snapshot
    from begat.synth.shape import DAY
    from begat.synth.tables import SOURCE, tables

    made = _hub(models, seed, burst, noise)
    asked = f"begat synth --models {models} --seed {seed}"
    title = f"Synthetic Hub, {models:,} models, seed {seed}"
    if burst is not None:
        asked += f" --burst {burst.adapters}:{burst.accounts}:{burst.base}"
        title += f", {burst.adapters:,} adapters by {burst.accounts:,} accounts on base {burst.base:,}"
    facts = {"title": title, "licence": "CC0-1.0", "locator": asked, "date": str(DAY), "files": 0,
             "rows_seen": 0, "rows_set_aside": 0}  # fmt: skip
    name = f"{SOURCE}-{models}-{seed}"
    return write_snapshot(tables(made), folder, name=name, on=DAY, sources={SOURCE: facts})


def synthetic_home(folder: Path, models: int, seed: int, *, burst: Burst | None = None) -> "Snapshot":
    """Write a synthetic Hub into a home of its own, as its current snapshot; see `synthetic_snapshot`.

    Raises
    ------
    HomeError
        If the folder can't be written, or is a home with snapshots of real sources.
    InputError
        If a number is out of range.
    """
    from begat.files import home_folder
    from begat.snapshot import Home

    home = Home(home_folder(folder))
    return home.adopt_synthetic(lambda path: synthetic_snapshot(models, seed, path, burst=burst))


def synthetic_dump(schema: str, path: Path, models: int, seed: int, *, burst: Burst | None = None) -> int:
    """Write a synthetic Hub as a bulk dump in the schema of a source; return its number of rows.

    Parameters
    ----------
    schema : str
        ``hub-stats``, the only one so far.
    path : Path
        The file; its metadata say that it is synthetic, and so does a snapshot that is made from it.
    models, seed, burst
        As in `synthetic_snapshot`.

    Raises
    ------
    UnknownName
        If there is no such schema.
    InputError
        If a number is out of range.
    """
    from begat.discovery import named
    from begat.synth.dump import write_dump

    write = named("schema", schema, {"hub-stats": write_dump})
    return write(_hub(models, seed, burst, None), path)


def synthetic_graph(
    models: int, seed: int, *, burst: Burst | None = None, noise: "Noise | None" = None
) -> "Graph":
    """Return the derivation graph of a synthetic Hub without writing it; see `synthetic_snapshot`."""
    from begat.synth.graph import graph

    return graph(_hub(models, seed, burst, noise))


def _hub(models: int, seed: int, burst: Burst | None, noise: "Noise | None") -> "Hub":
    from begat.synth.burst import with_burst
    from begat.synth.generate import hub

    made = hub(models, seed, noise)
    return with_burst(made, burst) if burst else made
