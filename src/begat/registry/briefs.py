"""A brief on a model, an institution or a country: who is meant, and everything that it tells."""

from typing import TYPE_CHECKING, Any

from begat.errors import InputError, UnknownName
from begat.registry.opened import Opened, Row, plain, renamed
from begat.registry.pages import about
from begat.registry.ranked import rank
from begat.registry.scored import influence

if TYPE_CHECKING:
    from begat.answer.brief import Subject
    from begat.influence.scores import Scores
    from begat.views.page.base import Page

__all__ = ["brief"]

DRAWS = 500
"""Draws of the accounts for the interval of a rank by reach."""

RANKING_DRAWS = 2000

TOP = 5


def brief(reg: Opened, text: str, *, lang: str = "en") -> "Page":
    """Return a brief on a model, an institution or a country as a page; see `begat.views.page.brief`.

    Parameters
    ----------
    text : str
        A model's id, an institution's id or name, or a country's code (ISO 3166-1 alpha-2) or name; where a
        text is several of these, it is the first. Of an institution that is part of another the brief is on
        the whole, and says so.
    lang : str
        ``en`` or ``zh``.

    Raises
    ------
    UnknownName
        If nothing is called so; near ids come with it.
    """
    from begat.answer.brief import Subject, figures, places
    from begat.influence.house import roots
    from begat.influence.scores import Scores
    from begat.views.page.brief import BriefData, brief_page
    from begat.views.page.brief_sentences import MEASURES

    kind, asked = _meant(reg, text)
    key = roots(reg.snapshot).get(asked, asked) if kind == "institution" else asked
    scores = Scores(reg.snapshot, reg.graph)
    subject = (
        Subject.model(key, reg.graph, reg.node(key)) if kind == "model" else Subject.group(kind, key, scores)
    )
    institutions = reg.snapshot.table("institutions", ["id", "name", "name_zh", "country", "parent"])
    known = {row["id"]: row for row in institutions.to_pylist() if row["id"]}
    rows = _influence(reg, kind)
    found = figures(reg.snapshot, subject, {name: row["country"] for name, row in known.items()})
    names = "name_zh" if lang == "zh" else "name"
    facts, name, name_zh = _facts(reg, subject, known)
    data = BriefData(
        kind=kind,
        id=key,
        name=name,
        name_zh=name_zh,
        facts=facts | {"part": asked if asked != key else None},
        downloads=_downloads(reg, key) if kind == "model" else None,
        bases=tuple(_bases(reg, key)) if kind == "model" else (),
        figures=found,
        names={name: row[names] or row["name"] for name, row in known.items()},
        top=tuple(_top(reg, subject, scores)),
        places=places(rows, key, MEASURES),
        interval=_interval(rows, key),
        ranking=_ranking(reg, kind, key) if kind != "model" else {},
    )
    rests = about(reg, "derivations", "licences")
    sources = {*found["sources"], "institutions", *facts.get("sources", ())}
    used = [row for row in rests.sources if row["source"] in sources]
    return brief_page(data, rests._replace(sources=used), lang=lang)


def _meant(reg: Opened, text: str) -> tuple[str, str]:
    """Return kind and id of what a text names.

    Raises
    ------
    UnknownName
        If it names neither a model nor an institution nor a country.
    """
    key = plain(text)
    if reg.graph.ids.find(key) is not None:
        return "model", key
    hits = {hit["kind"]: hit["id"] for hit in reversed(reg.names.exact(key))}
    if "institution" in hits:
        return "institution", hits["institution"]
    if (place := renamed(reg, key)) is not None:
        return "model", reg.graph.ids[place]
    if "model" in hits:
        return "model", hits["model"]
    if code := _countries().get(key.casefold()):
        return "country", code
    near = [hit["id"] for hit in reg.names.near(key, limit=12) if hit["kind"] in ("model", "institution")]
    hint = "Try `begat search TEXT`, or a country's code such as CN."
    raise UnknownName("model, institution or country", text, suggestions=near[:3], hint=hint)


