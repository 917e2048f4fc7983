"""A snapshot's tables as RDF that loses nothing: a node for each row, a property for each column.

The projection (`begat.store.quads`) says what the tables mean and leaves out what nobody walks through; these
say what stands in them, letter for letter, so that the same files can be made of them again (`reread`).
Each property belongs to one column of one table; the ontology term of the column is named beside it and not
used itself, because a row holds ids and texts where the term wants things.

- ``id/record/{snapshot}/{place}/{number}``: row `number` of the table at `place`, ``models`` or
  ``statements/{source}/models``, of the snapshot whose digest begins so;
- ``record#{table}.{column}``: a column; a row without a value in it has no statement of it;
- ``g/begat/records/{place}``: the graph that the rows of a table stand in.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import polars as pl

from begat import ids
from begat.records import TABLES, fields, schema
from begat.snapshot import Snapshot
from begat.snapshot.opened import MANIFEST, reading
from begat.store.line import CANONICAL, escaped
from begat.vocab import PREFIXES, RDF, RDFS, XSD

__all__ = ["COLUMN", "DATATYPES", "GRAPHS", "MANIFEST_OF", "RECORD", "column_kinds", "lines"]

RECORD = f"{ids.BASE}/record"
COLUMN = "https://w3id.org/begat/record#"
GRAPHS = f"{ids.GRAPHS}/begat/records"
MANIFEST_OF = f"{COLUMN}manifest"
"""Leads from a snapshot, or a part of it, to the text of its ``SOURCES.toml``."""
DIGITS = 12
"""Of the snapshot's digest in the IRI of a row."""
SUBJECT = "<row>"
"""Column of the rows' IRIs, a name that no table uses."""
SLICE = 250_000
"""Rows made into lines at a time."""
JSON = f"{PREFIXES['rdf']}JSON"

DATATYPES = {
    pl.String(): XSD.STRING,
    pl.Int64(): XSD.INTEGER,
    pl.Float64(): f"{PREFIXES['xsd']}double",
    pl.Boolean(): XSD.BOOLEAN,
    pl.Date(): XSD.DATE,
    pl.Datetime("us", "UTC"): XSD.DATE_TIME,
    pl.List(pl.String): JSON,
}
"""Type of a column -> datatype of its values."""


def lines(snapshot: Snapshot) -> Iterator[pl.Series]:
    """Yield the lines of N-Quads that hold every row of every table of a snapshot.

    Raises
    ------
    StoreError
        If a file of the snapshot is damaged.

    Notes
    -----
    O(values), about two million lines a second of one core; memory: `SLICE` rows.
    """
    yield _columns()
    yield pl.Series([_manifest(snapshot, path) for path in sorted(snapshot.path.rglob(MANIFEST))])
    for path in sorted(snapshot.path.rglob("*.parquet")):
        place = _place(snapshot, path.with_suffix(""))
        start = 1
        for rows in _slices(path):
            yield from _values(rows, place, start, snapshot.digest[:DIGITS])
            start += len(rows)


def column_kinds(table: str) -> Mapping[str, pl.DataType]:
    """Return the columns of a table with their types."""
    return pl.DataFrame(pl.from_arrow(schema(TABLES[table]).empty_table())).schema


def _place(snapshot: Snapshot, path: Path) -> str:
    """Path of a table inside the snapshot, fit for an IRI."""
    return "/".join(ids.segment(part) for part in path.relative_to(snapshot.path).parts)


def _manifest(snapshot: Snapshot, path: Path) -> str:
    text = path.read_text(encoding="utf-8").translate({ord(raw): code for raw, code in CANONICAL.items()})
    subject = f"{RECORD}/{snapshot.digest[:DIGITS]}/{_place(snapshot, path)}"
    return f'<{subject}> <{MANIFEST_OF}> "{text}" <{GRAPHS}/{MANIFEST}> .'


def _slices(path: Path) -> Iterator[pl.DataFrame]:
    import pyarrow.parquet as pq

    with reading(path), pq.ParquetFile(path) as file:
        for batch in file.iter_batches(SLICE):
            yield pl.DataFrame(pl.from_arrow(batch))


def _values(rows: pl.DataFrame, place: str, start: int, snapshot: str) -> Iterator[pl.Series]:
    number = pl.int_range(start, start + pl.len()).cast(pl.String)
    subject = pl.concat_str(pl.lit(f"<{RECORD}/{snapshot}/{place}/"), number, pl.lit("> "))
    named = rows.select(subject.alias(SUBJECT))
    table = place.rpartition("/")[2]
    for column in rows.get_columns():
        line = pl.concat_str(
            SUBJECT,
            pl.lit(f"<{COLUMN}{table}.{column.name}> "),
            _literal(column),
            pl.lit(f" <{GRAPHS}/{place}> ."),
        )
        yield named.with_columns(column).select(line).to_series().drop_nulls()


def _literal(column: pl.Series) -> pl.Expr:
    """Return the values as literals from which they come back exactly; null stays null."""
    value, kind = pl.col(column.name), column.dtype
    if kind == pl.Float64:
        text = value.cast(pl.String).replace({"inf": "INF", "-inf": "-INF"})
    elif kind == pl.Datetime:
        text = value.dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")
    elif kind == pl.List:
        text = escaped(_json(value, column.name))
    else:
        text = escaped(value) if kind == pl.String else value.cast(pl.String)
    mark = "" if kind == pl.String else f"^^<{DATATYPES[kind]}>"
    return pl.concat_str(pl.lit('"'), text, pl.lit(f'"{mark}'))


def _json(value: pl.Expr, name: str) -> pl.Expr:
    """Return lists as JSON; Polars writes structs only, so the text around the one field is cut off."""
    whole = pl.struct(value).struct.json_encode()
    return pl.when(value.is_not_null()).then(whole.str.head(-1).str.slice(len(name) + 4))


def _columns() -> pl.Series:
    """Describe each column: its name, its datatype, its ontology term and unit."""
    return pl.Series(list(chain.from_iterable(_described(table) for table in TABLES)))


def _described(table: str) -> Iterator[str]:
    kinds = column_kinds(table)
    graph = f"<{GRAPHS}/columns> ."
    for column in fields(TABLES[table]):
        subject = f"<{COLUMN}{table}.{column.name}>"
        prefix, _, local = column.term.term.partition(":")
        yield f"{subject} <{RDF.TYPE}> <{PREFIXES['rdf']}Property> {graph}"
        yield f'{subject} <{RDFS.LABEL}> "{column.name}" {graph}'
        yield f"{subject} <{PREFIXES['rdfs']}range> <{DATATYPES[kinds[column.name]]}> {graph}"
        if prefix:
            yield f"{subject} <{RDFS.SEE_ALSO}> <{PREFIXES[prefix]}{local}> {graph}"
        if column.term.unit:
            yield f'{subject} <{PREFIXES["schema"]}unitText> "{column.term.unit}" {graph}'
