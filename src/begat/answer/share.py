"""Shares of countries, kinds and institutions: every number with what defines it."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from begat.answer.attribution import by_base, uploaders
from begat.answer.ranking import published_only
from begat.discovery import named
from begat.errors import InputError, UnknownName, UnreadableFile
from begat.files import package_path
from begat.graph import Graph
from begat.influence.indicator import DIMENSIONS, by_hand, editions
from begat.influence.ranking import rank
from begat.influence.share import shares
from begat.snapshot import Snapshot

__all__ = [
    "FIXED_PANEL",
    "GROUPS",
    "KEYS",
    "QUANTITIES",
    "Question",
    "institution_id",
    "listed_items",
    "share",
]

Row = dict[str, Any]

KEYS = (
    *(
        "date",
        "group",
        "name",
        "value",
        "amount",
        "denominator",
        "unknown",
        "hhi",
        "gini",
        "effective_groups",
    ),
    *("of", "by", "window", "attribution", "population", "panel", "institutions", "items", "sources", "note"),
)

FIXED_PANEL = (
    *("Ali", "BAAI", "Baichuan", "Baidu", "EleutherAI", "Falcon"),
    *("Google", "Huawei", "LMSYS", "Meta", "ShanghaiAILab", "Zhipu"),
)
"""The institutions that OSIR-LMTS ranked in December 2024, its first tables."""

GROUPS = ("country", "kind", "institution")
ATTRIBUTIONS = {
    "uploader": "institution of the uploading account; country of its headquarters",
    "base": "institution of the root base models, by shares, the uploader's where none is recorded; "
    "country of its headquarters",
}


NOT_CONTINUED = {
    date(2024, 12, 13): "downloads of this edition do not continue into later ones (Alibaba's fall from "
    "50 to 17 million within a month, the cause is not known): no trend starts here"
}
"""Editions whose downloads can't be compared with those of others."""


class Quantity(NamedTuple):
    """What is shared: the things counted and the column summed, none where each thing counts one."""

    kind: str
    column: str | None
    window: str
    observed: str | None = None


MONTH, STATE = "30 days before the crawl", "state at the crawl"

QUANTITIES: Mapping[str, Quantity] = {
    "downloads": Quantity("model", "downloads_30d", MONTH, "downloads_30d"),
    "models": Quantity("model", None, STATE, "downloads_30d"),
    "derivatives": Quantity("model", "children", "all direct children up to the crawl", "children"),
    "likes": Quantity("model", "likes", "all up to the crawl", "likes"),
    "discussions": Quantity("model", "discussions", "all up to the crawl", "discussions"),
    "datasets": Quantity("dataset", None, STATE, "downloads_30d"),
    "dataset-downloads": Quantity("dataset", "downloads_30d", MONTH, "downloads_30d"),
    "dataset-usage": Quantity("dataset", "dataset_usage", "all models up to the crawl"),
    "institutions": Quantity("institution", None, STATE),
    "score": Quantity("institution", "score", "as the edition says"),
    **{f"score-{name}": Quantity("institution", name, "as the edition says") for name in DIMENSIONS},
}
"""What can be shared; besides these ``topN``, the number of models among the N most downloaded."""


@dataclass(frozen=True)
class Question:
    """What is asked for; the fields are those of `share`."""

    by: str = "country"
    of: str = "downloads"
    panel: str = "listed"
    modality: str | None = None
    without_flooded: bool = False
    attribution: str = "uploader"
    method: str = "osir-53"

    @property
    def quantity(self) -> Quantity:
        """The quantity.

        Raises
        ------
        UnknownName
            If there is none of this name.
        """
        first = self.first
        if first:
            return Quantity("model", None, f"first {first} by downloads of {MONTH}", "downloads_30d")
        return named("quantity", self.of, QUANTITIES, hint=f"Known: {', '.join(QUANTITIES)}, topN.")

    @property
    def first(self) -> int:
        """N of a quantity ``topN``, else 0."""
        number = self.of.removeprefix("top")
        return int(number) if self.of.startswith("top") and number.isdecimal() else 0


