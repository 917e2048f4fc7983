"""What is lost without somebody or something, and who would take their place."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from begat.discovery import named
from begat.errors import InputError
from begat.influence.figures import EPOCH
from begat.registry.asked import RELATION, Asked, asked
from begat.registry.opened import Opened, Row, refuse_future
from begat.registry.pages import about
from begat.registry.replaced import RANKED, Taken, by_begat_53, by_influence
from begat.registry.scored import influence

if TYPE_CHECKING:
    from begat.consequence.supply import Supply
    from begat.consequence.withdrawal import Withdrawal
    from begat.graph.arrays import Flags
    from begat.views.page.base import Page

__all__ = ["whatif", "whatif_page"]

MOST = 20

TOPICS = ("derivations", "training", "institutions", "countries")
"""Of coverage: what the page rests on."""

EXAMPLES = 6
"""Institutions that are offered where nobody is named."""


def whatif(
    reg: Opened,
    without: Sequence[str] = (),
    *,
    licence: str | None = None,
    until: date | None = None,
    evidence: str = "reported",
    by_quarter: bool = False,
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
    licence : str, optional
        ``TO`` or ``FROM=TO``: they do not go but change to this licence, those under the licence FROM only if
        it is given. With FROM and nothing in `without`, all things under it do.
    until : date, optional
        What would have been lost on that day, by what is known of it today; see
        `begat.influence.scope.known_on`.
    evidence : str
        The weakest links to follow, of `begat.consequence.supply.EVIDENCE`.
    by_quarter : bool
        Also the same as of the end of each quarter, since the first day that is known of what goes.
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
        `Loss.institutions`, `Loss.countries` and `Loss.most_downloaded` give them. ``quarters``: rows of
        ``date, models`` (all that there were), ``withdrawn, resting, exclusive, open, by_outputs, by_data``
        (models), None if not asked for. ``measure, draws, deep`` as given, and ``ranks`` by that measure,
        ``ranking`` by begat-53 (None if not asked for): rows as `begat.answer.displaced.displaced` gives.
        ``licence``: ``from, to, clauses`` (rows as `begat.consequence.relicence.Rebound`), else None; then
        nobody goes, and there are no ``ranks``.

    Raises
    ------
    UnknownName
        If there is no such thing; near ids come with it.
    InputError
        If nothing of it was there, or what is asked for does not go together.
    """
    from begat.answer.whatif import Loss
    from begat.consequence.supply import EVIDENCE

    named("measure of a rank", measure, dict.fromkeys(RANKED))
    named("evidence", evidence, dict.fromkeys(EVIDENCE))
    supply = reg.supply.within(evidence)
    going = [asked(reg, text, supply=supply) for text in without]
    if licence is not None:
        _refuse_ranking(ranking=ranking, deep=deep)
        going = [_licence_change(reg, supply, going, licence)]
    refuse_future(reg, until)
    there, known = _known(reg, supply, until)
    found = _withdrawal(supply, going, there, known)
    gone = found.gone
    _refuse_nothing(going, found, known, until)
    seen = supply.kept(known)
    downloads, source, day = reg.columns.downloads.best(on=until)
    loss = Loss(reg.snapshot, seen, found, there, downloads)
    taken = _taken(going, supply.models, gone | (found.resting() & deep), until)
    return {
        "without": [_said(each, there, known) for each in going],
        "licence": None if licence is None else _licence(reg, seen, going[0], gone),
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
        "quarters": _quarters(reg, supply, going, until) if by_quarter else None,
        "measure": measure,
        "draws": draws,
        "deep": deep,
        "ranks": None if licence else by_influence(reg, taken, measure, draws=draws, most=most),
        "ranking": by_begat_53(reg, taken, draws=draws, most=most) if ranking else None,
    }


def whatif_page(
    reg: Opened, without: Sequence[str] = (), *, lang: str = "en", licence: str | None = None, **how: Any
) -> "Page":
    """Return the page of what is lost; arguments as in `whatif`.

    With nobody named it is the page on which that is chosen.

    Raises
    ------
    UnknownName, InputError
        As `whatif` does.
    """
    from begat.views.page.whatif import ask_page, whatif_page

    if not without and licence is None:
        first = influence(reg, by="institution", most=EXAMPLES)
        examples = [(f"institution:{row['id']}", row["name"] or row["id"]) for row in first]
        return ask_page(examples, about(reg, *TOPICS), lang=lang)
    found = whatif(reg, without, licence=licence, **how)
    return whatif_page(found, _titled(reg, found, without), about(reg, *TOPICS), lang=lang)


def _titled(reg: Opened, found: Row, without: Sequence[str]) -> list[tuple[str, str]]:
    """Return what goes or changes as it is asked for, each with what people call it; empty for everything."""
    if found["licence"] is None:
        named_so = [(each["kind"], each["id"]) for each in found["without"]]
    else:
        named_so = [(each.kind, each.id) for each in (asked(reg, text) for text in without)]
    return [(f"{kind}:{key}", reg.census.name_of(kind, key)) for kind, key in named_so] or [("", "")]


def _withdrawal(supply: "Supply", going: Sequence[Asked], there: "Flags", known: "Flags") -> "Withdrawal":
    """Return what rests on all that goes, by the links that are known."""
    from begat.consequence.withdrawal import withdrawal

    return withdrawal(
        supply.kept(known),
        _any(supply.n, [each.nodes for each in going]) & there,
        _any(supply.graph.m, [each.links for each in going])[known],
        unresolved=supply.open_bases,
    )


