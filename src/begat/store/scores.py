"""Scores as RDF Data Cube observations: one data set a measure, level and version, one observation a subject.

The best of each data set are a slice, so that a list of the first hundred is a look-up.

Only the measures that tables show, and only those with recorded derivatives: whoever has none has 0 of every
count, and millions of zeros would say nothing more. Values that are not known have no observation either.
"""

import json
from pathlib import Path
from typing import Any

import polars as pl

from begat import ids
from begat.snapshot import Snapshot
from begat.store.catalogue import spellings
from begat.store.terms import Lines, constant, decimal, graphs, iris, literal, statements, typed
from begat.vocab import BEGAT, DCT, DQV, QB, RDF, SKOS, XSD

__all__ = ["BEST", "lines", "versions"]

BEST = 1_000
"""Observations of a slice."""

LEVELS = ("model", "family", "account", "institution", "country")
"""Levels whose members are things of the store."""

PLACES = 15
"""Decimal places of a value: a share of the whole Hub is small."""


def versions(path: Path | None) -> dict[str, int]:
    """Return the version of each measure taken from a file of scores; empty where there is no file."""
    return {} if path is None else {name: item["version"] for name, item in _measures(path).items()}


def lines(snapshot: Snapshot, path: Path, sources: pl.DataFrame) -> Lines:
    """Yield the statements about scores.

    Parameters
    ----------
    snapshot : Snapshot
        What they were computed from.
    path : Path
        Parquet: columns ``by, id`` and one a measure; the metadata describe the measures.
    sources : DataFrame
        ``source`` and ``method`` of the graphs of derivations: what the scores were computed from.
    """
    day = str(snapshot.date)
    table = pl.read_parquet(path).filter(pl.col("children") > 0)
    origins = graphs(sources).unique().sort()
    for measure, about in _measures(path).items():
        yield from _indicator(measure, about)
        for level in LEVELS:
            values = _subjects(snapshot, table.filter(pl.col("by") == level), level, measure)
            if values.height:
                yield from _data_set(measure, _method(measure, level, about), day, origins)
                yield from _observations(values, _method(measure, level, about), day)


def _measures(path: Path) -> dict[str, dict[str, Any]]:
    import pyarrow.parquet as pq

    about = json.loads(pq.read_schema(path).metadata[b"begat"])["measures"]
    return {name: item for name, item in about.items() if item["shown"]}


def _method(measure: str, level: str, about: dict[str, Any]) -> str:
    """Name and version of a rule, ``reach-v1``; that of groups, ``reach-of-country-v1``."""
    of = "" if level == "model" else f"-of-{level}"
    return f"{measure}{of}-v{about['version']}"


def _indicator(measure: str, about: dict[str, Any]) -> Lines:
    frame = pl.DataFrame(
        {"subject": [f"<{ids.minted_iri('indicator', measure)}>"], "title": [about["title"]]}
    )
    yield from statements(frame.with_columns(name=pl.lit(measure)), {DCT.IDENTIFIER: literal("name")})
    yield from statements(frame, {SKOS.PREF_LABEL: literal("title", "en")})


def _data_set(measure: str, method: str, day: str, origins: pl.Series) -> Lines:
    frame = pl.DataFrame({"subject": [f"<{_set_iri(method, day)}>"], "method": [method], "day": [day]})
    yield from statements(frame, {RDF.TYPE: constant(DQV.QUALITY_MEASUREMENT_DATASET)})
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(QB.DATA_SET_CLASS),
            QB.STRUCTURE: constant(BEGAT.SCORE_STRUCTURE),
            BEGAT.INDICATOR: constant(ids.minted_iri("indicator", measure)),
            BEGAT.SCORE_METHOD: literal("method"),
            BEGAT.REF_PERIOD: typed("day", XSD.DATE),
        },
    )
    each = frame.join(origins.to_frame("origin"), how="cross")
    yield from statements(each, {DCT.SOURCE: pl.col("origin")})


def _observations(values: pl.DataFrame, method: str, day: str) -> Lines:
    place = _set_iri(method, day)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String)
    frame = values.with_columns(
        about="subject", subject=pl.concat_str(pl.lit(f"<{place}/"), number, pl.lit(">"))
    )
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(QB.OBSERVATION_CLASS),
            QB.DATA_SET: constant(place),
            BEGAT.SUBJECT: pl.col("about"),
            BEGAT.VALUE: decimal("value", PLACES),
            BEGAT.RANK: typed("rank", XSD.INTEGER),
        },
    )
    best = f"{place}/best"
    yield pl.Series([f"<{place}> <{QB.SLICE}> <{best}> .", f"<{best}> <{RDF.TYPE}> <{QB.SLICE_CLASS}> ."])
    first = frame.head(BEST).select(subject=pl.lit(f"<{best}>"), observation="subject")
    yield from statements(first, {QB.OBSERVATION: pl.col("observation")})


def _set_iri(method: str, day: str) -> str:
    return ids.minted_iri("scores", method, day)


def _subjects(snapshot: Snapshot, table: pl.DataFrame, level: str, measure: str) -> pl.DataFrame:
    """Return ``subject, value, rank`` of those that have a value, the best first."""
    ranked = (
        table.select("id", value=measure)
        .drop_nulls()
        .with_columns(rank=pl.col("value").rank("min", descending=True).cast(pl.Int64))
        .sort("rank", "id")
    )
    return ranked.with_columns(subject=_terms(snapshot, ranked["id"], level)).drop_nulls("subject")


def _terms(snapshot: Snapshot, names: pl.Series, level: str) -> pl.Series:
    """Return the IRIs of subjects; null for a family that no source names."""
    if level == "account":
        known = spellings(snapshot).with_columns(low=pl.concat_str("platform", pl.lit(":"), "low"))
        low = names.str.to_lowercase().to_frame("low")
        return low.join(known, on="low", how="left", maintain_order="left")["account_iri"]
    if level == "family":
        stated = snapshot.frame("models", ["family"])["family"].implode()
        names = names.to_frame().select(pl.when(pl.col("id").is_in(stated)).then("id")).to_series()
    return iris(level, names)
