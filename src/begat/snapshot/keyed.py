"""Rows by key: large tables once more, sorted by a column, in pieces of which few are read for a key."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.files import atomic_file
from begat.snapshot.opened import Snapshot

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import FileMetaData

__all__ = ["KEYS", "Keyed"]

KEYS: dict[str, tuple[str, ...]] = {
    "models": ("id",),
    "datasets": ("id",),
    "accounts": ("institution", "account"),
    "derivations": ("child", "parent"),
    "inferences": ("child", "parent"),
    "trained_on": ("model", "dataset"),
    "evaluations": ("model", "benchmark"),
    "observations": ("subject",),
    "aliases": ("id", "resolved"),
    "contested": ("id",),
}
"""Columns by which rows of a table are asked for."""
LARGE = 65_536
"""Rows of a table that is worth a second copy; a smaller one is read whole in as little time."""
PIECE = 512
MOST = 256
"""Pieces beyond which the table itself is read."""
PLACE = "place in the table"


@dataclass(frozen=True)
class Keyed(Snapshot):
    """A snapshot that reads rows by key without a scan, where `write` has prepared it.

    It says the same as the snapshot, in the same order; what is not prepared, or damaged, is read from
    the tables.

    Parameters
    ----------
    path : Path
        The snapshot's folder.
    folder : Path
        Where the sorted copies lie.
    """

    folder: Path

    def table(self, name: str, columns: Sequence[str] | None = None, *, where: Any = None) -> "pa.Table":
        """Read a table, or some columns and rows of it; see `Snapshot.table`.

        A list of filters, of which one asks with ``=`` or ``in`` for values of one of `KEYS`, costs one
        piece of 512 rows a value: 0.4 ms; the first such asks for the directory of that copy too, 50 ms for a
        million rows.
        """
        import pyarrow as pa

        for column, how, value in where if isinstance(where, list) else ():
            pieces = self._pieces(name, column) if how in ("=", "in") else None
            if pieces is None:
                continue
            wanted = [value] if how == "=" else value
            try:
                found = pieces.matching(wanted, columns, where)
            except (OSError, pa.ArrowException):
                break
            if found is not None:
                return found
        return super().table(name, columns, where=where)

    def write(self, *, large: int = LARGE) -> None:
        """Prepare the large tables, where it is not done; at three million models 20 s CPU."""
        for name, columns in KEYS.items():
            for column in columns:
                if self.rows(name) > large and self._pieces(name, column) is None:
                    with atomic_file(self._path(name, column)) as work:
                        _write(super().table(name), column, work)
        self._opened.clear()

    def _pieces(self, name: str, column: str) -> "Pieces | None":
        """Return a table by a column, None where it is not prepared; each is opened when first asked."""
        import pyarrow as pa

        if column not in KEYS.get(name, ()):
            return None
        if (name, column) not in self._opened:
            try:
                self._opened[name, column] = Pieces.of(self._path(name, column), column)
            except (OSError, pa.ArrowException):
                self._opened[name, column] = None
        return self._opened[name, column]

    @cached_property
    def _opened(self) -> dict[tuple[str, str], "Pieces | None"]:
        return {}

    def _path(self, name: str, column: str) -> Path:
        return self.folder / f"{name}-{column}.parquet"


@dataclass(frozen=True)
class Pieces:
    """A table sorted by a column, and the smallest and largest value of each of its pieces."""

    path: Path
    column: str
    facts: "FileMetaData"
    firsts: list[str]
    lasts: list[str]

    @classmethod
    def of(cls, path: Path, column: str) -> "Pieces":
        """Open a file that `_write` wrote."""
        import pyarrow.parquet as pq

        facts = pq.read_metadata(path)
        place = facts.schema.to_arrow_schema().get_field_index(column)
        bounds = [facts.row_group(number).column(place).statistics for number in range(facts.num_row_groups)]
        return cls(path, column, facts, [item.min for item in bounds], [item.max for item in bounds])

    def matching(
        self, values: Collection[str], columns: Sequence[str] | None, where: list[Any]
    ) -> "pa.Table | None":
        """Return the rows that filters let through, in the table's order; None if many pieces hold them."""
        import pyarrow.parquet as pq

        numbers = sorted({number for value in values for number in self._holding(value)})
        if len(numbers) > MOST:
            return None
        asked = None if columns is None else list({*columns, *(item[0] for item in where), PLACE})
        with pq.ParquetFile(
            self.path, metadata=self.facts, memory_map=True, page_checksum_verification=True
        ) as file:
            rows = file.read_row_groups(numbers, columns=asked, use_threads=False)
        rows = rows.filter(pq.filters_to_expression(where)).sort_by(PLACE)
        return rows.drop_columns([PLACE]) if columns is None else rows.select(list(columns))

    def _holding(self, value: str) -> Iterator[int]:
        yield from range(bisect_left(self.lasts, value), bisect_right(self.firsts, value))


def _write(table: "pa.Table", column: str, path: Path) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = table.append_column(PLACE, pa.array(np.arange(len(table), dtype=np.uint32)))
    table = table.filter(pc.is_valid(table[column]))
    table = table.sort_by([(column, "ascending"), (PLACE, "ascending")])
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        table,
        path,
        row_group_size=PIECE,
        compression="lz4",
        write_statistics=[column],
        write_page_checksum=True,
    )
