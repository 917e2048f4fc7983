"""What each source said, kept in a snapshot and read back from it as statements."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from begat.records import TABLES, schema
from begat.resolve import Statements, coded, slices
from begat.sources.base import Source, discover

if TYPE_CHECKING:
    import pyarrow as pa

    from begat.resolve import Pieces
    from begat.snapshot.opened import Snapshot

__all__ = ["statements", "told"]

NAMES_ITS_SOURCE = {name for name, record in TABLES.items() if "source" in record._fields}


def told(part: Statements) -> "tuple[Iterator[tuple[str, Pieces]], Mapping[str, Any]]":
    """Return what a source says as tables without empty columns, and the facts to read it back by."""
    tables = ((name, _told(name, frame)) for name, frame in part.frames.items() if len(frame))
    source = part.source
    facts = {
        "title": source.title,
        "licence": source.licence,
        "date": str(part.date),
        "authority": source.authority,
        "curated": source.curated,
    }
    return tables, facts


def _told(name: str, frame: pl.DataFrame) -> "Pieces":
    import pyarrow as pa

    declared = schema(TABLES[name])
    said = [field for field in declared if field.name != "source"]
    said = [field for field in said if frame[field.name].null_count() < len(frame)]
    for piece in slices(frame.select([field.name for field in said])):
        yield piece.to_arrow().cast(pa.schema(said))


def statements(snapshot: "Snapshot") -> list[Statements]:
    """Return what every source of a snapshot said.

    Where that is not kept (a synthetic Hub, what is kept apart) it is read from the tables: a row of one
    source is what that source said, a row merged from several counts as said by the first of them.
    """
    kept = snapshot.stated()
    parts = [_statements(name, tables, facts) for name, (tables, facts) in kept.items()]
    lost = {row["source"]: row for row in snapshot.sources if row["source"] not in kept}
    if lost:
        rows = {name: snapshot.frame(name) for name in TABLES if name != "contested"}
        parts += [_from_tables(name, rows, facts) for name, facts in lost.items()]
    return parts + [_statements(name, tables, facts) for name, (tables, facts) in snapshot.apart().items()]


def _from_tables(name: str, rows: Mapping[str, pl.DataFrame], facts: Mapping[str, Any]) -> Statements:
    frames = {}
    for table, frame in rows.items():
        own = pl.col("source") if table in NAMES_ITS_SOURCE else pl.col("sources").list.first()
        found = frame.filter(own == name)
        if "listed" in frame.columns:
            gone = (
                pl.col("last_listed").is_not_null() if "last_listed" in frame.columns else pl.lit(value=False)
            )
            found = found.filter(pl.col("listed") | gone)
        if table == "inferences":
            found = found.clear()
        frames[table] = found.drop("sources", strict=False)
    return _statements(name, {table: frame.to_arrow() for table, frame in frames.items()}, facts)


def _statements(name: str, tables: Mapping[str, "pa.Table"], facts: Mapping[str, Any]) -> Statements:
    frames = {}
    for table, record in TABLES.items():
        if table == "contested":
            continue
        empty = pl.DataFrame(pl.from_arrow(schema(record).empty_table()))
        said = pl.DataFrame(pl.from_arrow(tables[table])) if table in tables else empty
        lost = [
            pl.lit(None, kind).alias(column) for column, kind in empty.schema.items() if column not in said
        ]
        frames[table] = said.with_columns(lost).select(empty.columns).with_columns(source=pl.lit(name))
    frames["observations"] = coded(frames["observations"])
    return Statements(_source(name, facts), date.fromisoformat(facts["date"]), frames)


def _source(name: str, facts: Mapping[str, Any]) -> Source:
    """Return the source of a name, or what is known of one that begat no longer has."""
    unknown = Source(
        name,
        facts["title"],
        facts["licence"],
        (),
        authority=facts.get("authority", 1),
        curated=facts.get("curated", False),
    )
    return discover().get(name, unknown)
