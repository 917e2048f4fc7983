"""Who takes whose place in rankings of institutions, if some things are taken out."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from begat.registry.opened import Opened, Row

if TYPE_CHECKING:
    import polars as pl

    from begat.graph.arrays import Flags
    from begat.influence.scope import Scope

__all__ = ["RANKED", "Taken", "by_begat_53", "by_influence"]

RANKED = ("reach", "accounts")
"""Measures of influence that are sums over accounts, so that they have intervals, and need no downloads."""


class Taken(NamedTuple):
    """What is taken out of rankings as of a day.

    Attributes
    ----------
    models, datasets : array of bool
        Which of the models, and of the datasets, of the supply.
    relations : frozenset of str
        Links of these kinds.
    institutions : frozenset of str
        Institutions that are ranked no more.
    until : date, optional
        The day; all that is known if not given.
    """

    models: "Flags"
    datasets: "Flags"
    relations: frozenset[str]
    institutions: frozenset[str]
    until: date | None


def by_influence(reg: Opened, taken: Taken, measure: str, *, draws: int, most: int | None) -> list[Row]:
    """Rank institutions by a measure of influence with and without; see `begat.answer.displaced`."""
    from begat.answer.displaced import displaced, influence_of, left
    from begat.graph import RELATIONS
    from begat.influence.scope import Scope

    graph, scope = reg.graph, Scope(on=taken.until)
    stopped = np.array([name in taken.relations for name in RELATIONS])[graph.relation]
    rest = left(graph, taken.models, stopped)
    after = influence_of(reg.snapshot, rest, measure, scope, draws=draws)
    return displaced(_before(reg, measure, scope), after, most)


def _before(reg: Opened, measure: str, scope: "Scope") -> "pl.DataFrame":
    """Return the ranking of all that there is; of all that is known from the kept scores, if there are."""
    import polars as pl

    from begat.answer.displaced import influence_of
    from begat.influence.scope import EVERYTHING
    from begat.registry.scored import scored_level

    if scope != EVERYTHING or not reg.scored:
        return influence_of(reg.snapshot, reg.graph, measure, scope)
    found = scored_level(reg, "institution", {}).filter(pl.col("children") > 0)
    return found.select("id", "name", "country", value=measure)


def by_begat_53(reg: Opened, taken: Taken, *, draws: int, most: int | None) -> list[Row]:
    """Rank institutions by begat-53 with and without; those without a rank are left out."""
    import polars as pl

    from begat.answer.displaced import displaced
    from begat.consequence.remainder import Remainder
    from begat.influence.ranking import rank

    ids, models = reg.supply.graph.ids, reg.supply.models
    rest = Remainder(
        reg.snapshot.path,
        models=frozenset(ids.take(np.flatnonzero(taken.models))),
        datasets=frozenset(ids.take(models + np.flatnonzero(taken.datasets))),
        institutions=taken.institutions,
        relations=taken.relations,
    )
    columns = {"id": "subject", "name": "name", "country": "country", "value": "score"}
    before, after = (
        found.filter(pl.col("rank").is_not_null()).select("low", "high", **columns)
        for found in (
            rank(reg.snapshot, edition=taken.until, graph=reg.graph),
            rank(rest, edition=taken.until, draws=draws),
        )
    )
    return displaced(before.drop("low", "high"), after, most)
