"""A snapshot's tables as N-Quads, the text that the RDF store is loaded from.

Which graph holds what:

- the default graph: facts that need no provenance of their own, and what is computed from all of them:
  models, accounts, institutions, countries, licences, aliases (`begat.store.catalogue`), shortcuts of the
  lineage (`begat.store.shortcuts`) and, in the profile ``full``, papers, datasets, systems and benchmarks
  (`begat.store.systems`), shares of merges (`begat.store.details`), figures (`begat.store.figures`),
  evaluations (`begat.store.evaluations`), contested values and editions of rankings
  (`begat.store.disputed`), scores where a file of them is given (`begat.store.scores`);
- one graph for each source and method: derivations, who operates an account and, in full, training links;
- in full, one graph for each way to infer a parent, ``g/begat/{method}/current``, by a property of its own;
- ``g/meta``: what each of these graphs is, from which source, of when, how sure; what the snapshot covers;
- ``g/begat/ontology/current``: the ontology.

Long series stay in Parquet: of a figure observed many times the store has the last.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from begat import ids
from begat.files import package_path
from begat.snapshot import Snapshot
from begat.store import catalogue, coverage, details, disputed, evaluations, figures, shortcuts
from begat.store import scores as store_scores
from begat.store.profile import Profile
from begat.store.terms import (
    Lines,
    account_keys,
    address,
    constant,
    decimal,
    graphs,
    iris,
    literal,
    statements,
    typed,
)
from begat.vocab import BEGAT, DCT, FAIR4ML, PROV, RDF, RELATIONS, XSD

__all__ = ["META", "ONTOLOGY", "lines", "nquads"]

META = f"{ids.GRAPHS}/meta"
ONTOLOGY = ids.graph_iri("begat", "ontology")

SLICE = 200_000
"""Derivations made into lines at a time."""
TEXT = 1 << 24
"""Bytes of text handed out at a time, about."""

LINEAGE_TOPICS = ("models", "derivations", "licences")
"""Topics of coverage that are counted without the tables of figures, which the profile ``lineage`` lacks."""

STAGES = {
    "base": BEGAT.PRETRAINED_ON,
    "pretraining": BEGAT.PRETRAINED_ON,
    "end": BEGAT.FINE_TUNED_ON,
    "finetuning": BEGAT.FINE_TUNED_ON,
    "distillation": BEGAT.DISTILLED_ON,
}
"""Stage, letters only, -> property; ``fair4ml:trainedOn`` where none is stated."""


def nquads(
    snapshot: Snapshot, scores: Path | None = None, *, profile: Profile = "full"
) -> Iterator[tuple[bytes, int]]:
    """Yield the N-Quads of a snapshot in pieces of about 16 MB, each with its number of lines.

    Parameters
    ----------
    snapshot : Snapshot
        The tables.
    scores : Path, optional
        A file of scores, to be observations; see `begat.store.scores`. The profile ``lineage`` has none.
    profile : str, optional
        What to write; see `begat.store.profile`.

    Notes
    -----
    O(rows), about a second of one core for a million lines. Memory: the columns of one table, and the text
    of a piece. The same snapshot gives the same lines in the same order; no blank nodes.
    A line may occur twice where two ids stand for one IRI.
    """
    buffer, count = io.BytesIO(), 0
    for part in lines(snapshot, scores, profile):
        part.to_frame().write_csv(buffer, include_header=False, quote_style="never")
        count += len(part)
        if buffer.tell() >= TEXT:
            yield buffer.getvalue(), count
            buffer, count = io.BytesIO(), 0
    yield buffer.getvalue(), count


def lines(snapshot: Snapshot, scores: Path | None = None, profile: Profile = "full") -> Lines:
    """Yield the lines that `nquads` writes, as columns of text without line ends."""
    yield from _ontology()
    yield from _graphs(snapshot, profile)
    yield from _sources(snapshot)
    yield from coverage.lines(snapshot, LINEAGE_TOPICS if profile == "lineage" else ())
    yield from catalogue.lines(snapshot, profile)
    yield from _derivations(snapshot)
    yield from _unresolved(snapshot)
    yield from _operated(snapshot)
    yield from shortcuts.lines(snapshot, _stated(snapshot.whole))
    if profile == "full":
        yield from _inferences(snapshot)
        yield from _trained_on(snapshot)
        yield from details.lines(snapshot)
        yield from figures.lines(snapshot)
        yield from evaluations.lines(snapshot)
        yield from disputed.contested(snapshot)
        yield from disputed.listings(snapshot)
        if scores is not None:
            yield from store_scores.lines(snapshot, scores, _stated(snapshot).select("source", "method"))


def _ontology() -> Lines:
    """Read the ontology; its blank nodes become IRIs (RDF 1.1 Concepts, 3.5), the same ones every time."""
    graph = ox.NamedNode(ONTOLOGY)
    parsed = ox.parse(path=package_path("ontology", "begat.ttl"))
    dataset = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = (ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"").decode()
    named = re.sub(r"(?m)(^| )_:(\w+)(?= )", rf"\1<{ids.BASE}/node/\2>", text)
    yield pl.Series("line", sorted(named.strip("\n").split("\n")))


def _graphs(snapshot: Snapshot, profile: Profile) -> Lines:
    """Describe every graph of a source and method; one without a confidence is a plain bundle."""
    dates = pl.DataFrame(
        [(row["source"], row["date"]) for row in snapshot.sources],
        schema={"source": pl.String, "date": pl.String},
        orient="row",
    )
    frame = _methods(snapshot, profile).join(dates, on="source", how="left", maintain_order="left")
    frame = frame.with_columns(subject=graphs(frame), origin=iris("source", frame["source"]))
    sure = pl.col("confidence").is_not_null()
    day = pl.col("date").fill_null(str(snapshot.date))
    yield from statements(
        frame,
        {
            RDF.TYPE: pl.when(sure).then(constant(BEGAT.EVIDENCE_GRAPH)).otherwise(constant(PROV.BUNDLE)),
            DCT.SOURCE: pl.col("origin"),
            BEGAT.EXTRACTION_METHOD: literal("method"),
            BEGAT.CONFIDENCE: decimal("confidence"),
            BEGAT.KIND_CONFIDENCE: decimal("kind_confidence"),
            PROV.GENERATED_AT_TIME: typed(day + "T00:00:00Z", XSD.DATE_TIME),
        },
        META,
    )


def _methods(snapshot: Snapshot, profile: Profile) -> pl.DataFrame:
    """Source, method and confidence of every graph that holds a statement."""
    stated = [_stated(snapshot), _operators(snapshot)]
    if profile == "full":
        stated += [_inferred(snapshot), _training(snapshot)]
    rows = pl.concat(stated, how="diagonal").select("source", "method", "confidence", "kind_confidence")
    return rows.group_by("source", "method").max().sort("source", "method")


def _sources(snapshot: Snapshot) -> Lines:
    columns = ("source", "title", "locator")
    rows = [[facts.get(name) for name in columns] for facts in snapshot.sources]
    rows.append(["begat", "begat, for what it infers and computes", None])
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    yield from statements(
        frame.with_columns(subject=iris("source", frame["source"])),
        {
            DCT.IDENTIFIER: literal("source"),
            DCT.TITLE: literal("title"),
            DCT.SOURCE: pl.coalesce(address("locator"), literal("locator")),
        },
        META,
    )


def _derivations(snapshot: Snapshot) -> Lines:
    """State each edge by the property of its relation and by ``prov:wasDerivedFrom``."""
    for rows in _stated(snapshot).iter_slices(SLICE):
        edges = rows.with_columns(
            subject=iris("model", rows["child"]), object=iris("model", rows["parent"]), graph=graphs(rows)
        )
        for (relation,), group in edges.group_by("relation", maintain_order=True):
            yield from statements(group, {RELATIONS[str(relation)]: pl.col("object")}, pl.col("graph"))
        yield from statements(
            edges.filter("first"), {PROV.WAS_DERIVED_FROM: pl.col("object")}, pl.col("graph")
        )


def _stated(snapshot: Snapshot) -> pl.DataFrame:
    """Return the statements that are edges; ``first`` marks one of each pair in a graph."""
    columns = ["child", "parent", "relation", "source", "method", "status", "confidence", "kind_confidence"]
    frame = snapshot.frame("derivations", columns)
    return frame.filter(pl.col("status").is_in(["resolved", "dangling"])).with_columns(
        first=pl.struct("child", "parent", "source", "method").is_first_distinct()
    )


def _unresolved(snapshot: Snapshot) -> Lines:
    """Keep the text of a base model that no id was found for; it never becomes an IRI."""
    frame = snapshot.frame("derivations", ["child", "parent_raw", "status"])
    lost = (pl.col("status") == "unresolved") & (pl.col("parent_raw") != "")
    rows = frame.filter(lost).unique(maintain_order=True)
    subjects = rows.with_columns(subject=iris("model", rows["child"]))
    yield from statements(subjects, {BEGAT.UNRESOLVED_BASE_MODEL: literal("parent_raw")})


def _inferences(snapshot: Snapshot) -> Lines:
    rows = _inferred(snapshot)
    edges = rows.with_columns(
        subject=iris("model", rows["child"]), object=iris("model", rows["parent"]), graph=graphs(rows)
    )
    yield from statements(edges, {BEGAT.MAY_DERIVE_FROM: pl.col("object")}, pl.col("graph"))


def _inferred(snapshot: Snapshot) -> pl.DataFrame:
    """Return the inferences whose parent is a known model."""
    columns = ["child", "parent", "method", "confidence", "kind_confidence"]
    known = snapshot.frame("models", ["id"]).rename({"id": "parent"})
    frame = snapshot.frame("inferences", columns).join(known, on="parent", how="semi", maintain_order="left")
    return frame.with_columns(source=pl.lit("begat"))


def _trained_on(snapshot: Snapshot) -> Lines:
    rows = _training(snapshot)
    edges = rows.with_columns(
        subject=iris("model", rows["model"]), object=iris("dataset", rows["dataset"]), graph=graphs(rows)
    )
    for (predicate,), group in edges.group_by("property", maintain_order=True):
        yield from statements(group, {str(predicate): pl.col("object")}, pl.col("graph"))


def _training(snapshot: Snapshot) -> pl.DataFrame:
    frame = snapshot.frame("trained_on", ["model", "dataset", "stage", "source", "method"])
    stage = pl.col("stage").str.to_lowercase().str.replace_all("[^a-z]", "")
    found = stage.replace_strict(STAGES, default=FAIR4ML.TRAINED_ON, return_dtype=pl.String)
    return frame.drop_nulls("dataset").with_columns(property=found).drop("stage").unique(maintain_order=True)


def _operated(snapshot: Snapshot) -> Lines:
    rows = _operators(snapshot)
    edges = rows.with_columns(
        subject=iris("account", account_keys(rows)),
        object=iris("institution", rows["institution"]),
        graph=graphs(rows),
    )
    yield from statements(edges, {BEGAT.OPERATED_BY: pl.col("object")}, pl.col("graph"))


def _operators(snapshot: Snapshot) -> pl.DataFrame:
    """Return who operates each account now; earlier operators stay in the table."""
    frame = snapshot.frame("accounts", ["platform", "account", "institution", "current", "basis", "source"])
    return frame.filter("current").with_columns(method=pl.col("basis").fill_null("curated"))
