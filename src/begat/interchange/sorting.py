"""Canonical N-Quads in bounded memory: sorted by the bytes of their lines, each once."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from begat.store.line import canonical, quad

__all__ = ["by_graph", "without_graph", "write_sorted"]

RUN = 1 << 27
"""Bytes of lines that are sorted in memory at a time."""

Lines = Iterable[pl.Series]


def by_graph(lines: pl.Series) -> pl.Series:
    """Return lines with their graph before them, so that sorting brings together what is in one graph."""
    graph = pl.col("line").str.extract(quad(), 2).fill_null("")
    return lines.to_frame("line").select(pl.concat_str(graph, pl.lit("\t"), "line")).to_series()


def without_graph(lines: pl.Series) -> pl.Series:
    """Return the triples of lines, as N-Triples."""
    triple = pl.concat_str(pl.col("line").str.extract(quad(), 1), pl.lit(" ."))
    return lines.to_frame("line").select(triple).to_series()


def write_sorted(
    lines: Lines, target: Path, *, arranged: Callable[[pl.Series], pl.Series] = lambda lines: lines
) -> int:
    """Write lines in the order of their bytes, each once; return their number.

    Parameters
    ----------
    lines : iterable of Series of str
        Without line ends.
    target : Path
        The file.
    arranged : function, optional
        What is sorted instead of the lines, `by_graph` or `without_graph`. Up to a tab it is not written.

    Notes
    -----
    O(n log n); holds `RUN` bytes of lines, and one line of each sorted run, which lie beside `target`.
    """
    with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as work, ExitStack() as opened:
        paths = [_run(part, Path(work) / str(number)) for number, part in enumerate(_runs(lines, arranged))]
        files = [opened.enter_context(path.open("rb")) for path in paths]
        with target.open("wb", buffering=1 << 20) as file:
            count = 0
            for line, _ in groupby(heapq.merge(*files)):
                file.write(line[line.find(b"\t") + 1 :])
                count += 1
    return count


def _runs(lines: Lines, arranged: Callable[[pl.Series], pl.Series]) -> Iterator[list[pl.Series]]:
    parts: list[pl.Series] = []
    size = 0.0
    for piece in lines:
        parts.append(arranged(canonical(piece)))
        size += parts[-1].estimated_size()
        if size >= RUN:
            yield parts
            parts, size = [], 0.0
    yield parts


def _run(parts: list[pl.Series], path: Path) -> Path:
    named = [part.alias("line") for part in parts]
    rows = pl.concat(named).unique().sort() if named else pl.Series("line", [], pl.String)
    rows.to_frame().write_csv(path, include_header=False, quote_style="never")
    return path
