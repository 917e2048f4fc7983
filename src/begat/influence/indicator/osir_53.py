"""The published indicators of OSIR-LMTS: 53 rows of a table, and what each is made from."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, cached_property, lru_cache, partial
from importlib.resources import files
from itertools import groupby

import polars as pl

from begat.errors import UnknownName
from begat.influence.indicator.base import DIMENSIONS, ROWS, SUM, Indicator, SubDimension
from begat.snapshot import Snapshot

__all__ = [
    "Edition",
    "Published",
    "by_hand",
    "chosen_edition",
    "editions",
    "kept_edition",
    "osir_53",
    "osir_values",
    "parts",
]

KEPT = 16
"""Editions of which what was read is kept, about 10 MiB each."""


@dataclass(frozen=True)
class Published:
    """A row of the table of published indicators.

    Attributes
    ----------
    number, dimension, code : str
        Its place and key; eight codes occur in two dimensions.
    name, name_zh, group, group_zh : str
        What it is called and where it belongs.
    item : str
        Kind of the listed items it is made from, "" for one that was typed in by hand.
    figure : str
        What is summed over the items: ``count`` or a column of ``listings``; ``observed`` = by hand.
    modality, lifecycle : str
        Only items of this modality or life-cycle stage, "" for all.
    """

    number: str
    dimension: str
    code: str
    name: str
    name_zh: str
    group: str
    group_zh: str
    item: str
    figure: str
    modality: str
    lifecycle: str

    @property
    def id(self) -> str:
        """Its key with the dimension: ``model:num_language``."""
        return f"{self.dimension}:{self.code}"

    @property
    def unit(self) -> str:
        """What it counts."""
        units = {"count": f"{self.item}s", "downloads_30d": "downloads in 30 days"}
        return units.get(self.figure, self.figure.replace("_", " ") if self.item else "as typed in")

    @property
    def formula(self) -> str:
        """How it is made, in words."""
        if not self.item:
            return "typed in by hand, without a source for each value"
        kind = " ".join(word for word in (self.modality.lower(), self.lifecycle.lower(), self.item) if word)
        counted = "number" if self.figure == "count" else f"sum of {self.unit}"
        return f"{counted} of the listed {kind} items, over all platforms"

    def counted(self, listed: pl.DataFrame) -> pl.DataFrame:
        """Return the listed items that the indicator is made from, each with its part in ``amount``.

        The value is the sum of the amounts. No item for an indicator that was typed in by hand.
        """
        if not self.item:
            return listed.clear().with_columns(amount=pl.lit(None, dtype=pl.Float64))
        items = listed.filter(pl.col("kind") == self.item)
        for column, wanted in (("modality", self.modality), ("lifecycle", self.lifecycle)):
            items = items.filter(pl.col(column) == wanted) if wanted else items
        amount = pl.lit(1.0) if self.figure == "count" else pl.col(self.figure).cast(pl.Float64)
        return items.with_columns(amount=amount)


@dataclass(frozen=True)
class Edition:
    """One edition: its listed items, its hand-made values and whom it ranks.

    Raises
    ------
    UnknownName
        If the snapshot has no such edition.
    """

    snapshot: Snapshot
    edition: date

    @cached_property
    def listed(self) -> pl.DataFrame:
        """The listed items of this edition, numbered."""
        chosen_edition(self.snapshot, self.edition)
        items = self.snapshot.frame("listings").filter(pl.col("edition") == self.edition)
        return items.with_row_index("item")

    @cached_property
    def typed(self) -> pl.DataFrame:
        """The hand-made values; see `by_hand`."""
        return by_hand(self.snapshot, self.edition)

    @cached_property
    def ranked(self) -> pl.DataFrame:
        """Codes of the ranked institutions: those with hand-made values."""
        return self.typed.filter(~pl.col("added")).select(subject="institution").unique().sort("subject")

    @cached_property
    def rows(self) -> dict[Published, pl.DataFrame]:
        """The rows behind each indicator that was asked for; see `rows_of`."""
        return {}


@lru_cache(maxsize=KEPT)
def kept_edition(snapshot: Snapshot, edition: date, digest: str) -> Edition:  # noqa: ARG001 - a key
    """Return an edition that keeps what is read of it: a method, claims and a series ask for the same rows.

    `digest` is that of the snapshot, whose path alone may come to hold another one.
    """
    return Edition(snapshot, edition)


def rows_of(indicator: Published, edition: Edition) -> pl.DataFrame:
    """Return the rows behind a published indicator, the institution's code as ``subject``.

    Everybody ranked has a row in what an edition knows: with the published method missing is zero.
    """
    if indicator not in edition.rows:
        edition.rows[indicator] = _rows_of(indicator, edition)
    return edition.rows[indicator]


def _rows_of(indicator: Published, edition: Edition) -> pl.DataFrame:
    known = edition.typed.filter(
        (pl.col("dimension") == indicator.dimension) & (pl.col("code") == indicator.code)
    )
    if not indicator.item and known.is_empty():
        return pl.DataFrame(schema=ROWS)
    items = (
        indicator.counted(edition.listed)
        .drop_nulls("amount")
        .select(
            subject="institution",
            key=pl.col("item").cast(pl.String),
            amount="amount",
            unit=pl.concat_str("kind", pl.lit(":"), pl.col("item").cast(pl.String)),
            what=pl.concat_str("kind", pl.lit(" "), "account", pl.lit("/"), "name"),
            id="entity",
            method=pl.lit("listed"),
            date="crawled_on",
            source="source",
        )
    )
    values = known.select(
        subject="institution",
        amount="value",
        what=pl.lit(indicator.name),
        method="method",
        date="observed_on",
        source="source",
    )
    zeros = edition.ranked.select("subject", amount=pl.lit(0.0))
    return pl.concat(
        [_filled(part).join(edition.ranked, on="subject", how="semi") for part in (items, values, zeros)]
    )


def _filled(table: pl.DataFrame) -> pl.DataFrame:
    lacking = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in ROWS.items() if name not in table.columns
    ]
    return table.with_columns(lacking).select(pl.col(name).cast(kind) for name, kind in ROWS.items())


@cache
def osir_53() -> tuple[Published, ...]:
    """Return the 53 indicators of OSIR-LMTS in their published order."""
    text = (files(__package__) / "osir_53.csv").read_text(encoding="utf-8")
    return tuple(Published(**row) for row in csv.DictReader(text.splitlines()))


@cache
def parts() -> tuple[SubDimension, ...]:
    """Return the published indicators by sub-dimension; inside a dimension all weigh the same."""
    sizes = {name: sum(item.dimension == name for item in osir_53()) for name in DIMENSIONS}
    found = []
    for (dimension, group, zh), members in groupby(
        osir_53(), key=lambda item: (item.dimension, item.group, item.group_zh)
    ):
        indicators = tuple(_declared(item) for item in members)
        weight = Fraction(len(indicators), sizes[dimension])
        found.append(SubDimension(dimension, group, zh, weight, indicators))
    return tuple(found)


def _declared(item: Published) -> Indicator:
    return Indicator(
        id=item.id,
        name=item.name,
        name_zh=item.name_zh,
        unit=item.unit,
        formula=item.formula,
        origin=f"published (OSIR {item.number})",
        fed_by="osir (listed items)" if item.item else "osir (typed in by hand)",
        scale="max",
        combine=SUM,
        rows=partial(rows_of, item),
        missing="zero",
    )


def editions(snapshot: Snapshot) -> list[date]:
    """Return the editions of the published ranking that a snapshot holds, oldest first."""
    return sorted(snapshot.frame("listings", ["edition"])["edition"].unique())


def chosen_edition(snapshot: Snapshot, edition: date | None) -> date:
    """Return an edition that a snapshot holds, the newest one if none is given.

    Raises
    ------
    UnknownName
        If the snapshot has no such edition, or none at all.
    """
    known = editions(snapshot)
    if not known or (edition or known[-1]) not in known:
        hint = f"Known: {', '.join(map(str, known))}." if known else "The snapshot holds none of OSIR-LMTS."
        raise UnknownName("edition", str(edition or "newest"), hint=hint)
    return edition or known[-1]


def osir_values(snapshot: Snapshot, edition: date) -> pl.DataFrame:
    """Compute the indicators of one edition from its listed items and its hand-made values.

    Returns
    -------
    DataFrame
        Long: ``institution``, ``dimension``, ``code``, ``value``, one row for every ranked institution
        and every indicator of that edition. The ranked institutions are those with hand-made values.

    Raises
    ------
    UnknownName
        If the snapshot has no such edition.
    """
    found = Edition(snapshot, edition)
    summed = pl.concat(list(_summed(found)))
    return summed.sort("institution", "dimension", "code")


def _summed(edition: Edition) -> Iterator[pl.DataFrame]:
    for item in osir_53():
        yield (
            rows_of(item, edition)
            .group_by(institution="subject")
            .agg(value=pl.col("amount").sum())
            .select("institution", dimension=pl.lit(item.dimension), code=pl.lit(item.code), value="value")
        )


def by_hand(snapshot: Snapshot, edition: date) -> pl.DataFrame:
    """Return the hand-made values of an edition: ``institution, dimension, code, value`` and their origin.

    Their metric is ``osir:<dimension>:<code>``. Tables belong to their edition; hand-typed counts, which
    add to those of items (`added`), to every edition from their date on, until newer ones.
    """
    key = pl.col("metric").str.split(":")
    columns = ["subject", "metric", "value", "observed_on", "method", "source"]
    stated = snapshot.frame("observations", columns).filter(pl.col("metric").str.starts_with("osir:"))
    typed = pl.col("method") == "hand-typed"
    valid = stated.filter(typed & (pl.col("observed_on") <= edition))
    newest = pl.col("observed_on") == pl.col("observed_on").max().over("subject", "metric")
    tables = stated.filter(~typed & (pl.col("observed_on") == edition))
    return pl.concat([tables, valid.filter(newest)]).select(
        *["value", "observed_on", "method", "source"],
        institution="subject",
        dimension=key.list.get(1),
        code=key.list.get(2),
        added=typed,
    )
