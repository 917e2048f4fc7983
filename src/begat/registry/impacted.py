"""What is hit if something is bad: all that was made from it, trained on it, or is the same elsewhere."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from begat.discovery import named
from begat.errors import InputError, UnknownName
from begat.registry.opened import Opened, Row, plain
from begat.registry.pages import about
from begat.registry.subject import ACCOUNT, INSTITUTION, MODEL, Subject, parts, subject

if TYPE_CHECKING:
    import polars as pl

    from begat.answer.impact import Hits, Known
    from begat.graph.arrays import Flags, Ints
    from begat.views.page.base import Page

__all__ = ["Start", "hits", "impact", "impact_notified", "impact_page", "impact_summary", "start"]

DATASET = "dataset"
OWNERS = "datasets/"
"""In front of the name of a dataset in its address on the Hub."""

KINDS = (MODEL, DATASET, INSTITUTION)
"""Of names that are suggested for a mistyped one."""

MOST = 20
"""Rows of each table of a summary, and hits that it names."""

WRITTEN = 1_000
"""Rows in the data of a page."""

TOPICS = ("derivations", "training", "institutions", "countries")
"""Of coverage: what the page rests on."""


class Start(NamedTuple):
    """What is bad: a model, dataset, account, institution or family.

    Attributes
    ----------
    kind, id, name : str
        What it is, its id, of an account with the platform in front, and what people call it.
    nodes : array of int64
        Its nodes in the supply: itself, or all that is its own.
    """

    kind: str
    id: str
    name: str
    nodes: "Ints"


def impact(reg: Opened, text: str, *, most: int | None = None, **how: Any) -> list[Row]:
    """Return what is hit by something, the most downloaded first.

    Parameters
    ----------
    text : str
        A model, dataset, account, institution or family; ``dataset:``, ``account:`` and so on in front name
        the kind. Of one that is no model or dataset, all that is its own is bad.
    most : int, optional
        At most so many rows.
    **how
        evidence : the weakest that counts, one of `begat.consequence.supply.EVIDENCE`; ``reported`` if not
        given. relations : follow only links of these `begat.consequence.supply.KINDS`. depth : at most so
        many links. on : as of a day.

    Returns
    -------
    list of dict
        With the keys `begat.answer.impact.KEYS`.

    Raises
    ------
    UnknownName
        If there is no such thing, evidence or relation.
    InputError
        If it was not there on that day.
    """
    return hits(reg, start(reg, text), **how).rows(most)


def impact_summary(reg: Opened, text: str, *, most: int | None = MOST, **how: Any) -> Row:
    """Return what is hit in totals and tables, with the most downloaded hits; see `Hits.head`.

    Returns
    -------
    dict
        ``id, kind, name, on``; of what is bad ``own_models, own_datasets`` and ``same_as``, the model that it
        mirrors; the totals and tables of `begat.answer.impact.Hits.head`; ``hits``, rows as of `impact`.
    """
    begin = start(reg, text)
    found = hits(reg, begin, **how)
    return {**described(reg, begin, how.get("on")), **found.head(most), "hits": found.rows(most or MOST)}


def impact_notified(reg: Opened, text: str, *, most: int | None = None, **how: Any) -> list[Row]:
    """Return the accounts to tell, the most downloaded first; see `begat.answer.impact.Hits.accounts`."""
    return hits(reg, start(reg, text), **how).accounts(most)


def impact_page(reg: Opened, text: str, *, lang: str = "en", **how: Any) -> "Page":
    """Return the page of what is hit by something; arguments as in `impact`, ``lang`` ``en`` or ``zh``."""
    from begat.views.page.impact import impact_page

    begin = start(reg, text)
    found = hits(reg, begin, **how)
    named_hits = [row | {"path": path} for row, path in zip(found.rows(MOST), found.paths(MOST), strict=True)]
    summary = {**described(reg, begin, how.get("on")), **found.head(MOST), "hits": named_hits}
    return impact_page(summary, found.accounts(MOST), found.rows(WRITTEN), about(reg, *TOPICS), lang=lang)


def described(reg: Opened, begin: Start, on: date | None) -> Row:
    """Return what is bad, as of a day."""
    supply = reg.supply
    data = int(supply.is_dataset(begin.nodes).sum())
    twin = int(supply.graph.twin[begin.nodes[0]]) if begin.kind == MODEL else None
    same = None if twin is None or twin == begin.nodes[0] else supply.graph.ids[twin]
    return {
        "id": begin.id,
        "kind": begin.kind,
        "name": begin.name,
        "on": on,
        "own_models": len(begin.nodes) - data,
        "own_datasets": data,
        "same_as": same,
    }


def start(reg: Opened, text: str) -> Start:
    """Return what a text names, with its nodes.

    A model comes first, then a dataset, then as in `begat.registry.subject.subject`.

    Raises
    ------
    UnknownName
        If there is none; near ids come with it.
    """
    kind, _, name = text.partition(":")
    if kind == DATASET:
        return _dataset(reg, name)
    model = reg.found(text)
    if model is not None:
        return _itself(reg, MODEL, model)
    data = _dataset_found(reg, text)
    if data is not None:
        return _itself(reg, DATASET, data)
    return _owned(reg, text)


def _itself(reg: Opened, kind: str, node: int) -> Start:
    name = reg.supply.graph.ids[node]
    return Start(kind, name, name, np.array([node]))


def _dataset(reg: Opened, name: str) -> Start:
    node = _dataset_found(reg, name)
    if node is None:
        near = [hit["id"] for hit in reg.names.near(plain(name), limit=12) if hit["kind"] == DATASET]
        raise UnknownName(DATASET, name, suggestions=near[:3], hint="Try `begat search TEXT`.")
    return _itself(reg, DATASET, node)


def _dataset_found(reg: Opened, text: str) -> int | None:
    """Return the node of a dataset, in any case and by its address too; None if there is none."""
    key = plain(text).removeprefix("https://huggingface.co/").removeprefix(OWNERS)
    node = reg.supply.dataset(key)
    if node is None:
        exact = [hit["id"] for hit in reg.names.exact(key) if hit["kind"] == DATASET]
        node = reg.supply.dataset(exact[0]) if exact else None
    return node


def _owned(reg: Opened, text: str) -> Start:
    """Return all that an account, an institution with its parts, or a family has, its datasets too."""
    asked, graph = _subject(reg, text), reg.supply.graph
    if asked.kind == ACCOUNT:
        name = reg.graph.account_ids[asked.code]
        return Start(ACCOUNT, name, name, np.flatnonzero(graph.account == graph.account_ids.find(name)))
    if asked.kind == INSTITUTION:
        known = reg.graph.institution_ids
        found = [graph.institution_ids.find(name) for name in parts(reg, known[asked.code])]
        codes = np.array([code for code in found if code is not None])
        name = reg.columns.plain.institutions[asked.code]
        own = np.isin(graph.institution, codes)
        return Start(INSTITUTION, known[asked.code], name, np.flatnonzero(own))
    names, families = reg.families
    name = names[asked.code]
    return Start(asked.kind, name, name, np.flatnonzero(families == asked.code))


def _subject(reg: Opened, text: str) -> Subject:
    """Return what a text names; near datasets come with the error too."""
    try:
        return subject(reg, text)
    except UnknownName as error:
        if ":" in text:
            raise
        near = [hit["id"] for hit in reg.names.near(plain(text), limit=3) if hit["kind"] in KINDS]
        raise UnknownName(
            error.kind.replace("model,", "model, dataset,"),
            text,
            suggestions=list(dict.fromkeys([*near, *error.suggestions])),
            hint=error.hint,
        ) from error


def hits(
    reg: Opened,
    begin: Start,
    *,
    evidence: str = "reported",
    relations: Collection[str] | None = None,
    depth: int | None = None,
    on: date | None = None,
) -> "Hits":
    """Return what is hit by something, with what is known of it; arguments as in `impact`."""
    from begat.answer.impact import Hits
    from begat.consequence.impact import impact
    from begat.consequence.supply import EVIDENCE, KINDS

    named("evidence", evidence, dict.fromkeys(EVIDENCE))
    for relation in relations or ():
        named("relation", relation, dict.fromkeys(KINDS))
    supply, keep, nodes = reg.supply, None, begin.nodes
    if relations:
        keep = supply.of_kinds(relations)
    if on is not None:
        known, nodes = _known_on(reg, begin, on)
        keep = known if keep is None else keep & known
    found = impact(supply, nodes, keep=keep, depth=depth)
    return Hits(found, _known(reg, found.node, on), evidence)


def _known_on(reg: Opened, begin: Start, on: date) -> "tuple[Flags, Ints]":
    """Return which links were known on a day, and which of the things that are bad were there.

    Raises
    ------
    InputError
        If none was, or if the snapshot is older than that day.
    """
    from begat.influence.figures import EPOCH
    from begat.influence.scope import known_on

    if on > reg.snapshot.date:
        raise InputError(
            f"the snapshot is of {reg.snapshot.date} and knows nothing of {on}", hint="Leave the date out."
        )
    days = (_datasets(reg)["created_at"].dt.date() - EPOCH).dt.total_days().fill_null(-1).to_numpy()
    created = np.concatenate((reg.created, days.astype(np.int64)))
    there = begin.nodes[created[begin.nodes] <= (on - EPOCH).days]
    if not len(there):
        raise InputError("it was published after that day", where=f"{begin.id}, {on}")
    return known_on(reg.supply.graph, created, reg.supply.stated_on.astype(np.int64), on), there


def _known(reg: Opened, nodes: "Ints", on: date | None) -> "Known":
    """Return what is known of what is hit: downloads are those that cover these models best."""
    from begat.answer.impact import Known

    supply = reg.supply
    facts = reg.columns.among(nodes[nodes < supply.models], on)
    country, countries = _countries(reg)
    return Known(
        supply=supply,
        labels=reg.labels,
        country=country,
        countries=countries,
        downloads_30d=facts.downloads_30d,
        downloads_source=facts.downloads_source,
        downloads_on=facts.downloads_on,
        listed=np.concatenate((facts.listed, _datasets(reg)["listed"].fill_null(value=False).to_numpy())),
        removed=_removed(reg),
    )


def _datasets(reg: Opened) -> "pl.DataFrame":
    """Return the datasets in the order of the supply."""
    table = reg.snapshot.frame("datasets", ["id", "created_at", "listed"])
    return table.drop_nulls("id").unique("id", keep="first").sort("id")


def _countries(reg: Opened) -> "tuple[np.ndarray, list[str]]":
    """Return the country of each institution of the supply as a code, and what the codes stand for."""
    import polars as pl

    table = reg.snapshot.frame("institutions", ["id", "country"]).drop_nulls("id").unique("id", keep="first")
    ids = pl.DataFrame({"id": pl.Series(reg.supply.graph.institution_ids.to_arrow(), dtype=pl.String)})
    known = ids.join(table, on="id", how="left", maintain_order="left")["country"]
    names = known.drop_nulls().unique().sort().to_list()
    codes = known.replace_strict(names, range(len(names)), default=-1, return_dtype=pl.Int32)
    return codes.fill_null(-1).to_numpy(), names


def _removed(reg: Opened) -> list[str]:
    """Return the models of which a source says that they have gone from their platform."""
    import pyarrow.compute as pc

    gone = pc.field("removed") | pc.field("last_listed").is_valid()
    ids: list[str] = reg.snapshot.table("models", ["id"], where=gone)["id"].to_pylist()
    return ids
