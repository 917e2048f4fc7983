"""May I ship it: what does not fit, each with its path; the terms that are inherited; what is not known."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from begat.consequence.conflict import SEVERITIES
from begat.consequence.inherit import STATES
from begat.licences import clauses
from begat.licences.demand import clause_demand
from begat.views.demand import legend, shown
from begat.views.page.base import About, Page, Twin
from begat.views.page.section import Cell, Section, linked, number
from begat.views.said import counted, said
from begat.views.words import clean, licence_name
from begat.vocab import LABELS

__all__ = ["COLUMNS", "licence_page"]

Row = Mapping[str, Any]
Words = Mapping[str, str]

COLUMNS = (
    *("section", "kind", "severity", "reason", "clause", "state", "says", "id", "licence", "why"),
    *("licence_raw", "page", "channel", "evidence", "steps", "open_ends", "gated", "path", "sources"),
    *("since", "inherited", "same_maker"),
)
"""Of the twin; ``section`` is ``conflicts``, ``clauses`` or ``sources``."""

MOST_SOURCES, MOST_CARDS, MOST_NAMES = 20, 24, 5
"""Rows of the table of sources; conflicts with a card; things named in a line. The rest is counted."""

ENDS = 3
"""Things of a long path that are shown at either end."""

MOST_PARTIES, MOST_HOLDERS = 3, 2
"""Licences that are named beside a clause, and things under each of them."""

CLASH = "share-alike-clash"
"""A conflict of two sources with each other: the second one is among its ``others``."""

HOLDERS = {
    "binds": "binding",
    "contested": "contested",
    "unknown": "unknown",
    "contested-unknown": "contested_unknown",
}
"""Whose a clause is that stands so."""

PLAIN = "yes"
"""What a clause says that only binds."""


def licence_page(
    facts: Row, about: About, *, owners: Sequence[tuple[str, str, str]] = (), lang: str = "en"
) -> Page:
    """Return the page on the terms of a model or dataset.

    Parameters
    ----------
    facts : mapping
        As `begat.registry.licensed.licence` gives them.
    owners : sequence of tuple
        Who published it: kind, id and name.
    """
    words = said(lang, "licence")
    things = {(row["kind"], row["id"]): row for row in facts["sources"]}
    needs = [things[row["kind"], row["id"]] for row in facts["needs"] if row["gated"]]
    own = facts["sources"][0]
    name = clean(own["id"])
    ordered = sorted(facts["clauses"], key=lambda row: STATES.index(row["state"]))
    cards = [_card(row, things, own, words, lang) for row in facts["conflicts"]]
    return Page(
        view="licence",
        title=words["title"].format(name=name),
        values={
            "subject": (own["kind"], own["id"]),
            "owners": [(f"{kind}:{key}", _owner(kind, name, words)) for kind, key, name in owners],
            "own": shown(own["licence"], lang, own["why"]),
            "written": _written(own, words),
            "verdict": list(_verdict(facts, words)),
            "tiles": list(_tiles(facts, words)),
            "cards": cards[:MOST_CARDS],
            "more_cards": _more(len(cards) - MOST_CARDS, words),
            "clauses": list(_as_above(_clause(row, things, words, lang) for row in ordered)),
            "needs": [_chip(row, words, lang) for row in needs],
            "sources": _sources(facts["sources"], words, lang),
            "unknown": list(_unknown(facts, words)),
            "legend": legend(lang),
        },
        twin=Twin(_head(facts), COLUMNS, list(_rows(facts))),
        about=about,
        lang=lang,
        styles=("sections.css", "demand.css", "licence.css"),
        tools=("csv", "json"),
        subject=(own["kind"], own["id"]),
    )


def _owner(kind: str, name: str, words: Words) -> str:
    return words[f"to_conflicts_{kind}"].format(name=clean(name))


def _key(stem: str, name: str) -> str:
    return stem + name.replace("-", "_").replace(" ", "_")


def _states(facts: Row) -> dict[str, int]:
    """Return how many clauses stand how."""
    found = dict.fromkeys(STATES, 0)
    for row in facts["clauses"]:
        found[row["state"]] += 1
    return found


def _head(facts: Row) -> Row:
    own, states = facts["sources"][0], _states(facts)
    return {
        "kind": own["kind"],
        "id": own["id"],
        "licence": own["licence"],
        "why": own["why"],
        "licence_raw": own["licence_raw"],
        **{_key("clauses_", state): count for state, count in states.items()},
        "conflicts": len(facts["conflicts"]),
        **{
            f"conflicts_{severity}": sum(row["severity"] == severity for row in facts["conflicts"])
            for severity in SEVERITIES
        },
        "sources": len(facts["sources"]) - 1,
        "evidence": facts["evidence"],
        "left_out": facts["left_out"],
    }


def _rows(facts: Row) -> Iterator[Row]:
    """Yield the rows of the twin: all conflicts, clauses and sources."""
    empty = dict.fromkeys(COLUMNS)
    for row in facts["conflicts"]:
        of = {
            "section": "conflicts",
            "id": row["source"],
            "steps": len(row["path"]),
            "sources": row["others"],
        }
        yield empty | {key: row[key] for key in COLUMNS if key in row} | of
    for row in facts["clauses"]:
        of = {key: row[key] for key in HOLDERS.values()}
        yield empty | {
            "section": "clauses",
            "clause": row["clause"],
            "state": row["state"],
            "says": row["says"],
            "sources": of,
        }
    for row in facts["sources"]:
        yield empty | {"section": "sources"} | {key: row[key] for key in COLUMNS if key in row}


def _place(row: Row) -> str:
    """Return the same as people read it."""
    return clean(row["page"].removeprefix("https://"))


def _way(channel: str, own: Row, words: Words) -> str:
    """Say how something went in: into a dataset as rows, not as weights."""
    return words["way_rows" if channel == "weights" and own["kind"] == "dataset" else f"way_{channel}"]


def _verdict(facts: Row, words: Words) -> Iterator[str]:
    """Yield what is to be said first."""
    own, states = facts["sources"][0], _states(facts)
    stated = {None: "known", "none stated": "none", "other": "other", "not seen": "unseen"}[own["why"]]
    yield words[f"verdict_{stated}"].format(licence=licence_name(own["licence"]))
    count = len(facts["conflicts"])
    yield counted(words, "conflict", count) if count else words["fits"]
    if len(facts["sources"]) == 1:
        yield words["verdict_alone"]
    yield words["verdict_terms"].format(
        binding=counted(words, "binding", states["binds"]),
        inherited=_inherited(facts, words),
    )
    if states["unknown"]:
        yield counted(words, "open", states["unknown"])


def _inherited(facts: Row, words: Words) -> str:
    """Say how many clauses bind that the thing's own licence doesn't have."""
    own = clauses(facts["sources"][0]["licence"]).binding
    count = sum(row["state"] == "binds" and row["clause"] not in own for row in facts["clauses"])
    return counted(words, "inherited", count) if count else words["inherited_nothing"]


def _tiles(facts: Row, words: Words) -> Iterator[tuple[str, str, str]]:
    states, went_in = _states(facts), facts["sources"][1:]
    of = words["tile_of"].format(count=len(facts["clauses"]))
    yield f"{len(facts['conflicts']):,}", words["tile_conflicts"], _by_severity(facts, words)
    yield f"{states['binds']:,}", words["tile_binding"], of
    if states["contested"]:
        yield f"{states['contested']:,}", words["tile_contested"], of
    data = states["contested-unknown"]
    more = words["tile_data"].format(count=len(facts["clauses"]), data=f"{data:,}") if data else of
    yield f"{states['unknown']:,}", words["tile_unknown"], more
    unlabelled = sum(row["licence"] is None for row in went_in)
    note = words["tile_unlabelled"].format(count=f"{unlabelled:,}") if unlabelled else ""
    yield f"{len(went_in):,}", words["tile_sources"], note


def _by_severity(facts: Row, words: Words) -> str:
    counts = {name: sum(row["severity"] == name for row in facts["conflicts"]) for name in SEVERITIES}
    said_ = [f"{count:,} {words[f'severity_{name}']}" for name, count in counts.items() if count]
    return words["comma"].join(said_)


def _written(row: Row, words: Words) -> str:
    """Return the licence of a thing as its page writes it."""
    if row["licence_raw"]:
        return clean(row["licence_raw"])
    return words["not_read" if row["why"] == "not seen" else "written_none"]


def _chip(row: Row, words: Words, lang: str) -> Row:
    """Return a thing ready to print: its name, its page, its licence."""
    return {
        "link": (row["kind"], row["id"]),
        "name": clean(row["id"]),
        "address": _place(row),
        "data": words["kind_dataset"] if row["kind"] == "dataset" else "",
        "licence": shown(row["licence"], lang, row["why"]),
        "written": _written(row, words),
    }


def _card(row: Row, things: Mapping[Any, Row], own: Row, words: Words, lang: str) -> Row:
    """Return a conflict ready to print: how grave, why, the way from the thing to its nearest source."""
    source = things[row["source_kind"], row["source"]]
    others = [things[key] for key in row["others"]]
    alike = "also" if row["kind"] != CLASH else "clashing"
    return {
        "severity": row["severity"],
        "severity_word": words[f"severity_{row['severity']}"],
        "title": words[_key("conflict_", row["kind"])],
        "reason": words[f"reason_{row['reason']}"],
        "way": words["went_in"].format(
            way=_way(row["channel"], own, words), evidence=words[f"evidence_{row['evidence']}"]
        ),
        "path": list(_path(row, own, things, words, lang)),
        "since": [_named(things[row["since_kind"], row["since"]], words)] if row["inherited"] else [],
        "maker": words[f"same_{row['same_maker']}"] if row["same_maker"] else "",
        "grounds": [_ground(ground, words) for ground in row["grounds"]],
        "stated": words["stated_on"].format(own=_place(own), source=_place(source)),
        "also": counted(words, alike, len(others)) if others else "",
        "others": [_chip(other, words, lang) for other in others[:MOST_NAMES]],
        "more": _more(len(others) - MOST_NAMES, words),
    }


def _ground(ground: Row, words: Words) -> str:
    """Say on whose word the licence of a source has the term that a conflict rests on."""
    told = (words[f"basis_{ground['basis']}"], ground["section"], ground["source"], ground["date"])
    text = " · ".join(clean(str(part)) for part in told if part)
    return words["ground"].format(licence=licence_name(ground["licence"]), text=text)


def _more(count: int, words: Words) -> str:
    return words["more"].format(count=f"{count:,}") if count > 0 else ""


def _path(row: Row, own: Row, things: Mapping[Any, Row], words: Words, lang: str) -> Iterator[Row]:
    """Yield the chain from the thing to the source: things with the step that leads to each.

    The thing whose page causes the conflict is marked where it isn't the one that the page is about.
    """
    chain = [{"step": None, "here": False, **_chip(own, words, lang)}]
    for step in row["path"]:
        key = step["parent_kind"], step["parent"]
        here = key == (row["since_kind"], row["since"])
        chain.append({"step": _step(step, words, lang), "here": here, **_chip(things[key], words, lang)})
    left_out = len(chain) - 2 * ENDS
    if left_out < 2:
        yield from chain
        return
    yield from chain[:ENDS]
    yield {"between": counted(words, "between", left_out)}
    yield from chain[-ENDS:]


def _step(step: Row, words: Words, lang: str) -> Row:
    relation = step["relation"]
    told = [words[f"evidence_{step['evidence']}"], step["source"], step["stated_on"]]
    return {
        "relation": words.get(_key("step_", relation)) or LABELS[relation][lang],
        "evidence": " · ".join(clean(str(text)) for text in told if text),
    }


def _clause(row: Row, things: Mapping[Any, Row], words: Words, lang: str) -> Row:
    """Return a clause ready to print: how it stands, what it says, from whom."""
    state = row["state"]
    holders = [things[key] for key in row[HOLDERS[state]]] if state in HOLDERS else []
    parties = list(_parties(holders, words, lang))
    hidden = sum(party["count"] for party in parties[MOST_PARTIES:])
    return {
        "name": words[_key("clause_", row["clause"])],
        "style": f"l-{clause_demand(row['clause'])}" if state in ("binds", "contested") else "l-unknown",
        "state": state,
        "word": words[_key("state_", state)],
        "says": clean(row["says"] or "").removeprefix(PLAIN) if state != "absent" else "",
        "whose": parties[:MOST_PARTIES],
        "more": _more(hidden, words),
    }


def _as_above(clauses: Iterable[Row]) -> Iterator[Row]:
    """Yield clauses ready to print; of those that stand as the one before, from the same, that is said."""
    before: Row = {}
    for clause in clauses:
        same = bool(clause["whose"]) and all(
            clause[key] == before.get(key) for key in ("state", "whose", "more")
        )
        yield {**clause, "same": same}
        before = clause


def _parties(holders: Sequence[Row], words: Words, lang: str) -> Iterator[Row]:
    """Yield the holders of a clause by their licence, in the order of the first of each."""
    found: dict[tuple[str | None, str | None], list[Row]] = {}
    for row in holders:
        found.setdefault((row["licence"], row["why"]), []).append(row)
    for (licence, why), rows in found.items():
        yield {
            "licence": shown(licence, lang, why),
            "things": [_named(row, words) for row in rows[:MOST_HOLDERS]],
            "more": _more(len(rows) - MOST_HOLDERS, words),
            "count": len(rows),
        }


def _named(row: Row, words: Words) -> Row:
    """Return the name of a thing with its page; the thing that the page is about is no link."""
    if not row["steps"]:
        return {"link": None, "name": words["way_own"]}
    return {"link": (row["kind"], row["id"]), "name": clean(row["id"])}


def _sources(rows: Sequence[Row], words: Words, lang: str) -> Section:
    heads = ("thing", "licence", "demand", "way", "evidence", "steps")
    left_out = len(rows) - MOST_SOURCES
    return Section(
        "sources",
        words["sources"],
        words["sources_note"],
        [(words[f"col_{name}"], name == "steps") for name in heads],
        [_source(row, rows[0], words, lang) for row in rows[:MOST_SOURCES]],
        more=counted(words, "more_sources", left_out) if left_out > 0 else "",
        wide=True,
    )


def _source(row: Row, own: Row, words: Words, lang: str) -> list[Cell]:
    licence = shown(row["licence"], lang, row["why"])
    note = words["kind_dataset"] if row["kind"] == "dataset" else ""
    if not row["steps"]:
        way, evidence = words["way_own"], ""
    else:
        way, evidence = _way(row["channel"], own, words), words[f"evidence_{row['evidence']}"]
    return [
        linked(row["kind"], row["id"], note=note),
        Cell(licence.name),
        Cell(f"{licence.sign} {licence.word}"),
        Cell(way),
        Cell(evidence),
        number(row["steps"]),
    ]


def _unknown(facts: Row, words: Words) -> Iterator[Row]:
    """Yield what is not known, each with whom it is about."""
    rows = facts["sources"]
    for why in ("none stated", "other", "not seen"):
        yield from _listed(_key("unknown_", why), [row for row in rows[1:] if row["why"] == why], words)
    yield from _listed("unknown_untold", [row for row in rows if row["open_ends"]], words)
    if facts["left_out"]:
        yield {"text": counted(words, "left_out", facts["left_out"]), "things": [], "more": ""}


def _listed(key: str, rows: Sequence[Row], words: Words) -> Iterator[Row]:
    if rows:
        things = [_named(row, words) for row in rows[:MOST_NAMES]]
        yield {
            "text": counted(words, key, len(rows)),
            "things": things,
            "more": _more(len(rows) - MOST_NAMES, words),
        }
