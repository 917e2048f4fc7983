"""What is lost without somebody or something, and who would take their place."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from begat.discovery import named
from begat.errors import InputError
from begat.influence.figures import EPOCH
from begat.registry.going import Going, going
from begat.registry.opened import Opened, Row

if TYPE_CHECKING:
    from begat.consequence.supply import Supply
    from begat.graph.arrays import Flags

__all__ = ["whatif"]

MOST = 20

RANKED = ("reach", "accounts")
"""Measures of influence that have intervals and don't change with downloads."""


def whatif(
    reg: Opened,
    without: Sequence[str],
    *,
    until: date | None = None,
    inferred: bool = False,
    measure: str = "reach",
    draws: int = 100,
    deep: bool = False,
    ranking: bool = False,
    most: int | None = MOST,
) -> Row:
    """Return what is lost without somebody or something.

    Parameters
    ----------
    without : sequence of str
        Who or what goes, all together: ``institution:ID`` (with all its parts), ``country:CC`` (the
        institutions with their seat there), ``account:NAME``, ``family:NAME``, ``model:ID``, ``dataset:ID``,
        ``relation:KIND`` (links of one kind stop; see `begat.consequence.supply.KINDS`). Without a kind in
        front a model, institution, account, family or dataset.
    until : date, optional
        What would have been lost on that day, by what is known of it today; see
        `begat.influence.scope.known_on`.
    inferred : bool
        Follow also links that begat itself infers.
    measure : str
        What institutions are ranked by with and without what goes: one of `RANKED`.
    draws : int
        How often the accounts are drawn again for the intervals of ranks; 0 for none.
    deep : bool
        Take away what rests on what goes by weights, too, before institutions are ranked again.
    ranking : bool
        Also rank by begat-53 with and without; seconds, and the better part of a minute for the whole Hub.
    most : int, optional
        At most so many ``things``, and of each ranking.

    Returns
    -------
    dict
        ``without`` (a list of ``kind, id, things, links``), ``snapshot, until, evidence, downloads_source,
        downloads_on``; ``whole, withdrawn, resting, exclusive`` as in `begat.answer.whatif.Loss.totals`;
        ``by_channel, by_relation, by_depth, institutions, countries, things``: rows as `Loss.by`,
        `Loss.institutions`, `Loss.countries` and `Loss.most_downloaded` give them; ``measure, draws, deep``
        as given, and ``ranks`` by that measure, ``ranking`` by begat-53 (None if not asked for): rows as
        `begat.answer.displaced.displaced` gives them.

    Raises
    ------
    UnknownName
        If there is no such thing; near ids come with it.
    InputError
        If nothing of it was there.
    """
    named("measure of a rank", measure, dict.fromkeys(RANKED))
    from begat.answer.whatif import Loss
    from begat.consequence.withdrawal import withdrawal

    evidence = "inferred" if inferred else "reported"
    there, supply = _known(reg, reg.supply.within(evidence), until)
    asked = [going(reg, supply, text) for text in without]
    gone = np.logical_or.reduce([each.nodes for each in asked]) & there
    stopped = np.logical_or.reduce([each.links for each in asked])
    _refuse_nothing(asked, gone, stopped, until)
    unresolved = np.append(reg.columns.plain.unresolved, np.zeros(supply.n - supply.models, dtype=np.int32))
    found = withdrawal(supply, gone, stopped, unresolved=unresolved)
    touched = np.flatnonzero((gone | (found.channel >= 0))[: supply.models])
    downloads, source, day = reg.columns.downloads.best(touched, until)
    taken = gone | (found.resting() & deep)
    change = _change(asked, supply, taken, until)
    loss = Loss(reg.snapshot, supply, found, there, downloads)
    return {
        "without": [
            {
                "kind": each.kind,
                "id": each.id,
                "things": int((each.nodes & there).sum()),
                "links": int(each.links.sum()),
            }
            for each in asked
        ],
        "snapshot": reg.snapshot.name,
        "until": until,
        "evidence": evidence,
        "downloads_source": source,
        "downloads_on": day,
        **loss.totals,
        "by_channel": loss.by("role"),
        "by_relation": loss.by("relation"),
        "by_depth": loss.by("depth"),
        "institutions": loss.institutions,
        "countries": loss.countries,
        "things": loss.most_downloaded(most),
        "measure": measure,
        "draws": draws,
        "deep": deep,
        "ranks": _ranks(reg, change, measure, draws, most),
        "ranking": _ranking(reg, change, draws, most) if ranking else None,
    }


