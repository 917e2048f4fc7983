"""What a text asks about: one thing, somebody with all that is theirs, or one kind of link."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from begat.errors import InputError, UnknownName
from begat.ids import HUB
from begat.registry.opened import Opened, plain
from begat.registry.subject import ACCOUNT, FAMILY, INSTITUTION, MODEL, account, family, near, parts

if TYPE_CHECKING:
    from begat.consequence.supply import Supply
    from begat.graph.arrays import Flags, Ints

__all__ = ["COUNTRY", "DATASET", "OWNERS", "RELATION", "Asked", "asked", "called", "owned", "thing"]

DATASET, COUNTRY, RELATION = "dataset", "country", "relation"
OWNERS = (MODEL, DATASET, INSTITUTION, ACCOUNT, FAMILY)
"""Kinds that a text names by itself; others need their kind in front."""

HUB_DATASETS = "https://huggingface.co/datasets/"
"""In front of the name of a dataset in its address on the Hub."""
HINT = "Try `begat search TEXT`."


class Asked(NamedTuple):
    """What is asked about.

    Attributes
    ----------
    kind, id : str
        What it is: ``model, dataset, institution, country, account, family, relation``, or of a what-if
        ``licence``; of an account the id has the platform in front.
    nodes : array of bool, shape (n,)
        The things of it in the supply: itself, or all that is its own.
    links : array of bool, shape (m,)
        The links of it: those of one kind, else none.
    institutions : frozenset of str
        The institutions that it is or has its seat for.
    """

    kind: str
    id: str
    nodes: "Flags"
    links: "Flags"
    institutions: frozenset[str] = frozenset()

    @property
    def places(self) -> "Ints":
        """The numbers of its nodes, ascending."""
        return np.flatnonzero(self.nodes)


def asked(reg: Opened, text: str, *, supply: "Supply | None" = None, kinds: Collection[str] = ()) -> Asked:
    """Return what a text names, with its things or links.

    ``KIND:`` in front names the kind, ``hub:`` an account. Without it a model comes first, then a dataset,
    the id of an institution, an account, a family, another name of an institution.

    Parameters
    ----------
    supply : Supply, optional
        Where its nodes and links are numbered; that of the registry if not given.
    kinds : collection of str, optional
        Only these kinds; all if not given.

    Raises
    ------
    UnknownName
        If there is no such thing; near ids come with it.
    InputError
        If the text names another kind.
    """
    supply = reg.supply if supply is None else supply
    known = [kind for kind in FINDERS if kind in (kinds or FINDERS)]
    names = [kind for kind in OWNERS if kind in known]
    what = f"{', '.join(names[:-1])} or {names[-1]}"
    kind, _, name = text.partition(":")
    if kind == "hub":
        kind, name = ACCOUNT, f"{HUB}:{name}"
    if kind in known:
        found = FINDERS[kind](reg, supply, plain(name))
        if found is None:
            raise UnknownName(kind, text, suggestions=_near(reg, kind, plain(name)), hint=HINT)
        return found
    if kind in FINDERS:
        raise InputError(f"this can't be asked of a {kind}", where=text, hint=f"Name a {what}.")
    for kind, find in FREE:
        if kind in known and (found := find(reg, supply, plain(text))) is not None:
            return found
    raise UnknownName(what, text, suggestions=near(reg, plain(text), names), hint=HINT)


def owned(reg: Opened, text: str, *, kinds: Collection[str] = OWNERS) -> Asked:
    """Return what a text names, as `asked` does, if any model or dataset of it is known.

    Raises
    ------
    UnknownName
        As `asked` does.
    InputError
        If nothing of it is known.
    """
    found = asked(reg, text, kinds=kinds)
    if not found.nodes.any():
        raise InputError("no model or dataset of it is known", where=text, hint=HINT)
    return found


def thing(reg: Opened, text: str) -> int:
    """Return the node of a model or dataset in the supply; ``dataset:`` or ``model:`` may stand in front.

    Raises
    ------
    UnknownName
        If there is none; near ids come with it.
    """
    kind, _, name = text.partition(":")
    kinds, key = ([kind], plain(name)) if kind in PLACES else (list(PLACES), plain(text))
    for each in kinds:
        if (node := PLACES[each](reg, reg.supply, key)) is not None:
            return node
    if any(hit["kind"] == INSTITUTION for hit in reg.names.exact(key)):
        raise UnknownName(
            " or ".join(kinds), text, hint="Of an institution see `begat licence ID --conflicts`."
        )
    hits = [hit["id"] for hit in reg.names.near(key, limit=12) if hit["kind"] in kinds]
    raise UnknownName(" or ".join(kinds), text, suggestions=hits[:3], hint=HINT)


def called(reg: Opened, found: Asked) -> str:
    """Return what people call it."""
    return reg.census.name_of(found.kind, found.id)


def _model_place(reg: Opened, supply: "Supply", text: str) -> int | None:
    node = supply.model(text)
    return reg.found(text) if node is None else node


def _dataset_place(reg: Opened, supply: "Supply", text: str) -> int | None:
    key = text.removeprefix(HUB_DATASETS).removeprefix("datasets/")
    node = supply.dataset(key)
    if node is None:
        hits = [hit["id"] for hit in reg.names.exact(key) if hit["kind"] == DATASET]
        node = supply.dataset(hits[0]) if hits else None
    return node


PLACES: Mapping[str, Callable[[Opened, "Supply", str], int | None]] = {
    MODEL: _model_place,
    DATASET: _dataset_place,
}


def _things(supply: "Supply", kind: str, name: str, nodes: "Flags") -> Asked:
    return Asked(kind, name, nodes, np.zeros(supply.graph.m, dtype=bool))


def _itself(kind: str) -> "Finder":
    """Return what finds one thing of a kind."""

    def find(reg: Opened, supply: "Supply", text: str) -> Asked | None:
        node = PLACES[kind](reg, supply, text)
        if node is None:
            return None
        return _things(supply, kind, supply.graph.ids[node], np.arange(supply.n) == node)

    return find


def _institution(reg: Opened, supply: "Supply", text: str) -> Asked | None:
    known = reg.snapshot.table("institutions", ["id"], where=[("id", "=", text)])
    return _seats(supply, INSTITUTION, text, frozenset(parts(reg, text))) if len(known) else None


def _named_institution(reg: Opened, supply: "Supply", text: str) -> Asked | None:
    hits = [hit["id"] for hit in reg.names.exact(text) if hit["kind"] == INSTITUTION]
    return _institution(reg, supply, hits[0]) if hits else None


def _any_institution(reg: Opened, supply: "Supply", text: str) -> Asked | None:
    return _institution(reg, supply, text) or _named_institution(reg, supply, text)


def _country(reg: Opened, supply: "Supply", text: str) -> Asked | None:
    seated = reg.snapshot.table("institutions", ["id"], where=[("country", "=", text.upper())])
    ids = frozenset(seated["id"].drop_null().to_pylist())
    return _seats(supply, COUNTRY, text.upper(), ids) if ids else None


def _seats(supply: "Supply", kind: str, name: str, institutions: frozenset[str]) -> Asked:
    """Return some institutions with all that is theirs."""
    ids = supply.graph.institution_ids
    codes = [code for each in institutions if (code := ids.find(each)) is not None]
    mine = np.isin(supply.graph.institution, codes)
    return _things(supply, kind, name, mine)._replace(institutions=institutions)


def _account(reg: Opened, supply: "Supply", text: str) -> Asked | None:  # noqa: ARG001 - as all finders
    ids = supply.graph.account_ids
    code = account(ids, text)
    return None if code is None else _things(supply, ACCOUNT, ids[code], supply.graph.account == code)


def _family(reg: Opened, supply: "Supply", text: str) -> Asked | None:
    code = family(reg, text)
    if code is None:
        return None
    labels, own = reg.families
    nodes = np.append(own == code, np.zeros(supply.n - supply.models, dtype=bool))
    return _things(supply, FAMILY, labels[code], nodes)


def _relation(reg: Opened, supply: "Supply", text: str) -> Asked | None:  # noqa: ARG001 - as all finders
    from begat.consequence.supply import KINDS

    if text not in KINDS:
        return None
    return Asked(RELATION, text, np.zeros(supply.n, dtype=bool), supply.of_kinds({text}))


Finder = Callable[[Opened, "Supply", str], Asked | None]
FINDERS: Mapping[str, Finder] = {
    MODEL: _itself(MODEL),
    DATASET: _itself(DATASET),
    INSTITUTION: _any_institution,
    ACCOUNT: _account,
    FAMILY: _family,
    COUNTRY: _country,
    RELATION: _relation,
}
FREE: tuple[tuple[str, Finder], ...] = (
    (MODEL, FINDERS[MODEL]),
    (DATASET, FINDERS[DATASET]),
    (INSTITUTION, _institution),
    (ACCOUNT, _account),
    (FAMILY, _family),
    (INSTITUTION, _named_institution),
)
"""What a text without a kind names: the first that finds it."""


def _near(reg: Opened, kind: str, name: str) -> list[str]:
    """Return the known things of a kind that are most alike."""
    from difflib import get_close_matches

    from begat.consequence.supply import KINDS

    if kind == RELATION:
        return get_close_matches(name, KINDS) or list(KINDS)
    if kind == COUNTRY:
        seats = reg.snapshot.frame("institutions", ["country"])["country"].drop_nulls().unique().sort()
        return get_close_matches(name.upper(), seats.to_list(), cutoff=0.5)
    return near(reg, name, (kind,))
