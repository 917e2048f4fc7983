"""What changed between two snapshots: models, derivations, datasets, institutions, figures, ranks.

Tables are compared by their keys as columns, lazily read; nothing is a step per row. Figures are compared
only between dates of one source, and a jump that looks like a fault or a game is flagged, not hidden.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from begat.discovery import named
from begat.snapshot import Snapshot

__all__ = ["KEYS", "KINDS", "diff"]

ROW = {
    "what": pl.String,
    "change": pl.String,
    "of": pl.Int64,
    "id": pl.String,
    "before": pl.String,
    "after": pl.String,
    "value_before": pl.Float64,
    "value_after": pl.Float64,
    "reason": pl.String,
    "relation": pl.String,
    "parent": pl.String,
    "source": pl.String,
    "metric": pl.String,
    "date_before": pl.Date,
    "date_after": pl.Date,
    "difference": pl.Float64,
    "ratio": pl.Float64,
    "flagged": pl.Boolean,
}
"""Columns of a row; `of` is how many rows there are of its group, shown or not."""

KEYS = [name for name in ROW if not name.startswith("value_")]
"""Keys of a row as it is given out."""

GROUPS = {"derivation": ["relation", "before", "after"], "mover": ["metric"]}
"""Derivations are counted by relation and status, movers by metric, all else by change alone."""

MOVING = ("downloads_30d", "likes")
"""Metrics of which the movers are shown."""

SUSPECT_RATIO, SUSPECT_VALUE = 20, 1_000_000
"""A figure more than so many times the one before, and above this value, is flagged."""

LEADING = 1_000
"""Ranks by children are compared for models that lead one of the two snapshots."""

STATEMENT = ["child", "parent_raw", "relation", "source", "method"]
"""What makes two statements of a derivation the same."""


def diff(
    before: Snapshot, after: Snapshot, *, what: str | None = None, top: int | None = 20
) -> list[dict[str, Any]]:
    """Return what changed, models first; of figures and ranks the largest moves first.

    Parameters
    ----------
    before, after : Snapshot
        The two; any two of one home, in either order.
    what : str, optional
        One of `KINDS`; all of them if not given.
    top : int, optional
        At most so many rows of each group of changes; all if None.

    Returns
    -------
    list of dict
        ``what``, ``change``, ``of`` (rows of its group, shown or not), ``id``, ``before`` and ``after``
        (names, statuses, or numbers of figures and ranks), ``reason``, ``relation``, ``parent``, ``source``,
        ``metric``, ``date_before``, ``date_after``, ``difference``, ``ratio``, ``flagged``.

    Raises
    ------
    UnknownName
        If there is no such kind.

    Notes
    -----
    O(n) hash joins on the key columns; see ``benchmarks/bench_diff.py`` for seconds and memory.
    """
    chosen = list(KINDS.values()) if what is None else [named("kind of change", what, KINDS)]
    found = [_cut(rows, top) for kind in chosen for rows in kind(before, after)]
    rows = pl.concat([pl.DataFrame(schema=ROW), *found], how="diagonal").to_dicts()
    return [_valued(row) for row in rows]


def _cut(rows: pl.LazyFrame, top: int | None) -> pl.DataFrame:
    """The first rows of each group of a change, with the number of all."""
    every = rows.collect()
    further = GROUPS.get(str(every["what"].first()), [])
    group = ["change", *(name for name in further if name in every.columns)]
    counted = every.with_columns(of=pl.len().over(group), place=pl.int_range(pl.len()).over(group))
    shown = counted if top is None else counted.filter(pl.col("place") < top)
    return shown.select(pl.col(name).cast(kind) for name, kind in ROW.items() if name in shown.columns)


def _valued(row: dict[str, Any]) -> dict[str, Any]:
    """Put numbers in the place of names where the row is about figures."""
    for name in ("before", "after"):
        value = row.pop(f"value_{name}")
        row[name] = row[name] if value is None else value
    return row


def _scan(snapshot: Snapshot, table: str, *columns: str) -> pl.LazyFrame:
    return pl.scan_parquet(snapshot.path / f"{table}.parquet").select(columns)


def _rows(frame: pl.LazyFrame, what: str, change: str, **values: pl.Expr) -> pl.LazyFrame:
    return frame.select(what=pl.lit(what), change=pl.lit(change), **values)


def _models(before: Snapshot, after: Snapshot) -> Iterator[pl.LazyFrame]:
    """Models added, removed and renamed; a rename is neither of the others."""
    columns = ("id", "listed", "last_listed", "removed")
    old, new = (_scan(item, "models", *columns) for item in (before, after))
    renamed = _renamed(before, after, old, new)
    here, there = (frame.filter("listed").select("id") for frame in (old, new))
    fresh = there.join(here, on="id", how="anti").join(renamed.select(id="after"), on="id", how="anti")
    added = fresh.join(old, on="id", how="left").sort("id")
    known = (
        pl.when(pl.col("last_listed").is_not_null())
        .then(pl.lit("listed again"))
        .when(pl.col("listed").is_not_null())
        .then(pl.lit("was only named"))
    )
    yield _rows(added, "model", "added", id=pl.col("id"), reason=known)
    lost = here.join(there, on="id", how="anti").join(renamed.select(id="before"), on="id", how="anti")
    yield _rows(
        lost.join(new, on="id", how="left").sort("id"), "model", "removed", id=pl.col("id"), reason=_why()
    )
    names = {
        "id": pl.col("after"),
        "before": pl.col("before"),
        "after": pl.col("after"),
        "source": pl.col("source"),
    }
    yield _rows(renamed.sort("after"), "model", "renamed", reason=pl.col("kind"), **names)


def _why() -> pl.Expr:
    """Why a model is no longer listed."""
    return (
        pl.when("removed")
        .then(pl.lit("removed, says the platform"))
        .when(pl.col("last_listed").is_not_null())
        .then(pl.format("gone, last listed {}", pl.col("last_listed").cast(pl.String)))
        .when(pl.col("listed").is_not_null())
        .then(pl.lit("only named"))
        .otherwise(pl.lit("in no source"))
    )


def _renamed(before: Snapshot, after: Snapshot, old: pl.LazyFrame, new: pl.LazyFrame) -> pl.LazyFrame:
    """Listed before under the one name, now under the other, by an alias that is new: no guesses."""
    aliases = [_scan(item, "aliases", "id", "resolved", "kind", "source") for item in (before, after)]
    stated = aliases[1].filter(pl.col("kind") != "mirror").join(aliases[0], on=["id", "resolved"], how="anti")
    gone, there = old.filter("listed").select("id"), new.filter("listed").select("id")
    return (
        stated.rename({"id": "before", "resolved": "after"})
        .join(gone, left_on="before", right_on="id", how="semi")
        .join(there, left_on="after", right_on="id", how="semi")
        .sort("before", "after", "source")
        .unique("before", keep="first", maintain_order=True)
    )


def _derivations(before: Snapshot, after: Snapshot) -> Iterator[pl.LazyFrame]:
    """Statements added, removed, and of another status than before."""
    old, new = (_scan(item, "derivations", *STATEMENT, "parent", "status") for item in (before, after))
    old, new = (frame.collect().lazy() for frame in (old, new))
    names = {"id": pl.col("child"), "relation": pl.col("relation"), "source": pl.col("source"),
             "parent": pl.coalesce("parent", "parent_raw")}  # fmt: skip
    order = ["relation", "status", "child", "parent_raw", "source", "method"]
    added = _first(new.join(old, on=STATEMENT, how="anti")).sort(order)
    yield _rows(added, "derivation", "added", after=pl.col("status"), **names)
    removed = _first(old.join(new, on=STATEMENT, how="anti")).sort(order)
    yield _rows(removed, "derivation", "removed", before=pl.col("status"), **names)
    were = _standing(old).select(*STATEMENT, was="status")
    both = _standing(new).join(were, on=STATEMENT).filter(pl.col("was") != pl.col("status"))
    yield _rows(
        both.sort(order),
        "derivation",
        "changed",
        before=pl.col("was"),
        after=pl.col("status"),
        **names,
    )


def _first(stated: pl.LazyFrame) -> pl.LazyFrame:
    """Statements that stand several times, once."""
    return stated.unique(STATEMENT, keep="first", maintain_order=True)


def _standing(stated: pl.LazyFrame) -> pl.LazyFrame:
    """Statements once, each by the status that stands: that of a repeat only if it has no other."""
    return _first(stated.sort(pl.col("status") == "duplicate", maintain_order=True))


def _things(table: str, what: str) -> Callable[[Snapshot, Snapshot], Iterator[pl.LazyFrame]]:
    """Return what compares a table by its ids."""

    def changes(before: Snapshot, after: Snapshot) -> Iterator[pl.LazyFrame]:
        old, new = (_scan(item, table, "id").drop_nulls().unique() for item in (before, after))
        yield _rows(new.join(old, on="id", how="anti").sort("id"), what, "added", id=pl.col("id"))
        yield _rows(old.join(new, on="id", how="anti").sort("id"), what, "removed", id=pl.col("id"))

    return changes


def _observations(before: Snapshot, after: Snapshot) -> Iterator[pl.LazyFrame]:
    """Series by source, metric and date that are new or gone, with the number of their figures."""
    keys = ["source", "metric", "observed_on"]
    old, new = (_scan(item, "observations", *keys).group_by(keys).len() for item in (before, after))
    names = {"source": pl.col("source"), "metric": pl.col("metric")}
    count, day = pl.col("len"), pl.col("observed_on")
    added = new.join(old, on=keys, how="anti", nulls_equal=True).sort("observed_on", "source", "metric")
    yield _rows(added, "observation", "added", value_after=count, date_after=day, **names)
    removed = old.join(new, on=keys, how="anti", nulls_equal=True).sort("observed_on", "source", "metric")
    yield _rows(removed, "observation", "removed", value_before=count, date_before=day, **names)


def _movers(before: Snapshot, after: Snapshot) -> Iterator[pl.LazyFrame]:
    """Figures that moved most, absolutely and relatively, and models that moved most in rank by children."""
    for metric in MOVING:
        moved = _moved(before, after, metric).collect().lazy()
        yield _figures(moved, "most", pl.col("difference").abs())
        yield _figures(moved.filter(pl.col("ratio").is_not_null()), "steepest", pl.col("ratio").log().abs())
    yield _by_children(before, after)


def _figures(moved: pl.LazyFrame, change: str, size: pl.Expr) -> pl.LazyFrame:
    """The largest moves first."""
    names = (
        "id",
        "value_before",
        "value_after",
        "source",
        "metric",
        "date_before",
        "date_after",
        "difference",
        "ratio",
    )
    values = {name: pl.col(name) for name in (*names, "flagged")}
    ordered = moved.with_columns(size=size).sort("size", "id", "source", descending=[True, False, False])
    return _rows(ordered, "mover", change, **values)


def _moved(before: Snapshot, after: Snapshot, metric: str) -> pl.LazyFrame:
    """The newest figures of each source and model in both, where the later is of a later date and differs."""
    keys = ["subject", "source"]
    old, new = (_newest(item, metric) for item in (before, after))
    growth = pl.col("value_after") / pl.col("value")
    return (
        old.join(new, on=keys, suffix="_after")
        .filter(pl.col("observed_on_after") > pl.col("observed_on"), pl.col("value_after") != pl.col("value"))
        .select(
            "source",
            id="subject",
            metric=pl.lit(metric),
            value_before="value",
            value_after="value_after",
            date_before="observed_on",
            date_after="observed_on_after",
            difference=pl.col("value_after") - pl.col("value"),
            ratio=pl.when(pl.col("value") > 0, pl.col("value_after") > 0).then(growth),
            flagged=(pl.col("value_after") > SUSPECT_RATIO * pl.col("value"))
            & (pl.col("value_after") > SUSPECT_VALUE),
        )
    )


def _newest(snapshot: Snapshot, metric: str) -> pl.LazyFrame:
    """The newest dated figure of each model and source: the last of its run, as the table is sorted."""
    subject, source = pl.col("subject"), pl.col("source")
    goes_on = (subject == subject.shift(-1)) & (source == source.shift(-1))
    return (
        _scan(snapshot, "observations", "subject", "source", "observed_on", "value", "subject_kind", "metric")
        .filter(
            pl.col("subject_kind") == "model",
            pl.col("metric") == metric,
            pl.col("observed_on").is_not_null(),
        )
        .filter(~goes_on.fill_null(value=False))
        .select("subject", "source", "observed_on", "value")
    )


def _by_children(before: Snapshot, after: Snapshot) -> pl.LazyFrame:
    """Ranks by distinct children of models that lead one of the snapshots; the largest ratio first."""
    old, new = (_ranked(item) for item in (before, after))
    joined = old.join(new, on="id", how="full", coalesce=True, suffix="_after")
    leading = (pl.col("rank") <= LEADING) | (pl.col("rank_after") <= LEADING)
    moved = joined.filter(leading & (pl.col("rank") != pl.col("rank_after")))
    ratio = pl.col("rank") / pl.col("rank_after")
    values: Mapping[str, pl.Expr] = {
        "id": pl.col("id"),
        "value_before": pl.col("rank"),
        "value_after": pl.col("rank_after"),
        "metric": pl.lit("rank by children"),
        "difference": pl.col("children_after").cast(pl.Float64) - pl.col("children").cast(pl.Float64),
        "ratio": ratio,
    }
    ordered = moved.sort(ratio.log().abs(), "id", descending=[True, False])
    return _rows(ordered, "mover", "rank", **values)


def _ranked(snapshot: Snapshot) -> pl.LazyFrame:
    return (
        _scan(snapshot, "derivations", "child", "parent", "status")
        .filter(pl.col("status").is_in(["resolved", "dangling"]))
        .group_by(id="parent")
        .agg(children=pl.col("child").n_unique())
        .with_columns(rank=pl.col("children").rank("min", descending=True).cast(pl.Int64))
    )


KINDS: Mapping[str, Callable[[Snapshot, Snapshot], Iterator[pl.LazyFrame]]] = {
    "models": _models,
    "derivations": _derivations,
    "datasets": _things("datasets", "dataset"),
    "institutions": _things("institutions", "institution"),
    "observations": _observations,
    "movers": _movers,
}
"""What can be compared."""