class Change(NamedTuple):
    """What is taken out of rankings: models, datasets, links of some kinds, institutions; as of a day."""

    models: "Flags"
    datasets: "Flags"
    relations: frozenset[str]
    institutions: frozenset[str]
    until: date | None


def _change(asked: Sequence[Going], supply: "Supply", taken: "Flags", until: date | None) -> Change:
    return Change(
        models=taken[: supply.models],
        datasets=taken[supply.models :],
        relations=frozenset(each.id for each in asked if each.kind == "relation"),
        institutions=frozenset().union(*(each.institutions for each in asked)),
        until=until,
    )


def _ranks(reg: Opened, change: Change, measure: str, draws: int, most: int | None) -> list[Row]:
    """Rank institutions by a measure of influence, with and without what is taken away."""
    from begat.answer.displaced import displaced, influence_of, left
    from begat.graph import RELATIONS
    from begat.influence.scope import Scope

    graph, scope = reg.graph, Scope(on=change.until)
    stopped = np.isin(
        graph.relation, [code for code, name in enumerate(RELATIONS) if name in change.relations]
    )
    rest = left(graph, change.models, stopped)
    after = influence_of(reg.snapshot, rest, measure, scope, draws=draws)
    return displaced(influence_of(reg.snapshot, graph, measure, scope), after, most)


def _ranking(reg: Opened, change: Change, draws: int, most: int | None) -> list[Row]:
    """Rank institutions by begat-53, with and without what is taken away."""
    import polars as pl

    from begat.answer.displaced import displaced
    from begat.consequence.remainder import Remainder
    from begat.influence.ranking import rank

    ids, models = reg.supply.graph.ids, reg.supply.models
    rest = Remainder(
        reg.snapshot.path,
        models=frozenset(ids.take(np.flatnonzero(change.models))),
        datasets=frozenset(ids.take(models + np.flatnonzero(change.datasets))),
        institutions=change.institutions,
        relations=change.relations,
    )
    before = rank(reg.snapshot, edition=change.until, graph=reg.graph)
    after = rank(rest, edition=change.until, draws=draws)
    columns = {"id": "subject", "name": "name", "country": "country", "value": "score"}
    picked = [
        found.filter(pl.col("rank").is_not_null()).select("low", "high", **columns)
        for found in (before, after)
    ]
    return displaced(picked[0].drop("low", "high"), picked[1], most)


def _known(reg: Opened, supply: "Supply", day: date | None) -> "tuple[Flags, Supply]":
    """Return which things there were on a day, and the links known by then."""
    if day is None:
        return np.ones(supply.n, dtype=bool), supply
    from begat.influence.scope import known_on

    created = _created(reg)
    known = supply.kept(known_on(supply.graph, created, supply.stated_on.astype(np.int64), day))
    number = (day - EPOCH).days
    there = (created >= 0) & (created <= number)
    undated = created < 0
    there[known.graph.parent[undated[known.graph.parent]]] = True
    there[known.graph.child[undated[known.graph.child]]] = True
    return there, known


def _created(reg: Opened) -> "np.ndarray":
    """Return the day on which each model and dataset was published, negative where unknown."""
    import polars as pl

    dated = reg.snapshot.frame("datasets", ["id", "created_at"]).drop_nulls("id")
    days = (dated.unique("id", keep="first").sort("id")["created_at"].dt.date() - EPOCH).dt.total_days()
    of_datasets = days.fill_null(-1).cast(pl.Int64).to_numpy()
    return np.concatenate((reg.created, of_datasets))


def _refuse_nothing(asked: Sequence[Going], gone: "Flags", stopped: "Flags", until: date | None) -> None:
    if not asked:
        raise InputError("nothing goes", hint="Say who: --without institution:ID.")
    if not gone.any() and not stopped.any():
        names = ", ".join(f"{each.kind}:{each.id}" for each in asked)
        raise InputError("nothing of it was known", where=f"{names}{f' on {until}' if until else ''}")
