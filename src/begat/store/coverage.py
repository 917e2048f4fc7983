"""What a snapshot covers, and what not: figures by topic, and the same as facts about it in ``g/meta``."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import polars as pl

from begat import ids
from begat.errors import UnknownName
from begat.snapshot import Snapshot
from begat.store.terms import Lines, constant, decimal, literal, statements, typed
from begat.vocab import BEGAT, DCT, DQV, RDF, RDFS, XSD

__all__ = ["META", "TOPICS", "Figure", "figures", "lines", "snapshot_iri"]

META = f"{ids.GRAPHS}/meta"


class Figure(NamedTuple):
    """How many of how many are covered.

    Attributes
    ----------
    topic : str
        One of `TOPICS`.
    what : str
        What is counted.
    value : int
        How many are covered; of a plain count the count.
    of : int or None
        Of how many; None for a plain count.
    note : str
        The same as a sentence.
    """

    topic: str
    what: str
    value: int
    of: int | None
    note: str

    @property
    def share(self) -> float | None:
        """Part of those counted that is covered, 0 to 1; None for a plain count and of nothing."""
        return self.value / self.of if self.of else None


def figures(snapshot: Snapshot, topics: Iterable[str] = ()) -> list[Figure]:
    """Return what a snapshot covers of some topics, of all if none is named.

    Of each topic the first figure is the one that its answers rest on most.

    Raises
    ------
    UnknownName
        If there is no such topic.

    Notes
    -----
    O(rows of the tables of these topics).
    """
    wanted = tuple(topics) or tuple(TOPICS)
    for topic in wanted:
        if topic not in TOPICS:
            raise UnknownName("topic", topic, hint=f"Known: {', '.join(TOPICS)}.")
    have = _Rows(snapshot)
    return [figure for topic in wanted for figure in TOPICS[topic](have)]


def snapshot_iri(snapshot: Snapshot) -> str:
    """Return the IRI of a snapshot; it names the content, so that no two have one."""
    return ids.minted_iri("snapshot", snapshot.digest[:16])


def lines(snapshot: Snapshot, topics: Iterable[str] = ()) -> Lines:
    """Yield what the snapshot is and what it covers, of these topics or of all, as N-Quads of ``g/meta``."""
    place = snapshot_iri(snapshot)
    about = pl.DataFrame(
        {
            "subject": [f"<{place}>"],
            "name": [snapshot.name],
            "day": [str(snapshot.date)],
            "synthetic": [snapshot.synthetic],
        }
    )
    yield from statements(
        about,
        {
            RDF.TYPE: constant(BEGAT.SNAPSHOT),
            DCT.IDENTIFIER: literal("name"),
            DCT.ISSUED: typed("day", XSD.DATE),
            BEGAT.SYNTHETIC: typed("synthetic", XSD.BOOLEAN),
        },
        META,
    )
    yield from _figures(place, figures(snapshot.whole, topics))


def _figures(place: str, found: list[Figure]) -> Lines:
    rows = [
        {
            "subject": f"<{_node(place, item)}>",
            "metric": f"<{ids.minted_iri('metric', 'coverage', item.topic, ids.slug(item.what))}>",
            "share": item.share,
            **item._asdict(),
        }
        for item in found
    ]
    frame = pl.DataFrame(rows, schema_overrides={"of": pl.Int64, "value": pl.Int64, "share": pl.Float64})
    whole = pl.DataFrame({"subject": [f"<{place}>"]}).join(frame.select(node="subject"), how="cross")
    yield from statements(whole, {BEGAT.COVERAGE: pl.col("node")}, META)
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(BEGAT.COVERAGE_CLASS),
            BEGAT.COVERAGE_TOPIC: literal("topic"),
            BEGAT.COVERED: typed("value", XSD.INTEGER),
            BEGAT.COVERED_OF: typed("of", XSD.INTEGER),
            DQV.VALUE: decimal("share"),
            DQV.COMPUTED_ON: constant(place),
            DQV.IS_MEASUREMENT_OF: pl.col("metric"),
            RDFS.COMMENT: literal("note", "en"),
        },
        META,
    )


def _node(place: str, item: Figure) -> str:
    return f"{place}/coverage/{ids.segment(item.topic)}/{ids.segment(ids.slug(item.what))}"


def _part(topic: str, what: str, value: int, of: int, text: str) -> Figure:
    """Return a figure and its sentence; in the text {n} is "so many of so many", {p} the share."""
    if not of:
        text = f"{text.partition(':')[0]}: there are none in this snapshot."
    return Figure(topic, what, value, of, text.format(n=f"{value:,} of {of:,}", p=_percent(value, of)))


def _percent(value: int, of: int) -> str:
    """Return a share in whole percent; what is nearly nothing or nearly all is not rounded to it."""
    if of and 0 < value < of:
        share = round(100 * value / of)
        return {0: "under 1%", 100: "over 99%"}.get(share, f"{share}%")
    return "100%" if value else "0%"


@dataclass(frozen=True)
class _Rows:
    """A snapshot's tables, and what several topics count in."""

    snapshot: Snapshot

    def frame(self, table: str, *columns: str) -> pl.DataFrame:
        return self.snapshot.frame(table, columns)

    def listed(self, *columns: str) -> pl.DataFrame:
        """Columns of the models that a source lists."""
        return self.frame("models", "listed", *columns).filter("listed")

    def among(self, ids: pl.Series) -> tuple[int, int]:
        """How many listed models are in a column of ids, and how many there are."""
        listed = self.listed("id")["id"]
        return int(listed.is_in(ids.unique().implode()).sum()), len(listed)

    def edges(self) -> pl.DataFrame:
        """``child, parent`` of the statements that are edges."""
        rows = self.frame("derivations", "child", "parent", "status")
        return rows.filter(pl.col("status").is_in(["resolved", "dangling"]))

    @cached_property
    def owned(self) -> pl.DataFrame:
        """``id, institution, country`` of the listed models."""
        accounts = self.frame("accounts", "platform", "account", "institution", "current").filter("current")
        operated = accounts.unique(["platform", "account"], keep="first", maintain_order=True)
        places = self.frame("institutions", "id", "country").rename({"id": "institution"})
        operated = operated.join(places, on="institution", how="left").drop("current")
        return self.listed("id", "platform", "account").join(operated, on=["platform", "account"], how="left")

    @cached_property
    def downloads(self) -> tuple[pl.DataFrame, str]:
        """``id, downloads`` of the source and day that count most models, and their name."""
        columns = ("subject", "subject_kind", "metric", "value", "observed_on", "source")
        asked = (pl.col("subject_kind") == "model") & (pl.col("metric") == "downloads_30d")
        dated = self.frame("observations", *columns).filter(asked).drop_nulls("observed_on")
        keys = ["source", "observed_on"]
        most = dated.group_by(keys).len().sort("len", *keys, descending=True).head(1)
        some = (
            dated.join(most, on=keys, how="semi").group_by(id="subject").agg(downloads=pl.col("value").max())
        )
        names = [f"that {source} counted on {on}" for source, on in most.select(keys).iter_rows()]
        return some, "".join(names)


