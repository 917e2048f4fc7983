"""Bursts: bases whose derivatives look uploaded in bulk, and which of their derivations do.

Caps hold against a dozen accounts, not against a thousand. What a mass upload can hardly hide are its
traces: many in a day, names that differ by a number, nobody downloads them, few accounts or new ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.graph import Graph, inside_a_house, kept
from begat.influence.figures import UNKNOWN, Figures

__all__ = [
    "COMPARED",
    "ENOUGH",
    "LEAST",
    "SIGNS",
    "WINDOW",
    "BaseSigns",
    "Bursts",
    "Sign",
    "bursts",
    "without",
]

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

LEAST = 100
"""Children by others that a base needs to be flagged."""

COMPARED = 20
"""Children by others that a base needs to count in the medians."""

BASES = 10
"""Bases that a median needs; with fewer its sign can't be tested."""

COVERED = 0.5
"""Share of a base's children whose date or downloads must be known for a sign to be tested."""

ENOUGH = 3
"""Signs that flag a base, and marks that flag a derivation of a flagged base."""

WINDOW = 30
"""Days of the window with the most children of a base."""


class Sign(NamedTuple):
    """A trace of mass uploads: it shows if a figure exceeds `multiple` times its median over all bases.

    Shares are compared by their odds s / (1 - s), which have no upper end. A median below `floor`
    counts as `floor`. Multiples are proposed, without calibration on known bursts.
    """

    title: str
    multiple: float
    floor: float
    share: bool = False

    def limit(self, median: float | None) -> float | None:
        """Return the figure above which the sign shows; None if it can't be tested."""
        if median is None:
            return None
        typical = max(median, self.floor)
        if not self.share:
            return self.multiple * typical
        odds = self.multiple * typical / (1 - typical) if typical < 1 else np.inf
        return float(odds / (1 + odds)) if odds < np.inf else 1.0


SIGNS: Mapping[str, Sign] = {
    "peak": Sign("children on one day", 10, 1),
    "same_name": Sign("share of children with one name but for digits", 5, 0.05, share=True),
    "unused": Sign("share of children without downloads", 5, 0.05, share=True),
    "per_account": Sign("children an account", 5, 1),
    "new_accounts": Sign("share of accounts first seen in the busiest 30 days", 5, 0.05, share=True),
}
"""The signs by name. `per_account` divides by the effective number of accounts, 1 / sum of squared shares;
an account is first seen with the earliest dated model that the snapshot has of it."""


@dataclass(frozen=True)
class BaseSigns:
    """What the children of one base look like, its own house left out.

    Attributes
    ----------
    base : int
        Node number.
    children, accounts : int
        Models by others made from it, and their distinct accounts.
    flagged : bool, optional
        Whether at least `ENOUGH` signs show; None if fewer than that can be tested.
    reasons : tuple of str
        The signs that show, by name.
    figures : mapping
        The figure of each sign; None where it can't be tested.
    """

    base: int
    children: int
    accounts: int
    flagged: bool | None
    reasons: tuple[str, ...]
    figures: Mapping[str, float | None]


@dataclass(frozen=True)
class Bursts:
    """The bases with at least `LEAST` children by others, the most children first.

    Attributes
    ----------
    bases : sequence of BaseSigns
        Flagged or not.
    medians : mapping
        Of each sign over the bases with at least `COMPARED` children; None if it can't be tested.
    edges : array of bool, shape (m,)
        The derivations that are part of a burst.
    """

    bases: Sequence[BaseSigns]
    medians: Mapping[str, float | None]
    edges: Flags


def bursts(graph: Graph, figures: Figures) -> Bursts:
    """Look for bursts among the children of every base.

    A base is flagged if at least three of the five `SIGNS` show. Of a flagged base those derivations
    are part of the burst that bear at least three of the marks: published in its busiest 30 days,
    or on a day with more children than the limit of `peak`; a name that, digits aside, more children
    have than the limit of `same_name`; known to have no downloads; by an account with more children
    than the limit of `per_account`. So are the others of
    an account most of whose children of that base do.

    Parameters
    ----------
    graph : Graph
        The derivation graph; derivations inside one house are left out.
    figures : Figures
        Dates and downloads. What is unknown neither accuses nor excuses: a sign whose figure is known
        for less than half of a base's children is not tested there.

    Notes
    -----
    O(m log m). A recent release whose children all are young bears two signs by itself, hence three.
    Nothing is deleted: lineage stays complete, `without` gives a graph for scores without the burst.
    """
    edges = _edges(graph, figures)
    bases = _bases(edges)
    medians = {name: _median(bases, name) for name in SIGNS}
    limits = {name: sign.limit(medians[name]) for name, sign in SIGNS.items()}
    large = bases.filter(pl.col("children") >= LEAST).sort("children", "base", descending=[True, False])
    found = [_judged(row, limits) for row in large.iter_rows(named=True)]
    flagged = [item.base for item in found if item.flagged]
    return Bursts(found, medians, _marked(graph, edges, flagged, limits))


def without(graph: Graph, edges: Flags) -> Graph:
    """Return the graph without some derivations, for scores beside those of the whole graph."""
    return kept(graph, ~edges)