def _countries() -> dict[str, str]:
    """Return the codes of countries by code and by name in English and Chinese."""
    from babel import Locale

    codes: dict[str, str] = {}
    for language in ("en", "zh"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                codes |= {code.casefold(): code, name.casefold(): code}
    return codes


def _facts(reg: Opened, subject: "Subject", known: dict[str, Row]) -> tuple[Row, str | None, str | None]:
    """Return what the tables say of a subject, and its names."""
    if subject.kind == "model":
        return _model(reg, subject.id, known), None, None
    if subject.kind == "country":
        from babel import Locale

        seated = sum(row["country"] == subject.id for row in known.values())
        english, chinese = (Locale(language).territories.get(subject.id) for language in ("en", "zh"))
        return {"institutions": seated}, english, chinese
    return _institution(reg, subject.id)


def _model(reg: Opened, key: str, known: dict[str, Row]) -> Row:
    (row,) = reg.snapshot.table("models", where=[("id", "=", key)]).to_pylist()
    graph, node = reg.graph, reg.node(key)
    house = graph.institution_ids[graph.institution[node]] if graph.institution[node] >= 0 else None
    kept = ("platform", "account", "parameters", "task", "licence", "listed", "removed", "sources")
    return {
        **{name: row[name] for name in kept},
        "contested": _contested(reg, "model", key),
        "created_on": row["created_at"].date() if row["created_at"] else None,
        "house": house,
        "country": known[house]["country"] if house in known else None,
    }


def _institution(reg: Opened, key: str) -> tuple[Row, str, str | None]:
    from begat.influence.house import roots

    (row,) = reg.snapshot.table("institutions", where=[("id", "=", key)]).to_pylist()
    whole = [name for name, root in roots(reg.snapshot).items() if root == key]
    accounts = reg.snapshot.table(
        "accounts", ["platform", "account"], where=[("institution", "in", whole or [key])]
    )
    distinct = set(zip(*(accounts[name].to_pylist() for name in ("platform", "account")), strict=True))
    facts = {
        "kind": row["kind"],
        "country": row["country"],
        "accounts": len(distinct),
        "institutions": len(whole),
        "sources": row["sources"],
        "contested": _contested(reg, "institution", key),
    }
    return facts, row["name"], row["name_zh"]


def _contested(reg: Opened, kind: str, key: str) -> list[str]:
    """Return the fields of a thing about which sources disagree."""
    rows = reg.snapshot.table("contested", ["field"], where=[("kind", "=", kind), ("id", "=", key)])
    return sorted(set(rows["field"].to_pylist()))


def _downloads(reg: Opened, key: str) -> Row | None:
    """Return the newest dated count of a model's downloads in 30 days."""
    where = [("subject_kind", "=", "model"), ("subject", "=", key), ("metric", "=", "downloads_30d")]
    rows = [row for row in reg.snapshot.table("observations", where=where).to_pylist() if row["observed_on"]]
    if not rows:
        return None
    newest = max(rows, key=lambda row: (row["observed_on"], row["source"]))
    return {"value": int(newest["value"]), "source": newest["source"], "on": newest["observed_on"]}


def _bases(reg: Opened, key: str) -> list[Row]:
    """Return the parents of a model, each with its most reliable statement, and those that can't be told."""
    from begat.answer.lineage import lineage

    steps = lineage(reg.snapshot, reg.graph, reg.node(key), up=True, depth=1)
    known = [{"parent": row["id"], "relation": row["relation"], "source": row["source"]} for row in steps]
    where = [("child", "=", key), ("status", "=", "unresolved")]
    lost = reg.snapshot.table("derivations", ["parent_raw"], where=where)["parent_raw"].to_pylist()
    return known + [{"parent": None, "parent_raw": text} for text in dict.fromkeys(lost)]


def _top(reg: Opened, subject: "Subject", scores: "Scores") -> list[tuple[str, int]]:
    """Return with their descendants the children, models or institutions that most models lead back to."""
    import numpy as np

    if subject.kind == "country":
        rows = influence(reg, by="institution", measure="descendants", country=subject.id, most=TOP)
        return [(row["id"], row["descendants"]) for row in rows]
    credit, nodes = scores.credit, subject.own
    if subject.kind == "model":
        children = subject.graph.child[subject.graph.to_children(subject.own)]
        nodes = np.unique(children[~credit.copy[children]])
    below = credit.below[nodes].astype(int).tolist()
    pairs = zip(subject.graph.ids.take(nodes), below, strict=True)
    counted = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
    return [pair for pair in counted[:TOP] if pair[1]]


def _influence(reg: Opened, kind: str) -> list[Row]:
    """Return the influence of all of a kind; kept but of models, who are too many."""
    if kind == "model":
        return influence(reg, by=kind, draws=DRAWS)
    return reg.rankings.get(("influence", kind, DRAWS), lambda: influence(reg, by=kind, draws=DRAWS))


def _interval(rows: list[Row], key: str) -> Row:
    """Return the interval of a rank by reach; empty where there is none."""
    row: dict[str, Any] = next((row for row in rows if row["id"] == key), {})
    known = row.get("low") is not None
    return {**{name: row[name] for name in ("rank", "low", "high")}, "draws": DRAWS} if known else {}


def _ranking(reg: Opened, kind: str, key: str) -> Row:
    """Return the row of a subject in the ranking, with the number of ranked; empty where it has none.

    That is also so where too little is known to rank anybody.
    """
    try:
        drawn = RANKING_DRAWS
        rows = reg.rankings.get(("rank", kind, drawn), lambda: rank(reg, by=kind, draws=drawn))
    except InputError:
        return {}
    row = next((row for row in rows if row["subject"] == key), None)
    if row is None:
        return {}
    kept = {name: row[name] for name in ("rank", "low", "high", "tier", "score", "coverage", "reason")}
    return kept | {
        "of": sum(other["rank"] is not None for other in rows),
        "in_tier": sum(other["tier"] == row["tier"] for other in rows if other["rank"] is not None),
        "draws": RANKING_DRAWS,
        "method": "begat-53",
    }