def _known(frame: pl.DataFrame, column: str) -> int:
    return frame.height - frame[column].null_count()


def _models(have: _Rows) -> Iterator[Figure]:
    rows = have.frame("models", "listed", "parameters")
    listed = rows.filter("listed")
    more = rows.height - listed.height
    text = f"Models: {listed.height:,} are listed by a source, {more:,} more are known by name only."
    yield Figure("models", "listed", listed.height, rows.height, text)
    text = "Parameters: known for {n} listed models ({p})."
    yield _part("models", "parameters", _known(listed, "parameters"), listed.height, text)
    papers = have.listed("papers")
    text = "Papers: known for {n} listed models ({p})."
    yield _part("models", "papers", _known(papers, "papers"), papers.height, text)


def _derivations(have: _Rows) -> Iterator[Figure]:
    rows = have.frame("derivations", "status")
    edges = have.edges()
    text = "Lineage: {n} listed models have a declared parent ({p}); what nobody declares is not there."
    yield _part("derivations", "models with a parent", *have.among(edges["child"]), text)
    sentences = {
        "resolved": "Derivations: {n} statements lead to a listed model ({p}).",
        "dangling": "Derivations: {n} statements lead to a model that no source lists ({p}).",
        "unresolved": "Derivations: {n} statements name a parent that could not be found ({p}).",
    }
    counts = dict(rows["status"].value_counts().iter_rows())
    for status, text in sentences.items():
        yield _part("derivations", f"statements {status}", counts.get(status, 0), rows.height, text)


def _licences(have: _Rows) -> Iterator[Figure]:
    listed = have.listed("licence")
    text = "Licences: known for {n} listed models ({p}), as declared."
    yield _part("licences", "models", _known(listed, "licence"), listed.height, text)
    rows = have.frame("datasets", "licence", "listed").filter("listed")
    text = "Licences of datasets: known for {n} listed datasets ({p})."
    yield _part("licences", "datasets", _known(rows, "licence"), rows.height, text)


def _attributed(topic: str, column: str, title: str) -> Callable[[_Rows], Iterator[Figure]]:
    """Return the function that says of how many models, and of how many downloads, a column is known."""

    def found(have: _Rows) -> Iterator[Figure]:
        owned = have.owned
        downloads, name = have.downloads
        counted = owned.join(downloads, on="id")
        whole = int(counted["downloads"].sum())
        known = int(counted.filter(pl.col(column).is_not_null())["downloads"].sum())
        part = f", which have {_percent(known, whole)} of the 30-day downloads {name}" if whole else ""
        text = f"{title}: known for {{n}} listed models ({{p}}){part}."
        yield _part(topic, "models", _known(owned, column), owned.height, text)
        if whole:
            text = f"{title}: known for {{p}} of the 30-day downloads {name}."
            yield _part(topic, "downloads_30d", known, whole, text)

    return found