def _any(count: int, flags: "Sequence[Flags]") -> "Flags":
    found = np.zeros(count, dtype=bool)
    for each in flags:
        found |= each
    return found


def _known(reg: Opened, supply: "Supply", day: date | None) -> "tuple[Flags, Flags]":
    """Return which things there were on a day, and which links are known to have been.

    A thing without a date was there if a link of it was.
    """
    if day is None:
        return np.ones(supply.n, dtype=bool), np.ones(supply.graph.m, dtype=bool)
    from begat.consequence.supply import there_on

    known = supply.known_on(reg.published, day)
    return there_on(supply.kept(known).graph, reg.published, day), known


def _refuse_nothing(going: Sequence[Asked], found: "Withdrawal", known: "Flags", until: date | None) -> None:
    if not going:
        raise InputError("nothing goes", hint="Say who: --without institution:ID.")
    if not found.gone.any() and not any((each.links & known).any() for each in going):
        names = ", ".join(f"{each.kind}:{each.id}" for each in going)
        raise InputError("nothing of it was known", where=f"{names}{f' on {until}' if until else ''}")


def _refuse_ranking(**asked: bool) -> None:
    for option, given in asked.items():
        if given:
            raise InputError(f"--{option} ranks without what goes, and with --licence nobody goes")


def _said(each: Asked, there: "Flags", known: "Flags") -> Row:
    """Say what goes, and how many things and links that is."""
    counts = {"things": int((each.nodes & there).sum()), "links": int((each.links & known).sum())}
    return {"kind": each.kind, "id": each.id, **counts}


def _taken(going: Sequence[Asked], models: int, out: "Flags", until: date | None) -> Taken:
    return Taken(
        models=out[:models],
        datasets=out[models:],
        relations=frozenset(each.id for each in going if each.kind == RELATION),
        institutions=frozenset[str]().union(*(each.institutions for each in going)),
        until=until,
    )


def _licence(reg: Opened, supply: "Supply", change: Asked, gone: "Flags") -> Row:
    from begat.consequence.relicence import relicence

    before, _, after = change.id.rpartition("=")
    rows = relicence(supply, reg.labels, gone, after)
    return {"from": before or None, "to": after, "clauses": [row._asdict() for row in rows]}


def _licence_change(reg: Opened, supply: "Supply", changing: Sequence[Asked], text: str) -> Asked:
    """Return what changes its licence: of what was asked for, or of all, what is under a licence.

    Parameters
    ----------
    changing : sequence of Asked
        Whose things; everybody's if there are none.
    text : str
        ``TO``, or ``FROM=TO``: ids or expressions.

    Raises
    ------
    UnknownName
        If a licence is not known.
    InputError
        If it is not said whose, or links are asked for.
    """
    before, _, after = text.rpartition("=")
    _refuse_unknown(reg, before, after)
    if not changing and not before:
        raise InputError(
            "it is not said whose licence changes", where="--licence", hint="Add --without, or write FROM=TO."
        )
    if any(each.kind == RELATION for each in changing):
        raise InputError(
            "a link has no licence", where="--licence", hint="Leave out --without relation:KIND."
        )
    nodes = _any(supply.n, [each.nodes for each in changing]) | (not changing)
    if before:
        nodes = nodes & (reg.labels.code == reg.labels.licences.index(before))
    return Asked("licence", text, nodes, np.zeros(supply.graph.m, dtype=bool))


def _refuse_unknown(reg: Opened, before: str, after: str) -> None:
    from begat.licences import components, licences

    if before:
        named(
            "licence of this snapshot", before, dict.fromkeys(reg.labels.licences), hint="See `begat stats`."
        )
    for part in components(after) or [""]:
        named("licence", part, licences(), hint="Write an SPDX id or LicenseRef-NAME.")


def _quarters(reg: Opened, supply: "Supply", going: Sequence[Asked], until: date | None) -> list[Row]:
    """Return what would have been lost at the end of each quarter."""
    graph, created = supply.graph, reg.published
    nodes = _any(supply.n, [each.nodes for each in going])
    nodes[graph.child[_any(graph.m, [each.links for each in going])]] = True
    days = created[nodes & (created >= 0)]
    if not len(days):
        raise InputError("no day of it is known, and so no quarter", hint="Leave out --by-quarter.")
    first = EPOCH + timedelta(days=int(days.min()))
    return [_quarter(reg, supply, going, day) for day in _quarter_ends(first, until or reg.snapshot.date)]


def _quarter(reg: Opened, supply: "Supply", going: Sequence[Asked], day: date) -> Row:
    there, known = _known(reg, supply, day)
    found = _withdrawal(supply, going, there, known)
    model = ~supply.is_dataset(np.arange(supply.n))
    resting = found.resting() & model
    sets: dict[str, Any] = {
        "models": there,
        "withdrawn": found.gone,
        "resting": resting,
        "exclusive": resting & found.exclusive,
        "open": resting & found.open,
        "by_outputs": found.resting("outputs"),
        "by_data": found.resting("data"),
    }
    return {"date": day, **{name: int((some & model).sum()) for name, some in sets.items()}}


def _quarter_ends(first: date, last: date) -> list[date]:
    """Return the ends of the quarters from one day to another, and the last day itself.

    Examples
    --------
    >>> [str(day) for day in _quarter_ends(date(2024, 2, 1), date(2024, 8, 1))]
    ['2024-03-31', '2024-06-30', '2024-08-01']
    """
    starts = [date(year, month, 1) for year in range(first.year, last.year + 2) for month in (1, 4, 7, 10)]
    ends = [start - timedelta(days=1) for start in starts]
    return [*(day for day in ends if first <= day < last), last]