def share(
    snapshot: Snapshot,
    question: Question,
    *,
    edition: date | None = None,
    over_time: bool = False,
    observed: str | None = None,
    graph: Callable[[], Graph] | None = None,
) -> list[Row]:
    """Divide a quantity among countries, kinds or institutions.

    Parameters
    ----------
    snapshot : Snapshot
        Holds the listed items, observations, accounts and institutions.
    question : Question
        What to divide and how.
    edition : date, optional
        The day of the figures; the newest one if not given.
    over_time : bool
        All days, one after the other; never mixed.
    observed : str, optional
        Take everything that this source observed on a day instead of what an edition lists.
    graph : function, optional
        Gives the derivation graph, for ``attribution="base"``.

    Returns
    -------
    list of dict
        One row a day and group with the keys `KEYS`; the values of a day sum to 1, the unknown included.

    Raises
    ------
    UnknownName
        If the snapshot has no such day, source, institution or modality, or begat no such choice.
    InputError
        If the quantity can't be divided this way, or nothing is left to divide but zeros.
    """
    named("group", question.by, dict.fromkeys(GROUPS))
    named("attribution", question.attribution, ATTRIBUTIONS)
    if over_time and edition:
        raise InputError("all editions and one edition are asked for", hint="Give one of the two.")
    population = _Observed(snapshot, observed) if observed else _Listed(snapshot)
    days = population.days(question)
    if not days or (edition or days[-1]) not in days:
        hint = f"Known: {', '.join(map(str, days))}." if days else "The snapshot holds none."
        raise UnknownName("edition", str(edition or "newest"), hint=hint)
    chosen = days if over_time else [edition or days[-1]]
    return [row for day in chosen for row in _divided(snapshot, question, population, day, graph)]


def _divided(
    snapshot: Snapshot,
    question: Question,
    population: "_Listed | _Observed",
    day: date,
    graph: Callable[[], Graph] | None,
) -> list[Row]:
    items = _selected(snapshot, question, population.items(question, day), day)
    parts = _attributed(question, items, graph)
    about = snapshot.frame("institutions", ["id", "name", "country", "kind"]).drop_nulls("id")
    if not parts["amount"].sum():
        raise InputError(f"nothing is left to divide: {items.height:,} items have 0 {question.of} on {day}")
    joined = parts.join(about, left_on="institution", right_on="id", how="left")
    divided = shares(joined.select("amount", group=question.by))
    definition = {
        "of": question.of,
        "by": question.by,
        "window": question.quantity.window,
        "attribution": ATTRIBUTIONS[question.attribution],
        "population": population.title + _restrictions(question),
        "panel": question.panel,
        "institutions": joined["institution"].drop_nulls().n_unique(),
        "items": items.height,
        "sources": population.sources(question),
        "note": NOT_CONTINUED.get(day) if question.quantity.window.endswith(MONTH) else None,
    }
    names = _names(question.by, about)
    rows = []
    for row in divided.iter_rows(named=True):
        group = row["group"] or "unknown"
        rows.append({"date": str(day), "name": names.get(group, group), **row, "group": group, **definition})
    return [{key: row[key] for key in KEYS} for row in rows]


def _restrictions(question: Question) -> str:
    parts = [f"modality {question.modality}"] if question.modality else []
    parts += ["without flooded base models"] if question.without_flooded else []
    return "".join(f", {part}" for part in parts)


def listed_items(snapshot: Snapshot, kind: str, edition: date | None = None) -> pl.DataFrame:
    """Return the items of a kind that editions list, with the id of their institution.

    All crawled institutions are in, also those that an edition does not rank.
    """
    listed = snapshot.frame("listings").filter(pl.col("kind") == kind)
    if edition is not None:
        listed = listed.filter(pl.col("edition") == edition)
    ids = snapshot.frame("institutions", ["osir", "id"]).drop_nulls("osir")
    joined = listed.join(ids, left_on="institution", right_on="osir", how="left")
    return joined.rename({"institution": "code", "id": "institution"})


@dataclass(frozen=True)
class _Listed:
    """What the editions of the published ranking list."""

    snapshot: Snapshot

    @property
    def title(self) -> str:
        return "all institutions crawled for this edition"

    def days(self, _: Question) -> list[date]:
        return editions(self.snapshot)

    def sources(self, question: Question) -> list[str]:
        typed = ["osir-hand-typed"] if question.quantity.column in {"score", "data"} else []
        return ["osir", *typed]

    def items(self, question: Question, day: date) -> pl.DataFrame:
        """Return ``id, institution, modality, downloads, amount``."""
        quantity = question.quantity
        if quantity.kind == "institution":
            return self._institutions(question, day)
        listed = listed_items(self.snapshot, quantity.kind, day)
        amount = pl.col(quantity.column) if quantity.column else pl.lit(1)
        return listed.select(
            "institution",
            "modality",
            id="entity",
            downloads="downloads_30d",
            amount=amount.cast(pl.Float64),
        )

    def _institutions(self, question: Question, day: date) -> pl.DataFrame:
        column = question.quantity.column
        if column is None:
            ranked = by_hand(self.snapshot, day).filter(~pl.col("added"))
            found = ranked.select(subject=pl.col("institution").unique()).with_columns(amount=pl.lit(1.0))
        else:
            published_only(question.method, "shares of scores")
            found = rank(self.snapshot, question.method, day).select("subject", amount=column)
        ids = self.snapshot.frame("institutions", ["osir", "id"]).drop_nulls("osir")
        nothing = pl.lit(None, dtype=pl.String)
        return found.join(ids, left_on="subject", right_on="osir", how="left").select(
            "amount", institution="id", id=nothing, modality=nothing, downloads=pl.lit(0)
        )


