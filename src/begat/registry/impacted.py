"""What is hit if something is bad: all that was made from it, trained on it, or is the same elsewhere."""

import json
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from begat.discovery import named
from begat.errors import InputError
from begat.registry.asked import DATASET, Asked, called, owned
from begat.registry.opened import Opened, Row, refuse_future
from begat.registry.pages import about
from begat.registry.subject import MODEL

if TYPE_CHECKING:
    import polars as pl

    from begat.answer.impact import Hits, Known
    from begat.graph.arrays import Flags, Ints
    from begat.interchange.bom import Thing
    from begat.views.page.base import Page

__all__ = ["FORMS", "hits", "impact", "impact_document", "impact_notified", "impact_page", "impact_summary"]

MOST = 20
"""Rows of each table of a summary, and hits that it names."""

WRITTEN = 1_000
"""Rows in the data of a page."""

TOPICS = ("derivations", "training", "institutions", "countries")
"""Of coverage: what the page rests on."""

FORMS = ("cyclonedx-vex", "spdx")
"""Of `impact_document`: CycloneDX VEX 1.6, and SPDX 3.0.1 with its security profile."""


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
    return hits(reg, owned(reg, text), **how).rows(most)


def impact_summary(reg: Opened, text: str, *, most: int | None = MOST, **how: Any) -> Row:
    """Return what is hit in totals and tables, with the most downloaded hits; see `Hits.head`.

    Returns
    -------
    dict
        ``id, kind, name, on``; of what is bad ``own_models, own_datasets`` and ``same_as``, the model that it
        mirrors; the totals and tables of `begat.answer.impact.Hits.head`; ``hits``, rows as of `impact`.
    """
    begin = owned(reg, text)
    found = hits(reg, begin, **how)
    return {**described(reg, begin, how.get("on")), **found.head(most), "hits": found.rows(most or MOST)}


def impact_notified(reg: Opened, text: str, *, most: int | None = None, **how: Any) -> list[Row]:
    """Return the accounts to tell, the most downloaded first; see `begat.answer.impact.Hits.accounts`."""
    return hits(reg, owned(reg, text), **how).accounts(most)


def impact_page(reg: Opened, text: str, *, lang: str = "en", **how: Any) -> "Page":
    """Return the page of what is hit by something; arguments as in `impact`, ``lang`` ``en`` or ``zh``."""
    from begat.views.page.impact import impact_page

    begin = owned(reg, text)
    found = hits(reg, begin, **how)
    named_hits = [row | {"path": path} for row, path in zip(found.rows(MOST), found.paths(MOST), strict=True)]
    summary = {**described(reg, begin, how.get("on")), **found.head(MOST), "hits": named_hits}
    names = {key: facts["name"] for key, facts in reg.census.institutions.items()}
    told = found.accounts(MOST)
    return impact_page(summary, told, found.rows(WRITTEN), about(reg, *TOPICS), names=names, lang=lang)


def described(reg: Opened, begin: Asked, on: date | None) -> Row:
    """Return what is bad, as of a day."""
    supply, places = reg.supply, begin.places
    data = int(supply.is_dataset(places).sum())
    twin = int(supply.graph.twin[places[0]]) if begin.kind == MODEL else None
    same = None if twin is None or twin == places[0] else supply.graph.ids[twin]
    return {
        "id": begin.id,
        "kind": begin.kind,
        "name": called(reg, begin),
        "on": on,
        "own_models": len(places) - data,
        "own_datasets": data,
        "same_as": same,
    }


def hits(
    reg: Opened,
    begin: Asked,
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
    supply, keep, nodes = reg.supply, None, begin.places
    if relations:
        keep = supply.of_kinds(relations)
    if on is not None:
        known, nodes = _known_on(reg, begin, on)
        keep = known if keep is None else keep & known
    found = impact(supply, nodes, keep=keep, depth=depth)
    return Hits(found, _known(reg, found.node, on), evidence)


def _known_on(reg: Opened, begin: Asked, on: date) -> "tuple[Flags, Ints]":
    """Return which links were known on a day, and which of the things that are bad were there.

    Raises
    ------
    InputError
        If none was, or if the snapshot is older than that day.
    """
    from begat.influence.figures import EPOCH

    refuse_future(reg, on)
    places = begin.places
    there = places[reg.published[places] <= (on - EPOCH).days]
    if not len(there):
        raise InputError("it was published after that day", where=f"{begin.id}, {on}")
    return reg.supply.known_on(reg.published, on), there


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


def impact_document(
    reg: Opened,
    text: str,
    *,
    form: str = FORMS[0],
    reason_id: str | None = None,
    reason: str | None = None,
    on: date | None = None,
    **how: Any,
) -> str:
    """Return what rests on something as a document of JSON: all of it as affected by one vulnerability.

    Whether a thing is affected nobody has examined, so it is *in triage*, or *under investigation*.

    Parameters
    ----------
    text : str
        As in `impact`.
    form : str
        Of `FORMS`.
    reason_id, reason : str, optional
        An id, such as a CVE, and words of what is wrong.
    **how
        As in `impact`, without `most`: a document holds all.

    Raises
    ------
    UnknownName
        If there is no such thing or form.

    Notes
    -----
    The same snapshot gives the same bytes; about 1 KiB a model.
    """
    from begat.interchange import vex, vex_spdx
    from begat.interchange.affected import Affected, Cause
    from begat.interchange.pedigree import Edition

    write = named("form", form, dict(zip(FORMS, (vex.document, vex_spdx.document), strict=True)))
    begin, snapshot = owned(reg, text), reg.snapshot
    affected = Affected(
        Edition(snapshot.name, snapshot.date, snapshot.digest, snapshot.synthetic),
        begin.id,
        begin.kind,
        bad=[_thing(reg, node) for node in begin.places.tolist()],
        rows=hits(reg, begin, on=on, **how).rows(),
        cause=Cause(reason_id, reason),
        on=on,
    )
    return json.dumps(write(affected), ensure_ascii=False, indent=1) + "\n"


def _thing(reg: Opened, node: int) -> "Thing":
    from begat.interchange.affected import thing

    graph, code = reg.supply.graph, int(reg.supply.graph.account[node])
    return thing(
        DATASET if node >= reg.supply.models else MODEL,
        graph.ids[node],
        account=graph.account_ids[code] if code >= 0 else None,
        licence=reg.labels.licence(node),
    )
