"""Indicators of institutions: declared once, as rows of tables, with the rule of each."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import polars as pl

from begat.errors import UnknownName
from begat.snapshot import Snapshot

__all__ = ["DIMENSIONS", "Indicator", "by_hand", "chosen_edition", "editions", "osir_53", "osir_values"]

DIMENSIONS = ("data", "model", "system", "evaluation")


@dataclass(frozen=True)
class Indicator:
    """An indicator of the published ranking.

    Attributes
    ----------
    dimension, code : str
        Its key; eight codes occur in two dimensions.
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


@cache
def osir_53() -> tuple[Indicator, ...]:
    """Return the 53 indicators of OSIR-LMTS in their published order."""
    text = (files(__package__) / "osir_53.csv").read_text(encoding="utf-8")
    return tuple(Indicator(**row) for row in csv.DictReader(text.splitlines()))


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
    chosen_edition(snapshot, edition)
    listed = snapshot.frame("listings").filter(pl.col("edition") == edition)
    typed = by_hand(snapshot, edition)
    parts = [typed, *_from_items(listed)]
    known_codes = typed.filter(~pl.col("added")).select("dimension", "code").unique()
    ranked = typed.filter(~pl.col("added")).select("institution").unique()
    items = pl.DataFrame(
        [(i.dimension, i.code) for i in osir_53() if i.item], ["dimension", "code"], orient="row"
    )
    grid = ranked.join(pl.concat([known_codes, items]), how="cross")
    summed = pl.concat([part.select([*grid.columns, "value"]) for part in parts])
    summed = summed.group_by("institution", "dimension", "code").agg(pl.col("value").sum())
    return (
        grid.join(summed, on=["institution", "dimension", "code"], how="left")
        .with_columns(pl.col("value").fill_null(0.0))
        .sort("institution", "dimension", "code")
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


def _from_items(listed: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for indicator in osir_53():
        if indicator.item:
            yield (
                indicator.counted(listed)
                .group_by("institution")
                .agg(value=pl.col("amount").sum())
                .with_columns(dimension=pl.lit(indicator.dimension), code=pl.lit(indicator.code))
            )
