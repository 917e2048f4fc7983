"""Pages about anything that is no model, each gathered from graph, kept scores and small tables."""

from typing import TYPE_CHECKING, Any

from begat.discovery import named
from begat.errors import UnknownName
from begat.ids import HUB
from begat.registry.opened import Opened, Row, plain, renamed
from begat.registry.pages import about
from begat.registry.standings import history, standings

if TYPE_CHECKING:
    from begat.answer.census import Group
    from begat.views.page.base import Page

__all__ = ["PORTRAITS", "TOPICS", "group_found", "group_of", "page", "portrait"]

PORTRAITS = ("institution", "account", "country", "family", "dataset", "system", "benchmark")
"""Kinds of things that have a page of their own beside models."""

THINGS = {
    "dataset": ("datasets", "training"),
    "system": ("systems",),
    "benchmark": ("benchmarks", "evaluations"),
}
"""Things that are no groups of models, and what their pages rest on."""

TOPICS = ("derivations", "scores", "institutions", "countries")
"""Of coverage: what the pages of groups rest on."""


def portrait(reg: Opened, kind: str, text: str, *, lang: str = "en") -> "Page":
    """Return the page of an institution, account, country, family, dataset, system or benchmark.

    Parameters
    ----------
    kind : str
        One of `PORTRAITS`.
    text : str
        Its id; of an account of the Hub also without the platform, of a family also one of its models.
    lang : str
        ``en`` or ``zh``.

    Raises
    ------
    UnknownName
        If there is no such thing; near ids come with it.
    """
    named("kind of page", kind, dict.fromkeys(PORTRAITS))
    if kind in THINGS:
        return _thing_page(reg, kind, text, lang)
    return _group_page(reg, group_of(reg, kind, text), lang)


def page(reg: Opened, text: str, *, lang: str = "en") -> "Page":
    """Return the page of anything by its id or name: of a model its hourglass, else its portrait.

    Kinds are tried in the order of `begat.answer.show.KINDS`, then country, account and family.

    Raises
    ------
    UnknownName
        If there is no such thing; near ids come with it.
    """
    from begat.answer.show import KINDS
    from begat.registry.family import draw

    key = plain(text)
    hits = {hit["kind"]: hit["id"] for hit in reversed(reg.names.exact(key))}
    kind = next((kind for kind in KINDS if kind in hits), None)
    if kind == "model" or (kind is None and renamed(reg, key) is not None):
        found: Page = draw(reg, key, "hourglass", lang=lang)
        return found
    if kind is not None:
        return portrait(reg, kind, hits[kind], lang=lang)
    for other in ("country", "account", "family"):
        if reg.census.group(other, key) is not None:
            return portrait(reg, other, key, lang=lang)
    near = list(dict.fromkeys(hit["id"] for hit in reg.names.near(text)))
    raise UnknownName("thing", text, suggestions=near, hint="Try `begat search TEXT`.")


def group_of(reg: Opened, kind: str, text: str) -> "Group":
    """Return the models of an institution, account, country or family, or a model as a group of one.

    Raises
    ------
    UnknownName
        If there is none of this name; near ones come with it.
    """
    from begat.answer.census import KINDS

    named("group", kind, dict.fromkeys(KINDS))
    found = group_found(reg, kind, text)
    if found is None:
        near = _near(reg, kind, plain(text))
        raise UnknownName(kind, text, suggestions=near, hint="Try `begat search TEXT`.")
    return found


def group_found(reg: Opened, kind: str, text: str) -> "Group | None":
    """Return what `group_of` does, None if there is nothing; near names are not looked for."""
    key = plain(text)
    if kind == "model":
        node = reg.found(key)
        return None if node is None else reg.census.group(kind, reg.graph.ids[node])
    found = reg.census.group(kind, key)
    if found is None and kind == "institution":
        hits = [hit["id"] for hit in reg.names.exact(key) if hit["kind"] == kind]
        found = reg.census.group(kind, hits[0]) if hits else None
    return found


