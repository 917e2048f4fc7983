"""A rule for the rows of a table, as one Polars expression, and what many rules are made of."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from begat.snapshot import Snapshot
from begat.validation.finding import ERROR, WARNING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "CREATED_FIRST",
    "ID_ONCE",
    "LARGEST",
    "Rule",
    "Table",
    "Tables",
    "count",
    "day",
    "known",
    "one_of",
    "part",
    "unknown_in_list",
]

LARGEST = 2**53 - 1
"""The largest whole number that every program reads as it stands."""


@dataclass(frozen=True)
class Tables:
    """A snapshot's columns, for rules that compare tables.

    Parameters
    ----------
    snapshot : Snapshot
        The snapshot that is checked.
    """

    snapshot: Snapshot
    _kept: dict[tuple[str, str], pl.Series] = field(default_factory=dict)

    def values(self, table: str, column: str = "id") -> pl.Series:
        """Return the distinct values of a column, lists taken apart; kept for the next rule."""
        if (table, column) not in self._kept:
            values = self.snapshot.frame(table, [column])[column]
            flat = values.explode() if isinstance(values.dtype, pl.List) else values
            self._kept[table, column] = flat.drop_nulls().unique()
        return self._kept[table, column]

    @cached_property
    def sources(self) -> pl.Series:
        """Names that a fact may give as its source: those of the manifest, and begat for what it infers."""
        return pl.Series([*self.snapshot.manifest["sources"], "begat"])

    @cached_property
    def listed(self) -> pl.Series:
        """Ids of the models that a source lists."""
        return self.snapshot.frame("models", ["id", "listed"]).filter("listed")["id"]

    @cached_property
    def newest(self) -> date:
        """The date of the newest source, begat's own tables included."""
        dates = [day(str(row.get("date"))) for row in self.snapshot.sources]
        return max([self.snapshot.date, *filter(None, dates)])


def day(text: str) -> date | None:
    """Return the day of a text YYYY-MM-DD, None if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


Wrong = Callable[[Tables], pl.Expr]


@dataclass(frozen=True)
class Rule:
    """What must hold for each row of a table.

    Parameters
    ----------
    name : str
        Lower case, joined by "-".
    wrong : function
        From the tables to an expression that is true in the rows that break the rule; null is false.
    message, fix : str
        What is wrong in such a row, and what to do.
    severity : str
        `ERROR`, or `WARNING` where the source, not begat, may be at fault.
    """

    name: str
    wrong: Wrong
    message: str
    fix: str
    severity: str = ERROR


ID_ONCE = Rule(
    "id-once",
    lambda _: pl.col("id").is_duplicated(),
    "several rows have this id",
    "Import again: begat merges what several sources say of one id.",
)
CREATED_FIRST = Rule(
    "created-before-modified",
    lambda _: pl.col("created_at") > pl.col("modified_at"),
    "created after it was last modified",
    "See which source states the dates; set the wrong one aside.",
    WARNING,
)


@dataclass(frozen=True)
class Table:
    """The rules of one table, beside those that every table has (`begat.validation.every`).

    Parameters
    ----------
    name : str
        One of ``begat.records.TABLES``.
    shown : tuple of str
        Columns that say which row an example is.
    rules : tuple of Rule
        Their names differ.
    """

    name: str
    shown: "Sequence[str]"
    rules: "Sequence[Rule]"


def known(column: str, table: str, key: str = "id", *, severity: str = ERROR) -> Rule:
    """Return the rule that a column names rows of a table."""
    return Rule(
        f"{column}-known",
        lambda tables: ~pl.col(column).is_in(tables.values(table, key).implode()),
        f"{column} is no {key} of the table {table}",
        f"Add it to {table}, or correct {column}.",
        severity,
    )


def one_of(column: str, words: Collection[str]) -> Rule:
    """Return the rule that a column holds one of a few words."""
    return Rule(
        f"{column}-listed",
        lambda _: ~pl.col(column).is_in(list(words)),
        f"{column} is none of {', '.join(words)}",
        "Map the word in the source's module to one of these.",
    )


def count(column: str, least: int = 0) -> Rule:
    """Return the rule that a column counts something: a whole number of a size that all programs read."""
    return Rule(
        f"{column}-a-count",
        lambda _: ~pl.col(column).is_between(least, LARGEST),
        f"{column} is below {least} or above 2^53 - 1",
        "Set such rows aside when reading the source, or leave the value empty.",
    )


def part(column: str) -> Rule:
    """Return the rule that a column is from 0 to 1."""
    return Rule(
        f"{column}-from-0-to-1",
        lambda _: ~pl.col(column).is_between(0, 1),
        f"{column} is below 0 or above 1",
        "Give confidences and shares as parts of 1, not as percentages.",
    )


def unknown_in_list(
    table: str, column: str, known_values: Callable[[Tables], pl.Series], *, severity: str = WARNING
) -> Rule:
    """Return the rule that every element of a list column is a known value."""

    def wrong(tables: Tables) -> pl.Expr:
        values = tables.values(table, column)
        strange = values.filter(~values.is_in(known_values(tables).implode())).to_list()
        if not strange:
            return pl.lit(value=False)
        return pl.col(column).list.eval(pl.element().is_in(strange)).list.any()

    return Rule(
        f"{column}-known",
        wrong,
        f"{column} has a name that is not known",
        "Correct the name, or describe what it names.",
        severity,
    )
