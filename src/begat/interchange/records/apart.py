"""Statements taken apart: which are values of rows, which are manifests, which are neither."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from begat import ids
from begat.interchange.records.written import COLUMN, DATATYPES, GRAPHS, MANIFEST_OF, RECORD, column_kinds
from begat.records import TABLES
from begat.snapshot.opened import MANIFEST
from begat.store.line import LITERAL, NODE, unescaped
from begat.vocab import XSD

__all__ = ["SHOWN", "Taken"]

SHOWN = 5
"""Of what is wrong or set aside, so many are named."""
LONGEST = 160
"""Characters of a statement that are shown."""
MOST_MANIFESTS = 10_000

SUBJECT = (
    rf"^<{re.escape(RECORD)}/([0-9a-f]{{12}})/(?:([A-Za-z0-9._:~@%/-]+)/)?([1-9][0-9]{{0,8}}|{MANIFEST})>$"
)
PREDICATE = rf"^<{re.escape(COLUMN)}([a-z_]+)\.([a-z_0-9]+)>$"
OBJECT = r'^"(.*)"(?:\^\^<([^>]*)>)?(?: <([^>]*)>)? \.$'
OTHER = rf"^(?:{NODE}|{LITERAL})(?: <([^>]*)>)? \.$"
"""What follows a predicate; the group is the graph, null for the default graph."""


def _kinds() -> pl.DataFrame:
    """Return the datatype of each column of each table."""
    rows = [
        (table, column, DATATYPES[kind]) for table in TABLES for column, kind in column_kinds(table).items()
    ]
    return pl.DataFrame(rows, schema=["table", "column", "wanted"], orient="row")


@dataclass
class Taken:
    """What a file says, taken in piece by piece.

    Attributes
    ----------
    folder : Path
        Where the values of rows are put, a Parquet file a piece: ``place, row, column, value``.
    seen, values, other, aside, faulty : int
        Statements: ``seen = values + manifests + other + aside + faulty``.
    manifests : dict
        Place of each manifest -> its text.
    snapshots : set of str
        Beginnings of the digests that the rows belong to.
    faults, examples : list of str
        The first faulty ones, and the first set aside, with their number in the file.
    """

    folder: Path
    kinds: pl.DataFrame = field(default_factory=_kinds)
    seen: int = 0
    values: int = 0
    other: int = 0
    aside: int = 0
    faulty: int = 0
    manifests: dict[str, str] = field(default_factory=dict)
    snapshots: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def take(self, lines: pl.Series) -> None:
        """Take canonical lines of N-Quads apart."""
        parts = pl.col("line").str.splitn(" ", 3).struct
        frame = pl.DataFrame({"line": lines}).with_row_index("number", offset=self.seen + 1)
        frame = frame.with_columns(
            subject=parts.field("field_0"), predicate=parts.field("field_1"), rest=parts.field("field_2")
        )
        ours = pl.col("subject").str.starts_with(f"<{RECORD}/")
        manifest = ours & (pl.col("predicate") == f"<{MANIFEST_OF}>")
        self._values(frame.filter(ours & ~manifest))
        self._manifests(frame.filter(manifest))
        self._others(frame.filter(~ours))
        self.seen += len(lines)

    def _values(self, frame: pl.DataFrame) -> None:
        cells = frame.select(
            "number",
            "line",
            *_groups("subject", SUBJECT, "snapshot", "place", "row"),
            *_groups("predicate", PREDICATE, "table", "column"),
            *_groups("rest", OBJECT, "value", "datatype", "graph"),
        ).join(self.kinds, on=["table", "column"], how="left", maintain_order="left")
        good = cells.select(_is_value().fill_null(value=False)).to_series()
        self._fault(cells.filter(~good))
        kept = cells.filter(good)
        self.values += len(kept)
        self.snapshots.update(kept["snapshot"].unique())
        rows = kept.select("place", pl.col("row").cast(pl.UInt32), "column", unescaped(pl.col("value")))
        rows.sort("place").write_parquet(self.folder / f"{self.seen:015}.parquet")

    def _manifests(self, frame: pl.DataFrame) -> None:
        found = frame.select(
            "number",
            "line",
            *_groups("subject", SUBJECT, "snapshot", "place", "row"),
            *_groups("rest", OBJECT, "value", "datatype", "graph"),
        ).with_columns(value=unescaped(pl.col("value")), place=pl.col("place").fill_null(""))
        for row in found.iter_rows(named=True):
            whole = row["row"] == MANIFEST and row["value"] is not None and row["datatype"] is None
            if not whole or row["place"] in self.manifests or len(self.manifests) >= MOST_MANIFESTS:
                self._fault(pl.DataFrame([row]))
                continue
            self.manifests[row["place"]] = row["value"]
            self.snapshots.add(row["snapshot"])

    def _others(self, frame: pl.DataFrame) -> None:
        graph = frame.select(
            "number", "line", *_groups("rest", OTHER, "graph"), plain=pl.col("rest").str.contains(OTHER)
        )
        known = pl.col("plain") & pl.col("graph").fill_null(ids.GRAPHS).str.starts_with(ids.GRAPHS)
        strange = graph.filter(~known)
        self.other += len(graph) - len(strange)
        self.aside += len(strange)
        self.examples += _shown(strange, SHOWN - len(self.examples))

    def _fault(self, rows: pl.DataFrame) -> None:
        self.faulty += len(rows)
        self.faults += _shown(rows, SHOWN - len(self.faults))


def _groups(column: str, pattern: str, *names: str) -> list[pl.Expr]:
    """Return the groups of a pattern as columns, null where it does not match."""
    found = pl.col(column).str.extract_groups(pattern).struct
    return [found[number].alias(name) for number, name in enumerate(names)]


def _is_value() -> pl.Expr:
    """Whether all parts of a record fit together: table, column, datatype, graph."""
    graph = pl.concat_str(pl.lit(f"{GRAPHS}/"), "place")
    return (
        (pl.col("place").str.extract("([^/]+)$") == pl.col("table"))
        & (pl.col("row") != MANIFEST)
        & (pl.col("datatype").fill_null(XSD.STRING) == pl.col("wanted"))
        & (pl.col("graph").fill_null(graph) == graph)
        & pl.col("value").is_not_null()
    )


def _shown(rows: pl.DataFrame, count: int) -> list[str]:
    """Return the first few statements with their numbers."""
    first = rows.head(max(count, 0)).select("number", "line").iter_rows()
    return [f"statement {number:,}: {line[:LONGEST]}" for number, line in first]
