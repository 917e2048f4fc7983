"""What is lost without somebody or something, and who would take their place."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from begat.errors import InputError
from begat.influence.figures import EPOCH
from begat.registry.going import Going, going
from begat.registry.opened import Opened, Row

if TYPE_CHECKING:
    from begat.consequence.supply import Supply
    from begat.graph.arrays import Flags

__all__ = ["whatif"]

MOST = 20


def whatif(
    reg: Opened,
    without: Sequence[str],
    *,
    until: date | None = None,
    inferred: bool = False,
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
    most : int, optional
        At most so many ``things``.

    Returns
    -------
    dict
        ``without`` (a list of ``kind, id, things, links``), ``snapshot, until, evidence, downloads_source,
        downloads_on``; ``whole, withdrawn, resting, exclusive`` as in `begat.answer.whatif.Loss.totals`;
        ``by_channel, by_relation, by_depth, institutions, countries, things``: rows as `Loss.by`,
        `Loss.institutions`, `Loss.countries` and `Loss.most_downloaded` give them.

    Raises
    ------
    UnknownName
        If there is no such thing; near ids come with it.
    InputError
        If nothing of it was there.
    """
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
    }


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
