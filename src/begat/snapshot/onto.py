"""One snapshot onto another: what a source says now takes the place of what it said before.

Of two readings of one source the newer one has precedence, whichever is imported first. What the older
one says of things that the newer one does not mention stays, unless the newer one is complete: then a model
that is missing in it is gone and keeps its rows with the day on which it was listed last. Figures are
a series: those of other dates stay. Renames stay, until the platform lists the old name again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from begat.errors import InputError
from begat.resolve import Statements
from begat.snapshot.stated import statements

if TYPE_CHECKING:
    from begat.snapshot.opened import Snapshot

__all__ = ["LARGEST_SHRINK", "accumulate", "completed", "succeed"]

LARGEST_SHRINK = 0.02
"""Part of the models, or datasets, that a complete listing may have fewer than the one before it."""

SUBJECT = {
    "models": ["id"],
    "derivations": ["child"],
    "inferences": ["child"],
    "datasets": ["id"],
    "trained_on": ["model"],
    "accounts": ["platform", "account"],
    "institutions": ["name"],
    "systems": ["id"],
    "benchmarks": ["id"],
    "evaluations": ["model"],
    "listings": ["edition"],
    "aliases": ["id"],
}
"""What a row of a table is about: a source that mentions it replaces all its earlier rows about it."""

OF_MODELS = {table: keys[0] for table, keys in SUBJECT.items() if keys[0] in ("child", "model")}
"""Tables that say something of a model, and the column that names it."""

FIGURE = ["subject_kind", "subject", "metric", "observed_on", "observed_before"]
"""What makes two figures of one source the same figure."""

Facts = Mapping[str, Mapping[str, Any]]


def accumulate(
    parts: Sequence[Statements],
    provenance: Facts,
    onto: "Snapshot",
    *,
    complete: Collection[str] = (),
    accept_shrink: bool = False,
) -> tuple[list[Statements], Facts]:
    """Bring what was read now together with what a snapshot holds.

    Parameters
    ----------
    parts : sequence of Statements
        What was read, each source once. Their frames are used up.
    provenance : mapping
        Further facts on each of these sources.
    onto : Snapshot
        The snapshot before.
    complete : collection of str
        Sources of which everything was read: what is missing is gone.
    accept_shrink : bool
        Whether a complete listing may be much shorter than the one before.

    Returns
    -------
    list of Statements
        Of each source once.
    mapping
        Facts on each: `provenance` with the day of the last complete listing as ``complete_on``, and those
        of the snapshot on sources of which nothing newer was read.

    Raises
    ------
    InputError
        If a complete listing shrinks by more than `LARGEST_SHRINK`.
    """
    known = {row["source"]: _facts(row) for row in [*onto.sources, *onto.annexes]}
    joined = {part.source.name: part for part in statements(onto)}
    kept = {
        name: {"complete_on": facts["complete_on"]} for name, facts in known.items() if "complete_on" in facts
    }
    further = _joined(kept, completed(parts, provenance, complete))
    for part in parts:
        name, whole = part.source.name, part.source.name in complete or part.source.curated
        listed_on = _day(known.get(name, {}).get("complete_on"))
        old = joined.get(name)
        if old is None:
            joined[name] = part
        elif old.date > part.date:
            all_listed = listed_on is not None and listed_on >= part.date
            joined[name] = succeed(part, old, complete=all_listed, last_listed=part.date)
            part.frames.clear()
            continue
        else:
            if whole and not accept_shrink:
                _refuse_shrink(old, part)
            joined[name] = succeed(old, part, complete=whole, last_listed=listed_on)
            part.frames.clear()
        known.pop(name, None)
    return list(joined.values()), {**further, **known}


def completed(parts: Sequence[Statements], provenance: Facts, complete: Collection[str]) -> Facts:
    """Return the facts on each source, with the day on which it was read completely."""
    days = {
        part.source.name: {"complete_on": str(part.date)} for part in parts if part.source.name in complete
    }
    return _joined(provenance, days)


def _joined(facts: Facts, further: Facts) -> dict[str, dict[str, Any]]:
    return {name: {**facts.get(name, {}), **further.get(name, {})} for name in {**facts, **further}}


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "source"}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _refuse_shrink(old: Statements, new: Statements) -> None:
    for table in ("models", "datasets"):
        before, now = (_live(part.frames[table]).height for part in (old, new))
        if now < (1 - LARGEST_SHRINK) * before:
            raise InputError(
                f"source {new.source.name} lists {now:,} {table}, {1 - now / before:.1%} fewer than "
                f"the {before:,} of {old.date}",
                hint="Is the listing complete? --partial keeps what is missing, --accept-shrink lets it go.",
            )


def succeed(
    older: Statements, newer: Statements, *, complete: bool, last_listed: date | None = None
) -> Statements:
    """Return what a source says after two readings.

    Parameters
    ----------
    older, newer : Statements
        Two readings of one source.
    complete : bool
        Whether the newer one holds everything that the source has.
    last_listed : date, optional
        The last complete listing that had the models of the older one; its own date if not given.
    """
    removed = _removed(older, newer)
    newer = _without(newer, removed)
    gone, cased = _lost(older, newer)
    newer = _respelled(newer, cased)
    day = last_listed or older.date
    frames = {}
    for table, frame in older.frames.items():
        left = _unmentioned(table, frame, newer)
        if table == "models":
            lost = gone if complete else removed
            left = left.join(gone, on="id", how="semi", maintain_order="left") if complete else left
            left = _marked(left, lost["id"], removed["id"], day)
        elif complete and table in OF_MODELS:
            named = gone.select(pl.col("id").alias(OF_MODELS[table]))
            left = left.join(named, on=OF_MODELS[table], how="semi", maintain_order="left")
        elif complete and table not in ("observations", "aliases"):
            left = left.clear()
        frames[table] = pl.concat([newer.frames[table], left])
    return replace(newer, frames=frames)


def _removed(older: Statements, newer: Statements) -> pl.DataFrame:
    """Ids of the older reading of which the newer one says nothing but that the platform removed them."""
    facts = pl.exclude("id", "source", "removed", "last_listed")
    nothing = pl.all_horizontal(facts.is_null())
    told = newer.frames["models"].filter("removed", pl.col("last_listed").is_not_null(), nothing)
    return older.frames["models"].select("id").join(told, on="id", how="semi").unique()


def _without(part: Statements, models: pl.DataFrame) -> Statements:
    left = part.frames["models"].join(models, on="id", how="anti", maintain_order="left")
    return replace(part, frames=part.frames | {"models": left})


def _marked(models: pl.DataFrame, lost: pl.Series, removed: pl.Series, day: date) -> pl.DataFrame:
    """Give models that are lost the day on which they were listed last, and say of which it is certain."""
    gone, certain = (pl.col("id").is_in(ids.implode()) for ids in (lost, removed))
    return models.with_columns(
        last_listed=pl.when(gone).then(pl.coalesce("last_listed", pl.lit(day))).otherwise("last_listed"),
        removed=pl.when(certain).then(pl.lit(value=True)).otherwise("removed"),
    )


def _unmentioned(table: str, frame: pl.DataFrame, newer: Statements) -> pl.DataFrame:
    """Rows about which the newer reading says nothing; what was set aside is that of the last reading."""
    if table == "set_aside":
        return frame.clear()
    if table == "observations" and not _share_days(frame, newer.frames[table]):
        return frame
    keys = SUBJECT.get(table, FIGURE)
    named = newer.frames[table].select(keys)
    if table in OF_MODELS:
        named = pl.concat([named, newer.frames["models"].select(pl.col("id").alias(keys[0]))])
    if table == "aliases" and newer.source.authority == 0:
        frame = frame.filter(~_outdated(frame, newer))
    return frame.join(named.unique(), on=keys, how="anti", nulls_equal=True, maintain_order="left")


def _share_days(*series: pl.DataFrame) -> bool:
    """Whether two series have figures of the same day."""
    days = [frame.select("observed_on", "observed_before").unique() for frame in series]
    return len(days[0].join(days[1], on=days[0].columns, how="semi", nulls_equal=True)) > 0


def _outdated(aliases: pl.DataFrame, newer: Statements) -> pl.Series:
    """Say which names a platform's own records list again, so that they lead nowhere else any longer."""
    there = _live(newer.frames["models"]).filter(~pl.col("removed").fill_null(value=False))
    again = aliases["id"].is_in(there["id"].implode())
    return again & (aliases["kind"] != "mirror")