def _edges(graph: Graph, figures: Figures) -> pl.DataFrame:
    """One row a derivation that leaves its house, of bases with enough; null where a figure is unknown.

    `name` is the child's without digits, `first` the day of the first model of its account, `begin` and
    `end` bound the busiest window of the base.
    """
    outside = np.flatnonzero(~inside_a_house(graph))
    children = np.bincount(graph.parent[outside], minlength=graph.n)
    number = outside[children[graph.parent[outside]] >= COMPARED]
    child, base = graph.child[number], graph.parent[number].astype(np.int64)
    nothing = np.full(graph.n, UNKNOWN, dtype=np.int64)
    day = nothing if figures.created_on is None else figures.created_on
    used = nothing if figures.downloads_30d is None else figures.downloads_30d
    account = graph.account[child]
    begin, end = _window(base, day[child], WINDOW)
    known = {
        "account": account,
        "day": day[child],
        "first": np.where(account >= 0, _first_seen(graph, day)[account], UNKNOWN),
        "downloads": used[child],
        "begin": begin,
        "end": end,
    }
    rows = pl.DataFrame({"edge": number, "base": base, "name": _plain_names(graph, child), **known})
    return rows.with_columns(pl.when(pl.col(name) >= 0).then(name) for name in known)


def _plain_names(graph: Graph, nodes: NDArray[np.integer]) -> pl.Series:
    """Name of each repository without its account, numbers and hashes replaced by #."""
    names = pl.Series([graph.ids[node] for node in nodes.tolist()], dtype=pl.String)
    last = names.str.to_lowercase().str.replace(r"^.*/", "")
    return last.str.replace_all(r"\b[0-9a-f]{6,}\b|[0-9]+", "#")


def _first_seen(graph: Graph, day: Ints) -> Ints:
    """Day of the first dated model of each account, `UNKNOWN` where none is dated."""
    never = np.iinfo(np.int64).max
    first = np.full(len(graph.account_ids) + 1, never)
    dated = (graph.account >= 0) & (day >= 0)
    np.minimum.at(first, graph.account[dated], day[dated])
    return np.where(first == never, UNKNOWN, first)


def _window(base: Ints, day: Ints, length: int) -> tuple[Ints, Ints]:
    """First and last day of the window with the most children of each edge's base, `UNKNOWN` without."""
    dated = pl.DataFrame({"base": base, "day": day}).filter(pl.col("day") >= 0).sort("base", "day")
    busiest = (
        dated.with_columns(at=pl.from_epoch("day", time_unit="d"), one=pl.lit(1))
        .with_columns(count=pl.col("one").rolling_sum_by("at", f"{length}d").over("base"))
        .group_by("base")
        .agg(end=pl.col("day").sort_by("count", "day", descending=[True, False]).first())
    )
    joined = pl.DataFrame({"base": base}).join(busiest, on="base", how="left", maintain_order="left")
    end = joined["end"].fill_null(UNKNOWN).to_numpy()
    return np.where(end < 0, UNKNOWN, end - length + 1), end


def _bases(edges: pl.DataFrame) -> pl.DataFrame:
    """One row a base: the figure of each sign, null where it can't be tested."""
    size = pl.len()
    within = pl.col("first").is_between("begin", "end")
    each = pl.col("account").drop_nulls().unique_counts()
    figures = {
        "peak": pl.when(_covered("day")).then(pl.col("day").drop_nulls().unique_counts().max()),
        "same_name": pl.col("name").unique_counts().max() / size,
        "unused": pl.when(_covered("downloads")).then((pl.col("downloads") == 0).mean()),
        "per_account": pl.when(_covered("account")).then((each**2).sum() / each.sum()),
        "new_accounts": pl.when(_covered("first")).then(
            pl.col("account").filter(within).n_unique()
            / pl.col("account").filter(pl.col("first") >= 0).n_unique()
        ),
    }
    return (
        edges.group_by("base")
        .agg(children=size, accounts=pl.col("account").drop_nulls().n_unique(), **figures)
        .with_columns(pl.col(*SIGNS).cast(pl.Float64))
    )


def _covered(column: str) -> pl.Expr:
    return pl.col(column).is_not_null().mean() >= COVERED


def _median(bases: pl.DataFrame, name: str) -> float | None:
    known = bases[name].drop_nulls()
    return float(known.median()) if len(known) >= BASES else None  # type: ignore[arg-type]


def _judged(row: Mapping[str, Any], limits: Mapping[str, float | None]) -> BaseSigns:
    """Compare the figures of a base with the limits."""
    figures = {name: row[name] if limit is not None else None for name, limit in limits.items()}
    tested = [name for name, figure in figures.items() if figure is not None]
    reasons = tuple(name for name in tested if figures[name] > limits[name])  # type: ignore[operator]
    flagged = len(reasons) >= ENOUGH if len(tested) >= ENOUGH else None
    return BaseSigns(row["base"], row["children"], row["accounts"], flagged, reasons, figures)


def _marked(
    graph: Graph, edges: pl.DataFrame, bases: Sequence[int], limits: Mapping[str, float | None]
) -> Flags:
    """Return which edges of the flagged bases bear enough marks, or are by an account most of whose do."""
    limit = {name: pl.lit(number, dtype=pl.Float64) for name, number in limits.items()}
    busy = pl.col("day").is_not_null() & (_fellows("day") > limit["peak"])
    marks = (
        pl.col("day").is_between("begin", "end") | busy,
        _fellows("name") / _fellows() > limit["same_name"],
        pl.col("downloads") == 0,
        pl.col("account").is_not_null() & (_fellows("account") > limit["per_account"]),
    )
    count = pl.sum_horizontal(mark.fill_null(value=False).cast(pl.Int8) for mark in marks)
    guilty = pl.col("account").is_not_null() & (pl.col("marked").mean().over("base", "account") > 0.5)
    part = (
        edges.filter(pl.col("base").is_in(bases))
        .with_columns(marked=count >= ENOUGH)
        .filter(pl.col("marked") | guilty)
    )
    flags = np.zeros(graph.m, dtype=bool)
    flags[part["edge"].to_numpy()] = True
    return flags


def _fellows(*columns: str) -> pl.Expr:
    """Number of children of the same base that agree in these columns."""
    return pl.len().over("base", *columns)
