"""What must hold before answers are published: the shape is the known one, and not too much is missing."""

from collections.abc import Mapping

import polars as pl

from begat.errors import SourceError
from begat.resolve import Statements
from begat.snapshot.onto import LARGEST_SHRINK

__all__ = ["MOST_SET_ASIDE", "check_shape", "check_size", "sizes"]

MOST_SET_ASIDE = 0.01
"""Of all rows, this part may be unreadable: names and cards are typed by people."""

MOST_OF_A_PAGE = 0.5
"""Of one page, this part: a platform that changes answers while it is asked."""

COUNTED = ("models", "datasets", "systems")
REASONS = 3


def check_shape(part: Statements) -> None:
    """Refuse answers of another shape than the source knows.

    Raises
    ------
    SourceError
        If more than 1 % of all rows, or more than half of the rows of one page of some size, were set
        aside; it names the commonest reasons.
    """
    seen = sum(file.seen for file in part.files)
    aside = sum(file.set_aside for file in part.files)
    bad = [file for file in part.files if file.set_aside > max(1, MOST_OF_A_PAGE * file.seen)]
    if aside <= MOST_SET_ASIDE * seen and not bad:
        return
    where = f"{part.source.name}, {bad[0].path.parent.name}/{bad[0].path.name}" if bad else part.source.name
    raise SourceError(
        f"{aside:,} of {seen:,} rows can't be read ({_reasons(part)}): the platform seems to have changed",
        where=where,
        hint="Nothing was published. Is there a newer begat?",
    )


def check_size(source: str, now: Mapping[str, int], before: Mapping[str, int]) -> None:
    """Refuse a complete listing that has lost much since the last one.

    Raises
    ------
    SourceError
        If one of its tables has fewer things by more than `LARGEST_SHRINK`.
    """
    for table, count in before.items():
        if now.get(table, 0) < count * (1 - LARGEST_SHRINK):
            raise SourceError(
                f"it lists {now.get(table, 0):,} {table}, {count:,} before",
                where=source,
                hint="Nothing was published. If that is right, add --accept-shrink.",
            )


def sizes(part: Statements) -> dict[str, int]:
    """Return how many things of each table a part lists."""
    counts = {table: part.frames[table]["id"].n_unique() for table in COUNTED}
    return {table: count for table, count in counts.items() if count}


def _reasons(part: Statements) -> str:
    """The commonest reasons why rows were set aside, each with its number."""
    found = (
        part.frames["set_aside"]
        .group_by("reason")
        .agg(rows=pl.len(), place=(pl.col("file") + ", " + pl.col("place")).first())
        .sort("rows", "reason", descending=[True, False])
        .head(REASONS)
    )
    return "; ".join(f"{row['rows']:,} times {row['reason']}" for row in found.iter_rows(named=True))