@dataclass(frozen=True)
class _Observed:
    """Everything that one source observed on one day, whoever uploaded it."""

    snapshot: Snapshot
    source: str

    @property
    def title(self) -> str:
        return f"everything that {self.source} observed that day, undated figures left out"

    def sources(self, _: Question) -> list[str]:
        return [self.source]

    def days(self, question: Question) -> list[date]:
        quantity = question.quantity
        if quantity.observed is None:
            raise InputError(f"{question.of} is not observed item by item", hint="Leave out --observed.")
        seen = self._figures(quantity)
        days = dict.fromkeys(seen["source"].unique().sort())
        named("source of such figures", self.source, days)
        return sorted(seen.filter(pl.col("source") == self.source)["observed_on"].unique())

    def items(self, question: Question, day: date) -> pl.DataFrame:
        quantity = question.quantity
        table = "models" if quantity.kind == "model" else "datasets"
        seen = (
            self._figures(quantity)
            .filter((pl.col("source") == self.source) & (pl.col("observed_on") == day))
            .group_by(id="subject")
            .agg(pl.col("value").max())
        )
        modalities = self.snapshot.frame(table, ["id", "modality"])
        amount = pl.col("value") if quantity.column else pl.lit(1.0)
        return (
            seen.join(uploaders(self.snapshot, table), on="id", how="left")
            .join(modalities, on="id", how="left")
            .select("id", "institution", "modality", downloads="value", amount=amount)
        )

    def _figures(self, quantity: Quantity) -> pl.DataFrame:
        return self.snapshot.frame("observations").filter(
            (pl.col("subject_kind") == quantity.kind)
            & (pl.col("metric") == quantity.observed)
            & pl.col("observed_on").is_not_null()
        )


def _selected(snapshot: Snapshot, question: Question, items: pl.DataFrame, day: date) -> pl.DataFrame:
    """Keep the panel, the modality and what is not flooded, then the first N by downloads."""
    if question.panel != "listed":
        items = items.filter(pl.col("institution").is_in(_panel(snapshot, question.panel)))
    if question.modality is not None:
        known = dict.fromkeys(items["modality"].drop_nulls().unique().sort())
        named("modality", question.modality, known)
        items = items.filter(pl.col("modality") == question.modality)
    if question.without_flooded:
        items = items.filter(~pl.col("id").is_in(_flooded()).fill_null(value=False))
    if question.first:
        items = items.sort("downloads", "id", descending=[True, False], nulls_last=True).head(question.first)
    if items.is_empty():
        raise InputError(f"nothing is left to divide on {day}", hint="Widen the panel.")
    return items


def _attributed(question: Question, items: pl.DataFrame, graph: Callable[[], Graph] | None) -> pl.DataFrame:
    """Return ``institution, amount``, an item once for each institution that it is shared over."""
    if question.attribution == "uploader":
        return items.select("institution", pl.col("amount").fill_null(0.0))
    if graph is None or question.quantity.kind != "model":
        raise InputError(f"{question.of} has no base models", hint="Use --attribution uploader.")
    based = by_base(graph(), items["id"].drop_nulls().unique().to_list())
    own = pl.col("institution")
    return (
        items.join(based.rename({"institution": "base"}), on="id", how="left")
        .with_columns(recorded=pl.col("part").is_not_null(), part=pl.col("part").fill_null(1.0))
        .select(
            institution=pl.when("recorded").then(pl.col("base")).otherwise(own),
            amount=pl.col("amount").fill_null(0.0) * pl.col("part"),
        )
    )


def _flooded() -> list[str]:
    return list(tomllib.loads(package_path("data", "flooded.toml").read_text("utf-8"))["children"])


def _panel(snapshot: Snapshot, panel: str) -> list[str]:
    """Return the ids of a panel: ``fixed``, a file of one name a line, or names with commas between."""
    if panel == "fixed":
        names = list(FIXED_PANEL)
    elif (path := Path(panel)).is_file():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"the panel is no text ({error})", where=panel) from error
        names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    else:
        names = [name.strip() for name in panel.split(",") if name.strip()]
    return [institution_id(snapshot, name) for name in names]


def institution_id(snapshot: Snapshot, text: str) -> str:
    """Return the id of an institution from its OSIR code, id or name, in any case.

    Raises
    ------
    UnknownName
        If there is none; near ones come with it.
    """
    known: dict[str, str] = {}
    for key, name, code in (
        snapshot.frame("institutions", ["id", "name", "osir"]).drop_nulls("id").iter_rows()
    ):
        known.setdefault(name.casefold(), key)
        known[key.casefold()] = key
        if code:
            known[code.casefold()] = key
    return named("institution", text.casefold(), known, hint="`begat search TEXT` finds it.")


def _names(by: str, institutions: pl.DataFrame) -> Mapping[str, str]:
    if by == "institution":
        return dict(institutions.select("id", "name").iter_rows())
    if by == "country":
        from babel import Locale

        return dict(Locale("en").territories)
    return {}
