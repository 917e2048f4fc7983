"""Systems and benchmarks as facts of the default graph."""

import polars as pl

from begat.snapshot import Snapshot
from begat.store.terms import Lines, address, constant, iris, literal, statements
from begat.vocab import BEGAT, DCT, PROV, RDF, SCHEMA, SKOS

__all__ = ["lines", "supporting"]

KINDS = {"inference-engine": BEGAT.INFERENCE_ENGINE, "training-framework": BEGAT.TRAINING_FRAMEWORK}


def lines(snapshot: Snapshot) -> Lines:
    """Yield the statements about systems and benchmarks."""
    yield from _systems(snapshot)
    yield from _benchmarks(snapshot)


def supporting(snapshot: Snapshot, libraries: pl.Series) -> pl.Series:
    """Return the system that each library of a column stands for; null where none is known."""
    rows = snapshot.frame("systems", ["id", "libraries"]).explode("libraries").drop_nulls()
    rows = rows.unique("libraries", keep="first", maintain_order=True)
    known = rows.select(library="libraries", system=iris("system", rows["id"]))
    frame = libraries.to_frame("library")
    return frame.join(known, on="library", how="left", maintain_order="left")["system"]


def _systems(snapshot: Snapshot) -> Lines:
    columns = ["id", "name", "kind", "maintainer", "repository", "licence", "libraries", "former"]
    rows = snapshot.frame("systems", columns)
    kinds = {name: f"<{iri}>" for name, iri in KINDS.items()}
    frame = rows.with_columns(
        subject=iris("system", rows["id"]),
        licence=iris("licence", rows["licence"]),
        maintainer=_institutions(snapshot, rows["maintainer"]),
        kind=pl.col("kind").replace_strict(kinds, default=None, return_dtype=pl.String),
    )
    yield from statements(frame, {RDF.TYPE: pl.col("kind")})
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(SCHEMA.SOFTWARE_APPLICATION),
            DCT.IDENTIFIER: literal("id"),
            SKOS.PREF_LABEL: literal(pl.coalesce("name", "id")),
            SCHEMA.CODE_REPOSITORY: address("repository"),
            PROV.WAS_ATTRIBUTED_TO: pl.col("maintainer"),
            DCT.LICENSE: pl.col("licence"),
        },
    )
    yield from statements(frame.explode("libraries"), {SKOS.NOTATION: literal("libraries")})
    former = frame.select("former", object="subject").explode("former").drop_nulls("former")
    former = former.unique("former", keep="first", maintain_order=True)
    yield from statements(
        former.with_columns(subject=iris("system", former["former"])), {BEGAT.RENAMED_TO: pl.col("object")}
    )


def _institutions(snapshot: Snapshot, names: pl.Series) -> pl.Series:
    """Return the IRIs of known institutions; null for the others."""
    known = snapshot.frame("institutions", ["id"])["id"].implode()
    name = pl.col(names.name)
    return iris("institution", names.to_frame().select(pl.when(name.is_in(known)).then(name)).to_series())


def _benchmarks(snapshot: Snapshot) -> Lines:
    columns = ["id", "name", "dataset", "paper", "same_as", "owners", "harnesses"]
    rows = snapshot.frame("benchmarks", columns)
    frame = rows.with_columns(
        subject=iris("benchmark", rows["id"]),
        dataset=iris("dataset", rows["dataset"]),
        same_as=iris("benchmark", rows["same_as"]),
    )
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(BEGAT.BENCHMARK),
            DCT.IDENTIFIER: literal("id"),
            SKOS.PREF_LABEL: literal(pl.coalesce("name", "id")),
            DCT.REQUIRES: pl.col("dataset"),
            SCHEMA.CITATION: address("paper"),
            SKOS.EXACT_MATCH: pl.col("same_as"),
        },
    )
    owned = frame.select("subject", "owners").explode("owners").drop_nulls().unique(maintain_order=True)
    yield from statements(
        owned.with_columns(owner=_institutions(snapshot, owned["owners"])),
        {PROV.WAS_ATTRIBUTED_TO: pl.col("owner")},
    )
    used = frame.select("subject", "harnesses").explode("harnesses").drop_nulls().unique(maintain_order=True)
    yield from statements(
        used.with_columns(harness=iris("source", used["harnesses"])),
        {DCT.IS_REFERENCED_BY: pl.col("harness")},
    )
