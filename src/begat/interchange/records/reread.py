"""RDF of the records of a snapshot, read back: the same tables, the same files, the same digest.

Whatever the syntax, the file is parsed by pyoxigraph and by nothing else; its canonical lines are then taken
apart in columns. What became of each statement is known::

    seen = values of rows + manifests + other statements of begat + set aside

Other statements of begat (the projection, the description of the columns) are left out: they follow from
the tables. What stands in a graph that is none of begat's is set aside with its place. A record that can't
be read refuses the whole file, with all that is wrong, for a snapshot is whole or absent.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, cast

import polars as pl
import pyoxigraph as ox

from begat.errors import InputError, ShapeError, UnreadableFile
from begat.interchange.records.apart import SHOWN, Taken
from begat.interchange.records.manifest import Manifest, table_places
from begat.interchange.records.rows import table_of
from begat.interchange.records.written import column_kinds
from begat.records import TABLES, fields, schema
from begat.resolve import slices
from begat.snapshot import Snapshot, write_snapshot
from begat.snapshot.opened import SHARE_ALIKE, STATED
from begat.store.rdf_file import SYNTAXES, opened, syntax_of

if TYPE_CHECKING:
    from begat.resolve import Pieces

__all__ = ["Records", "read_rdf"]

CHUNK = 200_000
"""Statements taken apart at a time."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Records:
    """A snapshot as a file holds it, checked and ready to be written.

    Attributes
    ----------
    taken : Taken
        Counts of its statements, and what was set aside.
    manifest : Manifest
        What its ``SOURCES.toml`` says.
    parts : dict
        The manifest of each part, by its place.
    folder : Path
        The tables, each as a file.
    """

    taken: Taken
    manifest: Manifest
    parts: dict[str, Manifest]
    folder: Path

    def write(self, folder: Path) -> Snapshot:
        """Write the snapshot into a folder of snapshots, whole or not at all."""
        return write_snapshot(
            ((table, self._pieces(table, whole=True)) for table in TABLES),
            folder,
            name=self.manifest.name,
            on=self.manifest.day,
            sources=self.manifest.sources,
            annexes=self._parts(SHARE_ALIKE),
            stated=self._parts(STATED),
        )

    def _parts(self, kind: str) -> Iterator[tuple[str, tuple[Any, Any]]]:
        for place, manifest in self.parts.items():
            if place.startswith(f"{kind}/"):
                (name, facts), whole = next(iter(manifest.sources.items())), kind == SHARE_ALIKE
                tables = ((table, self._pieces(f"{place}/{table}", whole=whole)) for table in manifest.tables)
                yield name, (tables, facts)

    def _pieces(self, place: str, *, whole: bool) -> "Pieces":
        """Yield a table as it was; of what a source said, only the columns in which it says something."""
        import pyarrow as pa

        frame = pl.read_ipc(self.folder / _file(place))
        declared = schema(TABLES[place.rpartition("/")[2]])
        said = [item for item in declared if whole or frame[item.name].null_count() < len(frame)]
        for piece in slices(frame.select([item.name for item in said])):
            yield piece.to_arrow().cast(pa.schema(said))


@contextmanager
def read_rdf(path: Path, *, progress: Progress = lambda _: None) -> Iterator[Records]:
    """Read the records of a snapshot from a file of RDF.

    Parameters
    ----------
    path : Path
        One of `begat.store.rdf_file.SYNTAXES` by its suffix; with ``.gz`` after it, packed.
    progress : function
        Told how far it is.

    Raises
    ------
    UnreadableFile
        If it can't be parsed, or becomes too large when it is unpacked.
    ShapeError
        If it holds no records, or any that is wrong; the first of each kind are named.

    Notes
    -----
    O(statements), about 300,000 a second of one core. Holds one table, and lies in the folder for
    temporary files meanwhile.
    """
    with TemporaryDirectory(prefix="begat-rdf-") as work:
        cells, tables = Path(work) / "cells", Path(work) / "tables"
        cells.mkdir()
        tables.mkdir()
        taken = Taken(cells)
        for lines in _lines(path):
            taken.take(lines)
            progress(f"{taken.seen:,} statements")
        manifest, parts = _manifests(taken, path)
        progress("tables")
        _assemble(taken, {"": manifest, **parts}, tables, path)
        yield Records(taken, manifest, parts, tables)


def _lines(path: Path) -> Iterator[pl.Series]:
    """Yield the statements of a file as canonical lines."""
    syntax = syntax_of(path)
    if syntax is None:
        hint = f"It reads files that end in {', '.join(SYNTAXES)}, also with .gz after it."
        raise InputError("RDF is not read from a file of this kind", where=str(path), hint=hint)
    with opened(path) as file:
        try:
            quads = ox.parse(cast("IO[bytes]", file), format=syntax)
            while text := ox.serialize(islice(quads, CHUNK), format=ox.RdfFormat.N_QUADS):
                yield pl.Series(text.decode().removesuffix("\n").split("\n"))
        except SyntaxError as error:
            raise UnreadableFile(f"it can't be parsed ({error})", where=str(path)) from error


def _manifests(taken: Taken, path: Path) -> tuple[Manifest, dict[str, Manifest]]:
    """Return what the manifests say, of the snapshot and of its parts."""
    if not taken.manifests.get("") and not taken.faulty:
        hint = "Export a whole snapshot with its records: begat export --as nquads -o FILE."
        raise ShapeError("the file holds no records of a snapshot", where=str(path), hint=hint)
    faults = [*taken.faults, *([f"{taken.faulty:,} faulty records"] if taken.faulty > SHOWN else [])]
    if len(taken.snapshots) > 1:
        faults.append(f"records of several snapshots: {', '.join(sorted(taken.snapshots))}")
    found = {}
    for place, text in taken.manifests.items():
        try:
            found[place] = Manifest.read(text, place)
        except ValueError as error:
            faults.append(f"{place}/SOURCES.toml: {error}".lstrip("/"))
    _refuse(faults, path)
    whole = found.pop("")
    return whole, dict(sorted(found.items()))


def _assemble(taken: Taken, manifests: dict[str, Manifest], folder: Path, path: Path) -> None:
    """Put the values of each table together and write it into a folder."""
    sizes = table_places(manifests)
    values = pl.scan_parquet(taken.folder / "*.parquet")
    known = set(values.select(pl.col("place").unique()).collect()["place"])
    faults = [f"no manifest names a table {place}" for place in sorted(known - set(sizes))]
    for place, rows in sizes.items():
        table = place.rpartition("/")[2]
        given = values.filter(pl.col("place") == place).select("row", "column", "value").collect()
        required = (
            [] if place.startswith(STATED) else [c.name for c in fields(TABLES[table]) if not c.optional]
        )
        frame, wrong = table_of(given, column_kinds(table), required, rows)
        faults += [f"table {place}: {fault}" for fault in wrong]
        frame.write_ipc(folder / _file(place))
    _refuse(faults, path)


def _file(place: str) -> str:
    return place.replace("/", "|") + ".arrow"


def _refuse(faults: list[str], path: Path) -> None:
    if faults:
        more = f"; and {len(faults) - SHOWN:,} more" if len(faults) > SHOWN else ""
        raise ShapeError(
            f"its records are not what begat wrote: {'; '.join(faults[:SHOWN])}{more}",
            where=str(path),
            hint="Export again, or import the sources themselves.",
        )