def _datasets(have: _Rows) -> Iterator[Figure]:
    rows = have.frame("datasets", "listed", "account")
    listed = rows.filter("listed").height
    text = (
        f"Datasets: {listed:,} are listed by a source, {rows.height - listed:,} more are known by name only."
    )
    yield Figure("datasets", "listed", listed, rows.height, text)


def _training(have: _Rows) -> Iterator[Figure]:
    links = have.frame("trained_on", "model", "dataset")
    text = "Training data: stated for {n} listed models ({p})."
    yield _part("training", "models", *have.among(links["model"]), text)
    text = "Training links: {n} lead to a dataset ({p}), the others to a text that is none."
    yield _part("training", "statements", _known(links, "dataset"), links.height, text)


def _systems(have: _Rows) -> Iterator[Figure]:
    rows = have.frame("systems", "id", "licence", "maintainer")
    known = have.frame("institutions", "id")["id"].implode()
    made = rows.filter(pl.col("maintainer").is_in(known)).height
    text = "Systems: an institution is known for {n} ({p})."
    yield _part("systems", "institution", made, rows.height, text)
    text = "Systems: a licence is known for {n} ({p})."
    yield _part("systems", "licence", _known(rows, "licence"), rows.height, text)


def _benchmarks(have: _Rows) -> Iterator[Figure]:
    rows = have.frame("benchmarks", "same_as", "owners", "dataset").filter(pl.col("same_as").is_null())
    text = "Benchmarks: an owner is known for {n} ({p})."
    yield _part("benchmarks", "owners", _known(rows, "owners"), rows.height, text)
    text = "Benchmarks: a dataset is known for {n} ({p})."
    yield _part("benchmarks", "dataset", _known(rows, "dataset"), rows.height, text)


def _evaluations(have: _Rows) -> Iterator[Figure]:
    rows = have.frame("evaluations", "model", "evaluated_on")
    text = "Results: known for {n} listed models ({p})."
    yield _part("evaluations", "models", *have.among(rows["model"]), text)
    text = "Results: {n} have a date of their own ({p})."
    yield _part("evaluations", "dated", _known(rows, "evaluated_on"), rows.height, text)


def _observations(have: _Rows) -> Iterator[Figure]:
    rows = have.frame("observations", "source", "observed_on")
    counted, name = have.downloads
    text = f"Downloads: {{n}} listed models have a 30-day figure {name or 'with a date'} ({{p}})."
    yield _part("observations", "models with downloads", *have.among(counted["id"]), text)
    text = "Figures: {n} have the day on which they held ({p})."
    yield _part("observations", "dated", _known(rows, "observed_on"), rows.height, text)
    days = (
        rows.drop_nulls()
        .group_by("source")
        .agg(
            n=pl.col("observed_on").n_unique(),
            first=pl.col("observed_on").min(),
            last=pl.col("observed_on").max(),
        )
    )
    for source, count, first, last in days.sort("source").iter_rows():
        span = f"{first}" if first == last else f"{count} days from {first} to {last}"
        yield Figure("observations", f"days of {source}", count, None, f"Figures of {source}: {span}.")


def _scores(have: _Rows) -> Iterator[Figure]:
    edges = have.edges()
    ends = pl.concat([edges["child"], edges["parent"].rename("child")])
    text = "Scores: computed from declared lineage, which {n} listed models have ({p})."
    yield _part("scores", "models with lineage", *have.among(ends), text)


def _time(have: _Rows) -> Iterator[Figure]:
    listed = have.listed("created_at")
    text = "Dates: the day of creation is known for {n} listed models ({p})."
    yield _part("time", "created", _known(listed, "created_at"), listed.height, text)
    days = sorted(row["date"] for row in have.snapshot.sources)
    text = f"Sources: {len(days)}, of {days[0]} to {days[-1]}."
    yield Figure("time", "sources", len(days), None, text)


TOPICS: Mapping[str, Callable[[_Rows], Iterator[Figure]]] = {
    "models": _models,
    "derivations": _derivations,
    "licences": _licences,
    "institutions": _attributed("institutions", "institution", "Institutions"),
    "countries": _attributed("countries", "country", "Countries"),
    "datasets": _datasets,
    "training": _training,
    "systems": _systems,
    "benchmarks": _benchmarks,
    "evaluations": _evaluations,
    "observations": _observations,
    "scores": _scores,
    "time": _time,
}
"""What answers rest on, and how each is counted."""