def _near(reg: Opened, kind: str, text: str) -> list[str]:
    """Return ids of this kind that are written much alike."""
    if kind == "country":
        return [code for code in reg.census.columns.countries if code.startswith(text[:1].upper())][:3]
    hits = reg.names.near(text, limit=12)
    if kind == "account":
        models = [hit["id"] for hit in hits if hit["kind"] == "model"]
        return list(dict.fromkeys(model.partition("/")[0] for model in models))[:3]
    wanted = "model" if kind == "family" else kind
    return list(dict.fromkeys(hit["id"] for hit in hits if hit["kind"] == wanted))[:3]


def _group_page(reg: Opened, group: "Group", lang: str) -> "Page":
    from begat.answer.portrait import portrait
    from begat.views.page.group import GroupData, group_page

    by = group.kind if group.kind in ("institution", "country") else ""
    ranks = standings(reg, by) if by else {}
    facts = _facts(reg, group)
    data = GroupData(
        kind=group.kind,
        id=group.id,
        name=group.name,
        portrait=portrait(reg.census, group),
        facts=facts,
        rank=ranks.get(group.id),
        ranked=sum(row["rank"] is not None for row in ranks.values()),
        history=history(reg).get(facts.get("osir") or "", ()) if by == "institution" else (),
        root=_root(reg, group),
        judged=_judged(reg, group),
        **_of_country(reg, group),
    )
    return group_page(data, about(reg, *TOPICS), lang=lang)


def _root(reg: Opened, group: "Group") -> str | None:
    """Return what the derivative tree of a group is named by; None where there is none."""
    if group.kind == "family":
        return group.id if reg.graph.ids.find(group.id) is not None else None
    named_so = group.kind in ("institution", "account") and len(group.members)
    return group.id.removeprefix(f"{HUB}:") if named_so else None


def _judged(reg: Opened, group: "Group") -> bool:
    """Return whether it can be asked what does not fit of a group; of families if a source names it."""
    return len(group.members) > 0 and (group.kind != "family" or group.id in reg.families[0])


def _facts(reg: Opened, group: "Group") -> Row:
    from begat.answer.show import show

    if group.kind == "institution" and group.id in reg.census.institutions:
        return show(reg.keyed, "institution", group.id)
    if group.kind != "account" or not len(group.members):
        return {}
    of = int(reg.graph.institution[group.members[0]])
    institution = reg.graph.institution_ids[of] if of >= 0 else None
    platform, _, account = group.id.partition(":")
    country = reg.census.institutions.get(institution or "", {}).get("country")
    return {"institution": institution, "country": country, **_evidence(reg, platform or HUB, account)}


def _evidence(reg: Opened, platform: str, account: str) -> Row:
    """Return what sources say about who runs an account."""
    import polars as pl

    table = reg.keyed.table("accounts", where=[("account", "=", account), ("platform", "=", platform)])
    rows = pl.DataFrame(pl.from_arrow(table)).with_columns(pl.col(pl.Date).cast(pl.String)).to_dicts()
    return {"accounts": [row for row in rows if row["institution"]]}


def _of_country(reg: Opened, group: "Group") -> dict[str, Any]:
    from begat.answer.portrait import country_institutions, country_shares

    if group.kind != "country":
        return {}
    return {
        "shares": country_shares(reg.census, group),
        "institutions": country_institutions(reg.census, group),
    }


def _thing_page(reg: Opened, kind: str, text: str, lang: str) -> "Page":
    from begat.answer.things import thing
    from begat.views.page.thing import thing_page

    key = next((hit["id"] for hit in reg.names.exact(plain(text)) if hit["kind"] == kind), None)
    if key is None:
        raise UnknownName(kind, text, suggestions=_near(reg, kind, text), hint="Try `begat search TEXT`.")
    return thing_page(kind, thing(reg.census, kind, key), about(reg, *THINGS[kind]), lang=lang)
