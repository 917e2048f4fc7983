"""What sources state otherwise than the tables keep it, a node a value; and who was counted by a ranking."""

import polars as pl

from begat import ids
from begat.records import TABLES, fields
from begat.snapshot import Snapshot
from begat.store.terms import Lines, constant, iris, literal, statements, typed
from begat.store.things import IRIS
from begat.vocab import BEGAT, DCAT, DCT, PREFIXES, RDF, XSD

__all__ = ["contested", "listings"]


def contested(snapshot: Snapshot) -> Lines:
    """Yield each contested value with the one that is kept, both as text, and their sources."""
    columns = ["kind", "id", "field", "kept", "kept_source", "value", "source"]
    rows = snapshot.whole.frame("contested", columns).filter(pl.col("kind").is_in(list(IRIS)))
    rows = rows.with_columns(number=(pl.int_range(pl.len()).over("kind") + 1).cast(pl.String))
    for (kind,), part in snapshot.own("contested", rows).group_by("kind", maintain_order=True):
        base = f"{ids.BASE}/contested/{kind}/"
        frame = part.with_columns(
            subject=pl.concat_str(pl.lit(f"<{base}"), "number", pl.lit(">")),
            about=iris(str(kind), part["id"]),
            property=pl.col("field").replace_strict(
                _properties(str(kind)), default=None, return_dtype=pl.String
            ),
            origin=iris("source", part["source"]),
            other=iris("source", part["kept_source"]),
        )
        yield from statements(
            frame,
            {
                RDF.TYPE: constant(BEGAT.CONTESTED_VALUE),
                BEGAT.SUBJECT: pl.col("about"),
                BEGAT.CONTESTED_PROPERTY: pl.col("property"),
                BEGAT.OTHER_VALUE: literal("value"),
                DCT.SOURCE: pl.col("origin"),
                BEGAT.KEPT_VALUE: literal("kept"),
                BEGAT.KEPT_SOURCE: pl.col("other"),
            },
        )


def _properties(kind: str) -> dict[str, str]:
    """Return the terms of the fields of a kind of thing."""
    found = {}
    for name, _, _, term in fields(TABLES[f"{kind}s"]):
        prefix, _, local = term.term.partition(":")
        if prefix in PREFIXES:
            found[name] = f"<{PREFIXES[prefix]}{local}>"
    return found


def listings(snapshot: Snapshot) -> Lines:
    """Yield the editions of rankings, and which models and datasets each of them counted.

    The figures that a ranking counted them with are observations; its other columns stay in Parquet.
    """
    rows = snapshot.frame("listings", ["edition", "kind", "entity", "source"]).drop_nulls("entity")
    rows = rows.filter(pl.col("kind").is_in(["model", "dataset"])).unique(maintain_order=True)
    day = pl.col("edition").cast(pl.String)
    base = pl.lit(f"<{ids.BASE}/listing/")
    rows = rows.with_columns(place=pl.concat_str(base, "source", pl.lit("/"), day, pl.lit(">")))
    editions = rows.unique("place", keep="first", maintain_order=True)
    yield from statements(
        editions.with_columns(subject="place", origin=iris("source", editions["source"])),
        {
            RDF.TYPE: constant(DCAT.CATALOG),
            DCT.SOURCE: pl.col("origin"),
            DCT.ISSUED: typed("edition", XSD.DATE),
        },
    )
    for (kind,), part in rows.group_by("kind", maintain_order=True):
        frame = part.with_columns(subject=iris(str(kind), part["entity"]))
        yield from statements(frame, {DCT.IS_REFERENCED_BY: pl.col("place")})
