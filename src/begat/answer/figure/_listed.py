"""The listed items that several figures read, with their downloads in all or on the Hub alone."""

from datetime import date, timedelta
from typing import Literal

import polars as pl

from begat.answer.figure.base import Facts
from begat.answer.share import institution_id, listed_items
from begat.errors import UnknownName
from begat.ids import HUB
from begat.influence.indicator import chosen_edition

__all__ = ["Platform", "listed", "of_institution"]

Platform = Literal["all", "huggingface"]

CRAWL = timedelta(days=7)
"""A crawl belongs to the edition that it starts with; it takes a day or two."""


def listed(facts: Facts, kind: str, edition: date, platform: Platform = "all") -> pl.DataFrame:
    """Return the items of an edition with ``downloads``; on the Hub alone those seen there by its crawl.

    Raises
    ------
    UnknownName
        If the snapshot has no such edition, or no figures of the Hub for it.
    """
    chosen_edition(facts.snapshot, edition)
    items = facts.once(
        ("listed", kind, edition),
        lambda: listed_items(facts.snapshot, kind, edition).with_columns(downloads=pl.col("downloads_30d")),
    )
    if platform == "all":
        return items
    return facts.once(("on the Hub", kind, edition), lambda: _on_hub(facts, kind, items, edition))


def _on_hub(facts: Facts, kind: str, items: pl.DataFrame, edition: date) -> pl.DataFrame:
    """Join the figures of the crawl by institution and name: an item merges accounts of one institution."""
    metric = (pl.col("subject_kind") == kind) & (pl.col("metric") == "downloads_30d")
    crawled = (
        facts.snapshot.frame("observations")
        .filter(metric & (pl.col("source") == "osir"))
        .filter(pl.col("observed_on").is_between(edition, edition + CRAWL))
    )
    if crawled.is_empty():
        raise UnknownName("crawl of the Hub for edition", str(edition))
    accounts = (
        facts.snapshot.frame("accounts", ["platform", "account", "institution", "current"])
        .filter((pl.col("platform") == HUB) & pl.col("current"))
        .select("account", "institution")
    )
    parts = pl.col("subject").str.split_exact("/", 1)
    seen = (
        crawled.select(parts.struct.rename_fields(["account", "name"]).alias("id"), hub="value")
        .unnest("id")
        .join(accounts, on="account")
        .group_by("institution", "name")
        .agg(pl.col("hub").max())
    )
    joined = items.join(seen, on=["institution", "name"])
    return joined.with_columns(downloads=pl.col("hub"))


def of_institution(facts: Facts, items: pl.DataFrame, institution: str) -> pl.DataFrame:
    """Keep the items of one institution.

    Raises
    ------
    UnknownName
        If the snapshot knows none of this name.
    """
    return items.filter(pl.col("institution") == institution_id(facts.snapshot, institution))
