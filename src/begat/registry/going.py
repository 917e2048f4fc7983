"""What goes, by name: somebody with all that is theirs, single things, or one kind of link."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from begat.discovery import named
from begat.errors import InputError, UnknownName
from begat.registry.opened import Opened, plain
from begat.registry.subject import account, family, near, parts, subject

if TYPE_CHECKING:
    from begat.consequence.supply import Supply
    from begat.graph.arrays import Flags

__all__ = ["Going", "going", "licence_change"]


class Going(NamedTuple):
    """Something that goes.

    Attributes
    ----------
    kind, id : str
        What it is: ``model, dataset, institution, country, account, family, relation`` or
        ``licence``.
    nodes : array of bool, shape (n,)
        The things of it.
    links : array of bool, shape (m,)
        The links that stop.
    institutions : frozenset of str
        Institutions that go as such, and are ranked no more.
    """

    kind: str
    id: str
    nodes: "Flags"
    links: "Flags"
    institutions: frozenset[str] = frozenset()


def going(reg: Opened, supply: "Supply", text: str) -> Going:
    """Return what a text names, with its things or links; see `begat.registry.withdrawn.whatif`.

    Raises
    ------
    UnknownName
        If there is no such thing; near ids come with it.
    """
    kind, _, name = text.partition(":")
    if kind in FINDERS:
        found = FINDERS[kind](reg, supply, name)
        if found is None:
            hint = "Try `begat search TEXT`."
            raise UnknownName(kind, text, suggestions=_near(reg, kind, name), hint=hint)
        return found
    return _any(reg, supply, text)


def _any(reg: Opened, supply: "Supply", text: str) -> Going:
    """Find a model, institution, account or family, else a dataset."""
    try:
        found = subject(reg, text)
    except UnknownName:
        dataset = _dataset(reg, supply, plain(text))
        if dataset is None:
            raise
        return dataset
    made = FINDERS[found.kind](reg, supply, _names(reg, found.kind)[found.code])
    assert made is not None
    return made


def _names(reg: Opened, kind: str) -> Sequence[str]:
    """Return the ids of a kind of `begat.registry.subject.subject`, by code."""
    if kind == "family":
        return reg.families[0]
    graph = reg.graph
    of_graph = {"model": graph.ids, "account": graph.account_ids, "institution": graph.institution_ids}
    return of_graph[kind]


def _things(supply: "Supply", kind: str, name: str, nodes: "Flags") -> Going:
    return Going(kind, name, nodes, np.zeros(supply.graph.m, dtype=bool))


def _model(reg: Opened, supply: "Supply", name: str) -> Going | None:
    node = reg.found(name)
    return (
        None if node is None else _things(supply, "model", reg.graph.ids[node], np.arange(supply.n) == node)
    )


def _dataset(reg: Opened, supply: "Supply", name: str) -> Going | None:
    node = supply.dataset(plain(name))
    if node is None:
        hits = [hit["id"] for hit in reg.names.exact(plain(name)) if hit["kind"] == "dataset"]
        node = supply.dataset(hits[0]) if hits else None
    if node is None:
        return None
    return _things(supply, "dataset", supply.graph.ids[node], np.arange(supply.n) == node)


def _institution(reg: Opened, supply: "Supply", name: str) -> Going | None:
    known = reg.snapshot.table("institutions", ["id"], where=[("id", "=", name)])
    if not len(known):
        hits = [hit["id"] for hit in reg.names.exact(name) if hit["kind"] == "institution"]
        if not hits:
            return None
        name = hits[0]
    return _seats(supply, "institution", name, frozenset(parts(reg, name)))


def _country(reg: Opened, supply: "Supply", name: str) -> Going | None:
    seated = reg.snapshot.table("institutions", ["id"], where=[("country", "=", name.upper())])
    ids = frozenset(seated["id"].drop_null().to_pylist())
    return _seats(supply, "country", name.upper(), ids) if ids else None


def _seats(supply: "Supply", kind: str, name: str, institutions: frozenset[str]) -> Going:
    """Return some institutions with all that is theirs."""
    ids = supply.graph.institution_ids
    codes = [code for each in institutions if (code := ids.find(each)) is not None]
    mine = np.isin(supply.graph.institution, codes)
    return _things(supply, kind, name, mine)._replace(institutions=institutions)


def _account(reg: Opened, supply: "Supply", name: str) -> Going | None:  # noqa: ARG001 - as all finders
    code = account(supply.graph.account_ids, name)
    if code is None:
        return None
    return _things(supply, "account", supply.graph.account_ids[code], supply.graph.account == code)


def _family(reg: Opened, supply: "Supply", name: str) -> Going | None:
    code = family(reg, name)
    if code is None:
        return None
    labels, own = reg.families
    nodes = np.append(own == code, np.zeros(supply.n - supply.models, dtype=bool))
    return _things(supply, "family", labels[code], nodes)


def _relation(reg: Opened, supply: "Supply", name: str) -> Going | None:  # noqa: ARG001 - as all finders
    from begat.consequence.supply import KINDS

    if name not in KINDS:
        return None
    return Going("relation", name, np.zeros(supply.n, dtype=bool), supply.of_kinds({name}))


def _near(reg: Opened, kind: str, name: str) -> list[str]:
    """Return the known things of a kind that are most alike."""
    from difflib import get_close_matches

    from begat.consequence.supply import KINDS

    if kind == "relation":
        return get_close_matches(name, KINDS) or list(KINDS)
    if kind == "country":
        seats = reg.snapshot.frame("institutions", ["country"])["country"].drop_nulls().unique().sort()
        return get_close_matches(name.upper(), seats.to_list(), cutoff=0.5)
    return near(reg, name, (kind,))


FINDERS: Mapping[str, Callable[[Opened, "Supply", str], Going | None]] = {
    "model": _model,
    "dataset": _dataset,
    "institution": _institution,
    "country": _country,
    "account": _account,
    "family": _family,
    "relation": _relation,
}


def licence_change(reg: Opened, supply: "Supply", asked: Sequence[Going], text: str) -> Going:
    """Return what changes its licence: of what was asked for, or of all, what is under a licence.

    Parameters
    ----------
    asked : sequence of Going
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
    if not asked and not before:
        raise InputError(
            "it is not said whose licence changes", where="--licence", hint="Add --without, or write FROM=TO."
        )
    if any(each.kind == "relation" for each in asked):
        raise InputError(
            "a link has no licence", where="--licence", hint="Leave out --without relation:KIND."
        )
    nodes = np.logical_or.reduce([each.nodes for each in asked]) if asked else np.ones(supply.n, dtype=bool)
    if before:
        nodes = nodes & (reg.labels.code == reg.labels.licences.index(before))
    return _things(supply, "licence", text, nodes)


def _refuse_unknown(reg: Opened, before: str, after: str) -> None:
    from begat.licences import components, licences

    if before:
        named(
            "licence of this snapshot", before, dict.fromkeys(reg.labels.licences), hint="See `begat stats`."
        )
    for part in components(after) or [""]:
        named("licence", part, licences(), hint="Write an SPDX id or LicenseRef-NAME.")