def _live(things: pl.DataFrame) -> pl.DataFrame:
    """Return what is listed, each once; only of models it is known which have gone."""
    gone = pl.col("last_listed").is_not_null() if "last_listed" in things.columns else pl.lit(value=False)
    return things.filter(~gone).unique("id")


def _lost(older: Statements, newer: Statements) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ids of the older reading that the newer one lists neither so nor renamed.

    Returns
    -------
    DataFrame
        ``id`` of those that are gone.
    DataFrame
        ``id``, ``canonical`` of those that are listed in another case, unless they were renamed before.
    """
    there = newer.frames["models"].select("id", "created_at")
    lost = older.frames["models"].select("id", "created_at").join(there, on="id", how="anti")
    renamed = (
        newer.frames["aliases"]
        .filter(pl.col("kind") != "mirror")
        .join(there, left_on="canonical", right_on="id", how="semi")
    )
    lost = lost.join(renamed, on="id", how="anti")
    low = pl.col("id").str.to_lowercase()
    unnamed = lost.join(older.frames["aliases"].filter(pl.col("kind") != "mirror"), on="id", how="anti")
    cased = unnamed.with_columns(low=low).join(
        there.select(low=low, canonical="id", made="created_at"), on="low"
    )
    same = (
        (pl.col("created_at") == pl.col("made")) | pl.col("created_at").is_null() | pl.col("made").is_null()
    )
    cased = cased.filter(same).unique("id", keep="first", maintain_order=True)
    return lost.join(cased, on="id", how="anti").select("id").unique(), cased.select("id", "canonical")


def _respelled(part: Statements, cased: pl.DataFrame) -> Statements:
    """Note as aliases the ids that are listed in another case now."""
    stated = part.frames["aliases"]
    noted = cased.with_columns(
        kind=pl.lit("case"), stated_on=pl.lit(part.date), source=pl.lit(part.source.name)
    )
    lacking = [pl.lit(None).alias(name) for name in stated.columns if name not in noted.columns]
    noted = noted.with_columns(lacking).select(pl.col(stated.columns)).cast(stated.schema)
    return replace(part, frames=part.frames | {"aliases": pl.concat([stated, noted])})
