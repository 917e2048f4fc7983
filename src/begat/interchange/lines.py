r"""Canonical N-Quads in bounded memory: lines as columns of text, escaped alike, sorted, each once.

The canonical form is that of RDF 1.2 N-Quads: ``\b \t \n \f \r \" \\`` and ``\uXXXX`` for the other
control characters, everything else as it is, lines in the order of their bytes.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

__all__ = ["ESCAPES", "by_graph", "canonical", "escaped", "unescaped", "without_graph", "write_sorted"]

RUN = 1 << 27
"""Bytes of lines that are sorted in memory at a time."""

CONTROLS = [*range(0x20), 0x7F, 0xFFFE, 0xFFFF]
NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
RAW = {chr(code): f"\\u{code:04X}" for code in CONTROLS} | NAMED
"""Characters that never stand in a line as they are -> how they are written."""
ESCAPES = RAW | {'"': '\\"', "\\": "\\\\"}

TERMS = r'^\S+ \S+ (?:<[^>]*>|_:\S+|".*"(?:\^\^<[^>]*>|@[A-Za-z0-9-]+)?)'
"""Subject, predicate and object of a line."""
GRAPH = TERMS + r"( <[^>]*>)? \.$"

Lines = Iterable[pl.Series]


def escaped(text: pl.Expr) -> pl.Expr:
    """Return text as it stands between the quotes of a canonical line."""
    return text.str.replace_many(list(ESCAPES), list(ESCAPES.values()))


def unescaped(text: pl.Expr) -> pl.Expr:
    """Return what stands between the quotes of a canonical line as text; undoes `escaped`."""
    return text.str.replace_many(list(ESCAPES.values()), list(ESCAPES))


def canonical(lines: pl.Series) -> pl.Series:
    """Return lines of N-Quads with the control characters in them escaped."""
    return lines.str.replace_many(list(RAW), list(RAW.values()))


def by_graph(lines: pl.Series) -> pl.Series:
    """Return lines with their graph before them, so that sorting brings together what is in one graph."""
    graph = pl.col("line").str.extract(GRAPH).str.strip_chars_start().fill_null("")
    return lines.to_frame("line").select(pl.concat_str(graph, pl.lit("\t"), "line")).to_series()


def without_graph(lines: pl.Series) -> pl.Series:
    """Return the triples of lines, as N-Triples."""
    triple = pl.concat_str(pl.col("line").str.extract(f"({TERMS[1:]})"), pl.lit(" ."))
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
