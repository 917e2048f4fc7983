"""Influence of models and groups of them, and what it rests on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from begat.discovery import named
from begat.registry.opened import Opened, Row

if TYPE_CHECKING:
    import polars as pl

    from begat.influence.scores import Scores

__all__ = ["bursts", "credit", "diagnostics", "influence", "scored_level"]


def influence(
    reg: Opened,
    *,
    by: str = "model",
    measure: str = "reach",
    country: str | None = None,
    draws: int = 0,
    undeclared: float = 0,
    seed: int = 0,
    most: int | None = None,
    **scope: Any,
) -> list[Row]:
    """Rank models or groups of them by influence; see `begat.answer.influence`.

    Parameters
    ----------
    by, measure, country
        As in `begat.answer.influence.ranked`.
    draws, undeclared, seed
        With draws > 0, intervals of value and rank; see `begat.influence.resample.intervals`.
    most : int, optional
        At most this many rows.
    **scope
        Which derivations count: ``on``, ``relations``, ``declared_only``, ``without_bursts``; see
        `begat.influence.scope.Scope`. Without any the kept `scores` are read.
    """
    from begat.answer.influence import ranked, with_intervals

    table = scored_level(reg, by, scope)
    if not draws:
        return ranked(table, by=by, measure=measure, country=country, most=most)
    return with_intervals(
        ranked(table, by=by, measure=measure, country=country),
        _scored(reg, scope),
        by=by,
        measure=measure,
        draws=draws,
        undeclared=undeclared,
        seed=seed,
        most=most,
    )


def credit(reg: Opened, text: str, *, by: str = "model", measure: str = "reach", **scope: Any) -> list[Row]:
    """Return what the score of a model or group is made of; see `begat.answer.credit`.

    `text` is its id or name, in any case; `scope` is as in `influence`.
    """
    from begat.answer.credit import credit_rows

    subject = reg.model(text) if by == "model" else _group(reg, text, by)
    return credit_rows(_scored(reg, scope), by=by, subject=subject, measure=measure)


def diagnostics(reg: Opened, what: str, *, by: str | None = None, **scope: Any) -> list[Row]:
    """Return what influence rests on; see `begat.answer.diagnostics`.

    Parameters
    ----------
    what : str
        ``corrections``, ``correlations``, ``own-house`` or ``quantizers``.
    by : str, optional
        The level; each has its own if not given.
    **scope
        As in `influence`.
    """
    from begat.answer.diagnostics import DIAGNOSTICS

    chosen = named("view of influence", what, DIAGNOSTICS)
    return chosen(_scored(reg, scope), **({} if by is None else {"by": by}))


def bursts(reg: Opened) -> list[Row]:
    """Return the bases with many derivatives and whether these look uploaded in bulk."""
    from begat.answer.bursts import burst_rows

    return burst_rows(reg.snapshot, reg.graph)


def _scored(reg: Opened, scope: Mapping[str, Any]) -> "Scores":
    from begat.influence.scope import Scope
    from begat.influence.scores import Scores

    return Scores(reg.snapshot, reg.graph, Scope(**scope))


def scored_level(reg: Opened, by: str, scope: Mapping[str, Any]) -> "pl.DataFrame":
    """Return the scores of one level, the kept ones where everything counts."""
    from begat.influence.scope import EVERYTHING

    found = _scored(reg, scope)
    return _level(reg, by) if found.scope == EVERYTHING else found.table(by)


def _level(reg: Opened, by: str) -> "pl.DataFrame":
    """Return the kept scores of one level."""
    import polars as pl

    from begat.influence.groups import GROUPS

    named("group", by, dict.fromkeys(GROUPS))
    return reg.scores.filter(pl.col("by") == by)


def _group(reg: Opened, text: str, by: str) -> str:
    """Return the id of a group as people write it."""
    table = _level(reg, by)
    pairs = table.select("id", "name").drop_nulls().iter_rows()
    known: dict[str, str] = {name.lower(): id_ for id_, name in pairs}
    known |= {id_.rpartition(":")[2].lower(): id_ for id_ in table["id"]} if by == "account" else {}
    known |= {id_.lower(): id_ for id_ in table["id"]}
    return named(by, text.strip().lower(), known, hint=f"`begat influence --by {by} --top 0` lists them.")
