"""An RDF file of anybody: its syntax by its name; opened within bounds of size and depth, unpacked."""

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import pyoxigraph as ox

from begat.errors import UnreadableFile

__all__ = ["SYNTAXES", "Bounded", "opened", "refuse_deep", "syntax_of"]

SYNTAXES = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
}
"""How the name of a file ends, before ``.gz`` -> how it is parsed."""

LARGEST = 1 << 40
"""Bytes of a file as it is."""
EXPANSION = 100
"""Times its size that a packed file may become; what begat packs becomes about 40 times as large."""
ALLOWANCE = 1 << 26
"""Bytes that a packed file may become however small it is."""
DEEPEST = 64
"""Of JSON; the parser's own stack ends at some thousands."""
MOST_TERMS = 1_000
"""Triple terms in one statement; the parser's own stack ends at some thousands that are nested."""
LONGEST = 1 << 26
"""Bytes of one text in JSON."""
CHUNK = 1 << 24

STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
NEITHER = bytes(byte for byte in range(256) if byte not in b"[]{}")


class Bounded:
    """A file that refuses to give more than so many bytes, or a statement of nested triple terms."""

    def __init__(self, file: IO[bytes], limit: int, where: str) -> None:
        self.file, self.left, self.where = file, limit, where
        self.terms = 0

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes at most.

        Raises
        ------
        UnreadableFile
            If a limit is passed, or what is packed is damaged.
        """
        try:
            data = self.file.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableFile(f"the packed file is damaged ({error})", where=self.where) from error
        self.left -= len(data)
        if self.left < 0:
            hint = "If it is to be trusted, unpack it first."
            raise UnreadableFile("it becomes too large when it is unpacked", where=self.where, hint=hint)
        self._refuse_nested(data)
        return data

    def _refuse_nested(self, data: bytes) -> None:
        """Count what opens a triple term since the last end of a statement, ``.`` and a line's end."""
        if b"<<" not in data and not self.terms:
            return
        first, *later = data.split(b".\n")
        counts = [self.terms + first.count(b"<<"), *(part.count(b"<<") for part in later)]
        if max(counts) > MOST_TERMS:
            what = f"a statement holds more than {MOST_TERMS:,} triple terms"
            raise UnreadableFile(what, where=self.where, hint="RDF that nests them so deep is not read.")
        self.terms = counts[-1]


def syntax_of(path: Path) -> ox.RdfFormat | None:
    """Return the syntax that the name of a file says, None if it says none of `SYNTAXES`."""
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    return SYNTAXES.get(plain.suffix.lower())


@contextmanager
def opened(path: Path) -> Iterator[Bounded]:
    """Open an RDF file, unpacked where its name ends in ``.gz``.

    Raises
    ------
    UnreadableFile
        If it can't be opened, or is JSON-LD and nested too deep; see `refuse_deep`.
    """
    if syntax_of(path) == ox.RdfFormat.JSON_LD:
        refuse_deep(path)
    with _bounded(path) as file:
        yield file


@contextmanager
def _bounded(path: Path) -> Iterator[Bounded]:
    try:
        packed = path.suffix == ".gz"
        limit = EXPANSION * path.stat().st_size + ALLOWANCE if packed else LARGEST
        file: IO[bytes] = gzip.open(path) if packed else path.open("rb")  # type: ignore[assignment] # noqa: SIM115
    except OSError as error:
        raise UnreadableFile(f"the file can't be read ({error.strerror})", where=str(path)) from error
    with file:
        yield Bounded(file, limit, path.name)


def refuse_deep(path: Path) -> None:
    """Refuse JSON that nests deeper than anything sensible, before a parser with a stack sees it.

    Raises
    ------
    UnreadableFile
        If it is deeper than `DEEPEST`, or one text in it longer than `LONGEST`.

    Notes
    -----
    O(bytes), about 100 MB a second; holds a chunk of the file.
    """
    with _bounded(path) as file:
        depth, rest = 0, b""
        while chunk := file.read(CHUNK):
            outside = STRING.sub(b"", rest + chunk)
            begins = outside.find(b'"')
            rest = outside[begins:] if begins >= 0 else b""
            steps = _steps(outside[: len(outside) - len(rest)])
            if depth + int(steps.max(initial=0)) > DEEPEST or len(rest) > LONGEST:
                raise UnreadableFile("the JSON is nested too deep, or a text too long", where=path.name)
            depth += int(steps[-1]) if len(steps) else 0


def _steps(text: bytes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return after each bracket how much deeper it is than before the first."""
    brackets = np.frombuffer(text.translate(None, NEITHER), dtype=np.uint8)
    opens = (brackets == ord("[")) | (brackets == ord("{"))
    return np.cumsum(np.where(opens, 1, -1))
