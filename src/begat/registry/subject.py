"""Whose tree is asked for: a model, or a house or family that is none."""

import difflib
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from begat.errors import InputError, UnknownName
from begat.ids import HUB, slug
from begat.influence.figures import EPOCH
from begat.registry.opened import Opened, plain

if TYPE_CHECKING:
    from begat.graph import Graph, Ids
    from begat.views.tree.house import House

__all__ = [
    "ACCOUNT",
    "INSTITUTION",
    "MODEL",
    "Subject",
    "account",
    "family",
    "house",
    "near",
    "parts",
    "subject",
]

NEAR = 0.7
"""Least similarity of what is suggested for a mistyped id, between 0 and 1."""
MODEL, ACCOUNT, INSTITUTION, FAMILY = "model", "account", "institution", "family"


class Subject(NamedTuple):
    """What a text names: its kind, and its node, or its code among accounts, institutions or families."""

    kind: str
    code: int


def subject(reg: Opened, text: str) -> Subject:
    """Return what a text names.

    A model comes first, then the id of an institution, an account, a family, another name of an
    institution. ``account:``, ``institution:`` and ``family:`` in front name the kind; ``hub:`` an account.

    Raises
    ------
    UnknownName
        If there is none; near ids come with it.
    """
    kind, _, name = text.partition(":")
    if kind == "hub":
        kind, name = ACCOUNT, f"{HUB}:{name}"
    if kind in FINDERS:
        found = FINDERS[kind](reg, name)
        if found is None:
            raise UnknownName(kind, text, suggestions=near(reg, name), hint="Try `begat search TEXT`.")
        return Subject(kind, found)
    try:
        return Subject(MODEL, reg.node(text))
    except UnknownName:
        pass
    for kind, find in (*FINDERS.items(), (INSTITUTION, _named_institution)):
        if (found := find(reg, plain(text))) is not None:
            return Subject(kind, found)
    raise UnknownName(
        "model, account, institution or family",
        text,
        suggestions=near(reg, plain(text)),
        hint="Try `begat search TEXT`.",
    )


def account(ids: "Ids", name: str) -> int | None:
    """Find an account of the Hub, or one with its platform in front, in any case."""
    import pyarrow as pa
    import pyarrow.compute as pc

    keys = (f"{HUB}:{name}", name)
    exact = [found for key in keys if (found := ids.find(key)) is not None]
    if exact:
        return exact[0]
    wanted = pa.array([key.lower() for key in keys], type=pa.large_string())
    place: int = pc.index(pc.is_in(pc.utf8_lower(ids.to_arrow()), wanted), value=True).as_py()
    return None if place < 0 else place


def _account(reg: Opened, name: str) -> int | None:
    return account(reg.graph.account_ids, name)


def _institution(reg: Opened, name: str) -> int | None:
    return reg.graph.institution_ids.find(name)


def _named_institution(reg: Opened, name: str) -> int | None:
    ids = [hit["id"] for hit in reg.names.exact(name) if hit["kind"] == INSTITUTION]
    return reg.graph.institution_ids.find(ids[0]) if ids else None


def family(reg: Opened, name: str) -> int | None:
    """Find a family by its name, or the slug of it; its place in `Opened.families`."""
    slugs = [slug(label) for label in reg.families[0]]
    return slugs.index(slug(name)) if slug(name) in slugs else None


FINDERS = {INSTITUTION: _institution, ACCOUNT: _account, FAMILY: family}


def house(reg: Opened, asked: Subject, on: date | None = None) -> "House":
    """Return an account, institution or family as the root of a tree, as of a day if given.

    An institution has the models of all its parts; a family those that a source says are of it.

    Raises
    ------
    InputError
        If no model of it was there.
    """
    from begat.views.tree.house import House, bases

    graph = reg.graph if on is None else reg.graph_on(on)
    labels, own = reg.families
    columns = {ACCOUNT: graph.account, FAMILY: own}
    names = {ACCOUNT: graph.account_ids, INSTITUTION: graph.institution_ids, FAMILY: labels}
    name = f"{asked.kind}:{names[asked.kind][asked.code]}"
    if asked.kind == INSTITUTION:
        ids = graph.institution_ids
        codes = [code for part in parts(reg, ids[asked.code]) if (code := ids.find(part)) is not None]
        members = np.flatnonzero(np.isin(graph.institution, codes))
    else:
        members = np.flatnonzero(columns[asked.kind] == asked.code)
    if on is not None:
        members = members[_there(reg, graph, members, on)]
    if not len(members):
        raise InputError("no model of it was known", where=f"{name}{f' on {on}' if on else ''}")
    found = bases(graph, members)
    return House(
        id=name,
        kind="family" if asked.kind == FAMILY else "house",
        institution=asked.code if asked.kind == INSTITUTION else _most(graph.institution[found]),
        account=asked.code if asked.kind == ACCOUNT else _most(graph.account[found]),
        own=found if asked.kind == FAMILY else members,
        bases=found,
        families=[labels[code] if code >= 0 else None for code in own[found].tolist()],
    )


def _there(reg: Opened, graph: "Graph", members: "np.ndarray", on: date) -> "np.ndarray":
    """Which models are known to have been there on a day: published by then, or a parent of one that was."""
    days = reg.created[members]
    dated: np.ndarray = (days >= 0) & (days <= (on - EPOCH).days)
    there: np.ndarray = dated | ((days < 0) & np.isin(members, graph.parent))
    return there


def _most(codes: "np.ndarray") -> int:
    """Return the most frequent of some codes that is known, the least of equals; -1 if none is."""
    known = codes[codes >= 0]
    return int(np.bincount(known).argmax()) if len(known) else -1


def parts(reg: Opened, institution: str) -> set[str]:
    """Return the ids of an institution and of all that belong to it."""
    table = reg.snapshot.frame("institutions", ["id", "parent"]).drop_nulls("id")
    whole, found = {institution}, 0
    while len(whole) > found:
        found = len(whole)
        whole |= {name for name, parent in table.iter_rows() if parent in whole}
    return whole


def near(reg: Opened, text: str, kinds: Collection[str] = (MODEL, INSTITUTION)) -> list[str]:
    """Return the things of some kinds, and the accounts, whose ids are most alike, best first."""
    import pyarrow.compute as pc

    names = [hit["id"] for hit in reg.names.near(text, limit=12) if hit["kind"] in kinds]
    accounts = reg.graph.account_ids.to_arrow()
    short = pc.replace_substring(accounts, f"{HUB}:", "")
    alike = pc.and_(
        pc.starts_with(short, text[:1], ignore_case=True),
        pc.less_equal(pc.abs(pc.subtract(pc.utf8_length(short), len(text))), 2),
    )
    candidates = dict.fromkeys([*names, *pc.filter(short, alike).to_pylist()])
    return difflib.get_close_matches(text, list(candidates), n=3, cutoff=NEAR) or names[:3]
