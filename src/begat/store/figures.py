"""Figures that sources observed, as compact Data Cube: the present value of each figure of each subject.

One data set a source, kind of subject, method and date; one observation a subject in it, with a measure
property for each figure. ``rdf:type qb:Observation`` is left out, as the abbreviated form of the standard
allows; ``qb:dataSet`` says it. Earlier values stay in Parquet, and so do figures of a kind of thing that the
store names none of (`begat.store.things`); `begat validate` counts those.
"""

from datetime import date

import polars as pl

from begat import ids
from begat.snapshot import Snapshot
from begat.store.terms import Lines, constant, iris, literal, real, statements, typed
from begat.store.things import IRIS
from begat.vocab import BEGAT, DCT, QB, RDF, SKOS, XSD

__all__ = ["lines", "metrics"]

SET = ["source", "subject_kind", "method", "observed_on", "observed_before"]
SLICE = 200_000
"""Figures made into lines at a time."""


def lines(snapshot: Snapshot) -> Lines:
    """Yield data sets, measures and observations."""
    rows = _present(snapshot)
    yield from _sets(rows.unique("set", keep="first", maintain_order=True))
    yield from metrics(rows["metric"])
    yield from _components(rows["metric"])
    for part in rows.iter_slices(SLICE):
        yield from _observations(part)


def metrics(names: pl.Series) -> Lines:
    """Describe what is measured; one IRI for all spellings of one slug."""
    frame = _terms(names)
    yield from statements(
        frame, {RDF.TYPE: constant(QB.MEASURE_PROPERTY), SKOS.PREF_LABEL: literal(names.name)}
    )


def _terms(names: pl.Series) -> pl.DataFrame:
    distinct = names.drop_nulls().unique().sort()
    frame = distinct.to_frame().with_columns(subject=iris("metric", distinct))
    return frame.unique("subject", keep="first", maintain_order=True)


def _components(names: pl.Series) -> Lines:
    """Name every measure in the one structure that all these data sets have."""
    frame = _terms(names)
    slug = frame["subject"].str.strip_prefix(f"<{ids.BASE}/metric/")
    node = pl.concat_str(pl.lit(f"<{ids.BASE}/component/"), slug)
    frame = frame.select(measure="subject", subject=node)
    yield from statements(frame, {QB.MEASURE: pl.col("measure")})
    structure = frame.select(subject=pl.lit(f"<{BEGAT.FIGURE_STRUCTURE}>"), component="subject")
    yield from statements(structure, {QB.COMPONENT: pl.col("component")})


def _present(snapshot: Snapshot) -> pl.DataFrame:
    """Return the newest figure of each subject, metric and source, with the terms of subject and data set.

    They are numbered in the whole snapshot, so that one node is the same in a part of it.
    """
    rows = snapshot.whole.frame("observations", ["subject", "metric", "value", *SET])
    rows = rows.filter(pl.col("subject_kind").is_in(list(IRIS)))
    rows = _institutions(snapshot.whole, rows)
    order = ["source", "subject_kind", "metric", "subject"]
    day = pl.coalesce("observed_on", "observed_before")
    rows = rows.with_columns(day=day).sort(*order, "day", "value", nulls_last=False)
    rows = rows.unique(order, keep="last", maintain_order=True)
    node = ["source", "subject_kind", "subject", "day", "method", "observed_on"]
    rows = rows.sort(node, maintain_order=True).pipe(_placed)
    return snapshot.own("observations", rows)


def _institutions(snapshot: Snapshot, rows: pl.DataFrame) -> pl.DataFrame:
    """Take the names that a source has for institutions for their ids."""
    known = snapshot.frame("institutions", ["id", "osir"]).drop_nulls()
    other = pl.col("subject").replace(dict(zip(known["osir"], known["id"], strict=True)))
    return rows.with_columns(
        subject=pl.when(pl.col("subject_kind") == "institution").then(other).otherwise("subject")
    )


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    sets = rows.select(SET).unique(maintain_order=True)
    names = [_set_iri(**row) for row in sets.iter_rows(named=True)]
    sets = sets.with_columns(set=pl.Series(names, dtype=pl.String))
    placed = rows.join(sets, on=SET, how="left", nulls_equal=True, maintain_order="left")
    number = pl.struct("set", "subject").rle_id() + 1
    return placed.with_columns(number=number)


def _set_iri(
    *,
    source: str,
    subject_kind: str,
    method: str | None,
    observed_on: date | None,
    observed_before: date | None,
) -> str:
    """Address of a data set; the date of figures without one begins with ``before-``."""
    day = str(observed_on or f"before-{observed_before}")
    return f"<{ids.minted_iri('figures', source, subject_kind, *([method] if method else []), day)}>"


def _sets(sets: pl.DataFrame) -> Lines:
    yield from statements(
        sets.with_columns(subject=pl.col("set"), origin=iris("source", sets["source"])),
        {
            RDF.TYPE: constant(QB.DATA_SET_CLASS),
            QB.STRUCTURE: constant(BEGAT.FIGURE_STRUCTURE),
            DCT.SOURCE: pl.col("origin"),
            BEGAT.EXTRACTION_METHOD: literal("method"),
            BEGAT.REF_PERIOD: typed("observed_on", XSD.DATE),
            BEGAT.REF_BEFORE: pl.when(pl.col("observed_on").is_null()).then(
                typed("observed_before", XSD.DATE)
            ),
        },
    )


def _observations(rows: pl.DataFrame) -> Lines:
    place = pl.col("set").str.strip_suffix(">")
    node = pl.concat_str(place, pl.lit("/"), pl.col("number").cast(pl.String), pl.lit(">"))
    frame = rows.with_columns(node=node, about=_subjects(rows))
    first = frame.unique("node", keep="first", maintain_order=True)
    yield from statements(
        first.with_columns(subject="node"),
        {QB.DATA_SET: pl.col("set"), BEGAT.SUBJECT: pl.col("about")},
    )
    for (metric,), part in frame.group_by("metric", maintain_order=True):
        predicate = ids.minted_iri("metric", ids.slug(str(metric)))
        yield from statements(part.with_columns(subject="node"), {predicate: real("value")})


def _subjects(rows: pl.DataFrame) -> pl.Series:
    """Return the IRIs of subjects of several kinds."""
    numbered = rows.select("subject_kind", "subject").with_row_index("row")
    parts = [
        part.select("row", about=iris(str(kind), part["subject"]))
        for (kind,), part in numbered.group_by("subject_kind", maintain_order=True)
    ]
    return pl.concat(parts).sort("row")["about"]
